"""VoteLock: ERA comes in, for a term, and stays to its end."""

from collections.abc import Callable
from typing import Any

import pytest

from caldera.contracts import EraToken, FeeToken, VoteLock, events
from tests.support.locks import DAY, EACH, ERA, LEAST, NOBODY, SUPPLY, WEEK, Locks, build
from tests.support.suite import reverts
from tests.unit.era.signing import PERMIT, parts

HALF_A_YEAR = 183 * DAY
FOUR_YEARS = 4 * 365 * DAY


class TestLocking:
    """From the caller, for the caller or for anybody."""

    def test_the_money_is_here_and_the_end_when_a_week_begins(self, stand: Locks) -> None:
        lock, alice = stand.lock, stand.alice
        receipt = lock.lock(100 * ERA, 100 * DAY, sender=alice)
        end = receipt.returned
        assert end == stand.end(100 * DAY)
        assert end % WEEK == 0
        assert stand.now + 100 * DAY <= end < stand.now + 107 * DAY
        assert (
            events.EraLocked(alice.address, end, alice.address, 100 * ERA, False, emitter=lock.address)
            in receipt.events
        )
        assert events.DelegateVotesChanged(alice.address, 0, 100 * ERA, emitter=lock.address) in receipt.events
        assert stand.has(lock) == lock.totalLocked() == lock.votingUnits(alice) == 100 * ERA
        assert stand.has(alice) == EACH - 100 * ERA
        assert stand.held(alice, end) == (100 * ERA, 0, 0)

    def test_a_term_that_ends_when_a_week_begins_is_not_rounded(self, stand: Locks) -> None:
        term = stand.end(100 * DAY) - stand.now
        assert stand.locks(stand.alice, LEAST, term) == stand.now + term
        assert stand.locks(stand.alice, LEAST, term + 1) == stand.now + term + WEEK

    @pytest.mark.parametrize("term", [7 * DAY, FOUR_YEARS])
    def test_the_shortest_and_the_longest_term(self, stand: Locks, term: int) -> None:
        assert stand.lock.endOf(term) == stand.locks(stand.alice, LEAST, term)

    @pytest.mark.parametrize("term", [0, 7 * DAY - 1, FOUR_YEARS + 1, 2**256 - 1])
    def test_terms_outside(self, stand: Locks, term: int) -> None:
        calls: list[Callable[[], Any]] = [
            lambda: stand.lock.lock(LEAST, term, sender=stand.alice),
            lambda: stand.lock.lockFor(stand.bank, LEAST, term, sender=stand.alice),
            lambda: stand.lock.endOf(term),
        ]
        for call in calls:
            with reverts("LockTermOutOfRange", term=term, shortest=7 * DAY, longest=FOUR_YEARS):
                call()

    def test_what_has_the_same_end_is_one_lock(self, stand: Locks) -> None:
        first = stand.locks(stand.alice, 100 * ERA, 100 * DAY)
        assert stand.locks(stand.alice, 50 * ERA, first - stand.now) == first
        other = stand.locks(stand.alice, LEAST, 20 * DAY)
        assert stand.ends(stand.alice) == [other, first]
        assert stand.held(stand.alice, first) == (150 * ERA, 0, 0)

    def test_for_anybody_and_nothing_of_theirs_changes(self, stand: Locks) -> None:
        lock, alice = stand.lock, stand.alice
        short, long = stand.locks(alice, 100 * ERA, 50 * DAY), stand.locks(alice, 200 * ERA, 400 * DAY)
        lock.delegate(stand.bank, sender=alice)
        receipt = lock.lockFor(alice, LEAST, 50 * DAY, sender=stand.carol)
        made = events.EraLocked(alice.address, short, stand.carol.address, LEAST, False, emitter=lock.address)
        assert made in receipt.events
        assert stand.has(stand.carol) == EACH - LEAST
        lock.lockFor(stand.mallory, LEAST, 50 * DAY, sender=stand.carol)
        assert stand.ends(alice) == [short, long]
        assert (stand.held(alice, short), stand.held(alice, long)) == ((100 * ERA + LEAST, 0, 0), (200 * ERA,) * 3)
        assert lock.delegates(alice) == stand.bank.address
        assert lock.votingUnits(stand.mallory) == LEAST

    def test_neither_nobody_nor_the_lock_has_locks(self, stand: Locks) -> None:
        for where in (NOBODY, stand.lock.address):
            with reverts("CannotHoldLock", account=where):
                stand.lock.lockFor(where, LEAST, 50 * DAY, sender=stand.alice)

    def test_nothing(self, stand: Locks) -> None:
        with reverts("NoAmount"):
            stand.lock.lock(0, 50 * DAY, sender=stand.alice)
        with reverts("NoAmount"):
            stand.lock.lockUntil(0, stand.end(50 * DAY), sender=stand.alice)

    def test_more_than_one_has_or_allows(self, stand: Locks) -> None:
        with reverts("ERC20InsufficientBalance"):
            stand.lock.lock(EACH + 1, 50 * DAY, sender=stand.alice)
        stand.era.approve(stand.lock, LEAST - 1, sender=stand.alice)
        with reverts("ERC20InsufficientAllowance"):
            stand.lock.lock(LEAST, 50 * DAY, sender=stand.alice)
        with reverts("ERC20InsufficientAllowance"):
            stand.lock.lock(2**255, 50 * DAY, sender=stand.alice)

    def test_what_is_sent_without_a_lock_is_nobodys(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, LEAST, 50 * DAY)
        stand.era.transfer(stand.lock, 77, sender=stand.alice)
        assert stand.lock.totalLocked() == stand.votes(stand.alice) == LEAST
        stand.to(end)
        assert stand.lock.withdraw([end], sender=stand.alice).returned == LEAST
        assert stand.has(stand.lock) == 77


