"""Who holds which part of a receivable, and what it is worth: read from events, exact as the contracts count it.

A position is an account's free units, or its units under one lien. Each has a share of what was paid, as a fraction:
its whole units can be claimed. What is not paid yet is worth units * owed / face. The books of a party say

    proceeds           whole units it can claim, or gets with the lien
    sound, doubtful    the rest of what its positions are worth; doubtful from a default on, nothing from a write-off on
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from caldera.evm.address import ZERO, Address

MODULE, LEDGER = "ReceivableModule", "AssetCertificate"

EVENTS: dict[str, tuple[str, ...]] = {
    MODULE: (
        "Registered(uint256 indexed id, uint48 indexed creditor, uint48 indexed debtor, uint96 face, uint40 dueDate, "
        "uint32 issueDay, uint8 currencyId, uint32 ruleId, uint8 lines, string number)",
        "StateChanged(uint256 indexed id, uint8 from, uint8 to, address indexed by)",
        "Paid(uint256 indexed id, address indexed payer, uint256 amount, uint256 owed)",
        "Claimed(uint256 indexed id, address indexed holder, uint256 amount, uint256 retired)",
        "Credited(uint256 indexed id, uint256 indexed note, uint256 amount, bytes32 documentHash)",
        "Conceded(uint256 indexed id, uint256 amount)",
        "ProceedsMoved(uint256 indexed id, address indexed from, address indexed to, uint256 amount)",
        "LienCollected(uint256 indexed id, address indexed holder, address indexed lienholder, address to, "
        "uint256 amount)",
    ),
    LEDGER: (
        "TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value)",
        "TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, "
        "uint256[] values)",
        "Pledged(uint256 indexed id, address indexed holder, address indexed lienholder, uint256 units)",
        "Released(uint256 indexed id, address indexed holder, address indexed lienholder, uint256 units)",
        "LienBroken(uint256 indexed id, address indexed holder, address indexed lienholder, uint256 units)",
        "Seized(uint256 indexed id, address indexed holder, address indexed lienholder, address to, uint256 units)",
    ),
}
"""What is read of the chain whatever the chart says."""

ROOT = ~0xFFFF
REGISTERED, ACKNOWLEDGED, DEFAULTED, WRITTEN_OFF, CANCELLED = 1, 2, 5, 6, 8


class Worth(NamedTuple):
    """What a party's positions stand at in its books, in smallest units."""

    sound: int = 0
    doubtful: int = 0
    proceeds: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.sound + self.doubtful + self.proceeds

    def since(self, before: Worth) -> Worth:
        """What changed."""
        return Worth(*(now - then for now, then in zip(self, before, strict=True)))


