"""GrantStaking: grants of the vesting vault at stake."""

from typing import Any

import pytest

from caldera.contracts import events
from tests.support.staking import DAY, ERA, MONTH, Staking
from tests.support.suite import reverts

LATER = 21 * DAY


@pytest.fixture
def grant(staking: Staking) -> int:
    """Bank's: 36,000 ERA over 36 months, revocable."""
    return staking.grant(staking.bank, 36_000 * ERA)


class TestStaking:
    """Through the vault, by its beneficiary."""

    def test_the_whole_way(self, staking: Staking, node: int, grant: int) -> None:
        nodes, grants, vault = staking.nodes, staking.grants, staking.vault
        receipt = staking.stake_grant(grant, node, 6_000 * ERA, 6_000 * ERA)
        told = events.StakeAdded(
            staking.holder(grant), node, grants.address, 6_000 * ERA, 6_000 * ERA, emitter=nodes.address
        )
        assert told in receipt.events
        assert (vault.stakedWith(grant, grants), staking.worth(grant, node)) == (6_000 * ERA, 6_000 * ERA)
        assert (grants.principalOf(grant, node), list(grants.nodesOfGrant(grant))) == (6_000 * ERA, [node])
        assert (grants.vault(), grants.staking()) == (vault.address, nodes.address)
        place = grants.unbondGrant(grant, node, 2_000 * ERA, 2_000 * ERA, sender=staking.bank).returned
        assert grants.exitPrincipalOf(grant, place) == 2_000 * ERA
        with reverts("ExitHeld", place=place):
            grants.withdrawGrant(grant, place, sender=staking.stranger)
        staking.later(LATER)
        receipt = grants.withdrawGrant(grant, place, sender=staking.stranger)
        back = events.GrantPrincipalReturned(grant, node, 2_000 * ERA, 2_000 * ERA, emitter=grants.address)
        assert back in receipt.events
        assert vault.grantOf(grant).staked == 4_000 * ERA
        assert staking.has(grants) == 0

    def test_refusals(self, staking: Staking, node: int, grant: int) -> None:
        grants, vault, bank = staking.grants, staking.vault, staking.bank
        with reverts("OnlyVault", caller=bank.address):
            grants.onGrantStaked(grant, bank, 1, b"", sender=bank)
        with reverts("OnlyVault", caller=bank.address):
            grants.recallGrantStake(grant, 1, sender=bank)
        for data in (b"", bytes(63), bytes(65)):
            with reverts("BadStakeData", length=len(data)):
                vault.stake(grant, grants, 1, data, sender=bank)
        for number in (0, 99, 2**32, 2**255):
            with reverts("UnknownNode", node=number):
                staking.stake_grant(grant, number, 1)
        with reverts("TooFewShares", shares=1, least=2):
            staking.stake_grant(grant, node, 1, 2)
        staking.nodes.pause(DAY, sender=staking.officer)
        with reverts("Paused"):
            staking.stake_grant(grant, node, 1)
        staking.later(DAY)
        staking.stake_grant(grant, node, 2, 2)
        calls: list[Any] = [
            lambda by: grants.redelegateGrant(grant, node, 1, staking.nodes.nodeCount(), 0, sender=by),
            lambda by: grants.unbondGrant(grant, node, 1, 0, sender=by),
            lambda by: grants.redirectGrant(grant, 0, 0, sender=by),
        ]
        for call in calls:
            with reverts("NotGrantBeneficiary", grant=grant, caller=staking.alice.address):
                call(staking.alice)
        with reverts("SameNode"):
            grants.redelegateGrant(grant, node, 1, node, 0, sender=bank)
        with reverts("UnknownNode", node=0):
            grants.redelegateGrant(grant, node, 1, 0, 0, sender=bank)
        with reverts("NoExitAt"):
            grants.redirectGrant(grant, 0, 0, sender=bank)
        with reverts("NoExitAt"):
            grants.withdrawGrant(grant, 0, sender=bank)
        with reverts("NoExitAt"):
            grants.completeGrant(grant, 0, sender=bank)

    def test_nobody_but_the_contract_of_grants_acts_for_one(self, staking: Staking, node: int, grant: int) -> None:
        nodes, bank, holder = staking.nodes, staking.bank, staking.holder(grant)
        staking.stake_grant(grant, node, 10)
        calls: list[Any] = [
            lambda: nodes.stakeGrant(holder, node, 1, sender=bank),
            lambda: nodes.unbondFor(holder, node, 1, 0, 0, False, sender=bank),
            lambda: nodes.redirectFor(holder, 0, 0, sender=bank),
            lambda: nodes.withdrawFor(holder, 0, sender=bank),
            lambda: nodes.complete(holder, 0, sender=bank),
        ]
        for call in calls:
            with reverts("OnlyGrantStakes", caller=bank.address):
                call()
        with reverts("GrantStakesCannotBe"):
            nodes.setGrantStakes(staking.lens, sender=staking.admin)
        with reverts("AccessManagedUnauthorized"):
            nodes.setGrantStakes(staking.lens, sender=bank)
        assert nodes.grantStakes() == staking.grants.address

    def test_eight_nodes_at_most(self, staking: Staking, grant: int) -> None:
        made = [staking.node(staking.alice, 0) for _ in range(9)]
        for number in made[:8]:
            staking.stake_grant(grant, number, 10)
        with reverts("TooManyNodes", grant=grant, most=8):
            staking.stake_grant(grant, made[8], 10)
        staking.stake_grant(grant, made[3], 10)
        staking.grants.unbondGrant(grant, made[3], 20, 0, sender=staking.bank)
        staking.stake_grant(grant, made[8], 10)
        assert list(staking.grants.nodesOfGrant(grant)) == [*made[:3], made[8], *made[4:8]]

    def test_rewards_are_the_beneficiarys_of_the_moment(self, staking: Staking, node: int, grant: int) -> None:
        staking.stake_grant(grant, node, 10_000 * ERA)
        staking.later(DAY)
        holder = staking.holder(grant)
        alice = staking.holder(staking.alice)
        assert staking.nodes.rewardsOf(holder, [node]) == staking.nodes.rewardsOf(alice, [node]) > 0
        staking.vault.proposeWallet([grant], staking.carol, sender=staking.bank)
        staking.later(7 * DAY)
        staking.vault.acceptWallet([grant], sender=staking.carol)
        assert staking.nodes.actorOf(holder) == staking.carol.address
        with reverts("NotGrantBeneficiary", caller=staking.bank.address):
            staking.grants.unbondGrant(grant, node, 1, 0, sender=staking.bank)
        staking.grants.unbondGrant(grant, node, 1, 0, sender=staking.carol)


