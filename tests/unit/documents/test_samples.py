"""Every sample invoice against what a person reads in it."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest

from caldera.documents import Party, read_documents, read_invoice

from .expected import EXPECTED, Expected, Who
from .helpers import SAMPLES, needs_samples

pytestmark = needs_samples


def seen(party: Party) -> Who:
    return Who(
        name=party.name,
        vat=party.vat_id,
        legal=(party.legal_id.value, party.legal_id.scheme) if party.legal_id else None,
        endpoint=(party.endpoint.value, party.endpoint.scheme) if party.endpoint else None,
        ids=tuple((item.value, item.scheme) for item in party.ids),
        country=party.country,
    )


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda item: item.file)
def test_sample(expected: Expected) -> None:
    path = SAMPLES / expected.file
    invoice = read_invoice(path)
    assert invoice.kind.value == expected.kind
    assert invoice.type_code == expected.type_code
    assert invoice.number == expected.number
    assert invoice.issue_date == date.fromisoformat(expected.issued)
    assert invoice.due_date == (date.fromisoformat(expected.due) if expected.due else None)
    assert invoice.due_date_source == expected.due_source
    assert (invoice.currency, invoice.tax_currency) == (expected.currency, expected.tax_currency)
    assert seen(invoice.seller) == expected.seller
    assert seen(invoice.buyer) == expected.buyer
    assert (seen(invoice.payee) if invoice.payee else None) == expected.payee
    assert invoice.payable == Decimal(expected.payable)
    assert [line.net_amount for line in invoice.lines] == [Decimal(net) for net in expected.lines]
    assert tuple(finding.field for finding in invoice.findings) == expected.findings
    assert invoice.document_hash == hashlib.sha256(path.read_bytes()).digest()
    assert invoice.instalments == ()


def test_every_sample_is_expected() -> None:
    found = {outcome.path.relative_to(SAMPLES).as_posix() for outcome in read_documents(SAMPLES)}
    assert found == {expected.file for expected in EXPECTED}


def test_the_same_invoice_in_ubl_and_cii_is_one_invoice() -> None:
    pairs = (
        ("ubl/ubl-tc434-example1.xml", "cii/CII_example1.xml"),
        ("ubl/ubl-tc434-example2.xml", "cii/CII_example2.xml"),
        ("ubl/ubl-tc434-example4.xml", "cii/CII_example4.xml"),
    )
    for ubl_file, cii_file in pairs:
        ubl, cii = read_invoice(SAMPLES / ubl_file), read_invoice(SAMPLES / cii_file)
        assert ubl.fingerprint_fields() == cii.fingerprint_fields()
        assert ubl.document_hash != cii.document_hash


def test_samples_that_look_alike_are_different_invoices() -> None:
    # Examples 3 and 4 of the UBL set share seller and date; 2 and 3 share the number.
    keys = [read_invoice(SAMPLES / f"ubl/ubl-tc434-example{i}.xml").fingerprint_fields() for i in (1, 2, 3, 4, 5)]
    assert len(set(keys)) == 5


def test_factoring_names_the_factor_as_payee() -> None:
    invoice = read_invoice(SAMPLES / "ubl/BIS_Billing_30-Factoring.xml")
    assert invoice.is_receivable
    assert invoice.payee is not None
    assert invoice.payee.key == "NAME::LIKVIDITETOFINANSAB"
    assert invoice.notes[0].startswith("Denna faktura har överlåtits")


def test_credit_note_refers_to_the_invoice_it_reduces() -> None:
    invoice = read_invoice(SAMPLES / "ubl/BIS_Billing_30-Kreditering_med_kreditnota.xml")
    assert invoice.signed_payable == Decimal("-10000")
    assert not invoice.is_receivable
    (preceding,) = invoice.preceding_invoices
    assert (preceding.number, preceding.issue_date) == ("2018133", date(2018, 2, 8))
    assert invoice.contract_reference == "2017-123"
    assert invoice.order_reference == "2018117"
    assert invoice.totals.rounding == Decimal("-0.10")
    assert invoice.totals.prepaid == Decimal("834.9")


def test_tax_in_accounting_currency_does_not_disturb() -> None:
    invoice = read_invoice(SAMPLES / "ubl/BIS_Billing_30-Valutor_i_faktura.xml")
    assert invoice.totals.tax_total == Decimal("23000")
    assert invoice.totals.tax_in_tax_currency == Decimal("205845.40")


def test_line_fields() -> None:
    line = read_invoice(SAMPLES / "ubl/Allowance-example.xml").lines[1]
    assert (line.id, line.name, line.description) == ("2", "item name", "Description of item")
    assert (line.quantity, line.unit) == (Decimal(10), "C62")
    assert (line.price, line.price_base_quantity) == (Decimal(200), Decimal(2))
    assert (line.vat_category, line.vat_rate) == ("E", Decimal("0.0"))
    assert line.order_reference == "124"


def test_references_of_the_largest_sample() -> None:
    invoice = read_invoice(SAMPLES / "ubl/Invoice-Max_content.xml")
    assert invoice.sales_order_reference == "INK/0117/JM"
    assert [item.number for item in invoice.preceding_invoices] == [
        "Preceding invoice no.1",
        "Preceding invoice no.2",
    ]
    assert invoice.buyer_reference == "Buyer reference"
    assert invoice.payment_terms is not None
    assert invoice.payment_terms.startswith("30 days net. Penalty rate 12 %")
    assert invoice.seller.gln == "7350000001204"
    assert invoice.seller.tax_id == "Godkänd för F-skatt"
