"""VestingVault: grants at stake, what is slashed, what is owed after a revocation."""

from typing import Any

import pytest

from caldera.contracts import StakeProbe, VestingVault, events
from tests.support.suite import NOBODY, ROLES, reverts
from tests.support.vesting import FUNDED, MONTH, TEAM, Vesting

HALF = 18 * MONTH


@pytest.fixture
def id(vesting: Vesting) -> int:
    """A grant of alice's: a unit a second over 36 months, revocable."""
    return vesting.team(vesting.alice, 36 * MONTH)


class TestStaking:
    """Vested or not; it goes on vesting and voting."""

    def test_the_target_has_it_and_is_told(self, vesting: Vesting, id: int) -> None:
        vault, target = vesting.vault, vesting.target
        receipt = vesting.stake(id, 30, data=b"node 7")
        assert events.GrantStaked(id, target.address, 30, emitter=vault.address) in receipt.events
        assert (target.heardGrant(), target.heardBeneficiary()) == (id, vesting.alice.address)
        assert (target.heardAmount(), target.heardData(), target.balanceThen()) == (30, b"node 7", 30)
        assert (vesting.has(target), vault.stakedWith(id, target), vault.grantOf(id).staked) == (30, 30, 30)
        assert vault.stakeable(id) == 36 * MONTH - 30
        assert vault.getVotes(vesting.alice) == 36 * MONTH
        vesting.to(vesting.now + HALF)
        assert vault.vestedAt(id, vesting.now) == vault.releasable(id) == HALF

    def test_what_is_staked_is_the_end_and_cannot_be_released(self, vesting: Vesting, id: int) -> None:
        vault = vesting.vault
        vesting.stake(id, 30 * MONTH)
        vesting.to(vesting.now + 6 * MONTH)
        assert vault.releasable(id) == 6 * MONTH
        vesting.to(vesting.now + 1)
        assert (vault.vestedAt(id, vesting.now), vault.releasable(id)) == (6 * MONTH + 1, 6 * MONTH)
        vault.release(id, sender=vesting.alice)
        with reverts("NothingToRelease", id=id):
            vault.release(id, sender=vesting.alice)
        vesting.give_back(id, 1, 1)
        assert vault.release(id, sender=vesting.alice).returned == 1

    def test_not_more_than_is_here(self, vesting: Vesting, id: int) -> None:
        vesting.to(vesting.now + 10)
        vesting.vault.release(id, sender=vesting.alice)
        left = 36 * MONTH - 10
        with reverts("ExceedsStakeable", id=id, amount=left + 1, stakeable=left):
            vesting.stake(id, left + 1)
        vesting.stake(id, left)
        with reverts("ExceedsStakeable", amount=1, stakeable=0):
            vesting.stake(id, 1)
        assert vesting.vault.stakeable(id) == 0

    def test_only_by_the_beneficiary_with_a_target_of_the_suite(self, vesting: Vesting, id: int) -> None:
        vault, alice = vesting.vault, vesting.alice
        with reverts("NotBeneficiary", id=id, caller=vesting.admin.address):
            vault.stake(id, vesting.target, 1, b"", sender=vesting.admin)
        with reverts("NoAmount"):
            vault.stake(id, vesting.target, 0, b"", sender=alice)
        outside = StakeProbe.deploy(vesting.suite.chain, vault, sender=alice)
        for place in (outside.address, alice.address, NOBODY):
            with reverts("NotStakeTarget", target=place):
                vault.stake(id, place, 1, b"", sender=alice)
        with reverts("UnknownGrant", id=id + 1):
            vault.stake(id + 1, vesting.target, 1, b"", sender=alice)
        vault.stake(id, vesting.target, 1, b"", sender=alice)

    def test_a_target_that_refuses_gets_nothing(self, vesting: Vesting, id: int) -> None:
        vesting.target.refuse(True, sender=vesting.stranger)
        with reverts("StakeRefused", target=vesting.target.address):
            vesting.stake(id, 30)
        assert (vesting.has(vesting.target), vesting.vault.grantOf(id).staked) == (0, 0)
        vesting.target.refuse(False, sender=vesting.stranger)
        vesting.stake(id, 30)

    def test_a_target_of_another_vault_believes_nobody(self, vesting: Vesting, id: int) -> None:
        elsewhere = VestingVault.deploy(vesting.suite.chain, vesting.access, vesting.era, sender=vesting.admin)
        stranger = StakeProbe.deploy(vesting.suite.chain, elsewhere, sender=vesting.admin)
        vesting.access.grantRole(ROLES["STAKING"], stranger, 0, sender=vesting.admin)
        with reverts("NotMyVault", caller=vesting.vault.address):
            vesting.stake(id, 1, stranger)


