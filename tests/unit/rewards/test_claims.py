"""Taking rewards: as money, as stake, as fees, for a grant, as commission; and what a contract of stakes cannot do."""

import pytest

from caldera.contracts import NodeRecords, RewardDistributor, StakeKeeper, events
from caldera.evm import Panic
from tests.support import economy as fees_support
from tests.support.rewards import EPOCH, ERA, GRANT, MONTH, TERMS, Rewards, as_terms
from tests.support.suite import DAY, NOBODY, YEAR, reverts

STAKE = 10_000 * ERA
EARNED = 800 * ERA  # a year of it at 8%


def number(account: object) -> int:
    """An account as a holder."""
    return int(account.address, 16)  # type: ignore[attr-defined]


@pytest.fixture
def node(rewards: Rewards) -> int:
    """A node of the seller's with 10,000 ERA of alice's, a year ago."""
    made = rewards.node()
    rewards.stake(rewards.alice, made, STAKE)
    rewards.chain.skip(YEAR)
    return made


class TestClaim:
    def test_to_whom_one_likes(self, rewards: Rewards, node: int) -> None:
        call = rewards.distributor.claim([node], rewards.carol, sender=rewards.alice)
        assert call.returned == EARNED == rewards.has(rewards.carol)
        event = call.one(events.RewardsClaimed)
        assert (event.holder, event.to, event.amount) == (number(rewards.alice), rewards.carol.address, EARNED)

    def test_not_to_nobody(self, rewards: Rewards, node: int) -> None:
        for to in (NOBODY, rewards.distributor.address):
            with reverts("CannotBePaid", account=to):
                rewards.distributor.claim([node], to, sender=rewards.alice)

    def test_nothing_is_owed_twice_nor_to_others(self, rewards: Rewards, node: int) -> None:
        with reverts("NoRewards", holder=number(rewards.carol)):
            rewards.distributor.claim([node], rewards.carol, sender=rewards.carol)
        with reverts("NoRewards"):
            rewards.distributor.claim([], rewards.alice, sender=rewards.alice)
        assert rewards.distributor.claim([node, node], rewards.alice, sender=rewards.alice).returned == EARNED
        with reverts("NoRewards", holder=number(rewards.alice)):
            rewards.distributor.claim([node], rewards.alice, sender=rewards.alice)

    def test_of_several_nodes_pro_rata(self, rewards: Rewards, node: int) -> None:
        other = rewards.node(rewards.buyer)
        rewards.stake(rewards.alice, other, STAKE)
        rewards.stake(rewards.carol, other, 3 * STAKE)
        rewards.chain.skip(YEAR)
        call = rewards.distributor.claim([other, node], rewards.alice, sender=rewards.alice)
        assert call.returned == 3 * EARNED
        assert rewards.distributor.claim([other], rewards.carol, sender=rewards.carol).returned == 3 * EARNED

    def test_a_slash_takes_from_what_will_be_earned_only(self, rewards: Rewards, node: int) -> None:
        rewards.keeper.slash(node, STAKE * 4 // 10, sender=rewards.admin)
        assert rewards.owed(rewards.alice, node) == EARNED
        rewards.chain.skip(YEAR)
        assert rewards.owed(rewards.alice, node) == EARNED + 480 * ERA

    def test_a_donation_moves_nothing(self, rewards: Rewards, node: int) -> None:
        rewards.give(rewards.distributor, 10**24)
        assert rewards.owed(rewards.alice, node) == EARNED
        assert rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned == EARNED


class TestToStake:
    def test_is_staked_at_once(self, rewards: Rewards, node: int) -> None:
        other = rewards.node()
        shares = rewards.stake(rewards.carol, other, STAKE)
        call = rewards.distributor.claimToStake([node], other, EARNED, sender=rewards.alice)
        assert call.returned == (EARNED, EARNED)
        event = call.one(events.RewardsStaked)
        assert (event.holder, event.node, event.amount, event.shares) == (number(rewards.alice), other, EARNED, EARNED)
        assert rewards.distributor.earningOf(other) == STAKE + EARNED
        assert rewards.keeper.positions(other, number(rewards.alice))[0] == EARNED
        assert rewards.era.allowance(rewards.distributor, rewards.keeper) == 0
        rewards.chain.skip(YEAR)
        assert rewards.owed(rewards.carol, other) == shares * 8 // 100

    def test_for_no_less_than_wanted(self, rewards: Rewards, node: int) -> None:
        with reverts("TooFewShares", shares=EARNED, least=EARNED + 1):
            rewards.distributor.claimToStake([node], node, EARNED + 1, sender=rewards.alice)
        assert rewards.distributor.claimToStake([node], node, EARNED, sender=rewards.alice).returned[0] == EARNED

    def test_exactly_what_is_owed_is_taken(self, rewards: Rewards, node: int) -> None:
        rewards.keeper.misbehave(1, 0, NOBODY, b"", sender=rewards.admin)
        with reverts("InexactTaking", amount=EARNED, taken=EARNED - 1):
            rewards.distributor.claimToStake([node], node, 0, sender=rewards.alice)


class TestToFees:
    def test_into_any_account(self, rewards: Rewards, node: int) -> None:
        call = rewards.distributor.claimToFees([node], 77, sender=rewards.alice)
        assert call.returned == EARNED == rewards.fees.creditOf(77)
        event = call.one(events.RewardsToFees)
        assert (event.holder, event.entity, event.amount) == (number(rewards.alice), 77, EARNED)

    def test_into_the_fee_router(self, rewards: Rewards) -> None:
        """The real one: what was earned pays fees, through a keeper on its chain."""
        economy = fees_support.build(moody=False)
        admin, holder = economy.suite.admin, economy.holder
        records = NodeRecords.deploy(economy.chain, economy.suite.access, EPOCH, 3, 100, sender=admin)
        given = economy.suite.access, economy.token, records, as_terms(TERMS), 30
        distributor = RewardDistributor.deploy(economy.chain, *given, sender=admin)
        keeper = StakeKeeper.deploy(economy.chain, economy.token, distributor, sender=admin)
        distributor.setStaking(keeper, sender=admin)
        distributor.setRewardSources(NOBODY, NOBODY, economy.router, sender=admin)
        for spender in (keeper, distributor):
            economy.token.approve(spender, 10**24, sender=holder)
        distributor.fund(10**23, sender=holder)
        made = keeper.open(holder, True, sender=admin).returned
        keeper.stakeFor(holder, made, STAKE, 0, sender=holder)
        economy.chain.skip(YEAR)
        maker = economy.entity("maker")
        before = economy.router.prepaidOf(maker)
        assert distributor.claimToFees([made], maker, sender=holder).returned == EARNED
        assert economy.router.prepaidOf(maker) == before + EARNED

    def test_only_where_there_is_such_an_account(self, rewards: Rewards, node: int) -> None:
        rewards.distributor.setRewardSources(NOBODY, NOBODY, NOBODY, sender=rewards.admin)
        with reverts("RewardSourceMissing"):
            rewards.distributor.claimToFees([node], 77, sender=rewards.alice)

    def test_exactly_what_is_owed_is_taken(self, rewards: Rewards, node: int) -> None:
        rewards.fees.misbehave(1, NOBODY, b"", sender=rewards.admin)
        with reverts("InexactTaking", amount=EARNED, taken=EARNED - 1):
            rewards.distributor.claimToFees([node], 77, sender=rewards.alice)


class TestGrant:
    def test_to_the_beneficiary_of_the_moment_by_anybody(self, rewards: Rewards, node: int) -> None:
        rewards.give(rewards.bank, STAKE, rewards.keeper)
        rewards.keeper.stakeGrant(5, node, STAKE, sender=rewards.bank)
        rewards.keeper.setBeneficiary(5, rewards.alice, sender=rewards.admin)
        rewards.chain.skip(YEAR)
        rewards.keeper.setBeneficiary(5, rewards.stranger, sender=rewards.admin)
        call = rewards.distributor.claimGrant(5, [node], sender=rewards.mallory)
        assert call.returned == EARNED == rewards.has(rewards.stranger)
        event = call.one(events.RewardsClaimed)
        assert (event.holder, event.to) == (GRANT + 5, rewards.stranger.address)
        with reverts("NoRewards", holder=GRANT + 5):
            rewards.distributor.claimGrant(5, [node], sender=rewards.mallory)

    def test_of_nobody(self, rewards: Rewards, node: int) -> None:
        """An account is no grant either, however its number is written."""
        for grant in (5, GRANT, GRANT + number(rewards.alice)):
            with reverts("NoSuchGrant", grant=grant):
                rewards.distributor.claimGrant(grant, [node], sender=rewards.mallory)
        rewards.keeper.setBeneficiary(5, rewards.distributor, sender=rewards.admin)
        with reverts("NoSuchGrant", grant=5):
            rewards.distributor.claimGrant(5, [node], sender=rewards.mallory)


class TestCommission:
    def test_from_when_it_is_set(self, rewards: Rewards, node: int) -> None:
        rewards.keeper.setCommission(node, 2_500, sender=rewards.admin)
        assert rewards.distributor.commissionOf(node) == (0, 2_500)
        rewards.chain.skip(YEAR)
        assert rewards.owed(rewards.alice, node) == EARNED + 600 * ERA
        assert rewards.distributor.commissionOf(node) == (200 * ERA, 2_500)
        call = rewards.distributor.claimCommission(node, rewards.carol, sender=rewards.seller)
        assert call.returned == 200 * ERA == rewards.has(rewards.carol)
        event = call.one(events.CommissionClaimed)
        assert (event.node, event.to, event.amount) == (node, rewards.carol.address, 200 * ERA)
        assert rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned == EARNED + 600 * ERA

    def test_what_was_earned_before_is_by_the_one_before(self, rewards: Rewards, node: int) -> None:
        """Also if the contract of stakes forgets to tell first, and after a poke and a claim of the owner's."""
        rewards.keeper.setCommissionAlone(node, 10_000, sender=rewards.admin)
        rewards.distributor.poke(node, sender=rewards.mallory)
        with reverts("NoCommission", node=node):
            rewards.distributor.claimCommission(node, rewards.seller, sender=rewards.seller)
        rewards.chain.skip(YEAR)
        rewards.distributor.claimCommission(node, rewards.seller, sender=rewards.seller)
        rewards.keeper.setCommissionAlone(node, 0, sender=rewards.admin)
        rewards.chain.skip(YEAR)
        assert rewards.has(rewards.seller) == EARNED
        assert rewards.owed(rewards.alice, node) == 2 * EARNED
        assert rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned == 2 * EARNED

    def test_is_rounded_for_the_stakers(self, rewards: Rewards) -> None:
        made = rewards.node()
        rewards.stake(rewards.alice, made, 10**11)
        rewards.keeper.setCommission(made, 1, sender=rewards.admin)
        rewards.chain.skip(4 * MONTH)
        gross = 10**11 * 8 // 100 // 3
        assert rewards.distributor.commissionOf(made)[0] == gross // 10_000 == 266_666
        assert rewards.owed(rewards.alice, made) == gross - 266_666

    def test_only_the_owner_of_the_moment(self, rewards: Rewards, node: int) -> None:
        rewards.keeper.setCommission(node, 100, sender=rewards.admin)
        rewards.chain.skip(DAY)
        for account, which in ((rewards.alice, node), (rewards.seller, node + 1)):
            with reverts("NotTheNodesOwner", node=which, account=account.address):
                rewards.distributor.claimCommission(which, account, sender=account)
        for to in (NOBODY, rewards.distributor.address):
            with reverts("CannotBePaid", account=to):
                rewards.distributor.claimCommission(node, to, sender=rewards.seller)
        rewards.distributor.claimCommission(node, rewards.seller, sender=rewards.seller)
        with reverts("NoCommission", node=node):
            rewards.distributor.claimCommission(node, rewards.seller, sender=rewards.seller)

    def test_range(self, rewards: Rewards, node: int) -> None:
        with reverts("CommissionOutOfRange", bps=10_001, most=10_000):
            rewards.keeper.setCommission(node, 10_001, sender=rewards.admin)
        call = rewards.keeper.setCommission(node, 10_000, sender=rewards.admin)
        event = call.one(events.NodeCommissionSet)
        assert (event.node, event.bps) == (node, 10_000)


class TestTheContractOfStakes:
    def test_cannot_take_more_than_is_promised(self, rewards: Rewards, node: int) -> None:
        owed = rewards.distributor.budgetOwed()
        assert 0 <= owed - EARNED <= 13  # each period is promised rounded up
        rewards.keeper.misbehave(0, owed - EARNED + 1, NOBODY, b"", sender=rewards.admin)
        with reverts("MoreThanPromised", wanted=owed + 1, owed=owed):
            rewards.distributor.claim([node], rewards.alice, sender=rewards.alice)
        with reverts("MoreThanPromised"):
            rewards.distributor.claimToStake([node], node, 0, sender=rewards.alice)
        with reverts("MoreThanPromised"):
            rewards.distributor.claimToFees([node], 1, sender=rewards.alice)
        rewards.keeper.misbehave(0, 0, NOBODY, b"", sender=rewards.admin)
        assert rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned == EARNED
        assert rewards.distributor.budgetOwed() == owed - EARNED

    def test_cannot_call_back_into_a_claim(self, rewards: Rewards, node: int) -> None:
        inward = rewards.distributor.calldata.claim([node], rewards.mallory)
        rewards.keeper.misbehave(0, 0, rewards.distributor, inward, sender=rewards.admin)
        with reverts("ReentrancyGuardReentrantCall"):
            rewards.distributor.claim([node], rewards.alice, sender=rewards.alice)

    def test_rewards_wait_for_shares(self, rewards: Rewards) -> None:
        """No stake without shares can be; if it were, what it earns would be kept for who comes."""
        made = rewards.node()
        rewards.keeper.tell(made, 0, 0, STAKE, sender=rewards.admin)
        rewards.chain.skip(YEAR)
        assert rewards.keeper.tell(made, STAKE, 0, 0, sender=rewards.admin).returned == 0
        assert rewards.distributor.indexOf(made, 0, 10**18) == EARNED * 10**9
        assert rewards.keeper.tell(made, 0, 10**18, 0, sender=rewards.admin).returned == EARNED * 10**9
        assert rewards.keeper.tell(made, 0, 10**18, 0, sender=rewards.admin).returned == EARNED * 10**9

    def test_an_index_beyond_its_bits_stands_still_and_stake_can_leave(self, rewards: Rewards) -> None:
        made = rewards.node()
        rewards.keeper.tell(made, 0, 0, STAKE, sender=rewards.admin)
        rewards.chain.skip(YEAR)
        most = 2**104 - 1
        assert rewards.distributor.indexOf(made, STAKE, 1) == most
        assert rewards.keeper.tell(made, STAKE, 1, STAKE, sender=rewards.admin).returned == most
        rewards.chain.skip(YEAR)
        assert rewards.keeper.tell(made, STAKE, 1, 0, sender=rewards.admin).returned == most
        assert rewards.distributor.promisedYearly() == 0

    def test_what_it_says_of_the_past_is_never_more_than_all_was_promised(self, rewards: Rewards, node: int) -> None:
        """It is believed about one node; the power of all nodes is kept here."""
        right = rewards.distributor.indexOf(node, STAKE, STAKE)
        with pytest.raises(Panic):
            rewards.keeper.tell(node, STAKE + 1, STAKE, 0, sender=rewards.admin)
        assert rewards.keeper.tell(node, STAKE, STAKE, 0, sender=rewards.admin).returned == right
        assert rewards.distributor.promisedYearly() == 0
