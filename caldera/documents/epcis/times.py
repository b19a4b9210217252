"""Moments (RFC 3339) and time zone offsets, exact."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from caldera.documents.epcis.pointer import shown
from caldera.documents.errors import InvalidDate

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,40}))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_OFFSET = re.compile(r"([+-])(?:(0[0-9]|1[0-3]):([0-5][0-9])|(14):(00))")
_TODO = "Write it as 2026-03-01T14:30:00.000+01:00 (RFC 3339); ask the sender for a corrected document."


def read_moment(text: str, path: str) -> datetime:
    """The moment in UTC, exact to the fraction given.

    Raises:
        InvalidDate: another format, a day or time that does not exist (leap seconds included), no zone, an offset
            beyond 14 hours, or a fraction finer than a microsecond that would have to be rounded.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise InvalidDate(f"{shown(text)} is not a date and time.", todo=_TODO, path=path)
    day, clock, fraction, zone = match[1], match[2], match[3] or "", match[4]
    if zone is None:
        raise InvalidDate(f"{shown(text)} has no time zone, so it is no moment.", todo=_TODO, path=path)
    if fraction[6:].strip("0"):
        raise InvalidDate(
            f"{shown(text)} is finer than a microsecond; times are never rounded.",
            todo="Ask the sender for at most six digits after the second.",
            path=path,
        )
    offset = timedelta(0) if zone in "Zz" else read_offset(zone, path)
    try:
        local = datetime.fromisoformat(f"{day}T{clock}").replace(microsecond=int(fraction[:6].ljust(6, "0")))
        return (local - offset).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidDate(f"{shown(text)} is a moment that does not exist.", todo=_TODO, path=path) from None


def read_offset(text: str, path: str) -> timedelta:
    """A time zone offset from ``-14:00`` to ``+14:00``.

    Raises:
        InvalidDate: another format or out of range; ``Z`` is none.
    """
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise InvalidDate(
            f"{shown(text)} is not a time zone offset from -14:00 to +14:00.",
            todo="Write it as +01:00; ask the sender for a corrected document.",
            path=path,
        )
    size = timedelta(hours=int(match[2] or match[4]), minutes=int(match[3] or match[5]))
    return -size if match[1] == "-" else size
