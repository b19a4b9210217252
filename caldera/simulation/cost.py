"""What corruption costs the ring, beside what it brings. Amounts in millionths of an ERA.

A try that does not succeed costs at most the part of the fee that goes to the fund, and can be made again; so what a
single try brings on average, and what success brings after any number of tries, turn profitable at the same value.
Everything is rounded against the trust in a result: costs of the ring down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from caldera.deployment.economy import Band

from .assumptions import WHOLE, Assumptions
from .draw import ring_drawn
from .fraud import Game, Request

EPOCH_DAYS, YEAR_DAYS, TRAILING = 30, 365, 3
SHARES = (500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_333, 4_000, 5_000)
"""Shares of a ring, in basis points, that tables and plots go through."""
SPREADS = (1, 2, 4)
"""Over how many times as many entities a ring is spread that looks for the cheapest way."""

LEAST_KEPT = 1e-15
"""What is rarer than that is no way."""


@dataclass(frozen=True)
class Loss:
    """What a node of the ring loses when a result that it signed is overturned."""

    own: int
    delegators: int
    rewards: int


@dataclass(frozen=True)
class Cost:
    """A game in money, in the band of a profile."""

    game: Game
    band: Band

    @cached_property
    def loss(self) -> Loss:
        """Of one signature: what is slashed of its own and of its delegators' stake, and the rewards that fall with the
        accuracy of the next three epochs."""
        given, stake = self.game.given, self.game.network.ring_stake
        slashed = -(-stake * self.band.slash_bps // WHOLE)
        own = slashed * given.own_bps // WHOLE
        left = (stake - slashed) * given.own_bps // WHOLE
        signed = max(1, ceil(round(given.requests * TRAILING * drawn(self.game), 6)))
        days = TRAILING * EPOCH_DAYS
        rewards = left * (self.band.most_bps - self.band.least_bps) * days // (WHOLE * YEAR_DAYS * signed)
        return Loss(own, slashed - own, rewards)

    @property
    def fee(self) -> float:
        """What a try costs in fees at least: the fund's part, where any result comes about. The signers' part may all
        be the ring's."""
        fund = self.game.given.units("fee_era") * self.game.given.fund_bps // WHOLE
        return fund * (1 - self.game.blocked)

    @property
    def stake(self) -> float:
        """Expected loss of the ring in one try: stake of its own, and rewards."""
        each = self.loss.own + self.loss.rewards
        return self.game.caught * self.game.signing(0, overturned=True) * each

    @property
    def delegators_lost(self) -> float:
        """Expected loss of the ring's delegators in one try."""
        return self.game.caught * self.game.signing(0, overturned=True) * self.loss.delegators

    def kept(self, final_bps: int) -> float:
        """Part of the fraud's value that one try brings on average, where `final_bps` of it waits until the result is
        final."""
        undone = self.game.caught * sum(way.chance * way.verdict.overturned for way in self.game.ways)
        return self.game.accepted - undone * final_bps / WHOLE

    def break_even(self, final_bps: int) -> int | None:
        """The value from which on the fraud pays, rounded down; None where it never does.

        The ring sees who is willing before it brings a result, and brings only what is worth it. So it is the least of
        (loss + fee) / kept over any set of ways; the best sets are those cheapest by loss / kept.
        """
        each, ways = self.loss.own + self.loss.rewards, []
        for way in self.game.ways:
            undone = self.game.caught * way.verdict.overturned
            kept = way.chance * (1 - undone * final_bps / WHOLE)
            if kept > LEAST_KEPT:
                ways.append((kept, way.chance * undone * way.signed.ring * each))
        value, loss, total = None, self.fee, 0.0
        for kept, lost in sorted(ways, key=lambda way: way[1] / way[0]):
            loss, total = loss + lost, total + kept
            if value is None or loss / total < value:
                value = loss / total
        return None if value is None else floor(value)

    def profit(self, value: int, final_bps: int) -> float:
        """What one try brings on average to a ring that brings whatever can be accepted."""
        return value * self.kept(final_bps) - self.stake - self.fee


def drawn(game: Game) -> float:
    """How often a node of the ring is drawn for a request; for an open quorum, as often as its signatures need it."""
    ring, others = game.network.kinds.ring, game.network.kinds.others
    if not ring:
        return 0.0
    size = game.request.panel or min(game.request.signers, ring + others)
    chances = ring_drawn(ring, others, game.network.heavier, size)
    return float(sum(count * chance for count, chance in enumerate(chances))) / ring


def drawn_other(game: Game) -> float:
    """How often a node outside the ring is drawn."""
    size = game.request.panel or min(game.request.signers, sum(game.network.kinds))
    return (size - drawn(game) * game.network.kinds.ring) / game.network.kinds.others


@dataclass(frozen=True)
class Trust:
    """The largest value with which a request can be trusted, rounded down, and the ring for which more would pay."""

    value: int
    share_bps: int
    nodes: int


def trusted(given: Assumptions, band: Band, request: Request, final_bps: int) -> Trust | None:
    """The least break-even of any ring up to the supposed share, over so many entities as are supposed, or two or four
    times as many. None where no fraud ever pays."""
    found = None
    for one in rings(given):
        value = Cost(Game(one, request, band.slash_bps), band).break_even(final_bps)
        if value is not None and (found is None or value < found.value):
            found = Trust(value, one.ring_bps, one.ring_nodes)
    return found


def rings(given: Assumptions) -> Iterator[Assumptions]:
    """Rings that are no larger than supposed."""
    shares = sorted({one for one in SHARES if one < given.ring_bps} | {given.ring_bps} - {0})
    for share in shares:
        for spread in SPREADS:
            if given.ring_nodes * spread <= 300:
                yield given.but(ring_bps=share, ring_nodes=given.ring_nodes * spread)
