"""VestingVault: what is vested at which second, and how it is paid."""

from typing import Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.contracts import events, structs
from caldera.model.vesting import scheduled
from tests.support.suite import NOBODY, reverts
from tests.support.vesting import ERA, INVESTORS, MONTH, TEAM, YEAR, Vesting, build


class TestSchedule:
    """Linear, rounded down, exact at every second."""

    @pytest.mark.known_defect("cliff-release")
    def test_investors_start_from_zero_at_month_12(self, vesting: Vesting) -> None:
        amount = 320_750_000 * ERA
        id, vault = vesting.investor(vesting.alice, amount), vesting.vault
        start = vesting.genesis + 12 * MONTH
        assert [vault.vestedAt(id, time) for time in (0, start - 1, start)] == [0, 0, 0]
        assert vault.vestedAt(id, start + 1) == amount // (24 * MONTH)
        assert vault.vestedAt(id, start + 12 * MONTH) == amount // 2
        last = start + 24 * MONTH
        assert vault.vestedAt(id, last - 1) == amount * (24 * MONTH - 1) // (24 * MONTH) < amount
        assert [vault.vestedAt(id, time) for time in (last, last + 1, 2**40)] == [amount] * 3

    def test_a_cliff_holds_back_what_accrues(self, vesting: Vesting) -> None:
        id = vesting.team(vesting.alice, 36 * MONTH, cliff=12 * MONTH)
        vault, start = vesting.vault, vesting.now
        read = [vault.vestedAt(id, start + time) for time in (0, 12 * MONTH - 1, 12 * MONTH, 12 * MONTH + 1)]
        assert read == [0, 0, 12 * MONTH, 12 * MONTH + 1]

    def test_a_start_in_the_past_and_one_in_the_future(self, vesting: Vesting) -> None:
        now = vesting.genesis + 3 * YEAR
        vesting.to(now)
        past = vesting.team(vesting.alice, 36 * MONTH, start=now - 7)
        over = vesting.team(vesting.alice, 5, start=vesting.genesis, duration=24 * MONTH)
        later = vesting.team(vesting.alice, 36 * MONTH, start=now + 5)
        assert [vesting.vault.releasable(id) for id in (past, over, later)] == [7, 5, 0]
        vesting.to(now + 6)
        assert [vesting.vault.releasable(id) for id in (past, over, later)] == [13, 5, 1]

    @settings(max_examples=60, deadline=None)
    @given(
        amount=st.integers(1, 147_500_000 * ERA),
        duration=st.integers(24 * MONTH, 48 * MONTH),
        cliff=st.integers(0, 24 * MONTH),
        times=st.lists(st.integers(0, 5 * YEAR), min_size=1, max_size=8),
    )
    def test_equals_the_exact_fraction(self, amount: int, duration: int, cliff: int, times: list[int]) -> None:
        with SHARED.suite.chain.isolated():
            id = SHARED.team(SHARED.alice, amount, duration=duration, cliff=cliff)
            last = 0
            for time in sorted({*times, cliff, duration, duration - 1}):
                vested = SHARED.vault.vestedAt(id, SHARED.now + time)
                assert vested == scheduled(amount, 0, cliff, duration, time) >= last
                last = vested


SHARED = build()


