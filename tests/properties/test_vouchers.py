"""The books of everybody, kept beside everything anybody can do with receivables.

1. Every voucher balances, and so do all accounts of a party together.
2. The account of the money is what the token says; suspense is what was minted, of which no rule speaks.
3. Proceeds are what the module has for the party, to the unit; receivables are what is still owed on what it holds,
   less than a unit off for each position. Nothing stands on a receivable that is cancelled or written off.
4. Payables are what the module still wants, of the debtor and of all receivables together.
5. The journal is the same in whatever ranges the blocks are imported, and importing again adds nothing.
6. All money can be said in camt.054.
"""

from datetime import UTC, datetime
from fractions import Fraction
from typing import ClassVar

import pytest
from hypothesis.stateful import rule

from caldera.contracts import EraToken
from caldera.evm import ZERO, Address
from caldera.vouchers import Journal, Party, Suite, bring_up, load_chart, read, trial_balance
from caldera.vouchers.bookkeeper import TRANSFER
from caldera.vouchers.errors import NothingToReport
from caldera.vouchers.iso20022.camt054 import camt054
from tests.properties import beside
from tests.properties.machine import ACTORS, CertificateMachine, pick
from tests.support.accounting import Watched, sums_of
from tests.support.suite import build

BOOKS = ("seller", "buyer", "alice", "bank", "carol")
ACCOUNTS = {"seller": ("seller", "seller2")}
WRITTEN_OFF, CANCELLED = 6, 8
CHART = load_chart()
CREATED = datetime(2030, 1, 1, tzinfo=UTC)


class VoucherMachine(CertificateMachine):
    """The machine of certificates; when it stops, all books are kept and compared with the contracts."""

    chain: ClassVar[Watched]
    begun: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        del self.chain.receipts[self.begun :]
        self.cuts: list[int] = []

    @rule(back=pick)
    def a_range_ends(self, back: int) -> None:
        self.calls["a_range_ends"] += 1
        self.cuts.append(self.chain.block_number - back % 3)

    def teardown(self) -> None:
        suite = self.suite
        named = (suite.registry, suite.standard, suite.ledger, suite.module)
        self.deployment = Suite({contract.address: contract.ABI_NAME for contract in named})
        for name in BOOKS:
            self.compare(name)

    def compare(self, name: str) -> None:
        party, source = Party.of(name, self.suite.entities[name]), self.chain.source
        reading = read(source, self.deployment, CHART, party)
        assert all(voucher.debits == voucher.credits > 0 for voucher in reading.vouchers)
        assert sum(trial_balance(reading.vouchers).values()) == 0
        sums = sums_of(reading)

        accounts = [self.actor(each).address for each in ACCOUNTS.get(name, (name,))]
        assert sums.get("cash", 0) == sum(self.suite.token.balanceOf(account) for account in accounts)
        assert sums.get("suspense", 0) == -self.minted(accounts)
        self.compare_holdings(accounts, sums)
        self.compare_debts(name, sums)

        cuts = sorted({cut for cut in self.cuts if 0 <= cut < source.latest()})
        ranges = list(zip([0, *(cut + 1 for cut in cuts)], [*cuts, source.latest()], strict=True))
        with Journal() as journal:
            for first, last in [*reversed(ranges), *ranges]:
                part = read(source, self.deployment, CHART, party, first, last)
                bring_up(source, self.deployment, CHART, party, journal, part)
            assert journal.vouchers() == sorted(reading.vouchers, key=lambda v: (v.block, v.key[2], v.key[4]))
        try:
            camt054(reading.vouchers, CREATED, carry=True)
        except NothingToReport:
            assert not any(voucher.cash for voucher in reading.vouchers)

    def minted(self, accounts: list[Address]) -> int:
        """Money that the accounts were given out of nothing."""
        total = 0
        for log in self.chain.source.found:
            values = TRANSFER.read(log.topics, log.data) if log.emitter == self.suite.token.address else None
            if values and log.topics[0] == TRANSFER.topic and values["from"] == ZERO and values["to"] in accounts:
                total += values["value"]
        return total

    def compare_holdings(self, accounts: list[Address], sums: dict[str, int]) -> None:
        """Invariant 3."""
        module, ledger = self.suite.module, self.suite.ledger
        proceeds, worth, positions = 0, Fraction(0), 0
        for asset in self.ledger.assets:
            claim, state = module.receivable(asset), module.stateOf(asset)
            owed = 0 if state in (WRITTEN_OFF, CANCELLED) else module.owedOn(asset)
            for account in accounts:
                proceeds += module.claimable(asset, account)
                for lienholder in ACTORS:
                    proceeds += module.proceedsUnderLien(asset, account, self.actor(lienholder))
                units = ledger.balanceOf(account, asset)
                positions += 1 + len(ACTORS)
                worth += Fraction(units * owed, claim.face) if claim.face else 0
        assert sums.get("proceeds", 0) == proceeds
        standing = sum(sums.get(account, 0) for account in ("receivables", "bought", "doubtful"))
        assert abs(standing - worth) < positions
        assert worth or not standing

    def compare_debts(self, name: str, sums: dict[str, int]) -> None:
        """Invariant 4: every receivable of the machine is the buyer's debt."""
        owed = sum(self.suite.module.owedOn(root) for root in self.model.records) if name == "buyer" else 0
        assert sums.get("payables", 0) == -owed


def test_everybodys_books(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "STEPS", max(beside.STEPS // 3, beside.PER_EXAMPLE))
    chain = Watched()
    suite = build(chain)
    suite.enrol("seller2", entity=suite.entities["seller"])
    suite.__dict__["era"] = EraToken.deploy(chain, suite.admin, sender=suite.admin)
    beside.run(VoucherMachine, chain.snapshot(), suite=suite, chain=chain, begun=len(chain.receipts))
