"""What a transaction left behind. Nothing is decoded before it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from caldera.evm.address import Address
from caldera.evm.errors import ContractError
from caldera.evm.events import Event, Log, decode_log

if TYPE_CHECKING:
    from caldera.evm.function import Function

R = TypeVar("R")
E = TypeVar("E", bound=Event)


class Receipt(ABC, Generic[R]):
    """Receipt of one transaction; `R` is the type of what the called function returns."""

    __slots__ = (
        "_error",
        "_events",
        "_logs",
        "block_number",
        "created",
        "data",
        "declared",
        "function",
        "ok",
        "sender",
        "timestamp",
        "to",
        "value",
    )

    def __init__(
        self,
        *,
        ok: bool,
        sender: Address,
        to: Address | None,
        value: int,
        data: bytes,
        block_number: int,
        timestamp: int,
        created: Address | None = None,
        function: Function[R] | None = None,
        declared: Mapping[Address, Sequence[type[Event]]] | None = None,
    ) -> None:
        self.ok = ok
        """Whether it succeeded."""
        self.sender = sender
        self.to = to
        """The called address; None for a creation."""
        self.value = value
        self.data = data
        self.block_number = block_number
        self.timestamp = timestamp
        self.created = created
        """The new contract of a creation that succeeded."""
        self.function = function
        self.declared = declared or {}
        self._logs: tuple[Log, ...] | None = None
        self._events: tuple[Event | Log, ...] | None = None
        self._error: ContractError | None = None

    @property
    @abstractmethod
    def output(self) -> bytes:
        """Return data, or revert data if it failed."""

    @property
    @abstractmethod
    def gas_used(self) -> int:
        """Gas as the engine counts it. On Revm this is not what a chain charges."""

    @abstractmethod
    def _read_logs(self) -> tuple[Log, ...]: ...

    @abstractmethod
    def _read_error(self) -> ContractError: ...

    @property
    def logs(self) -> tuple[Log, ...]:
        """Raw logs in order."""
        if self._logs is None:
            self._logs = self._read_logs() if self.ok else ()
        return self._logs

    @property
    def events(self) -> tuple[Event | Log, ...]:
        """Logs in order, each as its generated class if any compiled contract declares it, raw otherwise."""
        if self._events is None:
            self._events = tuple(decode_log(log, self.declared.get(log.emitter, ())) for log in self.logs)
        return self._events

    def all(self, kind: type[E], emitter: Address | None = None) -> list[E]:
        """The events of one class, of one emitter if given, in order."""
        found = [event for event in self.events if isinstance(event, kind)]
        return found if emitter is None else [event for event in found if event.emitter == emitter]

    def one(self, kind: type[E], emitter: Address | None = None) -> E:
        """The only event of one class.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = self.all(kind, emitter)
        if len(found) != 1:
            raise LookupError(f"{len(found)} events {kind.abi_signature}, exactly one was expected")
        return found[0]

    @property
    def error(self) -> ContractError | None:
        """Why it failed, typed; None if it succeeded."""
        if self.ok:
            return None
        if self._error is None:
            self._error = self._read_error()
            self._error.receipt = self
        return self._error

    @property
    def returned(self) -> R:
        """What the called function returned, decoded.

        Raises:
            ContractError: the transaction failed.
            TypeError: it was sent as bare bytes, so nothing says how to decode.
        """
        if self.error is not None:
            raise self.error
        if self.function is None:
            raise TypeError("sent as bare bytes: use `output`")
        return self.function.decode(self.output)

    def __repr__(self) -> str:
        what: Any = self.function or (self.created and f"creation of {self.created}") or self.to
        return f"<Receipt {'ok' if self.ok else 'failed'} {what} in block {self.block_number}>"
