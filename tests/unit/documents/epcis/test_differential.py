"""Whatever GS1's schema refuses, the reader refuses: thousands of mutated documents.

The schema is asked twice, as JSON Schema libraries do by default (``format`` is only a note) and with ``format``
asserted. Two things the reader takes on purpose are written as the schema wants them before it is asked: full names
of standard words, and a single object as sourceList or destinationList.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from caldera.documents import DocumentError
from caldera.documents.epcis import read_epcis

from .helpers import EXAMPLES, LOT, SAMPLES, SCHEMA, event, needs_samples, sensor
from .mutate import mutate

pytestmark = needs_samples

MUTATIONS = 4_000
FULL = re.compile(
    r"(?:urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er|comp):|https?://ref\.gs1\.org/cbv/[A-Za-z]+-"
    r"|https?://(?:www\.)?gs1\.org/voc/)(\w+)"
)
WORDS = {"bizStep", "disposition", "type", "reason", "component", "exception", "set", "unset"}
formats = FormatChecker(formats=())


@formats.checks("uri")
def is_uri(value: object) -> bool:
    """RFC 3986: a scheme, a colon, and only the characters of URIs; blank nodes are JSON-LD's."""
    if not isinstance(value, str) or value.startswith("_:"):
        return True
    scheme, colon, rest = value.partition(":")
    return (
        bool(colon)
        and re.fullmatch("[A-Za-z][A-Za-z0-9+.-]*", scheme) is not None
        and re.fullmatch(r"(?:[!#$&-;=?-Z_a-z~\[\]]|%[0-9A-Fa-f]{2})*", rest) is not None
    )


@formats.checks("date-time")
def is_moment(value: object) -> bool:
    """RFC 3339."""
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", value, re.ASCII):
        return False
    try:
        datetime.fromisoformat(value[:19].upper())
    except ValueError:
        return False
    return True


def plainly(value: Any, key: str = "") -> Any:
    """``value`` without the two things that the reader takes and the schema does not."""
    if isinstance(value, dict):
        return {
            name: plainly(
                [item] if name in ("sourceList", "destinationList") and isinstance(item, dict) else item, name
            )
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [plainly(item, key) for item in value]
    if isinstance(value, str) and key in WORDS and (match := FULL.fullmatch(value)):
        return match[1]
    return value


def seeds() -> list[Any]:
    paths: list[Path] = [*sorted(SAMPLES.glob("*.jsonld")), *sorted(EXAMPLES.glob("*.jsonld"))]
    found = [json.loads(path.read_text()) for path in paths]
    bare = json.loads((SAMPLES / "SensorDataExample8.jsonld").read_text())
    found.append({"@context": bare["@context"], **bare["epcisBody"]["eventList"][0]})
    for kind in ("ObjectEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent"):
        found.append({"@context": bare["@context"], **event(kind)})
    full = event(
        action="ADD",
        epcList=[],
        quantityList=[{"epcClass": LOT, "quantity": 2, "uom": "KGM"}],
        persistentDisposition={"set": ["available"], "unset": ["damaged"]},
        certificationInfo=["https://example.com/certificate"],
        sensorElementList=sensor({"type": "Angle", "value": 1, "uom": "DD", "component": "x"}),
        ilmd={"example:lot": 1},
    )
    return [*found, {"@context": bare["@context"], **full}]


def refuses(validators: tuple[Draft7Validator, ...], value: Any) -> Iterator[str]:
    for validator in validators:
        error = next(iter(validator.iter_errors(value)), None)
        if error is not None:
            yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


@pytest.fixture(scope="module")
def validators() -> tuple[Draft7Validator, ...]:
    schema = json.loads(SCHEMA.read_text())
    return Draft7Validator(schema), Draft7Validator(schema, format_checker=formats)


def test_seeds_are_valid_in_both_ways(validators: tuple[Draft7Validator, ...]) -> None:
    for seed in seeds():
        assert list(refuses(validators, plainly(seed))) == []
        read_epcis(json.dumps(seed).encode())


def test_what_the_schema_refuses_the_reader_refuses(validators: tuple[Draft7Validator, ...]) -> None:
    random_ = random.Random(20)
    sources = seeds()
    accepted = 0
    for _ in range(MUTATIONS):
        made = mutate(random_.choice(sources), random_)
        data = json.dumps(made).encode()
        try:
            read_epcis(data)
        except DocumentError as error:
            assert error.what
            assert error.todo
            continue
        accepted += 1
        assert list(refuses(validators, plainly(made))) == [], data.decode()
    assert MUTATIONS // 20 < accepted < MUTATIONS


def test_the_schema_refuses_many_of_them(validators: tuple[Draft7Validator, ...]) -> None:
    """The test above would say nothing about mutations that the schema takes."""
    random_ = random.Random(21)
    sources = seeds()
    refused = sum(any(refuses(validators[:1], plainly(mutate(random_.choice(sources), random_)))) for _ in range(300))
    assert refused > 100
