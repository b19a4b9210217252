"""The canonical form: one form for one content, no digit lost."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.documents.epcis import canonical_json, read_epcis
from caldera.documents.epcis.canonical import plain
from caldera.documents.epcis.jsontext import parse_json

from .helpers import CONTEXT, document, event, read, read_one


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("26.0", "26"),
        ("26.10", "26.1"),
        ("261e-1", "26.1"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("0.1", "0.1"),
        ("1e-7", "1e-7"),
        ("0.000001", "0.000001"),
        ("1e21", "1e+21"),
        ("100000000000000000000", "100000000000000000000"),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993", '{"@type":"xsd:decimal","@value":"9007199254740993"}'),
        ("0.1000000000000000055", '{"@type":"xsd:decimal","@value":"0.1000000000000000055"}'),
        ("-1e-100", "-1e-100"),
        ("1e100", "1e+100"),
        ("10000000000000000.1e-40", '{"@type":"xsd:decimal","@value":"0.' + "0" * 23 + '100000000000000001"}'),
        ("10000000000000000.1e40", '{"@type":"xsd:decimal","@value":"100000000000000001' + "0" * 39 + '"}'),
        ('{"b":1,"a":[true,null,"ä\\n"]}', '{"a":[true,null,"ä\\n"],"b":1}'),
        ('{"\\ufb33":1,"\\ud83d\\ude00":2}', '{"\U0001f600":2,"\ufb33":1}'),
    ],
)
def test_form(text: str, form: str) -> None:
    assert canonical_json(parse_json(text.encode())).decode() == form


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**60), max_value=10**60, places=30))
def test_numbers_survive(number: Decimal) -> None:
    form = canonical_json(parse_json(format(number, "f").encode()))
    back = parse_json(form)
    found = Decimal(str(back["@value"])) if isinstance(back, dict) else back
    assert isinstance(found, int | Decimal)
    assert found == number


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_plain_is_one_form_of_a_number(number: Decimal) -> None:
    assert Decimal(plain(number)) == number
    digits = format(number, "f")
    longer = digits + ("00" if "." in digits else ".00")
    assert plain(number) == plain(Decimal(longer))


def test_event_is_known_by_its_content() -> None:
    first = read_one(bizStep="shipping")
    shuffled = dict(reversed(event(bizStep="shipping").items()))
    (second,) = read_epcis(json.dumps(document(shuffled), indent=3).encode()).events
    assert not first.has_own_id
    assert first.event_id == second.event_id
    assert first.event_id.startswith("urn:sha256:")
    assert len(first.event_id) == len("urn:sha256:") + 64
    assert first.content_hash == second.content_hash == keccak(first.canonical)
    assert read_one(bizStep="receiving").content_hash != first.content_hash
    assert read_one(bizStep="cbv:BizStep-shipping").content_hash != first.content_hash


def test_context_is_no_content() -> None:
    inside = read_one()
    (bare,) = read({"@context": CONTEXT, **event()}).events
    (other,) = read({"@context": [CONTEXT, {"example": "https://example.com/"}], **event()}).events
    assert inside.canonical == bare.canonical == other.canonical
    assert b"@context" not in inside.canonical
    (nested,) = read(document({**event(), "example:a": {"@context": {}}})).events
    assert b"@context" in nested.canonical


def test_known_bytes() -> None:
    assert read_one().canonical == (
        b'{"action":"OBSERVE","epcList":["urn:epc:id:sgtin:9521234.012345.1001"],'
        b'"eventTime":"2026-03-02T06:10:00+01:00","eventTimeZoneOffset":"+01:00","type":"ObjectEvent"}'
    )


def test_own_id() -> None:
    found = read_one(eventID="urn:uuid:0c7e3a52-6a1f-4c6e-9f1d-2d7a51b60a02")
    assert found.has_own_id
    assert found.event_id == "urn:uuid:0c7e3a52-6a1f-4c6e-9f1d-2d7a51b60a02"
