"""VAT breakdown: tax from taxable amount and rate, taxable amount from lines, allowances and charges."""

from __future__ import annotations

from decimal import Decimal

from caldera.documents.amounts import ZERO
from caldera.documents.errors import AmountMismatch
from caldera.documents.invoice import Invoice

TOLERANCE = Decimal(1)
"""The CEN validation artefacts let BR-CO-17 and BR-*-08 differ by less than one unit of currency."""

_RULES = {"K": "BR-IC-08", "L": "BR-AF-08", "M": "BR-AG-08"}
_ZERO_RATED = frozenset({"Z", "E", "AE", "K", "G", "O"})
_Key = tuple[str, Decimal]


def check_vat(invoice: Invoice, slack: Decimal) -> None:
    """Check every row of the VAT breakdown; ``slack`` is the tolerance of sums over lines.

    The taxable amounts are only compared with the lines when every line, allowance and charge has a category.

    Raises:
        AmountMismatch: BR-CO-17, or BR-S-08, BR-Z-08, BR-E-08, BR-AE-08, BR-IC-08, BR-G-08, BR-O-08, ...
    """
    for row in invoice.vat_breakdown:
        if row.taxable is None:
            continue
        computed = row.taxable * (row.rate or ZERO) / 100
        if abs(row.tax - computed) >= TOLERANCE:
            raise AmountMismatch(
                "BR-CO-17",
                stated=row.tax,
                computed=computed,
                what=f"VAT of category {row.category} at {row.rate} %",
                field="BT-117",
            )
    parts = [(line.vat_category, line.vat_rate, line.net_amount) for line in invoice.lines]
    parts += [(item.vat_category, item.vat_rate, item.signed) for item in invoice.allowance_charges]
    rows = [(row.category, row.rate, row.taxable) for row in invoice.vat_breakdown]
    if not invoice.lines or not rows or any(category is None for category, _, _ in parts):
        return
    stated: dict[_Key, Decimal] = {}
    for category, rate, taxable in rows:
        if taxable is None:
            return
        _add(stated, category, rate, taxable)
    summed: dict[_Key, Decimal] = {}
    for category, rate, amount in parts:
        _add(summed, category, rate, amount)
    for key in stated | summed:
        taxable, computed = stated.get(key, ZERO), summed.get(key, ZERO)
        difference = abs(taxable - computed)
        if difference >= TOLERANCE and difference > slack:
            category, rate = key
            raise AmountMismatch(
                _RULES.get(category, f"BR-{category}-08"),
                stated=taxable,
                computed=computed,
                what=f"taxable amount of VAT category {category} at {rate} %",
                field="BT-116",
            )


def _add(sums: dict[_Key, Decimal], category: str | None, rate: Decimal | None, amount: Decimal) -> None:
    name = category or ""
    key = (name, ZERO if name in _ZERO_RATED else (rate or ZERO))
    sums[key] = sums.get(key, ZERO) + amount
