"""Line net amount from quantity and price.

EN 16931 gives the formula but no rule for it, and official examples break it; Peppol BIS Billing 3 makes it a
rule (PEPPOL-EN16931-R120, tolerance 0.02). It is therefore binding only for documents that declare Peppol.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from caldera.documents.invoice import Invoice
from caldera.documents.model import Finding, Line

RULE = "PEPPOL-EN16931-R120"
TOLERANCE = Fraction(2, 100)


def line_price_findings(invoice: Invoice) -> tuple[Finding, ...]:
    """The lines whose net amount differs by more than 0.02 from what quantity and price give."""
    findings = []
    for line in invoice.lines:
        expected = _from_price(line)
        if expected is None or abs(Fraction(line.net_amount) - expected) <= TOLERANCE:
            continue
        computed = Decimal(expected.numerator) / Decimal(expected.denominator)
        shown = computed.quantize(Decimal("0.0001"))
        findings.append(Finding(RULE, f"BT-131 line {line.id}", line.net_amount, shown))
    return tuple(findings)


def _from_price(line: Line) -> Fraction | None:
    """Quantity * price / base quantity + charges - allowances, or None when it cannot be told."""
    if line.quantity is None or line.price is None or line.price_base_quantity <= 0:
        return None
    if line.price_base_unit is not None and line.unit is not None and line.price_base_unit != line.unit:
        return None
    price = Fraction(line.price) / Fraction(line.price_base_quantity)
    extra = sum((Fraction(item.signed) for item in line.allowance_charges), Fraction(0))
    return Fraction(line.quantity) * price + extra
