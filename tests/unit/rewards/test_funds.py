"""What is funded: never more than is there, whoever calls how often, over droughts and over many periods."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from caldera.contracts import FeeToken, NodeRecords, ReentrantToken, RewardDistributor, events
from caldera.model.rewards import DAY, SCALE, WAD, YEAR, RecordsModel, RewardsModel, Terms
from tests.support import economy as fees_support
from tests.support import incentives as incentives_support
from tests.support.rewards import EPOCH, ERA, PERIOD, TERMS, Rewards, as_terms, build
from tests.support.suite import NOBODY, Suite, reverts

STAKE = 1_000_000 * ERA
A_PERIOD = STAKE * 8 * PERIOD // 36_500
"""What 1,000,000 ERA at 8% are promised a period, rounded down: 6,575.34 ERA."""


def only(rewards: Rewards, left: int) -> None:
    """Leaves so much promised to nobody."""
    excess = rewards.distributor.budgetLeft() - left
    rewards.distributor.moveBudget(rewards.carol, excess, sender=rewards.admin)


@pytest.fixture
def node(rewards: Rewards) -> int:
    """One with 1,000,000 ERA of alice's, at 8%, and nothing that is promised to nobody."""
    only(rewards, 1)
    rewards.distributor.moveBudget(rewards.carol, 1, sender=rewards.admin)
    made = rewards.node()
    rewards.stake(rewards.alice, made, STAKE)
    return made