class TestReleasing:
    """To the unit, once."""

    def test_by_anyone_to_the_beneficiary(self, vesting: Vesting) -> None:
        id = vesting.team(vesting.alice, 36 * MONTH * 10)
        vault, start = vesting.vault, vesting.now
        with reverts("NothingToRelease", id=id):
            vault.release(id, sender=vesting.stranger)
        vesting.to(start + 3)
        receipt = vault.release(id, sender=vesting.stranger)
        assert receipt.returned == vesting.has(vesting.alice) == 30
        alice, here, all_ = vesting.alice.address, vault.address, 36 * MONTH * 10
        assert events.VestedReleased(id, alice, 30, emitter=here) in receipt.events
        assert events.DelegateVotesChanged(alice, all_, all_ - 30, emitter=here) in receipt.events
        with reverts("NothingToRelease", id=id):
            vault.release(id, sender=vesting.alice)
        vesting.to(start + 36 * MONTH)
        assert vault.release(id, sender=vesting.alice).returned == all_ - 30
        assert (vesting.has(vesting.alice), vault.grantOf(id).released, vault.getVotes(alice)) == (all_, all_, 0)
        with reverts("NothingToRelease", id=id):
            vault.release(id, sender=vesting.alice)
        with reverts("UnknownGrant", id=id + 1):
            vault.release(id + 1, sender=vesting.alice)

    def test_by_the_beneficiary_to_anybody(self, vesting: Vesting) -> None:
        id, vault = vesting.team(vesting.alice, 36 * MONTH), vesting.vault
        vesting.to(vesting.now + 10)
        with reverts("ExceedsReleasable", id=id, amount=11, releasable=10):
            vault.releaseTo(id, vesting.bank, 11, sender=vesting.alice)
        receipt = vault.releaseTo(id, vesting.bank, 4, sender=vesting.alice)
        assert events.VestedReleased(id, vesting.bank.address, 4, emitter=vault.address) in receipt.events
        vault.releaseTo(id, vesting.bank, 6, sender=vesting.alice)
        assert (vesting.has(vesting.bank), vesting.has(vesting.alice)) == (10, 0)
        assert vault.getVotes(vesting.alice) == 36 * MONTH - 10
        with reverts("ExceedsReleasable", amount=1, releasable=0):
            vault.releaseTo(id, vesting.bank, 1, sender=vesting.alice)
        with reverts("NoAmount"):
            vault.releaseTo(id, vesting.bank, 0, sender=vesting.alice)
        for place in (NOBODY, vault.address):
            with reverts("CannotReleaseTo", account=place):
                vault.releaseTo(id, place, 1, sender=vesting.alice)
        with reverts("NotBeneficiary", id=id, caller=vesting.bank.address):
            vault.releaseTo(id, vesting.bank, 1, sender=vesting.bank)

    def test_who_keeps_others_from_it(self, vesting: Vesting) -> None:
        """A release takes votes from the vault: a stranger's before a vote could silence a beneficiary."""
        id, vault = vesting.team(vesting.alice, 36 * MONTH), vesting.vault
        vesting.to(vesting.now + 10)
        assert vault.releaseByOthers(vesting.alice)
        receipt = vault.setReleaseByOthers(False, sender=vesting.alice)
        assert list(receipt.events) == [events.ReleaseByOthersSet(vesting.alice.address, False, emitter=vault.address)]
        assert not vault.releaseByOthers(vesting.alice)
        with reverts("OnlyBeneficiaryReleases", id=id, beneficiary=vesting.alice.address):
            vault.release(id, sender=vesting.stranger)
        assert vault.getVotes(vesting.alice) == vault.votingUnits(vesting.alice) == 36 * MONTH
        assert vault.release(id, sender=vesting.alice).returned == 10
        vesting.to(vesting.now + 1)
        vault.setReleaseByOthers(True, sender=vesting.alice)
        assert vault.release(id, sender=vesting.stranger).returned == 1


class TestBatch:
    """What cannot be released is left out, with its reason."""

    @pytest.mark.known_defect("batch-stops")
    def test_the_others_are_paid(self, vesting: Vesting) -> None:
        vault = vesting.vault
        first = vesting.team(vesting.alice, 36 * MONTH)
        later = vesting.team(vesting.bank, 36 * MONTH, start=vesting.now + YEAR)
        closed = vesting.team(vesting.carol, 36 * MONTH)
        last = vesting.team(vesting.bank, 36 * MONTH * 2)
        vault.setReleaseByOthers(False, sender=vesting.carol)
        vesting.to(vesting.now + 5)
        receipt = vault.releaseBatch([first, later, closed, 99, last, first], sender=vesting.stranger)
        assert receipt.returned == 15
        assert [vesting.has(who) for who in (vesting.alice, vesting.bank, vesting.carol)] == [5, 10, 0]
        said = [(event.id, event.reason) for event in receipt.events if isinstance(event, events.ReleaseSkipped)]
        carol = bytes.fromhex(vesting.carol.address[2:]).rjust(32, b"\0")
        assert said == [
            (later, error("NothingToRelease(uint256)", later)),
            (closed, error("OnlyBeneficiaryReleases(uint256,address)", closed) + carol),
            (99, error("UnknownGrant(uint256)", 99)),
            (first, error("NothingToRelease(uint256)", first)),
        ]
        paid = [(event.id, event.amount) for event in receipt.events if isinstance(event, events.VestedReleased)]
        assert paid == [(first, 5), (last, 10)]
        vesting.to(vesting.now + 1)
        assert vault.getPastTotalSupply(vesting.now - 1) == 36 * MONTH * 5 - 15

    def test_of_nothing(self, vesting: Vesting) -> None:
        assert vesting.vault.releaseBatch([], sender=vesting.stranger).returned == 0

    def test_in_any_order(self, vesting: Vesting) -> None:
        """Each beneficiary has the same in the end."""
        ids = [vesting.team(who, 36 * MONTH * 3) for who in (vesting.alice, vesting.bank, vesting.alice)]
        found: list[Any] = []
        for order in (ids, ids[::-1]):
            with vesting.suite.chain.isolated():
                vesting.to(vesting.now + 2)
                vesting.vault.releaseBatch(order[:2], sender=vesting.stranger)
                vesting.to(vesting.now + 3)
                vesting.vault.releaseBatch(order, sender=vesting.stranger)
                found.append((vesting.has(vesting.alice), vesting.has(vesting.bank)))
        assert found == [(30, 15), (30, 15)]