class TestUntilAnEnd:
    """Locking until an end that one names: more into a lock that stands."""

    def test_more_with_the_same_end(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, 100 * ERA, 100 * DAY)
        stand.skip(30 * DAY)
        stand.lock.lockUntil(1, end, sender=stand.alice)
        assert stand.held(stand.alice, end) == (100 * ERA + 1, 0, 0)

    def test_added_late_it_does_not_double(self, stand: Locks) -> None:
        """No way to double votes without being locked for more than 183 days from then on."""
        end = stand.locks(stand.alice, 100 * ERA, 365 * DAY)
        stand.to(end - HALF_A_YEAR - 1)
        stand.lock.lockUntil(5, end, sender=stand.alice)
        assert stand.held(stand.alice, end) == (100 * ERA + 5, 100 * ERA + 5, 100 * ERA + 5)
        stand.skip(1)
        stand.lock.lockUntil(7, end, sender=stand.alice)
        assert stand.held(stand.alice, end) == (100 * ERA + 12, 100 * ERA + 5, 100 * ERA + 5)
        assert stand.votes(stand.alice) == 200 * ERA + 17

    def test_an_end_is_when_a_week_begins(self, stand: Locks) -> None:
        end = stand.end(100 * DAY)
        with reverts("NotAnEnd", end=end + 1, week=WEEK):
            stand.lock.lockUntil(LEAST, end + 1, sender=stand.alice)
        stand.lock.lockUntil(LEAST, end, sender=stand.alice)

    def test_within_the_bounds_of_terms(self, stand: Locks) -> None:
        soon, far = stand.end(7 * DAY), stand.end(FOUR_YEARS)
        stand.lock.lockUntil(LEAST, far, sender=stand.alice)
        with reverts("LockTermOutOfRange", term=far + WEEK - stand.now):
            stand.lock.lockUntil(LEAST, far + WEEK, sender=stand.alice)
        stand.lock.lockUntil(LEAST, soon, sender=stand.alice)
        stand.to(soon - 7 * DAY)
        stand.lock.lockUntil(1, soon, sender=stand.alice)
        stand.skip(1)
        with reverts("LockTermOutOfRange", term=7 * DAY - 1):
            stand.lock.lockUntil(1, soon, sender=stand.alice)
        stand.to(soon + 1)
        with reverts("LockTermOutOfRange", term=0):
            stand.lock.lockUntil(1, soon, sender=stand.alice)


