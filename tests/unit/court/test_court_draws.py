"""Seeds from block hashes, and the limits of panels."""

from collections import Counter

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import BlockhashSeeds, NodePanels, events
from caldera.evm import Revm
from caldera.model.court import SETTLING as WEEK
from caldera.model.court import Node, draw
from tests.support.court import CAP, ERA, LEAST, Court
from tests.support.suite import reverts


@pytest.fixture
def chain() -> Revm:
    return Revm()


@pytest.fixture
def seeds(chain: Revm) -> BlockhashSeeds:
    """Four blocks to the target."""
    return BlockhashSeeds.deploy(chain, 4, sender=chain.account("a"))


class TestSeeds:
    """Nobody can know a seed when it is asked for; once it stands it never changes."""

    @pytest.mark.parametrize(("delay", "good"), [(1, False), (2, True), (64, True), (65, False)])
    def test_delay(self, chain: Revm, delay: int, good: bool) -> None:
        if good:
            assert BlockhashSeeds.deploy(chain, delay, sender=chain.account("a")).delay() == delay
            return
        with reverts("SeedDelayOutOfRange", delay=delay, least=2, most=64):
            BlockhashSeeds.deploy(chain, delay, sender=chain.account("a"))

    def test_request_and_capture(self, chain: Revm, seeds: BlockhashSeeds) -> None:
        who = chain.account("a")
        target = chain.block_number + 1 + 4
        call = seeds.requestSeed(sender=who)
        assert call.returned == seeds.ticketCount() == 1
        assert list(call.events) == [events.SeedRequested(1, who.address, target, emitter=seeds.address)]
        assert seeds.targetOf(1) == target
        assert seeds.seedOf(1) == bytes(32)
        chain.mine(target - chain.block_number - 1)  # the next transaction is of the target itself: no hash yet
        with reverts("SeedTooEarly", ticket=1, target=target):
            seeds.capture(1, sender=who)
        call2 = seeds.capture(1, sender=who)
        seed = call2.returned
        assert seed not in (bytes(32), b"")
        assert list(call2.events) == [events.SeedCaptured(1, target, seed, emitter=seeds.address)]
        assert seeds.seedOf(1) == seed
        chain.mine(1_000)
        again = seeds.capture(1, sender=who)
        assert (again.returned, list(again.events)) == (seed, [])

    def test_two_tickets_of_one_block_have_two_seeds(self, chain: Revm, seeds: BlockhashSeeds) -> None:
        who = chain.account("a")
        for ticket in (1, 2):
            seeds.requestSeed(sender=who)
            chain.mine(10)
            seeds.capture(ticket, sender=who)
        assert seeds.seedOf(1) != seeds.seedOf(2)

    @pytest.mark.parametrize(("late", "good"), [(256, True), (257, False)])
    def test_a_hash_that_is_gone_is_replaced(self, chain: Revm, seeds: BlockhashSeeds, late: int, good: bool) -> None:
        who = chain.account("a")
        seeds.requestSeed(sender=who)
        target = seeds.targetOf(1)
        chain.mine(target + late - 1 - chain.block_number)  # the next transaction is `late` blocks behind it
        call = seeds.capture(1, sender=who)
        if good:
            assert call.returned != bytes(32)
            return
        later = target + late + 4
        assert call.returned == bytes(32)
        assert list(call.events) == [events.SeedMissed(1, target, later, emitter=seeds.address)]
        assert (seeds.targetOf(1), seeds.seedOf(1)) == (later, bytes(32))
        chain.mine(5)
        assert seeds.capture(1, sender=who).returned != bytes(32)

    def test_unknown_tickets(self, chain: Revm, seeds: BlockhashSeeds) -> None:
        for ticket in (0, 1):
            with reverts("UnknownTicket", ticket=ticket):
                seeds.capture(ticket, sender=chain.account("a"))
        seeds.requestSeed(sender=chain.account("a"))
        chain.mine(5)
        seeds.capture(1, sender=chain.account("a"))

    def test_the_seed_is_what_the_interface_says(self, chain: Revm, seeds: BlockhashSeeds) -> None:
        """revm has no chain behind it: its hash of a block is that of the block's number in digits."""
        seeds.requestSeed(sender=chain.account("a"))
        target = seeds.targetOf(1)
        chain.mine(20)
        hashed = keccak(text=str(target))
        seed = keccak(encode(["bytes32", "address", "uint256"], [hashed, seeds.address, 1]))
        assert seeds.capture(1, sender=chain.account("a")).returned == seed


