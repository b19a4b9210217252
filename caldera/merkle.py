"""Merkle trees as OpenZeppelin's MerkleProof checks them: pairs sorted, a last node alone goes up as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from eth_abi.abi import encode
from eth_utils.crypto import keccak


class NotInTree(Exception):
    """The leaf is not in the tree."""


@dataclass(frozen=True)
class Tree:
    """A tree over hashes of 32 bytes, at least one, each once."""

    leaves: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """32 bytes."""
        return self._levels[-1][0]

    def proof(self, leaf: bytes) -> list[bytes]:
        """The hashes that lead from a leaf to the root.

        Raises:
            NotInTree: the leaf is not in the tree.
        """
        if leaf not in self._places:
            raise NotInTree(f"0x{leaf.hex()} is not in this tree; look for the tree of its time")
        place, hashes = self._places[leaf], []
        for level in self._levels[:-1]:
            if place ^ 1 < len(level):
                hashes.append(level[place ^ 1])
            place //= 2
        return hashes

    @cached_property
    def _places(self) -> dict[bytes, int]:
        return {leaf: place for place, leaf in enumerate(self.leaves)}

    @cached_property
    def _levels(self) -> list[list[bytes]]:
        if not self.leaves or len(set(self.leaves)) != len(self.leaves):
            raise ValueError("a tree has leaves, each once")
        levels = [list(self.leaves)]
        while len(levels[-1]) > 1:
            levels.append(_above(levels[-1]))
        return levels


def double_hash(kinds: Sequence[str], values: Sequence[object]) -> bytes:
    """A leaf: keccak256(keccak256(abi.encode(values))), hashed twice so that no inner node can pass for a leaf."""
    return keccak(keccak(encode(list(kinds), list(values))))


def serial_leaf(serial: str, item: int) -> bytes:
    """The leaf of `IBoundRights.publishSerials`: an item and the serial number it bears."""
    return double_hash(["bytes32", "uint256"], [keccak(text=serial), item])


def serial_tree(borne: Iterable[tuple[str, int]]) -> Tree:
    """The tree over (serial number, item) pairs."""
    return Tree(tuple(sorted(serial_leaf(serial, item) for serial, item in borne)))


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [sorted(level[at : at + 2]) for at in range(0, len(level), 2)]
    return [keccak(b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs]
