"""Document totals and VAT breakdown of a CII document."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from caldera.documents.amounts import ZERO, exact_sum, parse_decimal
from caldera.documents.model import AllowanceCharge, Totals, VatBreakdown
from caldera.documents.tree import Node

_SUMMATION = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"


def read_totals(
    settlement: Node, currency: str, tax_currency: str | None, document_level: Sequence[AllowanceCharge]
) -> Totals:
    """Read the header monetary summation.

    Raises:
        MissingField: no payable amount.
        CurrencyMismatch: an amount not in ``currency``; a VAT total in neither currency, or only in
            ``tax_currency``.
    """
    node = settlement.only(_SUMMATION, "BG-22")
    payable = node.money("ram:DuePayableAmount", "BT-115", currency) if node is not None else None
    if node is None or payable is None:
        raise settlement.missing(f"{_SUMMATION}/ram:DuePayableAmount", "BT-115", "amount due for payment")
    allowances = node.money("ram:AllowanceTotalAmount", "BT-107", currency)
    charges = node.money("ram:ChargeTotalAmount", "BT-108", currency)
    if allowances is None:
        allowances = exact_sum([item.amount for item in document_level if not item.is_charge])
    if charges is None:
        charges = exact_sum([item.amount for item in document_level if item.is_charge])
    tax_total, tax_in_tax_currency = _vat_totals(node, currency, tax_currency)
    return Totals(
        line_net=node.money("ram:LineTotalAmount", "BT-106", currency),
        allowances=allowances,
        charges=charges,
        tax_exclusive=node.money("ram:TaxBasisTotalAmount", "BT-109", currency, also=tax_currency),
        tax_total=tax_total,
        tax_in_tax_currency=tax_in_tax_currency,
        tax_inclusive=node.money("ram:GrandTotalAmount", "BT-112", currency, also=tax_currency),
        prepaid=node.money("ram:TotalPrepaidAmount", "BT-113", currency) or ZERO,
        rounding=node.money("ram:RoundingAmount", "BT-114", currency) or ZERO,
        payable=payable,
    )


def read_vat_breakdown(settlement: Node, currency: str, tax_currency: str | None) -> tuple[VatBreakdown, ...]:
    """Read the ``ram:ApplicableTradeTax`` rows of the header."""
    rows = []
    for node in settlement.all("ram:ApplicableTradeTax"):
        rows.append(
            VatBreakdown(
                category=node.value("ram:CategoryCode"),
                rate=node.number("ram:RateApplicablePercent", "BT-119"),
                taxable=node.money("ram:BasisAmount", "BT-116", currency, also=tax_currency),
                tax=node.money("ram:CalculatedAmount", "BT-117", currency, also=tax_currency) or ZERO,
            )
        )
    return tuple(rows)


def _vat_totals(node: Node, currency: str, tax_currency: str | None) -> tuple[Decimal | None, Decimal | None]:
    """VAT in the document currency and in the accounting currency; each at most once."""
    accounting = None
    if tax_currency is not None and tax_currency != currency:
        for total in node.all("ram:TaxTotalAmount"):
            if total.attribute("currencyID") == tax_currency:
                accounting = parse_decimal(total.text, field="BT-111", path=total.path)
    return node.money("ram:TaxTotalAmount", "BT-110", currency, also=tax_currency), accounting
