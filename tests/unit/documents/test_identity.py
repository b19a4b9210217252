"""Normalised numbers, keys of parties, fingerprints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.documents import EmptyIdentifier, Identifier, Party, normalise_number

from .drafts import BASIC
from .helpers import basic_cii, basic_ubl, read


@pytest.mark.parametrize(
    ("number", "normal"),
    [
        ("2026-0117", "20260117"),
        ("inv. 2026/0042", "INV20260042"),
        (" RP 2026/00391\n", "RP202600391"),
        ("018304 / 28865", "01830428865"),
        ("a_b#c%d", "ABCD"),
        ("Rechnung Nr. ä7", "RECHNUNGNRä7"),  # non-ASCII letters are kept as they are
        ("Ä7", "Ä7"),
        ("\uff29\uff2e\uff36\uff11", "INV1"),  # full-width letters and digit
        ("\u2160-7", "I7"),  # Roman numeral one
        ("7\u00a08", "78"),  # a no-break space becomes a space and goes
        ("A\u0308-1", "Ä1"),  # composed first
        ("発票１２", "発票12"),
        ("x\u20137", "X\u20137"),  # an en dash is not ASCII
    ],
)
def test_normalise_number(number: str, normal: str) -> None:
    assert normalise_number(number) == normal


@pytest.mark.parametrize("number", ["", "   ", "---", "./#", "\u00a0"])
def test_nothing_left(number: str) -> None:
    with pytest.raises(EmptyIdentifier):
        normalise_number(number)
    assert normalise_number(number + "0") == "0"


def test_text_that_is_no_unicode() -> None:
    with pytest.raises(EmptyIdentifier, match="not valid Unicode"):
        normalise_number("A\ud800")


def contract_part(text: str) -> bytes:
    """The byte-level part of the rule, as a contract does it."""
    kept = bytearray()
    for byte in text.encode():
        if byte >= 0x80 or 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A:
            kept.append(byte)
        elif 0x61 <= byte <= 0x7A:
            kept.append(byte - 0x20)
    return bytes(kept)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_contract_leaves_a_normal_number_as_it_is(text: str) -> None:
    try:
        normal = normalise_number(text)
    except EmptyIdentifier:
        return
    assert contract_part(normal) == normal.encode()


@given(st.text(st.characters(max_codepoint=127), min_size=1, max_size=30))
def test_for_ascii_the_contract_does_the_whole_rule(text: str) -> None:
    try:
        assert contract_part(text) == normalise_number(text).encode()
    except EmptyIdentifier:
        assert contract_part(text) == b""


FULL = Party(
    name="Nordkaj Maskin A/S",
    vat_id="DK 31.55.98.04",
    legal_id=Identifier("31559804", "0184"),
    endpoint=Identifier("ar@nordkaj.example", "EM"),
    ids=(Identifier("K-77"), Identifier("5790002274819", "0088")),
    country="DK",
)


def test_key_takes_the_best_identifier() -> None:
    assert FULL.key == "VAT::DK31559804"
    party = replace(FULL, vat_id=None)
    assert party.key == "LEGAL:0184:31559804"
    assert replace(party, legal_id=Identifier("31559804")).key == "LEGAL:DK:31559804"
    party = replace(party, legal_id=None)
    assert party.key == "ENDPOINT:EM:ARNORDKAJEXAMPLE"
    party = replace(party, endpoint=None)
    assert party.key == "GLN::5790002274819"
    party = replace(party, ids=(Identifier("K-77"), Identifier("123", "0060"), Identifier("9", "0060")))
    assert party.key == "ID:0060:123"
    assert replace(party, ids=party.ids[::-1]).key == party.key
    party = replace(party, ids=party.ids[:1])
    assert party.key == "ID::K77"
    party = replace(party, ids=())
    assert party.key == "NAME:DK:NORDKAJMASKINAS"
    assert replace(party, country=None).key == "NAME::NORDKAJMASKINAS"


def test_identifiers_without_letters_and_digits_are_passed_over() -> None:
    assert replace(FULL, vat_id="-").key == "LEGAL:0184:31559804"
    with pytest.raises(EmptyIdentifier):
        _ = Party(name="---").key


def test_gln_from_endpoint_or_legal_id() -> None:
    number = Identifier("5790002274819", "0088")
    assert Party(name="x", endpoint=number).gln == "5790002274819"
    assert Party(name="x", legal_id=number).gln == "5790002274819"
    assert Party(name="x", endpoint=Identifier("1", "0184")).gln is None


def test_fingerprint() -> None:
    expected = ("VAT::DK31559804", "VAT::SE556871204301", "20260117", date(2026, 3, 2))
    assert read(basic_ubl()).fingerprint_fields() == expected
    assert read(basic_cii()).fingerprint_fields() == expected
    other_way = read(basic_ubl((">2026-0117<", "> 2026/0117 <"), ("DK31559804", "dk 31 55 98 04")))
    assert other_way.fingerprint_fields() == expected
    assert read(basic_ubl(draft=replace(BASIC, number="2026-0118"))).fingerprint_fields() != expected


def test_fingerprint_of_a_number_without_letters_and_digits() -> None:
    invoice = read(basic_ubl((">2026-0117<", ">--<")))
    assert invoice.number == "--"
    with pytest.raises(EmptyIdentifier) as caught:
        invoice.fingerprint_fields()
    assert (caught.value.field, caught.value.file) == ("BT-1", "<bytes>")
