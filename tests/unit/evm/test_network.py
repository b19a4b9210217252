"""The engine over somebody's node: what it signs, pays, refuses, and what it cannot do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from eth_account import Account as Keys
from eth_account.signers.local import LocalAccount

from caldera.contracts import EraToken, EvmProbe
from caldera.evm import Anvil, EmptyRevert, EngineError, Halt, Refused, Rpc, WrongChain
from caldera.evm.anvil_process import free_port
from caldera.evm.hashing import keccak
from caldera.evm.node import call_failure
from caldera.evm.rpc import JsonRpc, RpcError

STRANGER = "0x" + "00" * 18 + "beef"


@pytest.fixture
def network(anvil: Anvil) -> Iterator[Rpc]:
    with Rpc(anvil.url, anvil.chain_id) as chain:
        yield chain


@pytest.fixture
def payer(anvil: Anvil) -> LocalAccount:
    keys: LocalAccount = Keys.from_key(keccak(b"test payer"))
    anvil.set_balance(keys.address, 10**20)
    return keys


def intercept(chain: Rpc, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]) -> None:
    """Let `answer(real, method, *params)` stand between the engine and the node."""
    real = chain._client.__call__
    monkeypatch.setattr(chain, "rpc", lambda method, *params: answer(real, method, *params))


def test_a_wrong_chain_is_refused_before_anything_is_sent(anvil: Anvil, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    real = JsonRpc.__call__

    def noted(self: JsonRpc, method: str, *params: Any) -> Any:
        sent.append(method)
        return real(self, method, *params)

    monkeypatch.setattr(JsonRpc, "__call__", noted)
    with pytest.raises(WrongChain, match=r"chain 51741 answers on .*, 1 is meant: nothing was sent"):
        Rpc(anvil.url, 1)
    assert sent == ["eth_chainId"]


def test_a_handle_works_as_on_any_chain(network: Rpc, payer: LocalAccount) -> None:
    token = EraToken.deploy(network, payer, sender=payer)
    nonce, block = network.nonce(payer), network.block_number
    receipt = token.transfer(STRANGER, 5, sender=payer)
    assert receipt.returned is True
    assert receipt.one(EraToken.Transfer).value == 5
    assert (receipt.block_number, receipt.timestamp) == (block + 1, network.now)
    assert network.nonce(payer) == nonce + 1
    assert token.balanceOf(STRANGER) == 5
    assert token.simulate.transfer(STRANGER, 1, sender=payer) is True
    assert receipt.gas_used > 21_000


def test_what_would_fail_is_not_sent(network: Rpc, payer: LocalAccount) -> None:
    token = EraToken.deploy(network, payer, sender=payer)
    nonce = network.nonce(payer)
    token.transfer(STRANGER, 10**27, sender=payer)
    with pytest.raises(EraToken.ERC20InsufficientBalance) as caught:
        token.transfer(STRANGER, 1, sender=payer)
    assert caught.value.receipt is None
    assert network.nonce(payer) == nonce + 1
    with pytest.raises(EraToken.ERC20InsufficientBalance):
        token.simulate.transfer(STRANGER, 1, sender=payer)


def test_what_fails_in_its_block_is_a_failed_receipt(
    network: Rpc, payer: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = EraToken.deploy(network, payer, sender=payer)
    token.transfer(STRANGER, 10**27, sender=payer)
    data = token.calldata.transfer(STRANGER, 1)
    silent = {"debug_traceTransaction"}

    def answer(real: Any, method: str, *params: Any) -> Any:
        if method == "eth_estimateGas":
            return hex(100_000)  # it would have succeeded a block ago
        if method in silent:
            raise RpcError(method, -32601, "the method does not exist", None)
        return real(method, *params)

    intercept(network, monkeypatch, answer)
    for _ in range(2):  # run again on the state before, then traced
        receipt = network.transact_raw(token.address, data, payer)
        assert not receipt.ok
        assert receipt.error == EraToken.ERC20InsufficientBalance(payer.address, 0, 1)
        with pytest.raises(EraToken.ERC20InsufficientBalance) as caught:
            network.transact(token.address, data, payer)
        assert caught.value.receipt is not None
        silent.clear()


def test_a_failure_that_does_not_happen_again_says_so(
    network: Rpc, payer: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = EraToken.deploy(network, payer, sender=payer)

    def answer(real: Any, method: str, *params: Any) -> Any:
        if method == "debug_traceTransaction":
            raise RpcError(method, -32601, "the method does not exist", None)
        found = real(method, *params)
        return found | {"status": "0x0"} if method == "eth_getTransactionReceipt" and found else found

    intercept(network, monkeypatch, answer)
    receipt = network.transact_raw(token.address, token.calldata.transfer(STRANGER, 1), payer)
    assert isinstance(receipt.error, Halt)
    assert "failed in its block" in str(receipt.error)


def test_return_data_without_traces(network: Rpc, payer: LocalAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    token = EraToken.deploy(network, payer, sender=payer)

    def answer(real: Any, method: str, *params: Any) -> Any:
        if method == "debug_traceTransaction":
            raise RpcError(method, -32601, "the method does not exist", None)
        return real(method, *params)

    intercept(network, monkeypatch, answer)
    assert token.transfer(STRANGER, 1, sender=payer).returned is True


def test_who_may_send(anvil: Anvil, network: Rpc, payer: LocalAccount) -> None:
    """Keys that everybody has only on development chains; an address alone never."""
    owner = network.account("owner")
    anvil.set_balance(owner, 10**18)
    assert EvmProbe.deploy(network, sender=owner)
    with pytest.raises(Refused, match="cannot sign"):
        EvmProbe.deploy(network, sender=payer.address)
    network.chain_id = 10
    with pytest.raises(Refused, match="anyone has it"):
        EvmProbe.deploy(network, sender=owner)


def test_a_sender_without_funds_is_refused(network: Rpc) -> None:
    with pytest.raises(Refused):
        network.transact(STRANGER, b"", Keys.from_key(keccak(b"poor")), 1)


@pytest.mark.parametrize(("base", "tip", "limit", "fees"), [
    (100, 7, None, {"maxFeePerGas": 207, "maxPriorityFeePerGas": 7}),
    (100, 7, 150, {"maxFeePerGas": 150, "maxPriorityFeePerGas": 7}),
    (100, 7, 107, {"maxFeePerGas": 107, "maxPriorityFeePerGas": 7}),
    (100, 7, 106, None),
    (None, 40, 40, {"gasPrice": 40}),
    (None, 40, 39, None),
])  # fmt: skip
def test_fees(
    network: Rpc,
    monkeypatch: pytest.MonkeyPatch,
    base: int | None,
    tip: int,
    limit: int | None,
    fees: dict[str, int] | None,
) -> None:
    block = {"number": "0x1"} | ({} if base is None else {"baseFeePerGas": hex(base)})
    intercept(network, monkeypatch, lambda _, method, *__: block if method == "eth_getBlockByNumber" else hex(tip))
    network.max_fee = limit
    if fees is None:
        with pytest.raises(Refused, match="at most"):
            network.fees()
    else:
        assert network.fees() == fees


def test_a_send_that_is_not_answered_is_looked_for(
    network: Rpc, payer: LocalAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives = True

    def answer(real: Any, method: str, *params: Any) -> Any:
        if method == "eth_sendRawTransaction":
            if arrives:
                real(method, *params)
            raise EngineError("no answer")
        return real(method, *params)

    intercept(network, monkeypatch, answer)
    assert network.transact(STRANGER, b"", payer, 1).ok
    arrives, network.receipt_seconds = False, 0.3
    with pytest.raises(EngineError, match=r"no answer; no receipt for 0x.* before sending again"):
        network.transact(STRANGER, b"", payer, 1)
    assert network.balance(STRANGER) == 1


def test_time_and_state_are_not_ours_to_set(network: Rpc) -> None:
    now = network.now
    for change in (
        network.snapshot,
        lambda: network.skip(1),
        lambda: network.mine(),
        lambda: network.fund(STRANGER, 1),
        lambda: network.isolated().__enter__(),
        lambda: setattr(network, "now", 5),
        lambda: setattr(network, "block_number", 5),
    ):
        with pytest.raises(EngineError, match="not ours to set"):
            change()
    assert network.now == now


@pytest.mark.parametrize("url", ["", "node", "ftp://node", "http://", "http://node:port", "http://[node"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(EngineError, match="begins with http"):
        Rpc(url, 1)


def test_messages_do_not_show_the_key_in_the_path() -> None:
    with pytest.raises(EngineError) as caught:
        Rpc(f"http://127.0.0.1:{free_port()}/v3/secret?key=hidden", 1)
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("data", ["0x4e487b710000", "Reverted 0x4e487b710000", {"data": "0x4e487b710000"}])
def test_revert_data_in_every_dress(data: Any) -> None:
    failure = call_failure(RpcError("eth_call", 3, "execution reverted", data))
    assert getattr(failure, "revert_data", None) == bytes.fromhex("4e487b710000")


def test_a_revert_without_data() -> None:
    assert isinstance(call_failure(RpcError("eth_call", 3, "execution reverted", None)), EmptyRevert)
