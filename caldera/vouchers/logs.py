"""Logs with their place in the chain, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from caldera.evm.address import Address


@dataclass(frozen=True, slots=True)
class ChainLog:
    """One log. `tx`: hash of its transaction, 0x and 64 digits. `index`: its number in the block."""

    emitter: Address
    topics: tuple[bytes, ...]
    data: bytes
    block: int
    block_hash: str
    tx: str
    index: int


class Source(Protocol):
    """A chain that is read, never written."""

    chain_id: int

    def latest(self) -> int:
        """Number of the last block."""

    def logs(
        self, emitters: Sequence[Address], topics: Sequence[Sequence[bytes] | None], first: int, last: int
    ) -> list[ChainLog]:
        """Logs of these contracts whose topics are, place by place, among those given; in the order of the chain.

        Raises:
            SourceError: the chain could not be read.
        """

    def time(self, block: int, block_hash: str) -> int:
        """Timestamp of a block, seconds since the epoch.

        Raises:
            ChainMoved: the block of that hash is no more.
        """

    def asset(self, vault: Address) -> Address | None:
        """The token of a vault of ERC-4626; None where the contract is no vault."""
