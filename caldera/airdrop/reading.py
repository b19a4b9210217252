"""A list from a CSV file: everything that is wrong with it, line by line, or the list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from caldera.evm.address import ZERO, Address
from caldera.lists import CellInvalid, Problem, Unreadable, account_of, rows
from caldera.lists import shown as _shown

from .claims import DECIMALS, SUPPLY, Airdrop, Claim, era
from .errors import ListInvalid

COLUMNS = ("account", "amount", "amount_wei", "index")
_HEADER = "begin the file with the line account,amount or account,amount_wei, if you like with ,index"
_DIGITS = len(str(SUPPLY))


class AmountInvalid(ValueError):
    """The text is no amount; says what to do."""


def wei(text: str, decimals: int = DECIMALS) -> int:
    """An amount above zero in wei: of ERA with up to 18 decimals, or of wei with none.

    Raises:
        AmountInvalid: it is no plain decimal number, not above zero, or more than all ERA there is.
    """
    if not text:
        raise AmountInvalid("no amount: write one, or take the line out")
    found = re.fullmatch(r"(\d+)(?:\.(\d+))?", text, re.ASCII)
    if not found:
        raise AmountInvalid(f"{_shown(text)} {_why(text)}")
    whole, rest = found[1].lstrip("0"), found[2] or ""
    if len(rest) > decimals:
        raise AmountInvalid(
            f"{_shown(text)} has {len(rest)} decimals, {decimals} at most are possible: round it yourself"
        )
    if len(whole) > _DIGITS:
        raise AmountInvalid(f"{_shown(text)} is more than all ERA there is, {era(SUPPLY)}")
    amount = int(whole + rest.ljust(decimals, "0") or "0")
    if amount == 0:
        raise AmountInvalid(f"{_shown(text)} is not above zero: take the line out")
    if amount > SUPPLY:
        raise AmountInvalid(f"{_shown(text)} is more than all ERA there is, {era(SUPPLY)}")
    return amount


def read_list(path: Path | str, total: int | None = None, forbidden: Mapping[Address, str] | None = None) -> Airdrop:
    """The claims of a CSV file in UTF-8 with a line of column names: account, amount (ERA, up to 18 decimals) or
    amount_wei, and index if you like. Without indexes claims are numbered by ascending address.

    Args:
        path: of the file.
        total: what the amounts must add up to, in wei.
        forbidden: addresses that cannot claim, with what they are: the contracts of the suite.

    Raises:
        ListInvalid: with all that is wrong.
        OSError: the file cannot be read.
    """
    reading = _Reading({address.lower(): name for address, name in (forbidden or {}).items()})
    reading.read(Path(path).read_bytes())
    if not reading.problems:
        reading.sum_up(total)
    if reading.problems:
        raise ListInvalid(str(path), sorted(reading.problems, key=lambda one: one.line))
    pairs = [(one.account, one.amount) for one in reading.rows]
    if reading.indexed:
        return Airdrop(tuple(sorted(Claim(one.index, one.account, one.amount) for one in reading.rows)))
    return Airdrop.of(pairs)


@dataclass(frozen=True)
class _Row:
    line: int
    account: Address
    amount: int
    index: int


@dataclass
class _Reading:
    """What was found so far."""

    forbidden: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    indexed: bool = False
    lines: dict[str, int] = field(default_factory=dict)
    """Line of each account, in small letters."""
    numbers: dict[int, int] = field(default_factory=dict)
    """Line of each index."""

    def note(self, line: int, words: str) -> None:
        self.problems.append(Problem(line, words))

    def read(self, data: bytes) -> None:
        """Reads everything, and goes on after what is wrong."""
        columns: list[str] | None = None
        try:
            for line, row in rows(data, self.note):
                if columns is not None:
                    self._row(line, dict(zip(columns, row, strict=False)), len(row), columns)
                elif (columns := self._columns(line, row)) is None:
                    return
        except Unreadable:
            return
        if columns is None:
            self.note(0, f"the file is empty: {_HEADER}")
        elif not self.lines and not self.problems:
            self.note(0, "there are no claims: write one a line")
        elif self.indexed:
            for number, line in self.numbers.items():
                if number >= len(self.lines):
                    self.note(line, f"index {number} of {len(self.lines)} claims: number them from 0, each once")

    def sum_up(self, total: int | None) -> None:
        """Checks the sum."""
        found = sum(one.amount for one in self.rows)
        if found > SUPPLY:
            self.note(0, f"the amounts add up to {era(found)} ERA, more than all there is, {era(SUPPLY)}")
        elif total is not None and found != total:
            words = "more" if found > total else "less"
            self.note(
                0,
                f"the amounts add up to {era(found)} ERA, {era(abs(found - total))} {words} than {era(total)}: "
                "correct the list or the total",
            )

    def _columns(self, line: int, row: Sequence[str]) -> list[str] | None:
        unknown = [name for name in row if name not in COLUMNS]
        if unknown:
            self.note(line, f"no column is called {', '.join(map(_shown, unknown))}: {_HEADER}")
        elif len(set(row)) != len(row):
            self.note(line, f"a column stands twice: {_HEADER}")
        elif "account" not in row or ("amount" in row) == ("amount_wei" in row):
            self.note(line, f"there must be account, and either amount or amount_wei: {_HEADER}")
        else:
            self.indexed = "index" in row
            return list(row)
        return None

    def _row(self, line: int, cells: Mapping[str, str], count: int, columns: Sequence[str]) -> None:
        if count != len(columns):
            more = "; write amounts without thousands separators" if count > len(columns) else ""
            self.note(line, f"{count} values instead of {len(columns)}: write {','.join(columns)}{more}")
            return
        before = len(self.problems)
        account = self._account(line, cells["account"])
        amount = self._amount(line, cells)
        index = self._index(line, cells["index"]) if self.indexed else 0
        if len(self.problems) == before:
            self.rows.append(_Row(line, account, amount, index))

    def _account(self, line: int, text: str) -> Address:
        key = text.lower()
        # An address that is wrong in itself counts as a claim, too: otherwise the highest index would be one too many.
        if key in self.lines:
            self.note(line, f"{_shown(text)} stands in line {self.lines[key]} already: write one line with the sum")
            return ZERO
        self.lines[key] = line
        try:
            account = account_of(text)
        except CellInvalid as error:
            self.note(line, str(error))
            return ZERO
        if account.lower() in self.forbidden:
            self.note(line, f"{account} is {self.forbidden[account.lower()]}, which cannot claim: take the line out")
        return account

    def _amount(self, line: int, cells: Mapping[str, str]) -> int:
        try:
            return wei(cells["amount"]) if "amount" in cells else wei(cells["amount_wei"], 0)
        except AmountInvalid as error:
            self.note(line, str(error))
            return 0

    def _index(self, line: int, text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
            self.note(line, f"{_shown(text)} is no index: number the claims 0, 1, 2 …")
            return 0
        number = int(text)
        if number in self.numbers:
            self.note(line, f"index {number} stands in line {self.numbers[number]} already: give each claim its own")
        self.numbers.setdefault(number, line)
        return number


def _why(text: str) -> str:
    """What to do about an amount that is no plain decimal number."""
    if re.fullmatch(r"-[\d.,]+", text, re.ASCII):
        return "is not above zero: take the line out"
    if re.fullmatch(r"\+?[0-9.,_'’\s]+", text):
        return "has a sign, a separator or another space: write it like 1234567.5, with a point before decimals"
    if re.fullmatch(r"[\d.]+[eE][+-]?\d+", text, re.ASCII):
        return "is written with an exponent: write all digits, and format the column as text in a spreadsheet"
    return "is no number: write it like 1234567.5"
