"""The books at the end, read from the chain's logs: vouchers of the supplier, trial balances of all who are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from caldera.demo.scenes.stage import Scene, Sheet
from caldera.devnet import Devnet
from caldera.evm.address import to_address
from caldera.vouchers import Chart, Party, RpcSource, Suite, Voucher, load_chart, read, trial_balance
from caldera.vouchers.money import Currency
from caldera.whole_file import write_whole

Books = tuple[str, int, tuple[str, ...], tuple[str, ...]]
"""Name, entity (0 for none), accounts and roles, as `Party.of` takes them."""


class OutOfBalance(Exception):
    """Debits and credits of somebody's books differ."""


@dataclass
class Ledger:
    """Somebody's books. `balance`: debits less credits by currency and account."""

    name: str
    vouchers: list[Voucher]
    balance: dict[tuple[Currency, str], int]

    def to_json(self) -> dict[str, Any]:
        """As data; amounts in smallest units."""
        return {
            "name": self.name,
            "vouchers": [voucher.to_json() for voucher in self.vouchers],
            "balance": [
                {"currency": currency.code, "account": account, "units": units}
                for (currency, account), units in self.balance.items()
            ],
        }


def kept(devnet: Devnet, parties: Sequence[Books]) -> tuple[Scene, list[Ledger]]:
    """The books of these parties, the first with all vouchers.

    Raises:
        OutOfBalance: debits and credits of somebody's books differ.
    """
    chart = load_chart()
    kinds = {entry.name: entry.contract_type for entry in devnet.profile.contracts}
    suite = Suite({to_address(address): kinds[name] for name, address in devnet.deployment.addresses.items()})
    source = RpcSource(devnet.chain.url)
    try:
        ledgers = []
        for name, entity, accounts, roles in parties:
            vouchers = read(source, suite, chart, Party.of(name, entity, accounts, roles)).vouchers
            ledgers.append(Ledger(name, vouchers, trial_balance(vouchers)))
    finally:
        source.close()
    scene = Scene("Finance: the books, from the chain's logs")
    scene.sheets.append(_vouchers(ledgers[0]))
    scene.sheets.append(_balances(ledgers, chart))
    for ledger in ledgers:
        sums = _sums(ledger)
        for code, (debit, credit) in sums.items():
            if debit != credit:
                raise OutOfBalance(f"books of {ledger.name}: {debit} debit, {credit} credit in {code}")
    scene.figures["vouchers"] = sum(len(ledger.vouchers) for ledger in ledgers)
    return scene, ledgers


def write_camt(ledger: Ledger, path: Path) -> None:
    """The money of somebody's books as an ISO 20022 notification (camt.054); fractions of a cent are carried on."""
    # The library's classes take a second to load: only who wants a document waits for them.
    from caldera.vouchers.iso20022.camt054 import camt054

    write_whole(path, camt054(ledger.vouchers, datetime.now(UTC), True), folders=False)


def _vouchers(ledger: Ledger) -> Sheet:
    made = Sheet(f"Vouchers of {ledger.name}", ["date", "what, and the accounts"], ["debit", "credit"])
    for voucher in ledger.vouchers:
        made.rows.append([f"{voucher.time:%Y-%m-%d}", _text(voucher), "", ""])
        for line in voucher.lines:
            amount = f"{voucher.currency.short(abs(line.amount))} {voucher.currency.code}"
            made.rows.append(["", f"  {line.number} {line.title}", *_sides(line.amount, amount)])
    return made


def _text(voucher: Voucher) -> str:
    """Addresses and hashes shortened to their first digits."""
    words = (word if not word.startswith("0x") else word[:8] + "…" for word in voucher.text.split(" "))
    return " ".join(words)


def _balances(ledgers: Sequence[Ledger], chart: Chart) -> Sheet:
    made = Sheet("Trial balances: debits = credits", ["books", "account"], ["debit", "credit"])
    made.note = "Suspense: play money that its holder minted, which no rule of the chart speaks of."
    for ledger in ledgers:
        name = ledger.name
        for (currency, account), units in sorted(
            ledger.balance.items(), key=lambda item: (item[0][0].code, item[0][1])
        ):
            if units:
                entry, amount = chart.accounts[account], f"{currency.short(abs(units))} {currency.code}"
                made.rows.append([name, f"{entry.number} {entry.name}", *_sides(units, amount)])
                name = ""
        for code, sides in sorted(_sums(ledger).items()):
            currency = next(one for one, _ in ledger.balance if one.code == code)
            made.rows.append(["", f"sum {code}", *(f"{currency.short(side)} {code}" for side in sides)])
        made.rows.append([])
    return made


def _sides(units: int, amount: str) -> tuple[str, str]:
    return (amount, "") if units > 0 else ("", amount)


def _sums(ledger: Ledger) -> dict[str, tuple[int, int]]:
    """Debits and credits of the trial balance, by currency."""
    found: dict[str, tuple[int, int]] = {}
    for (currency, _), units in ledger.balance.items():
        debit, credit = found.get(currency.code, (0, 0))
        found[currency.code] = debit + max(units, 0), credit + max(-units, 0)
    return found
