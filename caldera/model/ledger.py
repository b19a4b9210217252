"""Certificates, liens, freezes and participants as plain dictionaries; every rule raises the contract error's name."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

ACTIVE, SUSPENDED, REMOVED = 1, 2, 3


class Refused(Exception):
    """The rules refuse; `name` is the name of the error the contract must raise."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass
class Party:
    """What is known of an account. `expires`: first second at which it is no longer active."""

    entity: int
    expires: int
    regions: int
    qualifications: int
    status: int = ACTIVE


class Position(NamedTuple):
    """A holder's free units (lien empty) or its units under one lienholder."""

    holder: str
    lien: str = ""


@dataclass
class Asset:
    """One id: its terms and all its positions, in units."""

    minimum: int
    regions: int
    qualifications: int
    all_of: bool
    circulates: bool = False
    units: defaultdict[Position, int] = field(default_factory=lambda: defaultdict(int))
    frozen: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def balance(self, account: str) -> int:
        """Free and pledged units together."""
        return sum(n for p, n in self.units.items() if p.holder == account)

    def pledged(self, account: str) -> int:
        """Units under any lien."""
        return sum(n for p, n in self.units.items() if p.holder == account and p.lien)

    def supply(self) -> int:
        """All units."""
        return sum(self.units.values())

    def admits(self, party: Party) -> bool:
        """Whether the party's regions and qualifications let it hold the id."""
        if self.regions and not self.regions & party.regions:
            return False
        met = self.qualifications & party.qualifications
        return met == self.qualifications if self.all_of else bool(met) or not self.qualifications


OnMove = Callable[[int, Position, Position, int], None]


class LedgerModel:
    """All ids and parties at time `now`. `on_move` hears of each movement between two positions before it happens."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.parties: dict[str, Party] = {}
        self.assets: dict[int, Asset] = {}
        self.on_move: OnMove = lambda *_: None
        self.pledgeable: Callable[[int], None] = lambda _: None

    def active(self, account: str) -> bool:
        """Enrolled, neither suspended nor removed, not expired."""
        party = self.parties.get(account)
        return party is not None and party.status == ACTIVE and self.now < party.expires

    def transfer(self, asset_id: int, source: str, target: str, units: int) -> None:
        """Moves free units by their holder's will."""
        asset = self._asset(asset_id)
        if not asset.circulates:
            raise Refused("NotCirculating")
        if not self.active(source):
            raise Refused("ERC7943CannotSend")
        self._require_admitted(asset, target)
        if units > asset.balance(source):
            raise Refused("ERC1155InsufficientBalance")
        free = asset.units[Position(source)]
        if units > free:
            raise Refused("PledgedUnits")
        if units > max(0, free - asset.frozen[source]):
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        if source == target:
            return
        self._move(asset_id, Position(source), Position(target), units)

    def pledge(self, asset_id: int, holder: str, lienholder: str, units: int) -> None:
        """Puts free units under a lien."""
        if holder == lienholder:
            raise Refused("InvalidLienholder")
        asset = self._asset(asset_id)
        if not asset.circulates:
            raise Refused("NotCirculating")
        if not self.active(holder):
            raise Refused("ERC7943CannotSend")
        self._require_admitted(asset, lienholder)
        self.pledgeable(asset_id)
        free = asset.units[Position(holder)]
        if units > free:
            raise Refused("PledgedUnits")
        if units > max(0, free - asset.frozen[holder]):
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        self._move(asset_id, Position(holder), Position(holder, lienholder), units)
        if units == 0:
            raise AssertionError("call with at least one unit")

    def release(self, asset_id: int, holder: str, lienholder: str, units: int) -> None:
        """Frees units from a lien: the lienholder's own act, or compliance breaking it."""
        asset = self._asset(asset_id)
        lien = Position(holder, lienholder)
        if units > asset.units[lien]:
            raise Refused("InsufficientLien")
        self._move(asset_id, lien, Position(holder), units)

    def seize(self, asset_id: int, holder: str, lienholder: str, target: str, units: int) -> None:
        """Gives units under a lien to `target`."""
        if target == holder:
            raise Refused("SameAccount")
        asset = self._asset(asset_id)
        if not self.active(lienholder):
            raise Refused("ERC7943CannotSend")
        self._require_admitted(asset, target)
        lien = Position(holder, lienholder)
        if units > asset.units[lien]:
            raise Refused("InsufficientLien")
        if units > max(0, asset.balance(holder) - asset.frozen[holder]):
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        self._move(asset_id, lien, Position(target), units)

    def forced_transfer(self, asset_id: int, source: str, target: str, units: int) -> None:
        """Moves free units by compliance, frozen or not."""
        if source == target:
            raise Refused("SameAccount")
        asset = self._asset(asset_id)
        self._require_admitted(asset, target)
        if units > asset.balance(source):
            raise Refused("ERC1155InsufficientBalance")
        if units > asset.units[Position(source)]:
            raise Refused("PledgedUnits")
        self._move(asset_id, Position(source), Position(target), units)
        if units:
            asset.frozen[source] = min(asset.frozen[source], asset.balance(source))

    def freeze(self, asset_id: int, account: str, units: int) -> None:
        """Sets the frozen amount."""
        self._asset(asset_id).frozen[account] = units

    def _asset(self, asset_id: int) -> Asset:
        if asset_id not in self.assets:
            raise Refused("UnknownAsset")
        return self.assets[asset_id]

    def _require_admitted(self, asset: Asset, account: str) -> None:
        if not self.active(account):
            raise Refused("ERC7943CannotReceive")
        if not asset.admits(self.parties[account]):
            raise Refused("OutsideScope")

    def _move(self, asset_id: int, source: Position, target: Position, units: int) -> None:
        asset = self.assets[asset_id]
        for left in (asset.units[source] - units, asset.units[target] + units):
            if 0 < left < asset.minimum:
                raise Refused("BelowMinimumUnit")
        self.on_move(asset_id, source, target, units)
        asset.units[source] -= units
        asset.units[target] += units
