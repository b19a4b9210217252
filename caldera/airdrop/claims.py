"""A list of claims and its Merkle tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from caldera.evm.address import Address, AddressLike, parse, to_address
from caldera.evm.hashing import keccak
from caldera.merkle import Tree

from .errors import NotListed

SUPPLY = 10**27
"""All ERA there is, in wei (10^-18 ERA): no list can give more."""
DECIMALS = 18


class Claim(NamedTuple):
    """What an account can claim: `amount` in wei of ERA."""

    index: int  # type: ignore[assignment]  # hides tuple's own, which nobody asks here
    account: Address
    amount: int


def leaf(index: int, account: str, amount: int) -> bytes:
    """keccak256(keccak256(abi.encode(index, account, amount))), as `IAirdropClaim` hashes a claim.

    Three words of 32 bytes: written down here, since a general encoder takes ten times as long as the hashes.
    """
    return keccak(keccak(index.to_bytes(32, "big") + bytes(12) + parse(account) + amount.to_bytes(32, "big")))


@dataclass(frozen=True)
class Airdrop:
    """Claims in the order of their indexes, 0 to n - 1: one account, one claim. Make it by `of` or `read_list`."""

    claims: tuple[Claim, ...]

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError("an airdrop has claims")
        for place, claim in enumerate(self.claims):
            if claim.index != place:
                raise ValueError(f"claim {place} has index {claim.index}")
            if not 0 < claim.amount <= SUPPLY:
                raise ValueError(f"{claim.account}: {claim.amount} wei is nothing to claim")
        if len({claim.account for claim in self.claims}) != len(self.claims):
            raise ValueError("an account stands twice in the list")

    @classmethod
    def of(cls, amounts: Iterable[tuple[AddressLike, int]]) -> Airdrop:
        """Claims of accounts, each with its wei, numbered by ascending address: their order makes no other root.

        Raises:
            ValueError: none, one account twice, or an amount that is none.
        """
        pairs = ((to_address(account), amount) for account, amount in amounts)
        ordered = sorted(pairs, key=lambda one: one[0].lower())
        return cls(tuple(Claim(index, account, amount) for index, (account, amount) in enumerate(ordered)))

    @cached_property
    def root(self) -> bytes:
        """32 bytes."""
        return self._tree.root

    @cached_property
    def total(self) -> int:
        """Sum of all claims in wei: what the round must be given."""
        return sum(claim.amount for claim in self.claims)

    def claim_of(self, account: AddressLike) -> Claim:
        """The claim of an account.

        Raises:
            NotListed: it has none.
        """
        where = to_address(account)
        if where not in self._places:
            raise NotListed(f"{where} has no claim in this list; look for the list of another round")
        return self.claims[self._places[where]]

    def proof(self, claim: Claim) -> list[bytes]:
        """The hashes that lead from a claim to the root.

        Raises:
            NotInTree: it is not in this list.
        """
        return self._tree.proof(leaf(*claim))

    @cached_property
    def _places(self) -> dict[Address, int]:
        return {claim.account: claim.index for claim in self.claims}

    @cached_property
    def _tree(self) -> Tree:
        return Tree(tuple(leaf(*claim) for claim in self.claims))


def era(amount: int) -> str:
    """Wei as ERA, exact, with thousands separators, for people."""
    whole, rest = divmod(amount, 10**DECIMALS)
    return f"{whole:,}" + (f".{rest:018d}".rstrip("0") if rest else "")
