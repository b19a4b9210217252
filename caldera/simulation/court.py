"""What a court makes of a false result, exactly: a panel, an appeal to a larger one, governance last.

The signers' side appeals always, the challenger where its expected gain is positive. A round in which at most half of
the panel reveals, or that ends in a tie, has no ruling and goes to governance; where governance is silent the last
ruling stands, and without one the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .assumptions import WHOLE, Assumptions
from .draw import Floats, Kinds, panel_chances, panels


@dataclass(frozen=True)
class Judges:
    """How nodes vote about a false result, and governance after them. Parts of 1."""

    size: int
    error: float
    absent: float
    lazy: float
    speaks: float
    right: float

    @classmethod
    def of(cls, given: Assumptions, error: float) -> Judges:
        """As supposed, for a claim at which honest nodes err with that chance."""
        return cls(
            given.court,
            error,
            given.absent_bps / WHOLE,
            given.lazy_uphold_bps / WHOLE,
            given.governance_speaks_bps / WHOLE,
            given.governance_right_bps / WHOLE,
        )

    @property
    def appeal(self) -> int:
        """Size of the larger panel."""
        return 2 * self.size + 1

    def governed(self, last: float) -> float:
        """Chance that governance overturns where the last ruling did so with chance `last`."""
        return self.speaks * self.right + (1 - self.speaks) * last


@dataclass(frozen=True)
class Persistence:
    """Whether the challenger goes on after a round was lost."""

    first: bool = True
    second: bool = True


@cache
def rulings(judges: Judges, size: int) -> Floats:
    """Of each row of `panels(size)`: the chances that it upholds the challenge, rejects it, or has no ruling."""
    found = np.zeros((len(panels(size)), 3))
    uphold, reject = np.indices((size + 1, size + 1))
    ruled = (2 * (uphold + reject) > size) & (uphold != reject)
    for row, (ring, lazy, malicious, honest) in enumerate(panels(size)):
        votes = np.zeros((size + 1, size + 1))
        votes[0, ring + malicious] = 1.0
        for count, right in ((honest, 1 - judges.error), (lazy, judges.lazy)):
            present = 1 - judges.absent
            for _ in range(count):
                after = votes * judges.absent
                after[1:] += votes[:-1] * present * right
                after[:, 1:] += votes[:, :-1] * present * (1 - right)
                votes = after
        found[row] = [votes[where].sum() for where in (ruled & (uphold > reject), ruled & (uphold < reject), ~ruled)]
    return found


@cache
def round_of(pool: Kinds, heavier: float, judges: Judges, size: int) -> tuple[float, float, float]:
    """Upheld, rejected, no ruling, of a panel drawn from the pool."""
    upheld, rejected, none = panel_chances(pool, heavier, size) @ rulings(judges, size)
    return float(upheld), float(rejected), float(none)


def second(pool: Kinds, heavier: float, judges: Judges, last: float, goes_on: bool) -> float:
    """Chance that a result is overturned once the appeal is drawn from the pool, the first ruling being `last`."""
    upheld, rejected, none = round_of(pool, heavier, judges, judges.appeal)
    after = judges.governed(0.0) if goes_on else 0.0
    return upheld * judges.governed(1.0) + rejected * after + none * judges.governed(last)


@dataclass(frozen=True)
class Verdict:
    """Chances about a challenged false result: that the first round upholds the challenge; that it is overturned."""

    first: float
    overturned: float


@cache
def verdict(pool: Kinds, heavier: float, judges: Judges, persistence: Persistence) -> Verdict:
    """Of a case whose courts are drawn from the pool, those who signed taken off it."""
    chances, votes = panel_chances(pool, heavier, judges.size), rulings(judges, judges.size)
    first = overturned = 0.0
    for row, chance in enumerate(chances):
        if chance < 1e-18:
            continue
        upheld, rejected, none = (float(one) for one in votes[row])
        left = pool.less(Kinds(*(int(count) for count in panels(judges.size)[row])))
        end = upheld * second(left, heavier, judges, 1.0, persistence.second)
        if persistence.first:
            end += rejected * second(left, heavier, judges, 0.0, persistence.second)
        first += chance * upheld
        overturned += chance * (end + none * judges.governed(0.0))
    return Verdict(float(first), float(overturned))