class TestPanels:
    """Limits of stake and size; the draw itself is in tests/properties/test_court.py."""

    @pytest.mark.parametrize(
        ("least", "cap", "good"), [(1, 1, True), (0, 1, False), (2, 1, False), (LEAST, CAP, True), (1, 2**96 - 1, True)]
    )
    def test_stakes(self, court: Court, least: int, cap: int, good: bool) -> None:
        for act in (
            lambda: court.panels.setPanelStakes(least, cap, sender=court.officer),
            lambda: NodePanels.deploy(court.suite.chain, court.access, court.nodes, least, cap, sender=court.admin),
        ):
            if good:
                act()
                continue
            with reverts("PanelStakesOutOfRange", leastStake=least, stakeCap=cap):
                act()
        if good:
            assert (court.panels.leastStake(), court.panels.stakeCap()) == (least, cap)

    def test_only_standard_sets_them(self, court: Court) -> None:
        with reverts("AccessManagedUnauthorized"):
            court.panels.setPanelStakes(1, 2, sender=court.mallory)
        call = court.panels.setPanelStakes(1, 2, sender=court.officer)
        assert list(call.events) == [events.PanelStakesSet(1, 2, emitter=court.panels.address)]

    def test_size(self, court: Court) -> None:
        with reverts("PanelTooLarge", size=32, most=31):
            court.panels.draw(bytes(32), 32, [], [])
        assert len(court.panels.draw(bytes(32), 31, [], [])) == 31

    def test_from_the_least_stake_on(self, court: Court) -> None:
        for node in range(2, 33):
            court.nodes.setStake(node, LEAST - 1, 10 * ERA, True, sender=court.admin)
        assert court.panels.draw(bytes(32), 5, [], []) == (1,)
        court.nodes.setStake(9, LEAST, 0, True, sender=court.admin)
        assert sorted(court.panels.draw(bytes(32), 5, [], [])) == [1, 9]
        court.nodes.setStake(9, LEAST, 0, False, sender=court.admin)
        assert court.panels.draw(bytes(32), 5, [], []) == (1,)
        assert court.panels.draw(bytes(32), 5, [1], []) == ()

    @pytest.mark.parametrize(("before", "good"), [(WEEK, True), (WEEK - 1, False)])
    def test_who_came_a_week_ago(self, court: Court, before: int, good: bool) -> None:
        assert court.panels.settling() == WEEK
        court.nodes.setSince(9, court.now - before, sender=court.admin)
        drawn = court.panels.draw(bytes(32), 31, [], [])
        assert (9 in drawn) is good
        court.suite.chain.warp(court.now + 1)
        assert 9 in court.panels.draw(bytes(32), 31, [], [])

    def test_places_beyond_a_word(self, court: Court) -> None:
        """300 places: nodes from 257 on are asked for in another word, and drawn as often."""
        for number in range(33, 301):
            key = court.account(f"late{number}")
            court.nodes.add(key, key, number, CAP, 0, True, sender=court.admin)
        nodes = {number: Node("", "", court.nodes.entityOf(number), CAP) for number in range(1, 301)}
        nodes |= {number: Node("", "", nodes[number].entity, court.stakes[number]) for number in range(1, 33)}
        drawn: Counter[int] = Counter()
        for case in range(40):
            seed = keccak(case.to_bytes(32, "big"))
            panel = court.panels.draw(seed, 31, [], [])
            assert list(panel) == draw(seed, 31, nodes, set(), LEAST, CAP)
            drawn.update(panel)
        assert 120 < sum(count for node, count in drawn.items() if node > 256) < 230  # 44 of about 290: 176 or so

    def test_gaps_are_no_trials(self, court: Court) -> None:
        """One node among 1,024 places: 4,096 names hit it about four times, 512 hardly ever did."""
        for node in range(2, 33):
            court.nodes.setStake(node, 0, 0, False, sender=court.admin)
        court.nodes.setStake(1, CAP, 0, True, sender=court.admin)
        for number in range(33, 1025):
            key = court.account(f"idle{number}")
            court.nodes.add(key, key, number, CAP, 0, False, sender=court.admin)
        nodes = {number: Node("", "", number, CAP, number == 1) for number in range(1, 1025)}
        found = 0
        for case in range(20):
            seed = keccak(case.to_bytes(32, "big"))
            panel = court.panels.draw(seed, 1, [], [])
            assert list(panel) == draw(seed, 1, nodes, set(), LEAST, CAP)
            found += len(panel)
        assert found >= 17  # 1 - e^-4 of 20: 19 or 20

    def test_trials_end(self, court: Court) -> None:
        """A node with a thousandth of the cap is taken in one trial of a thousand: 512 are not always enough."""
        for node in range(2, 33):
            court.nodes.setStake(node, 0, 0, False, sender=court.admin)
        court.panels.setPanelStakes(LEAST, 1_000 * LEAST, sender=court.officer)
        court.nodes.setStake(1, LEAST, 0, True, sender=court.admin)
        nodes = {number: Node("", "", number, LEAST, number == 1) for number in range(1, 33)}
        panels = []
        for case in range(30):
            seed = keccak(case.to_bytes(32, "big"))
            panels.append(court.panels.draw(seed, 1, [], []))
            assert list(panels[-1]) == draw(seed, 1, nodes, set(), LEAST, 1_000 * LEAST)
        assert 0 < panels.count(()) < 30

    def test_nobody_lives(self, court: Court) -> None:
        for node in range(1, 33):
            court.nodes.setStake(node, CAP, 0, False, sender=court.admin)
        assert court.panels.draw(bytes(32), 5, [], []) == ()
