"""The credit limit's published formula in whole numbers, and what is recorded for it; every rule raises the contract
error's name.

Money is USD with 6 decimals. `assess(parameters, facts, conduct)` is what `CreditModel.assess` answers, to the unit:

    limit = max(0, min(cap, turnover + repaid + unpaid + days late + cargo turnover + orders + conduct))

Each of the first six is a curve at one fact: straight lines between its knots, flat before the first and beyond the
last, rounded down. `DEVNET` is a set of parameters to begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from caldera.model.ledger import Refused

BPS = 10_000
MOST_DAYS_LATE = 36_500
"""Tenths of a day."""
FEWEST_KNOTS, MOST_KNOTS = 2, 8
FACTORS = ("turnover", "repaid", "unpaid", "days_late", "cargo_turnover", "orders", "conduct")
"""In the order of the contract's contributions."""
FALLING = ("unpaid", "days_late")
"""Of these more is worse."""
DAY = 86_400


@dataclass(frozen=True)
class Facts:
    """An enterprise's figures of one epoch. `days_late`: tenths of a day."""

    turnover: int = 0
    receivables_issued: int = 0
    receivables_repaid: int = 0
    days_late: int = 0
    cargo_turnover: int = 0
    orders: int = 0

    @property
    def by_factor(self) -> tuple[int, ...]:
        """What each curve is asked at."""
        unpaid = self.receivables_issued - self.receivables_repaid
        return (self.turnover, self.receivables_repaid, unpaid, self.days_late, self.cargo_turnover, self.orders)


@dataclass(frozen=True)
class Curve:
    """A piecewise-linear curve through `knots` (x, y), x ascending."""

    knots: tuple[tuple[int, int], ...]

    def at(self, x: int) -> int:
        """Its value, rounded toward minus infinity."""
        first, last = self.knots[0], self.knots[-1]
        if x <= first[0]:
            return first[1]
        for (x0, y0), (x1, y1) in pairwise(self.knots):
            if x < x1:
                return y0 + (y1 - y0) * (x - x0) // (x1 - x0)
        return last[1]


@dataclass(frozen=True)
class Parameters:
    """One version of the formula, as `ICreditModel.CreditParameters`. `curves`: in the order of `FACTORS`."""

    cap: int
    raise_cap: int
    highest: int
    lowest: int
    thawed: int
    in_time_bps: int
    late_bps: int
    curves: tuple[Curve, ...]

    def check(self) -> None:
        """Refuses what would not be monotone and bounded.

        Raises:
            Refused: with the name of the contract's error.
        """
        if self.cap == 0:
            raise Refused("NoCreditCap")
        if not self.lowest <= self.thawed <= 0 <= self.highest:
            raise Refused("ConductBoundsOutOfOrder")
        for factor, curve in zip(FACTORS, self.curves, strict=False):
            sign = -1 if factor in FALLING else 1
            if not FEWEST_KNOTS <= len(curve.knots) <= MOST_KNOTS:
                raise Refused("KnotCountOutOfRange")
            if sign < 0 < curve.knots[0][1]:
                raise Refused("PenaltyAboveZero")
            for left, right in pairwise(curve.knots):
                if right[0] <= left[0]:
                    raise Refused("KnotsNotAscending")
                if sign * right[1] < sign * left[1]:
                    raise Refused("CurveNotMonotone")

    def within(self, conduct: int) -> int:
        """Conduct by these parameters."""
        return max(self.lowest, min(self.highest, conduct))


@dataclass(frozen=True)
class Assessment:
    """A limit and what makes it. `contributions`: in the order of `FACTORS`. `formula`: their sum without conduct."""

    limit: int
    formula: int
    standing: str
    contributions: tuple[int, ...]

    @property
    def conduct(self) -> int:
        """The last of the contributions."""
        return self.contributions[-1]


def assess(parameters: Parameters | None, facts: Facts, conduct: int = 0, standing: str = "Open") -> Assessment:
    """The limit of an enterprise with these figures and this conduct.

    Args:
        parameters: those that hold; None where none are published.
        facts: the recorded figures; zeros where there are none.
        conduct: USD with 6 decimals; what lies outside the parameters' bounds counts as the bound.
        standing: of `Open`, `Frozen`, `NoModel`, `NoRecord`, `Revoked`, `Stale`; all but the first make the limit 0.
    """
    if parameters is None:
        return Assessment(0, 0, standing, (0,) * len(FACTORS))
    parts = tuple(curve.at(x) for curve, x in zip(parameters.curves, facts.by_factor, strict=True))
    formula, conduct = sum(parts), parameters.within(conduct)
    limit = max(0, min(parameters.cap, formula + conduct)) if standing == "Open" else 0
    return Assessment(limit, formula, standing, (*parts, conduct))


