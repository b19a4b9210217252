"""Accounts with keys: the same label is the same key on every engine, so signatures can be made anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from eth_account import Account as _Keys
from eth_account.messages import encode_typed_data

from caldera.evm.address import Address
from caldera.evm.hashing import keccak


class Signature(NamedTuple):
    """An ECDSA signature the way contracts take it."""

    v: int
    r: bytes
    s: bytes

    @property
    def packed(self) -> bytes:
        """r, s, v in 65 bytes."""
        return self.r + self.s + bytes([self.v])


class Account:
    """An externally owned account whose key follows from its label. For tests and local chains only."""

    __slots__ = ("_keys", "address", "label")

    def __init__(self, label: str) -> None:
        self.label = label
        self._keys = _Keys.from_key(keccak(b"caldera account " + label.encode()))
        self.address: Address = str(self._keys.address)

    @property
    def key(self) -> bytes:
        """The private key, 32 bytes. Anyone who knows the label knows it."""
        return bytes(self._keys.key)

    def sign_typed(
        self, domain: Mapping[str, Any], types: Mapping[str, Sequence[Mapping[str, str]]], message: Mapping[str, Any]
    ) -> Signature:
        """Sign EIP-712 typed data.

        Args:
            domain: the domain's fields, such as `caldera.evm.domain_of(contract)` gives.
            types: the message's types without `EIP712Domain`; the one that no other contains is the primary type.
            message: the message's fields.
        """
        signable = encode_typed_data(
            domain_data=dict(domain),
            message_types={name: [dict(part) for part in parts] for name, parts in types.items()},
            message_data=dict(message),
        )
        signed = self._keys.sign_message(signable)
        return Signature(int(signed.v), int(signed.r).to_bytes(32, "big"), int(signed.s).to_bytes(32, "big"))

    def sign_hash(self, digest: bytes) -> Signature:
        """Sign 32 bytes as they are."""
        signed = self._keys.unsafe_sign_hash(digest)
        return Signature(int(signed.v), int(signed.r).to_bytes(32, "big"), int(signed.s).to_bytes(32, "big"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Account) and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return f"<Account {self.label} {self.address}>"


@lru_cache(maxsize=4096)
def account(label: str) -> Account:
    """The account of a label; made once, because deriving an address from a key is slow in pure Python."""
    return Account(label)
