"""Due dates of a UBL document."""

from __future__ import annotations

from datetime import date

from caldera.documents.due import Due, resolve_due_date
from caldera.documents.model import Instalment
from caldera.documents.tree import Node


def read_due(root: Node, issue_date: date, currency: str, terms: str | None) -> Due:
    """Collect ``cbc:DueDate``, the dates of ``cac:PaymentMeans`` and of ``cac:PaymentTerms``, and decide."""
    stated = root.iso_date("cbc:DueDate", "BT-9")
    means = []
    for node in root.all("cac:PaymentMeans"):
        day = node.iso_date("cbc:PaymentDueDate", "BT-9")
        if day is not None:
            means.append(Instalment(due_date=day))
    return resolve_due_date(
        issue_date,
        stated=[Instalment(due_date=stated)] if stated is not None else [],
        payment_means=means,
        payment_terms=_from_terms(root, currency),
        text=terms,
    )


def _from_terms(root: Node, currency: str) -> list[Instalment]:
    """Dates of the payment terms, without terms that only grant a cash discount until their date."""
    found = []
    for node in root.all("cac:PaymentTerms"):
        discount = (
            node.number("cbc:SettlementDiscountPercent", "BT-20")
            or node.number("cbc:SettlementDiscountAmount", "BT-20")
            or 0
        )
        if discount > 0 and node.first("cac:SettlementPeriod") is None:
            continue
        for name in ("cbc:InstallmentDueDate", "cbc:PaymentDueDate"):
            day = node.iso_date(name, "BT-9")
            if day is not None:
                found.append(
                    Instalment(
                        due_date=day,
                        amount=node.money("cbc:Amount", "BT-20", currency),
                        percent=node.number("cbc:PaymentPercent", "BT-20"),
                    )
                )
                break
    return found