@dataclass
class Attestor:
    """An account that may vouch: it has the role (and a delay or none) and is active, or not."""

    entity: int
    member: bool = True
    delay: int = 0
    active: bool = True


def require_quorum(quorum: int, known: dict[int, Attestor], given: Sequence[tuple[int, bool]]) -> None:
    """As `AttestorSet.requireQuorum`. `given`: address as a number and whether its signature is good, as brought."""
    if len(given) < quorum:
        raise Refused("QuorumNotReached")
    previous = 0
    seen: set[int] = set()
    for signer, good in given:
        if signer <= previous:
            raise Refused("SignersNotAscending")
        previous = signer
        attestor = known.get(signer)
        if attestor is None or not attestor.member or attestor.delay or not attestor.active:
            raise Refused("NotAnAttestor")
        if attestor.entity in seen:
            raise Refused("SameEntity")
        seen.add(attestor.entity)
        if not good:
            raise Refused("InvalidAttestation")


@dataclass(frozen=True)
class Statement:
    """What is signed."""

    entity: int
    epoch: int
    facts: Facts
    nonce: int
    valid_until: int


@dataclass
class Entry:
    """What is recorded of an entity; `nonce` 0: nothing yet."""

    facts: Facts = field(default_factory=Facts)
    epoch: int = 0
    nonce: int = 0
    valid_until: int = 0
    recorded_at: int = 0
    revoked: bool = False


@dataclass
class Conduct:
    """How an entity behaved, as stored; `raised` in `epoch`."""

    conduct: int = 0
    raised: int = 0
    epoch: int = 0
    frozen: bool = False


