"""Naming a place in a document, and showing a value in an error, in a few plain characters."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

_MOST = 80


def pointer(keys: Iterable[str | int]) -> str:
    """JSON pointer (RFC 6901); long keys are cut and characters that do not print are escaped."""
    return "".join(f"/{token(key)}" for key in keys)


def token(key: str | int) -> str:
    """One step of a pointer."""
    text = str(key)[:_MOST].replace("~", "~0").replace("/", "~1")
    return text if text.isprintable() else ascii(text)[1:-1]


def shown(value: object) -> str:
    """``value`` as an error message shows it: short, printable, objects and lists by their name only."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, (int, Decimal)):
        return f"the number {str(value)[:_MOST]}"
    text = str(value)
    cut = text if len(text) <= _MOST else text[:_MOST] + "…"
    return repr(cut) if cut.isprintable() else ascii(cut)
