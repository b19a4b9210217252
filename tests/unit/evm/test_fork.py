"""A copy of a chain: it begins where the chain is, and what is done on it stays there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caldera.contracts.EraToken import EraToken
from caldera.deployment.chain_port import ChainPort
from caldera.deployment.errors import CallReverted, TransactionFailed, WrongDeployer
from caldera.evm import Anvil, AnvilMissing, EngineError, WrongChain
from caldera.evm.anvil_process import find_anvil
from caldera.evm.fork import Fork


@pytest.fixture(scope="module")
def source() -> Iterator[tuple[Anvil, EraToken]]:
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil() as chain:
        alice = chain.account("alice")
        token = EraToken.deploy(chain, alice, sender=alice)
        chain.skip(1_000)
        token.transfer(chain.account("bob"), 5, sender=alice)
        yield chain, token


def test_a_copy_begins_where_the_chain_is(source: tuple[Anvil, EraToken]) -> None:
    chain, token = source
    with Fork(chain.url, chain.chain_id) as fork:
        assert (fork.now, fork.block_number, fork.chain_id) == (chain.now, chain.block_number, chain.chain_id)
        copy = EraToken.at(fork, token.address)
        bob = chain.account("bob")
        assert copy.balanceOf(bob) == 5
        fork.skip(86_400)
        receipt = copy.transfer(token, 5, sender=bob)
        assert (receipt.timestamp, receipt.block_number) == (chain.now + 86_400, chain.block_number + 1)
        assert copy.transfer(bob, 1, sender=token).ok  # a contract sends
        assert (copy.balanceOf(bob), token.balanceOf(bob)) == (1, 5)
    assert token.balanceOf(chain.account("bob")) == 5
    assert int(chain.rpc("eth_blockNumber"), 16) == chain.block_number


def test_two_chains_of_one_id_and_height_are_not_confused(source: tuple[Anvil, EraToken]) -> None:
    """A cache by chain id and block number would show the first one's state in a copy of the second."""
    chain, token = source
    with Fork(chain.url, chain.chain_id) as first:
        assert EraToken.at(first, token.address).balanceOf(chain.account("bob")) == 5
    with chain.isolated():
        token.transfer(chain.account("bob"), 7, sender=chain.account("alice"))
        with Fork(chain.url, chain.chain_id) as one:
            assert EraToken.at(one, token.address).balanceOf(chain.account("bob")) == 12
    token.transfer(chain.account("bob"), 9, sender=chain.account("alice"))
    with Fork(chain.url, chain.chain_id) as other:
        assert other.block_number == one.block_number
        assert EraToken.at(other, token.address).balanceOf(chain.account("bob")) == 14


def test_a_clock_that_is_ahead(source: tuple[Anvil, EraToken]) -> None:
    chain, _ = source
    with Fork(chain.url, chain.chain_id, chain.now + 50) as fork:
        assert fork.now == chain.now + 50
        fork.account("x")
        assert fork.transact(chain.account("x"), b"", sender=chain.account("y")).timestamp == chain.now + 50
    with Fork(chain.url, chain.chain_id, chain.now - 50) as fork:
        assert fork.now == chain.now


def test_what_is_no_chain_to_copy(source: tuple[Anvil, EraToken]) -> None:
    chain, _ = source
    with pytest.raises(WrongChain, match="1 is meant"):
        Fork(chain.url, 1)
    with pytest.raises(EngineError, match="no answer"):
        Fork("http://127.0.0.1:9", chain.chain_id)


def test_a_chain_as_a_deployment_needs_it(source: tuple[Anvil, EraToken]) -> None:
    chain, token = source
    alice, bob = chain.account("alice"), chain.account("bob")
    port = ChainPort(chain, bob)
    assert (port.chain_id, port.deployer) == (chain.chain_id, bob.address)
    with chain.isolated():
        nonce = port.nonce(bob.address)
        assert port.send(token.address, token.calldata.transfer(alice, 1), nonce).gas_used > 21_000
        assert port.nonce(bob.address) == nonce + 1
        found = port.logs(token.address, [EraToken.Transfer.abi_topic], port.block_number())
        assert [one.data for one in found] == [(1).to_bytes(32, "big")]
        assert port.logs(token.address, [b"\1" * 32], 0) == []
    assert port.code(token.address) == chain.code(token)
    with pytest.raises(CallReverted, match="ERC20InsufficientBalance") as raised:
        port.call(token.address, token.calldata.transfer(alice, 10**30), bob.address)
    assert len(raised.value.data) == 4 + 3 * 32
    with pytest.raises(TransactionFailed, match="ERC20InsufficientBalance"):
        port.send(token.address, token.calldata.transfer(alice, 10**30), 0)
    with pytest.raises(WrongDeployer):
        ChainPort(chain).send(token.address, b"", 0)
    with pytest.raises(WrongDeployer):
        port.send(None, b"", port.nonce(bob.address))


def test_a_creation_is_only_looked_at(source: tuple[Anvil, EraToken]) -> None:
    """What `verify` compares code with, on a copy as on a node."""
    chain, _ = source
    alice, port = chain.account("alice"), ChainPort(chain)
    nonce = chain.nonce(alice)
    assert port.call(None, bytes.fromhex("6001600c60003960016000f300"), alice.address) == b"\0"
    assert chain.nonce(alice) == nonce
    with pytest.raises(CallReverted) as raised:
        port.call(None, bytes.fromhex("63deadbeef6000526004601cfd"), alice.address)
    assert raised.value.data == bytes.fromhex("deadbeef")
