"""Every error and event of every compiled contract, found by what the chain shows: selector or topic."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from caldera.evm.abi import Param, abi_type
from caldera.evm.decode import fields_decoder
from caldera.evm.errors import (
    CustomError,
    DecodingError,
    EmptyRevert,
    Halt,
    OutOfGas,
    Panic,
    Reverted,
    RevertString,
    UnknownRevert,
)

if TYPE_CHECKING:
    from caldera.evm.events import Event

_ERRORS: dict[bytes, list[type[CustomError]]] = {}
_EVENTS: dict[bytes, list[type[Event]]] = {}
_READERS: dict[type[CustomError], Callable[[bytes, int], list[Any]]] = {}

_STRING = fields_decoder([Param("reason", abi_type("string"))])
_PANIC = fields_decoder([Param("code", abi_type("uint256"))])
_STRING_SELECTOR = bytes.fromhex("08c379a0")
_PANIC_SELECTOR = bytes.fromhex("4e487b71")


def add_error(kind: type[CustomError]) -> None:
    """Make a generated error class known. A signature that is declared twice keeps its first class."""
    known = _ERRORS.setdefault(kind.abi_selector, [])
    if all(other.abi_signature != kind.abi_signature for other in known):
        known.append(kind)


def add_event(kind: type[Event]) -> None:
    """Make a generated event class known."""
    _EVENTS.setdefault(kind.abi_topic, []).append(kind)


@lru_cache(maxsize=1)
def _generated() -> None:
    """Bring in the generated classes once, for whoever works without handles. Without a build there are none."""
    with suppress(ModuleNotFoundError):
        import_module("caldera.contracts.errors")
        import_module("caldera.contracts.events")


def events_of(topic: bytes) -> list[type[Event]]:
    """The event classes that write this topic 0; several when contracts index different fields."""
    _generated()
    return _EVENTS.get(topic, [])


def revert_of(data: bytes) -> Reverted:
    """The error that revert data says, whichever contract declared it."""
    error = _revert_of(data)
    error.revert_data = data
    return error


def _revert_of(data: bytes) -> Reverted:
    if not data:
        return EmptyRevert()
    selector, body = data[:4], data[4:]
    with suppress(DecodingError):
        if selector == _STRING_SELECTOR:
            return RevertString(_STRING(body, 0)[0])
        if selector == _PANIC_SELECTOR:
            return Panic(_PANIC(body, 0)[0])
    _generated()
    for kind in _ERRORS.get(selector, ()):
        with suppress(DecodingError):
            return kind(*_read(kind, body))
    return UnknownRevert()


def _read(kind: type[CustomError], body: bytes) -> list[Any]:
    reader = _READERS.get(kind)
    if reader is None:
        reader = _READERS[kind] = fields_decoder(kind.abi_inputs)
    return reader(body, 0)


def halt_of(reason: str) -> Halt:
    """The halt that an engine's words describe."""
    return OutOfGas(reason) if "outofgas" in reason.replace(" ", "").lower() else Halt(reason)
