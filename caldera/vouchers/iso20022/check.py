"""A document against the facets of its schema: the classes of the library carry them, and its writer does not look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig

from ..errors import SchemaViolated

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(document: Any, namespace: str) -> str:
    """The XML of a document.

    Raises:
        SchemaViolated: an element is missing, too long, out of range or not of its pattern.
    """
    problems = list(_of(document, ""))
    if problems:
        raise SchemaViolated(problems)
    return XmlSerializer(config=SerializerConfig(indent="  ")).render(document, ns_map={"": namespace})


def fitting(text: str, longest: int) -> str:
    """Free text of others, as an element takes it: without what XML forbids, cut to length, never empty."""
    clean = " ".join(_FORBIDDEN.sub(" ", text).split())
    return clean[:longest] or "-"


def _of(value: Any, path: str) -> Iterator[str]:
    for each in fields(value):
        facets, found = each.metadata, getattr(value, each.name)
        here = f"{path}/{facets.get('name', each.name)}"
        several = isinstance(found, list)
        items = found if several else [] if found is None else [found]
        if len(items) < facets.get("min_occurs", 1 if facets.get("required") else 0):
            yield f"{here}: is missing"
        if several and len(items) > facets.get("max_occurs", len(items)):
            yield f"{here}: stands {len(items)} times, {facets['max_occurs']} at most"
        for item in items:
            yield from _of(item, here) if is_dataclass(item) else _facets(item, facets, here)


def _facets(value: Any, facets: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        least, most = facets.get("min_length", 0), facets.get("max_length", len(value))
        if not least <= len(value) <= most:
            yield f"{path}: {len(value)} characters, {least} to {most} are allowed"
        if "pattern" in facets and not re.fullmatch(facets["pattern"], value):
            yield f"{path}: {value!r} is not {facets['pattern']}"
        if _FORBIDDEN.search(value):
            yield f"{path}: {value!r} has characters that XML forbids"
    elif isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        places = -int(exponent) if int(exponent) < 0 else 0
        if value < facets.get("min_inclusive", value) or len(digits) > facets.get("total_digits", len(digits)):
            yield f"{path}: {value} is out of range"
        if places > facets.get("fraction_digits", places):
            yield f"{path}: {value} has more than {facets['fraction_digits']} decimals"
