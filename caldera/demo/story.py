"""What became of one document. Amounts are in the smallest units of its currency."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from caldera.documents import Invoice


@dataclass
class Part:
    """One certificate: the whole invoice, or one order line. `split`: who held what when it was paid (pledged units are
    their holder's); `paid`: who was paid what."""

    id: int
    name: str
    units: int
    pledged: int = 0
    split: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)


@dataclass
class Payment:
    """A payment by the debtor. `offered`: what it brought; `taken`: what was owed of it; `state`: afterwards."""

    certificate: int
    day: date
    offered: int
    taken: int
    state: str


@dataclass
class Attempt:
    """Something that was tried and refused."""

    certificate: int
    what: str
    refused: str


@dataclass
class Story:
    """A file: `outcome` is settled, credited, kept back or not read; `reason` says why where that is not plain."""

    path: Path
    outcome: str = ""
    reason: str = ""
    invoice: Invoice | None = None
    certificate: int | None = None
    face: int = 0
    credited: int = 0
    due: date | None = None
    parts: list[Part] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