class TestLosses:
    """The vault hears exactly what was lost."""

    def test_a_slash_is_the_grants_loss(self, staking: Staking, node: int, grant: int) -> None:
        staking.stake_grant(grant, node, 10_000 * ERA)
        staking.slash(node, 8_000 * ERA)
        for shares in (3_333 * ERA, 1, 10_000 * ERA - 3_333 * ERA - 1):
            if shares > 1:
                staking.grants.unbondGrant(grant, node, shares, 0, sender=staking.bank)
            else:
                with reverts("NoAmount"):  # a share is worth 6/10 of a unit
                    staking.grants.unbondGrant(grant, node, shares, 0, sender=staking.bank)
        staking.later(LATER)
        for one in staking.exits(grant):
            staking.grants.withdrawGrant(grant, one.leaving.place, sender=staking.stranger)
        seen = staking.vault.grantOf(grant)
        assert seen.staked == 1  # principal of the share that is left
        assert 4_000 * ERA <= seen.taken <= 4_000 * ERA + 3
        assert staking.has(staking.vault) == 10_000_000 * ERA - seen.taken - seen.staked

    def test_what_is_worth_nothing_is_written_off(self, staking: Staking, node: int, grant: int) -> None:
        grants = staking.grants
        staking.stake_grant(grant, node, 10_000 * ERA)
        with reverts("NothingToWriteOff", grant=grant, node=node):
            grants.writeOffGrant(grant, node, sender=staking.stranger)
        staking.slash(node, 20_000 * ERA)
        receipt = grants.writeOffGrant(grant, node, sender=staking.stranger)
        told = events.GrantPrincipalReturned(grant, node, 10_000 * ERA, 0, emitter=grants.address)
        assert (receipt.returned, told in receipt.events) == (10_000 * ERA, True)
        assert (staking.vault.grantOf(grant).taken, list(grants.nodesOfGrant(grant))) == (10_000 * ERA, [])
        with reverts("NothingToWriteOff", grant=grant, node=node):
            grants.writeOffGrant(grant, node, sender=staking.stranger)
        with reverts("UnknownNode", node=9):
            grants.writeOffGrant(grant, 9, sender=staking.stranger)
        with reverts("UnknownGrant", id=2**255):
            grants.writeOffGrant(2**255, node, sender=staking.stranger)
        with reverts("UnknownGrant", id=2**255):
            grants.withdrawGrant(2**255, 0, sender=staking.stranger)

    def test_an_exit_worth_nothing_ends_as_a_loss(self, staking: Staking, node: int, grant: int) -> None:
        other = staking.node(staking.carol)
        staking.stake_grant(grant, node, 100)
        staking.grants.unbondGrant(grant, node, 60, 0, sender=staking.bank)
        staking.grants.redelegateGrant(grant, node, 40, other, 0, sender=staking.bank)
        staking.slash(node, 10_000 * ERA + 100)
        staking.later(LATER)
        assert staking.grants.withdrawGrant(grant, 0, sender=staking.stranger).returned == 0
        assert staking.grants.completeGrant(grant, 1, sender=staking.stranger).returned == 0
        assert (staking.vault.grantOf(grant).taken, staking.vault.grantOf(grant).staked) == (100, 0)

    def test_principal_goes_along(self, staking: Staking, node: int, grant: int) -> None:
        other = staking.node(staking.carol)
        grants = staking.grants
        staking.stake_grant(grant, node, 10_000 * ERA)
        staking.slash(node, 5_000 * ERA)
        place = grants.redelegateGrant(grant, node, 4_000 * ERA, other, 0, sender=staking.bank).returned
        assert grants.exitPrincipalOf(grant, place) == 4_000 * ERA
        with reverts("ExitGoesOn", place=place, to=other):
            grants.withdrawGrant(grant, place, sender=staking.bank)
        staking.later(LATER)
        assert grants.completeGrant(grant, place, sender=staking.stranger).returned == 3_000 * ERA
        assert (grants.principalOf(grant, other), staking.worth(grant, other)) == (4_000 * ERA, 3_000 * ERA)
        assert grants.exitPrincipalOf(grant, place) == 0
        found = staking.lens.stakeAccountOf(staking.holder(grant), [node, other])
        assert [one.principal for one in found.stakes] == [6_000 * ERA, 4_000 * ERA]


