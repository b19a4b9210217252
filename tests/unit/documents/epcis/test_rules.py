"""What each event type and action asks for: every refusal beside a case that just passes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from caldera.documents import InvalidField, MissingField, UnsupportedDocument
from caldera.documents.epcis import InvalidEvent

from .helpers import DROP, EVENTS, LOT, SGTIN, SSCC, event, read, read_one, sensor
from .helpers import document as document_of

KINDS = ("ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent")
SENSED = sensor({"type": "Temperature", "value": 4, "uom": "CEL"})
POINT = {"id": "urn:epc:id:sgln:9521234.00001.0"}
LOTS = [{"epcClass": LOT, "quantity": 4, "uom": "KGM"}]


def refused(kind: str, field: str, error: type[Exception], **changes: Any) -> None:
    with pytest.raises(error) as caught:
        read_one(kind, **changes)
    assert type(caught.value) is error
    assert getattr(caught.value, "path", None) == f"{EVENTS}/0/{field}"


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str) -> None:
    assert read_one(kind).kind == kind


def test_unknown_kinds() -> None:
    for kind in ("Objectevent", "QuantityEvent", "example:CustomEvent", ""):
        with pytest.raises(UnsupportedDocument, match="five event types"):
            read(document_of({**event(), "type": kind}))
    refused("ObjectEvent", "type", MissingField, type=DROP)
    refused("ObjectEvent", "type", InvalidField, type=["ObjectEvent"])


@pytest.mark.parametrize("kind", KINDS[:4])
def test_action(kind: str) -> None:
    refused(kind, "action", MissingField, action=DROP)
    for wrong in ("add", "OBSERVED", "", None, 1, ["ADD"], "name"):
        refused(kind, "action", InvalidField, action=wrong)
    for action in ("ADD", "OBSERVE", "DELETE"):
        assert read_one(kind, action=action).action == action


def test_transformation_has_no_action() -> None:
    refused("TransformationEvent", "action", InvalidField, action="ADD")
    assert read_one("TransformationEvent").action is None


def test_object_event_names_objects() -> None:
    refused("ObjectEvent", "epcList", MissingField, epcList=DROP)
    refused("ObjectEvent", "epcList", MissingField, epcList=DROP, quantityList=[])
    refused("ObjectEvent", "epcList", MissingField, epcList=DROP, sensorElementList=SENSED)
    refused("ObjectEvent", "epcList", MissingField, epcList=DROP, sensorElementList=[], readPoint=POINT)
    assert read_one("ObjectEvent", epcList=[]).objects == ()
    assert read_one("ObjectEvent", epcList=DROP, quantityList=LOTS).classes == (LOT,)
    assert read_one("ObjectEvent", epcList=DROP, sensorElementList=SENSED, readPoint=POINT).objects == ()


def test_ilmd_belongs_to_the_first_event() -> None:
    ilmd = {"example:bestBefore": "2026-03-20"}
    for action in ("OBSERVE", "DELETE"):
        refused("ObjectEvent", "ilmd", InvalidEvent, action=action, ilmd=ilmd)
    assert read_one("ObjectEvent", action="ADD", ilmd=ilmd).ilmd == ilmd
    assert read_one("TransformationEvent", ilmd=ilmd).ilmd == ilmd
    refused("AggregationEvent", "ilmd", InvalidField, ilmd=ilmd)
    refused("ObjectEvent", "ilmd/bestBefore", InvalidField, action="ADD", ilmd={"bestBefore": 1})


def test_aggregation_has_a_parent() -> None:
    for action in ("ADD", "DELETE"):
        refused("AggregationEvent", "parentID", MissingField, action=action, parentID=DROP)
        assert read_one("AggregationEvent", action=action).parent == SSCC
    assert read_one("AggregationEvent", action="OBSERVE", parentID=DROP).parent is None
    for action in ("ADD", "OBSERVE", "DELETE"):
        refused("AssociationEvent", "parentID", MissingField, action=action, parentID=DROP)
    assert read_one("TransactionEvent").parent is None


@pytest.mark.parametrize("kind", ["AggregationEvent", "AssociationEvent"])
def test_children(kind: str) -> None:
    for action in ("ADD", "OBSERVE"):
        refused(kind, "childEPCs", MissingField, action=action, childEPCs=DROP)
        refused(kind, "childEPCs", MissingField, action=action, childEPCs=[], childQuantityList=[])
        assert read_one(kind, action=action, childEPCs=DROP, childQuantityList=LOTS).classes == (LOT,)
    assert read_one(kind, action="DELETE", childEPCs=DROP).objects == (SSCC,)
    refused(kind, "epcList", InvalidField, epcList=[SGTIN])


def test_transaction() -> None:
    refused("TransactionEvent", "bizTransactionList", MissingField, bizTransactionList=DROP)
    refused("TransactionEvent", "bizTransactionList", MissingField, bizTransactionList=[])
    refused("TransactionEvent", "epcList", MissingField, epcList=DROP)
    refused("TransactionEvent", "epcList", MissingField, epcList=DROP, quantityList=[])
    assert read_one("TransactionEvent", epcList=[]).objects == ()
    assert read_one("TransactionEvent", epcList=DROP, action="DELETE").objects == ()
    assert read_one("TransactionEvent", epcList=DROP, quantityList=LOTS).quantities[0].quantity == Decimal(4)


def test_transformation() -> None:
    run: dict[str, Any] = {"transformationID": "urn:example:run:1"}
    refused("TransformationEvent", "inputEPCList", MissingField, inputEPCList=DROP)
    refused("TransformationEvent", "outputEPCList", MissingField, outputEPCList=[])
    refused("TransformationEvent", "inputEPCList", MissingField, inputEPCList=DROP, outputEPCList=DROP, **run)
    assert read_one("TransformationEvent", inputEPCList=DROP, **run).transformation_id == "urn:example:run:1"
    assert read_one("TransformationEvent", inputEPCList=DROP, inputQuantityList=LOTS).classes == (LOT,)
    assert read_one("TransformationEvent", outputEPCList=DROP, outputQuantityList=LOTS).objects == (SGTIN,)


@pytest.mark.parametrize("kind", ["AggregationEvent", "AssociationEvent", "TransactionEvent"])
def test_persistent_disposition_is_of_two_types_only(kind: str) -> None:
    refused(kind, "persistentDisposition", InvalidField, persistentDisposition={"set": ["damaged"]})
    found = read_one("TransformationEvent", persistentDisposition={"set": ["damaged"], "unset": ["available"]})
    assert (found.persistent_set, found.persistent_unset) == (("damaged",), ("available",))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, ""),
        ({"set": []}, "/set"),
        ({"set": ["damaged", "damaged"]}, "/set/1"),
        ({"set": ["damaged", "cbv:Disp-damaged"]}, "/set/1"),
        ({"set": "damaged"}, "/set"),
        ({"set": ["damaged"], "example:x": 1}, "/example:x"),
    ],
)
def test_persistent_disposition(wrong: Any, field: str) -> None:
    refused("ObjectEvent", f"persistentDisposition{field}", InvalidField, persistentDisposition=wrong)


def test_repeated_objects() -> None:
    refused("ObjectEvent", "epcList/1", InvalidField, epcList=[SGTIN, SGTIN])
    refused("TransformationEvent", "inputEPCList/1", InvalidField, inputEPCList=[SGTIN, SGTIN])
    assert read_one("AggregationEvent", childEPCs=[SGTIN, SGTIN]).objects == (SSCC, SGTIN)
