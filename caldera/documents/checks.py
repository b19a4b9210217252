"""The rules of EN 16931 about money: does the document add up?

Sources: EN 16931-1 rules BR-CO-10 to BR-CO-17 and BR-S-08 and its siblings, with the tolerances of the CEN
validation artefacts; PEPPOL-EN16931-R120; Factur-X EXTENDED rules BR-FXEXT-*; XRechnung BR-DEX-09.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext

from caldera.documents.amounts import EXACT, ZERO, exact_sum
from caldera.documents.check_lines import line_price_findings
from caldera.documents.check_vat import check_vat
from caldera.documents.errors import AmountMismatch
from caldera.documents.invoice import Invoice
from caldera.documents.profile import has_third_party_payments, is_extended, is_minimum, is_peppol

ROUNDING = Decimal("0.005")
"""Half a cent: the rules compare with sums rounded to two decimals."""


def check(invoice: Invoice) -> Invoice:
    """The invoice with its findings, when its amounts add up.

    Raises:
        AmountMismatch: the first broken rule, in the order BR-CO-10 to BR-CO-17, BR-*-08, R120.
    """
    with localcontext(EXACT):
        _check_totals(invoice)
        check_vat(invoice, slack(invoice))
        findings = line_price_findings(invoice)
    if findings and is_peppol(invoice.specification):
        worst = findings[0]
        raise AmountMismatch(
            worst.rule,
            stated=worst.stated,
            computed=worst.computed,
            what="line net amount from quantity, price, allowances and charges",
            field=worst.field,
        )
    return replace(invoice, findings=findings)


def slack(invoice: Invoice) -> Decimal:
    """Tolerance of sums over lines: half a cent, in EXTENDED documents 0.01 for each amount summed."""
    if is_extended(invoice.specification):
        return max(ROUNDING, Decimal("0.01") * (len(invoice.lines) + len(invoice.allowance_charges)))
    return ROUNDING


def _check_totals(invoice: Invoice) -> None:
    totals, summed = invoice.totals, slack(invoice)

    line_net = totals.line_net
    if invoice.lines:
        computed = exact_sum([line.net_amount for line in invoice.lines])
        line_net = _agree("BR-CO-10", line_net, computed, summed, "sum of line net amounts", "BT-106")
    allowances = exact_sum([item.amount for item in invoice.allowance_charges if not item.is_charge])
    charges = exact_sum([item.amount for item in invoice.allowance_charges if item.is_charge])
    _agree("BR-CO-11", totals.allowances, allowances, summed, "sum of document level allowances", "BT-107")
    _agree("BR-CO-12", totals.charges, charges, summed, "sum of document level charges", "BT-108")

    exclusive = totals.tax_exclusive
    if line_net is not None:
        computed = line_net - totals.allowances + totals.charges
        exclusive = _agree("BR-CO-13", exclusive, computed, summed, "total without VAT", "BT-109")
    if invoice.vat_breakdown and totals.tax_total is not None:
        computed = exact_sum([row.tax for row in invoice.vat_breakdown])
        _agree("BR-CO-14", totals.tax_total, computed, summed, "total VAT from its breakdown", "BT-110")
    inclusive = totals.tax_inclusive
    if exclusive is not None:
        computed = exclusive + (totals.tax_total or ZERO)
        inclusive = _agree("BR-CO-15", inclusive, computed, summed, "total with VAT", "BT-112")
    if inclusive is None or (is_minimum(invoice.specification) and totals.prepaid == 0):
        return
    computed = inclusive - totals.prepaid + totals.rounding
    rule = "BR-CO-16"
    if has_third_party_payments(invoice.specification):
        computed, rule = computed + totals.third_party, "BR-DEX-09"
    _agree(rule, totals.payable, computed, ROUNDING, "amount due for payment", "BT-115")


def _agree(rule: str, stated: Decimal | None, computed: Decimal, tolerance: Decimal, what: str, field: str) -> Decimal:
    """The stated amount, or the computed one when none is stated, when they agree."""
    if stated is None:
        return computed
    if abs(stated - computed) > tolerance:
        raise AmountMismatch(rule, stated=stated, computed=computed, what=what, field=field)
    return stated
