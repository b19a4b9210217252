"""Defects of staking, slashing and claims that the units' own tests do not hold yet.

Each mark names an entry of `tests/conformance/defects.yml`, where project and source stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest

from tests.support import airdrop
from tests.support.airdrop import GRANT, LOCK
from tests.support.staking import DAY, ERA, TERMS, Staking, build
from tests.support.suite import NOBODY, reverts

LATER = 21 * DAY


@pytest.fixture(scope="module")
def _stand() -> Staking:
    return build()


@pytest.fixture
def staking(_stand: Staking) -> Iterator[Staking]:
    actors, entities = dict(_stand.suite.actors), dict(_stand.suite.entities)
    with _stand.suite.chain.isolated():
        yield _stand
    _stand.suite.__dict__.update(actors=actors, entities=entities)


class TestLeaving:
    """Exits of one owner, of several nodes and kinds, beside one another."""

    @pytest.mark.known_defect("graph-collision")
    def test_exits_of_all_kinds_stand_beside_one_another(self, staking: Staking) -> None:
        """The same owner leaves as owner of a node, as delegator of another, and by a grant of its own, all at once."""
        mine, other = staking.node(staking.alice), staking.node(staking.carol)
        staking.stake(staking.alice, mine, 70)
        staking.stake(staking.alice, other, 80)
        grant = staking.grant(staking.alice, 1_000)
        staking.stake_grant(grant, mine, 90)
        staking.unbond(staking.alice, mine, 70)
        staking.unbond(staking.alice, mine, TERMS.leastSelfStake)
        staking.unbond(staking.alice, other, 80)
        staking.grants.unbondGrant(grant, mine, 90, 0, sender=staking.alice)
        assert len(staking.exits(staking.alice)) == 3
        assert len(staking.exits(grant)) == 1
        staking.later(LATER)
        before = staking.has(staking.alice)
        for place, amount in ((1, TERMS.leastSelfStake), (2, 80), (0, 70)):
            assert staking.nodes.withdraw(place, amount, sender=staking.alice).returned == amount
        assert staking.has(staking.alice) - before == TERMS.leastSelfStake + 150
        assert staking.exits(staking.alice) == []
        assert len(staking.exits(grant)) == 1

    @pytest.mark.known_defect("graph-collision")
    @pytest.mark.parametrize("order", list(permutations((0, 1, 2))), ids=str)
    def test_exits_end_in_any_order(self, staking: Staking, order: tuple[int, ...]) -> None:
        node = staking.node(staking.alice)
        amounts = (11, 11, 13)
        staking.stake(staking.bank, node, sum(amounts))
        for amount in amounts:
            staking.unbond(staking.bank, node, amount)
        staking.later(LATER)
        assert [staking.nodes.withdraw(at, 0, sender=staking.bank).returned for at in order] == [
            amounts[at] for at in order
        ]

    @pytest.mark.known_defect("cosmos-kamikaze")
    def test_who_leaves_answers_until_it_may_go_and_not_beyond(self, staking: Staking) -> None:
        """For acts before and after it asked to leave, alike: it chose the node, and the node may still betray it."""
        node = staking.node(staking.alice)
        for name in ("bank", "carol"):
            staking.stake(getattr(staking, name), node, 1_000)
        staking.unbond(staking.bank, node, 1_000)
        staking.later(LATER)
        staking.nodes.withdraw(0, 1_000, sender=staking.bank)
        staking.unbond(staking.carol, node, 1_000)
        before = staking.has(staking.bank)
        staking.slash(node, (TERMS.leastSelfStake + 1_000) // 2)
        assert staking.has(staking.bank) == before  # it is gone
        assert staking.exits(staking.carol)[0].leaving.amount == 500  # it is not

    @pytest.mark.known_defect("eigenlayer-queued-burn")
    def test_what_is_taken_of_leaving_stake_goes_where_the_rest_goes(self, staking: Staking) -> None:
        node = staking.node(staking.alice)
        staking.stake(staking.bank, node, 3_000 * ERA)
        staking.unbond(staking.bank, node, 2_000 * ERA)
        staking.unbond(staking.alice, node, 4_000 * ERA)
        held = staking.has(staking.nodes)
        taken = staking.slash(node, 13_000 * ERA // 2)
        assert taken == 6_500 * ERA
        active, leaving, _ = staking.nodes.stakeOf(node)
        assert active + leaving == held - taken
        handed = staking.nodes.takeSlashed(NOBODY, False, staking.carol, sender=staking.officer).returned
        assert handed == taken
        staking.later(LATER)
        paid = sum(staking.nodes.withdrawAll(sender=who).returned for who in (staking.bank, staking.alice))
        assert paid == leaving == 3_000 * ERA
        assert staking.has(staking.nodes) == active

    @pytest.mark.known_defect("graph-round-up")
    @pytest.mark.parametrize("slash", [1, 7, 3_333, 9_999])
    def test_what_rounding_takes_is_never_paid_to_anybody(self, staking: Staking, slash: int) -> None:
        """A slash is rounded up in each pool, an exit down: together they never pay more than there is."""
        node = staking.node(staking.alice)
        people = (staking.bank, staking.carol, staking.seller)
        for number, who in enumerate(people):
            staking.stake(who, node, 1_000 + number * 7)
            staking.unbond(who, node, 500 + number)
        taken = staking.slash(node, slash)
        assert taken >= slash
        for who in people:
            left = staking.nodes.positionOf(staking.holder(who), node)[0]
            staking.unbond(who, node, left)
        staking.unbond(staking.alice, node, TERMS.leastSelfStake)
        staking.later(LATER)
        for who in (*people, staking.alice):
            staking.nodes.withdrawAll(sender=who)
        assert staking.has(staking.nodes) >= taken
        assert staking.has(staking.nodes) - taken <= 2 * len(people) + 2

    @pytest.mark.known_defect("eigenlayer-rounding")
    def test_slash_after_slash_leaves_a_way_out(self, staking: Staking) -> None:
        """Down to the last unit each takes something, and whatever is left can leave, of old and of new stake."""
        node, people = staking.node(staking.alice), (staking.bank, staking.carol, staking.alice)
        for who in people:
            staking.stake(who, node, 1_000 * ERA + 7)
            staking.unbond(who, node, 500 * ERA + 3)
        slashes = 0
        while (left := sum(staking.nodes.stakeOf(node)[:2])) > len(people):
            wanted = max(1, left * 99 // 100)
            assert staking.slash(node, wanted) >= wanted
            assert sum(staking.nodes.stakeOf(node)[:2]) < left
            slashes += 1
        assert slashes > 10
        staking.stake(staking.seller, node, 1_000)
        staking.unbond(staking.seller, node, 1_000)
        staking.later(LATER)
        _, leaving, _ = staking.nodes.stakeOf(node)
        paid = [staking.nodes.withdrawAll(sender=who).returned for who in (*people, staking.seller)]
        assert paid[-1] == 1_000
        assert sum(paid) <= leaving


class TestAirdrop:
    """Claims that lead to another contract."""

    @pytest.mark.known_defect("hedgey-allowance")
    @pytest.mark.parametrize("delivery", [GRANT, LOCK])
    def test_no_allowance_outlives_a_claim_or_a_round(self, delivery: int) -> None:
        drop = airdrop.build()
        opened = drop.open(delivery=delivery)
        keeper = drop.vault if delivery == GRANT else drop.lock
        places = (opened.contract, drop.rounds)
        assert [drop.era.allowance(place, keeper) for place in places] == [0, 0]
        for who in (drop.ann, drop.ben):
            if delivery == GRANT:
                opened.contract.claim(*opened.arguments(who), sender=drop.mallory)
            else:
                index, _, amount, proof = opened.arguments(who)
                opened.contract.claimTo(index, amount, who, 200 * DAY, proof, sender=who)
            assert [drop.era.allowance(place, keeper) for place in places] == [0, 0]
        drop.chain.warp(opened.contract.openUntil())
        opened.contract.sweep(drop.era, sender=drop.mallory)
        assert drop.era.balanceOf(opened.contract) == 0
        assert [drop.era.allowance(place, keeper) for place in places] == [0, 0]
        with reverts("ERC20InsufficientAllowance"):
            drop.era.transferFrom(drop.rounds, drop.mallory, 1, sender=drop.mallory)
