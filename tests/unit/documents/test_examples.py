"""The project's own example invoices, with values written by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from caldera.documents import Kind, MissingDueDate, read_documents, read_invoice

from .helpers import EXAMPLES

# file, kind, number, issued, due, source, currency, payable, line net amounts, seller key, buyer key
TABLE = [
    ("cii-eur-factored.xml", "invoice", "RP 2026/00391", "2026-04-14", "2026-06-13", "due_date", "EUR",
     "66576.49", ["49536", "14595", "1200"], "VAT::DE298417365", "VAT::DE811907254"),
    ("cii-eur-terms-only.xml", "invoice", "F26-0088", "2026-06-01", "2026-07-16", "payment_terms", "EUR",
     "27310", ["25350", "1960"], "VAT::FR40732829320", "VAT::NL864012339B01"),
    ("ubl-eur-credit-note.xml", "credit_note", "NM-2026-0131", "2026-03-20", None, "none", "EUR",
     "3450", ["3450"], "VAT::DK31559804", "VAT::SE556871204301"),
    ("ubl-eur-negative.xml", "invoice", "NM-2026-0203", "2026-05-04", None, "none", "EUR",
     "-1561", ["-850", "-711"], "VAT::DK31559804", "VAT::SE556871204301"),
    ("ubl-eur.xml", "invoice", "NM-2026-0117", "2026-03-02", "2026-05-01", "due_date", "EUR",
     "50366", ["27600", "15650", "6636"], "VAT::DK31559804", "VAT::SE556871204301"),
    ("ubl-sek-small.xml", "invoice", "10482", "2026-02-16", "2026-03-18", "due_date", "SEK",
     "27675", ["17340", "4800"], "VAT::SE559104773201", "LEGAL:0007:9697712281"),
    ("ubl-usd-large.xml", "invoice", "PVF-260512-07", "2026-05-12", "2026-08-10", "due_date", "USD",
     "173310", ["88640", "46200", "30400", "8294.40"], "LEGAL:US:573310928", "LEGAL:IE:641877"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_example(row: tuple[str, str, str, str, str | None, str, str, str, list[str], str, str]) -> None:
    file, kind, number, issued, due, source, currency, payable, lines, seller, buyer = row
    invoice = read_invoice(EXAMPLES / file)
    assert (invoice.kind.value, invoice.number) == (kind, number)
    assert invoice.issue_date.isoformat() == issued
    assert (invoice.due_date.isoformat() if invoice.due_date else None, invoice.due_date_source) == (
        due,
        source,
    )
    assert (invoice.currency, invoice.payable) == (currency, Decimal(payable))
    assert [line.net_amount for line in invoice.lines] == [Decimal(net) for net in lines]
    assert (invoice.seller.key, invoice.buyer.key) == (seller, buyer)
    assert invoice.findings == ()


def test_the_folder_holds_these_files_and_no_others() -> None:
    assert [outcome.path.name for outcome in read_documents(EXAMPLES)] == [row[0] for row in TABLE]


def test_credit_note_reduces_the_first_invoice() -> None:
    invoice = read_invoice(EXAMPLES / "ubl-eur.xml")
    credit = read_invoice(EXAMPLES / "ubl-eur-credit-note.xml")
    negative = read_invoice(EXAMPLES / "ubl-eur-negative.xml")
    assert credit.kind is Kind.CREDIT_NOTE
    assert negative.kind is Kind.INVOICE
    for reduction in (credit, negative):
        assert reduction.preceding_invoices[0].number == invoice.number
        assert not reduction.is_receivable
    owed = invoice.signed_payable + credit.signed_payable + negative.signed_payable
    assert owed == Decimal("45355.00")


def test_factor_is_the_payee() -> None:
    payee = read_invoice(EXAMPLES / "cii-eur-factored.xml").payee
    assert payee is not None
    assert payee.name == "Mittelrhein Factoring AG"
    assert payee.legal_id is not None
    assert payee.legal_id.value == "HRB 20993"


def test_receivables_split_by_line_in_parts_above_a_thousand() -> None:
    # Worked by hand in docs/documents.md for the factored invoice.
    factored = read_invoice(EXAMPLES / "cii-eur-factored.xml")
    assert factored.lines_as_units(6) == (50_574_044_374, 14_900_843_379, 1_101_602_247)
    large = read_invoice(EXAMPLES / "ubl-usd-large.xml")
    parts = large.lines_as_units(6)
    assert sum(parts) == 173_310_000_000
    assert len(parts) == 4
    assert min(parts) > 1_000_000_000


def test_due_dates_lie_30_to_90_days_after_issue() -> None:
    for outcome in read_documents(EXAMPLES):
        assert outcome.invoice is not None
        if outcome.invoice.is_receivable:
            days = (outcome.invoice.require_due_date() - outcome.invoice.issue_date).days
            assert 30 <= days <= 90


def test_negative_invoice_has_no_due_date() -> None:
    invoice = read_invoice(EXAMPLES / "ubl-eur-negative.xml")
    with pytest.raises(MissingDueDate) as caught:
        invoice.require_due_date()
    assert "ubl-eur-negative.xml" in str(caught.value)
    assert "Set off against invoice" in str(caught.value)
    assert read_invoice(EXAMPLES / "ubl-eur.xml").require_due_date() == date(2026, 5, 1)
