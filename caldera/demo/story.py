"""What became of one document. Amounts are in the smallest units of its currency."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from caldera.documents import Invoice


@dataclass
class Pledge:
    """Units under a lien. While it stood the holder tried to sell `asked` units, of which `free` were not pledged:
    `foretold` is what the ledger's view said before, `refused` the reason of the refusal. `moved` units of the rest
    were sold all the same; `released` units came free on the day `released_on`."""

    holder: str
    lienholder: str
    units: int
    asked: int = 0
    free: int = 0
    foretold: str = ""
    refused: str = ""
    moved: int = 0
    released: int = 0
    released_on: date | None = None


@dataclass
class Part:
    """One certificate: the whole invoice, or one order line. `net`: what the line says, without VAT and without its
    share of what the document adds and takes off; `registered`: units at first; `units`: credit notes taken off;
    `split`: who held what when it was paid; `paid`: who was paid what."""

    id: int
    name: str
    net: int
    registered: int
    units: int
    pledge: Pledge | None = None
    split: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)


@dataclass
class Payment:
    """A payment by the debtor. `brought`: what it wanted to pay; `taken`: what was owed of it; `returned`: the rest,
    which never left the debtor; `before`, `after`: states of the receivable."""

    certificate: int
    day: date
    brought: int
    taken: int
    returned: int
    before: str
    after: str


@dataclass
class Story:
    """A document: `outcome` is one of settled, credited, credited in full, kept back, not read, and not settled (which
    is a fault); `reason` says why where that is not plain. `payable`: what the invoice says; `single`: why its order
    lines have no certificates of their own; `state`, `owed`: at the end, on chain."""

    path: Path
    outcome: str = ""
    reason: str = ""
    invoice: Invoice | None = None
    certificate: int | None = None
    payable: int = 0
    credited: int = 0
    single: str = ""
    due: date | None = None
    state: str = ""
    owed: int = 0
    parts: list[Part] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    @property
    def face(self) -> int:
        """What is claimed: payable, credit notes taken off."""
        return self.payable - self.credited


@dataclass
class Book:
    """All money of one currency. `left`: what the receivables contract still has at the end."""

    currency: str
    brought: int = 0
    returned: int = 0
    taken: int = 0
    paid_out: int = 0
    left: int = 0
