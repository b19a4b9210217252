"""Keccak-256 and what Ethereum derives from it."""

from __future__ import annotations

from eth_hash.auto import keccak as _keccak


def keccak(data: bytes) -> bytes:
    """Keccak-256 of `data`, 32 bytes."""
    return _keccak(data)


def selector(signature: str) -> bytes:
    """First four bytes of the hash of a canonical signature such as `transfer(address,uint256)`."""
    return keccak(signature.encode())[:4]


def topic(signature: str) -> bytes:
    """Topic 0 of an event with this canonical signature."""
    return keccak(signature.encode())


def create_address(sender: bytes, nonce: int) -> bytes:
    """The 20-byte address of the contract that `sender` creates with `nonce` (RLP of the pair, hashed)."""
    number = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    coded = number if len(number) == 1 and number[0] < 0x80 else bytes([0x80 + len(number)]) + number
    body = b"\x94" + sender + coded
    return keccak(bytes([0xC0 + len(body)]) + body)[12:]
