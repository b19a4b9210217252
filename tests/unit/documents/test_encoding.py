"""Encodings: byte order marks, declarations, and bytes that are not what they claim."""

from __future__ import annotations

import codecs

import pytest

from caldera.documents import MalformedDocument
from caldera.documents.encoding import decode_xml

from .drafts import BASIC, BUYER
from .helpers import basic_ubl, read

NAME = "Hällbergs Verkstad AB"


def document(declared: str | None) -> str:
    text = basic_ubl(("Hallbergs Verkstad AB", NAME)).decode()
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    assert declaration in text
    return text.replace(declaration, f'<?xml version="1.0" encoding="{declared}"?>' if declared else "")


@pytest.mark.parametrize(
    ("declared", "codec", "mark"),
    [
        ("UTF-8", "utf-8", b""),
        (None, "utf-8", b""),
        ("UTF-8", "utf-8", codecs.BOM_UTF8),
        ("ISO-8859-1", "iso-8859-1", b""),
        ("iso-8859-15", "iso-8859-15", b""),
        ("windows-1252", "cp1252", b""),
        ("macintosh", "mac-roman", b""),
        ("GB18030", "gb18030", b""),
        ("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
        ("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
        ("UTF-16LE", "utf-16-le", b""),
        ("UTF-16BE", "utf-16-be", b""),
        ("UTF-32", "utf-32-le", codecs.BOM_UTF32_LE),
        ("UTF-32", "utf-32-be", b""),
        ("IBM037", "cp037", b""),
    ],
)
def test_encoding(declared: str | None, codec: str, mark: bytes) -> None:
    invoice = read(mark + document(declared).encode(codec))
    assert invoice.buyer.name == NAME
    assert invoice.payable == BASIC.payable


@pytest.mark.parametrize(
    ("declared", "codec", "what"),
    [
        ("UTF-8", "iso-8859-1", "not valid UTF-8"),
        (None, "iso-8859-1", "not valid UTF-8"),
        ("US-ASCII", "utf-8", "not valid ASCII"),
        ("UTF-16", "utf-8", "the bytes are not in it"),
        ("klingon", "utf-8", "not known"),
        ("rot13", "utf-8", "not known"),
        ("utf-7", "utf-8", "not known"),
        ("unicode_escape", "utf-8", "not known"),
        ("punycode", "utf-8", "not known"),
    ],
)
def test_wrong_encoding(declared: str | None, codec: str, what: str) -> None:
    with pytest.raises(MalformedDocument, match=what):
        read(document(declared).encode(codec))


def test_half_a_utf16_character() -> None:
    with pytest.raises(MalformedDocument):
        read(document("UTF-16").encode("utf-16")[:-1])


def test_zero_characters_are_not_xml() -> None:
    with pytest.raises(MalformedDocument):
        read(basic_ubl().replace(b"Malm", b"Ma\x00m"))


def test_the_mark_is_no_part_of_the_text() -> None:
    assert decode_xml(codecs.BOM_UTF16_LE + "<a/>".encode("utf-16-le")) == "<a/>"
    assert decode_xml(codecs.BOM_UTF8 + b"<a/>") == "<a/>"


def test_draft_has_plain_name() -> None:
    assert BUYER.name in basic_ubl().decode()
