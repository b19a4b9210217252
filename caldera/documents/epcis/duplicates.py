"""One eventID, one event: a repetition must say the same, or declare the event to be wrong."""

from __future__ import annotations

from collections.abc import Iterable

from caldera.documents.epcis.errors import DuplicateEvent
from caldera.documents.epcis.event import Event
from caldera.documents.epcis.fields import Node


def check_duplicates(read: Iterable[tuple[Node, Event]]) -> None:
    """Refuse events of one eventID that differ.

    They may differ in errorDeclaration and recordTime: EPCIS declares an event wrong by repeating it with an
    errorDeclaration, and each repository has its own recordTime.

    Raises:
        DuplicateEvent: they differ otherwise.
    """
    first: dict[str, tuple[Node, Event]] = {}
    for node, event in read:
        known_node, known = first.setdefault(event.event_id, (node, event))
        if known.canonical != event.canonical:
            raise DuplicateEvent(event.event_id, path=node.at("eventID"), first=known_node.path)