class TestReturning:
    """Losses from the end, rewards at once."""

    def test_all_of_it(self, vesting: Vesting, id: int) -> None:
        vesting.stake(id, 30)
        receipt = vesting.give_back(id, 30, 30)
        here, target = vesting.vault.address, vesting.target.address
        assert events.GrantStakeReturned(id, target, 30, 0, 0, 0, 0, emitter=here) in receipt.events
        assert vesting.vault.grantOf(id)[2:] == (0, 0, 0, 0)
        assert vesting.vault.stakeable(id) == 36 * MONTH

    def test_a_reward_is_the_beneficiarys_at_once(self, vesting: Vesting, id: int) -> None:
        vesting.stake(id, 30)
        receipt = vesting.give_back(id, 10, 17)
        here, target = vesting.vault.address, vesting.target.address
        assert events.GrantStakeReturned(id, target, 10, 0, 0, 0, 7, emitter=here) in receipt.events
        assert (vesting.has(vesting.alice), vesting.vault.grantOf(id).staked) == (7, 20)
        vesting.give_back(id, 0, 5)
        assert (vesting.has(vesting.alice), vesting.vault.grantOf(id).staked) == (12, 20)
        assert vesting.has(vesting.vault) == sum(FUNDED.values()) - 20

    def test_a_loss_is_what_would_vest_last(self, vesting: Vesting, id: int) -> None:
        vault, start = vesting.vault, vesting.now
        vesting.stake(id, 10 * MONTH)
        receipt = vesting.give_back(id, 10 * MONTH, 6 * MONTH)
        here, target = vault.address, vesting.target.address
        all_ = 36 * MONTH
        assert events.DelegateVotesChanged(vesting.alice.address, all_, 32 * MONTH, emitter=here) in receipt.events
        lost = 4 * MONTH
        assert events.GrantStakeReturned(id, target, 10 * MONTH, lost, lost, 0, 0, emitter=here) in receipt.events
        read = [vault.vestedAt(id, start + time) for time in (MONTH, 32 * MONTH, 32 * MONTH + 1, 36 * MONTH)]
        assert read == [MONTH, 32 * MONTH, 32 * MONTH, 32 * MONTH]
        assert vault.grantOf(id)[2:] == (0, 4 * MONTH, 0, 0)
        assert vault.getVotes(vesting.alice) == 32 * MONTH
        vesting.to(start + 1)
        assert vault.getPastTotalSupply(start) == 32 * MONTH

    def test_a_slash_reaches_what_is_vested_where_it_was_staked(self, vesting: Vesting, id: int) -> None:
        vesting.to(vesting.now + 36 * MONTH)
        vesting.stake(id, 36 * MONTH)
        vesting.give_back(id, 36 * MONTH, 0)
        assert (vesting.vault.vestedAt(id, vesting.now), vesting.vault.releasable(id)) == (0, 0)
        assert vesting.vault.grantOf(id).taken == 36 * MONTH
        assert vesting.vault.getVotes(vesting.alice) == 0

    def test_a_target_takes_only_what_is_staked_with_it(self, vesting: Vesting, id: int) -> None:
        vesting.stake(id, 30)
        vesting.stake(id, 50, vesting.other)
        other_grant = vesting.team(vesting.bank, 100)
        with reverts("ExceedsStakedWith", id=id, target=vesting.target.address, principal=31, staked=30):
            vesting.give_back(id, 31, 0)
        with reverts("ExceedsStakedWith", id=other_grant, principal=1, staked=0):
            vesting.give_back(other_grant, 1, 0)
        with reverts("ExceedsStakedWith", id=id, target=vesting.alice.address, principal=0, staked=0):
            vesting.vault.returnStake(id, 0, 1, sender=vesting.alice)
        with reverts("UnknownGrant", id=99):
            vesting.give_back(99, 0, 0)
        with reverts("NothingReturned"):
            vesting.give_back(id, 0, 0)
        vesting.give_back(id, 30, 0)
        with reverts("ExceedsStakedWith", id=id, principal=0, staked=0):
            vesting.give_back(id, 0, 1)
        assert vesting.vault.grantOf(id)[2:] == (0, 30, 50, 0)
        assert vesting.vault.stakedWith(id, vesting.other) == 50

    def test_what_is_said_to_come_back_must_come(self, vesting: Vesting, id: int) -> None:
        vesting.stake(id, 30)
        vesting.target.act(vesting.era, vesting.era.calldata.transfer(vesting.alice, 1), sender=vesting.stranger)
        with reverts("ERC20InsufficientBalance"):
            vesting.target.giveBack(id, 30, 30, sender=vesting.stranger)
        assert vesting.vault.stakedWith(id, vesting.target) == 30

    def test_also_once_it_lost_the_role_and_under_pause(self, vesting: Vesting, id: int) -> None:
        """What can be entered can be left."""
        vesting.stake(id, 30)
        vesting.access.revokeRole(ROLES["STAKING"], vesting.target, sender=vesting.admin)
        vesting.vault.pause(1, sender=vesting.officer)
        with reverts("Paused"):
            vesting.stake(id, 1)
        vesting.give_back(id, 30, 30)
        vesting.to(vesting.now + 1)
        with reverts("NotStakeTarget", target=vesting.target.address):
            vesting.stake(id, 1)


