"""Contracts of a few bytes, which do one thing whatever they are asked."""

from __future__ import annotations

from caldera.evm import Address, Chain

REVERTS = bytes.fromhex("5f5ffd")
STOPS = bytes.fromhex("00")


def answers(word: bytes, size: int = 32) -> bytes:
    """Code that returns the first `size` bytes of a word, which is filled up with zeros behind."""
    return b"\x7f" + word.ljust(32, b"\0") + bytes.fromhex("5f52") + b"\x60" + bytes([size]) + bytes.fromhex("5ff3")


def writes_and(code: bytes) -> bytes:
    """Code that first writes a slot."""
    return bytes.fromhex("60015f55") + code


def install(chain: Chain, code: bytes) -> Address:
    """A contract of exactly this code, of at most 255 bytes."""
    loader = b"\x60" + bytes([len(code)]) + bytes.fromhex("8060093d393df3")
    made = chain.deploy(loader + code, chain.account("installer")).created
    assert made
    assert chain.code(made) == code
    return made
