"""Dates in UBL and CII."""

from __future__ import annotations

from datetime import date

import pytest

from caldera.documents import InvalidDate
from caldera.documents.dates import parse_cii_date, parse_iso_date

from .helpers import basic_cii, basic_ubl, read


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31",
        " 2026-03-31\n",
        "2026-03-31Z",
        "2026-03-31+14:00",
        "2026-03-31-05:00",
        "2026-03-31T23:59:59Z",
    ],
)
def test_iso(text: str) -> None:
    assert parse_iso_date(text) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20260331",
        "31-03-2026",
        "2026-3-31",
        "2026-02-29",
        "2026-13-01",
        "0000-01-01",
        "2026-03-31 CET",
        "٢٠٢٦-03-31",
    ],
)
def test_not_iso(text: str) -> None:
    with pytest.raises(InvalidDate):
        parse_iso_date(text)
    assert parse_iso_date("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "code", "day"),
    [
        ("20260331", "102", date(2026, 3, 31)),
        ("20260331", None, date(2026, 3, 31)),
        ("2026-03-31", "102", date(2026, 3, 31)),
        ("202603311200", "203", date(2026, 3, 31)),
        ("20260331120000", "204", date(2026, 3, 31)),
        ("202603311200+0100", "205", date(2026, 3, 31)),
    ],
)
def test_cii(text: str, code: str | None, day: date) -> None:
    assert parse_cii_date(text, code, field="BT-2", path="") == day


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        ("20260230", "102", "does not exist"),
        ("260331", "102", "not a date in format 102"),
        ("310326", "101", "'101' is not known"),
        ("2026-03-31", "999", "'999' is not known"),
        ("202603", "610", "names no day"),
        ("202614", "616", "names no day"),
    ],
)
def test_not_cii(text: str, code: str, what: str) -> None:
    with pytest.raises(InvalidDate, match=what):
        parse_cii_date(text, code, field="BT-2", path="")


@pytest.mark.parametrize(
    ("text", "code", "day"),
    [
        ("202602", "610", date(2026, 2, 28)),
        ("202612", "610", date(2026, 12, 31)),
        ("202614", "616", date(2026, 4, 5)),
        ("202653", "616", date(2027, 1, 3)),
    ],
)
def test_due_month_or_week_ends_with_its_last_day(text: str, code: str, day: date) -> None:
    assert parse_cii_date(text, code, field="BT-9", path="", period_end=True) == day
    old = '<udt:DateTimeString format="102">20260401<'
    invoice = read(basic_cii((old, f'<udt:DateTimeString format="{code}">{text}<')))
    assert invoice.due_date == day


@pytest.mark.parametrize(("text", "code"), [("202613", "610"), ("202600", "610"), ("202554", "616"), ("2026", "610")])
def test_periods_that_do_not_exist(text: str, code: str) -> None:
    with pytest.raises(InvalidDate):
        parse_cii_date(text, code, field="BT-9", path="", period_end=True)


def test_issue_date_needs_a_day() -> None:
    old = '<udt:DateTimeString format="102">20260302<'
    with pytest.raises(InvalidDate) as caught:
        read(basic_cii((old, '<udt:DateTimeString format="610">202603<')))
    assert caught.value.field == "BT-2"
    plain = '<udt:DateTimeString format="102">20260302</udt:DateTimeString>'
    assert read(basic_cii((plain, "<udt:DateTime>2026-03-02T00:00:00</udt:DateTime>"))) == read(basic_cii())


def test_time_zone_in_a_document() -> None:
    invoice = read(basic_ubl(("<cbc:IssueDate>2026-03-02<", "<cbc:IssueDate>2026-03-02+01:00<")))
    assert invoice.issue_date == date(2026, 3, 2)