class TestRevokedWhileStaked:
    """The stake is the grant's end, and so is what is taken: it is owed until it comes back."""

    def revoked(self, vesting: Vesting, id: int, staked: int) -> tuple[int, int]:
        """Staked, half of it vested, revoked."""
        vesting.stake(id, staked)
        vesting.to(vesting.now + HALF)
        receipt = vesting.vault.revoke(id, sender=vesting.admin)
        returned, owed = receipt.returned
        here = vesting.vault.address
        assert events.VestingRevoked(id, returned, owed, emitter=here) in receipt.events
        return returned, owed

    @pytest.mark.parametrize(
        ("staked", "returned", "owed"),
        [
            (HALF - 1, 1, HALF - 1),  # all of the stake is owed
            (HALF, 0, HALF),
            (HALF + 5, 0, HALF),  # 5 of the stake are vested
        ],
    )
    def test_what_is_owed(self, vesting: Vesting, id: int, staked: int, returned: int, owed: int) -> None:
        before = vesting.vault.allocationOf(TEAM).available
        assert self.revoked(vesting, id, staked) == (returned, owed)
        assert vesting.vault.grantOf(id)[2:] == (0, HALF, staked - owed, owed)
        assert vesting.vault.allocationOf(TEAM).available == before + returned
        assert vesting.vault.releasable(id) == HALF - (staked - owed)
        assert vesting.vault.getVotes(vesting.alice) == HALF
        vesting.give_back(id, staked, staked)
        assert vesting.vault.allocationOf(TEAM).available == before + HALF
        assert vesting.vault.grantOf(id)[2:] == (0, HALF, 0, 0)
        assert vesting.vault.release(id, sender=vesting.alice).returned == HALF

    def test_what_comes_back_is_the_allocations_first(self, vesting: Vesting, id: int) -> None:
        self.revoked(vesting, id, HALF + 100)
        before = vesting.vault.allocationOf(TEAM).available
        receipt = vesting.give_back(id, HALF - 1, HALF - 1)
        here, target = vesting.vault.address, vesting.target.address
        said = events.GrantStakeReturned(id, target, HALF - 1, 0, 0, HALF - 1, 0, emitter=here)
        assert said in receipt.events
        assert vesting.vault.grantOf(id)[2:] == (0, HALF, 100, 1)
        vesting.give_back(id, 2, 2)
        assert vesting.vault.grantOf(id)[2:] == (0, HALF, 99, 0)
        assert vesting.vault.allocationOf(TEAM).available == before + HALF
        assert vesting.vault.releasable(id) == HALF - 99

    def test_a_loss_is_the_beneficiarys_first(self, vesting: Vesting, id: int) -> None:
        """Whoever is about to be revoked gains nothing by losing the stake to a friend."""
        self.revoked(vesting, id, HALF + 100)
        before = vesting.vault.allocationOf(TEAM).available
        receipt = vesting.give_back(id, HALF + 100, HALF - 50)
        here, target = vesting.vault.address, vesting.target.address
        said = events.GrantStakeReturned(id, target, HALF + 100, 150, 100, HALF - 50, 0, emitter=here)
        assert said in receipt.events
        assert vesting.vault.grantOf(id)[2:] == (0, HALF + 100, 0, 0)
        assert vesting.vault.allocationOf(TEAM).available == before + HALF - 50
        assert vesting.vault.releasable(id) == vesting.vault.getVotes(vesting.alice) == HALF - 100

    def test_a_reward_is_the_beneficiarys_all_the_same(self, vesting: Vesting, id: int) -> None:
        self.revoked(vesting, id, HALF)
        before = vesting.vault.allocationOf(TEAM).available
        vesting.give_back(id, HALF, HALF + 9)
        assert vesting.has(vesting.alice) == 9
        assert vesting.vault.allocationOf(TEAM).available == before + HALF

    def test_anyone_calls_it_back(self, vesting: Vesting, id: int) -> None:
        vault, target = vesting.vault, vesting.target
        vesting.stake(id, 10)
        with reverts("NothingToRecall", id=id, target=target.address):
            vault.recallStake(id, target, sender=vesting.stranger)
        vesting.stake(id, 40, vesting.other)
        assert self.revoked(vesting, id, HALF) == (0, HALF)
        vault.recallStake(id, vesting.other, sender=vesting.stranger)
        assert (vesting.other.heardGrant(), vesting.other.recalled()) == (id, 40)
        vault.recallStake(id, target, sender=vesting.stranger)
        assert target.recalled() == HALF
        vesting.give_back(id, HALF, HALF)
        with reverts("NothingToRecall", id=id, target=vesting.other.address):
            vault.recallStake(id, vesting.other, sender=vesting.stranger)
        vesting.give_back(id, 40, 40, vesting.other)
        assert vault.grantOf(id)[2:] == (0, HALF, 10, 0)

    def test_a_target_may_give_it_back_at_once(self, vesting: Vesting, id: int) -> None:
        self.revoked(vesting, id, HALF)
        before = vesting.vault.allocationOf(TEAM).available
        target = vesting.target
        target.plan(target, target.calldata.giveBack(id, HALF, HALF), sender=vesting.stranger)
        vesting.vault.recallStake(id, target, sender=vesting.stranger)
        assert vesting.vault.allocationOf(TEAM).available == before + HALF
        assert vesting.vault.grantOf(id).owed == 0

    def test_a_broken_target_stops_neither_revocation_nor_release(self, vesting: Vesting, id: int) -> None:
        vesting.target.plan(vesting.era, b"\xff" * 4, sender=vesting.stranger)
        with reverts("EmptyRevert"):
            vesting.stake(id, HALF)
        vesting.target.plan(NOBODY, b"", sender=vesting.stranger)
        vesting.stake(id, HALF)
        vesting.target.plan(vesting.era, b"\xff" * 4, sender=vesting.stranger)
        vesting.to(vesting.now + HALF)
        assert tuple(vesting.vault.revoke(id, sender=vesting.admin).returned) == (0, HALF)
        assert vesting.vault.release(id, sender=vesting.alice).returned == HALF

    def test_what_is_left_can_be_staked(self, vesting: Vesting, id: int) -> None:
        self.revoked(vesting, id, 10)
        with reverts("ExceedsStakeable", amount=HALF + 1, stakeable=HALF):
            vesting.stake(id, HALF + 1)
        vesting.stake(id, HALF)
        assert vesting.vault.grantOf(id)[2:] == (0, HALF, HALF, 10)


