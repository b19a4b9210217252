"""ABI types as a tree: what a type string such as `(address,uint96[])[2]` means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_ARRAY = re.compile(r"^(.*)\[(\d*)\]$")
_SIZED = re.compile(r"^(uint|int|bytes)(\d+)$")


@dataclass(frozen=True)
class AbiType:
    """One ABI type."""

    text: str
    """Canonical name: what stands in signatures."""
    kind: str
    """uint, int, bool, address, fixed (bytesN), bytes, string, array or tuple."""
    size: int = 0
    """Bits of an integer, bytes of a bytesN."""
    item: AbiType | None = None
    length: int | None = None
    """Length of a fixed array; None for one of any length."""
    fields: tuple[Param, ...] = ()
    make: Callable[..., Any] | None = None
    """Builds the Python value of a tuple from its fields in order; None builds a plain tuple."""

    @property
    def dynamic(self) -> bool:
        """Whether the encoding is reached through an offset."""
        if self.kind in ("bytes", "string"):
            return True
        if self.kind == "array":
            assert self.item is not None
            return self.length is None or self.item.dynamic
        return any(field.type.dynamic for field in self.fields)

    @property
    def head(self) -> int:
        """Bytes the type takes in the head of what contains it."""
        if self.dynamic:
            return 32
        if self.kind == "array":
            assert self.item is not None
            return (self.length or 0) * self.item.head
        if self.kind == "tuple":
            return sum(field.type.head for field in self.fields)
        return 32


@dataclass(frozen=True)
class Param:
    """A named place of a type: an argument, a result, a field of a struct."""

    name: str
    type: AbiType
    indexed: bool = False


def abi_type(text: str, fields: Sequence[Param] = (), make: Callable[..., Any] | None = None) -> AbiType:
    """Parse a type string. `tuple`, with or without array suffixes, takes its fields and builder from the arguments.

    Raises:
        ValueError: Solidity has no such type.
    """
    if array := _ARRAY.match(text):
        item = abi_type(array[1], fields, make)
        length = int(array[2]) if array[2] else None
        return AbiType(f"{item.text}[{array[2]}]", "array", item=item, length=length)
    if text == "tuple":
        inner = ",".join(field.type.text for field in fields)
        return AbiType(f"({inner})", "tuple", fields=tuple(fields), make=make)
    if text in ("address", "bool", "string", "bytes"):
        return AbiType(text, text)
    if text == "function":
        return AbiType("function", "fixed", 24)
    if sized := _SIZED.match(text):
        kind, size = sized[1], int(sized[2])
        if kind == "bytes" and 1 <= size <= 32:
            return AbiType(text, "fixed", size)
        if kind != "bytes" and size % 8 == 0 and 8 <= size <= 256:
            return AbiType(text, kind, size)
    raise ValueError(f"{text!r} is not an ABI type")


@dataclass(frozen=True)
class Struct:
    """A Solidity struct: the class its values become, and its fields."""

    make: Callable[..., Any]
    fields: tuple[Param, ...]


def param(name: str, text: str, struct: Struct | Sequence[Param] = (), *, indexed: bool = False) -> Param:
    """A parameter, written the way generated code writes it: a struct or bare fields go with `tuple` and its arrays."""
    if isinstance(struct, Struct):
        return Param(name, abi_type(text, struct.fields, struct.make), indexed)
    return Param(name, abi_type(text, struct), indexed)


def from_json(raw: dict[str, Any]) -> Param:
    """The parameter that one entry of a JSON ABI describes; structs become plain tuples."""
    fields = [from_json(field) for field in raw.get("components") or ()]
    return Param(raw.get("name") or "", abi_type(raw["type"], fields), bool(raw.get("indexed")))


def signature(name: str, params: Sequence[Param]) -> str:
    """Canonical signature, such as `transfer(address,uint256)`."""
    return f"{name}({','.join(param.type.text for param in params)})"
