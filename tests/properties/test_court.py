"""The property suite over the court, and what the draw of panels promises.

See `court_machine` for the sentences it holds.
"""

from collections import Counter
from random import Random

import pytest
from eth_utils.crypto import keccak

from caldera.model.court import Node, draw
from tests.properties.beside import run
from tests.properties.court_machine import PAYERS, CourtMachine
from tests.support.court import CAP, ERA, LEAST, NODES, YEAR, build


def test_the_court_agrees_with_the_exact_model() -> None:
    court = build()
    for node in range(1, NODES + 1):  # seasons add up to decades
        for account in (court.owner(node), court.key(node)):
            court.registry.setFacts(account, court.now + 100 * YEAR, 1, 1, sender=court.officer)
    for name in ("alice", "bank"):
        court.registry.setFacts(court.account(name), court.now + 100 * YEAR, 1, 7, sender=court.officer)
    for name in PAYERS:
        court.era.approve(court.court, 2**256 - 1, sender=court.account(name))
        court.era.transfer(court.account(name), 200_000 * ERA, sender=court.admin)
    court.era.approve(court.court, 2**256 - 1, sender=court.key(9))  # and has none
    run(CourtMachine, court.suite.chain.snapshot(), court=court)


def register(count: int, random: Random) -> dict[int, Node]:
    """Nodes of half as many entities, with stakes around every border of the rule."""

    def mostly() -> bool:
        return random.random() < 0.9

    stakes = [0, LEAST - 1, LEAST, CAP // 2, CAP - 1, CAP, CAP + 1, 10 * CAP]
    return {
        number: Node("", "", random.randrange(1, count // 2 + 2), random.choice(stakes), mostly(), mostly())
        for number in range(1, count + 1)
    }


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 31, 32, 33, 64, 100])
def test_contract_and_model_draw_the_same_panels(count: int) -> None:
    random = Random(count)
    court = build(nodes=0)
    nodes = register(count, random)
    owner = court.admin
    for node in nodes.values():
        key = court.account(f"k{random.random()}")
        number = court.nodes.add(owner, key, node.entity, node.active, 0, node.live, sender=owner).returned
        court.nodes.setSince(number, 0 if node.settled else court.now, sender=owner)
    for case in range(20):
        seed = keccak(f"{count} {case}".encode())
        size = random.choice([0, 1, 3, 7, 31])
        without = random.sample(sorted(nodes), min(len(nodes), random.randrange(4)))
        entities = [random.randrange(0, count) for _ in range(random.randrange(4))]
        barred = {*entities, *(nodes[one].entity for one in without)}
        wanted = draw(seed, size, nodes, barred, LEAST, CAP)
        assert court.panels.draw(seed, size, without, entities) == tuple(wanted)
        assert len({nodes[one].entity for one in wanted}) == len(wanted)
        assert not barred & {nodes[one].entity for one in wanted}


def chances(nodes: dict[int, Node], draws: int) -> Counter[int]:
    """How often each node is the first to be drawn."""
    found: Counter[int] = Counter()
    for number in range(draws):
        found.update(draw(keccak(number.to_bytes(32, "big")), 1, nodes, set(), LEAST, CAP))
    return found


def test_nodes_are_drawn_by_their_stake_up_to_the_cap() -> None:
    """Chi-square over 20,000 first seats, against stake / all stake with each cut to the cap."""
    stakes = [LEAST, LEAST, 2 * LEAST, 3 * LEAST, CAP, CAP, 20 * CAP]
    nodes = {number: Node("", "", number, stake) for number, stake in enumerate(stakes, 1)}
    nodes[8] = Node("", "", 8, LEAST - 1)
    nodes[9] = Node("", "", 9, CAP, live=False)
    draws = 20_000
    found = chances(nodes, draws)
    weights = {number: min(stake, CAP) for number, stake in enumerate(stakes, 1)}
    whole = sum(weights.values())
    assert sum(found.values()) == draws
    assert not found[8]
    assert not found[9]
    square = sum((found[n] * whole - draws * w) ** 2 // (draws * w * whole) for n, w in weights.items())
    assert square < 23  # six degrees of freedom: one in a thousand lies beyond 22.5


def test_a_new_node_changes_nothing_but_its_own_seats() -> None:
    """Whoever knows the seed cannot deal anew by registering nodes: a panel without the new one stays as it was."""
    nodes = {number: Node("", "", number, CAP) for number in range(1, 41)}
    changed = 0
    for number in range(2_000):
        seed = keccak(number.to_bytes(32, "big"))
        before = draw(seed, 5, nodes, set(), LEAST, CAP)
        after = draw(seed, 5, nodes | {41: Node("", "", 41, CAP)}, set(), LEAST, CAP)
        kept = [node for node in after if node != 41]
        assert kept == before[: len(kept)]
        changed += 41 in after
    assert 150 < changed < 350  # 5 of 41 on the average: 244
