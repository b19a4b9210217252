"""Lines, allowances and charges of a CII document."""

from __future__ import annotations

from decimal import Decimal

from caldera.documents.amounts import ZERO
from caldera.documents.errors import InvalidField
from caldera.documents.model import AllowanceCharge, Line
from caldera.documents.tree import Node

_ITEM = "ram:IncludedSupplyChainTradeLineItem"
_TERMS = "ram:SpecifiedLineTradeSettlement"
_NET = f"{_TERMS}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
_PRICE = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
_QUANTITY = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
_SUMMED = (None, "DETAIL")


def read_lines(trade: Node, currency: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that count (status DETAIL or none), and the group and information lines (EXTENDED).

    Raises:
        MissingField: a line that counts without net amount.
    """
    lines: list[Line] = []
    memo: list[Line] = []
    for position, node in enumerate(trade.all(_ITEM), start=1):
        status = node.value("ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode")
        counts = status in _SUMMED
        (lines if counts else memo).append(_line(node, position, currency, counts=counts))
    return tuple(lines), tuple(memo)


def document_level(settlement: Node, currency: str) -> tuple[AllowanceCharge, ...]:
    """Document level allowances and charges, and logistics service charges (EXTENDED) as charges."""
    found = list(_allowance_charges(settlement, currency, ("BT-92", "BT-99"), tax="ram:CategoryTradeTax"))
    for node in settlement.all("ram:SpecifiedLogisticsServiceCharge"):
        found.append(_item(node, "ram:AppliedAmount", "BT-X-272", currency, is_charge=True, tax="ram:AppliedTradeTax"))
    return tuple(found)


def _line(node: Node, position: int, currency: str, *, counts: bool) -> Line:
    net = node.money(_NET, "BT-131", currency)
    if net is None and counts:
        raise node.missing(_NET, "BT-131", "net amount of the line")
    quantity = node.first(_QUANTITY)
    base = node.first(f"{_PRICE}/ram:BasisQuantity")
    base_quantity = node.number(f"{_PRICE}/ram:BasisQuantity", "BT-149")
    taxes = node.all(f"{_TERMS}/ram:ApplicableTradeTax")
    tax = taxes[0] if len(taxes) == 1 else None
    settlement = node.first(_TERMS)
    extras = _allowance_charges(settlement, currency, ("BT-136", "BT-141"), tax=None) if settlement is not None else ()
    return Line(
        id=node.value("ram:AssociatedDocumentLineDocument/ram:LineID") or str(position),
        net_amount=net if net is not None else ZERO,
        name=node.words("ram:SpecifiedTradeProduct/ram:Name"),
        description=node.value("ram:SpecifiedTradeProduct/ram:Description"),
        quantity=node.number(_QUANTITY, "BT-129"),
        unit=quantity.attribute("unitCode") if quantity is not None else None,
        price=node.money(f"{_PRICE}/ram:ChargeAmount", "BT-146", currency),
        price_base_quantity=base_quantity if base_quantity is not None else Decimal(1),
        price_base_unit=base.attribute("unitCode") if base is not None else None,
        vat_category=tax.value("ram:CategoryCode") if tax is not None else None,
        vat_rate=tax.number("ram:RateApplicablePercent", "BT-152") if tax is not None else None,
        order_reference=node.value("ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID"),
        allowance_charges=extras,
    )


def _allowance_charges(
    node: Node, currency: str, fields: tuple[str, str], *, tax: str | None
) -> tuple[AllowanceCharge, ...]:
    found = []
    for item in node.all("ram:SpecifiedTradeAllowanceCharge"):
        is_charge = _indicator(item)
        field = fields[1] if is_charge else fields[0]
        found.append(_item(item, "ram:ActualAmount", field, currency, is_charge=is_charge, tax=tax))
    return tuple(found)


def _item(node: Node, path: str, field: str, currency: str, *, is_charge: bool, tax: str | None) -> AllowanceCharge:
    amount = node.money(path, field, currency)
    if amount is None:
        raise node.missing(path, field, "amount of the allowance or charge")
    taxes = node.all(tax) if tax is not None else []
    category = taxes[0] if len(taxes) == 1 else None
    return AllowanceCharge(
        is_charge=is_charge,
        amount=amount,
        vat_category=category.value("ram:CategoryCode") if category is not None else None,
        vat_rate=category.number("ram:RateApplicablePercent", "BT-96") if category is not None else None,
        reason=node.words("ram:Reason") or node.words("ram:Description"),
    )


def _indicator(item: Node) -> bool:
    path = "ram:ChargeIndicator/udt:Indicator"
    text = item.required(path, "BG-20", "indicator of charge or allowance")
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise InvalidField(
        f"{text[:20]!r} does not say whether this is a charge (true) or an allowance (false).",
        todo="Ask the sender for a corrected document.",
        field="BG-20",
        path=f"{item.path}/{path}",
    )
