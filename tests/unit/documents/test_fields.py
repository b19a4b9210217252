"""Mandatory fields, duplicates, codes, whitespace and prefixes; in UBL and in CII."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal

import pytest

from caldera.documents import (
    CurrencyMismatch,
    DocumentError,
    InvalidAmount,
    InvalidField,
    MissingField,
)

from .drafts import BASIC, Draft
from .helpers import BOTH, basic_cii, basic_ubl, drop, edit, read
from .render_cii import cii
from .render_ubl import ubl

MANDATORY_UBL = [
    ("<cbc:ID>2026-0117</cbc:ID>", "BT-1"),
    ("<cbc:IssueDate>2026-03-02</cbc:IssueDate>", "BT-2"),
    ("<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", "BT-5"),
    ("<cbc:RegistrationName>Nordkaj Maskin A/S</cbc:RegistrationName>", "BT-27"),
    ("<cbc:RegistrationName>Hallbergs Verkstad AB</cbc:RegistrationName>", "BT-44"),
    ('<cbc:PayableAmount currencyID="EUR">7662.50</cbc:PayableAmount>', "BT-115"),
    ('<cbc:LineExtensionAmount currencyID="EUR">730.00</cbc:LineExtensionAmount>', "BT-131"),
]
MANDATORY_CII = [
    ("<ram:ID>2026-0117</ram:ID>", "BT-1"),
    ('<udt:DateTimeString format="102">20260302</udt:DateTimeString>', "BT-2"),
    ("<ram:TypeCode>380</ram:TypeCode>", "BT-3"),
    ("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", "BT-5"),
    ("<ram:Name>Nordkaj Maskin A/S</ram:Name>", "BT-27"),
    ("<ram:Name>Hallbergs Verkstad AB</ram:Name>", "BT-44"),
    ("<ram:DuePayableAmount>7662.50</ram:DuePayableAmount>", "BT-115"),
    ("<ram:LineTotalAmount>730.00</ram:LineTotalAmount>", "BT-131"),
]


@pytest.mark.parametrize(
    ("data", "element", "field"),
    [(ubl(BASIC), element, field) for element, field in MANDATORY_UBL]
    + [(cii(BASIC), element, field) for element, field in MANDATORY_CII],
    ids=[f"ubl {field}" for _, field in MANDATORY_UBL] + [f"cii {field}" for _, field in MANDATORY_CII],
)
def test_mandatory_field(data: bytes, element: str, field: str) -> None:
    assert read(data).number == "2026-0117"
    with pytest.raises(MissingField) as caught:
        read(edit(data, element, ""))
    assert caught.value.field == field
    assert caught.value.path.startswith("/")
    if "Amount" in element:  # an amount that is there but empty is another mistake than none
        return
    start, end = element.index(">") + 1, element.rindex("<")
    with pytest.raises(MissingField):
        read(edit(data, element, element[:start] + " \n " + element[end:]))


@pytest.mark.parametrize(
    ("data", "start", "end", "field"),
    [
        (ubl(BASIC), "<cac:AccountingSupplierParty>", "</cac:AccountingSupplierParty>", "BT-27"),
        (ubl(BASIC), "<cac:AccountingCustomerParty>", "</cac:AccountingCustomerParty>", "BT-44"),
        (ubl(BASIC), "<cac:LegalMonetaryTotal>", "</cac:LegalMonetaryTotal>", "BT-115"),
        (cii(BASIC), "<ram:SellerTradeParty>", "</ram:SellerTradeParty>", "BT-27"),
        (cii(BASIC), "<ram:BuyerTradeParty>", "</ram:BuyerTradeParty>", "BT-44"),
        (cii(BASIC), "<rsm:ExchangedDocument>", "</rsm:ExchangedDocument>", "BT-1"),
        (
            cii(BASIC),
            "<ram:ApplicableHeaderTradeSettlement>",
            "</ram:ApplicableHeaderTradeSettlement>",
            "BG-22",
        ),
    ],
)
def test_mandatory_group(data: bytes, start: str, end: str, field: str) -> None:
    with pytest.raises(MissingField) as caught:
        read(drop(data, start, end))
    assert caught.value.field == field


@pytest.mark.parametrize(
    "element",
    [
        "<cbc:ID>2026-0117</cbc:ID>",
        "<cbc:IssueDate>2026-03-02</cbc:IssueDate>",
        "<cbc:DueDate>2026-04-01</cbc:DueDate>",
        '<cbc:PayableAmount currencyID="EUR">7662.50</cbc:PayableAmount>',
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>",
    ],
)
def test_a_field_that_appears_twice_is_refused(element: str) -> None:
    with pytest.raises(InvalidField, match="appears 2 times"):
        read(basic_ubl((element, element + element.replace("7662.50", "1.00"))))


def test_payable_twice_in_cii() -> None:
    element = "<ram:DuePayableAmount>7662.50</ram:DuePayableAmount>"
    with pytest.raises(InvalidField, match="appears 2 times"):
        read(basic_cii((element, element + element)))


def test_any_prefix_and_whitespace() -> None:
    data = basic_ubl().decode()
    data = data.replace("cbc:", "b:").replace("cac:", "").replace("xmlns:cac", "xmlns")
    data = data.replace(' xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"', "", 1)
    data = data.replace("<Invoice", '<i:Invoice xmlns:i="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"', 1)
    data = data.replace("</Invoice>", "</i:Invoice>").replace("xmlns:cbc", "xmlns:b")
    data = data.replace('xmlns:cac="', 'xmlns="')
    data = data.replace("<b:ID>2026-0117<", "<b:ID>\n\t 2026-0117 \n<").replace(">7662.50<", "> 7662.50\n<")
    invoice = read(data.encode())
    assert invoice == read(basic_ubl())
    swapped = basic_cii().decode().replace("ram:", "n7:").replace("rsm:", "rm:").replace("udt:", "dt:")
    swapped = swapped.replace("xmlns:ram", "xmlns:n7").replace("xmlns:rsm", "xmlns:rm")
    swapped = swapped.replace("xmlns:udt", "xmlns:dt")
    assert read(swapped.encode()) == read(basic_cii())


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "1e5",
        "NaN",
        "Infinity",
        "-INF",
        "1,000.00",
        "1.000,00",
        "",
        "   ",
        "7 662.50",
        "0x10",
        "\u0667",
        "--1",
    ],
)
def test_amounts_that_are_no_numbers(render: Callable[[Draft], bytes], text: str) -> None:
    with pytest.raises(InvalidAmount) as caught:
        read(edit(render(BASIC), ">7662.50</", f">{text}</", 1).replace(b">7662.50<", f">{text}<".encode()))
    assert caught.value.field in ("BT-112", "BT-115")


@BOTH
@pytest.mark.parametrize("text", ["  7662.50 ", "+7662.50", "7662.5", "07662.500", "\n7662.50"])
def test_amounts_written_in_other_ways(render: Callable[[Draft], bytes], text: str) -> None:
    data = render(BASIC).replace(b">7662.50<", f">{text}<".encode())
    assert read(data).payable == Decimal("7662.50")


@BOTH
def test_amount_with_41_characters(render: Callable[[Draft], bytes]) -> None:
    just = "7662." + "50".ljust(35, "0")
    data = render(BASIC)
    assert read(data.replace(b">7662.50<", f">{just}<".encode())).payable == Decimal("7662.50")
    with pytest.raises(InvalidAmount, match="41 characters"):
        read(data.replace(b">7662.50<", f">{just}0<".encode()))


def test_payee_with_only_the_sepa_creditor_is_none() -> None:
    number = '<cbc:ID schemeID="SEPA">DE98ZZZ09999999999</cbc:ID>'
    sepa = f"<cac:PartyIdentification>{number}</cac:PartyIdentification>"
    place = "<cac:TaxTotal>"
    data = basic_ubl((place, f"<cac:PayeeParty>{sepa}</cac:PayeeParty>{place}"))
    assert read(data).payee is None
    with pytest.raises(MissingField, match="payee"):
        read(edit(data, "SEPA", "0088"))


def test_errors_survive_pickling() -> None:
    with pytest.raises(CurrencyMismatch) as caught:
        read(basic_ubl(('<cbc:PayableAmount currencyID="EUR">', '<cbc:PayableAmount currencyID="SEK">')))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(copy, CurrencyMismatch)
    assert isinstance(copy, DocumentError)
    assert (str(copy), copy.found) == (str(caught.value), "SEK")
