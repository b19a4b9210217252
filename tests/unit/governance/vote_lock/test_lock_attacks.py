"""VoteLock under attack: tokens that call back, dust, hundreds of ends, countless checkpoints. And an airdrop."""

from collections.abc import Iterator
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import ReentrantToken, VoteLock
from caldera.evm import Account, Anvil, AnvilMissing, Revm
from caldera.evm.anvil_process import find_anvil
from tests.support import airdrop
from tests.support.airdrop import LOCK, Drop
from tests.support.locks import DAY, ERA, LEAST, NOBODY, WEEK, YEAR, Locks, build
from tests.support.suite import reverts

DOUBLED_WEEKS = range(27, 210)
"""Weeks from now in which a lock can end that votes twice: 183 of them."""
TRANSACTION = 2**24
"""The most gas of one transaction (EIP-7825)."""


@pytest.fixture(scope="module")
def calling() -> Locks:
    return build(token=ReentrantToken)


@pytest.mark.parametrize("name", ["lock", "lockFor", "lockWithPermit", "lockUntil", "withdraw", "withdrawTo"])
@pytest.mark.parametrize("within", ["lock", "lockUntil", "withdraw"])
def test_a_token_that_calls_back(calling: Locks, name: str, within: str) -> None:
    lock, alice = calling.lock, calling.alice
    with calling.suite.chain.isolated():
        end, later = calling.locks(alice, LEAST, 7 * DAY), calling.locks(alice, LEAST, 50 * DAY)
        calling.to(end)
        given: dict[str, Any] = {
            "lock": lock.calldata.lock(LEAST, 50 * DAY),
            "lockFor": lock.calldata.lockFor(alice, LEAST, 50 * DAY),
            "lockWithPermit": lock.calldata.lockWithPermit(LEAST, 50 * DAY, 0, 0, bytes(32), bytes(32)),
            "lockUntil": lock.calldata.lockUntil(LEAST, later),
            "withdraw": lock.calldata.withdraw([end]),
            "withdrawTo": lock.calldata.withdrawTo(alice, [end]),
        }
        calls: dict[str, Any] = {
            "lock": lambda: lock.lock(LEAST, 50 * DAY, sender=alice),
            "lockUntil": lambda: lock.lockUntil(LEAST, later, sender=alice),
            "withdraw": lambda: lock.withdraw([end], sender=alice),
        }
        calling.era.arm(lock, given[name], sender=calling.stranger)
        with reverts("ReentrancyGuardReentrantCall"):
            calls[within]()
        calling.era.arm(NOBODY, b"", sender=calling.stranger)
        calls[within]()


@pytest.fixture(scope="module")
def node() -> Iterator[Anvil]:
    """A chain whose gas is exact: in process slots stay warm."""
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil() as chain:
        yield chain