class TestFundedRate:
    def test_is_one_while_there_is_enough_for_the_period(self, rewards: Rewards, node: int) -> None:
        rewards.fund(A_PERIOD + 1)
        assert rewards.distributor.fundedRate() == WAD
        rewards.distributor.moveBudget(rewards.carol, 1, sender=rewards.admin)
        assert rewards.distributor.fundedRate() == WAD - 1

    def test_half_the_money_pays_half_the_rate(self, rewards: Rewards, node: int) -> None:
        rewards.fund(A_PERIOD // 2)
        assert rewards.distributor.fundedRate() == A_PERIOD // 2 * SCALE // (STAKE * 8 * 10**7 * PERIOD * DAY)
        assert rewards.distributor.rateOf(node) == (80_000_000, 80_000_000, 39_999_999)
        rewards.chain.skip(PERIOD * DAY)
        assert A_PERIOD // 2 - rewards.owed(rewards.alice, node) in range(10_000)  # 10^-18 of it, and less
        assert rewards.distributor.fundedRate() == 0

    def test_lasts_to_the_end_of_the_period(self, rewards: Rewards, node: int) -> None:
        """Money that comes late is spread over what is left of it, at the whole rate at most."""
        rewards.chain.skip(PERIOD * DAY // 2)
        rewards.fund(A_PERIOD // 4)
        assert abs(rewards.distributor.fundedRate() - WAD // 2) <= 2
        rewards.chain.skip(PERIOD * DAY // 4)
        rewards.fund(A_PERIOD)
        assert rewards.distributor.fundedRate() == WAD

    def test_is_the_fraction_rounded_down(self, rewards: Rewards, node: int) -> None:
        for amount in (1, 10**9, 12_345_678_901_234_567_891, A_PERIOD // 3):
            rewards.fund(amount)
            rewards.chain.skip(12_345)
            rewards.stake(rewards.bank, node, 10**17)
            left, power = rewards.distributor.budgetLeft(), rewards.distributor.earningOf(node) * 8 * 10**7
            exact = Fraction(left * 10**9 * YEAR, power * (rewards.distributor.rewardPeriod()[0] - rewards.now))
            assert rewards.distributor.fundedRate() == int(exact * WAD) < WAD

    def test_nothing_is_promised_while_nobody_stakes(self, rewards: Rewards) -> None:
        left = rewards.distributor.budgetLeft()
        rewards.chain.skip(700 * DAY)
        assert (rewards.distributor.budgetLeft(), rewards.distributor.fundedRate()) == (left, WAD)
        made = rewards.node()
        rewards.stake(rewards.alice, made, STAKE)
        assert rewards.owed(rewards.alice, made) == 0

    @pytest.mark.parametrize("budget", [A_PERIOD // 3, 3 * A_PERIOD // 2, 100 * A_PERIOD])
    def test_whoever_calls_how_often_changes_nothing(self, rewards: Rewards, node: int, budget: int) -> None:
        """To the unit for funded rate, clock and budget; a checkpoint of a node rounds its own index down, by less than
        two units."""
        rewards.fund(budget)
        distributor = rewards.distributor

        def outcome() -> tuple[int, ...]:
            return (
                distributor.fundedRate(),
                distributor.rewardClock(),
                distributor.budgetLeft(),
                distributor.budgetOwed(),
            )

        with rewards.chain.isolated():
            rewards.chain.skip(100 * DAY)
            wanted, earned = outcome(), rewards.owed(rewards.alice, node)
        calls: list[Callable[[], Any]] = [
            lambda: distributor.poke(node, sender=rewards.mallory),
            lambda: rewards.keeper.tell(node, STAKE, STAKE, STAKE, sender=rewards.mallory),
            lambda: rewards.keeper.setCommission(node, 0, sender=rewards.mallory),
        ]
        for number in range(100):
            rewards.chain.skip(DAY)
            calls[number % 3]()
        assert outcome() == wanted
        assert 0 <= earned - rewards.owed(rewards.alice, node) <= 200

    @pytest.mark.parametrize(
        "pays", [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(5, 2), Fraction(7), Fraction(20)]
    )
    def test_many_periods_at_once_are_as_one_by_one(self, rewards: Rewards, node: int, pays: Fraction) -> None:
        """Against the model, which goes from period to period, and the sum: n periods pay min(n × promise, all)."""
        budget = int(A_PERIOD * pays) + (1 if pays else 0)
        start = rewards.distributor.rewardPeriod()[0] - PERIOD * DAY
        rewards.chain.warp(start + PERIOD * DAY)
        if budget:
            rewards.fund(budget)
        model = RewardsModel(start, RecordsModel(start, EPOCH, 3, 100), Terms(800, 1200), PERIOD)
        model.records.now = rewards.now
        model.nodes[1].rate = 80_000_000
        model.change(power=STAKE * 80_000_000)
        if budget:
            model.fund(budget)
        clocks = rewards.distributor.rewardClock(), model.clock()
        rewards.chain.skip(21 * PERIOD * DAY // 2)
        model.records.now = rewards.now
        assert rewards.distributor.rewardClock() - clocks[0] == model.clock() - clocks[1]
        assert rewards.distributor.fundedRate() == model.funded
        assert rewards.distributor.budgetLeft() == model.left_now()
        assert rewards.distributor.rewardPeriod() == (model.end, PERIOD)
        promised = budget - rewards.distributor.budgetLeft()
        wanted = min(Fraction(STAKE * 8 * PERIOD * 21, 73_000), Fraction(budget))
        assert -11 <= wanted - promised <= 10_000  # a unit up a period, 10^-18 of one down


class TestMoney:
    def test_fund(self, rewards: Rewards) -> None:
        left = rewards.distributor.budgetLeft()
        rewards.give(rewards.alice, 5, rewards.distributor)
        event = rewards.distributor.fund(5, sender=rewards.alice).one(events.BudgetFunded)
        assert (event.from_, event.amount, event.left) == (rewards.alice.address, 5, left + 5)
        with reverts("NothingToFund"):
            rewards.distributor.fund(0, sender=rewards.alice)
        for more in (2**96 - 1, 2**256 - 1):
            with reverts("ERC20InsufficientAllowance", needed=more):
                rewards.distributor.fund(more, sender=rewards.alice)

    def test_absorb(self, rewards: Rewards, node: int) -> None:
        rewards.give(rewards.distributor, A_PERIOD + 1)
        rewards.chain.skip(DAY)
        assert rewards.distributor.budgetLeft() == rewards.owed(rewards.alice, node) == 0
        assert rewards.distributor.absorb(sender=rewards.mallory).returned == A_PERIOD + 1
        assert rewards.distributor.fundedRate() == WAD
        with reverts("NothingToFund"):
            rewards.distributor.absorb(sender=rewards.mallory)

    def test_move(self, rewards: Rewards) -> None:
        distributor = rewards.distributor
        left = distributor.budgetLeft()
        for to in (NOBODY, distributor.address):
            with reverts("CannotBePaid", account=to):
                distributor.moveBudget(to, 1, sender=rewards.admin)
        with reverts("NothingToFund"):
            distributor.moveBudget(rewards.carol, 0, sender=rewards.admin)
        with reverts("BudgetTooSmall", needed=left + 1, left=left):
            distributor.moveBudget(rewards.carol, left + 1, sender=rewards.admin)
        call = distributor.moveBudget(rewards.carol, left, sender=rewards.admin)
        event = call.one(events.BudgetMoved)
        assert (event.to, event.amount, event.left) == (rewards.carol.address, left, 0)
        assert rewards.has(rewards.carol) == left

    def test_what_is_promised_cannot_be_moved(self, rewards: Rewards, node: int) -> None:
        rewards.fund(10 * A_PERIOD)
        rewards.chain.skip(DAY)
        only(rewards, 1)
        rewards.distributor.moveBudget(rewards.carol, 1, sender=rewards.admin)
        earned = rewards.owed(rewards.alice, node)
        assert earned > 200 * ERA
        assert rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned == earned

    def test_period(self, rewards: Rewards) -> None:
        distributor = rewards.distributor
        end, _ = distributor.rewardPeriod()
        for wrong in (0, 367):
            with reverts("RewardPeriodOutOfRange", length=wrong, least=1, most=366):
                distributor.setRewardPeriod(wrong, sender=rewards.admin)
            with reverts("RewardPeriodOutOfRange"):
                given = rewards.access, rewards.era, rewards.records, as_terms(TERMS), wrong
                RewardDistributor.deploy(rewards.chain, *given, sender=rewards.admin)
        for days in (1, 366):
            event = distributor.setRewardPeriod(days, sender=rewards.admin).one(events.RewardPeriodSet)
            assert (event.from_, event.length) == (end, days)
            assert distributor.rewardPeriod() == (end, days)
        rewards.chain.warp(end - 1)
        assert distributor.rewardPeriod() == (end, 366)
        rewards.chain.skip(1)
        assert distributor.rewardPeriod() == (end + 366 * DAY, 366)

    def test_a_new_length_leaves_the_running_period(self, rewards: Rewards, node: int) -> None:
        rewards.fund(A_PERIOD // 2)
        rewards.chain.skip(40 * DAY)
        rewards.fund(A_PERIOD // 2)
        funded = rewards.distributor.fundedRate()
        rewards.distributor.setRewardPeriod(1, sender=rewards.admin)
        assert rewards.distributor.fundedRate() == funded < WAD
        rewards.chain.skip(DAY)
        assert rewards.distributor.fundedRate() == funded

    def test_sources_are_governed(self, rewards: Rewards) -> None:
        distributor = rewards.distributor
        with reverts("RewardSourceMissing"):
            distributor.collectFees(sender=rewards.mallory)
        with reverts("RewardSourceMissing"):
            distributor.collectRebate(sender=rewards.mallory)
        given = rewards.alice.address, rewards.bank.address, rewards.carol.address
        event = distributor.setRewardSources(*given, sender=rewards.admin).one(events.RewardSourcesSet)
        assert (event.fees, event.rebates, event.credit) == given == distributor.rewardSources()


def beside(suite: Suite, era: Any, rewards: Rewards) -> RewardDistributor:
    """A distributor on another set-up's chain; it needs no records of its own for money."""
    records = NodeRecords.deploy(suite.chain, suite.access, EPOCH, 3, 100, sender=suite.admin)
    return RewardDistributor.deploy(
        suite.chain, suite.access, era, records, as_terms(TERMS), PERIOD, sender=suite.admin
    )


class TestSources:
    def test_the_node_share_of_fees(self, rewards: Rewards) -> None:
        """The router, with the distributor as the nodes of a scenario: 30% of 50,000 ERA are 15,000."""
        economy = fees_support.build(moody=False)
        distributor = beside(economy.suite, economy.token, rewards)
        distributor.setRewardSources(economy.router, NOBODY, economy.router, sender=economy.admin)
        with reverts("NothingAccrued"):
            distributor.collectFees(sender=economy.mallory)
        scenario = economy.open(economy.record(nodes=distributor.address))
        due = economy.earn(scenario, 6_250 * 10**6)
        assert due == 50_000 * ERA
        economy.router.settle(scenario, sender=economy.mallory)
        economy.give(distributor, 7)  # sent without a word
        assert distributor.collectFees(sender=economy.mallory).returned == 15_000 * ERA + 7
        assert distributor.budgetLeft() == economy.token.balanceOf(distributor) == 15_000 * ERA + 7

    def test_the_rebates_of_circulation(self, rewards: Rewards) -> None:
        """0.4% of 12,000 ERA."""
        economy = incentives_support.build()
        distributor = beside(economy.suite, economy.era, rewards)
        distributor.setRewardSources(NOBODY, economy.incentives, NOBODY, sender=economy.admin)
        economy.incentives.setRebate(40, distributor, sender=economy.admin)
        epoch = economy.epoch
        economy.settle("mill", "shop", 1_000_000 * 10**6)
        economy.when_countable(epoch)
        assert economy.count("mill", "shop", epoch) == 12_000 * ERA
        assert distributor.collectRebate(sender=economy.mallory).returned == 48 * ERA
        with reverts("NoRebate"):
            distributor.collectRebate(sender=economy.mallory)


class TestHostileTokens:
    def test_a_token_that_takes_a_fee_is_refused(self) -> None:
        def make(suite: Suite) -> FeeToken:
            token = FeeToken.deploy(suite.chain, sender=suite.admin)
            token.mint(suite.admin, 10**30, sender=suite.admin)
            return token

        rewards = build(token=make, budget=0)
        rewards.give(rewards.alice, 10_000, rewards.distributor)
        with reverts("InexactToken"):
            rewards.distributor.fund(1_000, sender=rewards.alice)
        assert rewards.distributor.budgetLeft() == 0

    def test_a_token_that_calls_back_finds_the_guard(self) -> None:
        def make(suite: Suite) -> ReentrantToken:
            token = ReentrantToken.deploy(suite.chain, sender=suite.admin)
            token.mint(suite.admin, 10**30, sender=suite.admin)
            return token

        rewards = build(token=make, budget=ERA)
        distributor = rewards.distributor
        node = rewards.node()
        rewards.stake(rewards.alice, node, 100 * ERA)
        rewards.give(rewards.carol, 1_000, distributor)
        rewards.chain.skip(DAY)
        data = distributor.calldata
        inward = [
            data.absorb(),
            data.fund(1),
            data.poke(node),
            data.collectFees(),
            data.collectRebate(),
            data.claim([node], rewards.mallory),
            data.claimGrant(1, [node]),
            data.claimToStake([node], node, 0),
            data.claimToFees([node], 1),
            data.claimCommission(node, rewards.mallory),
        ]
        for payload in inward:
            rewards.era.arm(distributor, payload, sender=rewards.admin)
            with reverts("ReentrancyGuardReentrantCall"):
                distributor.fund(1_000, sender=rewards.carol)
            with reverts("ReentrancyGuardReentrantCall"):
                distributor.claim([node], rewards.alice, sender=rewards.alice)
            with reverts("ReentrancyGuardReentrantCall"):
                distributor.moveBudget(rewards.bank, 1, sender=rewards.admin)
        rewards.era.arm(NOBODY, b"", sender=rewards.admin)
        distributor.fund(1_000, sender=rewards.carol)
