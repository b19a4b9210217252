"""NodeStaking: leaving, going on to another node, freezes."""

import pytest

from caldera.contracts import events
from tests.support.staking import DAY, ERA, TERMS, Staking
from tests.support.suite import reverts

LATER = 21 * DAY


@pytest.fixture
def other(staking: Staking) -> int:
    """Carol's node."""
    return staking.node(staking.carol)


class TestUnbonding:
    """At once out of the active pool; paid when mature."""

    def test_the_whole_way_to_the_second(self, staking: Staking, node: int) -> None:
        nodes, bank, here = staking.nodes, staking.bank, staking.nodes.address
        staking.stake(bank, node, 100)
        before, holder, matures = staking.has(bank), staking.holder(bank), staking.now + LATER
        receipt = nodes.unbond(node, 60, 60, sender=bank)
        assert receipt.returned == 0
        assert events.UnbondingStarted(holder, node, 0, 60, 60, 0, matures, emitter=here) in receipt.events
        assert (staking.worth(bank, node), nodes.stakeOf(node)[:2]) == (40, (10_000 * ERA + 40, 60))
        assert tuple(nodes.exitAt(holder, 0)) == (0, node, 0, 60, matures, matures, False)
        staking.to(matures - 1)
        with reverts("ExitHeld", place=0, until=matures):
            nodes.withdraw(0, 0, sender=bank)
        staking.to(matures)
        with reverts("TooLittle", amount=60, least=61):
            nodes.withdraw(0, 61, sender=bank)
        receipt = nodes.withdraw(0, 60, sender=bank)
        assert events.StakeWithdrawn(holder, node, 0, 60, emitter=here) in receipt.events
        assert (receipt.returned, staking.has(bank)) == (60, before + 60)
        with reverts("NoExitAt", holder=holder, place=0):
            nodes.withdraw(0, 0, sender=bank)

    def test_refusals(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        with reverts("NoShares"):
            nodes.unbond(node, 0, 0, sender=bank)
        with reverts("ExceedsPosition", node=node, shares=101, held=100):
            nodes.unbond(node, 101, 0, sender=bank)
        with reverts("TooLittle", amount=100, least=101):
            nodes.unbond(node, 100, 101, sender=bank)
        with reverts("UnknownNode", node=7):
            nodes.unbond(7, 1, 0, sender=bank)
        with reverts("NoExitAt", place=255):
            nodes.withdraw(255, 0, sender=bank)
        with reverts("NoExitAt"):
            nodes.exitAt(staking.holder(bank), 0)
        nodes.unbond(node, 100, 100, sender=bank)

    def test_shares_worth_less_than_a_unit_stay(self, staking: Staking, node: int) -> None:
        staking.stake(staking.bank, node, 3)
        staking.slash(node, 5_000 * ERA)
        with reverts("NoAmount"):
            staking.nodes.unbond(node, 1, 0, sender=staking.bank)
        staking.nodes.unbond(node, 3, 1, sender=staking.bank)

    def test_sixteen_at_a_time(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        assert [staking.unbond(bank, node, 1) for _ in range(16)] == list(range(16))
        with reverts("NoFreePlace", holder=staking.holder(bank)):
            nodes.unbond(node, 1, 0, sender=bank)
        staking.later(LATER)
        nodes.withdraw(7, 0, sender=bank)
        assert staking.unbond(bank, node, 1) == 7
        assert nodes.placesOf(staking.holder(bank)) == 0xFFFF

    def test_all_that_is_mature_in_one_transfer(self, staking: Staking, node: int, other: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        with reverts("NothingMature", account=bank.address):
            nodes.withdrawAll(sender=bank)
        staking.unbond(bank, node, 10)
        nodes.redelegate(node, 20, other, 0, sender=bank)
        staking.unbond(bank, node, 30)
        staking.later(DAY)
        staking.unbond(bank, node, 40)
        staking.later(LATER - DAY - 1)
        with reverts("NothingMature", account=bank.address):
            nodes.withdrawAll(sender=bank)
        staking.later(1)
        assert nodes.withdrawAll(sender=bank).returned == 40
        assert [one.leaving.place for one in staking.exits(bank)] == [1, 3]

    def test_an_exit_keeps_the_time_it_began_with(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        staking.unbond(bank, node, 10)
        nodes.setStakeTerms(TERMS._replace(unbonding=7 * DAY), sender=staking.officer)
        staking.unbond(bank, node, 10)
        staking.later(7 * DAY)
        with reverts("ExitHeld", place=0):
            nodes.withdraw(0, 0, sender=bank)
        nodes.withdraw(1, 0, sender=bank)

    def test_open_under_pause(self, staking: Staking, node: int, other: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        staking.unbond(bank, node, 10)
        nodes.redelegate(node, 10, other, 0, sender=bank)
        staking.later(LATER)
        nodes.pause(DAY, sender=staking.officer)
        staking.unbond(bank, node, 10)
        nodes.redelegate(node, 10, other, 0, sender=bank)
        with reverts("Paused", until=staking.now + DAY):
            nodes.complete(staking.holder(bank), 1, sender=bank)
        nodes.redirect(1, 0, sender=bank)
        assert nodes.withdrawAll(sender=bank).returned == 20


class TestRedelegating:
    """Without passing through the wallet, and without escaping."""

    def test_the_whole_way(self, staking: Staking, node: int, other: int) -> None:
        nodes, bank, here = staking.nodes, staking.bank, staking.nodes.address
        staking.stake(bank, node, 1_000)
        holder, before = staking.holder(bank), staking.has(bank)
        place = nodes.redelegate(node, 1_000, other, 1_000, sender=bank).returned
        staking.later(LATER - 1)
        with reverts("ExitHeld", place=place):
            nodes.complete(holder, place, sender=staking.stranger)
        staking.later(1)
        with reverts("ExitGoesOn", place=place, to=other):
            nodes.withdraw(place, 0, sender=bank)
        receipt = nodes.complete(holder, place, sender=staking.stranger)
        assert events.StakeRedelegated(holder, node, other, place, 1_000, emitter=here) in receipt.events
        assert receipt.returned == (1_000, 1_000)
        assert (staking.worth(bank, other), staking.worth(bank, node), staking.has(bank)) == (1_000, 0, before)

    def test_slashed_at_the_old_node_until_it_arrives(self, staking: Staking, node: int, other: int) -> None:
        staking.stake(staking.bank, node, 10_000 * ERA)
        staking.nodes.redelegate(node, 10_000 * ERA, other, 0, sender=staking.bank)
        staking.slash(other, 4_000 * ERA)
        staking.slash(node, 8_000 * ERA)
        staking.later(LATER)
        staking.nodes.complete(staking.holder(staking.bank), 0, sender=staking.bank)
        assert 6_000 * ERA - 2 <= staking.worth(staking.bank, other) <= 6_000 * ERA

    def test_goals(self, staking: Staking, node: int, other: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        with reverts("SameNode", node=node):
            nodes.redelegate(node, 1, node, 0, sender=bank)
        for nowhere in (0, 99):
            with reverts("UnknownNode", node=nowhere):
                nodes.redelegate(node, 1, nowhere, 0, sender=bank)
        nodes.redelegate(node, 10, other, 0, sender=bank)
        staking.unbond(bank, node, 10)
        with reverts("SameNode", node=node):
            nodes.redirect(0, node, sender=bank)
        with reverts("NoExitAt", place=5):
            nodes.redirect(5, other, sender=bank)
        with reverts("ExitGoesNowhere", place=1):
            nodes.complete(staking.holder(bank), 1, sender=bank)
        with reverts("NoExitAt", place=5):
            nodes.complete(staking.holder(bank), 5, sender=bank)
        receipt = nodes.redirect(1, other, sender=bank)
        told = events.UnbondingRedirected(staking.holder(bank), 1, other, emitter=nodes.address)
        assert receipt.events == (told,)

    def test_a_goal_that_retired_is_no_trap(self, staking: Staking, node: int, other: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        for _ in range(2):
            nodes.redelegate(node, 50, other, 0, sender=bank)
        nodes.retireNode(other, sender=staking.carol)
        with reverts("NodeIsRetired", node=other):
            nodes.redelegate(node, 0, other, 0, sender=bank)
        staking.later(LATER)
        with reverts("NodeIsRetired", node=other):
            nodes.complete(staking.holder(bank), 0, sender=bank)
        with reverts("NodeIsRetired", node=other):
            nodes.redirect(0, other, sender=bank)
        third = staking.node(staking.seller)
        nodes.redirect(0, third, sender=bank)
        nodes.complete(staking.holder(bank), 0, sender=bank)
        nodes.redirect(1, 0, sender=bank)
        nodes.withdraw(1, 50, sender=bank)
        assert staking.worth(bank, third) == 50

    def test_slashed_to_nothing_it_still_ends(self, staking: Staking, node: int, other: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        nodes.redelegate(node, 50, other, 0, sender=bank)
        staking.unbond(bank, node, 50)
        staking.slash(node, 10_000 * ERA + 100)
        nodes.retireNode(other, sender=staking.carol)
        staking.later(LATER)
        assert nodes.complete(staking.holder(bank), 0, sender=bank).returned == (0, 0)
        assert nodes.withdraw(1, 0, sender=bank).returned == 0
        assert nodes.placesOf(staking.holder(bank)) == 0


class TestFreezing:
    """Held back, but for a bounded time."""

    @pytest.mark.known_defect("cosmos-kamikaze")
    def test_until_the_freeze_is_over(self, staking: Staking, node: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        staking.unbond(bank, node, 100)
        until = staking.now + LATER + 5 * DAY
        with reverts("OnlySlasher", caller=staking.mallory.address):
            nodes.freeze(node, until, sender=staking.mallory)
        with reverts("UnknownNode", node=9):
            nodes.freeze(9, until, sender=staking.officer)
        receipt = nodes.freeze(node, until, sender=staking.officer)
        assert events.StakeFrozen(node, until, emitter=nodes.address) in receipt.events
        assert nodes.freeze(node, until - 1, sender=staking.officer).events == ()  # never shortened
        assert nodes.freeze(node, until, sender=staking.officer).events == ()  # nor told twice
        assert nodes.poolsOf(node)[1].frozenUntil == until
        staking.to(until - 1)
        with reverts("ExitHeld", place=0, until=until):
            nodes.withdraw(0, 0, sender=bank)
        with reverts("NothingMature"):
            nodes.withdrawAll(sender=bank)
        staking.to(until)
        nodes.withdraw(0, 100, sender=bank)

    @pytest.mark.known_defect("endless-freeze")
    def test_never_for_more_than_sixty_days_after_maturity(self, staking: Staking, node: int) -> None:
        """False accusations, again and again, cannot hold stake for ever."""
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        staking.unbond(bank, node, 100)
        matures = staking.now + LATER
        for _ in range(3):
            nodes.freeze(node, staking.now + 90 * DAY, sender=staking.officer)
            staking.later(20 * DAY)
        last = matures + nodes.longestFreeze()
        assert nodes.longestFreeze() == 60 * DAY
        assert nodes.exitAt(staking.holder(bank), 0).heldUntil == last
        staking.to(last - 1)
        with reverts("ExitHeld", place=0, until=last):
            nodes.withdraw(0, 0, sender=bank)
        staking.to(last)
        nodes.withdraw(0, 100, sender=bank)

    def test_a_redelegation_is_held_too(self, staking: Staking, node: int, other: int) -> None:
        nodes, bank = staking.nodes, staking.bank
        staking.stake(bank, node, 100)
        nodes.redelegate(node, 100, other, 0, sender=bank)
        nodes.freeze(node, staking.now + LATER + DAY, sender=staking.officer)
        staking.later(LATER)
        with reverts("ExitHeld", place=0):
            nodes.complete(staking.holder(bank), 0, sender=bank)
        staking.later(DAY)
        nodes.complete(staking.holder(bank), 0, sender=bank)
