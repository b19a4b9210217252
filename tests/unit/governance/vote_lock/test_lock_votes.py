"""VoteLock: whose votes, now and at any past second (ERC-5805, ERC-6372)."""

from collections.abc import Sequence
from typing import Any

import pytest

from caldera.contracts import ContractWallet, events
from caldera.evm import Account, domain_of
from tests.support.locks import DAY, EACH, ERA, LEAST, NOBODY, SUPPLY, WEEK, YEAR, Locks
from tests.support.suite import reverts
from tests.unit.era.signing import DELEGATION, parts


def delegation(stand: Locks, signer: Account, delegatee: Account, nonce: int, expiry: int) -> Any:
    """The arguments of a delegation by signature."""
    message = {"delegatee": delegatee.address, "nonce": nonce, "expiry": expiry}
    domain = {
        "name": "Caldera Vote Lock",
        "version": "1",
        "chainId": stand.suite.chain.chain_id,
        "verifyingContract": stand.lock.address,
    }
    assert domain_of(stand.lock) == domain
    return delegatee, nonce, expiry, *parts(signer.sign_typed(domain, {"Delegation": DELEGATION}, message).packed)


class TestDelegating:
    """All locks of an account go to one."""

    def test_the_clock_counts_seconds(self, stand: Locks) -> None:
        assert stand.lock.CLOCK_MODE() == stand.era.CLOCK_MODE() == "mode=timestamp"
        assert stand.lock.clock() == stand.now

    @pytest.mark.known_defect("lock-at-snapshot")
    def test_doubled_votes_move_and_fall_where_they_are(self, stand: Locks) -> None:
        """Delegation of doubled weight."""
        lock, alice, bank, carol = stand.lock, stand.alice, stand.bank, stand.carol
        first, second = stand.locks(alice, 100 * ERA, 200 * DAY), stand.locks(alice, 10 * ERA, 2 * YEAR)
        mine = stand.locks(bank, 1_000 * ERA, YEAR)
        stand.skip(DAY)
        receipt = lock.delegate(bank, sender=alice)
        here = lock.address
        assert list(receipt.events) == [
            events.DelegateChanged(alice.address, alice.address, bank.address, emitter=here),
            events.DelegateVotesChanged(alice.address, 220 * ERA, 0, emitter=here),
            events.DelegateVotesChanged(bank.address, 2_000 * ERA, 2_220 * ERA, emitter=here),
        ]
        moved = stand.now
        stand.to(first)
        assert (stand.votes(alice), stand.votes(bank)) == (0, 2_120 * ERA)
        receipt = lock.delegate(carol, sender=alice)
        assert events.DelegateVotesChanged(bank.address, 2_120 * ERA, 2_000 * ERA, emitter=here) in receipt.events
        stand.to(mine)
        assert [stand.votes(who) for who in (alice, bank, carol)] == [0, 1_000 * ERA, 120 * ERA]
        lock.delegate(alice, sender=alice)
        stand.to(second)
        assert [stand.votes(who) for who in (alice, bank, carol)] == [110 * ERA, 1_000 * ERA, 0]
        for time, votes in (
            (moved - 1, [220, 2_000, 0]),
            (moved, [0, 2_220, 0]),
            (first - 1, [0, 2_220, 0]),
            (first, [0, 2_000, 120]),
            (mine - 1, [0, 2_000, 120]),
            (mine, [120, 1_000, 0]),
            (second - 1, [120, 1_000, 0]),
        ):
            assert stand.at(time, alice, bank, carol) == [n * ERA for n in votes], time
            assert lock.getPastTotalSupply(time) == sum(votes) * ERA

    def test_what_is_locked_after_it_votes_there(self, stand: Locks) -> None:
        lock, alice, bank = stand.lock, stand.alice, stand.bank
        lock.delegate(bank, sender=alice)
        end = stand.locks(alice, 100 * ERA, YEAR)
        short = stand.locks(alice, 10 * ERA, 100 * DAY)
        assert (stand.votes(alice), stand.votes(bank), lock.votingUnits(alice)) == (0, 210 * ERA, 110 * ERA)
        later = lock.extend(short, 10 * ERA, 2 * YEAR, sender=alice).returned
        assert stand.votes(bank) == 220 * ERA
        stand.to(end)
        lock.withdraw([end], sender=alice)
        assert (stand.votes(bank), lock.votingUnits(alice)) == (20 * ERA, 10 * ERA)
        stand.to(later)
        assert stand.votes(bank) == 10 * ERA

    def test_to_nobody(self, stand: Locks) -> None:
        """Nobody's votes stand in past totals all the same, and fall there."""
        lock, alice = stand.lock, stand.alice
        end = stand.locks(alice, 100 * ERA, YEAR)
        lock.delegate(NOBODY, sender=alice)
        assert (lock.delegates(alice), stand.votes(alice), stand.votes(NOBODY)) == (NOBODY, 0, 0)
        stand.locks(alice, LEAST, YEAR)
        stand.to(end)
        assert lock.getPastTotalSupply(end - 1) == 200 * ERA + 2 * LEAST
        assert stand.at(end - 1, alice, stand.lock, NOBODY) == [0, 0, 0]
        lock.delegate(alice, sender=alice)
        assert stand.votes(alice) == 100 * ERA + LEAST

    def test_away_and_back_with_nothing_locked(self, stand: Locks) -> None:
        """What the votes of a past second were does not change with where they go now."""
        lock, alice = stand.lock, stand.alice
        stand.lock.lockFor(alice, 100 * ERA, YEAR, sender=stand.bank)
        lock.delegate(stand.carol, sender=alice)
        (end,) = stand.ends(alice)
        stand.to(end)
        lock.withdraw([end], sender=alice)
        stand.skip(WEEK)
        lock.delegate(alice, sender=alice)
        stand.skip(WEEK)
        lock.delegate(stand.carol, sender=alice)
        stand.skip(1)
        for time in (end - 1, end, end + WEEK, stand.now - 1):
            assert stand.at(time, alice) == [0]
        assert stand.at(end - 1, stand.carol) == [200 * ERA]
        assert stand.votes(alice) == 0

    def test_what_changes_nothing_writes_no_votes(self, stand: Locks) -> None:
        lock, alice, bank = stand.lock, stand.alice, stand.bank
        changed = events.DelegateChanged(alice.address, alice.address, bank.address, emitter=lock.address)
        assert list(lock.delegate(bank, sender=alice).events) == [changed]
        stand.locks(alice, LEAST, YEAR)
        assert len(lock.delegate(bank, sender=alice).events) == 1
        assert stand.votes(bank) == 2 * LEAST

    def test_a_circle(self, stand: Locks) -> None:
        """Votes go one step, never on."""
        lock, alice, bank = stand.lock, stand.alice, stand.bank
        end = stand.locks(alice, 100 * ERA, YEAR)
        stand.locks(bank, 10 * ERA, YEAR)
        lock.delegate(bank, sender=alice)
        lock.delegate(alice, sender=bank)
        assert (stand.votes(alice), stand.votes(bank)) == (20 * ERA, 200 * ERA)
        stand.to(end)
        assert (stand.votes(alice), stand.votes(bank)) == (10 * ERA, 100 * ERA)


