"""Where live nodes stand: one place each, the lowest that was free; nobody else's moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caldera.contracts import ContractWallet, NodeStaking, events
from tests.support.staking import DAY, ERA, TERMS, Staking, standing

LEAST = TERMS.leastSelfStake


@pytest.fixture
def three(staking: Staking) -> list[int]:
    """Live nodes of three entities at places 0, 1 and 2."""
    return [staking.node(one) for one in (staking.alice, staking.bank, staking.carol)]


def handed_on(staking: Staking, node: int) -> None:
    """To somebody of the same entity without a stake of its own."""
    heir = staking.suite.enrol("bank-too", entity=staking.suite.entities["bank"])
    staking.nodes.proposeOwner(node, heir, sender=staking.bank)
    staking.nodes.acceptOwner(node, sender=heir)


def outgrown(staking: Staking, node: int) -> None:
    """By a higher least self-stake, of which this node alone is told."""
    staking.nodes.setStakeTerms(TERMS._replace(leastSelfStake=LEAST + 1), sender=staking.officer)
    staking.nodes.refreshNode(node, sender=staking.stranger)


ENDS: dict[str, Callable[[Staking, int], object]] = {
    "unbonds": lambda staking, node: staking.unbond(staking.bank, node, 1),
    "goes elsewhere": lambda staking, node: staking.nodes.redelegate(node, LEAST, 1, 0, sender=staking.bank),
    "retires": lambda staking, node: staking.nodes.retireNode(node, sender=staking.bank),
    "is slashed": lambda staking, node: staking.slash(node, 1),
    "is slashed to nothing": lambda staking, node: staking.slash(node, LEAST),
    "is handed on": handed_on,
    "is outgrown": outgrown,
}


def test_a_node_that_is_registered_only_has_no_place(staking: Staking) -> None:
    node = staking.node(staking.alice, LEAST - 1)
    staking.stake(staking.bank, node, 10 * LEAST)
    assert staking.nodes.livePlaces(0) == (0, 0)
    staking.stake(staking.alice, node, 1)
    assert staking.nodes.livePlaces(0) == (1, 1)


def test_what_stands_there(staking: Staking, three: list[int]) -> None:
    staking.later(DAY)
    since = staking.now + 1
    staking.suite.chain.warp(since)
    fourth = staking.node(staking.seller, 3 * LEAST)
    staking.stake(staking.alice, fourth, 7)
    assert staking.nodes.livePlaces(0) == (4, 0b1111)
    assert staking.nodes.livePlaces(1) == (4, 0)
    node, entity, began, active = staking.nodes.livePlaceAt(3)
    assert (node, entity, active) == (fourth, staking.suite.entities["seller"], 3 * LEAST + 7)
    assert since <= began <= staking.now
    for place in (4, 255, 256, 2**255):
        assert staking.nodes.livePlaceAt(place) == (0, 0, 0, 0)


@pytest.mark.parametrize("how", ENDS)
def test_whoever_ceases_leaves_a_gap_and_nobody_moves(staking: Staking, three: list[int], how: str) -> None:
    before = [staking.nodes.livePlaceAt(place) for place in (0, 2)]
    ENDS[how](staking, three[1])
    assert not staking.nodes.stakeOf(three[1])[2]
    assert standing(staking.nodes) == [three[0], 0, three[2]]
    assert staking.nodes.livePlaces(0) == (3, 0b101)
    assert [staking.nodes.livePlaceAt(place) for place in (0, 2)] == before


def test_the_next_to_come_takes_the_lowest_gap(staking: Staking, three: list[int]) -> None:
    nodes = staking.nodes
    for node, owner in zip(three, (staking.alice, staking.bank, staking.carol), strict=True):
        if node != three[2]:
            staking.unbond(owner, node, LEAST)
    assert standing(nodes) == [0, 0, three[2]]
    fourth, fifth, sixth = (staking.node(one) for one in (staking.seller, staking.buyer, staking.alice))
    assert standing(nodes) == [fourth, fifth, three[2], sixth]
    staking.stake(staking.bank, three[1], LEAST)
    assert standing(nodes) == [fourth, fifth, three[2], sixth, three[1]]


def test_it_came_anew_whoever_comes_back(staking: Staking, three: list[int]) -> None:
    began = staking.nodes.livePlaceAt(1)[2]
    staking.slash(three[1], LEAST)
    staking.later(DAY)
    staking.stake(staking.bank, three[1], LEAST)
    assert standing(staking.nodes) == three
    assert staking.nodes.livePlaceAt(1)[2] >= began + DAY


def test_stake_that_changes_no_life_changes_no_place(staking: Staking, three: list[int]) -> None:
    before = staking.nodes.livePlaceAt(1)
    staking.later(DAY)
    staking.stake(staking.bank, three[1], LEAST)
    staking.stake(staking.alice, three[1], 5 * LEAST)
    staking.unbond(staking.bank, three[1], LEAST)
    staking.slash(three[1], 1)
    staking.nodes.refreshNode(three[1], sender=staking.stranger)
    staking.nodes.announceCommission(three[1], 100, sender=staking.bank)
    assert standing(staking.nodes)[0::2] == [three[0], three[2]]
    # The slash took a unit of the owner's last 10,000 ERA.
    assert standing(staking.nodes)[1] == 0
    staking.stake(staking.bank, three[1], LEAST)
    again = staking.nodes.livePlaceAt(1)
    assert (again[0], again[1]) == (before[0], before[1])
    staking.later(DAY)
    staking.slash(three[1], 1)
    staking.stake(staking.carol, three[1], 1)
    assert staking.nodes.livePlaceAt(1)[2] == again[2]


def test_retired_it_never_comes_back(staking: Staking, three: list[int]) -> None:
    staking.nodes.retireNode(three[0], sender=staking.alice)
    staking.nodes.refreshNode(three[0], sender=staking.stranger)
    assert standing(staking.nodes) == [0, three[1], three[2]]


def test_back_and_forth_in_one_transaction(staking: Staking, three: list[int]) -> None:
    """A contract that owns two nodes lets them come and go: they change their own places, nobody else's."""
    nodes, suite = staking.nodes, staking.suite
    wallet = ContractWallet.deploy(suite.chain, staking.seller, sender=staking.seller)
    entity = suite.entities["seller"]
    suite.registry.enrol(wallet, entity, staking.now + 400 * DAY, 1, 1, sender=staking.officer)
    keys = [suite.enrol(f"wallet-key-{number}", entity=entity) for number in range(2)]
    staking.era.transfer(wallet, 10 * LEAST, sender=staking.seller)
    wallet.act(staking.era, staking.era.calldata.approve(nodes, 10 * LEAST), sender=staking.seller)
    call = NodeStaking.calldata
    first, second = nodes.nodeCount() + 1, nodes.nodeCount() + 2
    begin = [call.register(key, 0, False, "") for key in keys]
    begin += [call.stake(first, LEAST, 0), call.stake(second, LEAST, 0)]
    wallet.actAll(nodes, begin, sender=staking.seller)
    assert standing(nodes) == [*three, first, second]
    turns = [
        *(call.unbond(first, 1, 0), call.stake(first, 1, 0), call.unbond(first, 1, 0), call.unbond(second, 1, 0)),
        *(call.stake(second, 1, 0), call.stake(first, 1, 0)),
    ]
    receipt = wallet.actAll(nodes, turns, sender=staking.seller)
    told = [(one.node, one.live) for one in receipt.events if isinstance(one, events.NodeLive)]
    assert told == [(first, False), (first, True), (first, False), (second, False), (second, True), (first, True)]
    assert standing(nodes) == [*three, second, first]
    wallet.actAll(nodes, [call.unbond(second, LEAST, 0), call.retireNode(first)], sender=staking.seller)
    assert standing(nodes) == [*three, 0, 0]


def test_beyond_a_word(staking: Staking) -> None:
    """257 live nodes at once; the gaps of the first word are filled before any other."""
    nodes, bank = staking.nodes, staking.bank
    nodes.setStakeTerms(TERMS._replace(leastSelfStake=ERA), sender=staking.officer)
    owners = [staking.suite.enrol(f"owner-{number}") for number in range(257)]
    for number, owner in enumerate(owners, 1):
        nodes.register(owner, 0, False, "", sender=owner)
        nodes.stakeFor(owner, number, ERA, 0, sender=bank)
    assert standing(nodes) == list(range(1, 258))
    assert nodes.livePlaces(0) == (257, 2**256 - 1)
    assert nodes.livePlaces(1) == (257, 1)
    for gone in (257, 256, 3):
        nodes.retireNode(gone, sender=owners[gone - 1])
    assert nodes.livePlaces(0) == (257, 2**256 - 1 - 2**255 - 2**2)
    assert nodes.livePlaces(1) == (257, 0)
    late = [staking.node(one, ERA) for one in (staking.alice, staking.carol, staking.seller, staking.buyer)]
    assert [nodes.livePlaceAt(place)[0] for place in (2, 255, 256, 257)] == late
