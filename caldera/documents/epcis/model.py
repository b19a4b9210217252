"""The small parts of an event; sensor readings are in :mod:`caldera.documents.epcis.sensors`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from caldera.documents.epcis.jsontext import Json


class EventKind(StrEnum):
    """The five event types of EPCIS 2.0."""

    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSACTION = "TransactionEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"


class Action(StrEnum):
    """What the event does to the life cycle of its objects, or to the link between them."""

    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of a class of objects.

    Attributes:
        epc_class: URI of the class or lot.
        quantity: never negative; None when not stated. Without ``uom`` a number of objects.
        uom: UN/ECE Recommendation 20 code such as ``"KGM"``.
    """

    epc_class: str
    quantity: Decimal | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class BusinessTransaction:
    """A business document: ``type`` is a short name (``"desadv"``), a private URI, or None."""

    type: str | None
    id: str


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a transfer: ``type`` is ``"owning_party"``, ``"possessing_party"``, ``"location"`` or a URI."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """Says that the event which carries it was wrong.

    Attributes:
        time: when that was declared, UTC.
        reason: ``"did_not_occur"``, ``"incorrect_data"``, a private URI, or None.
        corrective_ids: eventIDs of the events that hold instead.
        extensions: members with a prefix.
    """

    time: datetime
    reason: str | None = None
    corrective_ids: tuple[str, ...] = ()
    extensions: dict[str, Json] = field(default_factory=dict, hash=False)
