"""Grants to developers in exact integers: milestones in USD, paid in ERA at the rate of the day.

Developers are entities by number. Rules raise the contract error's name; a refusal leaves everything as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from caldera.model.ledger import Refused

CAP = 300_000 * 10**6
MOST_MILESTONES = 32
LONGEST = 5 * 365 * 86_400
USD_TO_ERA = 10**30
"""floor(usd × 10^30 / rate): 6 decimals of USD, 18 of ERA, 18 of the rate."""


@dataclass
class Milestone:
    """USD with 6 decimals, the last second of approval, and where it stands."""

    usd: int
    deadline: int
    state: str = "Open"


class GrantsModel:
    """All grants. The caller keeps `now`, `rate` (USD per ERA in WAD, and its second) and `entities`, which exist."""

    def __init__(self, now: int, max_age: int, least: int, most: int) -> None:
        self.now = now
        self.max_age, self.least, self.most = max_age, least, most
        self.rate = (0, 0)
        self.entities: set[int] = set()
        self.grants: dict[int, tuple[int, list[Milestone]]] = {}
        self.claimable: Counter[int] = Counter()
        self.left = self.paid = 0

    def counted(self, developer: int) -> int:
        """USD of its open and approved milestones."""
        return sum(
            milestone.usd
            for owner, milestones in self.grants.values()
            for milestone in milestones
            if owner == developer and milestone.state in ("Open", "Approved")
        )

    def award(self, developer: int, terms: Sequence[tuple[int, int]], document: bool = True) -> int:
        """Awards milestones of (USD, deadline); the grant's number."""
        if not document:
            raise Refused("NoDocument")
        if developer not in self.entities:
            raise Refused("UnknownDeveloper")
        if not 1 <= len(terms) <= MOST_MILESTONES:
            raise Refused("MilestonesOutOfRange")
        if any(usd == 0 or not self.now <= deadline <= self.now + LONGEST for usd, deadline in terms):
            raise Refused("InvalidMilestone")
        if self.counted(developer) + sum(usd for usd, _ in terms) > CAP:
            raise Refused("DeveloperCapExceeded")
        grant = len(self.grants) + 1
        self.grants[grant] = (developer, [Milestone(*term) for term in terms])
        return grant

    def approve(self, grant: int, index: int, document: bool = True) -> int:
        """Approves a milestone; the ERA that is owed for it."""
        if not document:
            raise Refused("NoDocument")
        milestone = self._open(grant, index)
        if self.now > milestone.deadline:
            raise Refused("MilestoneOverdue")
        rate, updated_at = self.rate
        if not self.now - self.max_age <= updated_at <= self.now:
            raise Refused("RateNotOfTheDay")
        if not self.least <= rate <= self.most:
            raise Refused("RateOutOfBounds")
        amount = milestone.usd * USD_TO_ERA // rate
        if amount > self.left:
            raise Refused("BudgetTooSmall")
        milestone.state = "Approved"
        self.left -= amount
        self.claimable[self.grants[grant][0]] += amount
        return amount

    def cancel(self, grant: int, index: int) -> None:
        """Governance ends a milestone."""
        self._open(grant, index).state = "Cancelled"

    def expire(self, grant: int, index: int) -> None:
        """Anybody ends one that is overdue."""
        milestone = self._open(grant, index)
        if self.now <= milestone.deadline:
            raise Refused("MilestoneRunning")
        milestone.state = "Expired"

    def claim(self, developer: int) -> int:
        """Hands out what is owed."""
        amount = self.claimable[developer]
        if amount == 0:
            raise Refused("NothingToTake")
        self.claimable[developer] = 0
        self.paid += amount
        return amount

    def _open(self, grant: int, index: int) -> Milestone:
        _, milestones = self.grants.get(grant, (0, []))
        if index >= len(milestones):
            raise Refused("UnknownMilestone")
        if milestones[index].state != "Open":
            raise Refused("MilestoneClosed")
        return milestones[index]
