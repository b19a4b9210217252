"""Paths of the documents, and small documents built in memory."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from caldera.documents.epcis import EpcisDocument, Event, read_epcis

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "examples" / "events"
SAMPLES = ROOT.parent / "shared" / "data" / "epcis"
SCHEMA = SAMPLES / "EPCIS-JSON-Schema.json"

needs_samples = pytest.mark.skipif(not SCHEMA.is_file(), reason="GS1's samples and schema are not at shared/data/epcis")

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
SSCC = "urn:epc:id:sscc:9521234.0000000117"
SGTIN = "urn:epc:id:sgtin:9521234.012345.1001"
LOT = "urn:epc:class:lgtin:9521234.054321.L2603"
EVENTS = "/epcisBody/eventList"

_WHEN = {"eventTime": "2026-03-02T06:10:00+01:00", "eventTimeZoneOffset": "+01:00"}
_OWN: dict[str, dict[str, Any]] = {
    "ObjectEvent": {"action": "OBSERVE", "epcList": [SGTIN]},
    "AggregationEvent": {"action": "ADD", "parentID": SSCC, "childEPCs": [SGTIN]},
    "AssociationEvent": {"action": "ADD", "parentID": SSCC, "childEPCs": [SGTIN]},
    "TransactionEvent": {
        "action": "ADD",
        "epcList": [SGTIN],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:example:po:1"}],
    },
    "TransformationEvent": {"inputEPCList": [SGTIN], "outputEPCList": ["urn:epc:id:sgtin:9521234.012345.1002"]},
}
DROP = object()
"""As the value of a field: the field is left out."""


def event(kind: str = "ObjectEvent", **changes: Any) -> dict[str, Any]:
    """A valid event with the fields of ``changes`` set, or left out where they are ``DROP``."""
    made = {"type": kind, **_WHEN, **copy.deepcopy(_OWN[kind]), **changes}
    return {key: value for key, value in made.items() if value is not DROP}


def document(*events: Any, **changes: Any) -> dict[str, Any]:
    """A valid document of ``events``."""
    made = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-06T08:15:00Z",
        "epcisBody": {"eventList": list(events) or [event()]},
        **changes,
    }
    return {key: value for key, value in made.items() if value is not DROP}


def query(*events: Any, **changes: Any) -> dict[str, Any]:
    """A valid query result of ``events``."""
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(events)}}
    return document(**{"type": "EPCISQueryDocument", "epcisBody": {"queryResults": results}, **changes})


def read(value: Any) -> EpcisDocument:
    """Read a JSON value."""
    return read_epcis(json.dumps(value).encode())


def read_one(kind: str = "ObjectEvent", **changes: Any) -> Event:
    """Read one event of a document."""
    (found,) = read(document(event(kind, **changes))).events
    return found


def sensor(report: dict[str, Any], metadata: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """A sensorElementList of one report."""
    element: dict[str, Any] = {"sensorReport": [report]}
    return [element if metadata is None else {"sensorMetadata": metadata, **element}]
