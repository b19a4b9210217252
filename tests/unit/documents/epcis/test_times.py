"""Moments and offsets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from caldera.documents import DocumentError, InvalidDate, MissingField
from caldera.documents.epcis.times import read_moment, read_offset

from .helpers import EVENTS, document, event, read, read_one


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-02T06:10:00Z", datetime(2026, 3, 2, 6, 10)),
        ("2026-03-02t06:10:00z", datetime(2026, 3, 2, 6, 10)),
        ("2026-03-02T06:10:00+01:00", datetime(2026, 3, 2, 5, 10)),
        ("2026-03-02T06:10:00-00:00", datetime(2026, 3, 2, 6, 10)),
        ("2026-03-01T23:59:59.5-14:00", datetime(2026, 3, 2, 13, 59, 59, 500_000)),
        ("2026-03-02T00:00:00+14:00", datetime(2026, 3, 1, 10)),
        ("2024-02-29T12:00:00.000001+05:30", datetime(2024, 2, 29, 6, 30, 0, 1)),
        ("2026-03-02T06:10:00.123456000Z", datetime(2026, 3, 2, 6, 10, 0, 123_456)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1)),
        ("9999-12-31T23:59:59.999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999)),
    ],
)
def test_moment(text: str, utc: datetime) -> None:
    assert read_moment(text, "") == utc.replace(tzinfo=UTC)
    assert read_moment(text, "").tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2026-03-02T06:10:00", "no time zone"),
        ("2026-03-02T06:10:00.25", "no time zone"),
        ("2026-03-02", "not a date and time"),
        ("2026-03-02 06:10:00Z", "not a date and time"),
        ("2026-03-02T06:10Z", "not a date and time"),
        ("20260302T061000Z", "not a date and time"),
        ("2026-W10-1T06:10:00Z", "not a date and time"),
        ("2026-03-02T06:10:00.Z", "not a date and time"),
        ("2026-03-02T06:10:00,5Z", "not a date and time"),
        ("2026-03-02T06:10:00Z\n", "not a date and time"),
        ("٢٠٢٦-03-02T06:10:00Z", "not a date and time"),
        ("2026-03-02T06:10:00+1:00", "not a date and time"),
        ("2026-03-02T06:10:00+0100", "not a date and time"),
        ("", "not a date and time"),
        ("2026-02-29T06:10:00Z", "does not exist"),
        ("2026-13-02T06:10:00Z", "does not exist"),
        ("2026-03-02T24:00:00Z", "does not exist"),
        ("2016-12-31T23:59:60Z", "does not exist"),
        ("0000-01-01T00:00:00Z", "does not exist"),
        ("0001-01-01T00:00:00+00:01", "does not exist"),
        ("9999-12-31T23:59:59-00:01", "does not exist"),
        ("2026-03-02T06:10:00.1234567Z", "finer than a microsecond"),
        ("2026-03-02T06:10:00.1234560001Z", "finer than a microsecond"),
        ("2026-03-02T06:10:00+14:01", "-14:00 to +14:00"),
        ("2026-03-02T06:10:00+01:60", "-14:00 to +14:00"),
    ],
)
def test_no_moment(text: str, what: str) -> None:
    with pytest.raises(InvalidDate, match=what.replace("+", r"\+")) as caught:
        read_one(eventTime=text)
    assert caught.value.path == f"{EVENTS}/0/eventTime"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("+00:00", 0), ("-00:00", 0), ("+14:00", 840), ("-14:00", -840), ("-09:30", -570), ("+13:59", 839)],
)
def test_offset(text: str, minutes: int) -> None:
    assert read_offset(text, "") == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["Z", "", "+14:01", "-14:30", "+15:00", "+1:00", "01:00", "+0100", "+01:60", "+01:00\n", "UTC"]
)
def test_no_offset(text: str) -> None:
    with pytest.raises(InvalidDate) as caught:
        read_one(eventTimeZoneOffset=text)
    assert caught.value.path == f"{EVENTS}/0/eventTimeZoneOffset"


@pytest.mark.parametrize("field", ["eventTime", "eventTimeZoneOffset"])
def test_missing(field: str) -> None:
    with pytest.raises(MissingField) as caught:
        read(document({key: value for key, value in event().items() if key != field}))
    assert caught.value.path == f"{EVENTS}/0/{field}"
    wrong: list[Any] = [None, 0, [], True]
    for value in wrong:
        with pytest.raises(DocumentError) as caught_type:
            read(document({**event(), field: value}))
        assert caught_type.value.path == f"{EVENTS}/0/{field}"


def test_local_time_may_have_another_offset_than_the_event_time() -> None:
    found = read_one(eventTime="2026-03-02T23:30:00Z", eventTimeZoneOffset="+09:00")
    assert found.local_time.isoformat() == "2026-03-03T08:30:00+09:00"
    assert found.local_time == found.time


def test_local_time_must_exist() -> None:
    assert read_one(eventTime="9999-12-31T23:59:59Z", eventTimeZoneOffset="-01:00").local_time.hour == 22
    with pytest.raises(InvalidDate, match="9999"):
        read_one(eventTime="9999-12-31T23:59:59Z", eventTimeZoneOffset="+01:00")
    with pytest.raises(InvalidDate, match="9999"):
        read_one(eventTime="0001-01-01T00:00:00Z", eventTimeZoneOffset="-01:00")
