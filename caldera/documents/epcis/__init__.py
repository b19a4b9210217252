"""Reads the events of supply chains: GS1 EPCIS 2.0 in JSON-LD.

:func:`read_epcis` gives a frozen :class:`EpcisDocument` of :class:`Event` with exact numbers and moments, or raises
one of the errors below :class:`caldera.documents.DocumentError`.
"""

from caldera.documents.epcis.canonical import canonical_event, canonical_json
from caldera.documents.epcis.document import EpcisDocument
from caldera.documents.epcis.errors import DuplicateEvent, InvalidEvent, SchemaViolation
from caldera.documents.epcis.event import Event
from caldera.documents.epcis.files import MAX_BYTES
from caldera.documents.epcis.identifiers import element_string, is_logistic_unit, sscc18
from caldera.documents.epcis.jsontext import MAX_DEPTH, Json
from caldera.documents.epcis.model import (
    Action,
    BusinessTransaction,
    ErrorDeclaration,
    EventKind,
    Place,
    Quantity,
)
from caldera.documents.epcis.read import read_epcis
from caldera.documents.epcis.sensors import Metadata, Reading, SensorElement

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Action",
    "BusinessTransaction",
    "DuplicateEvent",
    "EpcisDocument",
    "ErrorDeclaration",
    "Event",
    "EventKind",
    "InvalidEvent",
    "Json",
    "Metadata",
    "Place",
    "Quantity",
    "Reading",
    "SchemaViolation",
    "SensorElement",
    "canonical_event",
    "canonical_json",
    "element_string",
    "is_logistic_unit",
    "read_epcis",
    "sscc18",
]
