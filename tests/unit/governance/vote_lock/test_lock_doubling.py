"""VoteLock: votes twice while a long lock runs, once from the second it ends, with nobody doing anything."""

import pytest

from caldera.contracts import events
from tests.support.locks import DAY, ERA, LEAST, NOBODY, WEEK, YEAR, Locks
from tests.support.suite import reverts

HALF_A_YEAR = 183 * DAY


class TestTwice:
    """By the term that is chosen, not by its rounded end."""

    @pytest.mark.known_defect("short-locks")
    @pytest.mark.parametrize(("term", "times"), [(HALF_A_YEAR, 1), (HALF_A_YEAR + 1, 2)])
    def test_more_than_183_days(self, stand: Locks, term: int, times: int) -> None:
        end = stand.end(HALF_A_YEAR) if times == 1 else stand.end(HALF_A_YEAR + 1)
        receipt = stand.lock.lock(100 * ERA, term, sender=stand.alice)
        emitter, alice = stand.lock.address, stand.alice.address
        assert events.EraLocked(alice, end, alice, 100 * ERA, times == 2, emitter=emitter) in receipt.events
        assert stand.votes(stand.alice) == 100 * ERA * times
        assert stand.lock.votingUnits(stand.alice) == stand.lock.totalLocked() == 100 * ERA
        assert stand.held(stand.alice, end) == (100 * ERA, 100 * ERA * (times - 1), 100 * ERA * (times - 1))

    def test_until_its_end_to_the_second_and_then_once(self, stand: Locks) -> None:
        """Voting at the exact second of expiry; no transaction in between."""
        end = stand.locks(stand.alice, 100 * ERA, YEAR)
        stand.to(end - 1)
        assert stand.votes(stand.alice) == 200 * ERA
        stand.to(end)
        assert stand.votes(stand.alice) == 100 * ERA
        stand.to(end + 10 * YEAR)
        assert stand.votes(stand.alice) == 100 * ERA
        assert stand.at(end - 1, stand.alice) == [200 * ERA]
        assert stand.at(end, stand.alice) == [100 * ERA]
        for time, doubled in ((end - 1, 100 * ERA), (end, 0)):
            assert stand.lock.getPastTotalSupply(time) == 100 * ERA + doubled
            assert stand.lock.doubledAt(time) == doubled

    def test_several_that_end_one_by_one(self, stand: Locks) -> None:
        ends = [
            stand.locks(stand.alice, amount * ERA, term * DAY) for amount, term in ((10, 200), (20, 300), (40, 400))
        ]
        stand.locks(stand.alice, 80 * ERA, 100 * DAY)
        stand.to(ends[-1] + YEAR)
        stand.lock.lockFor(stand.alice, LEAST, 30 * DAY, sender=stand.bank)  # votes that fell before are not written
        for place, end in enumerate(ends):
            single = 150 * ERA + sum((10, 20, 40)[place:]) * ERA
            assert stand.at(end - 1, stand.alice) == [single]
            assert stand.at(end, stand.alice) == [single - (10, 20, 40)[place] * ERA]
        assert stand.votes(stand.alice) == 150 * ERA + LEAST

    def test_once_and_twice_in_one_lock(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, 100 * ERA, YEAR)
        stand.to(end - 100 * DAY)
        stand.lock.lockUntil(30 * ERA, end, sender=stand.alice)
        assert stand.held(stand.alice, end) == (130 * ERA, 100 * ERA, 100 * ERA)
        stand.to(end)
        assert stand.votes(stand.alice) == 130 * ERA
        assert stand.held(stand.alice, end) == (130 * ERA, 0, 0)

    def test_what_doubling_adds_to_all_votes(self, stand: Locks) -> None:
        """A quorum is a part of all weighted votes: supply of the token + this."""
        stand.locks(stand.alice, 100 * ERA, YEAR)
        stand.locks(stand.bank, 50 * ERA, 100 * DAY)
        stand.lock.delegate(NOBODY, sender=stand.alice)
        stand.skip(1)
        assert stand.lock.doubledAt(stand.now - 1) == 100 * ERA
        assert stand.lock.getPastTotalSupply(stand.now - 1) == 250 * ERA
        assert stand.lock.doubledAt(stand.now - 2) == 0

    def test_the_most_there_can_be(self, stand: Locks) -> None:
        """All ERA, for long, in one hand: twice the supply fits in a word."""
        for name in ("bank", "carol", "seller", "holder"):
            account = stand.account(name)
            stand.lock.lockFor(stand.alice, stand.has(account), 4 * YEAR, sender=account)
        end = stand.locks(stand.alice, stand.has(stand.alice), 4 * YEAR)
        assert stand.votes(stand.alice) == 2 * 10**27
        assert stand.held(stand.alice, end) == (10**27,) * 3
        stand.lock.delegate(stand.bank, sender=stand.alice)
        assert (stand.votes(stand.alice), stand.votes(stand.bank)) == (0, 2 * 10**27)
        stand.skip(1)
        assert stand.lock.getPastTotalSupply(stand.now - 1) == 2 * 10**27
        stand.to(end)
        assert stand.votes(stand.bank) == 10**27
        assert stand.lock.withdraw([end], sender=stand.alice).returned == 10**27
        assert stand.votes(stand.bank) == stand.lock.totalLocked() == 0


