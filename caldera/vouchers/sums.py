"""Amounts of a chart: names of numbers, added and subtracted; `part.amount` is the field of a struct. Nothing else is
understood, and nothing is executed."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TERM = re.compile(r"\s*([+-]?)\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)")


def parse(text: str) -> tuple[tuple[int, str], ...]:
    """The terms of a sum such as `price - principal`, each with its sign.

    Raises:
        ValueError: it is something else.
    """
    terms: list[tuple[int, str]] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TERM.match(text, at)
        if not found or (terms and not found[1]):
            raise ValueError(f"{text!r} is not a sum of names; write for example: price - principal + fee")
        terms.append((-1 if found[1] == "-" else 1, found[2]))
        at = found.end()
    if not terms:
        raise ValueError("an amount is a sum of names, such as: price - principal")
    return tuple(terms)


def add_up(terms: tuple[tuple[int, str], ...], numbers: Mapping[str, object]) -> int:
    """The sum in smallest units; a name that is not known counts nothing."""
    total = 0
    for sign, name in terms:
        value = numbers.get(name, 0)
        assert isinstance(value, int)
        total += sign * value
    return total
