"""Meters, guarantees of origin and carbon assets in plain integers; every rule raises the contract error's name.

Exact: the grams of a guarantee are the sum over its conversions, floor(converted Wh × mg/kWh / 1,000,000). A refusal
leaves everything as it was.
"""

from dataclasses import dataclass, field

from caldera.model.ledger import Asset, LedgerModel, Position, Refused

SECONDS_PER_HOUR = 3600
MOST_FACTOR = 2_000_000
SHORTEST, LONGEST = 86_400, 3650 * 86_400


def grams(watt_hours: int, factor: int) -> int:
    """Grams of CO2e at `factor` mg/kWh: 1,000 Wh a kWh, 1,000 mg a g."""
    return watt_hours * factor // (1_000 * 1_000)


@dataclass
class Facts:
    """What holds for a meter's next statements: W, seconds, mg/kWh."""

    owner: str
    rated_power: int
    valid_until: int
    factor: int


@dataclass
class Statement:
    """One period [start, end) with what could have been and what was measured."""

    start: int
    end: int
    rated_power: int
    watt_hours: int


@dataclass
class Meter:
    """A meter. `state`: Active, Suspended or Closed."""

    facts: Facts
    stated_until: int
    state: str = "Active"
    statements: list[Statement] = field(default_factory=list)


@dataclass
class Guarantee:
    """A guarantee of origin; Wh."""

    meter: int
    start: int
    end: int
    expires: int
    factor: int
    issued: int
    redeemed: int = 0
    converted: int = 0
    carbons: list[int] = field(default_factory=list)

    @property
    def outstanding(self) -> int:
        """Neither redeemed nor converted."""
        return self.issued - self.redeemed - self.converted


@dataclass
class Carbon:
    """A carbon asset; grams."""

    guarantee: int
    issued: int
    retired: int = 0


@dataclass
class Terms:
    """What the rules demand of whoever holds the certificates of one kind."""

    regions: int
    qualifications: int


