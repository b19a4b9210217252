"""One eventID, one event: a repetition must say the same, or declare the event to be wrong."""

from __future__ import annotations

from collections.abc import Iterable

from caldera.documents.epcis.canonical import canonical_event
from caldera.documents.epcis.errors import DuplicateEvent
from caldera.documents.epcis.event import Event
from caldera.documents.epcis.fields import Node

_ABOUT = frozenset({"errorDeclaration", "recordTime"})


def check_duplicates(read: Iterable[tuple[Node, Event]]) -> None:
    """Refuse events of one eventID that differ.

    They may differ in errorDeclaration and recordTime, if at least one of the two declares an error: EPCIS declares
    an event wrong by repeating it with an errorDeclaration.

    Raises:
        DuplicateEvent: they differ otherwise.
    """
    first: dict[str, tuple[Node, Event]] = {}
    for node, event in read:
        known_node, known = first.setdefault(event.event_id, (node, event))
        if known.canonical == event.canonical:
            continue
        declared = known.error_declaration is not None or event.error_declaration is not None
        if not declared or _base(known_node) != _base(node):
            raise DuplicateEvent(event.event_id, path=node.at("eventID"), first=known_node.path)


def _base(node: Node) -> bytes:
    return canonical_event({key: value for key, value in node.data.items() if key not in _ABOUT})