class TestLeast:
    """What a lock begins with is the price of one more end to look at."""

    def test_a_lock_begins_with_it_and_grows_by_any(self, stand: Locks) -> None:
        with reverts("BelowLeastLock", amount=LEAST - 1, least=LEAST):
            stand.lock.lock(LEAST - 1, 50 * DAY, sender=stand.alice)
        end = stand.locks(stand.alice, LEAST, 50 * DAY)
        stand.lock.lockFor(stand.alice, 1, 50 * DAY, sender=stand.bank)
        assert stand.held(stand.alice, end)[0] == LEAST + 1

    def test_governed_within_bounds(self, stand: Locks) -> None:
        assert stand.lock.leastLock() == LEAST
        with reverts("LeastLockOutOfRange", least=1_000 * ERA + 1, most=1_000 * ERA):
            stand.lock.setLeastLock(1_000 * ERA + 1, sender=stand.admin)
        receipt = stand.lock.setLeastLock(1_000 * ERA, sender=stand.admin)
        assert list(receipt.events) == [events.LeastLockSet(1_000 * ERA, emitter=stand.lock.address)]
        assert stand.lock.leastLock() == 1_000 * ERA
        with reverts("AccessManagedUnauthorized"):
            stand.lock.setLeastLock(0, sender=stand.mallory)

    def test_locks_that_stand_are_served_when_it_rises(self, stand: Locks) -> None:
        end = stand.locks(stand.alice, LEAST, 50 * DAY)
        stand.lock.setLeastLock(1_000 * ERA, sender=stand.admin)
        stand.lock.lockUntil(1, end, sender=stand.alice)
        with reverts("BelowLeastLock", amount=LEAST + 1, least=1_000 * ERA):
            stand.lock.extend(end, LEAST + 1, 100 * DAY, sender=stand.alice)
        stand.to(end)
        assert stand.lock.withdraw([end], sender=stand.alice).returned == LEAST + 1

    def test_an_extension_leaves_as_much_or_nothing(self, stand: Locks) -> None:
        """Else the ERA of one lock could be led through all ends, leaving dust in each for others to read."""
        end = stand.locks(stand.alice, 3 * LEAST, 300 * DAY)
        with reverts("BelowLeastLock", amount=LEAST - 1, least=LEAST):
            stand.lock.extend(end, 2 * LEAST + 1, 400 * DAY, sender=stand.alice)
        stand.lock.extend(end, 2 * LEAST, 400 * DAY, sender=stand.alice)
        stand.lock.extend(end, LEAST, 400 * DAY, sender=stand.alice)
        assert stand.ends(stand.alice) == [stand.end(400 * DAY)]


class TestPermit:
    """Approval and lock in one transaction."""

    def permit(self, stand: Locks, amount: int, deadline: int) -> tuple[int, bytes, bytes]:
        domain = {
            "name": "ERA",
            "version": "1",
            "chainId": stand.suite.chain.chain_id,
            "verifyingContract": stand.era.address,
        }
        message = {
            "owner": stand.alice.address,
            "spender": stand.lock.address,
            "value": amount,
            "nonce": stand.era.nonces(stand.alice),
            "deadline": deadline,
        }
        return parts(stand.alice.sign_typed(domain, {"Permit": PERMIT}, message).packed)

    def test_without_an_approval_before(self, stand: Locks) -> None:
        stand.era.approve(stand.lock, 0, sender=stand.alice)
        given = (LEAST, 50 * DAY, stand.now + 60)
        signed = self.permit(stand, LEAST, stand.now + 60)
        with reverts("ERC20InsufficientAllowance"):  # signed by another
            stand.lock.lockWithPermit(*given, *signed, sender=stand.mallory)
        end = stand.lock.lockWithPermit(*given, *signed, sender=stand.alice).returned
        assert stand.held(stand.alice, end) == (LEAST, 0, 0)
        with reverts("ERC20InsufficientAllowance"):
            stand.lock.lockWithPermit(*given, *signed, sender=stand.alice)

    def test_that_somebody_brought_before(self, stand: Locks) -> None:
        stand.era.approve(stand.lock, 0, sender=stand.alice)
        signed = self.permit(stand, LEAST, stand.now + 60)
        stand.era.permit(stand.alice, stand.lock, LEAST, stand.now + 60, *signed, sender=stand.mallory)
        stand.lock.lockWithPermit(LEAST, 50 * DAY, stand.now + 60, *signed, sender=stand.alice)
        assert stand.votes(stand.alice) == LEAST


