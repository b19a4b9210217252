"""Document totals and VAT breakdown of a UBL document."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from caldera.documents.amounts import ZERO, exact_sum, parse_decimal
from caldera.documents.errors import CurrencyMismatch
from caldera.documents.model import AllowanceCharge, Totals, VatBreakdown
from caldera.documents.tree import Node


def read_totals(
    root: Node, currency: str, tax_currency: str | None, document_level: Sequence[AllowanceCharge]
) -> Totals:
    """Read ``cac:LegalMonetaryTotal`` and the VAT totals.

    Raises:
        MissingField: no payable amount.
        CurrencyMismatch: an amount not in ``currency``; a VAT total in neither currency, or only in
            ``tax_currency``.
    """
    monetary = root.only("cac:LegalMonetaryTotal", "BG-22")
    path = "cac:LegalMonetaryTotal/cbc:PayableAmount"
    if monetary is None:
        raise root.missing(path, "BT-115", "amount due for payment")
    payable = monetary.money("cbc:PayableAmount", "BT-115", currency)
    if payable is None:
        raise root.missing(path, "BT-115", "amount due for payment")
    allowances = monetary.money("cbc:AllowanceTotalAmount", "BT-107", currency)
    charges = monetary.money("cbc:ChargeTotalAmount", "BT-108", currency)
    if allowances is None:
        allowances = exact_sum([item.amount for item in document_level if not item.is_charge])
    if charges is None:
        charges = exact_sum([item.amount for item in document_level if item.is_charge])
    third_party = [node.money("cbc:PaidAmount", "BT-DEX-002", currency) for node in root.all("cac:PrepaidPayment")]
    own, accounting = _vat_totals(root, currency, tax_currency)
    return Totals(
        line_net=monetary.money("cbc:LineExtensionAmount", "BT-106", currency),
        allowances=allowances,
        charges=charges,
        tax_exclusive=monetary.money("cbc:TaxExclusiveAmount", "BT-109", currency),
        tax_total=_amount(own, "BT-110"),
        tax_in_tax_currency=_amount(accounting, "BT-111"),
        tax_inclusive=monetary.money("cbc:TaxInclusiveAmount", "BT-112", currency),
        prepaid=monetary.money("cbc:PrepaidAmount", "BT-113", currency) or ZERO,
        rounding=monetary.money("cbc:PayableRoundingAmount", "BT-114", currency) or ZERO,
        third_party=exact_sum([amount for amount in third_party if amount is not None]),
        payable=payable,
    )


def read_vat_breakdown(root: Node, currency: str) -> tuple[VatBreakdown, ...]:
    """Read the ``cac:TaxSubtotal`` rows of the VAT totals in ``currency``."""
    rows = []
    for total in root.all("cac:TaxTotal"):
        if _currency_of(total) not in (None, currency):
            continue
        for node in total.all("cac:TaxSubtotal"):
            tax = node.money("cbc:TaxAmount", "BT-117", currency)
            rows.append(
                VatBreakdown(
                    category=node.value("cac:TaxCategory/cbc:ID"),
                    rate=node.number("cac:TaxCategory/cbc:Percent", "BT-119"),
                    taxable=node.money("cbc:TaxableAmount", "BT-116", currency),
                    tax=tax if tax is not None else ZERO,
                )
            )
    return tuple(rows)


def _vat_totals(root: Node, currency: str, tax_currency: str | None) -> tuple[list[Node], list[Node]]:
    """The ``cac:TaxTotal`` elements in the document currency and in the accounting currency."""
    own: list[Node] = []
    accounting: list[Node] = []
    for node in root.all("cac:TaxTotal"):
        code = _currency_of(node)
        if code in (None, currency):
            own.append(node)
        elif code == tax_currency:
            accounting.append(node)
        else:
            raise _mismatch(node, currency)
    if accounting and not own:
        raise _mismatch(accounting[0], currency)
    return [node for node in own if node.first("cac:TaxSubtotal")] or own, accounting


def _currency_of(total: Node) -> str | None:
    amount = total.only("cbc:TaxAmount", "BT-110")
    return amount.attribute("currencyID") if amount is not None else None


def _mismatch(total: Node, currency: str) -> CurrencyMismatch:
    return CurrencyMismatch(
        expected=currency,
        found=str(_currency_of(total)),
        field="BT-110",
        path=f"{total.path}/cbc:TaxAmount",
    )


def _amount(totals: list[Node], field: str) -> Decimal | None:
    """The sum of the totals (general UBL has one for each kind of tax), None when there is none."""
    amounts = [node.first("cbc:TaxAmount") for node in totals]
    values = [parse_decimal(node.text, field=field, path=node.path) for node in amounts if node is not None]
    return exact_sum(values) if values else None
