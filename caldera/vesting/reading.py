"""Grants from a CSV file: everything that is wrong with them, line by line, or the grants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from caldera.airdrop.claims import era
from caldera.airdrop.reading import AmountInvalid, wei
from caldera.deployment.economy import MONTH
from caldera.evm.address import ZERO, Address
from caldera.lists import CellInvalid, Problem, Unreadable, account_of, rows, shown

from .errors import ListInvalid
from .rooms import DAY, Room, Terms, misfits

FIRST = ("beneficiary", "allocation")
LAST = ("start", "cliff", "duration", "revocable")
_HEADER = "begin the file with the line beneficiary,allocation,amount,start,cliff,duration,revocable"
_UNITS = {"second": 1, "day": DAY, "month": MONTH}
_LATEST = 2**40
_LONGEST = 2**32

Key = tuple[str, Terms]
"""A grant by its allocation's name and its terms."""


class Listed(NamedTuple):
    """A grant of the list. `line`: where it stands in the file."""

    line: int
    allocation: str
    terms: Terms


@dataclass(frozen=True)
class Reading:
    """A list that can be used. `warnings`: what should be looked at, and may be meant."""

    grants: tuple[Listed, ...]
    warnings: tuple[Problem, ...]


def read_grants(
    path: Path | str,
    rooms: Mapping[str, Room],
    total: int | None = None,
    forbidden: Mapping[Address, str] | None = None,
    made: Mapping[Key, int] | None = None,
    repeats: bool = False,
) -> Reading:
    """The grants of a CSV file in UTF-8 with a line of column names: beneficiary, allocation, amount (ERA, up to 18
    decimals) or amount_wei, start, cliff, duration, revocable.

    Args:
        path: of the file.
        rooms: the allocations, by name.
        total: what the amounts must add up to, in wei.
        forbidden: addresses that cannot hold a grant, with what they are: the contracts of the suite.
        made: grants that are on the chain already, and how many of the same terms: they need no room.
        repeats: whether a line may stand twice.

    Raises:
        ListInvalid: with all that is wrong.
        OSError: the file cannot be read.
    """
    found = _Reading(rooms, {address.lower(): name for address, name in (forbidden or {}).items()}, repeats)
    found.read(Path(path).read_bytes())
    if not found.problems:
        found.sum_up(total, Counter(made or {}))
    if found.problems:
        raise ListInvalid(str(path), sorted(found.problems, key=lambda one: one.line))
    return Reading(tuple(found.grants), tuple(sorted(found.warnings)))


