"""Who holds the supply, and what of it a schedule still locks, month by month.

The schedule is `caldera.model.vesting.scheduled`, which the property suite holds the contract to. It supposes that all
of an allocation is granted at its earliest start over its default time. What has no schedule is bound by its holder's
rule: an award, a proof of the airdrop, or a vote.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from caldera.deployment.economy import MONTH, Allocation, Economy
from caldera.model.vesting import scheduled

MONTHS = 120
"""Ten years."""

Wei = npt.NDArray[np.object_]
"""Exact integers, one a month; index 0 is genesis."""

SCHEDULE, AWARD, PROOF, VOTE = "schedule", "award", "proof", "vote"


@dataclass(frozen=True)
class Line:
    """An allocation. `bound`: by what. `unlocked` and `locked`: by a schedule, together `amount`; without a schedule
    nothing is locked."""

    name: str
    kind: str
    amount: int
    bound: str
    unlocked: Wei

    @property
    def locked(self) -> Wei:
        """What the schedule still holds."""
        left: Wei = self.amount - self.unlocked
        return left


def bound_of(allocation: Allocation) -> str:
    """What decides when its ERA moves."""
    if allocation.funds == "allocation":
        return SCHEDULE
    if allocation.funds == "budget":
        return AWARD
    return PROOF if allocation.name == "airdrop" else VOTE


def unlocked_at(economy: Economy, allocation: Allocation, time: int) -> int:
    """What no schedule locks any more, `time` seconds after genesis, in wei."""
    if allocation.funds != "allocation":
        return allocation.amount
    terms = economy.unlocking[allocation.name]
    return scheduled(allocation.amount, terms.after_months * MONTH, 0, terms.over_months * MONTH, time)


def unlock_curve(economy: Economy, months: int = MONTHS) -> list[Line]:
    """A line an allocation, months 0 to `months`."""
    return [
        Line(
            one.name,
            one.of,
            one.amount,
            bound_of(one),
            wei(unlocked_at(economy, one, month * MONTH) for month in range(months + 1)),
        )
        for one in economy.allocations
    ]


def wei(values: Iterable[int]) -> Wei:
    """Integers of any size as an array, which numpy's own integers could not hold."""
    found = list(values)
    made = np.empty(len(found), dtype=object)
    made[:] = found
    return made
