"""Bytes that attack the reader or are damaged: a typed error each, beside a case that just passes."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from caldera.documents import (
    DocumentError,
    DocumentTooLarge,
    MalformedDocument,
    UnreadableFile,
    UnsafeDocument,
    UnsupportedDocument,
)
from caldera.documents.epcis import MAX_DEPTH, jsontext, read_epcis
from caldera.documents.epcis.jsontext import MAX_DIGITS, MAX_EXPONENT, parse_json

from .helpers import document, event

GOOD = json.dumps(document(event(**{"example:note": "MARK"}))).encode()


def with_value(text: str) -> bytes:
    """The document with a raw JSON value in the extension field."""
    return GOOD.replace(b'"MARK"', text.encode())


def value_of(data: bytes) -> Any:
    return read_epcis(data).events[0].extensions["example:note"]


def test_numbers_are_exact() -> None:
    assert value_of(with_value("0.1")) == Decimal("0.1")
    assert value_of(with_value("-12.3400")) == Decimal("-12.34")
    assert value_of(with_value("123456789012345678901234567890")) == 123456789012345678901234567890
    assert value_of(with_value("3.14159265358979323846264338")) == Decimal("3.14159265358979323846264338")
    assert value_of(with_value("1e-7")) == Decimal("0.0000001")


@pytest.mark.parametrize(
    "text",
    [
        "1e999999",
        "-1E+999999999999999999999",
        "1e-999999999",
        f"1e{MAX_EXPONENT + 1}",
        "9" * (MAX_DIGITS + 1),
        "9" * 1_000_000,
        "0." + "1" * MAX_DIGITS,
        "NaN",
        "Infinity",
        "-Infinity",
    ],
    ids=lambda text: text[:12],
)
def test_numbers_that_are_refused_at_once(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(MalformedDocument) as caught:
        read_epcis(with_value(text))
    assert time.monotonic() - started < 2
    assert caught.value.path == "/epcisBody/eventList/0/example:note"


@pytest.mark.parametrize("text", [f"1e{MAX_EXPONENT}", f"-1e-{MAX_EXPONENT}", "9" * MAX_DIGITS])
def test_numbers_that_are_just_accepted(text: str) -> None:
    assert value_of(with_value(text)) == Decimal(text)
    assert len(read_epcis(with_value(text)).events[0].content_hash) == 32


def test_duplicate_keys() -> None:
    with pytest.raises(MalformedDocument, match="twice") as caught:
        read_epcis(GOOD.replace(b'"action": ', b'"action": "ADD", "action": '))
    assert caught.value.path == "/epcisBody/eventList/0/action"
    with pytest.raises(MalformedDocument, match="twice"):
        read_epcis(with_value('{"a": 1, "\\u0061": 1}'))
    assert value_of(with_value('{"a": 1, "A": 1}')) == {"a": 1, "A": 1}


def test_depth() -> None:
    inside = MAX_DEPTH - 4
    assert value_of(with_value("[" * inside + "]" * inside))
    for depth in (inside + 1, 1_000, 1_000_000):
        for opening, closing in (("[", "]"), ('{"a":', "}")):
            with pytest.raises(UnsafeDocument, match="deeper"):
                read_epcis(with_value(opening * depth + "1" + closing * depth))
    with pytest.raises(UnsafeDocument):
        read_epcis(b"[" * 1_000_000)
    assert value_of(with_value(json.dumps("[" * 1000 + '\\"{'))) == "[" * 1000 + '\\"{'


def test_unclosed_quotes_take_no_time() -> None:
    started = time.monotonic()
    for text in ('"' + '\\"' * 1_000_000, '"' * 1_000_001, "\\" * 1_000_000, '{"a":"' + "\\" * 999_999):
        with pytest.raises(DocumentError):
            read_epcis(text.encode())
    assert time.monotonic() - started < 5


def test_surrogates() -> None:
    for text in ('"\\ud83d"', '"\\udc00x"', '{"\\ud800": 1}', '["\\ud83d\\ud83d"]'):
        with pytest.raises(MalformedDocument, match="surrogate") as caught:
            read_epcis(with_value(text))
        assert str(caught.value).encode()
    assert value_of(with_value('"\\ud83d\\ude00"')) == "\N{GRINNING FACE}"


def test_byte_order_mark_and_encodings() -> None:
    assert read_epcis(b"\xef\xbb\xbf" + GOOD).events == read_epcis(GOOD).events
    assert read_epcis(b"\r\n\t " + GOOD + b"\n").events == read_epcis(GOOD).events
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"):
        with pytest.raises(MalformedDocument, match="UTF-8"):
            read_epcis(GOOD.decode().encode(encoding))
    with pytest.raises(MalformedDocument, match="UTF-8"):
        read_epcis(with_value('"ä"').decode().encode("latin-1"))
    assert value_of(with_value('"ä"')) == "ä"


@pytest.mark.parametrize("keep", [1, 20, 150, -1, -3])
def test_truncated(keep: int) -> None:
    with pytest.raises(MalformedDocument, match="line 1 column"):
        read_epcis(GOOD[:keep])


@pytest.mark.parametrize(
    "broken", [GOOD + b"{}", GOOD + b"x", GOOD.replace(b"MARK", b"a\nb"), GOOD.replace(b", ", b",, ", 1), b"{'a': 1}"]
)
def test_malformed(broken: bytes) -> None:
    with pytest.raises(MalformedDocument, match="well-formed"):
        read_epcis(broken)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b'<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1"/>', "XML"),
        (b"\xef\xbb\xbf\n <epcis:EPCISDocument/>", "XML"),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16"), "XML"),
        (b"%PDF-1.7", "not JSON"),
        (b"eventTime,epc\n", "not JSON"),
        (b"[]", "a list"),
        (b"null", "null"),
        (b"12", "number 12"),
        (b'"EPCISDocument"', "'EPCISDocument'"),
        (b'{"type": "Invoice"}', "'Invoice'"),
        (b'{"type": "QuantityEvent", "eventTime": "2026-03-02T06:10:00Z"}', "'QuantityEvent'"),
    ],
)
def test_other_documents_are_named(data: bytes, what: str) -> None:
    with pytest.raises(UnsupportedDocument) as caught:
        read_epcis(data)
    assert what in caught.value.what
    assert caught.value.todo
    assert caught.value.file == "<bytes>"


def test_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(GOOD)
    for source in (GOOD, path, str(path)):
        with pytest.raises(DocumentTooLarge, match=str(len(GOOD) - 1)):
            read_epcis(source, max_bytes=len(GOOD) - 1)
        assert len(read_epcis(source, max_bytes=len(GOOD)).events) == 1


def test_unreadable_files(tmp_path: Path) -> None:
    for source in (tmp_path / "none.json", tmp_path, "no\0name", "x" * 5000, "/dev/zero"):
        with pytest.raises(UnreadableFile) as caught:
            read_epcis(source)
        assert caught.value.file


def test_error_names_file_path_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "late.json"
    path.write_text(json.dumps(document(event(), event(eventTime="2026-02-30T06:10:00Z"))))
    with pytest.raises(DocumentError) as caught:
        read_epcis(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: /epcisBody/eventList/1/eventTime: '2026-02-30T06:10:00Z' is a moment that does")
    assert "Ask the sender" in text or "ask the sender" in text


def test_strange_keys_in_paths() -> None:
    with pytest.raises(MalformedDocument) as caught:
        read_epcis(with_value('{"a/b~\\u0007": NaN}'))
    assert caught.value.path == "/epcisBody/eventList/0/example:note/a~1b~0\\x07"


def test_a_large_document_takes_seconds() -> None:
    events = [event(eventID=f"urn:example:{index}") for index in range(5_000)]
    data = json.dumps(document(*events)).encode()
    started = time.monotonic()
    assert len(read_epcis(data).events) == 5_000
    assert time.monotonic() - started < 20


def test_parsing_keeps_types() -> None:
    assert parse_json(b'[1, 1.0, true, null, "1"]') == [1, Decimal("1.0"), True, None, "1"]


def test_number_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    data = with_value("[" + "1," * 50 + "1]")
    monkeypatch.setattr(jsontext, "MAX_VALUES", data.count(b","))
    assert len(value_of(data)) == 51
    monkeypatch.setattr(jsontext, "MAX_VALUES", data.count(b",") - 1)
    with pytest.raises(DocumentTooLarge, match="values"):
        read_epcis(data)
