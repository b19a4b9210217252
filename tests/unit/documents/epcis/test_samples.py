"""Every sample of GS1's against what a person reads in it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from caldera.documents.epcis import Place, Reading, SchemaViolation, read_epcis

from .expected import EVENTS, READINGS, Read
from .helpers import SAMPLES, SCHEMA, needs_samples

pytestmark = needs_samples

NUMBERS = ("value", "min_value", "max_value", "mean", "sdev", "perc_rank", "perc_value")
OTHERS = ("string_value", "boolean_value", "hex_value", "uri_value", "chemical_substance", "microorganism")
ODD = "Example-TransactionEvents-2020_07_03y.jsonld"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_every_sample_is_expected() -> None:
    assert {path.name for path in SAMPLES.glob("*.jsonld")} == set(EVENTS)
    assert len(EVENTS) == 14


@pytest.mark.parametrize("name", EVENTS)
def test_events(name: str) -> None:
    path = SAMPLES / name
    found = read_epcis(path)
    assert found.schema_version == "2.0"
    assert found.document_hash == hashlib.sha256(path.read_bytes()).digest()
    assert len(found.events) == len(EVENTS[name])
    for event, seen in zip(found.events, EVENTS[name], strict=True):
        assert (event.kind, event.action) == (seen.kind, seen.action)
        assert (event.biz_step, event.disposition) == (seen.step, seen.disposition)
        assert event.time == moment(seen.utc)
        assert event.local_time.isoformat() == datetime.fromisoformat(seen.local).isoformat()
        assert (event.shipment, event.sscc18) == (seen.shipment, seen.sscc18)
        listed = (*event.quantities, *event.child_quantities, *event.input_quantities, *event.output_quantities)
        assert tuple((item.quantity, item.uom) for item in listed) == tuple(
            (Decimal(quantity or 0), uom) for quantity, uom in seen.quantities
        )


@pytest.mark.parametrize("name", EVENTS)
def test_readings(name: str) -> None:
    readings = [reading for event in read_epcis(SAMPLES / name).events for reading in event.readings]
    expected = READINGS.get(name, ())
    assert len(readings) == len(expected)
    for reading, read in zip(readings, expected, strict=True):
        check_reading(reading, read)


def check_reading(reading: Reading, read: Read) -> None:
    assert (reading.kind, reading.uom) == (read.kind, read.uom)
    assert reading.observed_at == moment(read.utc)
    for name in NUMBERS:
        expected = Decimal(read.values[name]) if name in read.values else None
        assert getattr(reading, name) == expected
        assert not isinstance(getattr(reading, name), float)
    for name in OTHERS:
        value = getattr(reading, name)
        assert (None if value is None else str(value)) == read.values.get(name)


def test_error_and_correction() -> None:
    found = read_epcis(SAMPLES / "ErrorDeclarationAndCorrectiveEvent.jsonld")
    assert found.id == "_:document1"
    assert found.creation_date == moment("2020-01-15T07:47:21.677")
    assert found.corrections() == (
        ("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", ("urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8",)),
    )
    declared = found.events[0].error_declaration
    assert declared is not None
    assert (declared.time, declared.reason) == (moment("2020-01-14T23:00:00"), "incorrect_data")
    assert declared.extensions == {"example:vendorExtension": "Test1"}


def test_sources_and_destinations() -> None:
    (event,) = read_epcis(SAMPLES / "Example_9.6.2-ObjectEvent.jsonld").events
    assert event.sources == (
        Place("possessing_party", "urn:epc:id:sgln:4012345.00001.0"),
        Place("location", "urn:epc:id:sgln:4012345.00225.0"),
    )
    assert event.destinations[0] == Place("owning_party", "urn:epc:id:sgln:0614141.00001.0")
    assert (event.read_point, event.biz_location) == (
        "urn:epc:id:sgln:0614141.00777.0",
        "urn:epc:id:sgln:0614141.00888.0",
    )


def test_the_sample_with_single_objects_is_read_though_the_schema_refuses_it() -> None:
    _, event = read_epcis(SAMPLES / ODD).events
    assert event.sources == (Place("location", "urn:epc:id:sgln:952005385.481.0"),)
    assert event.destinations == (Place("location", "urn:epc:id:sgln:952005385.011.0"),)
    assert [transaction.type for transaction in event.transactions] == ["urn:gs1:epcisapp:rail:btt:passage"]
    assert not event.has_own_id
    assert event.extensions["rail:trainVehicleCount"] == "3"
    with pytest.raises(SchemaViolation, match="sourceList"):
        read_epcis(SAMPLES / ODD, schema=SCHEMA)


@pytest.mark.parametrize("name", sorted(set(EVENTS) - {ODD}))
def test_the_schema_accepts_the_others(name: str) -> None:
    assert read_epcis(SAMPLES / name, schema=SCHEMA) == read_epcis(SAMPLES / name)


def test_devices() -> None:
    (event,) = read_epcis(SAMPLES / "SensorDataExample4.jsonld").events
    assert [reading.device for reading in event.readings] == [
        f"urn:epc:id:giai:4000001.{digits}" for digits in ("111", "222", "333", "444")
    ]
    (event,) = read_epcis(SAMPLES / "SensorDataExample2.jsonld").events
    assert {reading.biz_rules for reading in event.readings} == {"https://example.com/253/4012345000054987"}
    assert {reading.start for reading in event.readings} == {moment("2019-04-02T12:55:01")}


def test_extensions_of_sensors() -> None:
    (event,) = read_epcis(SAMPLES / "SensorDataExample6.jsonld").events
    (element,) = event.sensors
    assert element.metadata.extensions == {"example:someFurtherMetaData": "someText"}
    assert element.extensions == {
        "example:furtherSensorData": [{"example:measure1": "123.5"}, {"example:measure2": "0.987"}]
    }
    assert element.readings[0].extensions == {"example:cv": "123"}