class TestReentering:
    """A target that calls back while it is told of a stake."""

    @pytest.mark.parametrize("name", ["stake", "returnStake", "release", "releaseTo", "releaseBatch", "fund"])
    def test_is_refused(self, vesting: Vesting, id: int, name: str) -> None:
        vault, target = vesting.vault, vesting.target
        vesting.stake(id, 5)
        given: dict[str, Any] = {
            "stake": vault.calldata.stake(id, target, 1, b""),
            "returnStake": vault.calldata.returnStake(id, 5, 0),
            "release": vault.calldata.release(id),
            "releaseTo": vault.calldata.releaseTo(id, target, 1),
            "releaseBatch": vault.calldata.releaseBatch([id]),
            "fund": vault.calldata.fund(TEAM, 1),
        }
        target.plan(vault, given[name], sender=vesting.stranger)
        with reverts("ReentrancyGuardReentrantCall"):
            vesting.stake(id, 5)
        target.plan(NOBODY, b"", sender=vesting.stranger)
        vesting.stake(id, 5)
        assert vault.grantOf(id).staked == 10

    def test_what_it_sees_is_settled(self, vesting: Vesting, id: int) -> None:
        """What a target may do while it is told changes nothing of what was counted."""
        vesting.target.plan(vesting.vault, vesting.vault.calldata.delegate(vesting.bank), sender=vesting.stranger)
        vesting.stake(id, 1)
        assert vesting.vault.delegates(vesting.target) == vesting.bank.address
        assert vesting.vault.getVotes(vesting.bank) == 0
