"""The engine that is a node: anvil in a process of its own, spoken to over JSON-RPC."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from caldera.evm.address import ZERO, Address, AddressLike, to_address
from caldera.evm.anvil_process import AnvilProcess
from caldera.evm.chain import CHAIN_ID, GAS_LIMIT, GENESIS_TIME, Snapshot, check_wei
from caldera.evm.errors import AnvilDied, EngineError
from caldera.evm.function import Function
from caldera.evm.node import NodeChain, NodeReceipt, call_failure, refused
from caldera.evm.receipt import Receipt
from caldera.evm.rpc import RpcError

R = TypeVar("R")

RECEIPT_SECONDS = 10.0


@dataclass
class _Mark:
    """A snapshot: the node's name for it changes each time it is restored."""

    number: int
    node_id: str
    now: int
    block_number: int


class Anvil(NodeChain):
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
            AnvilMissing: there is no anvil here.
            EngineError: it does not start.
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
        try:
            return self._node.rpc(method, *params)
        except RpcError:
            raise
        except EngineError as error:
            time.sleep(0.2)  # a process that was just killed takes a moment to be seen as dead
            if not self._node.alive:
                raise AnvilDied(f"anvil has ended; start a new one. {self._node.last_words()}".strip()) from error
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
            raise refused(error) from error
        if isinstance(raw, str) or raw is None or not raw.get("blockNumber"):
            raw = self._await(
                raw if isinstance(raw, str) else (raw or {}).get("transactionHash"), RECEIPT_SECONDS, 0.005
            )
        self._nonces[sender] = nonce + 1
        self.block_number = int(raw["blockNumber"], 16)
        ok = raw["status"] == "0x1"
        receipt: NodeReceipt[R] = NodeReceipt(
            ok=ok,
            sender=sender,
            to=to,
            value=value,
            data=data,
            block_number=self.block_number,
            timestamp=_number(raw.get("blockTimestamp", self.now)),
            created=to_address(raw["contractAddress"]) if ok and to is None else None,
            function=function,
            declared=self.declared,
        )
        tx_hash = raw["transactionHash"]
        receipt.attach(raw, lambda: dict(self.rpc("debug_traceTransaction", tx_hash, {"tracer": "callTracer"})))
        return receipt

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
            raise call_failure(error) from error

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

    def nonce(self, address: AddressLike) -> int:
        where = to_address(address)
        if where not in self._nonces:
            self._nonces[where] = super().nonce(where)
        return self._nonces[where]

    def set_balance(self, address: AddressLike, wei: int) -> None:
        check_wei(wei)
        self.rpc("anvil_setBalance", to_address(address), hex(wei))

    def close(self) -> None:
        self._node.stop()


def _number(value: int | str) -> int:
    """A number of the node's receipts, which write some as hex and some plainly."""
    return value if isinstance(value, int) else int(value, 16)
