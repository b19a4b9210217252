"""The first year of a node, kind by kind: rewards, fees, checks, what is slashed, and its delegators' part.

Months are epochs of 30 days (twelve, and one of five days). Rewards of an epoch follow from the scores of the epochs
before it; a new node begins at the least of the band. What a node meets in a false claim comes from the exact game.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from caldera.deployment.economy import Band

from .assumptions import UNIT, WHOLE, Assumptions
from .cost import EPOCH_DAYS, TRAILING, YEAR_DAYS, drawn_other
from .draw import Floats, Whole
from .fraud import Game, Request
from .trials import CHUNK

KINDS = ("honest", "lazy", "malicious", "idle")
"""An idle node has stake and does nothing: what the others must be better than."""
PLACE = {"lazy": 1, "malicious": 2, "honest": 3}
DAYS = [EPOCH_DAYS] * (YEAR_DAYS // EPOCH_DAYS) + [YEAR_DAYS % EPOCH_DAYS]
RATE = 10**9
MOST_SLASHES = 40
"""In a year: what is left after so many is nothing."""

Tick = Callable[[int], None]


@dataclass(frozen=True)
class Meets:
    """What a node of a kind meets. `drawn`: chance to be drawn for a request. Of a false claim for which it is drawn:
    `accepted`, the false result is accepted with its signature; `overturned`, and falls if it is challenged; `earns`,
    it is paid for its signature, whichever result that is."""

    drawn: float
    accepted: float
    overturned: float
    earns: float


@dataclass(frozen=True)
class Years:
    """A year in many trials, in millionths of an ERA, an entry a trial. `income` = rewards + fees - checks - slashed;
    `delegator`: what a delegator's stake and rewards are worth at the end, less its stake. `slashes`: how many."""

    rewards: Whole
    fees: Whole
    checks: Whole
    slashed: Whole
    delegator: Whole
    slashes: Whole

    @property
    def income(self) -> Whole:
        """Of the whole pool of the node, its delegators included."""
        return self.rewards + self.fees - self.checks - self.slashed


