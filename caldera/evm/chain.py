"""The one interface of both engines: what tests, models and scripts are written against."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar, overload

from caldera.evm.account import Account, account
from caldera.evm.address import Address, AddressLike
from caldera.evm.errors import EncodingError
from caldera.evm.events import Event
from caldera.evm.function import Function
from caldera.evm.receipt import Receipt

R = TypeVar("R")

CHAIN_ID = 51741
"""Chain id of both engines unless told otherwise: no public chain has it."""
GENESIS_TIME = 1_800_000_000
"""Timestamp of both engines at the start, seconds since the epoch: 15 January 2027, 08:00 UTC."""
GAS_LIMIT = 30_000_000
"""Gas of a block and of every transaction and call."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state to return to. Valid until a state before it is restored."""

    number: int


class Chain(ABC):
    """A chain of one's own. Every transaction is a block; gas costs nothing; time moves only when it is told to.

    A transaction and a call see `now` as timestamp and `block_number + 1` as block number.
    """

    chain_id: int
    now: int
    """Timestamp of the next transaction and of every call, seconds since the epoch."""
    block_number: int
    """Number of the last block."""

    def __init__(self, chain_id: int, timestamp: int) -> None:
        self.chain_id = chain_id
        self.now = timestamp
        self.block_number = 0
        self.accounts: dict[str, Account] = {}
        """The accounts used so far, by label."""
        self.declared: dict[Address, Sequence[type[Event]]] = {}
        """Events of the contracts that handles were made for: how an emitter's anonymous events are found."""

    def account(self, label: str) -> Account:
        """The account of this label: always the same key, no funds until `fund`."""
        found = self.accounts.get(label)
        if found is None:
            found = self.accounts[label] = account(label)
        return found

    def deploy(self, code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
        """Create a contract from creation code with its encoded constructor arguments; its address is `created`.

        Raises:
            ContractError: the constructor failed.
        """
        return self._checked(self.deploy_raw(code, sender, value))

    @overload
    def transact(self, to: AddressLike, data: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]: ...

    @overload
    def transact(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Function[R]
    ) -> Receipt[R]: ...

    def transact(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int = 0, function: Any = None
    ) -> Receipt[Any]:
        """Send one transaction. With the function that `data` calls, the receipt can decode what it returned.

        Raises:
            ContractError: it failed; the receipt hangs on the error.
            Refused: it was never executed.
        """
        return self._checked(self._transact(to, data, sender, value, function))

    @overload
    def transact_raw(self, to: AddressLike, data: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]: ...

    @overload
    def transact_raw(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Function[R]
    ) -> Receipt[R]: ...

    def transact_raw(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int = 0, function: Any = None
    ) -> Receipt[Any]:
        """As `transact`, but a failed transaction is a receipt that is not `ok`."""
        return self._transact(to, data, sender, value, function)

    @staticmethod
    def _checked(receipt: Receipt[R]) -> Receipt[R]:
        if not receipt.ok:
            assert receipt.error is not None
            raise receipt.error
        return receipt

    @abstractmethod
    def deploy_raw(self, code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
        """As `deploy`, but a failed creation is a receipt that is not `ok`."""

    @abstractmethod
    def _transact(
        self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Function[R] | None
    ) -> Receipt[R]: ...

    @abstractmethod
    def call(self, to: AddressLike, data: bytes, sender: AddressLike | None = None, value: int = 0) -> bytes:
        """Execute without keeping any state and give back what was returned: for views and for simulations.

        Raises:
            ContractError: it failed.
        """

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Mark the present state: storage, code, balances, nonces, time, block number."""

    @abstractmethod
    def restore(self, snapshot: Snapshot) -> None:
        """Return to a marked state. The mark stays usable; marks made after it are gone.

        Raises:
            EngineError: the mark is gone.
        """

    @abstractmethod
    def _forget(self, snapshot: Snapshot) -> None:
        """Return to a marked state and drop the mark."""

    @contextmanager
    def isolated(self) -> Iterator[Self]:
        """Undo on leaving whatever happens inside."""
        mark = self.snapshot()
        try:
            yield self
        finally:
            self._forget(mark)

    @abstractmethod
    def warp(self, to: int) -> None:
        """Let the next transaction happen at this time.

        Raises:
            ValueError: it lies in the past.
        """

    def skip(self, seconds: int) -> None:
        """Let so many seconds pass."""
        self.warp(self.now + seconds)

    def _forward(self, to: int) -> None:
        if to < self.now:
            raise ValueError(f"{to} is {self.now - to} seconds in the past: time only moves forward")
        if to >= 1 << 64:
            raise ValueError(f"{to} is not a 64-bit timestamp")

    @abstractmethod
    def mine(self, blocks: int = 1) -> None:
        """Add empty blocks; the time stays."""

    @abstractmethod
    def code(self, address: AddressLike) -> bytes:
        """Code at an address; empty if there is none."""

    @abstractmethod
    def storage(self, address: AddressLike, slot: int) -> int:
        """One storage slot as a number."""

    @abstractmethod
    def nonce(self, address: AddressLike) -> int:
        """Transactions sent by an account so far."""

    @abstractmethod
    def balance(self, address: AddressLike) -> int:
        """Wei at an address."""

    @abstractmethod
    def set_balance(self, address: AddressLike, wei: int) -> None:
        """Make an address hold exactly so much."""

    def fund(self, address: AddressLike, wei: int) -> None:
        """Give an address so much more."""
        self.set_balance(address, self.balance(address) + wei)

    def close(self) -> None:  # noqa: B027 - an engine in process has nothing to close
        """Release what the engine holds. Closing twice is fine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def check_wei(value: Any) -> None:
    """Refuse what cannot be an amount of wei."""
    if type(value) is not int or not 0 <= value < 1 << 256:
        raise EncodingError("transaction", "value", "uint256", f"{value!r} is not an amount of wei")
