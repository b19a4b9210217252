"""Validation against a schema file of the caller's."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from caldera.documents import DocumentError, MalformedDocument, UnreadableFile, UnsupportedDocument
from caldera.documents.epcis import EpcisDocument, SchemaViolation, read_epcis

from .helpers import SCHEMA, document, event, needs_samples


def checked(tmp_path: Path, schema: Any, value: Any = None) -> EpcisDocument:
    path = tmp_path / "schema.json"
    path.write_bytes(schema if isinstance(schema, bytes) else json.dumps(schema).encode())
    return read_epcis(json.dumps(value or document()).encode(), schema=path)


def test_schema_is_asked_too(tmp_path: Path) -> None:
    rule = {"properties": {"schemaVersion": {"enum": ["2.0"]}, "sender": {"maxLength": 3}}}
    assert len(checked(tmp_path, rule).events) == 1
    with pytest.raises(SchemaViolation, match="refuses") as caught:
        checked(tmp_path, rule, document(sender="abcd"))
    assert (caught.value.path, caught.value.file) == ("/sender", "<bytes>")


def test_numbers_are_exact_in_the_schema_too(tmp_path: Path) -> None:
    rule = {"properties": {"example:a": {"multipleOf": 0.01, "maximum": 10, "type": "number"}}}
    assert checked(tmp_path, rule, document(**{"example:a": 0.07})).events
    for wrong in (0.075, 10.01, "1"):
        with pytest.raises(SchemaViolation):
            checked(tmp_path, rule, document(**{"example:a": wrong}))


@pytest.mark.parametrize(
    ("schema", "error"),
    [
        (b"", UnsupportedDocument),
        (b"<xsd:schema/>", UnsupportedDocument),
        (b'{"type": ', MalformedDocument),
        ([], UnsupportedDocument),
        ({"type": "thing"}, UnsupportedDocument),
        ({"pattern": "("}, UnsupportedDocument),
    ],
)
def test_no_schema(tmp_path: Path, schema: Any, error: type[DocumentError]) -> None:
    with pytest.raises(error) as caught:
        checked(tmp_path, schema)
    assert caught.value.file.endswith("schema.json")


def test_missing_schema(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_epcis(json.dumps(document()).encode(), schema=tmp_path / "none.json")
    assert caught.value.file.endswith("none.json")


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/other.json", "other.json", "#/definitions/none"])
def test_nothing_is_fetched(tmp_path: Path, reference: str) -> None:
    started = time.monotonic()
    with pytest.raises(UnsupportedDocument, match="one file"):
        checked(tmp_path, {"properties": {"type": {"$ref": reference}}})
    assert time.monotonic() - started < 2


def test_a_schema_that_calls_itself_ends(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDocument):
        checked(tmp_path, {"$ref": "#"})


@needs_samples
def test_gs1_schema_refuses_full_names_that_are_read_without_it() -> None:
    data = json.dumps(document(event(bizStep="urn:epcglobal:cbv:bizstep:shipping"))).encode()
    assert read_epcis(data).events[0].biz_step == "shipping"
    with pytest.raises(SchemaViolation) as caught:
        read_epcis(data, schema=SCHEMA)
    assert caught.value.path.startswith("/epcisBody/eventList/0")
