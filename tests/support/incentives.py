"""Incentives, grants and points on a chain, with entities that act, and ERA to fund them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import (
    AggregatorRateSource,
    CirculationIncentives,
    ConnectionPoints,
    DeveloperGrants,
    EraToken,
    FeeKeeper,
    RateFeed,
    structs,
)
from caldera.evm import Account, Chain
from tests.support.suite import DAY, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
USD = 10**6
MILLION = 1_000_000 * USD
EPOCH, WINDOW, REVIEW, VESTING = 30 * DAY, 2, 7 * DAY, 180 * DAY
CAP = 240_000 * ERA
BUDGET = 80_000_000 * ERA
PERIOD = 360 * DAY
CENT = 10**16
EVIDENCE = keccak(text="evidence")
FIRMS = ("mill", "maker", "trader", "shop", "carrier")
PERMISSIONS = {
    "incentives": {
        "ADMIN": "moveBudget setRebate setCap setFeeLimit",
        "ARBITER": "clawBack",
        "GUARDIAN": "pause unpause",
    },
    "grants": {"ADMIN": "moveBudget award approve cancel setRateTerms"},
    "points": {
        "ADMIN": "moveBudget offerRight endOffer setCoefficient setPointRate setFeeCredit",
        "CONNECTOR": "awardPoints",
        "GUARDIAN": "pause unpause",
    },
}


@dataclass
class Economy:
    """mill, maker, trader, shop and carrier are active, each of its own entity; mill2 is another account of the mill's.
    officer holds every role but ADMIN, which is admin's, and so is all ERA that funds nothing yet."""

    suite: Suite
    era: Any
    incentives: CirculationIncentives
    grants: DeveloperGrants
    points: ConnectionPoints
    fees: FeeKeeper
    feed: RateFeed
    interactions: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.suite, name)

    @property
    def now(self) -> int:
        return self.suite.chain.now

    @property
    def epoch(self) -> int:
        """The present epoch of circulation."""
        return self.now // EPOCH

    def account(self, name: str) -> Account:
        return self.suite.chain.account(name)

    def number(self, name: str) -> int:
        """The entity of an actor."""
        return self.suite.entities[name]

    def settle(self, payer: str, enterprise: str, usd: int) -> None:
        """A settlement, told by a contract of the suite."""
        self.incentives.record(self.number(payer), self.number(enterprise), usd, sender=self.suite.officer)

    def count(self, one: str, other: str, epoch: int) -> int:
        """Counts, by nobody in particular; the reward."""
        call = self.incentives.count(self.number(one), self.number(other), epoch, sender=self.suite.mallory)
        return call.returned

    def to_epoch(self, epoch: int) -> None:
        """Goes to the beginning of an epoch."""
        self.suite.chain.warp(epoch * EPOCH)

    def when_countable(self, epoch: int) -> None:
        """Goes to the first second at which it can be counted."""
        self.suite.chain.warp((epoch + WINDOW + 1) * EPOCH + REVIEW)

    def flow(self, payer: str, payee: str, epoch: int) -> int:
        """What is left of what one paid the other."""
        return self.incentives.flowOf(self.number(payer), self.number(payee), epoch)[0]

    def ring(self, names: tuple[str, ...], epochs: tuple[int, ...]) -> int:
        """Shows a ring, by nobody in particular."""
        numbers = [self.number(name) for name in names]
        return self.incentives.offsetRing(numbers, list(epochs), sender=self.suite.mallory).returned

    def give(self, account: Account, amount: int, spender: Any = None) -> None:
        """ERA for an account, and leave for a contract to take it."""
        self.era.transfer(account, amount, sender=self.suite.admin)
        if spender is not None:
            self.era.approve(spender, amount, sender=account)

    def fund(self, contract: Any, amount: int) -> None:
        """Adds to a budget."""
        self.era.approve(contract, amount, sender=self.suite.admin)
        contract.fund(amount, sender=self.suite.admin)

    def has(self, account: Any) -> int:
        balance: int = self.era.balanceOf(account)
        return balance

    def rate(self, rate: int, age: int = 0) -> None:
        """What one ERA is worth, in 10^-18 USD, as learnt `age` seconds ago."""
        self.feed.set(rate, self.now - age, sender=self.suite.officer)

    def milestone(self, usd: int, days: int = 90) -> structs.MilestoneTerms:
        return structs.MilestoneTerms(usd, self.now + days * DAY, keccak(text="deliver"))

    def interaction(self) -> bytes:
        """An id that no interaction had."""
        self.interactions += 1
        return keccak(text=f"interaction {self.interactions}")

    def award(self, name: str, points: int, high_value: bool = False) -> int:
        """Points for a new interaction."""
        call = self.points.awardPoints(
            self.number(name), self.interaction(), points, high_value, sender=self.suite.officer
        )
        return call.returned

    def point_rate(self, rate: int) -> None:
        """Sets a rate and goes to the epoch in which it is in force."""
        self.points.setPointRate(rate, sender=self.suite.admin)
        self.suite.chain.warp((self.now // EPOCH + 1) * EPOCH)


def build(
    chain: Chain | None = None, token: Callable[[Suite], Any] | None = None, budget: int = BUDGET, cap: int = CAP
) -> Economy:
    """Deploys, connects, enrols and funds. The clock stands at the beginning of an epoch.

    Args:
        token: makes another token than ERA, of which admin has enough.
        budget: of the incentives; grants and points have a tenth of it each.
    """
    suite = build_suite(chain)
    chain, admin, access = suite.chain, suite.admin, suite.access
    era = token(suite) if token else EraToken.deploy(chain, admin, sender=admin)
    periods = structs.Periods(EPOCH, WINDOW, REVIEW, VESTING)
    incentives = CirculationIncentives.deploy(chain, access, era, suite.registry, periods, cap, sender=admin)
    feed = RateFeed.deploy(chain, 18, sender=admin)
    source = AggregatorRateSource.deploy(chain, feed, sender=admin)
    terms = structs.RateTerms(source.address, DAY, CENT, 100 * CENT)
    grants = DeveloperGrants.deploy(chain, access, era, suite.registry, terms, sender=admin)
    points = ConnectionPoints.deploy(chain, access, era, suite.registry, PERIOD, EPOCH, 15_000, sender=admin)
    fees = FeeKeeper.deploy(chain, era, sender=admin)
    made = Economy(suite, era, incentives, grants, points, fees, feed)
    for target, roles in PERMISSIONS.items():
        contract = getattr(made, target)
        for role, names in roles.items():
            if role != "ADMIN":  # whatever the plan gives to nobody is ADMIN's
                selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
                access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    for name in FIRMS:
        suite.enrol(name)
    suite.enrol("mill2", entity=suite.entities["mill"])
    for contract, amount in ((incentives, budget), (grants, budget // 10), (points, budget // 10)):
        if amount:
            made.fund(contract, amount)
    chain.warp((chain.now // PERIOD + 1) * PERIOD)
    return made


__all__ = ["BUDGET", "CAP", "CENT", "ERA", "EVIDENCE", "MILLION", "NOBODY", "USD", "Economy", "build"]
