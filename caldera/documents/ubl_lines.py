"""Lines, allowances and charges of a UBL document."""

from __future__ import annotations

from decimal import Decimal

from caldera.documents.errors import InvalidField
from caldera.documents.model import AllowanceCharge, Line
from caldera.documents.tree import Node


def read_lines(root: Node, currency: str, path: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines at ``path``, and their sub-lines (XRechnung extension), which repeat the lines' amounts.

    Raises:
        MissingField: a line without net amount.
    """
    lines = []
    memo: list[Line] = []
    for position, node in enumerate(root.all(path), start=1):
        lines.append(_line(node, position, currency))
        _sub_lines(node, path, currency, memo)
    return tuple(lines), tuple(memo)


def allowance_charges(node: Node, currency: str, fields: tuple[str, str]) -> tuple[AllowanceCharge, ...]:
    """The ``cac:AllowanceCharge`` children; ``fields`` are the terms of allowance and charge amounts."""
    found = []
    for item in node.all("cac:AllowanceCharge"):
        is_charge = _indicator(item)
        field = fields[1] if is_charge else fields[0]
        amount = item.money("cbc:Amount", field, currency)
        if amount is None:
            raise item.missing("cbc:Amount", field, "amount of the allowance or charge")
        category = item.only("cac:TaxCategory", "BT-95")
        found.append(
            AllowanceCharge(
                is_charge=is_charge,
                amount=amount,
                vat_category=category.value("cbc:ID") if category is not None else None,
                vat_rate=category.number("cbc:Percent", "BT-96") if category is not None else None,
                reason=item.words("cbc:AllowanceChargeReason"),
            )
        )
    return tuple(found)


def _sub_lines(node: Node, path: str, currency: str, memo: list[Line]) -> None:
    """Append all sub-lines below ``node``; the depth of the document is bounded by the parser."""
    sub = path.replace("cac:", "cac:Sub")
    for position, child in enumerate(node.all(sub), start=1):
        memo.append(_line(child, position, currency))
        _sub_lines(child, path, currency, memo)


def _line(node: Node, position: int, currency: str) -> Line:
    net = node.money("cbc:LineExtensionAmount", "BT-131", currency)
    if net is None:
        raise node.missing("cbc:LineExtensionAmount", "BT-131", "net amount of the line")
    quantity_path = "cbc:InvoicedQuantity"
    if node.first(quantity_path) is None:
        quantity_path = "cbc:CreditedQuantity"
    quantity = node.first(quantity_path)
    base = node.first("cac:Price/cbc:BaseQuantity")
    base_quantity = node.number("cac:Price/cbc:BaseQuantity", "BT-149")
    categories = node.all("cac:Item/cac:ClassifiedTaxCategory")
    category = categories[0] if len(categories) == 1 else None
    return Line(
        id=node.value("cbc:ID") or str(position),
        net_amount=net,
        name=node.words("cac:Item/cbc:Name"),
        description=node.value("cac:Item/cbc:Description"),
        quantity=node.number(quantity_path, "BT-129"),
        unit=quantity.attribute("unitCode") if quantity is not None else None,
        price=node.money("cac:Price/cbc:PriceAmount", "BT-146", currency),
        price_base_quantity=base_quantity if base_quantity is not None else Decimal(1),
        price_base_unit=base.attribute("unitCode") if base is not None else None,
        vat_category=category.value("cbc:ID") if category is not None else None,
        vat_rate=category.number("cbc:Percent", "BT-152") if category is not None else None,
        order_reference=node.value("cac:OrderLineReference/cbc:LineID"),
        allowance_charges=allowance_charges(node, currency, ("BT-136", "BT-141")),
    )


def _indicator(item: Node) -> bool:
    text = item.required("cbc:ChargeIndicator", "BG-20", "indicator of charge or allowance")
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise InvalidField(
        f"{text[:20]!r} does not say whether this is a charge (true) or an allowance (false).",
        todo="Ask the sender for a corrected document.",
        field="BG-20",
        path=f"{item.path}/cbc:ChargeIndicator",
    )
