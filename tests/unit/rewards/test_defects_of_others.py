"""Defects that other reward contracts had, each by the thread in which it was found."""

from itertools import permutations

import pytest

from caldera.model.rewards import DAY, YEAR
from tests.support.rewards import ERA, PERIOD, Rewards
from tests.support.suite import reverts

STAKE = 10_000 * ERA


@pytest.mark.known_defect("lost-dust")
def test_synthetix_758_what_is_notified_is_earned_or_still_there(rewards: Rewards) -> None:
    """1,000 notified, 899 earned: what began before anybody staked was lost. Here it waits, promised to nobody."""
    distributor = rewards.distributor
    distributor.moveBudget(rewards.carol, distributor.budgetLeft() - 1_000, sender=rewards.admin)
    rewards.chain.skip(3 * DAY)
    node = rewards.node()
    rewards.stake(rewards.alice, node, 1_000_000)
    rewards.chain.skip(YEAR)
    earned = rewards.owed(rewards.alice, node)
    assert 900 <= earned <= 1_000
    assert distributor.budgetLeft() + distributor.budgetOwed() == 1_000
    assert distributor.budgetOwed() - earned <= 13 + 1  # a unit for each period, one for the stake


@pytest.mark.known_defect("livepeer-order")
def test_livepeer_230_the_order_of_claims_changes_no_share(rewards: Rewards) -> None:
    node = rewards.node()
    people = (rewards.alice, rewards.bank, rewards.carol)
    for number, account in enumerate(people, 1):
        rewards.stake(account, node, number * STAKE + number)
    rewards.chain.skip(100 * DAY + 1)
    found = set()
    for order in permutations(people):
        with rewards.chain.isolated():
            before = [rewards.has(account) for account in people]
            for account in order:
                rewards.distributor.claim([node], account, sender=account)
            found.add(tuple(rewards.has(a) - b for a, b in zip(people, before, strict=True)))
    assert len(found) == 1


@pytest.mark.known_defect("livepeer-nobody")
def test_livepeer_64_a_node_without_stakers_is_promised_nothing(rewards: Rewards) -> None:
    """Rewards for nobody could never be claimed. Here they are not promised at all, and others get them."""
    node = rewards.node()
    shares = rewards.stake(rewards.alice, node, STAKE)
    rewards.chain.skip(DAY)
    rewards.keeper.unstake(node, shares, sender=rewards.alice)
    owed = rewards.distributor.budgetOwed()
    rewards.chain.skip(YEAR)
    assert rewards.distributor.budgetOwed() == owed
    assert rewards.distributor.claim([node], rewards.alice, sender=rewards.alice).returned == owed - 1


@pytest.mark.known_defect("apr-outruns")
def test_penumbra_3815_a_rate_never_outruns_its_money(rewards: Rewards) -> None:
    """The rate is promised on far more stake than the money is enough for; all can claim all they are owed."""
    distributor = rewards.distributor
    distributor.moveBudget(rewards.carol, distributor.budgetLeft() - ERA, sender=rewards.admin)
    node = rewards.node()
    people = (rewards.alice, rewards.bank, rewards.carol)
    for account in people:
        rewards.stake(account, node, 1_000_000 * ERA)
    rewards.chain.skip(PERIOD * DAY)
    paid = sum(distributor.claim([node], account, sender=account).returned for account in people)
    assert ERA - 20_000 <= paid <= ERA
    assert rewards.has(distributor) == ERA - paid
    with reverts("NoRewards"):
        distributor.claim([node], rewards.alice, sender=rewards.alice)


@pytest.mark.known_defect("lost-dust")
def test_unistaker_83_little_money_for_much_stake_is_not_rounded_away(rewards: Rewards) -> None:
    """Less than 10^-18 of what is promised: the funded rate is 0, and the money stays promised to nobody."""
    distributor = rewards.distributor
    node = rewards.node()
    rewards.stake(rewards.alice, node, 100_000_000 * ERA)
    distributor.moveBudget(rewards.carol, distributor.budgetLeft() - 500_000, sender=rewards.admin)
    assert distributor.fundedRate() == 0
    rewards.chain.skip(YEAR)
    assert (distributor.budgetLeft(), rewards.owed(rewards.alice, node)) == (500_000, 0)
    distributor.moveBudget(rewards.carol, 500_000, sender=rewards.admin)


def test_who_comes_with_the_money_takes_nothing_of_what_was_earned(rewards: Rewards) -> None:
    node = rewards.node()
    rewards.stake(rewards.alice, node, STAKE)
    rewards.chain.skip(YEAR)
    earned = rewards.owed(rewards.alice, node)
    shares = rewards.stake(rewards.carol, node, 1_000 * STAKE)
    rewards.fund(1_000 * ERA)
    rewards.keeper.unstake(node, shares, sender=rewards.carol)
    assert (rewards.owed(rewards.alice, node), rewards.owed(rewards.carol, node)) == (earned, 0)
