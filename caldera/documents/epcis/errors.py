"""Errors that only event documents have; all others come from :mod:`caldera.documents.errors`.

``path`` is a JSON pointer (RFC 6901) into the document, such as ``/epcisBody/eventList/3/eventTime``.
"""

from __future__ import annotations

from caldera.documents.errors import DocumentError, InvalidField


class InvalidEvent(InvalidField):
    """Fields of one event that contradict each other, or that its type and action do not allow together."""


class DuplicateEvent(DocumentError):
    """One eventID for two different events, of which neither declares the other to be wrong.

    Attributes:
        event_id: the eventID.
    """

    def __init__(self, event_id: str, *, path: str, first: str) -> None:
        super().__init__(
            f"the eventID {event_id[:120]!r} is also that of {first}, which says something else.",
            todo="An event is corrected by an errorDeclaration and a new event with its own eventID: ask the sender.",
            path=path,
        )
        self.event_id = event_id


class SchemaViolation(InvalidField):
    """The document breaks the JSON schema that the caller gave."""
