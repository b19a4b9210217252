"""Documents that attack the reader or are damaged: a typed error each, beside a case that just passes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from caldera.documents import (
    DocumentError,
    DocumentTooLarge,
    MalformedDocument,
    UnreadableFile,
    UnsafeDocument,
    UnsupportedDocument,
    read_invoice,
)
from caldera.documents.xml import MAX_DEPTH, MAX_ELEMENTS, parse_xml

from .helpers import basic_cii, basic_ubl, edit, read

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def with_doctype(doctype: str, reference: str = "") -> bytes:
    return basic_ubl((HEAD, HEAD + doctype), ("2026-0117", "2026-0117" + reference))


LAUGHS = "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 12))
BILLION_LAUGHS = f"<!DOCTYPE Invoice [<!ENTITY a0 'ha'>{LAUGHS}]>"
QUADRATIC = f"<!DOCTYPE Invoice [<!ENTITY a '{'x' * 100_000}'>]>"


@pytest.mark.parametrize(
    ("doctype", "reference"),
    [
        (BILLION_LAUGHS, "&a11;"),
        (QUADRATIC, "&a;" * 10_000),
        ("<!DOCTYPE Invoice [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "&x;"),
        ("<!DOCTYPE Invoice [<!ENTITY x SYSTEM 'http://127.0.0.1:9/'>]>", "&x;"),
        ("<!DOCTYPE Invoice SYSTEM 'http://127.0.0.1:9/invoice.dtd'>", ""),
        ("<!DOCTYPE Invoice [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>", ""),
        ("<!DOCTYPE Invoice>", ""),
        ("<!-- note --><?pi?>\n<!-- more -->\n<!DOCTYPE Invoice>", ""),
    ],
    ids=["bomb", "quadratic", "file", "http", "external", "parameter", "plain", "hidden"],
)
def test_document_type_declaration_is_refused(doctype: str, reference: str) -> None:
    started = time.monotonic()
    with pytest.raises(UnsafeDocument, match="DOCTYPE"):
        read(with_doctype(doctype, reference))
    assert time.monotonic() - started < 2


def test_comments_and_processing_instructions_are_not_document_types() -> None:
    harmless = "<!-- <!DOCTYPE Invoice> --><?note <!DOCTYPE Invoice>?>"
    assert read(with_doctype(harmless)).number == "2026-0117"


def test_document_type_in_utf16_is_refused() -> None:
    text = with_doctype("<!DOCTYPE Invoice>").decode().replace("UTF-8", "UTF-16")
    with pytest.raises(UnsafeDocument):
        read(text.encode("utf-16"))


def test_undeclared_entity() -> None:
    with pytest.raises(MalformedDocument, match="Entity"):
        read(basic_ubl(("2026-0117", "2026&nbsp;0117")))
    assert read(basic_ubl(("2026-0117", "2026&#45;0117"))).number == "2026-0117"


def test_comment_inside_a_value_does_not_cut_it() -> None:
    assert read(basic_ubl(("2026-0117", "2026<!-- x -->-0117"))).number == "2026-0117"
    assert read(basic_ubl(("2026-0117", "<![CDATA[2026-0117]]>"))).number == "2026-0117"


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def test_depth() -> None:
    for depth in (MAX_DEPTH + 1, 300, 5000):
        with pytest.raises(UnsafeDocument, match="deeper"):
            parse_xml(nested(depth))
    assert parse_xml(nested(MAX_DEPTH)).tag == "a"


def test_number_of_elements() -> None:
    with pytest.raises(DocumentTooLarge, match="elements"):
        parse_xml(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>")
    assert len(parse_xml(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>")) == MAX_ELEMENTS - 1


def test_one_huge_element() -> None:
    attachment = "A" * 10_500_000
    with pytest.raises(DocumentTooLarge, match="attachment"):
        read(basic_ubl(("PURCHASING", attachment)))
    assert read(basic_ubl(("PURCHASING", "A" * 100_000))).buyer_reference == "A" * 100_000


def test_size_limit(tmp_path: Path) -> None:
    data = basic_ubl()
    path = tmp_path / "invoice.xml"
    path.write_bytes(data)
    for source in (data, path):
        with pytest.raises(DocumentTooLarge, match=str(len(data))):
            read_invoice(source, max_bytes=len(data) - 1)
        assert read_invoice(source, max_bytes=len(data)).number == "2026-0117"


@pytest.mark.parametrize("keep", [20, 300, 1500, -1, -12])
def test_truncated(keep: int) -> None:
    for data in (basic_ubl(), basic_cii()):
        with pytest.raises(MalformedDocument, match="cut off"):
            read(data.rstrip()[:keep])


def test_trailing_whitespace_and_leading_newline_are_harmless() -> None:
    assert read(b"\n" + basic_ubl() + b"\n\n").number == "2026-0117"
    with pytest.raises(MalformedDocument):
        read(basic_ubl() + b"<more/>")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "blank"),
        (b"\xef\xbb\xbf", "blank"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b'{"number": "2026-0117"}', "JSON"),
        (b'[{"number": 1}]', "JSON"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"UNA:+.? 'UNB+UNOC:3+5790000000001", "EDIFACT"),
        (b"ISA*00*          *00*", "X12"),
        (b"\x89PNG\r\n", "PNG"),
        (b"Invoice 2026-0117, please pay", "not XML"),
        (b"<?xml version='1.0'?><root/>", "<root> without namespace"),
        (b"<CrossIndustryDocument xmlns='urn:ferd:CrossIndustryDocument:invoice:1p0'/>", "ZUGFeRD 1"),
        (b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>", "another UBL document"),
        (
            b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2'/>",
            "another UBL document",
        ),
        (b"<Invoice xmlns='urn:example'/>", "urn:example"),
        (
            b"<x:StandardBusinessDocument xmlns:x='http://www.unece.org/cefact/namespaces/"
            b"StandardBusinessDocumentHeader'/>",
            "envelope",
        ),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "web page"),
    ],
)
def test_other_documents_are_named(data: bytes, what: str) -> None:
    with pytest.raises(UnsupportedDocument) as caught:
        read(data)
    assert what in caught.value.what
    assert caught.value.todo
    assert caught.value.file == "<bytes>"


def test_invoice_in_a_pdf_says_what_to_extract() -> None:
    with pytest.raises(UnsupportedDocument, match=r"factur-x\.xml"):
        read(b"%PDF-1.7\n")


def test_unreadable_files(tmp_path: Path) -> None:
    path = tmp_path / "invoice.xml"
    for source in (path, tmp_path, "no\0name.xml", "<Invoice/>" * 100):
        with pytest.raises(UnreadableFile):
            read_invoice(source)
    path.write_bytes(basic_ubl())
    assert read_invoice(path).source == str(path)
    assert read_invoice(str(path)) == read_invoice(path)


def test_error_names_file_field_and_path(tmp_path: Path) -> None:
    path = tmp_path / "late.xml"
    path.write_bytes(edit(basic_ubl(), "<cbc:DueDate>2026-04-01", "<cbc:DueDate>2026-04-31"))
    with pytest.raises(DocumentError) as caught:
        read_invoice(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: BT-9 /Invoice/cbc:DueDate: '2026-04-31' is a day that does not exist.")
    assert "Ask the sender" in text
