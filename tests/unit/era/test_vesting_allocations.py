"""VestingVault: allocations, their bounds, and how grants are made."""

from typing import Any

import pytest

from caldera.contracts import DevnetCurrency, FeeToken, VestingVault, events, structs
from tests.support.suite import NOBODY, reverts
from tests.support.vesting import DAY, ERA, FUNDED, INVESTORS, MONTH, TEAM, YEAR, Vesting, bounds, build

NAME = b"more".ljust(32, b"\0")


class TestOpening:
    """Bounds are set once."""

    def test_numbers_follow_each_other_and_what_is_said_is_kept(self, vesting: Vesting) -> None:
        given = structs.VestingBounds(5, 9, 1, 2**32 - 1, True)
        receipt = vesting.vault.openAllocation(NAME, given, sender=vesting.admin)
        assert receipt.returned == vesting.vault.allocationCount() == 3
        here = vesting.vault.address
        assert events.VestingAllocationOpened(3, NAME, given, emitter=here) in receipt.events
        assert vesting.vault.allocationOf(3) == structs.VestingAllocation(NAME, 0, 0, given)
        published = bounds(vesting.genesis)[INVESTORS]
        assert vesting.vault.boundsOf(3) == (NAME, given)
        assert vesting.vault.boundsOf(INVESTORS) == (b"investors".ljust(32, b"\0"), published)
        with reverts("UnknownAllocation", allocation=4):
            vesting.vault.boundsOf(4)
        assert vesting.vault.allocationOf(INVESTORS) == structs.VestingAllocation(
            b"investors".ljust(32, b"\0"), FUNDED[INVESTORS], FUNDED[INVESTORS], published
        )

    @pytest.mark.parametrize(
        ("wrong", "right", "error", "values"),
        [
            ((5, 4, 1, 1), (5, 5, 1, 1), "StartsReversed", {"earliest": 5, "latest": 4}),
            ((5, 5, 2, 1), (5, 5, 2, 2), "DurationsReversed", {"shortest": 2, "longest": 1}),
            ((5, 5, 0, 1), (5, 5, 1, 1), "DurationsReversed", {"shortest": 0, "longest": 1}),
        ],
    )
    def test_bounds_that_admit_nothing(
        self,
        vesting: Vesting,
        wrong: tuple[int, int, int, int],
        right: tuple[int, int, int, int],
        error: str,
        values: dict[str, int],
    ) -> None:
        with reverts(error, **values):
            vesting.vault.openAllocation(NAME, structs.VestingBounds(*wrong, False), sender=vesting.admin)
        vesting.vault.openAllocation(NAME, structs.VestingBounds(*right, False), sender=vesting.admin)
        assert vesting.vault.allocationCount() == 3

    def test_a_name(self, vesting: Vesting) -> None:
        with reverts("NoAllocationName"):
            vesting.vault.openAllocation(bytes(32), bounds(vesting.genesis)[TEAM], sender=vesting.admin)

    def test_there_are_255_at_most(self, vesting: Vesting) -> None:
        given = bounds(vesting.genesis)[TEAM]
        for _ in range(252):
            vesting.vault.openAllocation(NAME, given, sender=vesting.admin)
        assert vesting.vault.openAllocation(NAME, given, sender=vesting.admin).returned == 255
        with reverts("NoMoreAllocations"):
            vesting.vault.openAllocation(NAME, given, sender=vesting.admin)
        vesting.fund(255, 1)
        assert vesting.vault.allocationOf(255).available == 1

    def test_only_governance(self, vesting: Vesting) -> None:
        given = bounds(vesting.genesis)[TEAM]
        for who in (vesting.officer, vesting.alice):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                vesting.vault.openAllocation(NAME, given, sender=who)


