"""The same game played out, node by node: draws as a race, signatures, courts, appeals, money booked in whole units.

Nothing of the exact way is used but what the ring decides (how many of its own signatures it adds) and whether the
challenger appeals. Each node's time in a race is exponential with its capped stake as rate; the first ones are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .assumptions import WHOLE, Assumptions
from .cost import Cost
from .draw import Floats, Whole
from .fraud import Game

RING, LAZY, MALICIOUS, HONEST = range(4)
CHUNK = 10_000
"""Trials at once: few enough for the memory of a small machine."""

Flags = npt.NDArray[np.bool_]
Tick = Callable[[int], None]


@dataclass(frozen=True)
class Trials:
    """What came out, one entry a trial. `profit`, `delegators`: in millionths of an ERA, of the ring and lost by its
    delegators."""

    accepted: Flags
    challenged: Flags
    first: Flags
    overturned: Flags
    profit: Whole
    delegators: Whole

    @property
    def stands(self) -> Flags:
        """Accepted and never overturned."""
        return self.accepted & ~self.overturned

    def part(self, what: Flags, among: Flags | None = None) -> tuple[float, float]:
        """How often something came out, and the standard error of that."""
        count = len(what) if among is None else int(among.sum())
        if not count:
            return 0.0, 0.0
        found = float((what if among is None else what & among).sum()) / count
        return found, float(np.sqrt(found * (1 - found) / count))


def play(cost: Cost, trials: int, seed: int, tick: Tick = lambda done: None) -> Trials:
    """Plays it so many times; the same seed gives the same trials."""
    rng = np.random.default_rng(seed)
    parts = []
    for start in range(0, trials, CHUNK):
        count = min(CHUNK, trials - start)
        parts.append(_Table(cost, count, rng).play())
        tick(count)
    return Trials(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class _Table:
    """Some trials at once: rows are trials, columns nodes."""

    def __init__(self, cost: Cost, count: int, rng: np.random.Generator) -> None:
        self.cost, self.count, self.rng = cost, count, rng
        self.game: Game = cost.game
        self.given: Assumptions = cost.game.given
        network = self.game.network
        self.kinds = np.repeat(np.arange(4), network.kinds)
        stakes = np.where(self.kinds == RING, network.ring_stake, network.stake)
        self.rates: Floats = np.minimum(stakes, network.cap) / network.cap
        hard = self._lucky(self.given.hard_bps)
        self.error: Floats = np.where(hard, self.given.hard_error_bps, self.given.error_bps)[:, None] / WHOLE

    def play(self) -> tuple[npt.NDArray[np.generic], ...]:
        accepted, signed, result = self._request()
        challenged = accepted & self._lucky(self.given.detection_bps) & self.game.challenged
        first, overturned = np.zeros_like(challenged), np.zeros_like(challenged)
        first[challenged], overturned[challenged] = self._court(signed[challenged], self.error[challenged])
        own = np.where(overturned, (signed & (self.kinds == RING)).sum(1), 0).astype(np.int64)
        value = self.given.units("fraud_era")
        waits = value * self.given.final_bps // WHOLE
        loss, fund = self.cost.loss, self.given.units("fee_era") * self.given.fund_bps // WHOLE
        gained = np.where(accepted, np.where(overturned, value - waits, value), 0).astype(np.int64)
        profit: Whole = gained - own * (loss.own + loss.rewards) - np.where(result, fund, 0).astype(np.int64)
        return accepted, challenged, first, overturned, profit, own * loss.delegators

    def _lucky(self, bps: int, count: int | None = None) -> Flags:
        found: Flags = self.rng.random(self.count if count is None else count) < bps / WHOLE
        return found

    def _draw(self, size: int, without: Flags) -> Flags:
        """Who is drawn, none of `without`."""
        times = self.rng.exponential(size=without.shape) / self.rates
        times[without] = np.inf
        drawn = np.zeros_like(without)
        np.put_along_axis(drawn, np.argpartition(times, size - 1, axis=1)[:, :size], True, axis=1)
        return drawn

    def _request(self) -> tuple[Flags, Flags, Flags]:
        """Whether the false result is accepted, who signed it, and whether any result comes about."""
        nobody = np.zeros((self.count, len(self.kinds)), dtype=np.bool_)
        size, network = self.game.request.panel, self.game.network
        panel = self._draw(size, nobody) if size else ~nobody
        errs = (self.kinds == HONEST) & (self.rng.random(panel.shape) < self.error)
        others = panel & ((self.kinds == LAZY) | (self.kinds == MALICIOUS) | errs)
        willing = others.sum(1)
        plan = np.array([network.signing(self.game.request, one) for one in range(len(self.kinds) + 1)])
        own, taken = plan[willing].T
        ring = panel & (self.kinds == RING)
        accepted = own <= ring.sum(1)
        # Columns are in the order of the kinds, which is that in which signatures are taken.
        signed = (others & (others.cumsum(1) <= taken[:, None])) | (ring & (ring.cumsum(1) <= own[:, None]))
        honest = (panel & (self.kinds == HONEST) & ~errs).sum(1) >= self.game.request.signers
        return accepted, signed & accepted[:, None], accepted | honest

    def _round(self, size: int, without: Flags, error: Floats) -> tuple[Flags, Flags, Flags]:
        """Whether the challenge is upheld, whether it is rejected, and who was drawn."""
        panel = self._draw(size, without)
        chance = self.rng.random(panel.shape)
        lazy = chance < self.given.lazy_uphold_bps / WHOLE
        right = np.where(self.kinds == HONEST, chance >= error, (self.kinds == LAZY) & lazy)
        away = self.rng.random(panel.shape) < self.given.absent_bps / WHOLE
        shown = panel & ~(away & ((self.kinds == LAZY) | (self.kinds == HONEST)))
        uphold, reject = (shown & right).sum(1), (shown & ~right).sum(1)
        ruled = 2 * (uphold + reject) > size
        return ruled & (uphold > reject), ruled & (reject > uphold), panel

    def _court(self, signed: Flags, error: Floats) -> tuple[Flags, Flags]:
        """Whether the first round upholds a challenge, and whether it succeeds at last."""
        goes_on, count = self.game.persistence, len(signed)
        upheld, rejected, panel = self._round(self.given.court, signed, error)
        upheld2, rejected2, _ = self._round(2 * self.given.court + 1, signed | panel, error)
        appealed = upheld | rejected if goes_on.first else upheld
        # Where governance is asked, and what stands if it is silent.
        governed = np.where(appealed, ~rejected2 | goes_on.second, ~rejected)
        last = appealed & (upheld2 | (upheld & ~rejected2))
        speaks = self._lucky(self.given.governance_speaks_bps, count)
        right = self._lucky(self.given.governance_right_bps, count)
        return upheld, np.where(governed & speaks, right, last)