@dataclass
class _Reading:
    """What was found so far."""

    rooms: Mapping[str, Room]
    forbidden: Mapping[str, str]
    repeats: bool
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    grants: list[Listed] = field(default_factory=list)
    lines: dict[Key, int] = field(default_factory=dict)
    """Line of each grant."""
    holders: dict[tuple[str, Address], int] = field(default_factory=dict)
    """Line of each beneficiary's first grant of an allocation."""

    def note(self, line: int, words: str) -> None:
        self.problems.append(Problem(line, words))

    def read(self, data: bytes) -> None:
        """Reads everything, and goes on after what is wrong."""
        columns: list[str] | None = None
        count = 0
        try:
            for line, row in rows(data, self.note):
                if columns is None:
                    columns = self._columns(line, row)
                    if columns is None:
                        return
                else:
                    count += 1
                    self._row(line, row, columns)
        except Unreadable:
            return
        if columns is None:
            self.note(0, f"the file is empty: {_HEADER}")
        elif not count and not self.problems:
            self.note(0, "there are no grants: write one a line")

    def sum_up(self, total: int | None, made: Counter[Key]) -> None:
        """Checks the sums, of all and of each allocation."""
        found = sum(one.terms.amount for one in self.grants)
        if total is not None and found != total:
            words = "more" if found > total else "less"
            self.note(
                0,
                f"the amounts add up to {era(found)} ERA, {era(abs(found - total))} {words} than {era(total)}: "
                "correct the list or the total",
            )
        needed: Counter[str] = Counter()
        for line, allocation, terms in self.grants:
            if made[allocation, terms]:
                made[allocation, terms] -= 1
                self.warnings.append(Problem(line, "the chain has a grant of these terms: it is not made again"))
            else:
                needed[allocation] += terms.amount
        for allocation, amount in needed.items():
            room = self.rooms[allocation].available
            if amount > room:
                self.note(
                    0,
                    f"{allocation}: the grants add up to {era(amount)} ERA, {era(amount - room)} more than the "
                    f"{era(room)} that are left",
                )

    def _columns(self, line: int, row: Sequence[str]) -> list[str] | None:
        unknown = [name for name in row if name not in (*FIRST, "amount", "amount_wei", *LAST)]
        missing = [name for name in (*FIRST, *LAST) if name not in row]
        if unknown:
            self.note(line, f"no column is called {', '.join(map(shown, unknown))}: {_HEADER}")
        elif len(set(row)) != len(row):
            self.note(line, f"a column stands twice: {_HEADER}")
        elif missing:
            self.note(line, f"there is no column {', '.join(missing)}: {_HEADER}")
        elif ("amount" in row) == ("amount_wei" in row):
            self.note(line, f"there must be either amount or amount_wei: {_HEADER}")
        else:
            return list(row)
        return None

    def _row(self, line: int, row: Sequence[str], columns: Sequence[str]) -> None:
        if len(row) != len(columns):
            more = "; write amounts without thousands separators" if len(row) > len(columns) else ""
            self.note(line, f"{len(row)} values instead of {len(columns)}: write {','.join(columns)}{more}")
            return
        cells = dict(zip(columns, row, strict=True))
        before = len(self.problems)
        room = self._room(line, cells["allocation"])
        terms = Terms(
            self._beneficiary(line, cells["beneficiary"]),
            self._amount(line, cells),
            self._start(line, cells["start"], room),
            self._span(line, "cliff", cells["cliff"]),
            self._span(line, "duration", cells["duration"]),
            self._revocable(line, cells["revocable"]),
        )
        if len(self.problems) > before or room is None:
            return
        for words in misfits(room, terms):
            self.note(line, words)
        self._keep(Listed(line, room.name, terms))

    def _keep(self, grant: Listed) -> None:
        line, allocation, terms = grant
        first = self.lines.setdefault((allocation, terms), line)
        if first != line and not self.repeats:
            self.note(line, f"the same grant stands in line {first}: take one out, or name --repeats if both are meant")
        other = self.holders.setdefault((allocation, terms.beneficiary), line)
        if other != line:
            words = f"{terms.beneficiary} has a grant of {allocation} in line {other}, too"
            self.warnings.append(Problem(line, words))
        self.grants.append(grant)

    def _room(self, line: int, text: str) -> Room | None:
        if text not in self.rooms:
            known = ", ".join(self.rooms) or "none"
            self.note(line, f"{shown(text)} is no allocation of the vault: it has {known}")
        return self.rooms.get(text)

    def _beneficiary(self, line: int, text: str) -> Address:
        try:
            account = account_of(text)
        except CellInvalid as error:
            self.note(line, str(error))
            return ZERO
        if account.lower() in self.forbidden:
            self.note(line, f"{account} is {self.forbidden[account.lower()]}, which cannot hold a grant")
        return account

    def _amount(self, line: int, cells: Mapping[str, str]) -> int:
        try:
            return wei(cells["amount"]) if "amount" in cells else wei(cells["amount_wei"], 0)
        except AmountInvalid as error:
            self.note(line, str(error))
            return 0

    def _start(self, line: int, text: str, room: Room | None) -> int:
        if text == "earliest":
            return room.earliest if room else 0
        seconds = int(text) if re.fullmatch(r"\d{9,12}", text, re.ASCII) else _seconds(text)
        if not 0 <= seconds < _LATEST:
            words = "earliest, a day such as 2027-01-15, a moment such as 2027-01-15T08:00:00Z, or seconds since 1970"
            self.note(line, f"start {shown(text)} is no moment: write {words}")
            return 0
        return seconds

    def _span(self, line: int, column: str, text: str) -> int:
        if text == "0" and column == "cliff":
            return 0
        found = re.fullmatch(r"(\d{1,10}) (second|day|month)s?", text, re.ASCII)
        seconds = int(found[1]) * _UNITS[found[2]] if found else _LONGEST
        if seconds >= _LONGEST:
            none = ", or 0 for none" if column == "cliff" else ""
            self.note(line, f"{column} {shown(text)} is none: write it like 36 months, 365 days or 900 seconds{none}")
            return 0
        return seconds

    def _revocable(self, line: int, text: str) -> bool:
        if text not in ("yes", "no"):
            self.note(line, f"revocable {shown(text)} is neither yes nor no")
        return text == "yes"


def _seconds(text: str) -> int:
    """Of a day, which begins at midnight UTC, or of a moment with its zone; -1 where it is neither."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})", text, re.ASCII):
            return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError):
        pass
    return -1
