"""ABI encoding: each type is turned once into a closure that writes values of that type.

Static types cost one `int.to_bytes` or one dictionary look-up a word; only dynamic types build heads and tails. A value
that does not fit raises `BadValue`, and only then is the search for the offending argument made (`explain`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import Any, TypeAlias

from caldera.evm.abi import AbiType, Param
from caldera.evm.address import BadAddress, to_address, word_of

Encoder: TypeAlias = Callable[[Any], bytes]

_TRUE = (1).to_bytes(32, "big")
_FALSE = bytes(32)


class BadValue(ValueError):
    """A value does not fit its type; `path` leads to it from the value that was given."""

    def __init__(self, why: str, path: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.path = path


def encoder(kind: AbiType) -> Encoder:
    """A function that encodes one value: the head part of a static type, the tail part of a dynamic one."""
    match kind.kind:
        case "uint":
            return _uint(kind.size)
        case "int":
            return _int(kind.size)
        case "bool":
            return _bool
        case "address":
            return _address
        case "fixed":
            return _fixed(kind.size)
        case "bytes":
            return _bytes
        case "string":
            return _string
        case "array":
            return _array(kind)
        case "tuple":
            return _tuple(kind)
    raise AssertionError(kind.kind)


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise BadValue(f"{value!r} is a bool, an integer is needed")
    try:
        return index(value)
    except TypeError:
        raise BadValue(f"{value!r} is not an integer") from None


def _uint(bits: int) -> Encoder:
    bound = 1 << bits

    def encode(value: Any) -> bytes:
        number: int = value if type(value) is int else _integer(value)
        if 0 <= number < bound:
            return number.to_bytes(32, "big")
        raise BadValue(f"{number} is not in 0 .. 2**{bits} - 1")

    return encode


def _int(bits: int) -> Encoder:
    bound = 1 << (bits - 1)

    def encode(value: Any) -> bytes:
        number: int = value if type(value) is int else _integer(value)
        if -bound <= number < bound:
            return number.to_bytes(32, "big", signed=True)
        raise BadValue(f"{number} is not in -2**{bits - 1} .. 2**{bits - 1} - 1")

    return encode


def _bool(value: Any) -> bytes:
    if value is True:
        return _TRUE
    if value is False:
        return _FALSE
    raise BadValue(f"{value!r} is not a bool")


def _address(value: Any) -> bytes:
    try:
        return word_of(value) if type(value) is str else word_of(to_address(value))
    except BadAddress as error:
        raise BadValue(str(error)) from None


def _fixed(size: int) -> Encoder:
    padding = bytes(32 - size)

    def encode(value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise BadValue(f"{value!r} is not bytes")
        if len(value) != size:
            raise BadValue(f"{len(value)} bytes, exactly {size} are needed")
        return bytes(value) + padding

    return encode


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes | bytearray):
        raise BadValue(f"{value!r} is not bytes")
    size = len(value)
    return size.to_bytes(32, "big") + bytes(value) + bytes(-size % 32)


def _string(value: Any) -> bytes:
    if not isinstance(value, str):
        raise BadValue(f"{value!r} is not a str")
    try:
        return _bytes(value.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        raise BadValue(f"{value!r} is not valid text") from None


def _heads_and_tails(parts: Sequence[tuple[bool, bytes]], head_size: int) -> bytes:
    heads, tails, offset = [], [], head_size
    for dynamic, part in parts:
        if dynamic:
            heads.append(offset.to_bytes(32, "big"))
            tails.append(part)
            offset += len(part)
        else:
            heads.append(part)
    return b"".join(heads + tails)


def _array(kind: AbiType) -> Encoder:
    assert kind.item is not None
    item, each, dynamic, length = kind.item, encoder(kind.item), kind.item.dynamic, kind.length

    def encode(value: Any) -> bytes:
        if not isinstance(value, list | tuple):
            raise BadValue(f"{value!r} is not a list or tuple")
        if length is not None and len(value) != length:
            raise BadValue(f"{len(value)} elements, exactly {length} are needed")
        parts = []
        for position, element in enumerate(value):
            try:
                parts.append(each(element))
            except BadValue as error:
                raise BadValue(error.why, f"[{position}]{error.path}") from None
        prefix = b"" if length is not None else len(value).to_bytes(32, "big")
        if not dynamic:
            return prefix + b"".join(parts)
        return prefix + _heads_and_tails([(True, part) for part in parts], len(parts) * item.head)

    return encode


def _tuple(kind: AbiType) -> Encoder:
    inner = sequence_encoder(kind.fields)

    def encode(value: Any) -> bytes:
        if not isinstance(value, list | tuple):
            raise BadValue(f"{value!r} is not a struct or tuple")
        if len(value) != len(kind.fields):
            raise BadValue(f"{len(value)} fields, exactly {len(kind.fields)} are needed")
        try:
            return inner(value)
        except BadValue:
            name, error = explain(kind.fields, value)
            raise BadValue(error.why, f".{name}{error.path}") from None

    return encode


def sequence_encoder(params: Sequence[Param]) -> Callable[[Sequence[Any]], bytes]:
    """A function that encodes a sequence of exactly as many values as there are parameters."""
    each = [encoder(param.type) for param in params]
    flags = [param.type.dynamic for param in params]
    if not any(flags):
        if len(each) == 0:
            return lambda values: b""
        if len(each) == 1:
            (only,) = each
            return lambda values: only(values[0])
        if len(each) == 2:
            first, second = each
            return lambda values: first(values[0]) + second(values[1])
        return lambda values: b"".join([write(value) for write, value in zip(each, values, strict=True)])
    head_size = sum(param.type.head for param in params)

    def encode(values: Sequence[Any]) -> bytes:
        written = [write(value) for write, value in zip(each, values, strict=True)]
        return _heads_and_tails(list(zip(flags, written, strict=True)), head_size)

    return encode


def explain(params: Sequence[Param], values: Sequence[Any]) -> tuple[str, BadValue]:
    """Which of the values does not fit, and why. Call it only after one has failed."""
    for position, (param, value) in enumerate(zip(params, values, strict=True)):
        try:
            encoder(param.type)(value)
        except BadValue as error:
            return param.name or str(position), error
    raise AssertionError("every value fits")
