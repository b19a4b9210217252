"""A document of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caldera.documents.epcis.event import Event


@dataclass(frozen=True, slots=True)
class EpcisDocument:
    """The events of one file.

    Attributes:
        id: identifier of the document, or None.
        schema_version: such as ``"2.0"``; None for a bare event, or a query result that does not state it.
        creation_date: UTC; None likewise.
        events: in the order of the document.
        source: name of the file, ``"<bytes>"`` when it came from memory.
        document_hash: sha256 of the bytes, 32 bytes.
    """

    id: str | None
    schema_version: str | None
    creation_date: datetime | None
    events: tuple[Event, ...]
    source: str
    document_hash: bytes

    def in_order(self) -> tuple[Event, ...]:
        """The events by time; those of one moment in the order of the document."""
        return tuple(sorted(self.events, key=lambda event: event.time))

    def corrections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Of each event declared wrong its id, and the ids of the events that hold instead, once each."""
        return tuple(
            dict.fromkeys(
                (event.event_id, event.error_declaration.corrective_ids)
                for event in self.events
                if event.error_declaration is not None
            )
        )
