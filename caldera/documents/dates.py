"""Dates as UBL (XML Schema ``date``) and CII (``DateTimeString`` with UNTDID 2379 format) write them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from caldera.documents.errors import InvalidDate

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DIGITS = {
    "102": re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    "203": re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{4}"),
    "204": re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{6}"),
    "205": re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{4}[+-]?[0-9]{4}"),
}
_PERIOD = {"610": re.compile(r"([0-9]{4})([0-9]{2})"), "616": re.compile(r"([0-9]{4})([0-9]{2})")}


def parse_iso_date(text: str, *, field: str = "", path: str = "") -> date:
    """The calendar date of an ISO 8601 date (``2026-03-31``), with or without time and time zone.

    A time zone does not move the date: ``2026-03-31+14:00`` is 31 March, as printed on the invoice.

    Raises:
        InvalidDate: another format, or a day that does not exist.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise _invalid(f"{text.strip()[:40]!r} is not a date like 2026-03-31.", field, path)
    return _day(match, text, field, path)


def parse_cii_date(text: str, code: str | None, *, field: str, path: str, period_end: bool = False) -> date:
    """The date of a CII ``DateTimeString``.

    Args:
        text: the digits.
        code: the ``format`` attribute: 102 (CCYYMMDD, the only one of EN 16931), 203, 204, 205 (with time),
            610 (CCYYMM), 616 (CCYYWW, ISO week); None or 102 also accept an ISO 8601 date.
        period_end: take the last day of a month or week (for a due date); without it 610 and 616 are refused,
            because they do not name a day.

    Raises:
        InvalidDate: unknown format code, text not in that format, no such day, or no day where one is needed.
    """
    value = text.strip()
    if (code is None or code == "102") and _ISO.fullmatch(value):
        return parse_iso_date(value, field=field, path=path)
    name = code or "102"
    if name in _PERIOD:
        if not period_end:
            raise _invalid(f"{value[:40]!r} in format {name} names no day.", field, path)
        return _period_end(value, name, field, path)
    pattern = _DIGITS.get(name)
    if pattern is None:
        raise _invalid(f"the date format code {name[:20]!r} is not known.", field, path)
    match = pattern.fullmatch(value)
    if match is None:
        raise _invalid(f"{value[:40]!r} is not a date in format {name}.", field, path)
    return _day(match, value, field, path)


def _day(match: re.Match[str], text: str, field: str, path: str) -> date:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise _invalid(f"{text.strip()[:40]!r} is a day that does not exist.", field, path) from None


def _period_end(value: str, code: str, field: str, path: str) -> date:
    match = _PERIOD[code].fullmatch(value)
    if match is None:
        raise _invalid(f"{value[:40]!r} is not in format {code}.", field, path)
    year, part = int(match[1]), int(match[2])
    try:
        if code == "616":
            return date.fromisocalendar(year, part, 7)
        return date(year, part, 1) + timedelta(days=calendar.monthrange(year, part)[1] - 1)
    except (ValueError, OverflowError):
        raise _invalid(f"{value[:40]!r} is a period that does not exist.", field, path) from None


def _invalid(what: str, field: str, path: str) -> InvalidDate:
    return InvalidDate(
        what,
        todo="Ask the sender for a full date: 2026-03-31 in UBL, 20260331 with format=102 in CII.",
        field=field,
        path=path,
    )