class TestBySignature:
    """The holder signs, anyone brings it."""

    def test_until_its_expiry_and_once(self, stand: Locks) -> None:
        lock, alice = stand.lock, stand.alice
        stand.locks(alice, LEAST, YEAR)
        expiry = stand.now + 60
        given = delegation(stand, alice, stand.bank, 0, expiry)
        stand.to(expiry)
        lock.delegateBySig(*given, sender=stand.stranger)
        assert (stand.votes(stand.bank), lock.nonces(alice)) == (2 * LEAST, 1)
        with reverts("InvalidAccountNonce", account=alice.address, currentNonce=1):
            lock.delegateBySig(*given, sender=stand.stranger)
        late = delegation(stand, alice, alice, 1, expiry)
        stand.to(expiry + 1)
        with reverts("VotesExpiredSignature", expiry=expiry):
            lock.delegateBySig(*late, sender=stand.stranger)

    @pytest.mark.parametrize("changed", ["delegatee", "expiry"])
    def test_of_something_else_is_somebody_elses(self, stand: Locks, changed: str) -> None:
        lock, alice = stand.lock, stand.alice
        stand.locks(alice, LEAST, YEAR)
        _, nonce, expiry, v, r, s = delegation(stand, alice, stand.bank, 0, stand.now)
        wrong = (stand.mallory if changed == "delegatee" else stand.bank, nonce, expiry + (changed == "expiry"))
        lock.delegateBySig(*wrong, v, r, s, sender=stand.stranger)  # of an account that has nothing
        assert (stand.votes(alice), lock.nonces(alice)) == (2 * LEAST, 0)
        lock.delegateBySig(stand.bank, nonce, expiry, v, r, s, sender=stand.stranger)
        assert stand.votes(stand.bank) == 2 * LEAST


