"""A chain behind the JSON-RPC of a node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from caldera.evm.address import Address, checksum, parse
from caldera.evm.errors import EngineError
from caldera.evm.hashing import keccak
from caldera.evm.rpc import JsonRpc, RpcError

from .errors import ChainMoved, NodeFailed
from .logs import ChainLog

CHUNK = 5_000
"""Blocks asked for at once, until the node refuses."""
_ASSET = "0x" + keccak(b"asset()")[:4].hex()


class RpcSource:
    """Reads in chunks of blocks; halves them where the node refuses so many."""

    def __init__(self, url: str, chunk: int = CHUNK, progress: Callable[[int], None] = lambda _: None) -> None:
        """Args:
            url: of the node, http or https.
            chunk: blocks asked for at once.
            progress: told how many blocks were read since it was told last.

        Raises:
            NodeFailed: nothing answers as a node.
        """
        self._chunk, self._progress = max(1, chunk), progress
        try:
            self._client = JsonRpc(url)
        except EngineError as error:
            raise NodeFailed(str(error)) from None
        self.chain_id = int(self._ask("eth_chainId"), 16)
        self._times: dict[int, tuple[str, int]] = {}

    def latest(self) -> int:
        """Number of the last block."""
        return int(self._ask("eth_blockNumber"), 16)

    def logs(
        self, emitters: Sequence[Address], topics: Sequence[Sequence[bytes] | None], first: int, last: int
    ) -> list[ChainLog]:
        """As `Source.logs`."""
        asked = [None if place is None else ["0x" + topic.hex() for topic in place] for place in topics]
        found: list[ChainLog] = []
        chunk, at = self._chunk, first
        while emitters and at <= last:
            end = min(last, at + chunk - 1)
            span = {"address": list(emitters), "topics": asked, "fromBlock": hex(at), "toBlock": hex(end)}
            try:
                raw = self._client("eth_getLogs", span)
            except RpcError as error:
                if end == at:
                    raise NodeFailed(f"block {at}: {error}") from None
                chunk = (end - at + 1) // 2
                continue
            except EngineError as error:
                raise NodeFailed(str(error)) from None
            found += [_log(each) for each in raw if not each.get("removed")]
            self._progress(end - at + 1)
            at = end + 1
        return sorted(found, key=lambda log: (log.block, log.index))

    def time(self, block: int, block_hash: str) -> int:
        """As `Source.time`."""
        if block not in self._times:
            raw = self._ask("eth_getBlockByNumber", hex(block), False)
            if not raw:
                raise ChainMoved(f"block {block} is no more: import again")
            self._times[block] = raw["hash"], int(raw["timestamp"], 16)
        known, time = self._times[block]
        if known != block_hash:
            raise ChainMoved(f"block {block} was replaced while the chain was read: import again")
        return time

    def asset(self, vault: Address) -> Address | None:
        """As `Source.asset`."""
        try:
            answer = bytes.fromhex(self._client("eth_call", {"to": vault, "data": _ASSET}, "latest")[2:])
        except RpcError:
            return None
        except EngineError as error:
            raise NodeFailed(str(error)) from None
        return checksum(answer[12:32]) if len(answer) == 32 else None

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()

    def _ask(self, method: str, *params: Any) -> Any:
        try:
            return self._client(method, *params)
        except EngineError as error:
            raise NodeFailed(str(error)) from None


def _log(raw: dict[str, Any]) -> ChainLog:
    return ChainLog(
        emitter=checksum(parse(raw["address"])),
        topics=tuple(bytes.fromhex(topic[2:]) for topic in raw["topics"]),
        data=bytes.fromhex(raw["data"][2:]),
        block=int(raw["blockNumber"], 16),
        block_hash=raw["blockHash"],
        tx=raw["transactionHash"],
        index=int(raw["logIndex"], 16),
    )