class TestFunding:
    """Money for grants, and for nothing else."""

    def test_anybody_pays_in(self, vesting: Vesting) -> None:
        vesting.era.transfer(vesting.alice, 5, sender=vesting.holder)
        vesting.era.approve(vesting.vault, 5, sender=vesting.alice)
        receipt = vesting.vault.fund(TEAM, 5, sender=vesting.alice)
        here = vesting.vault.address
        assert events.VestingAllocationFunded(TEAM, vesting.alice.address, 5, emitter=here) in receipt.events
        read = vesting.vault.allocationOf(TEAM)
        assert (read.funded, read.available) == (FUNDED[TEAM] + 5, FUNDED[TEAM] + 5)
        assert vesting.has(vesting.vault) == sum(FUNDED.values()) + 5

    def test_what_is_missing(self, vesting: Vesting) -> None:
        with reverts("NoAmount"):
            vesting.vault.fund(TEAM, 0, sender=vesting.holder)
        for number in (0, 3):
            with reverts("UnknownAllocation", allocation=number):
                vesting.vault.fund(number, 1, sender=vesting.holder)
            with reverts("UnknownAllocation", allocation=number):
                vesting.vault.allocationOf(number)
        for more in (1, 2**96 - 1):
            with reverts("ERC20InsufficientAllowance", needed=more):
                vesting.vault.fund(TEAM, more, sender=vesting.holder)

    def test_a_token_that_takes_a_fee(self) -> None:
        other = build(token=FeeToken)
        other.era.approve(other.vault, 1_000, sender=other.holder)
        with reverts("InexactToken", expected=1_000, received=990):
            other.vault.fund(TEAM, 1_000, sender=other.holder)
        assert other.vault.allocationOf(TEAM).funded == 0

    def test_a_supply_that_votes_cannot_hold(self, vesting: Vesting) -> None:
        token = DevnetCurrency.deploy(vesting.suite.chain, "MUCH", 18, sender=vesting.admin)
        token.mint(vesting.admin, 2**90 - 1, sender=vesting.admin)
        made = VestingVault.deploy(vesting.suite.chain, vesting.access, token, sender=vesting.admin)
        assert made.era() == token.address
        token.mint(vesting.admin, 1, sender=vesting.admin)
        with reverts("SupplyTooLarge", supply=2**90):
            VestingVault.deploy(vesting.suite.chain, vesting.access, token, sender=vesting.admin)


