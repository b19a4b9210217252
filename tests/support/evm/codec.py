"""ABI encoding and decoding, compiled once per type. Several times the speed of eth_abi, and tested against it."""

import re
from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_utils.address import to_checksum_address


class EncodingError(ValueError):
    """A value does not fit its ABI type."""


@dataclass(frozen=True, slots=True)
class Codec:
    """One ABI type. `size`: bytes it takes in the head. `encode` gives the whole value, `decode(data, at)` reads it."""

    name: str
    size: int
    dynamic: bool
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes, int], Any]


@cache
def checksummed(word: bytes) -> str:
    """The checksummed address of 20 bytes."""
    return to_checksum_address(word)


def of(component: dict[str, Any]) -> Codec:
    """The codec of an ABI parameter (an entry of `inputs`, `outputs` or `components`)."""
    return _of(component["type"], component.get("components", ()))


def _of(name: str, components: Sequence[dict[str, Any]]) -> Codec:
    array = re.fullmatch(r"(.*)\[(\d*)\]", name)
    if array:
        return _array(_of(array[1], components), array[2])
    if name == "tuple":
        return tuple_of(components)
    if name == "address":
        return Codec(name, 32, False, _encode_address, lambda data, at: checksummed(data[at + 12 : at + 32]))
    if name == "bool":
        return Codec(name, 32, False, _encode_bool, lambda data, at: data[at + 31] == 1)
    if name in ("bytes", "string"):
        return _bytes(name)
    if name.startswith("bytes"):
        return _fixed_bytes(name, int(name[5:]))
    return _integer(name)


def tuple_of(components: Sequence[dict[str, Any]]) -> Codec:
    """The codec of several parameters; decodes to a named tuple."""
    parts = [of(component) for component in components]
    names = [component.get("name") or f"value{number}" for number, component in enumerate(components)]
    make = namedtuple("Values", names, rename=True)  # type: ignore[misc]
    dynamic = any(part.dynamic for part in parts)
    head = sum(part.size for part in parts)

    def encode(value: Any) -> bytes:
        values = [value[name] for name in names] if isinstance(value, dict) else tuple(value)
        if len(values) != len(parts):
            raise EncodingError(f"{len(parts)} values are needed ({', '.join(names)}), not {len(values)}")
        return _sequence(parts, values, head, names)

    def decode(data: bytes, at: int) -> Any:
        found = []
        place = at
        for part in parts:
            found.append(part.decode(data, at + _word(data, place)) if part.dynamic else part.decode(data, place))
            place += part.size
        return make(*found)

    inner = ",".join(part.name for part in parts)
    return Codec(f"({inner})", 32 if dynamic else head, dynamic, encode, decode)


def _sequence(parts: Sequence[Codec], values: Sequence[Any], head: int, names: Sequence[str]) -> bytes:
    heads: list[bytes] = []
    tails: list[bytes] = []
    offset = head
    for part, value, name in zip(parts, values, names, strict=True):
        try:
            encoded = part.encode(value)
        except EncodingError as error:
            raise EncodingError(f"{name}: {error}") from None
        if part.dynamic:
            heads.append(offset.to_bytes(32, "big"))
            tails.append(encoded)
            offset += len(encoded)
        else:
            heads.append(encoded)
    return b"".join(heads) + b"".join(tails)


def _array(item: Codec, length: str) -> Codec:
    fixed = int(length) if length else None
    name = f"{item.name}[{length}]"

    def encode(values: Any) -> bytes:
        values = list(values)
        if fixed is not None and len(values) != fixed:
            raise EncodingError(f"{fixed} items are needed, not {len(values)}")
        count = len(values)
        body = _sequence([item] * count, values, item.size * count, [str(number) for number in range(count)])
        return body if fixed is not None else count.to_bytes(32, "big") + body

    def decode(data: bytes, at: int) -> list[Any]:
        count = fixed
        if count is None:
            count, at = _word(data, at), at + 32
        if item.dynamic:
            return [item.decode(data, at + _word(data, at + 32 * number)) for number in range(count)]
        return [item.decode(data, at + item.size * number) for number in range(count)]

    dynamic = fixed is None or item.dynamic
    return Codec(name, 32 if dynamic else item.size * (fixed or 0), dynamic, encode, decode)


def _bytes(name: str) -> Codec:
    def encode(value: Any) -> bytes:
        raw = value.encode() if name == "string" and isinstance(value, str) else value
        if not isinstance(raw, bytes | bytearray):
            raise EncodingError(f"{name} is needed, not {value!r}")
        return len(raw).to_bytes(32, "big") + raw + b"\0" * (-len(raw) % 32)

    def decode(data: bytes, at: int) -> Any:
        raw = data[at + 32 : at + 32 + _word(data, at)]
        return raw.decode("utf-8", "surrogateescape") if name == "string" else raw

    return Codec(name, 32, True, encode, decode)


def _fixed_bytes(name: str, length: int) -> Codec:
    padding = b"\0" * (32 - length)

    def encode(value: Any) -> bytes:
        if not isinstance(value, bytes | bytearray) or len(value) != length:
            raise EncodingError(f"{length} bytes are needed, not {value!r}")
        return bytes(value) + padding

    return Codec(name, 32, False, encode, lambda data, at: data[at : at + length])


def _integer(name: str) -> Codec:
    signed = name.startswith("int")
    bits = int(name.lstrip("uint") or 256)
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)

    def encode(value: Any) -> bytes:
        if type(value) is not int or not lowest <= value <= highest:
            raise EncodingError(f"{name} is needed, not {value!r}")
        return value.to_bytes(32, "big", signed=signed)

    if signed:
        return Codec(name, 32, False, encode, lambda data, at: int.from_bytes(data[at : at + 32], "big", signed=True))
    return Codec(name, 32, False, encode, _word)


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 32], "big")


def _encode_bool(value: Any) -> bytes:
    if not isinstance(value, bool):
        raise EncodingError(f"True or False is needed, not {value!r}")
    return int(value).to_bytes(32, "big")


@cache
def _encode_address_text(text: str) -> bytes:
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        raise EncodingError(f"an address is needed, not {text!r}")
    return bytes.fromhex(text[2:]).rjust(32, b"\0")


def _encode_address(value: Any) -> bytes:
    text = value if isinstance(value, str) else getattr(value, "address", None)
    if not isinstance(text, str):
        raise EncodingError(f"an address is needed, not {value!r}")
    return _encode_address_text(text)
