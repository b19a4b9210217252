"""The engine that is a node: anvil in a process of its own, spoken to over JSON-RPC."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from caldera.evm import registry
from caldera.evm.address import ZERO, Address, AddressLike, to_address
from caldera.evm.anvil_process import AnvilProcess
from caldera.evm.chain import CHAIN_ID, GAS_LIMIT, GENESIS_TIME, Chain, Snapshot, check_wei
from caldera.evm.errors import ContractError, EngineError, Refused
from caldera.evm.events import Log
from caldera.evm.function import Function
from caldera.evm.receipt import Receipt
from caldera.evm.rpc import RpcError

R = TypeVar("R")

RECEIPT_SECONDS = 10.0
_REFUSALS = ("insufficient funds", "initcode size", "max init code", "sender has code", "overflow payment")


@dataclass
class _Mark:
    """A snapshot: the node's name for it changes each time it is restored."""

    number: int
    node_id: str
    now: int
    block_number: int


class AnvilReceipt(Receipt[R]):
    """Receipt of a transaction on Anvil."""

    __slots__ = ("_output", "_problem", "_raw", "_trace")

    _raw: Mapping[str, Any]
    _trace: Callable[[], Mapping[str, Any]]
    _output: bytes | None
    _problem: str

    @property
    def output(self) -> bytes:
        """Return data. Fetched from the node when it is first asked for, which needs the block to be still there."""
        if self._output is None:
            self._output = bytes.fromhex(str(self._trace().get("output", "0x"))[2:])
        return self._output

    @property
    def gas_used(self) -> int:
        return int(self._raw["gasUsed"], 16)

    @property
    def hash(self) -> str:
        """Hash of the transaction."""
        return str(self._raw["transactionHash"])

    def _read_logs(self) -> tuple[Log, ...]:
        return tuple(
            Log(
                to_address(log["address"]),
                tuple(bytes.fromhex(topic[2:]) for topic in log["topics"]),
                bytes.fromhex(log["data"][2:]),
            )
            for log in self._raw["logs"]
        )

    def _read_error(self) -> ContractError:
        if "revert" in self._problem:
            return registry.revert_of(self.output)
        return registry.halt_of(self._problem)