class TestPause:
    """No new entries; every way out stays open."""

    def test_what_it_stops_and_what_not(self, stand: Locks) -> None:
        lock, alice = stand.lock, stand.alice
        end = stand.locks(alice, LEAST, 7 * DAY)
        later = stand.locks(alice, LEAST, 50 * DAY)
        stand.to(end)
        signed = (0, bytes(32), bytes(32))
        calls: list[Callable[[], Any]] = [
            lambda: lock.lock(LEAST, 50 * DAY, sender=alice),
            lambda: lock.lockFor(alice, LEAST, 50 * DAY, sender=alice),
            lambda: lock.lockWithPermit(LEAST, 50 * DAY, stand.now, *signed, sender=alice),
            lambda: lock.lockUntil(1, later, sender=alice),
            lambda: lock.extend(later, LEAST, 300 * DAY, sender=alice),
        ]
        lock.pause(60, sender=stand.officer)
        for call in calls:
            with reverts("Paused", until=stand.now + 60):
                call()
        lock.delegate(stand.bank, sender=alice)
        lock.withdraw([end], sender=alice)
        with reverts("AccessManagedUnauthorized"):
            lock.unpause(sender=stand.mallory)
        stand.skip(60)
        for call in calls:
            with stand.suite.chain.isolated():
                call()


class TestDeployment:
    """What it is built on."""

    def test_it_says_so(self, stand: Locks) -> None:
        assert (stand.lock.era(), stand.lock.growth()) == (stand.era.address, NOBODY)
        assert stand.lock.doublingUntil(stand.alice) == 2**256 - 1
        with reverts("GrowthNotAsked"):
            stand.lock.renew(stand.alice, sender=stand.alice)

    def test_a_token_beyond_what_a_word_holds(self, stand: Locks) -> None:
        big = FeeToken.deploy(stand.suite.chain, sender=stand.admin)
        given = (stand.suite.access, big, NOBODY, 0)
        big.mint(stand.alice, 2**90 - 1, sender=stand.alice)
        assert VoteLock.deploy(stand.suite.chain, *given, sender=stand.admin).era() == big.address
        big.mint(stand.alice, 1, sender=stand.alice)
        with reverts("SupplyTooLarge", supply=2**90):
            VoteLock.deploy(stand.suite.chain, *given, sender=stand.admin)
        assert SUPPLY < 2**90

    def test_a_least_beyond_its_bound(self, stand: Locks) -> None:
        with reverts("LeastLockOutOfRange"):
            VoteLock.deploy(
                stand.suite.chain, stand.suite.access, stand.era, NOBODY, 1_000 * ERA + 1, sender=stand.admin
            )

    def test_a_token_that_takes_a_fee(self) -> None:
        stand = build(token=FeeToken)
        with reverts("InexactToken", expected=LEAST, received=LEAST - LEAST // 100):
            stand.lock.lock(LEAST, 50 * DAY, sender=stand.alice)

    def test_no_era_here_votes_in_the_token(self, stand: Locks) -> None:
        """Whoever locks ERA that votes in the token takes its votes along: none counts here and there."""
        era: EraToken = stand.era
        era.delegate(stand.alice, sender=stand.alice)
        stand.locks(stand.alice, 100 * ERA, 50 * DAY)
        assert era.delegates(stand.lock) == NOBODY
        assert (era.getVotes(stand.alice), stand.votes(stand.alice)) == (EACH - 100 * ERA, 100 * ERA)