class TestPast:
    """Votes at the end of any second."""

    def test_the_present_second_is_not_past(self, stand: Locks) -> None:
        stand.locks(stand.alice, LEAST, 50 * DAY)
        now, lock = stand.now, stand.lock
        with reverts("ERC5805FutureLookup", timepoint=now, clock=now):
            lock.getPastVotes(stand.alice, now)
        with reverts("ERC5805FutureLookup", timepoint=now, clock=now):
            lock.getPastTotalSupply(now)
        with reverts("ERC5805FutureLookup", timepoint=2**255):
            lock.doubledAt(2**255)
        stand.skip(1)
        assert lock.getPastVotes(stand.alice, now) == lock.getPastTotalSupply(now) == LEAST
        assert lock.getPastVotes(stand.alice, now - 1) == lock.getPastTotalSupply(now - 1) == 0
        assert lock.getPastVotes(stand.alice, 0) == lock.getPastTotalSupply(0) == 0

    @pytest.mark.parametrize("changes", [1, 2, 3, 4, 7, 8])
    def test_every_second_keeps_its_own(self, stand: Locks, changes: int) -> None:
        """Two checkpoints share a slot: odd and even numbers of them, and seconds without a change between."""
        lock, alice, wanted = stand.lock, stand.alice, {stand.now: 0}
        end = stand.end(400 * DAY)
        for step in range(1, changes + 1):
            stand.skip(step)
            lock.lockUntil(LEAST * 3**step, end, sender=alice)
            lock.lockUntil(1, end, sender=alice)  # in the same second: no checkpoint of its own
            wanted[stand.now] = sum(2 * (LEAST * 3**n + 1) for n in range(1, step + 1))
        stand.skip(2)
        for time in range(min(wanted) - 1, stand.now):
            votes = wanted[max((at for at in wanted if at <= time), default=min(wanted))]
            assert lock.getPastVotes(alice, time) == lock.getPastTotalSupply(time) == votes, time

    def test_bought_after_the_snapshot(self, stand: Locks) -> None:
        """Borrowed or bought after the snapshot, and locked at once: no vote at the snapshot."""
        snapshot = stand.now
        stand.skip(1)
        stand.locks(stand.alice, 1_000 * ERA, YEAR)
        stand.skip(1)
        assert stand.at(snapshot, stand.alice) == [0]
        assert stand.lock.getPastTotalSupply(snapshot) == 0

    def test_an_end_in_the_second_of_a_change(self, stand: Locks) -> None:
        """What falls in the second in which something is written falls once."""
        end = stand.locks(stand.alice, 100 * ERA, YEAR)
        stand.to(end)
        stand.locks(stand.alice, 10 * ERA, 100 * DAY)
        assert stand.votes(stand.alice) == 110 * ERA
        stand.lock.delegate(stand.bank, sender=stand.alice)
        assert stand.votes(stand.bank) == 110 * ERA
        stand.skip(1)
        assert stand.at(end - 1, stand.alice, stand.bank) == [200 * ERA, 0]
        assert stand.at(end, stand.alice, stand.bank) == [0, 110 * ERA]
        assert stand.lock.getPastTotalSupply(end) == 110 * ERA


def test_a_contract_locks_for_itself_and_not_for_whoever_sent_the_transaction(stand: Locks) -> None:
    lock, alice, chain = stand.lock, stand.alice, stand.suite.chain
    wallet = ContractWallet.deploy(chain, alice, sender=alice)
    stand.era.transfer(wallet, 300 * ERA, sender=alice)
    rest = stand.has(alice)

    def acts(target: Any, data: bytes) -> Sequence[Any]:
        return wallet.act(target, data, sender=alice).events

    acts(stand.era, stand.era.calldata.approve(lock, SUPPLY))
    first, second = stand.end(100 * DAY), stand.end(150 * DAY)
    locked = events.EraLocked(wallet.address, first, wallet.address, 100 * ERA, False, emitter=lock.address)
    assert locked in acts(lock, lock.calldata.lock(100 * ERA, 100 * DAY))
    acts(lock, lock.calldata.lockUntil(200 * ERA, first))
    acts(lock, lock.calldata.extend(first, 100 * ERA, 150 * DAY))
    assert [stand.held(wallet, end)[0] for end in (first, second)] == [200 * ERA, 100 * ERA]
    acts(lock, lock.calldata.delegate(stand.bank))
    assert (stand.votes(stand.bank), stand.votes(wallet), stand.ends(alice)) == (300 * ERA, 0, [])
    assert lock.delegates(alice) == alice.address
    stand.to(second)
    acts(lock, lock.calldata.withdraw([first]))
    acts(lock, lock.calldata.withdrawTo(stand.carol, [second]))
    assert (stand.has(wallet), stand.has(alice), stand.has(stand.carol)) == (200 * ERA, rest, EACH + 100 * ERA)


def test_a_second_keeps_one_checkpoint_of_the_total_however_often_it_changes(stand: Locks) -> None:
    def cost() -> int:
        return stand.lock.lock(LEAST, 100 * DAY, sender=stand.alice).gas_used

    cost()
    stand.skip(1)
    cost()
    again = cost()
    stand.skip(1)
    # The later second keeps the earlier one's total in a slot of its own: more than 20,000 gas.
    assert cost() - again > 20_000
