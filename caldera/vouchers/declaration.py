"""Events as a chart declares them, in Solidity's own words: `Paid(uint256 indexed id, address indexed payer, …)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from caldera.evm.abi import AbiType, Param, abi_type, signature
from caldera.evm.decode import decoder, fields_decoder
from caldera.evm.errors import DecodingError
from caldera.evm.hashing import keccak

_EVENT = re.compile(r"^\s*([A-Za-z_]\w*)\s*\((.*)\)\s*$", re.S)
_PARAMETER = re.compile(r"^(\(.*\)|[a-z]\w*)((?:\[\d*\])*)(?:\s+(indexed))?(?:\s+([A-Za-z_]\w*))?$", re.S)
_IN_TOPIC = ("uint", "int", "bool", "address", "fixed")


class Declaration:
    """One event. `fields`: its parameters by name, and those of a struct as `struct.field`. `topic`: what its logs
    begin with."""

    def __init__(self, text: str) -> None:
        """Raises:
        ValueError: not an event declaration of Solidity; enums are written `uint8`, contracts `address`.
        """
        found = _EVENT.match(text)
        if not found:
            raise ValueError(f"{text!r} is not an event; write it as in Solidity: Name(type indexed name, ...)")
        self.name = found[1]
        self.params = tuple(_params(found[2]))
        unnamed = [param for param in self.params if not param.name]
        names = [param.name for param in self.params]
        if unnamed or len(set(names)) != len(names):
            raise ValueError(f"{self.name}: every parameter needs a name of its own")
        self.fields = {name: part for param in self.params for name, part in _named(param.name, param.type)}
        self.signature = signature(self.name, self.params)
        self.topic = keccak(self.signature.encode())
        self._read = _reader(self.params)

    @property
    def shape(self) -> tuple[str, tuple[bool, ...]]:
        """Signature, and which parameters are indexed: what must be equal for logs to be read right."""
        return self.signature, tuple(param.indexed for param in self.params)

    def read(self, topics: tuple[bytes, ...], data: bytes) -> dict[str, Any] | None:
        """The values by name; None where the log has another shape."""
        try:
            values = self._read(topics, data)
        except DecodingError:
            return None
        for param in self.params:
            if param.type.kind == "tuple":
                values |= self.parts(param.name, param.name, values[param.name])
        return values

    def named(self, field: str, called: str) -> set[str]:
        """The names that an element of the array `field` brings under the name it is `called`."""
        kind = self.fields[field].item
        return {name for name, _ in _named(called, kind)} if kind else set()

    def parts(self, field: str, called: str, value: Any) -> dict[str, Any]:
        """A struct's fields by their names, or those of an element of the array `field`."""
        kind = self.fields[field].item or self.fields[field]
        inner = zip(kind.fields, value, strict=True) if kind.kind == "tuple" else ()
        return {called: value} | {f"{called}.{part.name}": each for part, each in inner if part.name}


@lru_cache(maxsize=512)
def declare(text: str) -> Declaration:
    """The declaration in `text`. Raises as `Declaration`."""
    return Declaration(text)


def _parts(text: str) -> Iterator[str]:
    depth, part = 0, ""
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            yield part.strip()
            part = ""
        else:
            part += letter
    if part.strip():
        yield part.strip()


def _params(text: str) -> Iterator[Param]:
    for part in _parts(text):
        found = _PARAMETER.match(part)
        if not found:
            raise ValueError(f"{part!r} is not a parameter; write: type [indexed] name")
        kind, array, indexed, name = found.groups()
        fields = tuple(_params(kind[1:-1])) if kind.startswith("(") else ()
        yield Param(name or "", abi_type(("tuple" if fields else kind) + array, fields), bool(indexed))


def _named(name: str, kind: AbiType) -> Iterator[tuple[str, AbiType]]:
    yield name, kind
    for part in kind.fields:
        if part.name:
            yield f"{name}.{part.name}", part.type


def _reader(params: tuple[Param, ...]) -> Callable[[tuple[bytes, ...], bytes], dict[str, Any]]:
    words = [decoder(p.type) if p.type.kind in _IN_TOPIC else None for p in params if p.indexed]
    rest = fields_decoder([param for param in params if not param.indexed])

    def read(topics: tuple[bytes, ...], data: bytes) -> dict[str, Any]:
        if len(topics) != 1 + len(words):
            raise DecodingError("another number of topics")
        indexed = iter([word(t, 0) if word else t for word, t in zip(words, topics[1:], strict=True)])
        plain = iter(rest(data, 0))
        return {param.name: next(indexed if param.indexed else plain) for param in params}

    return read
