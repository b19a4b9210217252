"""Which of the dates of a document is its due date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from caldera.documents import Instalment, MissingDueDate

from .drafts import BASIC
from .helpers import basic_cii, basic_ubl, edit, read

PLACE = "<cac:TaxTotal>"
STATED = "<cbc:DueDate>2026-04-01</cbc:DueDate>\n"


def means(day: str) -> str:
    return f"<cac:PaymentMeans><cbc:PaymentDueDate>{day}</cbc:PaymentDueDate></cac:PaymentMeans>"


def terms(inner: str) -> str:
    return f"<cac:PaymentTerms>{inner}</cac:PaymentTerms>"


def part(day: str, percent: str) -> str:
    return terms(
        f"<cbc:PaymentPercent>{percent}</cbc:PaymentPercent>"
        '<cbc:Amount currencyID="EUR">1.00</cbc:Amount>'
        f"<cbc:InstallmentDueDate>{day}</cbc:InstallmentDueDate>"
    )


ALL = (
    means("2026-04-10")
    + terms("<cbc:PaymentDueDate>2026-04-20</cbc:PaymentDueDate>")
    + terms("<cbc:Note>Net 60</cbc:Note>")
)


@pytest.mark.parametrize(
    ("edits", "due", "source"),
    [
        ((), date(2026, 4, 1), "due_date"),
        (((STATED, ""),), date(2026, 4, 10), "payment_means"),
        (((STATED, ""), (means("2026-04-10"), "")), date(2026, 4, 20), "payment_terms"),
        (
            (
                (STATED, ""),
                (means("2026-04-10"), ""),
                ("<cbc:PaymentDueDate>2026-04-20</cbc:PaymentDueDate>", ""),
            ),
            date(2026, 5, 1),
            "payment_terms",
        ),
        (((STATED, ""), (ALL, "")), None, "none"),
    ],
)
def test_order(edits: tuple[tuple[str, str], ...], due: date | None, source: str) -> None:
    invoice = read(basic_ubl((PLACE, ALL + PLACE), *edits))
    assert (invoice.due_date, invoice.due_date_source) == (due, source)
    assert invoice.instalments == ()
    if due is None:
        with pytest.raises(MissingDueDate, match="BT-9"):
            invoice.require_due_date()
    else:
        assert invoice.require_due_date() == due


def test_empty_due_date_is_none() -> None:
    invoice = read(basic_ubl((STATED, "<cbc:DueDate/>")))
    assert (invoice.due_date, invoice.due_date_source) == (None, "none")


def test_instalments_in_payment_terms() -> None:
    two = part("2026-06-01", "60") + part("2026-04-15", "40")
    invoice = read(basic_ubl((PLACE, two + PLACE), (STATED, "")))
    assert (invoice.due_date, invoice.due_date_source) == (date(2026, 6, 1), "payment_terms")
    assert invoice.instalments == (
        Instalment(due_date=date(2026, 4, 15), amount=Decimal("1.00"), percent=Decimal(40)),
        Instalment(due_date=date(2026, 6, 1), amount=Decimal("1.00"), percent=Decimal(60)),
    )


def test_stated_due_date_wins_over_instalments_and_keeps_them() -> None:
    two = part("2026-06-01", "60") + part("2026-04-15", "40")
    invoice = read(basic_ubl((PLACE, two + PLACE)))
    assert (invoice.due_date, invoice.due_date_source) == (date(2026, 4, 1), "due_date")
    assert len(invoice.instalments) == 2


def test_several_payment_means() -> None:
    invoice = read(basic_ubl((PLACE, means("2026-04-10") + means("2026-05-10") + PLACE), (STATED, "")))
    assert (invoice.due_date, invoice.due_date_source) == (date(2026, 5, 10), "payment_means")
    assert [item.due_date for item in invoice.instalments] == [date(2026, 4, 10), date(2026, 5, 10)]


def test_discount_date_in_ubl_terms_is_not_the_due_date() -> None:
    discount = terms(
        "<cbc:SettlementDiscountPercent>2</cbc:SettlementDiscountPercent>"
        "<cbc:PaymentDueDate>2026-03-12</cbc:PaymentDueDate>"
    )
    assert read(basic_ubl((PLACE, discount + PLACE), (STATED, ""))).due_date is None
    none = discount.replace("Percent>2<", "Percent>0<")
    assert read(basic_ubl((PLACE, none + PLACE), (STATED, ""))).due_date == date(2026, 3, 12)


def cii_terms(day: str, inner: str = "") -> str:
    return (
        "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f'<udt:DateTimeString format="102">{day}</udt:DateTimeString></ram:DueDateDateTime>{inner}'
        "</ram:SpecifiedTradePaymentTerms>"
    )


CII_PLACE = "<ram:SpecifiedTradePaymentTerms>"


def test_cii_instalments() -> None:
    second = cii_terms("20260601", "<ram:PartialPaymentAmount>4000.00</ram:PartialPaymentAmount>")
    invoice = read(basic_cii((CII_PLACE, second + CII_PLACE)))
    assert (invoice.due_date, invoice.due_date_source) == (date(2026, 6, 1), "due_date")
    assert invoice.instalments == (
        Instalment(due_date=date(2026, 4, 1)),
        Instalment(due_date=date(2026, 6, 1), amount=Decimal("4000.00")),
    )


def test_cii_discount_terms_beside_the_due_date() -> None:
    discount = (
        "<ram:ApplicableTradePaymentDiscountTerms><ram:CalculationPercent>2.00</ram:CalculationPercent>"
        "</ram:ApplicableTradePaymentDiscountTerms>"
    )
    later = cii_terms("20260501", discount)  # a later date, so that taking the latest would take it
    invoice = read(basic_cii((CII_PLACE, later + CII_PLACE)))
    assert (invoice.due_date, invoice.instalments) == (date(2026, 4, 1), ())
    alone = edit(basic_cii(), "</ram:DueDateDateTime>", f"</ram:DueDateDateTime>{discount}")
    assert read(alone).due_date == date(2026, 4, 1)


def test_terms_in_both_syntaxes() -> None:
    draft = replace(BASIC, due=None, terms="zahlbar innerhalb 30 Tagen")
    for invoice in (read(basic_ubl(draft=draft)), read(basic_cii(draft=draft))):
        assert (invoice.due_date, invoice.due_date_source) == (date(2026, 4, 1), "payment_terms")
        assert invoice.payment_terms == "zahlbar innerhalb 30 Tagen"
