"""Logs, and the events they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from caldera.evm import registry
from caldera.evm.abi import Param
from caldera.evm.address import Address
from caldera.evm.decode import decoder, fields_decoder
from caldera.evm.errors import DecodingError


@dataclass(frozen=True, slots=True)
class Log:
    """One log as the chain has it."""

    emitter: Address
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """A decoded log. Subclasses are generated, one a signature and choice of indexed fields; equal by value.

    An indexed field of dynamic type is on chain as its hash only: there the attribute holds those 32 bytes.
    """

    abi_signature: ClassVar[str] = ""
    abi_topic: ClassVar[bytes] = b""
    abi_inputs: ClassVar[tuple[Param, ...]] = ()
    abi_anonymous: ClassVar[bool] = False

    emitter: Address = field(kw_only=True)
    """The contract that wrote the log."""


def register(kind: type[Event]) -> None:
    """Make a generated event class known; an anonymous one is only found through its contract."""
    if not kind.abi_anonymous:
        registry.add_event(kind)


def decode_log(log: Log, declared: Sequence[type[Event]] = ()) -> Event | Log:
    """The event a log is, or the log itself if nothing declares it.

    Args:
        log: the log.
        declared: events of the emitting contract, if it is known; they come first, and only among them are anonymous
            events looked for.
    """
    named = registry.events_of(log.topics[0]) if log.topics else []
    candidates = [kind for kind in named if kind in declared] or named
    for kind in [*candidates, *(kind for kind in declared if kind.abi_anonymous)]:
        try:
            return _read(kind, log)
        except DecodingError:
            continue
    return log


_READERS: dict[type[Event], Callable[[Log], Event]] = {}


def _read(kind: type[Event], log: Log) -> Event:
    reader = _READERS.get(kind)
    if reader is None:
        reader = _READERS[kind] = _reader(kind)
    return reader(log)


def _reader(kind: type[Event]) -> Callable[[Log], Event]:
    indexed = [param.type for param in kind.abi_inputs if param.indexed]
    words = [decoder(t) if _in_topic(t.kind) else None for t in indexed]
    rest = [param for param in kind.abi_inputs if not param.indexed]
    read_rest = fields_decoder(rest)
    first = 0 if kind.abi_anonymous else 1

    def read(log: Log) -> Event:
        if len(log.topics) != first + len(words):
            raise DecodingError(f"{len(log.topics)} topics, {kind.abi_signature} has {first + len(words)}")
        if kind.abi_anonymous and len(log.data) < sum(param.type.head for param in rest):
            raise DecodingError("too little data")
        topics = iter([word(t, 0) if word else t for word, t in zip(words, log.topics[first:], strict=True)])
        data = iter(read_rest(log.data, 0))
        values: list[Any] = [next(topics if param.indexed else data) for param in kind.abi_inputs]
        return kind(*values, emitter=log.emitter)

    return read


def _in_topic(kind: str) -> bool:
    return kind not in ("bytes", "string", "array", "tuple")