class EnergyModel:
    """Everything on one ledger, whose parties and time are the ledger model's. Ids are given by the caller."""

    def __init__(self, ledger: LedgerModel, lifetime: int, guarantees: Terms, carbon: Terms) -> None:
        self.ledger = ledger
        self.lifetime = lifetime
        self.terms = {"guarantee": guarantees, "carbon": carbon}
        self.paused_until = 0
        self.meters: dict[int, Meter] = {}
        self.guarantees: dict[int, Guarantee] = {}
        self.carbons: dict[int, Carbon] = {}
        self.redemptions = 0
        self.retirements = 0
        ledger.pledgeable = self._require_pledgeable

    def register(self, meter: int, valid_from: int, facts: Facts) -> None:
        """By the attestor."""
        if meter in self.meters:
            raise Refused("MeterExists")
        if facts.valid_until <= valid_from:
            raise Refused("ValidityEmpty")
        self._require_sound(facts)
        self.meters[meter] = Meter(facts, valid_from)

    def revise(self, meter: int, facts: Facts) -> None:
        """By the attestor."""
        if self._meter(meter).state == "Closed":
            raise Refused("MeterClosed")
        self._require_sound(facts)
        self.meters[meter].facts = facts

    def _require_sound(self, facts: Facts) -> None:
        if not self.ledger.active(facts.owner):
            raise Refused("NotActive")
        if facts.rated_power == 0:
            raise Refused("NoRatedPower")
        if facts.factor > MOST_FACTOR:
            raise Refused("FactorOutOfRange")

    def set_state(self, meter: int, state: str) -> None:
        """By the attestor."""
        known = self._meter(meter)
        if (known.state, state) not in {
            ("Active", "Suspended"),
            ("Suspended", "Active"),
            ("Active", "Closed"),
            ("Suspended", "Closed"),
        }:
            raise Refused("MeterStateRefused")
        known.state = state

    def set_lifetime(self, lifetime: int) -> None:
        """By who keeps the standard."""
        if not SHORTEST <= lifetime <= LONGEST:
            raise Refused("LifetimeOutOfRange")
        self.lifetime = lifetime

    def most(self, meter: int, start: int, end: int) -> int:
        """Most whole watt-hours that the meter can have measured."""
        return self.meters[meter].facts.rated_power * (end - start) // SECONDS_PER_HOUR

    def state_output(self, meter: int, start: int, end: int, watt_hours: int, guarantee: int) -> int:
        """By the attestor; gives back the guarantee."""
        self._require_running()
        known = self._meter(meter)
        facts = known.facts
        if known.state != "Active":
            raise Refused("MeterNotActive")
        if end <= start:
            raise Refused("PeriodEmpty")
        if end > self.ledger.now:
            raise Refused("PeriodNotOver")
        if start < known.stated_until:
            raise Refused("PeriodOverlaps")
        if end > facts.valid_until:
            raise Refused("PeriodNotAccredited")
        if watt_hours == 0:
            raise Refused("NoAmount")
        if watt_hours > self.most(meter, start, end):
            raise Refused("ExceedsRatedPower")
        expires = end + self.lifetime
        if self.ledger.now >= expires:
            raise Refused("GuaranteeExpired")
        self._create(guarantee, "guarantee", facts.owner, watt_hours)
        self.guarantees[guarantee] = Guarantee(meter, start, end, expires, facts.factor, watt_hours)
        known.stated_until = end
        known.statements.append(Statement(start, end, facts.rated_power, watt_hours))
        return guarantee

    def redeem(self, guarantee: int, holder: str, watt_hours: int) -> int:
        """By the holder; gives back the number of the claim."""
        valid = self._valid(guarantee)
        self._claim(guarantee, holder, watt_hours)
        valid.redeemed += watt_hours
        self.redemptions += 1
        return self.redemptions

    def convert(self, guarantee: int, holder: str, watt_hours: int, carbon: int) -> int:
        """By the holder; gives back the grams."""
        self._require_running()
        if watt_hours == 0:
            raise Refused("NoAmount")
        valid = self._valid(guarantee)
        self._require_free(guarantee, holder, watt_hours)
        made = self.carbon_for(guarantee, watt_hours)
        if made == 0:
            raise Refused("LessThanOneGram")
        self._create(carbon, "carbon", holder, made)
        self._burn(guarantee, holder, watt_hours)
        valid.converted += watt_hours
        valid.carbons.append(carbon)
        self.carbons[carbon] = Carbon(guarantee, made)
        return made

    def carbon_for(self, guarantee: int, watt_hours: int) -> int:
        """Grams that a conversion would give now."""
        known = self.guarantees[guarantee]
        return grams(known.converted + watt_hours, known.factor) - grams(known.converted, known.factor)

    def retire(self, carbon: int, holder: str, amount: int) -> int:
        """By the holder; gives back the number of the claim."""
        if carbon not in self.carbons:
            raise Refused("UnknownCarbon")
        self._claim(carbon, holder, amount)
        self.carbons[carbon].retired += amount
        self.retirements += 1
        return self.retirements

    def expire(self, guarantee: int) -> None:
        """By anybody."""
        if guarantee not in self.guarantees:
            raise Refused("UnknownGuarantee")
        if self.ledger.now < self.guarantees[guarantee].expires:
            raise Refused("GuaranteeValid")
        self.ledger.assets[guarantee].circulates = False

    def _meter(self, meter: int) -> Meter:
        if meter not in self.meters:
            raise Refused("UnknownMeter")
        return self.meters[meter]

    def _valid(self, guarantee: int) -> Guarantee:
        if guarantee not in self.guarantees:
            raise Refused("UnknownGuarantee")
        if self.ledger.now >= self.guarantees[guarantee].expires:
            raise Refused("GuaranteeExpired")
        return self.guarantees[guarantee]

    def _require_pledgeable(self, asset: int) -> None:
        if asset in self.guarantees:
            self._valid(asset)

    def _require_running(self) -> None:
        if self.ledger.now < self.paused_until:
            raise Refused("Paused")

    def _create(self, asset: int, kind: str, owner: str, units: int) -> None:
        terms = self.terms[kind]
        made = Asset(1, terms.regions, terms.qualifications, False, True)
        if not self.ledger.active(owner):
            raise Refused("ERC7943CannotReceive")
        if not made.admits(self.ledger.parties[owner]):
            raise Refused("OutsideScope")
        made.units[Position(owner)] = units
        self.ledger.assets[asset] = made

    def _claim(self, asset: int, holder: str, units: int) -> None:
        if units == 0:
            raise Refused("NoAmount")
        if not self.ledger.active(holder):
            raise Refused("NotActive")
        self._require_free(asset, holder, units)
        self._burn(asset, holder, units)

    def _require_free(self, asset: int, holder: str, units: int) -> None:
        held = self.ledger.assets[asset]
        if units > held.units[Position(holder)]:
            raise Refused("PledgedUnits")
        if units > max(0, held.balance(holder) - held.frozen[holder]):
            raise Refused("ERC7943InsufficientUnfrozenBalance")

    def _burn(self, asset: int, holder: str, units: int) -> None:
        self.ledger.assets[asset].units[Position(holder)] -= units
