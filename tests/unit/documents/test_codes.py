"""Currencies and type codes of documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from caldera.documents import CurrencyMismatch, InvalidField, Kind, UnknownCurrency

from .drafts import BASIC, Draft
from .helpers import BOTH, basic_cii, basic_ubl, edit, read
from .render_ubl import ubl

CREDIT_NOTE_CODES = "81 83 261 262 296 308 381 396 420 458 502 503 532"


@BOTH
def test_currency(render: Callable[[Draft], bytes]) -> None:
    data = render(BASIC)
    for code in ("EUX", "eur", "XXX", "XTS", "978", "EURO"):
        with pytest.raises(UnknownCurrency) as caught:
            read(data.replace(b">EUR<", f">{code}<".encode()).replace(b'"EUR"', f'"{code}"'.encode()))
        assert caught.value.field == "BT-5"
    for code in ("JPY", "BHD", "XAU", "HRK"):
        assert read(data.replace(b">EUR<", f">{code}<".encode()).replace(b'"EUR"', f'"{code}"'.encode()))


def test_unknown_tax_currency() -> None:
    tag = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    with pytest.raises(UnknownCurrency) as caught:
        read(basic_ubl((tag, tag + "<cbc:TaxCurrencyCode>ZZZ</cbc:TaxCurrencyCode>")))
    assert caught.value.field == "BT-6"
    assert read(basic_ubl((tag, tag + "<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>"))).tax_currency == "SEK"


@pytest.mark.parametrize(
    ("element", "field"),
    [
        ("cbc:PayableAmount", "BT-115"),
        ("cbc:TaxInclusiveAmount", "BT-112"),
        ("cbc:TaxExclusiveAmount", "BT-109"),
        ("cbc:LineExtensionAmount", "BT-106"),
        ("cbc:TaxableAmount", "BT-116"),
        ("cbc:TaxAmount", "BT-110"),
        ("cbc:PriceAmount", "BT-146"),
    ],
)
def test_amount_in_another_currency(element: str, field: str) -> None:
    with pytest.raises(CurrencyMismatch) as caught:
        read(basic_ubl((f'<{element} currencyID="EUR">', f'<{element} currencyID="SEK">')))
    assert (caught.value.expected, caught.value.found, caught.value.field) == ("EUR", "SEK", field)


def test_amount_in_another_currency_in_cii() -> None:
    with pytest.raises(CurrencyMismatch):
        read(basic_cii(("<ram:DuePayableAmount>", '<ram:DuePayableAmount currencyID="SEK">')))
    with pytest.raises(CurrencyMismatch):
        read(basic_cii(('<ram:TaxTotalAmount currencyID="EUR">', '<ram:TaxTotalAmount currencyID="SEK">')))
    assert read(basic_cii(("<ram:DuePayableAmount>", '<ram:DuePayableAmount currencyID="EUR">')))


@BOTH
def test_vat_total_in_accounting_currency(render: Callable[[Draft], bytes]) -> None:
    draft = replace(BASIC, tax_currency="SEK", tax_in_tax_currency=Decimal("17012.28"))
    invoice = read(render(draft))
    assert (invoice.totals.tax_total, invoice.totals.tax_in_tax_currency) == (
        Decimal("1532.50"),
        Decimal("17012.28"),
    )
    wrong = render(draft).replace(b'currencyID="SEK"', b'currencyID="NOK"')
    with pytest.raises(CurrencyMismatch):
        read(wrong)


@BOTH
def test_vat_total_only_in_accounting_currency(render: Callable[[Draft], bytes]) -> None:
    draft = replace(BASIC, tax_currency="SEK")
    data = render(draft)
    assert read(data).totals.tax_in_tax_currency is None
    total = "<ram:TaxTotalAmount " if b"CrossIndustry" in data else "<cac:TaxTotal>\n<cbc:TaxAmount "
    with pytest.raises(CurrencyMismatch) as caught:
        read(edit(data, f'{total}currencyID="EUR"', f'{total}currencyID="SEK"'))
    assert caught.value.field == "BT-110"


@BOTH
def test_accounting_currency_that_is_the_document_currency(render: Callable[[Draft], bytes]) -> None:
    totals = read(render(replace(BASIC, tax_currency="EUR"))).totals
    assert (totals.tax_total, totals.tax_in_tax_currency) == (Decimal("1532.50"), None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("380", Kind.INVOICE),
        ("386", Kind.INVOICE),
        ("389", Kind.INVOICE),
        ("393", Kind.INVOICE),
        ("326", Kind.INVOICE),
        ("383", Kind.INVOICE),
        ("384", Kind.CORRECTED),
        ("325", Kind.PROFORMA),
        *((code, Kind.CREDIT_NOTE) for code in CREDIT_NOTE_CODES.split()),
    ],
)
def test_kind(code: str, kind: Kind) -> None:
    for data in (
        basic_ubl(("<cbc:InvoiceTypeCode>380<", f"<cbc:InvoiceTypeCode>{code}<")),
        basic_cii(("<ram:TypeCode>380<", f"<ram:TypeCode>{code}<")),
    ):
        invoice = read(data)
        assert (invoice.kind, invoice.type_code) == (kind, code)
        assert invoice.is_receivable == (kind in (Kind.INVOICE, Kind.CORRECTED))
        sign = -1 if kind is Kind.CREDIT_NOTE else 1
        assert invoice.signed_payable == sign * Decimal("7662.50")


def test_ubl_credit_note_is_one_whatever_its_code() -> None:
    data = ubl(replace(BASIC, type_code="381"))
    assert read(data).kind is Kind.CREDIT_NOTE
    tag = "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"
    assert read(edit(data, tag, "")).kind is Kind.CREDIT_NOTE
    assert read(edit(data, tag, tag.replace("381", "380"))).kind is Kind.CREDIT_NOTE
    assert read(basic_ubl(("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", ""))).kind is Kind.INVOICE


@BOTH
def test_unknown_type_code(render: Callable[[Draft], bytes]) -> None:
    with pytest.raises(InvalidField) as caught:
        read(edit(render(BASIC), "TypeCode>380<", "TypeCode>220<"))
    assert caught.value.field == "BT-3"
