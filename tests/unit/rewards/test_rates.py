"""The rate of a node: inside the band by its scores, set by anybody, tipped where it falls, safe from tricks."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from caldera.contracts import RewardDistributor, events
from caldera.model.rewards import Terms, yearly
from caldera.model.rewards import rewards as promised
from tests.support.rewards import BANDS, EPOCH, ERA, MONTH, PERIOD, TERMS, Rewards, as_terms
from tests.support.suite import DAY, NOBODY, reverts

STAKE = 10_000 * ERA
WANTED = 100 * ERA  # 1% of the stake
AT_LEAST, AT_MOST = 80_000_000, 120_000_000


@pytest.fixture
def node(rewards: Rewards) -> int:
    """One that has 10,000 ERA of alice's."""
    made = rewards.node()
    rewards.stake(rewards.alice, made, STAKE)
    return made


class TestBand:
    @pytest.mark.known_defect("yearly-basis")
    @pytest.mark.parametrize(
        ("band", "score", "month"),
        [
            ("circulation", 4_000, 80),
            ("circulation", 10_000, 100),
            ("integration", 4_000, 125),
            ("integration", 10_000, 175),
            ("connector", 4_000, 90),
            ("connector", 10_000, 125),
        ],
    )
    def test_10_000_era_delegated_earn_a_month(
        self, rewards: Rewards, node: int, band: str, score: int, month: int
    ) -> None:
        """Vector of D2: 80 to 100 ERA for a score product of 0.4 and more in the band of 8 to 12%."""
        least, most = BANDS[band]
        terms = TERMS._replace(least_bps=least, most_bps=most)
        rewards.distributor.setRewardTerms(as_terms(terms), sender=rewards.admin)
        rewards.worked(node, WANTED * score // 10_000)
        rewards.distributor.claim([node], rewards.alice, sender=rewards.alice)
        rewards.chain.skip(MONTH)
        paid = rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned
        assert paid == month * ERA == promised(STAKE, yearly(terms, score, 10_000), MONTH)

    @pytest.mark.known_defect("yearly-basis")
    def test_the_floor_of_the_band_is_66_a_month(self, rewards: Rewards, node: int) -> None:
        rewards.chain.skip(MONTH)
        paid = rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned
        assert paid == 200 * ERA // 3

    def test_a_new_node_has_the_least(self, rewards: Rewards, node: int) -> None:
        empty = rewards.node()
        assert rewards.distributor.rateOf(node) == (AT_LEAST, AT_LEAST, AT_LEAST)
        assert rewards.distributor.rateOf(empty) == (AT_LEAST, 0, 0)
        assert rewards.distributor.rateOf(empty + 1) == (0, 0, 0)

    @pytest.mark.parametrize(
        ("volume", "rate"), [(WANTED - 10**16, 119_996_000), (WANTED, AT_MOST), (2 * WANTED, AT_MOST)]
    )
    def test_by_volume(self, rewards: Rewards, node: int, volume: int, rate: int) -> None:
        rewards.worked(node, volume)
        assert rewards.distributor.rateOf(node)[0] == rate

    def test_by_accuracy(self, rewards: Rewards, node: int) -> None:
        for _ in range(3):
            rewards.signed([node], WANTED)
        rewards.records.recordWrong(node, sender=rewards.officer)
        rewards.worked(node, WANTED)
        assert rewards.distributor.rateOf(node)[0] == 110_000_000  # 3 of 4 were right

    def test_by_efficiency_where_the_terms_say_so(self, rewards: Rewards, node: int) -> None:
        rewards.records.recordMissed(node, sender=rewards.officer)
        rewards.worked(node, WANTED)
        assert rewards.distributor.rateOf(node)[0] == AT_MOST
        rewards.distributor.setRewardTerms(rewards.terms(with_efficiency=True), sender=rewards.admin)
        assert rewards.distributor.rateOf(node) == (AT_MOST, 100_000_000, AT_MOST)  # 1 of 2 duties

    def test_whatever_was_missed_the_least_rate_stands(self, rewards: Rewards, node: int) -> None:
        """Panels called over a document that nobody has take what is above it, and nothing else."""
        rewards.distributor.setRewardTerms(rewards.terms(with_efficiency=True), sender=rewards.admin)
        for _ in range(39):
            rewards.records.recordMissed(node, sender=rewards.officer)
        rewards.worked(node, WANTED)
        assert rewards.distributor.rateOf(node)[1] == AT_LEAST + (AT_MOST - AT_LEAST) // 40
        rewards.to_epoch(rewards.epoch + 1)
        rewards.records.recordMissed(node, sender=rewards.officer)
        rewards.to_epoch(rewards.epoch + 1)
        assert rewards.distributor.rateOf(node)[1] == AT_LEAST

    def test_only_of_the_last_complete_epoch(self, rewards: Rewards, node: int) -> None:
        rewards.signed([node], WANTED)
        assert rewards.distributor.rateOf(node)[1] == AT_LEAST
        rewards.to_epoch(rewards.epoch + 1)
        assert rewards.distributor.rateOf(node)[1] == AT_MOST
        rewards.to_epoch(rewards.epoch + 1)
        assert rewards.distributor.rateOf(node)[1] == AT_LEAST

    def test_what_was_earned_before_stays(self, rewards: Rewards, node: int) -> None:
        rewards.worked(node, WANTED)
        assert rewards.owed(rewards.alice, node) == promised(STAKE, Fraction(8, 100), EPOCH)
        rewards.chain.skip(73 * DAY)
        both = promised(STAKE, Fraction(8, 100), EPOCH) + 240 * ERA
        assert rewards.owed(rewards.alice, node) == both


class TestPoke:
    def test_sets_it_once(self, rewards: Rewards, node: int) -> None:
        rewards.signed([node], WANTED)
        rewards.to_epoch(rewards.epoch + 1)
        call = rewards.distributor.poke(node, sender=rewards.mallory)
        event = call.one(events.NodeRateSet)
        assert (event.node, event.before, event.rate, event.tip) == (node, AT_LEAST, AT_MOST, 0)
        assert rewards.distributor.promisedYearly() == 1_200 * ERA
        again = rewards.distributor.poke(node, sender=rewards.mallory)
        assert (again.returned, again.events) == (0, ())

    def test_needs_stake_that_earns(self, rewards: Rewards, node: int) -> None:
        rewards.keeper.setLive(node, False, sender=rewards.admin)
        with reverts("NothingEarns", node=node):
            rewards.distributor.poke(node, sender=rewards.mallory)
        with reverts("NothingEarns", node=99):
            rewards.distributor.poke(99, sender=rewards.mallory)
        rewards.keeper.setLive(node, True, sender=rewards.admin)
        rewards.distributor.poke(node, sender=rewards.mallory)

    def test_a_node_that_is_not_live_has_no_power(self, rewards: Rewards, node: int) -> None:
        rewards.keeper.setLive(node, False, sender=rewards.admin)
        assert rewards.distributor.promisedYearly() == rewards.distributor.earningOf(node) == 0
        left = rewards.distributor.budgetLeft()
        rewards.chain.skip(100 * DAY)
        assert rewards.distributor.budgetLeft() == left
        assert rewards.owed(rewards.alice, node) == 0
        rewards.keeper.setLive(node, True, sender=rewards.admin)
        rewards.chain.skip(365 * DAY)
        assert rewards.owed(rewards.alice, node) == 800 * ERA


class TestTip:
    """Of what is saved over an epoch: 10%, and 50 ERA at most. 10,000 ERA from 12% to 8% save 400 a year, that is
    400 × 30 / 365 an epoch."""

    TIP = 400 * ERA * 30 // 365 // 10

    @pytest.fixture
    def high(self, rewards: Rewards, node: int) -> int:
        """The node at the highest rate, in the epoch after one in which it did nothing."""
        rewards.worked(node, WANTED)
        rewards.to_epoch(rewards.epoch + 1)
        return node

    def poke(self, rewards: Rewards, node: int) -> int:
        before, left = rewards.has(rewards.mallory), rewards.distributor.budgetLeft()
        told = rewards.distributor.tipOf(node)
        tip = rewards.distributor.poke(node, sender=rewards.mallory).returned
        assert rewards.has(rewards.mallory) - before == tip == told
        assert left - rewards.distributor.budgetLeft() == tip
        return tip

    def test_for_lowering(self, rewards: Rewards, high: int) -> None:
        assert self.poke(rewards, high) == self.TIP == 3_287_671_232_876_712_328
        assert rewards.distributor.rateOf(high)[0] == AT_LEAST

    def test_none_for_raising(self, rewards: Rewards, node: int) -> None:
        rewards.signed([node], WANTED)
        rewards.to_epoch(rewards.epoch + 1)
        assert self.poke(rewards, node) == 0
        assert rewards.distributor.rateOf(node)[0] == AT_MOST

    def test_at_most(self, rewards: Rewards, high: int) -> None:
        for most in (self.TIP + 1, self.TIP, self.TIP - 1):
            rewards.distributor.setRewardTerms(rewards.terms(most_tip=most), sender=rewards.admin)
            assert rewards.distributor.tipOf(high) == min(most, self.TIP)
        assert self.poke(rewards, high) == self.TIP - 1

    def test_out_of_what_is_promised_to_nobody(self, rewards: Rewards, high: int) -> None:
        """And of what is saved at the funded rate: where nothing is funded nothing is saved."""
        distributor = rewards.distributor
        distributor.moveBudget(rewards.carol, distributor.budgetLeft() - 10 * ERA, sender=rewards.admin)
        funded = distributor.fundedRate()
        assert 10**17 < funded < 10**18
        expected = 400 * 10**27 * funded * EPOCH // (10**27 * 365 * DAY) // 10
        assert self.poke(rewards, high) == expected
        assert distributor.budgetLeft() == 10 * ERA - expected

    def test_no_more_than_there_is(self, rewards: Rewards, high: int) -> None:
        distributor = rewards.distributor
        rewards.chain.warp(distributor.rewardPeriod()[0] - 1)
        distributor.moveBudget(rewards.carol, distributor.budgetLeft() - ERA, sender=rewards.admin)
        assert distributor.fundedRate() == 10**18  # for a second
        assert self.poke(rewards, high) == ERA
        assert distributor.budgetLeft() == 0

    def test_once(self, rewards: Rewards, high: int) -> None:
        assert self.poke(rewards, high) > 0
        assert self.poke(rewards, high) == 0

    def test_stake_that_comes_for_the_poke_adds_nothing(self, rewards: Rewards, high: int) -> None:
        shares = rewards.stake(rewards.carol, high, 100 * STAKE)
        assert self.poke(rewards, high) == self.TIP
        rewards.keeper.unstake(high, shares, sender=rewards.carol)
        assert self.poke(rewards, high) == 0

    def test_coming_and_going_is_paid_once_and_does_not_raise_it_again(self, rewards: Rewards, node: int) -> None:
        """Stake comes, lowers the rate, goes: the rate stays down, so nobody is tipped for lowering it again."""
        rewards.worked(node, WANTED)
        shares = rewards.stake(rewards.carol, node, STAKE)
        assert self.poke(rewards, node) == self.TIP // 2  # half the volume score, on the stake that was known
        for _ in range(3):
            rewards.keeper.unstake(node, shares, sender=rewards.carol)
            assert self.poke(rewards, node) == 0
            assert rewards.distributor.rateOf(node)[0] == 100_000_000
            rewards.stake(rewards.carol, node, STAKE)
            assert self.poke(rewards, node) == 0
            rewards.chain.skip(EPOCH // 8)

    def test_a_rate_is_not_raised_by_making_the_stake_small_for_a_moment(self, rewards: Rewards, node: int) -> None:
        """Also not around the beginning of an epoch."""
        shares = rewards.stake(rewards.carol, node, 9 * STAKE)
        rewards.signed([node], WANTED)
        rewards.chain.warp((rewards.epoch + 1) * EPOCH - 1)
        rewards.keeper.unstake(node, shares, sender=rewards.carol)
        rewards.chain.skip(1)
        rewards.distributor.poke(node, sender=rewards.seller)
        assert rewards.distributor.rateOf(node)[0] == 84_000_000  # a tenth of the volume score
        rewards.stake(rewards.carol, node, 9 * STAKE)
        rewards.keeper.unstake(node, 9 * STAKE, sender=rewards.carol)
        rewards.distributor.poke(node, sender=rewards.seller)
        assert rewards.distributor.rateOf(node)[0] == 84_000_000

    def test_stake_that_stayed_away_a_whole_epoch_is_forgotten(self, rewards: Rewards, node: int) -> None:
        shares = rewards.stake(rewards.carol, node, 9 * STAKE)
        rewards.keeper.unstake(node, shares, sender=rewards.carol)
        rewards.to_epoch(rewards.epoch + 1)
        rewards.signed([node], WANTED)
        rewards.to_epoch(rewards.epoch + 1)
        rewards.distributor.poke(node, sender=rewards.seller)
        assert rewards.distributor.rateOf(node)[0] == AT_MOST

    def test_measured_in_whole_era_rounded_up(self, rewards: Rewards, node: int) -> None:
        rewards.stake(rewards.alice, node, 1)
        rewards.worked(node, WANTED)
        assert rewards.distributor.rateOf(node)[0] == 80_000_000 + 40_000_000 * 9_999 // 10_000


class TestTerms:
    @pytest.mark.parametrize(
        ("terms", "good"),
        [
            (Terms(1, 1), True),
            (Terms(0, 1), False),
            (Terms(801, 800), False),
            (Terms(800, 800), True),
            (Terms(1, 10_000), True),
            (Terms(1, 10_001), False),
            (Terms(1, 2, tip_bps=2_000), True),
            (Terms(1, 2, tip_bps=2_001), False),
        ],
    )
    def test_ranges(self, rewards: Rewards, terms: Terms, good: bool) -> None:
        def deploy() -> RewardDistributor:
            given = rewards.access, rewards.era, rewards.records, as_terms(terms), PERIOD
            return RewardDistributor.deploy(rewards.chain, *given, sender=rewards.admin)

        if good:
            rewards.distributor.setRewardTerms(as_terms(terms), sender=rewards.admin)
            assert deploy().rewardTerms() == as_terms(terms) == rewards.distributor.rewardTerms()
            return
        with reverts("RewardTermsOutOfRange"):
            rewards.distributor.setRewardTerms(as_terms(terms), sender=rewards.admin)
        with reverts("RewardTermsOutOfRange"):
            deploy()

    def test_the_contract_of_stakes_is_named_once(self, rewards: Rewards) -> None:
        given = rewards.access, rewards.era, rewards.records, as_terms(TERMS), PERIOD
        fresh = RewardDistributor.deploy(rewards.chain, *given, sender=rewards.admin)
        with reverts("StakingMissing"):
            fresh.claim([1], rewards.alice, sender=rewards.alice)
        with reverts("StakingMissing"):
            fresh.claimGrant(1, [1], sender=rewards.alice)
        with reverts("NotTheNodesOwner"):
            fresh.claimCommission(1, rewards.alice, sender=rewards.alice)
        for nobody in (NOBODY, rewards.alice.address):
            with reverts("NotAStaking"):
                fresh.setStaking(nobody, sender=rewards.admin)
        event = fresh.setStaking(rewards.keeper, sender=rewards.admin).one(events.RewardStakingSet)
        assert event.staking == fresh.staking() == rewards.keeper.address
        with reverts("StakingIsSet", staking=rewards.keeper.address):
            fresh.setStaking(rewards.records, sender=rewards.admin)

    def test_only_the_contract_of_stakes_tells(self, rewards: Rewards) -> None:
        with reverts("OnlyStaking", caller=rewards.admin.address):
            rewards.distributor.checkpoint(1, 0, 0, 1, sender=rewards.admin)
        with reverts("OnlyStaking", caller=rewards.admin.address):
            rewards.distributor.setCommission(1, 1, sender=rewards.admin)

    def test_only_admin_governs(self, rewards: Rewards) -> None:
        distributor, nobody = rewards.distributor, rewards.officer
        calls: tuple[Callable[[], Any], ...] = (
            lambda: distributor.setRewardTerms(as_terms(TERMS), sender=nobody),
            lambda: distributor.setStaking(rewards.keeper, sender=nobody),
            lambda: distributor.setRewardPeriod(1, sender=nobody),
            lambda: distributor.setRewardSources(NOBODY, NOBODY, NOBODY, sender=nobody),
            lambda: distributor.moveBudget(nobody, 1, sender=nobody),
            lambda: rewards.records.setScoreTerms(1, 1, sender=nobody),
        )
        for call in calls:
            with reverts("AccessManagedUnauthorized"):
                call()
