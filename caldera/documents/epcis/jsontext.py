"""From bytes to JSON values: exact numbers, no duplicate keys, bounded depth and digits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias, cast

from caldera.documents.epcis.encoding import AGAIN, decode_json
from caldera.documents.epcis.pointer import pointer, shown
from caldera.documents.errors import DocumentTooLarge, MalformedDocument, UnsafeDocument, UnsupportedDocument

Json: TypeAlias = "str | int | Decimal | bool | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 64
"""Deepest nesting accepted; events without extensions lie below 12."""

MAX_VALUES = 2_000_000
"""Most commas in a document, which bounds its values; 20 MiB of events have about half as many."""

MAX_DIGITS = 120
"""Most characters of a number before its exponent."""

MAX_EXPONENT = 100
"""Largest power of ten that a number may state, up or down; no quantity in nature comes near it."""

_TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_ASK = "Ask the sender for a corrected document."


@dataclass(frozen=True, slots=True)
class _Bad:
    """Stands where a value cannot be used until its path is known."""

    what: str
    key: str | None = None


def parse_json(data: bytes) -> Json:
    """The JSON value in ``data``: integers as int, other numbers as Decimal.

    Raises:
        UnsupportedDocument: empty, XML, or not JSON at all.
        MalformedDocument: not UTF-8, not well-formed, a key twice in one object, ``NaN``, ``Infinity``, a number
            beyond ``MAX_DIGITS`` or ``MAX_EXPONENT``, half of a surrogate pair.
        UnsafeDocument: nesting deeper than ``MAX_DEPTH``.
        DocumentTooLarge: more than ``MAX_VALUES``.
    """
    text = decode_json(data)
    _refuse_excess(text)
    try:
        value = json.loads(
            text,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=lambda name: _Bad(f"{name} is not a number that JSON knows."),
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        if not text[: error.pos].strip():
            raise UnsupportedDocument(
                "the file is not JSON.", todo="Read are EPCIS 2.0 events in JSON or JSON-LD; ask the sender for them."
            ) from None
        where = f"{error.msg}, line {error.lineno} column {error.colno}"
        raise MalformedDocument(f"the file is not well-formed JSON ({where}).", todo=AGAIN) from None
    _refuse_bad(value, [])
    return cast(Json, value)


def _refuse_excess(text: str) -> None:
    if text.count(",") > MAX_VALUES:
        raise DocumentTooLarge(
            f"the document has more than {MAX_VALUES} values.", todo="Ask for the events in several documents."
        )
    depth = 0
    for token in _TOKENS.finditer(text):
        first = token[0][0]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise UnsafeDocument(
                    f"values are nested deeper than {MAX_DEPTH} levels.",
                    todo="No event is nested like that: ask who sent the file.",
                )
        elif first in "]}":
            depth -= 1


def _integer(text: str) -> int | _Bad:
    if len(text) > MAX_DIGITS:
        return _Bad(f"a number has more than {MAX_DIGITS} digits.")
    return int(text)


def _decimal(text: str) -> Decimal | _Bad:
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > MAX_DIGITS:
        return _Bad(f"a number has more than {MAX_DIGITS} digits.")
    if len(exponent) > 6 or abs(int(exponent or 0)) > MAX_EXPONENT:
        return _Bad(f"a number has an exponent beyond {MAX_EXPONENT}.")
    return Decimal(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Bad:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return _Bad("the key stands twice in one object.", twice)


def _refuse_bad(value: Any, keys: list[str | int]) -> None:
    """Raise for the first value that cannot be used; ``keys`` lead to ``value`` and are as before on return."""
    if isinstance(value, str):
        _refuse_surrogate(value, keys)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_surrogate(key, keys)
            keys.append(key)
            _refuse_bad(item, keys)
            keys.pop()
    elif isinstance(value, list):
        for index, item in enumerate(value):
            keys.append(index)
            _refuse_bad(item, keys)
            keys.pop()
    elif isinstance(value, _Bad):
        path = pointer([*keys, value.key] if value.key is not None else keys)
        raise MalformedDocument(value.what, todo=_ASK, path=path)


def _refuse_surrogate(text: str, keys: list[str | int]) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        what = f"{shown(text)} holds half of a surrogate pair, which is no character."
        raise MalformedDocument(what, todo=_ASK, path=pointer(keys)) from None
