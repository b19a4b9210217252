"""Sensor readings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from caldera.documents.epcis.jsontext import Json


@dataclass(frozen=True, slots=True)
class Metadata:
    """What holds for all readings of one sensor element; times in UTC, the others are URIs."""

    time: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    device: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    processing_method: str | None = None
    biz_rules: str | None = None
    extensions: dict[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """One sensor report.

    Attributes:
        kind: ``"Temperature"`` or another measurement type of GS1, or a URI.
        observed_at: UTC; the time of the reading, else the end or start of its interval, else the event's time.
        time, start, end: UTC, the element's where the report has none; an own time replaces the interval.
        value, min_value, max_value, mean, sdev, perc_value: in ``uom``; perc_rank: percent.
        uom: UN/ECE Recommendation 20 code (``"CEL"``), never None where one of these values stands.
        string_value, boolean_value, hex_value, uri_value: output that is no number.
        component: ``"x"``, ``"latitude"``, ... of a vector or position; reference_system: URI of its coordinates.
        exception: ``"ALARM_CONDITION"``, ``"ERROR_CONDITION"``, a URI, or None.
        device, device_metadata, raw_data, processing_method, biz_rules: URIs, the element's where the report has none.
    """

    kind: str
    observed_at: datetime
    time: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    value: Decimal | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    mean: Decimal | None = None
    sdev: Decimal | None = None
    perc_rank: Decimal | None = None
    perc_value: Decimal | None = None
    uom: str | None = None
    string_value: str | None = None
    boolean_value: bool | None = None
    hex_value: str | None = None
    uri_value: str | None = None
    component: str | None = None
    reference_system: str | None = None
    exception: str | None = None
    chemical_substance: str | None = None
    microorganism: str | None = None
    device: str | None = None
    device_metadata: str | None = None
    raw_data: str | None = None
    processing_method: str | None = None
    biz_rules: str | None = None
    extensions: dict[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class SensorElement:
    """Readings that share their metadata; at least one."""

    metadata: Metadata
    readings: tuple[Reading, ...]
    extensions: dict[str, Json] = field(default_factory=dict, hash=False)
