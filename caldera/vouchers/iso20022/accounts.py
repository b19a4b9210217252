"""Accounts of a chain in documents of banks.

`Othr/Id` takes 34 characters, an address has 42: it is written as base32 of its 20 bytes, 32 characters that can be
turned back. `Prxy/Id` beside it has the account as CAIP-10 writes it: eip155:<chain id>:0x….
"""

from __future__ import annotations

from base64 import b32decode, b32encode

from caldera.evm.address import Address, checksum, parse

SCHEME = "EVM-BASE32"


def packed(address: Address) -> str:
    """32 characters for an address."""
    return b32encode(parse(address)).decode()


def unpacked(text: str) -> Address:
    """The address of 32 characters."""
    return checksum(b32decode(text))


def caip10(chain_id: int, address: Address) -> str:
    """The account with its chain."""
    return f"eip155:{chain_id}:{address}"
