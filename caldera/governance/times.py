"""Seconds since 1970 for people."""

from __future__ import annotations

from datetime import UTC, datetime

from .values import span


def moment(seconds: int) -> str:
    """A second since 1970, in UTC, as in `2027-01-15 08:00:00 UTC`."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):  # a year beyond 9999
        return f"second {seconds}"


def until(seconds: int, now: int) -> str:
    """How long from now, roughly: the two largest units."""
    if seconds <= now:
        return "now"
    return "in " + " ".join(span(seconds - now).split(" ")[:4])