class TestExtending:
    """As if it were locked anew."""

    def test_long_from_then_on(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, 100 * ERA, 100 * DAY)
        stand.skip(10 * DAY)
        receipt = stand.lock.extend(end, 100 * ERA, YEAR, sender=stand.alice)
        later = stand.end(YEAR)
        extended = events.LockExtended(stand.alice.address, end, later, 100 * ERA, True, emitter=stand.lock.address)
        assert (receipt.returned, extended in receipt.events) == (later, True)
        assert (stand.held(stand.alice, end), stand.held(stand.alice, later)) == ((0, 0, 0), (100 * ERA,) * 3)
        assert stand.ends(stand.alice) == [later]
        assert stand.votes(stand.alice) == 200 * ERA
        stand.to(later)
        assert stand.at(end, stand.alice) == [200 * ERA]
        assert stand.votes(stand.alice) == 100 * ERA

    def test_the_snapshot_before_keeps_its_votes(self, stand: Locks) -> None:
        """Extension after the snapshot of a proposal: neither the past nor the end that was planned then changes it."""
        end = stand.locks(stand.alice, 100 * ERA, 100 * DAY)
        stand.skip(DAY)
        snapshot = stand.now
        stand.skip(1)
        stand.lock.extend(end, 100 * ERA, YEAR, sender=stand.alice)
        stand.skip(DAY)
        assert stand.at(snapshot, stand.alice) == [100 * ERA]
        assert stand.lock.getPastTotalSupply(snapshot) == 100 * ERA
        assert stand.at(snapshot + 1, stand.alice) == [200 * ERA]

    def test_a_part(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, 100 * ERA, YEAR)
        later = stand.lock.extend(end, 30 * ERA, 2 * YEAR, sender=stand.alice).returned
        assert (stand.held(stand.alice, end), stand.held(stand.alice, later)) == ((70 * ERA,) * 3, (30 * ERA,) * 3)
        stand.to(end)
        assert stand.votes(stand.alice) == 130 * ERA
        stand.to(later)
        assert stand.votes(stand.alice) == 100 * ERA
        assert stand.at(end - 1, stand.alice) == [200 * ERA]

    def test_what_is_not_long_moves_first(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, 100 * ERA, YEAR)
        stand.to(end - 100 * DAY)
        stand.lock.lockUntil(30 * ERA, end, sender=stand.alice)
        short = stand.lock.extend(end, 20 * ERA, 150 * DAY, sender=stand.alice).returned
        assert stand.held(stand.alice, short) == (20 * ERA, 0, 0)
        assert stand.held(stand.alice, end) == (110 * ERA, 100 * ERA, 100 * ERA)
        assert stand.votes(stand.alice) == 230 * ERA
        far = stand.lock.extend(end, 15 * ERA, YEAR, sender=stand.alice).returned
        assert stand.held(stand.alice, far) == (15 * ERA,) * 3
        assert stand.held(stand.alice, end) == (95 * ERA,) * 3
        assert stand.votes(stand.alice) == 240 * ERA

    def test_doubling_cannot_be_rolled_on_with_short_terms(self, stand: Locks) -> None:
        """Else 184 days once and a week at a time after that would vote twice for ever."""
        end = stand.locks(stand.alice, 100 * ERA, 184 * DAY)
        stand.to(end - WEEK)
        with reverts("DoublingWouldEnd", end=end, amount=100 * ERA, single=0):
            stand.lock.extend(end, 100 * ERA, 14 * DAY, sender=stand.alice)
        with reverts("DoublingWouldEnd"):
            stand.lock.extend(end, LEAST, HALF_A_YEAR, sender=stand.alice)
        stand.lock.extend(end, 100 * ERA, HALF_A_YEAR + 1, sender=stand.alice)
        assert stand.votes(stand.alice) == 200 * ERA

    def test_one_that_has_ended_as_if_new(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, 100 * ERA, YEAR)
        stand.to(end)
        short = stand.lock.extend(end, 40 * ERA, 7 * DAY, sender=stand.alice).returned
        assert (short, stand.votes(stand.alice)) == (end + 7 * DAY, 100 * ERA)
        stand.lock.extend(end, 60 * ERA, YEAR, sender=stand.alice)
        assert stand.votes(stand.alice) == 160 * ERA
        with reverts("NothingLocked", account=stand.alice.address, end=end):
            stand.lock.extend(end, 1, YEAR, sender=stand.alice)
        stand.skip(1)
        assert stand.at(end - 1, stand.alice) == [200 * ERA]
        assert stand.at(end, stand.alice) == [160 * ERA]

    def test_the_same_end_can_become_long(self, stand: Locks) -> None:
        """183 days and 184 may end in one week: the choice counts."""
        end = stand.locks(stand.alice, 100 * ERA, HALF_A_YEAR)
        assert end == stand.end(HALF_A_YEAR + 1)
        with reverts("NotLonger", end=end, newEnd=end):
            stand.lock.extend(end, 100 * ERA, HALF_A_YEAR, sender=stand.alice)
        stand.lock.extend(end, 60 * ERA, HALF_A_YEAR + 1, sender=stand.alice)
        assert stand.held(stand.alice, end) == (100 * ERA, 60 * ERA, 60 * ERA)
        stand.lock.extend(end, 50 * ERA, HALF_A_YEAR + 1, sender=stand.alice)  # 40 that are not long, and 10 that are
        assert stand.held(stand.alice, end) == (100 * ERA,) * 3
        assert stand.votes(stand.alice) == 200 * ERA
        with reverts("NotLonger"):
            stand.lock.extend(end, 50 * ERA, HALF_A_YEAR + 1, sender=stand.alice)
        stand.to(end)
        assert stand.votes(stand.alice) == 100 * ERA

    def test_into_a_lock_that_stands(self, stand: Locks) -> None:
        """Who was given dust until hundreds of ends brings it together."""
        target = stand.locks(stand.alice, 100 * ERA, YEAR)
        other = stand.locks(stand.alice, LEAST, 300 * DAY)
        stand.lock.extend(other, LEAST, target - stand.now, sender=stand.alice)
        assert stand.ends(stand.alice) == [target]
        assert stand.held(stand.alice, target) == (100 * ERA + LEAST,) * 3

    def test_what_is_refused(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, 100 * ERA, 100 * DAY)
        calls = {
            "NoAmount": (end, 0, YEAR),
            "ExceedsLock": (end, 100 * ERA + 1, YEAR),
            "NothingLocked": (end + WEEK, 1, YEAR),
            "NotLonger": (end, 100 * ERA, end - WEEK - stand.now),
            "LockTermOutOfRange": (end, 100 * ERA, 4 * YEAR + 1),
            "BelowLeastLock": (end, LEAST - 1, YEAR),
        }
        for name, given in calls.items():
            with reverts(name):
                stand.lock.extend(*given, sender=stand.alice)
        with reverts("NothingLocked", account=stand.alice.address, end=end + 1):
            stand.lock.extend(end + 1, 1, YEAR, sender=stand.alice)
        with reverts("NothingLocked", account=stand.bank.address, end=end):
            stand.lock.extend(end, LEAST, YEAR, sender=stand.bank)
        with reverts("ExceedsLock", end=end, amount=100 * ERA + 1, locked=100 * ERA):
            stand.lock.extend(end, 100 * ERA + 1, YEAR, sender=stand.alice)
        stand.lock.extend(end, LEAST, end - stand.now + WEEK, sender=stand.alice)
        assert stand.votes(stand.alice) == 100 * ERA