class Anvil(Chain):
    """A chain of one's own on a node of its own. Gas and fork are a chain's; speed is a node's.

    Any address can send, contracts too. Close it, or use it as a context manager.
    """

    def __init__(
        self,
        chain_id: int = CHAIN_ID,
        timestamp: int = GENESIS_TIME,
        hardfork: str = "cancun",
        arguments: Sequence[str] = (),
        program: str | None = None,
    ) -> None:
        """Start the node.

        Args:
            chain_id: its chain id; checked before anything is sent.
            timestamp: time of the genesis block, seconds since the epoch.
            hardfork: rules it runs.
            arguments: further arguments of the anvil command.
            program: the anvil to start instead of the one that is found.

        Raises:
            EngineError: anvil is missing or does not start.
        """
        super().__init__(chain_id, timestamp)
        self._nonces: dict[Address, int] = {}
        self._marks: list[_Mark] = []
        self._taken = 0
        fixed = ["--auto-impersonate", "--gas-price", "0", "--base-fee", "0", "--gas-limit", str(GAS_LIMIT)]
        fixed += [
            "--accounts",
            "1",
            "--balance",
            "0",
            "--disable-default-create2-deployer",
            "--order",
            "fifo",
            "--hardfork",
            hardfork,
            "--timestamp",
            str(timestamp),
        ]
        self._node = AnvilProcess(chain_id, [*fixed, *arguments], program)
        try:
            self.rpc("anvil_setBlockTimestampInterval", 0)
        except EngineError:
            self.close()
            raise

    @property
    def url(self) -> str:
        """Where the node listens, for other clients."""
        return self._node.rpc.url

    def rpc(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call.

        Raises:
            RpcError: the node answered with an error.
            EngineError: it has ended or does not answer.
        """
        try:
            return self._node.rpc(method, *params)
        except RpcError:
            raise
        except EngineError as error:
            time.sleep(0.2)  # a process that was just killed takes a moment to be seen as dead
            if not self._node.alive:
                raise EngineError(f"anvil has ended; start a new one. {self._node.last_words()}".strip()) from error
            raise

    def _transact(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Function[R] | None
    ) -> Receipt[R]:
        return self._send(to_address(to), data, to_address(sender), value, function)

    def deploy_raw(self, code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
        return self._send(None, code, to_address(sender), value, None)

    def _send(
        self, to: Address | None, data: bytes, sender: Address, value: int, function: Function[R] | None
    ) -> Receipt[R]:
        check_wei(value)
        nonce = self.nonce(sender)
        transaction = self._fields(to, data, sender, value) | {"nonce": hex(nonce)}
        try:
            raw = self.rpc("eth_sendTransactionSync", transaction)
        except RpcError as error:
            self._nonces.pop(sender, None)
            raise _refused(error) from error
        if isinstance(raw, str) or raw is None or not raw.get("blockNumber"):
            raw = self._await(raw if isinstance(raw, str) else (raw or {}).get("transactionHash"))
        self._nonces[sender] = nonce + 1
        self.block_number = int(raw["blockNumber"], 16)
        ok = raw["status"] == "0x1"
        receipt: AnvilReceipt[R] = AnvilReceipt(
            ok=ok,
            sender=sender,
            to=to,
            value=value,
            data=data,
            block_number=self.block_number,
            timestamp=self.now,
            created=to_address(raw["contractAddress"]) if ok and to is None else None,
            function=function,
            declared=self.declared,
        )
        tx_hash = raw["transactionHash"]
        receipt._raw, receipt._output, receipt._problem = raw, None, ""
        receipt._trace = lambda: dict(self.rpc("debug_traceTransaction", tx_hash, {"tracer": "callTracer"}))
        if not ok:
            trace = receipt._trace()
            receipt._problem = str(trace.get("error", "execution reverted"))
            receipt._output = bytes.fromhex(str(trace.get("output", "0x"))[2:])
        return receipt

    def _await(self, tx_hash: str | None) -> Mapping[str, Any]:
        give_up = time.monotonic() + RECEIPT_SECONDS
        while tx_hash and time.monotonic() < give_up:
            raw = self.rpc("eth_getTransactionReceipt", tx_hash)
            if raw and raw.get("blockNumber"):
                return dict(raw)
            time.sleep(0.005)
        raise EngineError(f"no receipt for {tx_hash} after {RECEIPT_SECONDS:.0f} seconds")

    @staticmethod
    def _fields(to: Address | None, data: bytes, sender: Address, value: int) -> dict[str, str]:
        fields = {"from": sender, "data": "0x" + data.hex(), "value": hex(value), "gas": hex(GAS_LIMIT)}
        return fields | {"gasPrice": "0x0"} | ({"to": to} if to else {})

    def call(self, to: AddressLike, data: bytes, sender: AddressLike | None = None, value: int = 0) -> bytes:
        check_wei(value)
        caller = ZERO if sender is None else to_address(sender)
        fields = self._fields(to_address(to), data, caller, value)
        block = {"number": hex(self.block_number + 1), "time": hex(self.now)}
        try:
            return bytes.fromhex(self.rpc("eth_call", fields, "latest", None, block)[2:])
        except RpcError as error:
            raise _call_failure(error) from error

    def snapshot(self) -> Snapshot:
        self._taken += 1
        self._mark(self._taken)
        return Snapshot(self._taken)

    def _mark(self, number: int) -> None:
        self._marks.append(_Mark(number, self.rpc("evm_snapshot"), self.now, self.block_number))

    def restore(self, snapshot: Snapshot) -> None:
        self._forget(snapshot)
        self._mark(snapshot.number)

    def _forget(self, snapshot: Snapshot) -> None:
        if all(mark.number != snapshot.number for mark in self._marks):
            raise EngineError("the snapshot is gone: a state before it was restored, or it is another chain's")
        while (mark := self._marks.pop()).number != snapshot.number:
            pass
        if self.rpc("evm_revert", mark.node_id) is not True:
            raise EngineError("anvil does not know the snapshot any more")
        self._nonces.clear()
        self.block_number, self.now = mark.block_number, mark.now
        self.rpc("evm_setNextBlockTimestamp", self.now)

    def warp(self, to: int) -> None:
        self._forward(to)
        self.rpc("evm_setNextBlockTimestamp", to)
        self.now = to

    def mine(self, blocks: int = 1) -> None:
        self.rpc("anvil_mine", hex(blocks), "0x0")
        self.block_number += blocks

    def code(self, address: AddressLike) -> bytes:
        return bytes.fromhex(self.rpc("eth_getCode", to_address(address), "latest")[2:])

    def storage(self, address: AddressLike, slot: int) -> int:
        return int(self.rpc("eth_getStorageAt", to_address(address), hex(slot), "latest"), 16)

    def nonce(self, address: AddressLike) -> int:
        where = to_address(address)
        if where not in self._nonces:
            self._nonces[where] = int(self.rpc("eth_getTransactionCount", where, "latest"), 16)
        return self._nonces[where]

    def balance(self, address: AddressLike) -> int:
        return int(self.rpc("eth_getBalance", to_address(address), "latest"), 16)

    def set_balance(self, address: AddressLike, wei: int) -> None:
        check_wei(wei)
        self.rpc("anvil_setBalance", to_address(address), hex(wei))

    def close(self) -> None:
        self._node.stop()


def _refused(error: RpcError) -> Exception:
    return Refused(error.message) if any(words in error.message.lower() for words in _REFUSALS) else error


def _call_failure(error: RpcError) -> Exception:
    if error.code == 3 or "revert" in error.message.lower():
        return registry.revert_of(bytes.fromhex(str(error.data or "0x")[2:]))
    if error.message.startswith("EVM error "):
        return registry.halt_of(error.message.removeprefix("EVM error "))
    return _refused(error)
