"""Addresses: checksummed text outside, 20 bytes inside, with the checksum computed once an address."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol, TypeAlias, runtime_checkable

from caldera.evm.hashing import keccak

Address: TypeAlias = str
"""A checksummed address (EIP-55). Text, so it prints, sorts and compares as people write it."""


@runtime_checkable
class HasAddress(Protocol):
    """Whatever stands at an address: an account, a contract handle."""

    @property
    def address(self) -> Address: ...


AddressLike: TypeAlias = str | HasAddress

ZERO: Address = "0x" + "00" * 20


class BadAddress(ValueError):
    """The text is not an address, or its capitals contradict the checksum."""


@lru_cache(maxsize=1 << 16)
def checksum(raw: bytes) -> Address:
    """Checksummed text of a 20-byte address."""
    text = raw.hex()
    marks = keccak(text.encode()).hex()
    return "0x" + "".join(c.upper() if m >= "8" else c for c, m in zip(text, marks, strict=False))


@lru_cache(maxsize=1 << 16)
def parse(text: str) -> bytes:
    """The 20 bytes of an address written as text, in one case or with a right checksum."""
    body = text[2:]
    if text[:2] not in ("0x", "0X") or len(body) != 40:
        raise BadAddress(f"{text!r} is not an address: 0x and 40 hex digits")
    try:
        raw = bytes.fromhex(body)
    except ValueError:
        raise BadAddress(f"{text!r} is not an address: 0x and 40 hex digits") from None
    if body not in (body.lower(), body.upper()) and checksum(raw) != "0x" + body:
        raise BadAddress(f"{text!r} has a wrong checksum; {checksum(raw)} would be right")
    return raw


@lru_cache(maxsize=1 << 16)
def _normal(text: str) -> Address:
    return checksum(parse(text))


def to_address(value: AddressLike) -> Address:
    """Checksummed text of anything that has an address.

    Raises:
        BadAddress: it is neither an address nor something with one.
    """
    if type(value) is str:
        return _normal(value)
    found = getattr(value, "address", value)
    if isinstance(found, str):
        return _normal(found)
    raise BadAddress(f"{value!r} is not an address and has none")


@lru_cache(maxsize=1 << 16)
def word_of(text: str) -> bytes:
    """The 32-byte word of an address, as the ABI encodes it."""
    return bytes(12) + parse(text)