class TestRecalling:
    """What is owed to the allocation comes back, whatever the beneficiary does."""

    def test_no_more_than_is_owed(self, staking: Staking, node: int, grant: int) -> None:
        staking.stake_grant(grant, node, 20_000 * ERA)
        staking.later(20 * MONTH)
        _, owed = staking.vault.revoke(grant, sender=staking.admin).returned
        receipt = staking.vault.recallStake(grant, staking.grants, sender=staking.stranger)
        told = events.GrantStakeRecalled(grant, owed, owed, emitter=staking.grants.address)
        assert told in receipt.events
        (one,) = staking.exits(grant)
        assert (one.leaving.place, one.principal, one.leaving.amount) == (16, owed, owed)
        assert staking.grants.principalOf(grant, node) == 20_000 * ERA - owed
        staking.vault.recallStake(grant, staking.grants, sender=staking.stranger)
        assert len(staking.exits(grant)) == 1
        staking.later(LATER)
        staking.grants.withdrawGrant(grant, 16, sender=staking.stranger)
        assert staking.vault.grantOf(grant).owed == 0

    def test_the_beneficiary_cannot_block_or_send_it_on(self, staking: Staking, node: int, grant: int) -> None:
        grants, bank = staking.grants, staking.bank
        other = staking.node(staking.carol)
        staking.stake_grant(grant, node, 36_000 * ERA)
        for _ in range(16):
            grants.redelegateGrant(grant, node, ERA, other, 0, sender=bank)
        with reverts("NoFreePlace"):
            grants.unbondGrant(grant, node, ERA, 0, sender=bank)
        staking.later(LATER)
        staking.vault.revoke(grant, sender=staking.admin)
        owed = staking.vault.grantOf(grant).owed
        calls: list[Any] = [
            lambda: grants.redelegateGrant(grant, node, ERA, other, 0, sender=bank),
            lambda: grants.redirectGrant(grant, 0, other, sender=bank),
            lambda: grants.completeGrant(grant, 0, sender=bank),
        ]
        for call in calls:
            with reverts("GrantRecalled", grant=grant, owed=owed):
                call()
        staking.vault.recallStake(grant, grants, sender=staking.stranger)
        found = staking.exits(grant)
        assert [one.leaving.place for one in found] == list(range(17))
        assert {one.leaving.to for one in found} == {0}
        assert sum(one.principal for one in found) == owed
        for one in found[:16]:
            grants.withdrawGrant(grant, one.leaving.place, sender=staking.stranger)
        staking.later(LATER)
        grants.withdrawGrant(grant, 16, sender=staking.stranger)
        assert staking.vault.grantOf(grant).owed == 0
        grants.unbondGrant(grant, node, ERA, 0, sender=bank)

    def test_over_eight_nodes_slashed_and_worthless_ones_too(self, staking: Staking, grant: int) -> None:
        made = [staking.node(staking.alice, 0) for _ in range(8)]
        for number in made:
            staking.stake_grant(grant, number, 4_500 * ERA)
        staking.slash(made[2], 4_500 * ERA)
        staking.slash(made[4], 1_000 * ERA)
        staking.vault.revoke(grant, sender=staking.admin)
        staking.vault.recallStake(grant, staking.grants, sender=staking.stranger)
        assert [one.leaving.place for one in staking.exits(grant)] == list(range(16, 23))
        assert list(staking.grants.nodesOfGrant(grant)) == [made[2]]
        staking.grants.writeOffGrant(grant, made[2], sender=staking.stranger)
        staking.later(LATER)
        for place in range(16, 23):
            staking.grants.withdrawGrant(grant, place, sender=staking.stranger)
        seen = staking.vault.grantOf(grant)
        assert (seen.staked, seen.owed) == (0, 0)
        assert staking.has(staking.vault) == 10_000_000 * ERA - 5_500 * ERA

    def test_units_that_others_left_can_leave_and_list_nothing(self, staking: Staking, grant: int) -> None:
        """A share that was worth nothing was written off; others' roundings made it worth a unit."""
        grants, bank, node = staking.grants, staking.bank, staking.node(staking.alice, 9)
        staking.stake_grant(grant, node, 1)
        staking.slash(node, 3)
        grants.writeOffGrant(grant, node, sender=staking.stranger)
        staking.unbond(staking.alice, node, 8)
        others = [staking.node(staking.alice, 0) for _ in range(8)]
        for number in others:
            staking.stake_grant(grant, number, ERA)
        assert (staking.worth(grant, node), list(grants.nodesOfGrant(grant))) == (1, others)
        place = grants.unbondGrant(grant, node, 1, 1, sender=bank).returned
        assert list(grants.nodesOfGrant(grant)) == others
        staking.later(LATER)
        before = staking.has(bank)
        assert grants.withdrawGrant(grant, place, sender=staking.stranger).returned == 1 == staking.has(bank) - before

    def test_what_comes_back_is_principal_first(self, staking: Staking, grant: int) -> None:
        """Two units become three by others' roundings: the first two that leave are principal, the third is a gain."""
        grants, bank, node = staking.grants, staking.bank, staking.node(staking.alice, 9)
        staking.slash(node, 3)
        staking.stake_grant(grant, node, 2)
        for _ in range(4):
            staking.unbond(staking.alice, node, 2)  # worth 1 each time, and what the half unit was is the others'
        assert (staking.worth(grant, node), grants.principalOf(grant, node)) == (3, 2)
        first = grants.unbondGrant(grant, node, 1, 1, sender=bank).returned
        assert (grants.exitPrincipalOf(grant, first), grants.principalOf(grant, node)) == (1, 1)
        rest = grants.unbondGrant(grant, node, 2, 2, sender=bank).returned
        assert (grants.exitPrincipalOf(grant, rest), grants.principalOf(grant, node)) == (1, 0)
        staking.later(LATER)
        before = staking.has(bank)
        for place in (first, rest):
            grants.withdrawGrant(grant, place, sender=staking.stranger)
        assert staking.has(bank) - before == 1
        assert (staking.vault.grantOf(grant).taken, staking.vault.grantOf(grant).staked) == (0, 0)

    def test_a_recall_has_places_of_its_own(self, staking: Staking, node: int) -> None:
        grant = staking.grant(staking.bank, 36_000)
        staking.stake_grant(grant, node, 36_000)
        for _ in range(16):
            staking.grants.unbondGrant(grant, node, 1, 0, sender=staking.bank)
        staking.vault.revoke(grant, sender=staking.admin)
        staking.vault.recallStake(grant, staking.grants, sender=staking.stranger)
        assert staking.nodes.placesOf(staking.holder(grant)) == 0x1FFFF
        assert sum(one.principal for one in staking.exits(grant)) == 36_000