class CreditBook:
    """The operating record and the credit model of one suite. Addresses are numbers; `now` is set from outside."""

    def __init__(self, now: int, epoch_length: int, epochs_back: int, longest_age: int, quorum: int) -> None:
        self.now = now
        self.epoch_length = epoch_length
        self.epochs_back = epochs_back
        self.longest_age = longest_age
        self.quorum = quorum
        self.paused_until = 0
        self.entities: set[int] = set()
        self.attestors: dict[int, Attestor] = {}
        self.entries: dict[int, Entry] = {}
        self.conducts: dict[int, Conduct] = {}
        self.versions: list[Parameters] = []

    @property
    def epoch(self) -> int:
        """The epoch that runs."""
        return self.now // self.epoch_length

    @property
    def parameters(self) -> Parameters | None:
        """Those that hold."""
        return self.versions[-1] if self.versions else None

    def entry(self, entity: int) -> Entry:
        """What is recorded of the entity."""
        return self.entries.get(entity, Entry())

    def record(self, statement: Statement, given: Sequence[tuple[int, bool]]) -> None:
        """By anybody."""
        if self.now < self.paused_until:
            raise Refused("Paused")
        entry, facts = self.entry(statement.entity), statement.facts
        if statement.nonce != entry.nonce + 1:
            raise Refused("NonceNotNext")
        ends = (statement.epoch + 1) * self.epoch_length
        if self.now < ends:
            raise Refused("EpochNotOver")
        if statement.epoch < self.epoch - self.epochs_back:
            raise Refused("EpochTooOld")
        if statement.epoch < entry.epoch:
            raise Refused("EpochBeforeLast")
        if not self.now < statement.valid_until <= ends + self.longest_age:
            raise Refused("FactsValidityOutOfRange")
        if facts.receivables_repaid > facts.receivables_issued:
            raise Refused("RepaidExceedsIssued")
        if facts.days_late > MOST_DAYS_LATE:
            raise Refused("DaysLateOutOfRange")
        if facts.receivables_issued == 0 and facts.days_late:
            raise Refused("LateWithoutReceivables")
        if statement.entity not in self.entities:
            raise Refused("UnknownEntity")
        for signer, _ in given:
            if signer in self.attestors and self.attestors[signer].entity == statement.entity:
                raise Refused("AttestsToItself")
        require_quorum(self.quorum, self.attestors, given)
        self.entries[statement.entity] = Entry(
            facts, statement.epoch, statement.nonce, statement.valid_until, self.now, False
        )

    def revoke(self, entity: int) -> None:
        """By compliance."""
        entry = self.entry(entity)
        if entry.nonce == 0:
            raise Refused("NoOperatingRecord")
        if entry.revoked:
            raise Refused("RecordRevoked")
        self.entries[entity] = replace(entry, nonce=entry.nonce + 1, revoked=True)

    def set_bounds(self, epochs_back: int, longest_age: int) -> None:
        """By who keeps the standard."""
        if epochs_back == 0 or not DAY <= longest_age <= 366 * DAY:
            raise Refused("RecordBoundsOutOfRange")
        self.epochs_back, self.longest_age = epochs_back, longest_age

    def set_quorum(self, quorum: int) -> None:
        """By who keeps the standard."""
        if not 2 <= quorum <= 32:
            raise Refused("AttestorQuorumOutOfRange")
        self.quorum = quorum

    def require_fresh(self, entity: int) -> Entry:
        """The entry, where it is good."""
        entry = self.entry(entity)
        names = {"NoRecord": "NoOperatingRecord", "Revoked": "RecordRevoked", "Stale": "StaleRecord"}
        standing = self._record_standing(entry)
        if standing in names:
            raise Refused(names[standing])
        return entry

    def publish(self, parameters: Parameters) -> int:
        """By who keeps the standard; gives back the version."""
        parameters.check()
        self.versions.append(parameters)
        return len(self.versions)

    def conduct_of(self, entity: int) -> Conduct:
        """Conduct by the parameters that hold, with what it rose in the epoch that runs."""
        stored = self.conducts.get(entity, Conduct())
        conduct = self.parameters.within(stored.conduct) if self.parameters else 0
        return Conduct(conduct, stored.raised if stored.epoch == self.epoch else 0, self.epoch, stored.frozen)

    def in_time(self, entity: int, interest: int) -> None:
        """By a lender. Rises by a share of the interest, rounded down, to the bounds of the epoch and of all."""
        now = self.conduct_of(entity)
        if self.parameters:
            most = min(max(0, self.parameters.raise_cap - now.raised), self.parameters.highest - now.conduct)
            by = min(interest * self.parameters.in_time_bps // BPS, most)
            now = replace(now, conduct=now.conduct + by, raised=now.raised + by)
        self.conducts[entity] = now

    def late(self, entity: int, principal: int) -> None:
        """By a lender. Falls by a share of the principal, rounded up, to the lower bound."""
        now = self.conduct_of(entity)
        if self.parameters:
            by = -(-principal * self.parameters.late_bps // BPS)
            now = replace(now, conduct=max(self.parameters.lowest, now.conduct - by))
        self.conducts[entity] = now

    def default(self, entity: int) -> None:
        """By a lender."""
        stored = self.conducts.get(entity, Conduct())
        self.conducts[entity] = replace(stored, frozen=True)

    def thaw(self, entity: int) -> None:
        """By governance."""
        stored = self.conducts.get(entity, Conduct())
        if not stored.frozen:
            raise Refused("NotFrozen")
        thawed = self.parameters.thawed if self.parameters else 0
        self.conducts[entity] = replace(stored, conduct=thawed, frozen=False)

    def standing(self, entity: int) -> str:
        """Why the limit is what it is."""
        if self.conducts.get(entity, Conduct()).frozen:
            return "Frozen"
        return self._record_standing(self.entry(entity)) if self.parameters else "NoModel"

    def _record_standing(self, entry: Entry) -> str:
        if entry.nonce == 0:
            return "NoRecord"
        if entry.revoked:
            return "Revoked"
        return "Stale" if self.now > entry.valid_until else "Open"

    def assess(self, entity: int) -> Assessment:
        """The limit now."""
        conduct = self.conduct_of(entity).conduct
        return assess(self.parameters, self.entry(entity).facts, conduct, self.standing(entity))


def usd(amount: int) -> int:
    """Whole dollars in units of 6 decimals."""
    return amount * 10**6


def _curve(knots: Iterable[tuple[int, int]], money: bool = True) -> Curve:
    return Curve(tuple((usd(x) if money else x, usd(y)) for x, y in knots))


DEVNET = Parameters(
    cap=usd(10_000_000),
    raise_cap=usd(25_000),
    highest=usd(500_000),
    lowest=usd(-1_000_000),
    thawed=usd(-250_000),
    in_time_bps=20_000,
    late_bps=1_000,
    curves=(
        _curve([(0, 0), (100_000, 5_000), (1_000_000, 80_000), (5_000_000, 300_000), (100_000_000, 3_000_000)]),
        _curve([(0, 0), (100_000, 10_000), (1_000_000, 150_000), (5_000_000, 600_000), (100_000_000, 6_000_000)]),
        _curve([(0, 0), (100_000, -40_000), (1_000_000, -600_000), (10_000_000, -8_000_000)]),
        _curve([(0, 0), (30, 0), (100, -50_000), (300, -300_000), (900, -2_000_000)], money=False),
        _curve([(0, 0), (1_000_000, 60_000), (10_000_000, 400_000), (50_000_000, 1_200_000)]),
        _curve([(0, 0), (100, 10_000), (1_000, 60_000), (10_000, 200_000)], money=False),
    ),
)
"""For epochs of 30 days. Conduct rises by twice the interest paid in time, at most USD 25,000 an epoch and USD 500,000
in all, and falls by a tenth of the principal that is late. Three days late on average cost nothing."""
