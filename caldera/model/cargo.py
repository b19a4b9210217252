"""Cargo certificates in plain integers; every rule raises the contract error's name.

What is under lien is never counted on the way: it is the sum of the ledger's liens. A refusal leaves everything as it
was.
"""

from dataclasses import dataclass

from caldera.model.ledger import Asset, LedgerModel, Position, Refused

BPS = 10_000


@dataclass
class Statement:
    """What somebody said of the cargo's worth or its insurance. `until`: last second at which it is good."""

    amount: int = 0
    source: int = 0
    until: int = 0

    def fresh(self, now: int) -> bool:
        """Good at `now`."""
        return self.amount != 0 and now <= self.until


@dataclass
class Cargo:
    """A certificate. `carrier`: entity. `units`: issued and not retired. `state`: InTransit, Surrendered or Lost."""

    carrier: int
    units: int
    advance_bps: int
    valuation: Statement
    insurance: Statement
    state: str = "InTransit"

    def limit(self, now: int) -> int:
        """Units that can be under lien in all."""
        if self.state != "InTransit" or not self.valuation.fresh(now) or not self.insurance.fresh(now):
            return 0
        return min(self.insurance.amount, self.valuation.amount * self.advance_bps // BPS)


@dataclass
class Terms:
    """What the rules of cargo say: smallest unit, who may hold it."""

    minimum: int
    regions: int
    qualifications: int


class CargoModel:
    """All cargo on one ledger, whose parties and time are the ledger model's. Ids are given by the caller."""

    def __init__(self, ledger: LedgerModel, terms: Terms, advance_bps: int) -> None:
        self.ledger = ledger
        self.terms = terms
        self.advance_bps = advance_bps
        self.paused_until = 0
        self.cargo: dict[int, Cargo] = {}
        ledger.pledgeable = self._require_pledgeable
        ledger.on_move = self._on_move

    def issue(self, number: int, by: str, to: str, shipment: str, declared: int) -> int:
        """By a carrier; gives back the id."""
        if self.ledger.now < self.paused_until:
            raise Refused("Paused")
        if not self.ledger.active(by):
            raise Refused("NotActive")
        if not shipment:
            raise Refused("NoShipment")
        if declared == 0:
            raise Refused("NoAmount")
        if number in self.cargo:
            raise Refused("AssetExists")
        # What is smaller than the minimum unit circulates as a whole.
        made = Asset(
            min(self.terms.minimum, declared), self.terms.regions, self.terms.qualifications, False, circulates=True
        )
        if not self.ledger.active(to):
            raise Refused("ERC7943CannotReceive")
        if not made.admits(self.ledger.parties[to]):
            raise Refused("OutsideScope")
        made.units[Position(to)] = declared
        self.ledger.assets[number] = made
        carrier = self.ledger.parties[by].entity
        self.cargo[number] = Cargo(carrier, declared, self.advance_bps, Statement(), Statement())
        return number

    def appraise(self, number: int, by: str, amount: int, until: int) -> None:
        """By an appraiser."""
        live = self._live(number)
        if amount == 0:
            raise Refused("NoAmount")
        live.valuation = self._statement(live.valuation, by, amount, until)

    def insure(self, number: int, by: str, amount: int, until: int) -> None:
        """By an insurer; 0 ends it now."""
        live = self._live(number)
        live.insurance = self._statement(live.insurance, by, amount, until if amount else self.ledger.now)

    def set_rate(self, advance_bps: int) -> None:
        """For certificates from now on, by who keeps the standard."""
        if advance_bps > BPS:
            raise Refused("RateOutOfRange")
        self.advance_bps = advance_bps

    def surrender(self, number: int, holder: str) -> None:
        """By the holder of all units, free of liens; of what is lost as well."""
        live = self.cargo.get(number)
        if live is None or live.state != "Lost":
            live = self._live(number)
        if not self.ledger.active(holder):
            raise Refused("NotActive")
        asset = self.ledger.assets[number]
        if asset.units[Position(holder)] != live.units:
            raise Refused("AllUnitsNeeded")
        if asset.frozen[holder]:
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        asset.units[Position(holder)] = 0
        live.units, live.state = 0, "Surrendered"

    def declare_lost(self, number: int, by: str) -> None:
        """By its carrier, or by the entity that insured it."""
        live = self._live(number)
        if not self.ledger.active(by):
            raise Refused("NotActive")
        if self.ledger.parties[by].entity not in (live.carrier, live.insurance.source):
            raise Refused("NotItsCarrierOrInsurer")
        live.state = "Lost"

    def pledged(self, number: int) -> int:
        """Units under liens, of all holders together."""
        return sum(units for position, units in self.ledger.assets[number].units.items() if position.lien)

    def pledgeable(self, number: int) -> int:
        """Units that can be under lien in all, now."""
        return self.cargo[number].limit(self.ledger.now) if number in self.cargo else 0

    def _live(self, number: int) -> Cargo:
        if number not in self.cargo:
            raise Refused("UnknownCargo")
        if self.cargo[number].state != "InTransit":
            raise Refused("NotInTransit")
        return self.cargo[number]

    def _statement(self, present: Statement, by: str, amount: int, until: int) -> Statement:
        if amount and until <= self.ledger.now:
            raise Refused("NotInFuture")
        if not self.ledger.active(by):
            raise Refused("NotActive")
        source = self.ledger.parties[by].entity
        if present.fresh(self.ledger.now) and present.source != source:
            raise Refused("StatedByAnother")
        return Statement(amount, source, until)

    def _require_pledgeable(self, number: int) -> None:
        live = self._live(number)
        if not live.insurance.fresh(self.ledger.now):
            raise Refused("NotInsured")
        if not live.valuation.fresh(self.ledger.now):
            raise Refused("ValuationStale")

    def _on_move(self, number: int, source: Position, target: Position, units: int) -> None:
        """Only what comes under a lien is held under the limit."""
        if target.lien and not source.lien and self.pledged(number) + units > self.pledgeable(number):
            raise Refused("PledgeLimit")
