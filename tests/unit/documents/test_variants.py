"""Valid documents of unusual shape: they must be read without false alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from caldera.documents import AmountMismatch, MissingField

from .drafts import BASIC, DraftItem, DraftLine
from .helpers import basic_cii, basic_ubl, drop, edit, read
from .render_cii import cii
from .render_ubl import ubl

D = Decimal
FACTURX = "urn:factur-x.eu:1p0:minimum"
BASIC_WL = "urn:factur-x.eu:1p0:basicwl"
EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"
XR_EXTENSION = (
    "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
    "#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
)


def without_lines(data: bytes) -> bytes:
    name = "ram:IncludedSupplyChainTradeLineItem"
    while f"<{name}>".encode() in data:
        data = drop(data, f"<{name}>", f"</{name}>\n")
    return data


def minimum() -> bytes:
    data = without_lines(cii(replace(BASIC, specification=FACTURX, due=None)))
    data = edit(data, "<ram:LineTotalAmount>6130.00</ram:LineTotalAmount>\n", "")
    return drop(data, "<ram:ApplicableTradeTax>", "</ram:ApplicableTradeTax>\n")


def test_factur_x_minimum() -> None:
    invoice = read(minimum())
    assert invoice.lines == ()
    assert invoice.totals.line_net is None
    assert (invoice.payable, invoice.due_date) == (D("7662.50"), None)
    with pytest.raises(AmountMismatch, match="BR-CO-15"):
        read(edit(minimum(), "<ram:GrandTotalAmount>7662.50", "<ram:GrandTotalAmount>7662.60"))


def test_minimum_has_no_field_for_prepaid_amounts() -> None:
    paid = (">7662.50</ram:DuePayableAmount>", ">662.50</ram:DuePayableAmount>")
    assert read(edit(minimum(), *paid)).payable == D("662.50")
    with pytest.raises(AmountMismatch, match="BR-CO-16"):
        read(edit(edit(minimum(), *paid), FACTURX, BASIC_WL))


def test_factur_x_basic_wl_has_a_line_total_without_lines() -> None:
    data = without_lines(cii(replace(BASIC, specification=BASIC_WL)))
    assert read(data).totals.line_net == D("6130.00")
    with pytest.raises(AmountMismatch, match="BR-CO-13"):
        read(edit(data, "<ram:LineTotalAmount>6130.00", "<ram:LineTotalAmount>6131.00"))


def test_extended_tolerates_a_cent_per_amount() -> None:
    data = cii(replace(BASIC, specification=EXTENDED))
    just = "<ram:LineTotalAmount>729.98"  # two lines, so 0.02
    assert read(edit(data, "<ram:LineTotalAmount>730.00", just))
    with pytest.raises(AmountMismatch, match="BR-CO-10"):
        read(edit(data, "<ram:LineTotalAmount>730.00", "<ram:LineTotalAmount>729.97"))
    with pytest.raises(AmountMismatch, match="BR-CO-10"):
        read(basic_cii(("<ram:LineTotalAmount>730.00", just)))


def status(data: bytes, line: int, code: str) -> bytes:
    tag = f"<ram:LineID>{line}</ram:LineID>\n"
    return edit(data, tag, f"{tag}<ram:LineStatusReasonCode>{code}</ram:LineStatusReasonCode>\n")


def test_extended_group_and_information_lines_are_not_summed() -> None:
    group = DraftLine("9", "Hydraulics in total", D(1), "C62", D("6130.00"))
    plain = cii(replace(BASIC, lines=(*BASIC.lines, group), specification=EXTENDED))
    data = plain.replace(b">12260.00<", b">6130.00<").replace(b">3065.00<", b">1532.50<")
    data = data.replace(b">15325.00<", b">7662.50<")
    for code in ("GROUP", "INFORMATION"):
        invoice = read(status(status(data, 9, code), 1, "DETAIL"))
        assert [line.id for line in invoice.lines] == ["1", "2"]
        assert [line.id for line in invoice.memo_lines] == ["9"]
    with pytest.raises(AmountMismatch, match="BR-CO-10"):
        read(status(data, 9, "DETAIL"))
    text_only = edit(status(data, 9, "INFORMATION"), "<ram:LineTotalAmount>6130.00</ram:LineTotalAmount>", "")
    assert read(text_only).memo_lines[0].net_amount == 0
    with pytest.raises(MissingField):
        read(edit(text_only, "INFORMATION", "DETAIL"))


def test_extended_logistics_service_charge_is_a_charge() -> None:
    draft = replace(BASIC, specification=EXTENDED, items=(DraftItem(True, D("80.00"), "S", D(25)),))
    data = cii(draft)
    charge = (
        "<ram:SpecifiedLogisticsServiceCharge><ram:Description>Freight</ram:Description>"
        "<ram:AppliedAmount>80.00</ram:AppliedAmount><ram:AppliedTradeTax><ram:CategoryCode>S</ram:CategoryCode>"
        "<ram:RateApplicablePercent>25</ram:RateApplicablePercent></ram:AppliedTradeTax>"
        "</ram:SpecifiedLogisticsServiceCharge>"
    )
    place = "<ram:SpecifiedTradePaymentTerms>"
    data = drop(data, "<ram:SpecifiedTradeAllowanceCharge>", "</ram:SpecifiedTradeAllowanceCharge>\n")
    with pytest.raises(AmountMismatch, match="BR-CO-12"):
        read(data)
    (item,) = read(edit(data, place, charge + place)).allowance_charges
    assert (item.is_charge, item.amount, item.reason) == (True, D("80.00"), "Freight")


def test_xrechnung_sub_lines_are_not_summed() -> None:
    end = "</cac:InvoiceLine>"
    sub = (
        "<cac:SubInvoiceLine><cbc:ID>1.1</cbc:ID>"
        '<cbc:InvoicedQuantity unitCode="C62">12</cbc:InvoicedQuantity>'
        '<cbc:LineExtensionAmount currencyID="EUR">5400.00</cbc:LineExtensionAmount>{}</cac:SubInvoiceLine>'
    )
    data = ubl(replace(BASIC, specification=XR_EXTENSION))
    invoice = read(edit(data, end, sub.format(sub.format("").replace("1.1", "1.1.1")) + end))
    assert [line.id for line in invoice.lines] == ["1", "2"]
    assert [line.id for line in invoice.memo_lines] == ["1.1", "1.1.1"]


def test_xrechnung_third_party_payment() -> None:
    payment = (
        '<cac:PrepaidPayment><cbc:ID>Toll</cbc:ID><cbc:PaidAmount currencyID="EUR">37.50</cbc:PaidAmount>'
        "<cbc:InstructionID>x</cbc:InstructionID></cac:PrepaidPayment>"
    )
    place = "<cac:TaxTotal>"
    edits = (
        (place, payment + place),
        (">7662.50</cbc:PayableAmount>", ">7700.00</cbc:PayableAmount>"),
    )
    draft = replace(BASIC, specification=XR_EXTENSION)
    invoice = read(basic_ubl(*edits, draft=draft))
    assert (invoice.payable, invoice.totals.third_party) == (D("7700.00"), D("37.50"))
    with pytest.raises(AmountMismatch, match="BR-DEX-09"):
        read(basic_ubl(edits[0], draft=draft))
    with pytest.raises(AmountMismatch, match="BR-CO-16"):
        read(basic_ubl(*edits))


def test_several_vat_totals_payment_means_and_deliveries() -> None:
    place = "<cac:PaymentMeans>"
    means = f"{place}<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode></cac:PaymentMeans>"
    delivery = "<cac:Delivery><cbc:ActualDeliveryDate>2026-02-27</cbc:ActualDeliveryDate></cac:Delivery>"
    representative = (
        "<cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>Tax Help</cbc:Name></cac:PartyName>"
        "<cac:PartyTaxScheme><cbc:CompanyID>DK99999999</cbc:CompanyID></cac:PartyTaxScheme>"
        "</cac:TaxRepresentativeParty>"
    )
    again = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">1532.50</cbc:TaxAmount></cac:TaxTotal>'
    total = "<cac:LegalMonetaryTotal>"
    invoice = read(basic_ubl((total, representative + delivery * 2 + means * 2 + again + total)))
    assert invoice.totals.tax_total == D("1532.50")
    assert invoice.seller.vat_id == "DK31559804"


def test_no_vat_total_at_all() -> None:
    lines = tuple(replace(line, category="O", rate=D(0)) for line in BASIC.lines)
    data = ubl(replace(BASIC, lines=lines))
    data = drop(data, "<cac:TaxTotal>", "</cac:TaxTotal>\n")
    assert read(data).totals.tax_total is None
    with pytest.raises(AmountMismatch, match="BR-CO-15"):
        read(drop(basic_ubl(), "<cac:TaxTotal>", "</cac:TaxTotal>\n"))


def test_allowance_total_left_out() -> None:
    draft = replace(BASIC, items=(DraftItem(False, D("30.00"), "S", D(25)),))
    data = edit(ubl(draft), '<cbc:AllowanceTotalAmount currencyID="EUR">30.00</cbc:AllowanceTotalAmount>\n', "")
    assert read(data).totals.allowances == D("30.00")


def test_zero_payable_and_negative_invoice() -> None:
    paid = read(ubl(replace(BASIC, prepaid=D("7662.50"))))
    assert (paid.payable, paid.signed_payable) == (D(0), D(0))
    assert not paid.is_receivable
    returned = tuple(replace(line, quantity=-line.quantity) for line in BASIC.lines)
    for render in (ubl, cii):
        invoice = read(render(replace(BASIC, lines=returned)))
        assert invoice.payable == D("-7662.50")
        assert invoice.signed_payable == D("-7662.50")
        assert not invoice.is_receivable


def test_minus_zero_is_zero() -> None:
    text = '<cbc:PayableRoundingAmount currencyID="EUR">-0.00</cbc:PayableRoundingAmount>'
    place = '<cbc:PayableAmount currencyID="EUR">7662.50'
    rounding = read(basic_ubl((place, text + place))).totals.rounding
    assert str(rounding) == "0"
    for render in (ubl, cii):
        paid = render(replace(BASIC, prepaid=D("7662.50")))
        assert str(read(edit(paid, ">0.00</", ">-0.00</")).payable) == "0.00"


def test_indicators_as_digits_and_numbers_with_trailing_point() -> None:
    draft = replace(BASIC, items=(DraftItem(True, D("80"), "S", D(25)),))
    data = edit(ubl(draft), "<cbc:ChargeIndicator>true<", "<cbc:ChargeIndicator>1<")
    data = edit(data, ">80</cbc:Amount>", ">80.</cbc:Amount>")
    data = edit(data, ">40</cbc:InvoicedQuantity>", ">40.</cbc:InvoicedQuantity>")
    assert read(data).allowance_charges[0].amount == 80
    assert read(data).lines[1].quantity == 40


def test_three_decimals_of_a_dinar() -> None:
    line = DraftLine("1", "Pump", D(3), "C62", D("41.667"), category="Z", rate=D(0))
    data = ubl(replace(BASIC, lines=(line,), currency="BHD")).replace(b">125.00<", b">125.001<")
    assert read(data).payable == D("125.001")


def test_contract_and_preceding_invoice_in_both_syntaxes() -> None:
    draft = replace(BASIC, contract="FA-14", order="PO-1", preceding=("2026-0099", "2026-02-01"))
    for render in (ubl, cii):
        invoice = read(render(draft))
        assert (invoice.contract_reference, invoice.order_reference) == ("FA-14", "PO-1")
        assert invoice.preceding_invoices[0].number == "2026-0099"
        assert invoice.preceding_invoices[0].issue_date == date(2026, 2, 1)
