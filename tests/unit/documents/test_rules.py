"""Documents whose amounts do not add up, each beside the nearest one that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from caldera.documents import AmountMismatch

from .drafts import BASIC, Draft, DraftItem, DraftLine
from .helpers import BOTH, basic_cii, basic_ubl, edit, read
from .render_cii import cii
from .render_ubl import ubl

D = Decimal
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
FULL = replace(
    BASIC,
    items=(
        DraftItem(False, D("130.00"), "S", D(25), "Discount"),
        DraftItem(True, D("250.00"), "S", D(25), "Freight"),
    ),
    prepaid=D("1000.00"),
    rounding=D("0.30"),
)
"""Lines 6130.00, without VAT 6250.00, VAT 1562.50, with VAT 7812.50, payable 6812.80."""

# rule, UBL element, CII element, right, wrong by one cent (five for the rounded sums)
CASES = [
    ("BR-CO-10", "cbc:LineExtensionAmount", "ram:LineTotalAmount", "6130.00", "6130.01"),
    ("BR-CO-11", "cbc:AllowanceTotalAmount", "ram:AllowanceTotalAmount", "130.00", "130.01"),
    ("BR-CO-12", "cbc:ChargeTotalAmount", "ram:ChargeTotalAmount", "250.00", "249.99"),
    ("BR-CO-13", "cbc:TaxExclusiveAmount", "ram:TaxBasisTotalAmount", "6250.00", "6250.01"),
    ("BR-CO-15", "cbc:TaxInclusiveAmount", "ram:GrandTotalAmount", "7812.50", "7812.49"),
    ("BR-CO-16", "cbc:PayableAmount", "ram:DuePayableAmount", "6812.80", "6812.81"),
    ("BR-CO-16", "cbc:PrepaidAmount", "ram:TotalPrepaidAmount", "1000.00", "999.99"),
    ("BR-CO-16", "cbc:PayableRoundingAmount", "ram:RoundingAmount", "0.30", "-0.30"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]}")
@pytest.mark.parametrize("syntax", ["ubl", "cii"])
def test_total_off_by_a_cent(syntax: str, case: tuple[str, str, str, str, str]) -> None:
    rule, ubl_name, cii_name, right, wrong = case
    data, name, end = (
        (ubl(FULL), f'<{ubl_name} currencyID="EUR">', f"</{ubl_name}>")
        if syntax == "ubl"
        else (cii(FULL), f"<{cii_name}>", f"</{cii_name}>")
    )
    assert read(data).payable == D("6812.80")
    with pytest.raises(AmountMismatch) as caught:
        read(edit(data, f"{name}{right}{end}", f"{name}{wrong}{end}"))
    assert caught.value.rule == rule
    if case[1] not in ("cbc:PrepaidAmount", "cbc:PayableRoundingAmount"):
        assert caught.value.stated == D(wrong)
        assert caught.value.computed == D(right)


@BOTH
def test_every_amount_of_the_full_draft(render: Callable[[Draft], bytes]) -> None:
    totals = read(render(FULL)).totals
    assert totals.line_net == D("6130.00")
    assert (totals.allowances, totals.charges) == (D("130.00"), D("250.00"))
    assert (totals.tax_exclusive, totals.tax_total) == (D("6250.00"), D("1562.50"))
    assert (totals.tax_inclusive, totals.payable) == (D("7812.50"), D("6812.80"))
    assert (totals.prepaid, totals.rounding) == (D("1000.00"), D("0.30"))


@BOTH
def test_line_amount_changed(render: Callable[[Draft], bytes]) -> None:
    with pytest.raises(AmountMismatch) as caught:
        read(edit(render(BASIC), ">730.00<", ">731.00<"))
    assert (caught.value.rule, caught.value.computed) == ("BR-CO-10", D("6131.00"))


@BOTH
def test_half_a_cent_is_rounding_and_more_is_not(render: Callable[[Draft], bytes]) -> None:
    data = render(BASIC)
    assert read(edit(data, ">730.00<", ">730.005<"))
    with pytest.raises(AmountMismatch, match="BR-CO-10"):
        read(edit(data, ">730.00<", ">730.006<"))


def test_tax_total_and_its_breakdown() -> None:
    total = '<cac:TaxTotal>\n<cbc:TaxAmount currencyID="EUR">1532.50<'
    with pytest.raises(AmountMismatch) as caught:
        read(basic_ubl((total, total.replace("1532.50", "1532.51"))))
    assert caught.value.rule == "BR-CO-14"
    with pytest.raises(AmountMismatch, match="BR-CO-14"):
        read(basic_cii(("<ram:CalculatedAmount>1532.50<", "<ram:CalculatedAmount>1532.51<")))


def with_tax(render: Callable[[Draft], bytes], tax: str, inclusive: str) -> bytes:
    data = render(BASIC).replace(b">1532.50<", f">{tax}<".encode())
    return data.replace(b">7662.50<", f">{inclusive}<".encode())


@BOTH
def test_tax_of_a_rate_may_differ_by_less_than_one(render: Callable[[Draft], bytes]) -> None:
    assert read(with_tax(render, "1533.49", "7663.49")).payable == D("7663.49")
    assert read(with_tax(render, "1531.51", "7661.51")).payable == D("7661.51")
    for tax, inclusive in (("1533.50", "7663.50"), ("1531.50", "7661.50")):
        with pytest.raises(AmountMismatch) as caught:
            read(with_tax(render, tax, inclusive))
        assert caught.value.rule == "BR-CO-17"


@BOTH
def test_taxable_amounts_of_two_rates(render: Callable[[Draft], bytes]) -> None:
    lines = (BASIC.lines[0], replace(BASIC.lines[1], rate=D(12)))
    draft = replace(BASIC, lines=lines)
    data = render(draft)
    assert len(read(data).vat_breakdown) == 2
    # 100 moved from 25 % to 12 % with the tax that belongs to it: every other rule still holds.
    moved = data.replace(b">5400.00<", b">5300.00<").replace(b">1350.00<", b">1325.00<")
    moved = moved.replace(b">5300.00</cbc:LineExt", b">5400.00</cbc:LineExt")
    moved = moved.replace(b">5300.00</ram:LineTotal", b">5400.00</ram:LineTotal")
    moved = moved.replace(b">730.00</cbc:Taxable", b">830.00</cbc:Taxable")
    moved = moved.replace(b">730.00</ram:Basis", b">830.00</ram:Basis").replace(b">87.60<", b">99.60<")
    moved = moved.replace(b">1437.60<", b">1424.60<").replace(b">7567.60<", b">7554.60<")
    with pytest.raises(AmountMismatch) as caught:
        read(moved)
    assert (caught.value.rule, caught.value.field) == ("BR-S-08", "BT-116")
    assert caught.value.stated == D("5300.00")


@BOTH
@pytest.mark.parametrize(
    ("category", "rule"),
    [("Z", "BR-Z-08"), ("E", "BR-E-08"), ("AE", "BR-AE-08"), ("K", "BR-IC-08"), ("O", "BR-O-08")],
)
def test_categories_without_tax(render: Callable[[Draft], bytes], category: str, rule: str) -> None:
    lines = tuple(replace(line, category=category, rate=D(0)) for line in BASIC.lines)
    data = render(replace(BASIC, lines=lines))
    assert read(data).payable == D("6130.00")
    other = b"<ram:CategoryCode>%s<" if b"CrossIndustry" in data else b"<cbc:ID>%s<"
    old, new = other % category.encode(), other % b"G"
    last = data.rindex(old)
    with pytest.raises(AmountMismatch) as caught:
        read(data[:last] + new + data[last + len(old) :])
    assert caught.value.rule in (rule, "BR-G-08")


@BOTH
def test_peppol_checks_quantity_and_price(render: Callable[[Draft], bytes]) -> None:
    peppol = render(replace(BASIC, specification=PEPPOL))
    plain = render(BASIC)
    for old, new in ((">18.25<", ">18.2495<"), (">18.25<", ">18.2505<")):  # 0.02 on the line
        assert read(edit(peppol, old, new)).findings == ()
    for old, new in ((">18.25<", ">18.2494<"), (">18.25<", ">18.26<"), (">450.00<", ">45.00<")):
        with pytest.raises(AmountMismatch) as caught:
            read(edit(peppol, old, new))
        assert caught.value.rule == "PEPPOL-EN16931-R120"
        (finding,) = read(edit(plain, old, new)).findings
        assert finding.rule == "PEPPOL-EN16931-R120"
        assert finding.stated != finding.computed


def test_price_base_quantity_and_line_allowances() -> None:
    line = DraftLine("1", "Screws", D(3000), "C62", D("12.40"), base=D(100))
    draft = replace(BASIC, lines=(line,), specification=PEPPOL)
    assert line.net == D("372.00")
    data = ubl(draft)
    assert read(data).lines[0].price_base_quantity == D(100)
    allowance = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>{}</cbc:ChargeIndicator>"
        '<cbc:Amount currencyID="EUR">{}</cbc:Amount></cac:AllowanceCharge><cac:Item>'
    )
    both = allowance.format("false", "22.00").replace("<cac:Item>", "") + allowance.format("true", "22.00")
    assert len(read(edit(data, "<cac:Item>", both)).lines[0].allowance_charges) == 2
    with pytest.raises(AmountMismatch) as caught:
        read(edit(data, "<cac:Item>", allowance.format("false", "22.00")))
    assert caught.value.computed == D("350.0000")


def test_price_in_another_unit_than_the_quantity_is_not_compared() -> None:
    line = DraftLine("1", "Steel", D(2), "TNE", D("0.90"), base=D("0.001"))
    data = ubl(replace(BASIC, lines=(line,), specification=PEPPOL))
    changed = edit(data, '<cbc:BaseQuantity unitCode="TNE">0.001<', '<cbc:BaseQuantity unitCode="KGM">1<')
    assert read(changed).findings == ()
    with pytest.raises(AmountMismatch):
        read(edit(data, '<cbc:BaseQuantity unitCode="TNE">0.001<', '<cbc:BaseQuantity unitCode="TNE">1<'))


def test_dropped_totals_do_not_switch_the_checks_off() -> None:
    data = ubl(FULL)
    for name in ("LineExtension", "TaxExclusive", "TaxInclusive"):
        amount = {"LineExtension": "6130.00", "TaxExclusive": "6250.00", "TaxInclusive": "7812.50"}[name]
        data = edit(data, f'<cbc:{name}Amount currencyID="EUR">{amount}</cbc:{name}Amount>', "")
    assert read(data).totals.tax_inclusive is None
    with pytest.raises(AmountMismatch, match="BR-CO-16"):
        read(edit(data, ">6812.80<", ">6812.90<"))


def test_error_carries_its_facts() -> None:
    with pytest.raises(AmountMismatch) as caught:
        read(basic_ubl((">7662.50</cbc:PayableAmount>", ">17662.50</cbc:PayableAmount>")))
    error = caught.value
    assert (error.rule, error.field, error.stated, error.computed) == (
        "BR-CO-16",
        "BT-115",
        D("17662.50"),
        D("7662.50"),
    )
    assert str(error).startswith("<bytes>: BT-115: amount due for payment: the document states 17662.50 but")