class TestWithdrawing:
    """All of a lock, from its end on, to who it is locked for."""

    def test_from_its_end_on(self, stand: Locks) -> None:
        lock, alice = stand.lock, stand.alice
        end = stand.locks(alice, 100 * ERA, YEAR)
        had = stand.has(alice)
        stand.to(end - 1)
        with reverts("StillLocked", end=end):
            lock.withdraw([end], sender=alice)
        stand.to(end)
        receipt = lock.withdraw([end], sender=alice)
        out = events.LockWithdrawn(alice.address, end, alice.address, 100 * ERA, emitter=lock.address)
        changed = events.DelegateVotesChanged(alice.address, 100 * ERA, 0, emitter=lock.address)
        assert (receipt.returned, out in receipt.events, changed in receipt.events) == (100 * ERA, True, True)
        assert stand.has(alice) == had + 100 * ERA
        assert stand.votes(alice) == lock.votingUnits(alice) == lock.totalLocked() == stand.has(lock) == 0
        assert stand.ends(alice) == []
        stand.skip(1)
        assert stand.at(end - 1, alice) == [200 * ERA]
        assert stand.at(end, alice) == [0]
        assert stand.lock.getPastTotalSupply(end - 1) == 200 * ERA

    def test_many_at_once_elsewhere(self, stand: Locks) -> None:
        ends = [stand.locks(stand.alice, LEAST + n, 7 * DAY * n) for n in (1, 2, 30)]
        stand.to(ends[-1])
        receipt = stand.lock.withdrawTo(stand.mallory, ends, sender=stand.alice)
        assert receipt.returned == stand.has(stand.mallory) == 3 * LEAST + 33
        assert (
            events.LockWithdrawn(
                stand.alice.address, ends[1], stand.mallory.address, LEAST + 2, emitter=stand.lock.address
            )
            in receipt.events
        )

    def test_once_and_by_nobody_else(self, stand: Locks) -> None:
        """A stranger who could withdraw for others could take their votes before they are counted."""
        end = stand.locks(stand.alice, LEAST, 50 * DAY)
        stand.to(end)
        with reverts("NothingLocked", account=stand.mallory.address, end=end):
            stand.lock.withdraw([end], sender=stand.mallory)
        with reverts("NothingLocked", account=stand.alice.address, end=end):
            stand.lock.withdraw([end, end], sender=stand.alice)
        for wrong in (end + 1, end + WEEK, 0):
            with reverts("NothingLocked", account=stand.alice.address, end=wrong):
                stand.lock.withdraw([wrong], sender=stand.alice)
        with reverts("NoLocks"):
            stand.lock.withdraw([], sender=stand.alice)
        stand.lock.withdraw([end], sender=stand.alice)
        with reverts("NothingLocked"):
            stand.lock.withdraw([end], sender=stand.alice)

    def test_to_somebody(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, LEAST, 50 * DAY)
        stand.to(end)
        for where in (NOBODY, stand.lock.address):
            with reverts("CannotWithdrawTo", to=where):
                stand.lock.withdrawTo(where, [end], sender=stand.alice)

    def test_an_end_that_was_withdrawn_is_no_lock_any_more(self, stand: Locks) -> None:
        """What fell then stays known, and nothing else."""
        end = stand.locks(stand.alice, 100 * ERA, YEAR)
        other = stand.locks(stand.alice, LEAST, 2 * YEAR)
        stand.to(end)
        stand.lock.withdraw([end], sender=stand.alice)
        assert stand.ends(stand.alice) == [other]
        assert stand.held(stand.alice, end) == (0, 0, 0)
        stand.to(other)
        assert stand.at(end - 1, stand.alice) == [200 * ERA + 2 * LEAST]
        assert stand.at(end, stand.alice) == [2 * LEAST]
        assert stand.votes(stand.alice) == LEAST


class TestReading:
    """Page by page."""

    def test_pages(self, stand: Locks) -> None:
        ends = [stand.locks(stand.alice, LEAST + n, n * WEEK) for n in (1, 5, 9, 40)]
        locks, following = stand.lock.locksOf(stand.alice, 0, 2)
        assert [(one.end, one.amount) for one in locks] == [(ends[0], LEAST + 1), (ends[1], LEAST + 5)]
        assert following == ends[2]
        locks, following = stand.lock.locksOf(stand.alice, following, 2)
        assert ([one.end for one in locks], following) == (ends[2:], 0)
        assert locks[1] == (ends[3], LEAST + 40, LEAST + 40, LEAST + 40)
        locks, following = stand.lock.locksOf(stand.alice, ends[1] + 1, 1)
        assert ([one.end for one in locks], following) == ([ends[2]], ends[3])
        assert stand.lock.locksOf(stand.alice, 0, 0) == ((), ends[0])
        assert stand.lock.locksOf(stand.bank, 0, 2**255) == ((), 0)
        assert len(stand.lock.locksOf(stand.alice, 0, 2**255)[0]) == 4
        assert stand.lock.locksOf(stand.alice, 2**255, 9) == ((), 0)
