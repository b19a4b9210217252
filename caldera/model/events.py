"""Recorded events of sources as plain records; every rule raises the contract error's name.

An event is known by its source and its id. What is latest is looked for among all that stand, never kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from caldera.anchoring import NONE, Leaf
from caldera.model.ledger import Refused


@dataclass(frozen=True)
class Anchored:
    """A batch of `source`. `first`, `last`: bounds of its events' times, as the source says."""

    source: int
    anchored_at: int
    first: int
    last: int
    leaves: frozenset[Leaf]


@dataclass
class Recorded:
    """An event. `leaf`: None while only its error declaration is known. `order`: when it was recorded. `void_since`: 0
    where it stands."""

    leaf: Leaf | None = None
    order: int = 0
    void_since: int = 0
    corrected_by: bytes = NONE


class EventsModel:
    """All batches and events at time `now`, which the caller sets."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.batches: dict[tuple[int, bytes], Anchored] = {}
        self.events: dict[tuple[int, bytes], Recorded] = {}
        self.orders = 0

    def anchor(self, root: bytes, source: int, first: int, last: int, leaves: Iterable[Leaf]) -> None:
        """By an active participant of entity `source`; 0: who is none."""
        if source == 0:
            raise Refused("NotActive")
        if root == NONE or (source, root) in self.batches:
            raise Refused("AlreadyAnchored")
        kept = frozenset(leaves)
        if not kept or first == 0 or first > last or last > self.now:
            raise Refused("BatchOutOfTime")
        self.batches[source, root] = Anchored(source, self.now, first, last, kept)

    def record(self, source: int, root: bytes, leaf: Leaf, proved: bool) -> bool:
        """By anybody; false where it was known already. `proved`: the proof leads from this leaf to the root."""
        if (source, root) not in self.batches:
            raise Refused("UnknownBatch")
        batch = self.batches[source, root]
        if not proved or leaf not in batch.leaves:
            raise Refused("NotInBatch")
        if not batch.first <= leaf.time <= batch.last or leaf.declaredAt > batch.anchored_at:
            raise Refused("TimeOutsideBatch")
        known = self.events.get((batch.source, leaf.id), Recorded())
        if leaf.declaredAt:
            if known.void_since:
                return False
            known.void_since, known.corrected_by = leaf.declaredAt, leaf.correctedBy
        else:
            if known.leaf is not None:
                if known.leaf.content != leaf.content:
                    raise Refused("EventConflict")
                return False
            self.orders += 1
            known.leaf, known.order = leaf, self.orders
        self.events[batch.source, leaf.id] = known
        return True

    def stands(self, source: int, event: bytes) -> bool:
        """Recorded and not declared wrong."""
        known = self.events.get((source, event), Recorded())
        return known.leaf is not None and not known.void_since

    def standing(self, source: int, subject: bytes) -> list[Leaf]:
        """Events of a source about a subject that stand, latest first; of one second, the one recorded last."""
        found = [
            (known.leaf.time, known.order, known.leaf)
            for (by, _), known in self.events.items()
            if by == source and known.leaf is not None and known.leaf.subject == subject and not known.void_since
        ]
        return [leaf for _, _, leaf in sorted(found, key=lambda one: one[:2], reverse=True)]

    def latest(self, source: int, subject: bytes) -> bytes:
        """Id of the latest event that stands; zeros where there is none."""
        standing = self.standing(source, subject)
        return standing[0].id if standing else NONE