@dataclass(frozen=True)
class Work:
    """Verification in a network, under the band of a profile."""

    given: Assumptions
    band: Band

    @cached_property
    def game(self) -> Game:
        """A false claim with the supposed ring behind it. Of each kind there is a node at least, for the figures to
        mean something."""
        given = self.given
        each = -(-WHOLE // given.nodes)
        few = {name: max(getattr(given, name), each) for name in ("lazy_bps", "malicious_bps")}
        return Game(given.but(**few), Request.of(given), self.band.slash_bps)

    def meets(self, kind: str) -> Meets:
        """What a node of that kind meets."""
        if kind == "idle":
            return Meets(0.0, 0.0, 0.0, 0.0)
        game, place = self.game, PLACE[kind]
        chance = drawn_other(game)
        each = chance * game.network.kinds[place]
        accepted, overturned = game.signing(place) / each, game.signing(place, overturned=True) / each
        honest = max(0.0, 1 - game.accepted - game.blocked)
        sees = {"honest": 1.0, "lazy": self.given.copies_bps / WHOLE, "malicious": 0.0}[kind]
        return Meets(chance, accepted, overturned, accepted + honest * sees)

    @property
    def caught(self) -> float:
        """Part of the false results that are challenged."""
        return self.game.caught


def rates(band: Band, volume: Whole, accuracy: Whole) -> Whole:
    """A year's rate in 10^-9: least + (most - least) x volume x accuracy, rounded down; scores in basis points."""
    return band.least_bps * (RATE // WHOLE) + (band.most_bps - band.least_bps) * volume * accuracy // (
        WHOLE * WHOLE // (RATE // WHOLE)
    )


def earned(stake: Whole, rate: Whole, days: int) -> Whole:
    """Rewards of so many days, rounded down. Split so that 64 bits hold the products: a stake of up to 10^15."""
    yearly = stake // RATE * rate + stake % RATE * rate // RATE
    return yearly * days // YEAR_DAYS


def part(amount: Whole, bps: int) -> Whole:
    """A part of an amount, rounded up, within 64 bits."""
    return amount // WHOLE * bps - (-(amount % WHOLE) * bps // WHOLE)


def live(work: Work, kind: str, trials: int, seed: int, tick: Tick = lambda done: None) -> Years:
    """Lives that year so many times; the same seed gives the same years."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    parts = []
    for start in range(0, trials, CHUNK):
        count = min(CHUNK, trials - start)
        parts.append(_Year(work, kind, count, rng).live())
        tick(count)
    return Years(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class _Year:
    """Some years at once, an entry a trial."""

    def __init__(self, work: Work, kind: str, count: int, rng: np.random.Generator) -> None:
        self.work, self.kind, self.rng = work, kind, rng
        self.given, self.met = work.given, work.meets(kind)
        self.start = work.game.network.stake
        self.stake = np.full(count, self.start, dtype=np.int64)
        self.delegated = np.full(count, self.given.units("delegated_era"), dtype=np.int64)
        zero = np.zeros(count, dtype=np.int64)
        self.signed, self.wrong = [zero], [zero]
        self.volume = zero

    def live(self) -> tuple[Whole, ...]:
        zero = np.zeros_like(self.stake)
        rewards, fees, checks, slashed, paid, slashes = zero, zero, zero, zero, zero, zero
        given, asked = self.given, self.work.game.request
        fee = given.units("fee_era") // asked.panel
        net = (given.units("fee_era") - given.units("fee_era") * given.fund_bps // WHOLE) // asked.panel
        first = given.units("delegated_era")
        for days in DAYS:
            rate = rates(self.work.band, self._volume(), self._accuracy())
            reward, kept = earned(self.stake, rate, days), earned(self.delegated, rate, days)
            rewards = rewards + reward
            paid = paid + kept - part(kept, given.commission_bps)
            duties, signed, wrong = self._epoch(days)
            fees = fees + signed * net
            if self.kind == "honest":
                checks = checks + duties * given.units("check_era")
            for _ in range(int(wrong.max(initial=0))):
                struck = wrong > 0
                taken = np.where(struck, part(self.stake, self.work.band.slash_bps), 0)
                self.delegated -= np.where(struck, part(self.delegated, self.work.band.slash_bps), 0)
                self.stake = self.stake - taken
                slashed, slashes, wrong = slashed + taken, slashes + struck, wrong - struck
            self.volume = signed * fee
        return rewards, fees, checks, slashed, self.delegated + paid - first, slashes

    def _volume(self) -> Whole:
        target = np.maximum(part(self.stake, self.given.target_bps), 1)
        found: Whole = np.minimum(self.volume, target) * WHOLE // target
        return found

    def _accuracy(self) -> Whole:
        signed, wrong = sum(self.signed[-TRAILING:]), sum(self.wrong[-TRAILING:])
        right = np.maximum(signed - wrong, 0)
        return np.where(signed > 0, right * WHOLE // np.maximum(signed, 1), 0)

    def _epoch(self, days: int) -> tuple[Whole, Whole, Whole]:
        """Duties, signatures that are paid, and offences, each with its slash; a slashed node is drawn less often."""
        met, given, rng = self.met, self.given, self.rng
        requests = given.requests * days // EPOCH_DAYS
        duties = rng.binomial(requests, met.drawn * (self.stake / self.start))
        false = rng.binomial(duties, given.false_bps / WHOLE)
        accepted = rng.binomial(false, met.accepted)
        wrong = rng.binomial(accepted, self.work.caught * met.overturned / met.accepted if met.accepted else 0.0)
        other = rng.binomial(false - accepted, _given_not(met))
        plain = duties - false if self.kind in ("honest", "lazy") else np.zeros_like(duties)
        signed = plain + accepted + other
        self.signed.append(signed)
        self.wrong.append(wrong)
        if self.kind == "malicious":
            wrong = wrong + rng.binomial(duties, given.conflict_bps / WHOLE)
        return duties, signed, wrong


def _given_not(met: Meets) -> float:
    """Chance of being paid for a false claim whose false result was not accepted with the node's signature."""
    return min(1.0, (met.earns - met.accepted) / (1 - met.accepted)) if met.accepted < 1 else 0.0


def expected(work: Work, kind: str) -> Floats:
    """Mean income of the year by the part of false results that is detected, 0 to 100%, in ERA.

    Followed is the chance of each number of slashes so far, which says what stake is left. Scores are means: volume
    and signatures fall with the stake, so that they are the same whatever was slashed before.
    """
    met, given, band = work.meets(kind), work.given, work.band
    seen = np.arange(101)[:, None] / 100 * (1.0 if work.game.challenged else 0.0)
    start, target = work.game.network.stake / UNIT, given.target_bps / WHOLE
    gross = given.units("fee_era") / UNIT / work.game.request.panel
    stakes = start * (1 - band.slash_bps / WHOLE) ** np.arange(MOST_SLASHES + 1)
    chance = np.zeros((101, MOST_SLASHES + 1))
    chance[:, 0] = 1.0
    false = given.false_bps / WHOLE
    paid = (1 - false if kind in ("honest", "lazy") else 0.0) + false * met.earns
    found = false * met.overturned * seen
    conflicts = given.conflict_bps / WHOLE if kind == "malicious" else 0.0
    check = given.units("check_era") / UNIT if kind == "honest" else 0.0
    income, score = np.zeros(101), np.zeros((101, 1))
    for days in DAYS:
        rate = (band.least_bps + (band.most_bps - band.least_bps) * score) / WHOLE
        duties = given.requests * days // EPOCH_DAYS * met.drawn * stakes / start
        gained = stakes * rate * days / YEAR_DAYS + duties * (paid * gross * (1 - given.fund_bps / WHOLE) - check)
        after = _slashed(chance, duties * (found + conflicts))
        income += (chance * gained).sum(1) - ((chance - after) * stakes).sum(1)
        chance = after
        volume = min(1.0, duties[0] * paid * gross / (start * target))
        score = volume * np.maximum(0.0, 1 - found / paid) if paid else np.zeros((101, 1))
    result: Floats = income
    return result


def _slashed(chance: Floats, mean: Floats) -> Floats:
    """The chances of each number of slashes after an epoch in which so many more are met on average; the last is of all
    from there on."""
    after, ways = np.zeros_like(chance), np.exp(-mean) * np.ones_like(chance)
    for more in range(MOST_SLASHES + 1):
        after[:, more:] += (chance * ways)[:, : MOST_SLASHES + 1 - more]
        ways = ways * mean / (more + 1)
    after[:, -1] += 1 - after.sum(1)
    return after


def honest_pays_from(work: Work) -> int | None:
    """The least detection, in percent, from which on up to 100 an honest node earns most; None if never."""
    honest = expected(work, "honest")
    best = np.all([honest > expected(work, kind) for kind in KINDS[1:]], axis=0)
    from_here = np.logical_and.accumulate(best[::-1])[::-1]
    return int(np.argmax(from_here)) if from_here.any() else None
