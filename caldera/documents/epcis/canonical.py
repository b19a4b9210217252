"""The canonical form of an event: RFC 8785, with one rule for numbers that a double cannot carry.

A number whose decimal value a double gives back unchanged (``26.1``, ``200``, ``1e-7``) is written as RFC 8785
writes it, so that any implementation of RFC 8785 in any language arrives at the same bytes. Equal numbers have one
form: ``26.10``, ``26.1`` and ``261e-1`` are ``26.1``; ``-0`` is ``0``.

Every other number (more than about 17 significant digits, integers beyond 2**53 that are not exact, magnitudes
beyond a double) is written as the JSON-LD typed literal ``{"@type":"xsd:decimal","@value":"…"}`` whose value is the
number in plain digits without exponent, needless zeros or a plus sign. No digit is ever lost, and no such number
can be confused with a string.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import rfc8785

from caldera.documents.epcis.jsontext import Json


def canonical_json(value: Json) -> bytes:
    """``value`` as canonical JSON, UTF-8."""
    return rfc8785.dumps(_exact(value))


_NOT_THE_EVENT = frozenset({"@context", "errorDeclaration", "recordTime"})


def canonical_event(event: dict[str, Json]) -> bytes:
    """The event object as received, as canonical JSON, without its own ``@context`` and without what was said of it
    later: when a repository stored it, and that it was wrong. So all copies of an event are equal, and one without an
    eventID keeps its name when it is declared wrong."""
    return canonical_json({key: item for key, item in event.items() if key not in _NOT_THE_EVENT})


def _exact(value: Json) -> Any:
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return value
    number = Decimal(value)
    double = float(number)  # the shortest digits that give this double are what RFC 8785 writes
    if Decimal(repr(double)) == number:
        return double
    return {"@type": "xsd:decimal", "@value": plain(number)}


def plain(number: Decimal) -> str:
    """The number in plain digits: ``12.5``, ``-3``, ``0``."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