class TestRevocation:
    """Where the grant says so; what is vested stays."""

    def test_what_is_not_vested_goes_back(self, vesting: Vesting) -> None:
        id, vault = vesting.team(vesting.alice, 36 * MONTH), vesting.vault
        before = vault.allocationOf(TEAM).available
        vesting.to(vesting.now + 12 * MONTH)
        vault.releaseTo(id, vesting.alice, 3 * MONTH, sender=vesting.alice)
        receipt = vault.revoke(id, sender=vesting.admin)
        assert tuple(receipt.returned) == (24 * MONTH, 0)
        here = vault.address
        assert list(receipt.events) == [
            events.DelegateVotesChanged(vesting.alice.address, 33 * MONTH, 9 * MONTH, emitter=here),
            events.VestingRevoked(id, 24 * MONTH, 0, emitter=here),
        ]
        assert vault.allocationOf(TEAM).available == before + 24 * MONTH
        assert vault.grantOf(id)[2:] == (3 * MONTH, 24 * MONTH, 0, 0)
        vesting.to(vesting.now + 36 * MONTH)
        assert vault.vestedAt(id, vesting.now) == 12 * MONTH
        assert vault.release(id, sender=vesting.alice).returned == 9 * MONTH
        with reverts("NothingToRevoke", id=id):
            vault.revoke(id, sender=vesting.admin)
        again = vesting.team(vesting.bank, before + 24 * MONTH)
        assert vault.grantOf(again).terms.amount == before + 24 * MONTH

    def test_before_the_cliff_nothing_is_left(self, vesting: Vesting) -> None:
        id, vault = vesting.team(vesting.alice, 100, cliff=12 * MONTH), vesting.vault
        vesting.to(vesting.now + 12 * MONTH - 1)
        with vesting.suite.chain.isolated():
            assert tuple(vault.revoke(id, sender=vesting.admin).returned) == (100, 0)
            vesting.to(vesting.now + 36 * MONTH)
            assert vault.releasable(id) == 0
        vesting.to(vesting.now + 1)
        assert tuple(vault.revoke(id, sender=vesting.admin).returned) == (67, 0)  # 33 of 100 are vested

    def test_once_all_is_vested_nothing_is_taken(self, vesting: Vesting) -> None:
        id, end = vesting.team(vesting.alice, 36 * MONTH), vesting.now + 36 * MONTH
        vesting.to(end - 1)
        with vesting.suite.chain.isolated():
            assert tuple(vesting.vault.revoke(id, sender=vesting.admin).returned) == (1, 0)
        vesting.to(end)
        with reverts("NothingToRevoke", id=id):
            vesting.vault.revoke(id, sender=vesting.admin)

    @pytest.mark.known_defect("one-wallet-each")
    def test_only_where_the_grant_says_so(self, vesting: Vesting) -> None:
        firm = vesting.team(vesting.alice, 100, revocable=False)
        with reverts("NotRevocable", id=firm):
            vesting.vault.revoke(firm, sender=vesting.admin)
        paid = vesting.investor(vesting.alice, 100)
        assert vesting.vault.grantOf(paid).allocation == INVESTORS
        with reverts("NotRevocable", id=paid):
            vesting.vault.revoke(paid, sender=vesting.admin)
        with reverts("UnknownGrant", id=9):
            vesting.vault.revoke(9, sender=vesting.admin)

    def test_only_governance(self, vesting: Vesting) -> None:
        id = vesting.team(vesting.alice, 100)
        for who in (vesting.officer, vesting.alice):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                vesting.vault.revoke(id, sender=who)


def error(signature: str, id: int) -> bytes:
    """An error with a grant's id, as a caller gets it."""
    return keccak(text=signature)[:4] + id.to_bytes(32, "big")


@pytest.mark.known_defect("one-wallet-each")
@pytest.mark.parametrize("count", [1, 3])
def test_grants_of_one_beneficiary_are_apart(vesting: Vesting, count: int) -> None:
    terms = [vesting.terms(vesting.alice, 36 * MONTH * (n + 1)) for n in range(count)]
    first = vesting.vault.createGrants(TEAM, terms, sender=vesting.admin).returned
    vesting.to(vesting.now + 1)
    assert [vesting.vault.releasable(first + n) for n in range(count)] == [n + 1 for n in range(count)]
    assert vesting.vault.grantOf(first).terms == structs.GrantTerms(*terms[0])
