"""What any chain behind a node needs: reading it, receipts, and errors told from the node's words."""

from __future__ import annotations

import re
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from caldera.evm import registry
from caldera.evm.address import AddressLike, to_address
from caldera.evm.chain import Chain
from caldera.evm.errors import ContractError, EngineError, Refused
from caldera.evm.events import Log
from caldera.evm.receipt import Receipt
from caldera.evm.rpc import RpcError

R = TypeVar("R")

_REFUSALS = ("insufficient funds", "initcode size", "max init code", "sender has code", "overflow payment")
_HEX = re.compile(r"0x((?:[0-9a-fA-F]{2})*)")


class NodeReceipt(Receipt[R]):
    """Receipt of a transaction on a node."""

    __slots__ = ("_output", "_problem", "_raw", "_trace")

    _raw: Mapping[str, Any]
    _trace: Callable[[], Mapping[str, Any]]
    _output: bytes | None
    _problem: str

    def attach(self, raw: Mapping[str, Any], trace: Callable[[], Mapping[str, Any]]) -> None:
        """Give it the node's receipt, and the way to what was returned; a failure is asked for at once."""
        self._raw, self._trace, self._output, self._problem = raw, trace, None, ""
        if not self.ok:
            found = trace()
            self._problem = str(found.get("error", "execution reverted"))
            self._output = _bytes(found)

    @property
    def output(self) -> bytes:
        """Return data. Fetched from the node when it is first asked for, which needs the block to be still there."""
        if self._output is None:
            self._output = _bytes(self._trace())
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


def _bytes(trace: Mapping[str, Any]) -> bytes:
    return bytes.fromhex(str(trace.get("output", "0x"))[2:])


class NodeChain(Chain):
    """A chain that is spoken to over JSON-RPC."""

    @abstractmethod
    def rpc(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call.

        Raises:
            RpcError: the node answered with an error.
            EngineError: it has ended or does not answer.
        """

    def _await(self, tx_hash: str | None, seconds: float, pause: float) -> Mapping[str, Any]:
        """The receipt of a transaction that was sent, waited for so long."""
        give_up = time.monotonic() + seconds
        while tx_hash and time.monotonic() < give_up:
            raw = self.rpc("eth_getTransactionReceipt", tx_hash)
            if raw and raw.get("blockNumber"):
                return dict(raw)
            time.sleep(pause)
        raise EngineError(f"no receipt for {tx_hash} after {seconds:.0f} seconds")

    def code(self, address: AddressLike) -> bytes:
        return bytes.fromhex(self.rpc("eth_getCode", to_address(address), "latest")[2:])

    def storage(self, address: AddressLike, slot: int) -> int:
        return int(self.rpc("eth_getStorageAt", to_address(address), hex(slot), "latest"), 16)

    def nonce(self, address: AddressLike) -> int:
        return int(self.rpc("eth_getTransactionCount", to_address(address), "latest"), 16)

    def balance(self, address: AddressLike) -> int:
        return int(self.rpc("eth_getBalance", to_address(address), "latest"), 16)


def refused(error: RpcError) -> Exception:
    """`Refused` if the node would not take the transaction, else the error itself."""
    return Refused(error.message) if any(words in error.message.lower() for words in _REFUSALS) else error


def call_failure(error: RpcError) -> Exception:
    """The typed error of a call or an estimate that a node answered with an error."""
    if error.code == 3 or "revert" in error.message.lower():
        return registry.revert_of(_revert_data(error.data))
    if error.message.startswith("EVM error "):
        return registry.halt_of(error.message.removeprefix("EVM error "))
    return refused(error)


def _revert_data(data: Any) -> bytes:
    """Revert data, which some nodes wrap in an object or put behind a word."""
    found = _HEX.search(str(data.get("data", "") if isinstance(data, dict) else data))
    return bytes.fromhex(found[1]) if found else b""