def give(stand: Locks) -> None:
    """bank gives alice a lock that votes twice in each week."""
    for weeks in DOUBLED_WEEKS:
        end = (stand.now // WEEK + weeks) * WEEK
        stand.lock.lockFor(stand.alice, LEAST, end - stand.now - 60, sender=stand.bank)


class TestHundredsOfEnds:
    """The worst that anybody can do to a voter: every end of the longest term filled, nothing touched for years. Gas is
    that of whole transactions."""

    @pytest.fixture(scope="class")
    def filled(self, node: Anvil) -> Locks:
        """alice was given a lock in each week; the attacker's own, in each week, vote for alice as well."""
        stand = build(node)
        give(stand)
        for weeks in DOUBLED_WEEKS:
            stand.lock.lockUntil(LEAST, (stand.now // WEEK + weeks) * WEEK, sender=stand.bank)
        stand.lock.delegate(stand.alice, sender=stand.bank)
        return stand

    def gas(self, stand: Locks, sender: Account, data: bytes) -> int:
        return stand.suite.chain.transact(stand.lock.address, data, sender=sender).gas_used

    def test_reading_after_years(self, filled: Locks) -> None:
        lock, alice, count = filled.lock, filled.alice, len(DOUBLED_WEEKS)
        with filled.suite.chain.isolated():
            began = filled.now
            assert filled.votes(alice) == 4 * count * LEAST
            filled.to(began + 4 * YEAR)
            half = began + 2 * YEAR
            assert filled.votes(alice) == 2 * count * LEAST
            assert self.gas(filled, filled.stranger, lock.calldata.getVotes(alice)) < 1_000_000
            assert self.gas(filled, filled.stranger, lock.calldata.getPastVotes(alice, filled.now - 1)) < 1_000_000
            assert self.gas(filled, filled.stranger, lock.calldata.getPastTotalSupply(filled.now - 1)) < 320_000
            fallen = sum((began // WEEK + weeks) * WEEK <= half for weeks in DOUBLED_WEEKS)
            assert filled.at(half, alice) == [(4 * count - 2 * fallen) * LEAST]
            assert lock.getPastTotalSupply(half) == (4 * count - 2 * fallen) * LEAST

    def test_writing_after_years(self, filled: Locks) -> None:
        """Nothing of what fell meanwhile has to be written."""
        lock, alice = filled.lock, filled.alice
        with filled.suite.chain.isolated():
            filled.skip(4 * YEAR)
            assert lock.lock(LEAST, YEAR, sender=alice).gas_used < 1_450_000
            filled.skip(1)
            assert lock.lock(LEAST, YEAR, sender=alice).gas_used < 150_000

    def test_delegating(self, filled: Locks) -> None:
        """All falls to come move to another voter, once and again: it fits in a transaction."""
        lock, alice = filled.lock, filled.alice
        with filled.suite.chain.isolated():
            first = lock.delegate(filled.carol, sender=alice).gas_used
            again = lock.delegate(filled.seller, sender=alice).gas_used
            back = lock.delegate(alice, sender=alice).gas_used
            assert (first < 3_200_000, again < 3_300_000, back < 1_100_000) == (True,) * 3
            assert max(first, again, back) < TRANSACTION // 5

    def test_bringing_them_together(self, filled: Locks) -> None:
        """What was given in many ends its owner brings into one."""
        lock, alice = filled.lock, filled.alice
        with filled.suite.chain.isolated():
            target = filled.end(4 * YEAR)
            for end in filled.ends(alice):
                if end != target:
                    lock.extend(end, LEAST, 4 * YEAR, sender=alice)
            assert filled.ends(alice) == [target]
            assert lock.delegate(filled.carol, sender=alice).gas_used < 800_000

    def test_withdrawing_page_by_page(self, filled: Locks) -> None:
        lock, alice = filled.lock, filled.alice
        with filled.suite.chain.isolated():
            filled.skip(5 * YEAR)
            had, ends = filled.has(alice), filled.ends(alice)
            assert len(ends) == len(DOUBLED_WEEKS)
            assert lock.withdraw(ends[:100], sender=alice).gas_used < 2_200_000
            lock.withdraw(ends[100:], sender=alice)
            assert filled.has(alice) == had + len(ends) * LEAST
            assert filled.votes(alice) == len(ends) * LEAST  # the attacker's, who still lets her vote

    def test_renewing_a_growth(self, node: Anvil) -> None:
        with node.isolated():
            stand = build(node, growth=True)
            lock, alice = stand.lock, stand.alice
            give(stand)
            lock.delegate(stand.carol, sender=alice)
            stand.grows(alice, stand.now + 4 * YEAR)
            assert lock.renew(alice, sender=stand.stranger).gas_used < 6_500_000 < TRANSACTION
            assert stand.votes(stand.carol) == 2 * len(DOUBLED_WEEKS) * LEAST


def test_more_checkpoints_than_are_counted(stand: Locks) -> None:
    """After 536,870,911 checkpoints, of one second each, the newest one takes the place of the one before: votes stay
    right and nothing is stuck."""
    lock, alice = stand.lock, stand.alice
    stand.locks(alice, 100 * ERA, YEAR)
    chain = stand.suite.chain
    assert isinstance(chain, Revm)
    slot = _slot_of_head(chain, lock, alice)
    word = chain.storage(lock, slot)
    full = word | ((1 << 29) - 1) << 125
    chain.engine.insert_account_storage(lock.address, slot, full)
    stand.skip(WEEK)
    end = stand.locks(alice, 10 * ERA, YEAR)
    assert (stand.votes(alice), lock.votingUnits(alice)) == (220 * ERA, 110 * ERA)
    assert chain.storage(lock, slot) >> 125 & ((1 << 29) - 1) == (1 << 29) - 1
    stand.to(end)
    lock.withdraw(stand.ends(alice), sender=alice)
    assert stand.votes(alice) == lock.votingUnits(alice) == 0


def _slot_of_head(chain: Revm, lock: VoteLock, account: Account) -> int:
    """Where the word of a voter stands: the slot of the mapping is found by its content."""
    for base in range(12):
        slot = int.from_bytes(keccak(bytes(12) + bytes.fromhex(account.address[2:]) + base.to_bytes(32, "big")), "big")
        if chain.storage(lock, slot) >> 154 & ((1 << 90) - 1) == lock.votingUnits(account):
            return slot
    raise AssertionError("no such word")


class TestAirdrop:
    """Rounds whose claims are locked, on the real lock."""

    @pytest.fixture
    def drop(self) -> Drop:
        return airdrop.build()

    def test_a_claim_is_a_lock_that_votes_twice(self, drop: Drop) -> None:
        lock = VoteLock.deploy(drop.chain, drop.suite.access, drop.era, NOBODY, LEAST, sender=drop.admin)
        round_ = drop.open(delivery=LOCK, keeper=lock.address, leastTerm=184 * DAY)
        claim = round_.of(drop.ann)
        term = 184 * DAY
        end = -(-(drop.chain.now + term) // WEEK) * WEEK
        call = round_.contract.claimTo
        call(claim.index, claim.amount, drop.ann, term, round_.proof(claim), sender=drop.ann)
        assert lock.lockOf(drop.ann, end) == (end, claim.amount, claim.amount, claim.amount)
        assert lock.getVotes(drop.ann) == 2 * claim.amount
        order = round_.order(drop.ben, drop.ann, YEAR)
        signature = round_.sign(order, drop.ben)
        other = round_.of(drop.ben)
        round_.contract.claimBySignature(order, round_.proof(other), signature, sender=drop.mallory)
        assert lock.lockOf(drop.ann, end).amount == claim.amount  # as it was
        assert lock.votingUnits(drop.ann) == claim.amount + other.amount
        drop.chain.warp(end)
        lock.withdraw([end], sender=drop.ann)
        assert drop.era.balanceOf(drop.ann) == claim.amount
        assert drop.era.allowance(round_.contract, lock) == 0

    def test_what_the_lock_refuses_stays_to_be_claimed(self, drop: Drop) -> None:
        """A term beyond the longest; a claim below the least a lock begins with, until it is lowered."""
        lock = VoteLock.deploy(drop.chain, drop.suite.access, drop.era, NOBODY, 200 * ERA, sender=drop.admin)
        round_ = drop.open(delivery=LOCK, keeper=lock.address, leastTerm=184 * DAY)
        claim = round_.of(drop.ann)
        given = (claim.index, claim.amount, drop.ann)
        with reverts("LockTermOutOfRange"):
            round_.contract.claimTo(*given, 4 * YEAR + 1, round_.proof(claim), sender=drop.ann)
        with reverts("BelowLeastLock", amount=100 * ERA, least=200 * ERA):
            round_.contract.claimTo(*given, YEAR, round_.proof(claim), sender=drop.ann)
        lock.setLeastLock(100 * ERA, sender=drop.admin)
        round_.contract.claimTo(*given, YEAR, round_.proof(claim), sender=drop.ann)
        assert lock.votingUnits(drop.ann) == 100 * ERA

    def test_a_pause_of_the_lock_takes_no_claim_away(self, drop: Drop) -> None:
        lock = VoteLock.deploy(drop.chain, drop.suite.access, drop.era, NOBODY, LEAST, sender=drop.admin)
        round_ = drop.open(delivery=LOCK, keeper=lock.address, leastTerm=184 * DAY)
        claim, closes = round_.of(drop.ann), round_.contract.terms().closesAt
        given = (claim.index, claim.amount, drop.ann, 184 * DAY, round_.proof(claim))
        drop.chain.warp(closes - 1)
        lock.pause(7 * DAY, sender=drop.admin)
        drop.chain.warp(closes - 1 + 7 * DAY - 1)
        with reverts("Paused", until=closes - 1 + 7 * DAY):
            round_.contract.claimTo(*given, sender=drop.ann)
        with reverts("AirdropNotOver", closesAt=closes - 1 + 14 * DAY):
            round_.contract.sweep(drop.era, sender=drop.mallory)
        drop.chain.skip(1)
        round_.contract.claimTo(*given, sender=drop.ann)
        assert lock.getVotes(drop.ann) == 2 * claim.amount
