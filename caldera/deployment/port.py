"""The few things a deployment asks of a chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Receipt:
    """What came of a transaction. `address`: the contract it created, if any."""

    address: str | None
    gas_used: int


@dataclass(frozen=True)
class Log:
    """One event: `topics` (the first is the signature's hash) and the ABI-encoded rest. `place`: its block and its
    number there, so that events of several contracts have an order."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    place: tuple[int, int] = (0, 0)


class Port(Protocol):
    """A chain, and at most one account that signs. Addresses are checksummed strings."""

    @property
    def chain_id(self) -> int:
        """The chain's own id, asked of the node."""

    @property
    def deployer(self) -> str | None:
        """The account that signs; none where the port only reads."""

    def nonce(self, address: str) -> int:
        """How many transactions of `address` were mined."""

    def settle(self, address: str) -> None:
        """Waits until no transaction of `address` is pending.

        :raises PendingTransactions: after a bounded time
        """

    def block_number(self) -> int:
        """The latest block."""

    def code(self, address: str) -> bytes:
        """Runtime code; empty where there is none."""

    def call(self, to: str | None, data: bytes, sender: str | None = None) -> bytes:
        """Carries out a call without a transaction. `to` none: as creation code, the answer is the runtime code.

        :raises CallReverted: with the revert data
        """

    def send(self, to: str | None, data: bytes, nonce: int) -> Receipt:
        """Signs with exactly this nonce, broadcasts, and waits until it is mined.

        :raises TransactionFailed: it was mined and failed, or not mined in time
        """

    def logs(self, address: str, topics: Sequence[bytes], from_block: int, to_block: int | None = None) -> list[Log]:
        """Events of `address` from `from_block` to `to_block` (none: to the latest) whose leading topics are `topics`,
        oldest first."""
