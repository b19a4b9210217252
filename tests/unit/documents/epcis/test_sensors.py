"""Sensor reports: values, units, and the time at which they hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from caldera.documents import DocumentError, InvalidField, MissingField
from caldera.documents.epcis import InvalidEvent, Reading

from .helpers import EVENTS, read_one, sensor

WARM: dict[str, Any] = {"type": "Temperature", "value": 4.5, "uom": "CEL"}
START, END, TIME = "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-01T12:00:00+01:00"


def reading(report: dict[str, Any], metadata: dict[str, Any] | None = None) -> Reading:
    (found,) = read_one(sensorElementList=sensor(report, metadata)).readings
    return found


@pytest.mark.parametrize("field", ["value", "minValue", "maxValue", "meanValue", "sDev", "percValue"])
def test_a_value_has_a_unit(field: str) -> None:
    with pytest.raises(MissingField, match="unit") as caught:
        reading({"type": "Temperature", field: 4})
    assert caught.value.path == f"{EVENTS}/0/sensorElementList/0/sensorReport/0/uom"
    assert reading({"type": "Temperature", field: 4, "uom": "CEL"}).uom == "CEL"


def test_what_is_no_measured_value_needs_no_unit() -> None:
    assert reading({"type": "Temperature", "percRank": 50}).perc_rank == Decimal(50)
    assert reading({"type": "Temperature", "stringValue": "4 degrees"}).string_value == "4 degrees"
    assert reading({"type": "Temperature", "uom": "CEL"}).value is None


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"value": "4.5"}, InvalidField, "/value"),
        ({"value": None}, InvalidField, "/value"),
        ({"value": True}, InvalidField, "/value"),
        ({"uom": "C"}, InvalidField, "/uom"),
        ({"uom": "°C"}, InvalidField, "/uom"),
        ({"uom": 4}, InvalidField, "/uom"),
        ({"time": "12:00"}, InvalidField, "/time"),
        ({"booleanValue": "true"}, InvalidField, "/booleanValue"),
        ({"booleanValue": None}, InvalidField, "/booleanValue"),
        ({"booleanValue": 1}, InvalidField, "/booleanValue"),
        ({"hexBinaryValue": "0xF0"}, InvalidField, "/hexBinaryValue"),
        ({"hexBinaryValue": ""}, InvalidField, "/hexBinaryValue"),
        ({"uriValue": "x"}, InvalidField, "/uriValue"),
        ({"stringValue": 1}, InvalidField, "/stringValue"),
        ({"component": "w"}, InvalidField, "/component"),
        ({"exception": "HOT"}, InvalidField, "/exception"),
        ({"deviceID": "logger 31"}, InvalidField, "/deviceID"),
        ({"startTime": START}, InvalidField, "/startTime"),
        ({"remark": "x"}, InvalidField, "/remark"),
    ],
)
def test_wrong_reports(changes: dict[str, Any], error: type[DocumentError], field: str) -> None:
    with pytest.raises(error) as caught:
        reading({**WARM, **changes})
    assert caught.value.path == f"{EVENTS}/0/sensorElementList/0/sensorReport/0{field}"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ([{}], "/0/sensorReport"),
        ([{"sensorReport": []}], "/0/sensorReport"),
        ([{"sensorReport": WARM}], "/0/sensorReport"),
        ([{"sensorReport": [[]]}], "/0/sensorReport/0"),
        ([{"sensorReport": [{}]}], "/0/sensorReport/0/type"),
        ([{"sensorReport": [WARM], "more": 1}], "/0/more"),
        ([{"sensorReport": [WARM], "sensorMetadata": []}], "/0/sensorMetadata"),
        ([{"sensorReport": [WARM], "sensorMetadata": {"value": 1}}], "/0/sensorMetadata/value"),
        ({"sensorReport": [WARM]}, ""),
        ([None], "/0"),
    ],
)
def test_wrong_elements(wrong: Any, field: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_one(sensorElementList=wrong)
    assert caught.value.path == f"{EVENTS}/0/sensorElementList{field}"


def test_time_of_a_reading() -> None:
    event_time = read_one().time
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    noon = datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert reading(WARM).observed_at == event_time
    assert reading(WARM, {}).observed_at == event_time
    assert reading({**WARM, "time": TIME}).observed_at == noon
    assert reading(WARM, {"time": TIME}).observed_at == noon
    assert reading(WARM, {"time": TIME}).time == noon
    assert reading({**WARM, "time": END}, {"time": TIME}).observed_at == end
    assert reading(WARM, {"startTime": START, "endTime": END}).observed_at == end
    assert reading(WARM, {"startTime": START}).observed_at == start
    both = reading(WARM, {"time": TIME, "startTime": START, "endTime": END})
    assert (both.observed_at, both.start, both.end) == (noon, start, end)
    own = reading({**WARM, "time": TIME}, {"startTime": START, "endTime": END})
    assert (own.observed_at, own.start, own.end) == (noon, None, None)


def test_intervals_do_not_run_backwards() -> None:
    with pytest.raises(InvalidEvent, match="before it starts"):
        reading(WARM, {"startTime": END, "endTime": START})
    assert reading(WARM, {"startTime": START, "endTime": START}).end == datetime(2026, 3, 1, tzinfo=UTC)


def test_inherited_and_own_fields() -> None:
    metadata = {"deviceID": "urn:x:1", "rawData": "urn:x:raw", "bizRules": "urn:x:rules", "example:a": 1}
    found = reading({**WARM, "deviceID": "urn:x:2", "example:b": 2}, metadata)
    assert (found.device, found.raw_data, found.biz_rules) == ("urn:x:2", "urn:x:raw", "urn:x:rules")
    assert found.extensions == {"example:b": 2}
    (element,) = read_one(sensorElementList=sensor(WARM, metadata)).sensors
    assert element.metadata.device == "urn:x:1"
    assert element.metadata.extensions == {"example:a": 1}


def test_values_that_are_no_numbers() -> None:
    assert reading({"type": "example:Door", "booleanValue": False}).boolean_value is False
    assert reading({"type": "example:Door"}).boolean_value is None
    assert reading({"type": "example:Raw", "hexBinaryValue": "f0F"}).hex_value == "f0F"
    assert reading({"type": "example:Raw", "stringValue": ""}).string_value == ""
    crs = reading({"type": "Angle", "value": 1, "uom": "DD", "coordinateReferenceSystem": "urn:ogc:def:crs:EPSG::4326"})
    assert crs.reference_system == "urn:ogc:def:crs:EPSG::4326"
