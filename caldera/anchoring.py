"""Merkle roots and proofs over EPCIS events, as `IEventAnchor` checks them.

A batch is a set of leaves; its root goes on chain in one transaction, each event is provable by about log2(n) hashes.
Identifiers go in as keccak256 of their UTF-8 text: the event id as written, the subject in the form in which EPC URN
and GS1 Digital Link of one unit are equal (:func:`subject_of`), the read point as written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from eth_utils.crypto import keccak

from caldera.documents.epcis import Event, element_string
from caldera.merkle import Tree, double_hash

NONE = b"\0" * 32
_LEAF = "(bytes32,bytes32,bytes32,bytes32,uint40,uint40,bytes32)"


class AnchoringError(Exception):
    """An event or a batch that cannot be anchored; says what to do."""


class Leaf(NamedTuple):
    """`IEventAnchor.EventLeaf`: hashes of 32 bytes, times in seconds."""

    id: bytes
    subject: bytes
    place: bytes
    content: bytes
    time: int
    declaredAt: int
    correctedBy: bytes

    @property
    def hash(self) -> bytes:
        """keccak256(keccak256(abi.encode(leaf))): hashed twice, so that no inner node can pass for a leaf."""
        return double_hash([_LEAF], [tuple(self)])


def subject_of(event: Event) -> str:
    """What an event is about: its shipment; where it names none, its first object or lot; else the event itself.

    Shipments, objects and lots are in the form in which URN and Digital Link are equal.
    """
    if event.shipment is not None:
        return event.shipment_key or event.shipment
    return next((element_string(one) for one in (*event.objects, *event.classes)), event.event_id)


def leaf_of(event: Event) -> Leaf:
    """The leaf of an event. The time is its own, rounded down to the second.

    Raises:
        AnchoringError: the event, or its error declaration, lies before 1970-01-01T00:00:01Z.
    """
    time = _seconds(event, event.time.timestamp())
    declaration = event.error_declaration
    declared, corrected = 0, NONE
    if declaration is not None:
        declared = _seconds(event, declaration.time.timestamp())
        if declaration.corrective_ids:
            corrected = keccak(text=declaration.corrective_ids[0])
    return Leaf(
        keccak(text=event.event_id),
        keccak(text=subject_of(event)),
        keccak(text=event.read_point) if event.read_point else NONE,
        event.content_hash,
        time,
        declared,
        corrected,
    )


def _seconds(event: Event, timestamp: float) -> int:
    seconds = int(timestamp // 1)
    if not 0 < seconds < 1 << 40:
        raise AnchoringError(f"{event.event_id}: its time cannot be anchored; correct the event's time at its source")
    return seconds


@dataclass(frozen=True)
class Batch:
    """Leaves in the order of their hashes, each once."""

    leaves: tuple[Leaf, ...]

    @classmethod
    def of(cls, events: Iterable[Event]) -> Batch:
        """The batch of some events; copies of one event count once.

        Raises:
            AnchoringError: there are none, or two of them have one id and neither declares the other wrong.
        """
        leaves = {leaf.hash: leaf for leaf in map(leaf_of, events)}
        if not leaves:
            raise AnchoringError("a batch needs events; wait until there are some")
        plain = [leaf.id for leaf in leaves.values() if not leaf.declaredAt]
        if len(set(plain)) != len(plain):
            raise AnchoringError("two events of the batch have one event id; have one of them declared wrong first")
        return cls(tuple(leaves[key] for key in sorted(leaves)))

    @property
    def first(self) -> int:
        """Earliest time of an event."""
        return min(leaf.time for leaf in self.leaves)

    @property
    def last(self) -> int:
        """Latest time of an event."""
        return max(leaf.time for leaf in self.leaves)

    @property
    def root(self) -> bytes:
        """32 bytes."""
        return self._tree.root

    def proof(self, leaf: Leaf) -> list[bytes]:
        """The hashes that lead from a leaf of the batch to its root.

        Raises:
            NotInTree: the leaf is not in the batch.
        """
        return self._tree.proof(leaf.hash)

    @cached_property
    def _tree(self) -> Tree:
        return Tree(tuple(leaf.hash for leaf in self.leaves))
