"""Rewards of staked ERA on a chain: records, the distributor, a keeper of stakes, and money for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from caldera.contracts import EraToken, FeeKeeper, NodeRecords, RewardDistributor, StakeKeeper, structs
from caldera.evm import Account, AddressLike, Chain
from caldera.model.rewards import Terms
from tests.support.suite import DAY, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
EPOCH = 30 * DAY
PERIOD = 30
MONTH = 365 * DAY // 12
TRAILING, TARGET = 3, 100
TERMS = Terms(800, 1200, False, 1_000, 50 * ERA)
BANDS = {"circulation": (800, 1200), "integration": (1100, 2100), "connector": (800, 1500)}
GRANT = 1 << 255
PERMISSIONS = {
    "records": {"VERIFIER": "recordSigned recordWrong recordMissed"},
}
"""Whatever else is restricted is ADMIN's."""


@dataclass
class Rewards:
    """admin has ADMIN and all ERA that is nowhere yet, officer all other roles, mallory none. Stakers are alice, bank
    and carol; buyer and seller own nodes."""

    suite: Suite
    era: Any
    records: NodeRecords
    distributor: RewardDistributor
    keeper: StakeKeeper
    fees: FeeKeeper

    def __getattr__(self, name: str) -> Any:
        return getattr(self.suite, name)

    @property
    def now(self) -> int:
        return self.suite.chain.now

    @property
    def epoch(self) -> int:
        """The present epoch of the records."""
        return self.now // EPOCH

    def has(self, account: AddressLike) -> int:
        """ERA of an account."""
        return int(self.era.balanceOf(account))

    def give(self, account: AddressLike, amount: int, spender: AddressLike | None = None) -> None:
        """ERA, and leave to take it."""
        self.era.transfer(account, amount, sender=self.suite.admin)
        if spender is not None:
            self.era.approve(spender, amount, sender=account)

    def fund(self, amount: int) -> None:
        """Adds to the budget."""
        self.give(self.suite.bank, amount, self.distributor)
        self.distributor.fund(amount, sender=self.suite.bank)

    def node(self, owner: Account | None = None, live: bool = True) -> int:
        """A new node without stake."""
        return self.keeper.open(owner or self.suite.seller, live, sender=self.suite.admin).returned

    def stake(self, account: Account, node: int, amount: int) -> int:
        """Of new ERA; the shares."""
        self.give(account, amount, self.keeper)
        return self.keeper.stakeFor(account, node, amount, 0, sender=account).returned

    def signed(self, nodes: list[int], volume: int) -> None:
        """Each of them signed a result."""
        self.records.recordSigned(nodes, volume, sender=self.suite.officer)

    def to_epoch(self, epoch: int) -> None:
        """Goes to its beginning."""
        self.suite.chain.warp(epoch * EPOCH)

    def worked(self, node: int, volume: int) -> None:
        """The node signs so much in this epoch; the next one begins, and its rate is set."""
        self.signed([node], volume)
        self.to_epoch(self.epoch + 1)
        self.distributor.poke(node, sender=self.suite.mallory)

    def owed(self, account: Account, *nodes: int) -> int:
        """What the account could claim."""
        return self.keeper.rewardsOf(int(account.address, 16), list(nodes))

    def terms(self, **changes: Any) -> structs.RewardTerms:
        """As admin sets them."""
        return as_terms(TERMS._replace(**changes))


def as_terms(terms: Terms) -> structs.RewardTerms:
    """As the handle takes them."""
    return structs.RewardTerms(*terms)


def build(
    chain: Chain | None = None,
    token: Callable[[Suite], Any] | None = None,
    terms: Terms = TERMS,
    budget: int = 1_000_000 * ERA,
    period: int = PERIOD,
) -> Rewards:
    """Deploys, connects and funds. The clock stands at the beginning of an epoch of the records.

    Args:
        token: makes another token than ERA, of which admin has enough.
    """
    suite = build_suite(chain)
    chain, admin, access = suite.chain, suite.admin, suite.access
    era = token(suite) if token else EraToken.deploy(chain, admin, sender=admin)
    chain.warp((chain.now // EPOCH + 1) * EPOCH)
    records = NodeRecords.deploy(chain, access, EPOCH, TRAILING, TARGET, sender=admin)
    distributor = RewardDistributor.deploy(chain, access, era, records, as_terms(terms), period, sender=admin)
    keeper = StakeKeeper.deploy(chain, era, distributor, sender=admin)
    fees = FeeKeeper.deploy(chain, era, sender=admin)
    made = Rewards(suite, era, records, distributor, keeper, fees)
    for target, roles in PERMISSIONS.items():
        contract = made.__dict__[target]
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    distributor.setStaking(keeper, sender=admin)
    distributor.setRewardSources(NOBODY, NOBODY, fees, sender=admin)
    if budget:
        made.fund(budget)
    return made


__all__ = [
    "BANDS",
    "EPOCH",
    "ERA",
    "GRANT",
    "MONTH",
    "PERIOD",
    "TARGET",
    "TERMS",
    "TRAILING",
    "Rewards",
    "as_terms",
    "build",
]
