"""Sending: once a purpose, the same again after a crash, dearer where it is stuck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from eth_account import Account as Keys

from caldera.evm import Rpc
from caldera.node.keys import NodeKey
from caldera.node.sender import Fate, Sender
from caldera.node.store import Store
from tests.support.node import Ground


@pytest.fixture
def chain(behind: Ground) -> Iterator[Rpc]:
    made = Rpc(getattr(behind.chain, "url"), behind.chain.chain_id)  # noqa: B009 - of Anvil alone
    yield made
    made.close()


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def sender(ground: Ground, chain: Rpc, store: Store, **changes: Any) -> Sender:
    return Sender(chain, store, NodeKey(Keys.from_key(ground.account("key1").key)), patience=0.3, **changes)


def transfer(ground: Ground, amount: int) -> bytes:
    """ERA from key1 to bank, as data."""
    return type(ground.era).calldata.transfer(ground.account("bank"), amount)


@pytest.fixture
def rich(behind: Ground) -> Ground:
    behind.era.transfer(behind.account("key1"), 1_000, sender=behind.suite.admin)
    return behind


def paid(ground: Ground) -> int:
    return ground.era.balanceOf(ground.account("bank"))


def test_done_at_once(rich: Ground, chain: Rpc, store: Store) -> None:
    made = sender(rich, chain, store)
    outcome = made.send("pay:1", rich.era.address, transfer(rich, 10))
    assert (outcome.fate, paid(rich)) == (Fate.done, 10)
    assert outcome.gas_used > 21_000
    assert store.sent("pay:1") is None


def test_what_would_fail_is_not_sent(rich: Ground, chain: Rpc, store: Store) -> None:
    outcome = sender(rich, chain, store).send("pay:1", rich.era.address, transfer(rich, 1_001))
    assert outcome.fate is Fate.refused
    assert "InsufficientBalance" in outcome.why
    assert store.sent("pay:1") is None
    assert int(chain.rpc("eth_getTransactionCount", rich.account("key1").address, "latest"), 16) == 0


def test_nobody_pays_too_much(rich: Ground, store: Store) -> None:
    with Rpc(getattr(rich.chain, "url"), rich.chain.chain_id, max_fee=1) as cheap:  # noqa: B009
        cheap.fees = lambda: {"maxFeePerGas": 1, "maxPriorityFeePerGas": 1}  # type: ignore[method-assign]
        assert (
            sender(rich, cheap, store, max_fee=1).send("pay:1", rich.era.address, transfer(rich, 1)).fate is Fate.done
        )


class Dying(Exception):
    """As a crash."""


@pytest.mark.known_defect("anvil-nonces")
@pytest.mark.parametrize("place", ["transaction signed", "transaction stored", "transaction sent"])
def test_the_same_again_after_a_crash(rich: Ground, chain: Rpc, store: Store, place: str) -> None:
    def crash(here: str) -> None:
        if here == place:
            raise Dying

    with pytest.raises(Dying):
        sender(rich, chain, store, crash=crash).send("pay:1", rich.era.address, transfer(rich, 10))
    outcome = sender(rich, chain, store).send("pay:1", rich.era.address, transfer(rich, 10))
    assert (outcome.fate, paid(rich)) == (Fate.done, 10)
    assert int(chain.rpc("eth_getTransactionCount", rich.account("key1").address, "latest"), 16) == 1


@pytest.fixture
def halted(rich: Ground) -> Iterator[Ground]:
    """Blocks are made only when they are asked for."""
    rpc = getattr(rich.chain, "rpc")  # noqa: B009
    rpc("evm_setAutomine", False)
    yield rich
    rpc("evm_setAutomine", True)


def test_pending_is_looked_after(halted: Ground, chain: Rpc, store: Store) -> None:
    made = sender(halted, chain, store)
    assert made.send("pay:1", halted.era.address, transfer(halted, 10)).fate is Fate.pending
    assert made.send("pay:2", halted.era.address, transfer(halted, 20)).fate is Fate.pending
    assert made.send("pay:1", halted.era.address, transfer(halted, 10)).fate is Fate.pending
    first, second = store.sent("pay:1"), store.sent("pay:2")
    assert first is not None
    assert second is not None
    assert (first.nonce, second.nonce) == (0, 1)
    chain.rpc("evm_mine")
    made.look_after()
    assert (store.purposes(made.address), paid(halted)) == ([], 30)


def test_stuck_is_replaced_by_one_that_pays_more(halted: Ground, chain: Rpc, store: Store) -> None:
    clock = Clock()
    made = sender(halted, chain, store, stuck_seconds=60.0, clock=clock)
    made.send("pay:1", halted.era.address, transfer(halted, 10))
    before = store.sent("pay:1")
    assert before is not None
    clock.now += 60
    made.send("pay:1", halted.era.address, transfer(halted, 10))
    same = store.sent("pay:1")
    assert same is not None
    assert same.hashes == before.hashes
    clock.now += 1
    made.send("pay:1", halted.era.address, transfer(halted, 10))
    after = store.sent("pay:1")
    assert after is not None
    assert (after.nonce, after.hashes[0], len(after.hashes)) == (before.nonce, before.hashes[0], 2)
    chain.rpc("evm_mine")
    assert made.send("pay:1", halted.era.address, transfer(halted, 10)).fate is Fate.done
    assert paid(halted) == 10


def test_a_place_that_somebody_else_took(halted: Ground, chain: Rpc, store: Store) -> None:
    made = sender(halted, chain, store)
    made.send("pay:1", halted.era.address, transfer(halted, 10))
    chain.rpc("anvil_dropAllTransactions")
    chain.rpc("evm_setAutomine", True)
    # The owner used the key elsewhere meanwhile.
    other = sender(halted, chain, Store(store.path.with_name("other.sqlite")))
    assert other.send("pay:9", halted.era.address, transfer(halted, 5)).fate is Fate.done
    assert made.send("pay:1", halted.era.address, transfer(halted, 10)).fate is Fate.done
    assert paid(halted) == 15


def test_what_fails_in_its_block_is_told(halted: Ground, chain: Rpc, store: Store) -> None:
    made = sender(halted, chain, store)
    made.send("pay:1", halted.era.address, transfer(halted, 900))
    # Estimated before the first is in a block, it would succeed; behind it, it cannot.
    made.send("pay:2", halted.era.address, transfer(halted, 900))
    if store.sent("pay:2") is None:
        return  # this anvil estimates on pending state
    chain.rpc("evm_mine")
    outcome = made.send("pay:2", halted.era.address, transfer(halted, 900))
    assert (outcome.fate, outcome.why) == (Fate.failed, "it failed in its block")
