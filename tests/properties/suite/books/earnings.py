"""What earns, and how much: the models of stakes and of rewards as one."""

from __future__ import annotations

from caldera.evm.chain import GENESIS_TIME
from caldera.model.rewards import RecordsModel, RewardsModel
from caldera.model.rewards import Terms as RewardTerms
from caldera.model.staking import Node, StakingModel, Terms
from caldera.model.vesting import VestingModel
from tests.properties.suite.stage import Stage


class EarningStakes(StakingModel):
    """`rewards`: what the profile begins with. Whatever changes a node's stake brings it up first; once all of it is
    done, `settle` goes on with the stake that there is then."""

    def __init__(self, stage: Stage, vault: VestingModel, me: str) -> None:
        super().__init__(vault, Terms(1), me=me)
        profile = stage.deployed.profile
        _, length, trailing, target = profile.entry("NodeRecords").args
        self.records = RecordsModel(GENESIS_TIME, length, trailing, target)
        *_, given, days = profile.entry("RewardDistributor").args
        terms = RewardTerms(*(given[name] for name in ("leastBps", "mostBps", "withEfficiency", "tipBps", "mostTip")))
        self.rewards = RewardsModel(GENESIS_TIME, self.records, terms, days)
        self.changing: list[int] = []

    def earning(self, number: int) -> int:
        """The stake of a node that earns."""
        node = self.nodes[number]
        return node.active if node.live else 0

    def settle(self) -> None:
        """What was begun is done."""
        for number in self.changing:
            self.rewards.go_on(number, self.earning(number))
        self.changing.clear()

    def _index(self, node: Node) -> int:
        return self.rewards.index_of(node.number, node.shares)

    def _reward(self, node: Node) -> None:
        """Once for each change: what is left of it comes in the same second, and the shares are those before it."""
        if node.number not in self.changing:
            node.index = self.rewards.bring_up(node.number, node.shares)
            self.changing.append(node.number)
