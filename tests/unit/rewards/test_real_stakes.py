"""RewardDistributor with NodeStaking: what one says is what the other keeps, whatever happens to a node."""

from collections.abc import Callable
from typing import Any

import pytest

from caldera.contracts import NodeRecords, NodeStaking, RewardDistributor, structs
from tests.support.rewards import EPOCH
from tests.support.staking import DAY, ERA, NOBODY, TERMS, Staking, build

BUDGET = 10_000 * ERA


@pytest.fixture
def stand() -> tuple[Staking, RewardDistributor]:
    """Stakes whose rewards the distributor counts, with a budget."""
    made = build()
    chain, admin, access = made.suite.chain, made.suite.admin, made.suite.access
    records = NodeRecords.deploy(chain, access, EPOCH, 3, 100, sender=admin)
    band = structs.RewardTerms(800, 1_200, False, 1_000, ERA)
    distributor = RewardDistributor.deploy(chain, access, made.era, records, band, 30, sender=admin)
    given = access, made.era, made.suite.registry, made.vault, distributor
    nodes = NodeStaking.deploy(chain, *given, TERMS, sender=admin)
    distributor.setStaking(nodes, sender=admin)
    nodes.setSlasher(made.officer, sender=admin)
    made.nodes = nodes
    for name in ("alice", "bank", "carol"):
        made.era.approve(nodes, 2**256 - 1, sender=made.suite.actors[name])
    made.era.approve(distributor, BUDGET, sender=made.carol)
    distributor.fund(BUDGET, sender=made.carol)
    return made, distributor


def test_power_is_always_that_of_the_stake_that_is_live(stand: tuple[Staking, RewardDistributor]) -> None:
    """Also of a node that stops being live, and comes back; a claim and a poke change nothing of it."""
    staking, distributor = stand
    nodes, alice, bank = staking.nodes, staking.alice, staking.bank
    node, other = staking.node(alice, commission=300), staking.node(staking.carol)
    least = TERMS.leastSelfStake
    steps: list[Callable[[], Any]] = [
        lambda: nodes.stake(node, 30_000 * ERA, 0, sender=bank),
        lambda: nodes.unbond(node, 5_000 * ERA, 0, sender=bank),
        lambda: distributor.claim([node], bank, sender=bank),
        lambda: nodes.slash(node, 1_000 * ERA, NOBODY, 0, sender=staking.officer),
        lambda: distributor.claim([node], bank, sender=bank),
        lambda: nodes.stake(node, least, 0, sender=alice),
        lambda: distributor.poke(node, sender=bank),
        lambda: distributor.claimToStake([node], other, 0, sender=bank),
        lambda: nodes.announceCommission(node, 0, sender=alice),
        lambda: distributor.claimCommission(node, alice, sender=alice),
        lambda: nodes.slash(node, sum(nodes.stakeOf(node)[:2]), NOBODY, 0, sender=staking.officer),
        lambda: nodes.stake(node, least, 0, sender=alice),
        lambda: nodes.retireNode(node, sender=alice),
    ]
    lives = []
    for step in steps:
        staking.later(DAY)
        step()
        power = 0
        for number in (node, other):
            active, _, live = nodes.stakeOf(number)
            assert distributor.earningOf(number) == (active if live else 0)
            power += distributor.earningOf(number) * distributor.rateOf(number)[0]
        assert distributor.promisedYearly() == power // 10**9
        assert staking.has(distributor) == distributor.budgetLeft() + distributor.budgetOwed()
        lives.append(nodes.stakeOf(node)[2])
    assert lives == [True] * 3 + [False] * 2 + [True] * 5 + [False, True, False]


@pytest.mark.known_defect("apr-outruns")
def test_what_all_can_take_is_within_what_is_promised(stand: tuple[Staking, RewardDistributor]) -> None:
    """Claims of some write nothing of the node; what the others get is what they would have got."""
    staking, distributor = stand
    nodes, alice, bank = staking.nodes, staking.alice, staking.bank
    node = staking.node(alice, 10_000 * ERA + 7)
    nodes.stake(node, 3, 0, sender=bank)
    nodes.stake(node, 20_000 * ERA + 1, 0, sender=bank)
    staking.later(300 * DAY)
    with staking.suite.chain.isolated():
        alone = distributor.claim([node], alice, sender=alice).returned
    for _ in range(7):
        distributor.claim([node], bank, sender=bank)
        staking.later(1)
    took = distributor.claim([node], alice, sender=alice).returned
    assert took >= alone
    assert took - alone <= 10_000 * ERA * 12 * 8 // 100 // (365 * DAY)
    assert distributor.budgetOwed() >= nodes.rewardsOf(staking.holder(bank), [node])
    nodes.slash(node, 30_000 * ERA, NOBODY, 0, sender=staking.officer)
    for who in (alice, bank):
        owed = nodes.rewardsOf(staking.holder(who), [node])
        if owed:
            assert distributor.claim([node], who, sender=who).returned == owed
    assert 0 <= distributor.budgetOwed() <= 20