@dataclass
class Part:
    """A receivable without lines, or one line. `shares`: of what was paid, by holder and lienholder."""

    face: int = 0
    paid: int = 0
    conceded: int = 0
    units: defaultdict[tuple[Address, Address], int] = field(default_factory=lambda: defaultdict(int))
    shares: defaultdict[tuple[Address, Address], Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    @property
    def owed(self) -> int:
        """What is not paid yet."""
        return self.face - self.paid - self.conceded


@dataclass
class Root:
    """A receivable with all its lines. `owed`: of all lines."""

    creditor: int
    debtor: int
    face: int
    due: int
    currency_id: int
    number: str
    lines: int
    owed: int
    state: int = REGISTERED
    parts: dict[int, Part] = field(default_factory=dict)


class Positions:
    """All receivables of a deployment, event by event."""

    def __init__(self) -> None:
        self.roots: dict[int, Root] = {}

    def knows(self, asset: int) -> bool:
        """Whether the id is a receivable's."""
        return asset & ROOT in self.roots

    def owed(self, asset: int) -> int:
        """What is owed on the whole receivable; nothing once it is cancelled."""
        root = self.roots.get(asset & ROOT)
        return root.owed if root and root.state != CANCELLED else 0

    def state(self, asset: int) -> int:
        """The state as the module numbers it, but never overdue; 0 where it is not known."""
        root = self.roots.get(asset & ROOT)
        return root.state if root else 0

    def worth(self, assets: Iterable[int], ours: Callable[[Address], bool]) -> Worth:
        """What the positions of a party on these ids stand at."""
        worth = Worth()
        for asset in assets:
            worth = Worth(*(a + b for a, b in zip(worth, self._worth(asset, ours), strict=True)))
        return worth

    def _worth(self, asset: int, ours: Callable[[Address], bool]) -> Worth:
        root = self.roots[asset & ROOT]
        part = root.parts.get(asset)
        if part is None:
            return Worth()
        shares = [share for (holder, _), share in part.shares.items() if ours(holder)]
        proceeds = sum(map(floor, shares))
        if root.state in (WRITTEN_OFF, CANCELLED) or part.owed <= 0:
            return Worth(proceeds=proceeds)
        units = sum(units for (holder, _), units in part.units.items() if ours(holder))
        rest = floor(sum(shares, Fraction(units * part.owed, part.face))) - proceeds
        doubtful = root.state == DEFAULTED
        return Worth(0 if doubtful else rest, rest if doubtful else 0, proceeds)

    def touched(self, name: str, values: Mapping[str, Any]) -> tuple[int, ...]:
        """The ids whose worth an event can change."""
        asked = values["ids"] if name == "TransferBatch" else (values["id"],)
        known = tuple(asset for asset in dict.fromkeys(asked) if self.knows(asset))
        return tuple(self.roots[known[0]].parts) if name == "StateChanged" and known else known

    def see(self, name: str, values: Mapping[str, Any]) -> None:
        """Takes an event in."""
        if name == "Registered":
            self.roots[values["id"]] = Root(
                creditor=values["creditor"],
                debtor=values["debtor"],
                face=values["face"],
                due=values["dueDate"],
                currency_id=values["currencyId"],
                number=values["number"],
                lines=values["lines"],
                owed=values["face"],
            )
        elif name == "TransferBatch":
            for asset, units in zip(values["ids"], values["values"], strict=True):
                self._transfer(asset, values["from"], values["to"], units)
        elif name == "TransferSingle":
            self._transfer(values["id"], values["from"], values["to"], values["value"])
        elif self.knows(values["id"]):
            getattr(self, "_" + name)(self.roots[values["id"] & ROOT], values)

    def _transfer(self, asset: int, source: Address, target: Address, units: int) -> None:
        if not self.knows(asset):
            return
        part = self._part(asset)
        if source == ZERO:
            part.face += units
        else:
            part.units[source, ZERO] -= units
        if target != ZERO:
            part.units[target, ZERO] += units

    def _part(self, asset: int) -> Part:
        return self.roots[asset & ROOT].parts.setdefault(asset, Part())

    def _StateChanged(self, root: Root, values: Mapping[str, Any]) -> None:
        root.state = values["to"]

    def _Paid(self, root: Root, values: Mapping[str, Any]) -> None:
        part = self._part(values["id"])
        part.paid += values["amount"]
        root.owed -= values["amount"]
        for position, units in part.units.items():
            if units:
                part.shares[position] += Fraction(units * values["amount"], part.face)

    def _Claimed(self, root: Root, values: Mapping[str, Any]) -> None:
        part, position = self._part(values["id"]), (values["holder"], ZERO)
        # The last to claim is given the fractions of all others, too.
        part.shares[position] -= min(floor(part.shares[position]), values["amount"])

    def _Credited(self, root: Root, values: Mapping[str, Any]) -> None:
        self._part(values["id"]).face -= values["amount"]
        root.face -= values["amount"]
        root.owed -= values["amount"]

    def _Conceded(self, root: Root, values: Mapping[str, Any]) -> None:
        self._part(values["id"]).conceded += values["amount"]
        root.owed -= values["amount"]

    def _ProceedsMoved(self, root: Root, values: Mapping[str, Any]) -> None:
        part = self._part(values["id"])
        part.shares[values["from"], ZERO] -= values["amount"]
        part.shares[values["to"], ZERO] += values["amount"]

    def _LienCollected(self, root: Root, values: Mapping[str, Any]) -> None:
        self._part(values["id"]).shares[values["holder"], values["lienholder"]] -= values["amount"]

    def _Pledged(self, root: Root, values: Mapping[str, Any]) -> None:
        part = self._part(values["id"])
        part.units[values["holder"], ZERO] -= values["units"]
        part.units[values["holder"], values["lienholder"]] += values["units"]

    def _Released(self, root: Root, values: Mapping[str, Any]) -> None:
        self._leave(values, values["holder"])
        self._part(values["id"]).units[values["holder"], ZERO] += values["units"]

    _LienBroken = _Released

    def _Seized(self, root: Root, values: Mapping[str, Any]) -> None:
        self._leave(values, values["to"])
        # The transfer that follows takes the units from the holder's free ones.
        self._part(values["id"]).units[values["holder"], ZERO] += values["units"]

    def _leave(self, values: Mapping[str, Any], target: Address) -> None:
        """Units leave a lien, and whole units of what was paid on them go along in proportion."""
        part, source, units = self._part(values["id"]), (values["holder"], values["lienholder"]), values["units"]
        passed = floor(part.shares[source]) * units // part.units[source]
        part.units[source] -= units
        part.shares[source] -= passed
        part.shares[target, ZERO] += passed
