"""The fields inside an event: types, units, extensions, shipments."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from caldera.documents import DocumentError, InvalidField, MissingField
from caldera.documents.epcis import BusinessTransaction, InvalidEvent, Quantity

from .helpers import EVENTS, LOT, SGTIN, SSCC, document, event, read, read_one

LINK = "https://id.example.com/00/095212340000001171"


def test_quantities() -> None:
    listed = [
        {"epcClass": LOT, "quantity": 0.10, "uom": "KGM"},
        {"epcClass": LOT, "quantity": 0},
        {"epcClass": LOT},
    ]
    assert read_one(quantityList=listed).quantities == (
        Quantity(LOT, Decimal("0.1"), "KGM"),
        Quantity(LOT, Decimal(0)),
        Quantity(LOT),
    )


@pytest.mark.parametrize(
    ("wrong", "field", "error"),
    [
        ({}, "/epcClass", MissingField),
        ({"epcClass": "lot 1"}, "/epcClass", InvalidField),
        ({"epcClass": LOT, "quantity": "4"}, "/quantity", InvalidField),
        ({"epcClass": LOT, "quantity": True}, "/quantity", InvalidField),
        ({"epcClass": LOT, "quantity": None}, "/quantity", InvalidField),
        ({"epcClass": LOT, "quantity": -1}, "/quantity", InvalidField),
        ({"epcClass": LOT, "uom": "KGM"}, "/uom", InvalidEvent),
        ({"epcClass": LOT, "quantity": 4, "uom": "kg"}, "/uom", InvalidField),
        ({"epcClass": LOT, "quantity": 4, "uom": "K"}, "/uom", InvalidField),
        ({"epcClass": LOT, "quantity": 4, "uom": "KGMM"}, "/uom", InvalidField),
        ({"epcClass": LOT, "example:note": "x"}, "/example:note", InvalidField),
        ("LOT", "", InvalidField),
    ],
)
def test_wrong_quantities(wrong: Any, field: str, error: type[DocumentError]) -> None:
    with pytest.raises(error) as caught:
        read_one(quantityList=[wrong])
    assert caught.value.path == f"{EVENTS}/0/quantityList/0{field}"


@pytest.mark.parametrize(
    ("field", "wrong", "path"),
    [
        ("eventID", "17", "eventID"),
        ("eventID", "_:blank", "eventID"),
        ("eventID", None, "eventID"),
        ("recordTime", "yesterday", "recordTime"),
        ("epcList", "urn:x:1", "epcList"),
        ("epcList", ["x"], "epcList/0"),
        ("epcList", ["urn:x:1", 2], "epcList/1"),
        ("epcList", ["urn:x:" + "1" * 2048], "epcList/0"),
        ("readPoint", "urn:x:1", "readPoint"),
        ("readPoint", {}, "readPoint/id"),
        ("bizLocation", {"id": ""}, "bizLocation/id"),
        ("bizTransactionList", [{"type": "po"}], "bizTransactionList/0/bizTransaction"),
        ("bizTransactionList", [{"bizTransaction": "urn:x:1", "a": 1}], "bizTransactionList/0/a"),
        ("bizTransactionList", {"bizTransaction": "urn:x:1"}, "bizTransactionList"),
        ("sourceList", [{"source": "urn:x:1"}], "sourceList/0/type"),
        ("sourceList", [{"type": "location"}], "sourceList/0/source"),
        ("sourceList", {"type": "location", "destination": "urn:x:1"}, "sourceList/destination"),
        ("destinationList", "urn:x:1", "destinationList"),
        ("certificationInfo", "x", "certificationInfo"),
        ("certificationInfo", ["urn:x:1", "x"], "certificationInfo/1"),
        ("certificationInfo", {}, "certificationInfo"),
        ("errorDeclaration", {}, "errorDeclaration/declarationTime"),
        ("errorDeclaration", {"declarationTime": "2026-03-03T00:00:00Z", "why": "x"}, "errorDeclaration/why"),
        ("ilmd", [], "ilmd"),
        ("mine", 1, "mine"),
        ("my field", 1, "my field"),
        ("@id", "urn:x:1", "@id"),
        ("id", "urn:x:1", "id"),
        ("@context", "context", "@context"),
        ("@context", ["urn:x:1", "urn:x:1"], "@context"),
        ("@context", 1, "@context"),
    ],
)
def test_wrong_fields(field: str, wrong: Any, path: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(document({**event(action="ADD"), field: wrong}))
    assert caught.value.path == f"{EVENTS}/0/{path}"
    assert caught.value.todo


def test_extensions_are_kept_as_received() -> None:
    own = {"example:a": {"b": [1, 2.50, None]}, "https://example.com/c": "x", "urn:example:d": True}
    found = read(document({**event(), **own})).events[0].extensions
    assert found == {"example:a": {"b": [1, Decimal("2.5"), None]}, "https://example.com/c": "x", "urn:example:d": True}


def test_certifications_and_record_time() -> None:
    assert read_one(certificationInfo="urn:x:1").certifications == ("urn:x:1",)
    assert read_one(certificationInfo=["urn:x:1", "urn:x:2"]).certifications == ("urn:x:1", "urn:x:2")
    assert read_one(recordTime="2026-03-02T05:11:00Z").record_time == datetime(2026, 3, 2, 5, 11, tzinfo=UTC)


def test_objects_are_named_once() -> None:
    found = read_one("TransactionEvent", parentID=SSCC, epcList=[SGTIN, SSCC, "urn:x:1"])
    assert found.objects == (SSCC, SGTIN, "urn:x:1")
    found = read_one("TransformationEvent", inputEPCList=["urn:x:1"], outputEPCList=["urn:x:2", "urn:x:1"])
    assert found.objects == ("urn:x:1", "urn:x:2")


def test_shipment_is_the_parent_before_all() -> None:
    assert read_one("AggregationEvent", parentID="urn:x:1", childEPCs=[SSCC]).shipment == "urn:x:1"
    assert read_one("AggregationEvent", action="OBSERVE", parentID=LINK).sscc18 == "095212340000001171"


def test_shipment_is_the_first_logistic_unit() -> None:
    gsin = "urn:epc:id:gsin:9521234.000000117"
    assert read_one(epcList=[SGTIN, LINK, SSCC]).shipment == LINK
    assert read_one(epcList=[SGTIN, gsin, SSCC]).shipment == gsin
    assert read_one(epcList=[SGTIN]).shipment is None
    assert read_one("TransformationEvent", inputEPCList=[SSCC], outputEPCList=[LINK]).shipment == LINK
    assert read_one("TransformationEvent", inputEPCList=[SSCC]).shipment == SSCC
    assert read_one(epcList=[SSCC]).shipment_key == read_one(epcList=[LINK]).shipment_key == "(00)095212340000001171"


def test_shipment_is_a_shipping_document_last() -> None:
    po = {"type": "po", "bizTransaction": "urn:x:po"}
    bol = {"type": "cbv:BTT-bol", "bizTransaction": "urn:x:bol"}
    advice = {"type": "desadv", "bizTransaction": "urn:x:desadv"}
    ginc = {"bizTransaction": "urn:epc:id:ginc:9521234.C17"}
    assert read_one(bizTransactionList=[po, bol, advice]).shipment == "urn:x:bol"
    assert read_one(bizTransactionList=[po, advice, bol]).shipment == "urn:x:desadv"
    assert read_one(bizTransactionList=[po, ginc, bol]).shipment_key == "(401)9521234C17"
    assert read_one(bizTransactionList=[po]).shipment is None
    assert read_one(bizTransactionList=[po]).shipment_key is None
    assert read_one(bizTransactionList=[bol], epcList=[SSCC]).shipment == SSCC
    assert read_one(bizTransactionList=[ginc]).transactions == (
        BusinessTransaction(None, "urn:epc:id:ginc:9521234.C17"),
    )


def test_events_are_values() -> None:
    assert read_one() == read_one()
    assert len({read_one(), read_one(), read_one(bizStep="packing")}) == 2
