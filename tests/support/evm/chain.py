"""What a chain offers, whichever engine runs it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eth_account import Account as Keys
from eth_utils.crypto import keccak

DEVNET_CHAIN_ID = 51_741
GENESIS_TIME = 1_767_225_600  # 2026-01-01 00:00 UTC


@dataclass(frozen=True)
class Account:
    """A key pair made from a label: the same label is the same account on every development chain, and worthless
    anywhere else."""

    label: str

    @cached_property
    def key(self) -> bytes:
        """The private key, 32 bytes."""
        return keccak(text=f"caldera development account {self.label}")

    @cached_property
    def address(self) -> str:
        """The checksummed address."""
        return str(Keys.from_key(self.key).address)

    def sign_hash(self, digest: bytes) -> bytes:
        """65 bytes r‖s‖v over a 32-byte digest."""
        return bytes(Keys.unsafe_sign_hash(digest, self.key).signature)

    def sign_typed(self, domain: dict[str, Any], types: dict[str, Any], message: dict[str, Any]) -> bytes:
        """65 bytes r‖s‖v over EIP-712 typed data; the first of `types` is the primary type."""
        return bytes(Keys.sign_typed_data(self.key, domain, types, message).signature)


@dataclass(frozen=True, slots=True)
class Log:
    """An event as the chain gives it."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction. `output`: return data, or the refusal's. `created`: address of a new contract."""

    ok: bool
    output: bytes
    gas_used: int
    logs: tuple[Log, ...] = ()
    created: str | None = None
    returned: Any = None

    @property
    def events(self) -> list[Any]:
        """The decoded events, in order; see `tests.support.evm.contract.Event`."""
        from tests.support.evm.contract import decode_event

        return [decode_event(log) for log in self.logs]


class Chain(ABC):
    """An engine. Amounts are wei, times are seconds since the epoch."""

    chain_id: int

    @abstractmethod
    def transact(self, to: str | None, data: bytes, sender: str, value: int = 0) -> Receipt:
        """Sends one transaction; `to` None creates a contract. A refusal is a receipt with `ok` False."""

    @abstractmethod
    def call(self, to: str, data: bytes, sender: str | None = None) -> bytes:
        """Asks a contract and keeps no state. Raises the `ContractError` of a refusal."""

    @abstractmethod
    def snapshot(self) -> Any:
        """Remembers the present state and time."""

    @abstractmethod
    def restore(self, snapshot: Any) -> None:
        """Goes back to a snapshot, which is used up by that."""

    @property
    @abstractmethod
    def now(self) -> int:
        """Time stamp of the next transaction."""

    @abstractmethod
    def warp(self, to: int) -> None:
        """Sets the time of the next transaction; never back."""

    @abstractmethod
    def code(self, address: str) -> bytes:
        """The code at an address; empty where there is none."""

    @abstractmethod
    def storage(self, address: str, slot: int) -> int:
        """One storage slot."""

    @abstractmethod
    def fund(self, address: str, wei: int = 10**24) -> None:
        """Gives an account the means to pay gas."""

    def skip(self, seconds: int) -> None:
        """Lets time pass."""
        self.warp(self.now + seconds)

    def account(self, label: str) -> Account:
        """The funded development account of a label."""
        made = Account(label)
        self.fund(made.address)
        return made

    @contextmanager
    def isolated(self) -> Iterator[None]:
        """Whatever happens inside is undone."""
        before = self.snapshot()
        try:
            yield
        finally:
            self.restore(before)