class TestGranting:
    """Out of an allocation, within its bounds, never beyond it."""

    def test_a_grant(self, vesting: Vesting) -> None:
        terms = vesting.terms(vesting.alice, 7 * ERA, cliff=6 * MONTH)
        receipt = vesting.vault.createGrants(TEAM, [terms], sender=vesting.admin)
        assert receipt.returned == vesting.vault.grantCount() == 1
        alice, here = vesting.alice.address, vesting.vault.address
        assert list(receipt.events) == [
            events.DelegateVotesChanged(alice, 0, 7 * ERA, emitter=here),
            events.VestingGranted(1, alice, TEAM, 7 * ERA, vesting.now, 6 * MONTH, 36 * MONTH, True, emitter=here),
        ]
        assert vesting.vault.grantOf(1) == structs.VestingGrant(terms, TEAM, 0, 0, 0, 0)
        assert vesting.vault.beneficiaryOf(1) == alice
        read = vesting.vault.allocationOf(TEAM)
        assert (read.funded, read.available) == (FUNDED[TEAM], FUNDED[TEAM] - 7 * ERA)

    def test_a_batch_is_all_or_none(self, vesting: Vesting) -> None:
        good = vesting.terms(vesting.alice, FUNDED[TEAM] - 5)
        with reverts("ExceedsAllocation", allocation=TEAM, amount=FUNDED[TEAM] + 1, available=FUNDED[TEAM]):
            vesting.vault.createGrants(TEAM, [good, vesting.terms(vesting.bank, 6)], sender=vesting.admin)
        assert (vesting.vault.grantCount(), vesting.vault.getVotes(vesting.alice)) == (0, 0)
        made = vesting.vault.createGrants(TEAM, [good, vesting.terms(vesting.bank, 5)], sender=vesting.admin)
        assert (made.returned, vesting.vault.grantCount()) == (1, 2)
        assert vesting.vault.beneficiaryOf(2) == vesting.bank.address
        with reverts("ExceedsAllocation", amount=1, available=0):
            vesting.team(vesting.alice, 1)
        assert vesting.investor(vesting.alice, 1) == 3  # of the other allocation's money

    def test_what_is_missing(self, vesting: Vesting) -> None:
        vault = vesting.vault
        with reverts("NoGrants"):
            vault.createGrants(TEAM, [], sender=vesting.admin)
        with reverts("UnknownAllocation", allocation=3):
            vault.createGrants(3, [vesting.terms(vesting.alice, 1)], sender=vesting.admin)
        with reverts("NoAmount"):
            vesting.team(vesting.alice, 0)
        for who in (NOBODY, vault.address):
            with reverts("CannotHoldGrant", account=who):
                vesting.team(who, 1)
        for read in (vault.grantOf, vault.beneficiaryOf, vault.releasable, vault.stakeable):
            with reverts("UnknownGrant", id=1):
                read(1)
        with reverts("UnknownGrant", id=1):
            vault.vestedAt(1, 0)

    def test_not_even_governance_makes_an_investors_grant_that_vests_earlier(self, vesting: Vesting) -> None:
        start = vesting.genesis + 12 * MONTH
        good = {"start": start, "duration": 24 * MONTH, "revocable": False}

        def grant(**changes: Any) -> None:
            terms = vesting.terms(vesting.alice, ERA, **(good | changes))
            vesting.vault.createGrants(INVESTORS, [terms], sender=vesting.admin)

        for wrong in (start - 1, start + 1):
            with reverts("StartOutOfBounds", start=wrong, earliest=start, latest=start):
                grant(start=wrong)
        for wrong in (24 * MONTH - 1, 24 * MONTH + 1):
            with reverts("DurationOutOfBounds", duration=wrong, shortest=24 * MONTH, longest=24 * MONTH):
                grant(duration=wrong)
        with reverts("RevocableNotAllowed", allocation=INVESTORS):
            grant(revocable=True)
        grant()
        assert vesting.vault.grantCount() == 1

    def test_the_bounds_themselves_are_within(self, vesting: Vesting) -> None:
        for start in (vesting.genesis, vesting.genesis + 10 * YEAR):
            for duration in (24 * MONTH, 48 * MONTH):
                vesting.team(vesting.alice, ERA, start=start, duration=duration, revocable=False)
        for start in (vesting.genesis - 1, vesting.genesis + 10 * YEAR + 1):
            with reverts("StartOutOfBounds", start=start):
                vesting.team(vesting.alice, ERA, start=start)
        for duration in (24 * MONTH - 1, 48 * MONTH + 1):
            with reverts("DurationOutOfBounds", duration=duration):
                vesting.team(vesting.alice, ERA, duration=duration)

    def test_a_cliff_ends_with_the_grant(self, vesting: Vesting) -> None:
        with reverts("CliffTooLong", cliff=36 * MONTH + 1, duration=36 * MONTH):
            vesting.team(vesting.alice, ERA, cliff=36 * MONTH + 1)
        vesting.team(vesting.alice, ERA, cliff=36 * MONTH)

    def test_only_governance(self, vesting: Vesting) -> None:
        with reverts("AccessManagedUnauthorized", caller=vesting.officer.address):
            vesting.vault.createGrants(TEAM, [vesting.terms(vesting.officer, 1)], sender=vesting.officer)


class TestPause:
    """Stops what comes in, nothing that goes out."""

    def test_entries_wait_and_exits_do_not(self, vesting: Vesting) -> None:
        vault, admin = vesting.vault, vesting.admin
        mine = vesting.team(vesting.alice, 36 * MONTH)
        lent = vesting.team(vesting.alice, 100)
        vesting.stake(lent, 100)
        vesting.era.approve(vault, 1, sender=vesting.holder)
        vesting.to(vesting.now + 10)
        vault.pause(DAY, sender=vesting.officer)
        until = vesting.now + DAY
        with reverts("Paused", until=until):
            vault.fund(TEAM, 1, sender=vesting.holder)
        with reverts("Paused", until=until):
            vesting.team(vesting.alice, 1)
        with reverts("Paused", until=until):
            vesting.stake(mine, 1)
        assert vault.release(mine, sender=vesting.stranger).returned == 10
        vault.revoke(mine, sender=admin)
        vesting.give_back(lent, 100, 100)
        vault.proposeWallet([lent], vesting.bank, sender=vesting.alice)
        vault.cancelWallet([lent], sender=vesting.alice)
        vault.delegate(vesting.bank, sender=vesting.alice)
        vesting.to(until)
        vault.fund(TEAM, 1, sender=vesting.holder)
        vesting.stake(lent, 1)

    def test_only_the_guardian(self, vesting: Vesting) -> None:
        with reverts("AccessManagedUnauthorized", caller=vesting.alice.address):
            vesting.vault.pause(1, sender=vesting.alice)
