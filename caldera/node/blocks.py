"""A chain behind JSON-RPC: its blocks, its logs by ranges, and its state as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from caldera.evm import Address, Rpc

from .config import NodeConfig
from .errors import ChainAway


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A log where it stands: `topics` and `data` as the chain has them."""

    block: int
    address: Address
    topics: tuple[bytes, ...]
    data: bytes


class Blocks(Protocol):
    """What watching needs of a chain."""

    def head(self) -> int:
        """Number of the newest block."""

    def hash_of(self, block: int) -> str | None:
        """Hash of a block; None where there is none (yet)."""

    def logs(self, first: int, last: int, addresses: Sequence[Address], topics: Sequence[bytes]) -> list[LogEntry]:
        """Logs of some contracts whose first topic is one of `topics`, blocks `first` to `last`, in order."""


class AssetBlocks(Blocks, Protocol):
    """What going back over an asset's changes needs of a chain besides."""

    def about(self, first: int, last: int, address: Address, ids: Sequence[int]) -> list[LogEntry]:
        """Logs of a contract whose second topic is one of `ids`, whatever they say, blocks `first` to `last`."""


def connect(config: NodeConfig) -> Rpc:
    """The chain of a configuration.

    Raises:
        WrongChain: another chain answers.
        EngineError: none does.
    """
    gwei = config.chain.max_fee_gwei
    return Rpc(
        config.chain.rpc_url,
        config.chain.id,
        max_fee=None if gwei is None else gwei * 10**9,
        timeout=config.chain.timeout_seconds,
    )


class RpcAt(Rpc):
    """The chain as it stood at the end of a block. Where the node has forgotten that state, reading raises."""

    def __init__(self, config: NodeConfig, block: int) -> None:
        self._tag = ""
        super().__init__(config.chain.rpc_url, config.chain.id, timeout=config.chain.timeout_seconds)
        self._tag = hex(block)

    def rpc(self, method: str, *params: Any) -> Any:
        return super().rpc(method, *(self._tag if self._tag and one == "latest" else one for one in params))


class RpcBlocks:
    """`Blocks` over JSON-RPC."""

    def __init__(self, chain: Rpc) -> None:
        self._chain = chain

    def head(self) -> int:
        return self._chain.block_number

    def hash_of(self, block: int) -> str | None:
        found = self._chain.rpc("eth_getBlockByNumber", hex(block), False)
        return str(found["hash"]) if found else None

    def time_of(self, block: int) -> int:
        """When a block was made, in seconds."""
        found = self._chain.rpc("eth_getBlockByNumber", hex(block), False)
        if not found:
            raise ChainAway(f"block {block} is not there any more")
        return int(found["timestamp"], 16)

    def logs(self, first: int, last: int, addresses: Sequence[Address], topics: Sequence[bytes]) -> list[LogEntry]:
        return self._logs(first, last, addresses, [["0x" + topic.hex() for topic in topics]])

    def about(self, first: int, last: int, address: Address, ids: Sequence[int]) -> list[LogEntry]:
        return self._logs(first, last, [address], [None, [f"0x{id:064x}" for id in ids]])

    def _logs(self, first: int, last: int, addresses: Sequence[Address], topics: Sequence[Any]) -> list[LogEntry]:
        asked = {"fromBlock": hex(first), "toBlock": hex(last), "address": list(addresses), "topics": topics}
        found = self._chain.rpc("eth_getLogs", asked)
        if not isinstance(found, list):
            raise ChainAway("the node gave no list of logs")
        return [_log(one) for one in found if not one.get("removed")]


def _log(raw: Mapping[str, Any]) -> LogEntry:
    try:
        return LogEntry(
            int(raw["blockNumber"], 16),
            str(raw["address"]).lower(),
            tuple(bytes.fromhex(topic[2:]) for topic in raw["topics"]),
            bytes.fromhex(raw["data"][2:]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ChainAway(f"the node gave a log that is none ({error})") from None
