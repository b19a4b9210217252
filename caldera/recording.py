"""Where an event belongs among those that are recorded: what `EventAnchor.recordAt` is told, so that it costs the same
among any number of them."""

from __future__ import annotations

from caldera.anchoring import NONE, Leaf
from caldera.contracts import EventAnchor


def later_than(anchor: EventAnchor, source: int, leaf: Leaf) -> bytes:
    """Id of the event that stands right after this one by time, or, of an error declaration, right after the event that
    it is about; 32 zero bytes where none does. Walks what stands of the source about the subject, latest first."""
    later, (at, known) = NONE, anchor.latestOf(source, leaf.subject)
    while at != NONE and (at != leaf.id if leaf.declaredAt else known.time > leaf.time):
        later, at = at, known.earlier
        known = anchor.eventOf(source, at)
    return later if at != NONE or not leaf.declaredAt else NONE
