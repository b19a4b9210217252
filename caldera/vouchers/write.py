"""Vouchers as JSON lines, as CSV, as tables for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from rich.markup import escape
from rich.table import Table

from .balance import trial_balance
from .chart import Chart
from .voucher import Voucher

COLUMNS = (
    "voucher", "chain_id", "block", "time", "tx", "log_index", "books", "perspective", "revision", "contract", "event",
    "document", "reference", "text", "currency", "account", "title", "debit", "credit",
)  # fmt: skip
"""Columns of the CSV: one row a line of a voucher, amounts with all decimals of the token."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_jsonl(vouchers: Iterable[Voucher]) -> str:
    """One voucher a line."""
    return "".join(voucher.dump() + "\n" for voucher in vouchers)


def as_csv(vouchers: Iterable[Voucher]) -> str:
    """One row a line of a voucher."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for voucher in vouchers:
        raw = voucher.to_json()
        for line in raw["lines"]:
            row = {**raw, **line, "voucher": raw["id"], "account": line["number"]}
            writer.writerow([_harmless(row[name]) for name in COLUMNS])
    return file.getvalue()


def _harmless(value: object) -> object:
    """Numbers of invoices are free text of others: no spreadsheet may take one for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_table(vouchers: Iterable[Voucher]) -> Table:
    """The vouchers with their lines."""
    table = Table("date", "voucher", "text", "account", "debit", "credit", title="Vouchers")
    for voucher in vouchers:
        first = [f"{voucher.time:%Y-%m-%d}", voucher.id[:8], voucher.text]
        for line in voucher.lines:
            amount = f"{voucher.currency.short(abs(line.amount))} {voucher.currency.code}"
            sides = (amount, "") if line.amount > 0 else ("", amount)
            table.add_row(*map(_plain, first), f"{line.number} {_plain(line.title)}", *sides)
            first = ["", "", ""]
        table.add_section()
    return table


def as_balance(vouchers: Iterable[Voucher], chart: Chart) -> Table:
    """The trial balance; its sums are zero."""
    table = Table("account", "currency", "debit", "credit", title="Trial balance")
    sums = trial_balance(vouchers)
    totals: dict[str, tuple[int, int]] = {}
    for (currency, account), amount in sorted(sums.items(), key=lambda item: (item[0][0].code, item[0][1])):
        entry = chart.accounts[account]
        debit, credit = max(amount, 0), max(-amount, 0)
        before = totals.get(currency.code, (0, 0))
        totals[currency.code] = before[0] + debit, before[1] + credit
        if amount:
            shown = [currency.short(side) if side else "" for side in (debit, credit)]
            table.add_row(f"{entry.number} {_plain(entry.name)}", currency.code, *shown)
    by_code = {currency.code: currency for currency, _ in sums}
    for code, sides in totals.items():
        table.add_row("sum", code, *map(by_code[code].short, sides), style="bold")
    return table


def balance_json(vouchers: Iterable[Voucher], chart: Chart) -> list[dict[str, str]]:
    """The trial balance as data: debits less credits, exact."""
    return [
        {"account": account, "number": chart.accounts[account].number, "currency": currency.code,
         "token": currency.token, "balance": currency.text(amount)}
        for (currency, account), amount in sorted(
            trial_balance(vouchers).items(), key=lambda item: (item[0][0].code, item[0][0].token, item[0][1])
        )
    ]  # fmt: skip


def _plain(text: str) -> str:
    """Texts are others': brackets are markup to the table, and control characters the terminal's."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))


def to_json(data: object) -> str:
    """Data for other programs."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
