"""The example documents of this project against what they were written to say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from caldera.documents.epcis import EventKind, read_epcis

from .helpers import EXAMPLES, SCHEMA, needs_samples

UNIT = "095212340000001171"


def test_shipment_is_one_unit_through_five_events_out_of_order() -> None:
    found = read_epcis(EXAMPLES / "shipment.jsonld")
    assert [event.event_id[-2:] for event in found.events] == ["02", "05", "01", "03", "04"]
    assert [event.event_id[-2:] for event in found.in_order()] == ["01", "02", "03", "04", "05"]
    assert [event.sscc18 for event in found.in_order()] == [None, UNIT, UNIT, UNIT, UNIT]
    assert {event.shipment_key for event in found.in_order()[1:]} == {f"(00){UNIT}"}
    assert [event.biz_step for event in found.in_order()] == [
        "commissioning",
        "packing",
        "staging_outbound",
        "shipping",
        "receiving",
    ]
    assert found.in_order()[3].disposition == "in_transit"


def test_shipment_crosses_time_zones() -> None:
    shipped, received = read_epcis(EXAMPLES / "shipment.jsonld").in_order()[3:]
    assert shipped.time == datetime(2026, 3, 2, 6, 5, 30, 500_000, UTC)
    assert (shipped.offset, received.offset) == (timedelta(hours=1), timedelta(hours=2))
    assert received.local_time.isoformat() == "2026-03-05T11:40:12.125000+02:00"


def test_shipment_stayed_cold() -> None:
    shipped, received = read_epcis(EXAMPLES / "shipment.jsonld").in_order()[3:]
    assert [reading.value for reading in shipped.readings] == [Decimal("-0.40"), Decimal("-0.35")]
    assert [reading.observed_at.minute for reading in shipped.readings] == [4, 2]
    journey = received.readings[0]
    assert (journey.kind, journey.uom) == ("Temperature", "CEL")
    assert (journey.min_value, journey.max_value) == (Decimal("-1.85"), Decimal("3.4"))
    assert (journey.start, journey.end) == (
        datetime(2026, 3, 2, 6, tzinfo=UTC),
        datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
    )
    assert journey.observed_at == journey.end


def test_correction() -> None:
    found = read_epcis(EXAMPLES / "correction.jsonld")
    wrong, right = found.events
    assert found.corrections() == ((wrong.event_id, (right.event_id,)),)
    assert wrong.output_quantities[0].quantity == Decimal(9870)
    assert right.output_quantities[0].quantity == Decimal("9780.5")
    assert wrong.shipment_key == "(8003)09521111000044BIN-77"
    assert right.ilmd == {"example:extraction": "78.2"}


def test_query_result() -> None:
    found = read_epcis(EXAMPLES / "query-result.jsonld")
    fitted, alarm = found.events
    assert fitted.kind is EventKind.ASSOCIATION
    assert fitted.record_time == datetime(2026, 5, 18, 22, 31, 7, 1002, UTC)
    assert fitted.objects == ("urn:epc:id:grai:9522222.00004.7001", "urn:epc:id:giai:9522222.probe-12")
    assert not fitted.has_own_id
    hot, position = alarm.readings
    assert (hot.exception, hot.value) == ("ALARM_CONDITION", Decimal("11.0625"))
    assert hot.observed_at == alarm.time == datetime(2026, 5, 19, 3, 12, 45, 500_000, UTC)
    assert alarm.local_time.isoformat() == "2026-05-19T12:42:45.500000+09:30"
    assert (position.component, position.value) == ("latitude", Decimal("-34.92861"))


@needs_samples
def test_the_schema_accepts_them() -> None:
    paths = sorted(EXAMPLES.glob("*.jsonld"))
    assert len(paths) == 3
    for path in paths:
        assert read_epcis(path, schema=SCHEMA) == read_epcis(path)
