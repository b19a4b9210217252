"""Words of GS1's vocabularies in all their spellings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from caldera.documents import InvalidField
from caldera.documents.epcis import words
from caldera.documents.epcis.vocabulary import MEASUREMENT

from .helpers import EVENTS, SCHEMA, needs_samples, read_one, sensor


@pytest.mark.parametrize(
    "written",
    [
        "shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "http://ref.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
    ],
)
def test_business_step(written: str) -> None:
    assert read_one(bizStep=written).biz_step == "shipping"


@pytest.mark.parametrize(
    "written", ["in_transit", "urn:epcglobal:cbv:disp:in_transit", "https://ref.gs1.org/cbv/Disp-in_transit"]
)
def test_disposition(written: str) -> None:
    assert read_one(disposition=written).disposition == "in_transit"
    assert read_one(persistentDisposition={"unset": [written]}).persistent_unset == ("in_transit",)


@pytest.mark.parametrize("written", ["desadv", "urn:epcglobal:cbv:btt:desadv", "cbv:BTT-desadv"])
def test_transaction_type(written: str) -> None:
    (transaction,) = read_one(bizTransactionList=[{"type": written, "bizTransaction": "urn:x:1"}]).transactions
    assert (transaction.type, transaction.id) == ("desadv", "urn:x:1")


@pytest.mark.parametrize("written", ["owning_party", "urn:epcglobal:cbv:sdt:owning_party", "cbv:SDT-owning_party"])
def test_source_and_destination_type(written: str) -> None:
    event = read_one(
        sourceList=[{"type": written, "source": "urn:x:1"}],
        destinationList={"type": written, "destination": "urn:x:2"},
    )
    assert [(place.type, place.id) for place in event.sources] == [("owning_party", "urn:x:1")]
    assert [(place.type, place.id) for place in event.destinations] == [("owning_party", "urn:x:2")]


@pytest.mark.parametrize("written", ["incorrect_data", "urn:epcglobal:cbv:er:incorrect_data", "cbv:ER-incorrect_data"])
def test_error_reason(written: str) -> None:
    declared = read_one(
        errorDeclaration={"declarationTime": "2026-03-03T00:00:00Z", "reason": written}
    ).error_declaration
    assert declared is not None
    assert declared.reason == "incorrect_data"


@pytest.mark.parametrize(
    "written",
    ["Temperature", "gs1:Temperature", "https://gs1.org/voc/Temperature", "http://www.gs1.org/voc/Temperature"],
)
def test_measurement(written: str) -> None:
    (reading,) = read_one(sensorElementList=sensor({"type": written, "value": 4, "uom": "CEL"})).readings
    assert reading.kind == "Temperature"


@pytest.mark.parametrize("written", ["ALARM_CONDITION", "gs1:ALARM_CONDITION", "https://gs1.org/voc/ALARM_CONDITION"])
def test_alarm(written: str) -> None:
    (reading,) = read_one(sensorElementList=sensor({"type": "Temperature", "exception": written})).readings
    assert reading.exception == "ALARM_CONDITION"


@pytest.mark.parametrize("written", ["latitude", "https://ref.gs1.org/cbv/Comp-latitude", "cbv:Comp-latitude"])
def test_component(written: str) -> None:
    report = {"type": "Angle", "value": 1, "uom": "DD", "component": written}
    (reading,) = read_one(sensorElementList=sensor(report)).readings
    assert reading.component == "latitude"


@pytest.mark.parametrize("private", ["https://example.com/washing", "urn:example:washing", "example:washing"])
def test_private_words_stay(private: str) -> None:
    event = read_one(
        bizStep=private, disposition=private, bizTransactionList=[{"type": private, "bizTransaction": "urn:x:1"}]
    )
    assert (event.biz_step, event.disposition, event.transactions[0].type) == (private, private, private)


@pytest.mark.parametrize(
    "unknown",
    [
        "Shipping", "SHIPPING", "flying", "", " shipping", "shipping\n", "in_transit", "BizStep-shipping",
        "urn:epcglobal:cbv:bizstep:flying", "urn:epcglobal:cbv:disp:in_transit", "urn:epcglobal:cbvx:shipping",
        "https://ref.gs1.org/cbv/BizStep-flying", "https://ref.gs1.org/cbv/Disp-in_transit", "cbv:flying",
        "https://ns.gs1.org/cbv/BizStep-shipping", "https://gs1.org/voc/Temperature", "https://example.com/a b",
        "https://example.com/wäsche", "1:2", ":x", "example:", "urn:%zz",
    ],
)  # fmt: skip
def test_unknown_words_are_refused(unknown: str) -> None:
    with pytest.raises(InvalidField) as caught:
        read_one(bizStep=unknown)
    assert caught.value.path == f"{EVENTS}/0/bizStep"


def test_unknown_measurements_are_refused() -> None:
    for unknown in ("temperature", "https://gs1.org/voc/Warmth", "gs1:Warmth", "cbv:BizStep-shipping"):
        with pytest.raises(InvalidField):
            MEASUREMENT.short(unknown, "")
    assert MEASUREMENT.short("https://example.com/voc/Warmth", "") == "https://example.com/voc/Warmth"


@needs_samples
def test_every_word_of_the_schema_is_known_and_no_other() -> None:
    definitions: dict[str, Any] = json.loads(SCHEMA.read_text())["definitions"]
    for name, known in {
        "bizStep": words.BIZ_STEPS,
        "disposition": words.DISPOSITIONS,
        "bizTransaction-type": words.TRANSACTIONS,
        "source-dest-type": words.PARTIES,
        "error-reason": words.REASONS,
        "component": words.COMPONENTS,
        "measurementType": words.MEASUREMENTS,
        "sensorAlertType": words.ALERTS,
    }.items():
        assert set(definitions[name]["anyOf"][1]["enum"]) == known
