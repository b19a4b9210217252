"""ABI decoding: each type is turned once into a closure that reads values of that type, and refuses dirty padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from caldera.evm.abi import AbiType, Param
from caldera.evm.address import checksum
from caldera.evm.errors import DecodingError

Decoder: TypeAlias = Callable[[bytes, int], Any]
"""Reads the value whose head (static) or tail (dynamic) starts at a position; heads are known to be inside the data."""

_number = int.from_bytes
_CLEAN = bytes(12)


def decoder(kind: AbiType) -> Decoder:
    """A function that decodes one value of the type."""
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


def _inside(data: bytes, end: int) -> None:
    if end > len(data):
        raise DecodingError(f"{len(data)} bytes of data, at least {end} are needed")


def _uint(bits: int) -> Decoder:
    if bits == 256:
        return lambda data, at: _number(data[at : at + 32], "big")
    bound = 1 << bits

    def decode(data: bytes, at: int) -> int:
        value = _number(data[at : at + 32], "big")
        if value < bound:
            return value
        raise DecodingError(f"{value} is not a uint{bits}")

    return decode


def _int(bits: int) -> Decoder:
    bound = 1 << (bits - 1)

    def decode(data: bytes, at: int) -> int:
        value = _number(data[at : at + 32], "big", signed=True)
        if -bound <= value < bound:
            return value
        raise DecodingError(f"{value} is not an int{bits}")

    return decode


def _bool(data: bytes, at: int) -> bool:
    value = _number(data[at : at + 32], "big")
    if value > 1:
        raise DecodingError(f"{value} is not a bool")
    return value == 1


def _address(data: bytes, at: int) -> str:
    if data[at : at + 12] != _CLEAN:
        raise DecodingError(f"0x{data[at : at + 32].hex()} is not an address")
    return checksum(data[at + 12 : at + 32])


def _fixed(size: int) -> Decoder:
    padding = bytes(32 - size)

    def decode(data: bytes, at: int) -> bytes:
        if data[at + size : at + 32] != padding:
            raise DecodingError(f"0x{data[at : at + 32].hex()} is not a bytes{size}")
        return data[at : at + size]

    return decode


def _bytes(data: bytes, at: int) -> bytes:
    _inside(data, at + 32)
    start = at + 32
    end = start + _number(data[at:start], "big")
    _inside(data, end)
    return data[start:end]


def _string(data: bytes, at: int) -> str:
    return _bytes(data, at).decode("utf-8", "surrogateescape")


def _array(kind: AbiType) -> Decoder:
    assert kind.item is not None
    each, step, dynamic, fixed = decoder(kind.item), kind.item.head, kind.item.dynamic, kind.length

    def decode(data: bytes, at: int) -> tuple[Any, ...]:
        if fixed is None:
            _inside(data, at + 32)
            length, start = _number(data[at : at + 32], "big"), at + 32
        else:
            length, start = fixed, at
        # An element without a head (an empty tuple) must not make a huge length cheap.
        _inside(data, start + length * max(step, 1))
        places = range(start, start + length * step, step) if step else [start] * length
        if not dynamic:
            return tuple([each(data, place) for place in places])
        return tuple([each(data, start + _number(data[place : place + 32], "big")) for place in places])

    return decode


def _tuple(kind: AbiType) -> Decoder:
    inner = fields_decoder(kind.fields)
    make = kind.make
    if make is None:
        return lambda data, at: tuple(inner(data, at))
    return lambda data, at: make(*inner(data, at))


def fields_decoder(params: Sequence[Param]) -> Callable[[bytes, int], list[Any]]:
    """A function that decodes the parameters as they stand one after the other from a position."""
    plan: list[tuple[Decoder, int, bool]] = []
    size = 0
    for param in params:
        plan.append((decoder(param.type), size, param.type.dynamic))
        size += param.type.head

    def decode(data: bytes, at: int) -> list[Any]:
        if at + size > len(data):
            _inside(data, at + size)
        return [
            read(data, at + _number(data[at + offset : at + offset + 32], "big"))
            if dynamic
            else read(data, at + offset)
            for read, offset, dynamic in plan
        ]

    return decode


def result_decoder(params: Sequence[Param]) -> Callable[[bytes], Any]:
    """A function that decodes return data: nothing for no result, the value for one, a tuple for several."""
    if not params:
        return lambda data: None
    inner = fields_decoder(params)
    if len(params) > 1:
        return lambda data: tuple(inner(data, 0))
    (only,) = params
    if only.type.dynamic:
        return lambda data: inner(data, 0)[0]
    read, size = decoder(only.type), only.type.head

    def decode(data: bytes) -> Any:
        if len(data) < size:
            _inside(data, size)
        return read(data, 0)

    return decode
