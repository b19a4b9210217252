"""What nodes can do to panels: many without stake, stakes that come and go, a step into a seed that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import NodePanels
from caldera.model.court import SETTLING
from tests.support.staking import ERA, TERMS, Staking, build, standing

LEAST = TERMS.leastSelfStake
HONEST = 8
IDLE = 2_000
KEYS = 32
"""The most accounts of an entity, and so the most nodes."""
SEEDS = [keccak(number.to_bytes(32, "big")) for number in range(30)]

Panels = list[tuple[int, ...]]


@pytest.fixture(scope="module")
def _staking() -> Staking:
    made = build()
    made.nodes.setStakeTerms(TERMS._replace(leastSelfStake=ERA), sender=made.officer)
    crowd(made, "honest", HONEST, ERA)
    made.later(SETTLING)
    return made


@pytest.fixture
def staking(_staking: Staking) -> Iterator[Staking]:
    """Eight live nodes of as many entities, which settled; a live node takes one ERA, and panels ask no more."""
    with _staking.suite.chain.isolated():
        yield _staking


@pytest.fixture
def panels(staking: Staking) -> NodePanels:
    return NodePanels.deploy(staking.chain, staking.access, staking.nodes, ERA, ERA, sender=staking.admin)


def crowd(staking: Staking, name: str, count: int, stake: int, keys: int = 1) -> list[int]:
    """So many nodes, with so many keys of an entity, each with a stake of its own; their numbers."""
    found = []
    for place in range(count):
        entity = staking.suite.entities[f"{name}-{place - place % keys}"] if place % keys else 0
        owner = staking.suite.enrol(f"{name}-{place}", entity=entity)
        found.append(staking.nodes.register(owner, 0, False, "", sender=owner).returned)
        if stake:
            staking.nodes.stakeFor(owner, found[-1], stake, 0, sender=staking.bank)
    return found


def drawn(panels: NodePanels, size: int = 7) -> Panels:
    """A panel for each seed."""
    return [panels.draw(seed, size, [], []) for seed in SEEDS]


def without(some: Panels, nodes: Sequence[int]) -> Panels:
    """The same panels less these nodes."""
    return [tuple(node for node in panel if node not in nodes) for panel in some]


def test_thousands_of_nodes_without_stake_change_no_panel(staking: Staking, panels: NodePanels) -> None:
    """An enterprise and its friends register 2,000: panels fill all the same, with the same nodes."""
    before = drawn(panels)
    assert all(len(panel) == 7 for panel in before)
    idle = crowd(staking, "idle", IDLE, 0, KEYS)
    assert staking.nodes.nodeCount() == HONEST + IDLE == idle[-1]
    assert drawn(panels) == before


def test_others_stake_with_an_idle_node_gives_it_no_place(staking: Staking, panels: NodePanels) -> None:
    """Delegated stake, however much, makes nobody live: it would be the same stake for node after node."""
    before, (idle,) = drawn(panels), crowd(staking, "idle", 1, 0)
    staking.stake(staking.alice, idle, 100_000 * ERA)
    staking.later(SETTLING)
    assert drawn(panels) == before


def test_stakes_that_went_leave_gaps_that_cost_little(staking: Staking, panels: NodePanels) -> None:
    """300 nodes lived at once, each with a stake, and went: of the eight that stayed panels of seven fill still."""
    for node in crowd(staking, "passing", 300, ERA):
        staking.nodes.retireNode(node, sender=staking.account(f"passing-{node - HONEST - 1}"))
    assert len(standing(staking.nodes)) == HONEST + 300
    assert all(len(panel) == 7 for panel in drawn(panels))


def test_who_knows_the_seed_cannot_come_in(staking: Staking, panels: NodePanels) -> None:
    """A known seed names a gap first, and a node with a stake steps into it: who came since is not drawn."""
    gone = drawn(panels)[0][0]
    staking.nodes.retireNode(gone, sender=staking.account(f"honest-{gone - 1}"))
    before = drawn(panels)
    (late,) = crowd(staking, "late", 1, ERA)
    came = staking.now
    assert standing(staking.nodes)[gone - 1] == late
    assert drawn(panels) == before
    staking.to(came + SETTLING - 1)
    assert drawn(panels) == before
    staking.to(came + SETTLING)
    assert drawn(panels)[0][0] == late


def test_coming_and_going_moves_nobody_else(staking: Staking, panels: NodePanels) -> None:
    """Whoever owns two nodes lets both go and come back in the other order, which costs no stake where it hands them to
    an account without any and back. Seats of its own are all that changes."""
    before, own = drawn(panels), (2, 5)
    heirs = {}
    for node in own:
        owner = staking.account(f"honest-{node - 1}")
        heir = staking.suite.enrol(f"heir-{node}", entity=staking.suite.entities[f"honest-{node - 1}"])
        heirs[node] = (owner, heir)
        staking.nodes.proposeOwner(node, heir, sender=owner)
        staking.nodes.acceptOwner(node, sender=heir)
    for node in reversed(own):
        owner, heir = heirs[node]
        staking.nodes.proposeOwner(node, owner, sender=heir)
        staking.nodes.acceptOwner(node, sender=owner)
    assert standing(staking.nodes) == [1, 5, 3, 4, 2, 6, 7, 8]
    after = drawn(panels)
    assert all(not set(own) & set(panel) for panel in after)
    for was, now in zip(without(before, own), after, strict=True):
        assert now[: len(was)] == was
    staking.later(SETTLING)
    swapped = {2: 5, 5: 2}
    assert drawn(panels) == [tuple(swapped.get(node, node) for node in panel) for panel in before]
