"""Dates and due dates of a CII document."""

from __future__ import annotations

from datetime import date

from caldera.documents.dates import parse_cii_date, parse_iso_date
from caldera.documents.due import Due, resolve_due_date
from caldera.documents.model import Instalment
from caldera.documents.tree import Node


def read_date(node: Node, path: str, field: str, *, period_end: bool = False) -> date | None:
    """The date in the ``DateTimeString``, ``DateString`` or ``DateTime`` of the single element at ``path``.

    Returns None when absent or empty.

    Raises:
        InvalidDate: see :func:`parse_cii_date`.
    """
    holder = node.only(path, field)
    if holder is None:
        return None
    for name in ("udt:DateTimeString", "qdt:DateTimeString", "udt:DateString"):
        text = holder.only(name, field)
        if text is not None and text.text:
            code = text.attribute("format")
            return parse_cii_date(text.text, code, field=field, path=text.path, period_end=period_end)
    plain = holder.only("udt:DateTime", field)
    if plain is not None and plain.text:
        return parse_iso_date(plain.text, field=field, path=plain.path)
    return None


def read_due(settlement: Node, issue_date: date, currency: str, terms: str | None) -> Due:
    """Collect ``DueDateDateTime`` of the payment terms and decide.

    With several payment terms, those that grant a cash discount are passed over: their date is the last day
    of the discount. A single one keeps its date, which in CII is the due date.
    """
    all_terms = settlement.all("ram:SpecifiedTradePaymentTerms")
    dated = []
    for node in all_terms:
        day = read_date(node, "ram:DueDateDateTime", "BT-9", period_end=True)
        if day is not None and (len(all_terms) == 1 or not _grants_discount(node)):
            amount = node.money("ram:PartialPaymentAmount", "BT-20", currency)
            dated.append(Instalment(due_date=day, amount=amount))
    return resolve_due_date(issue_date, stated=dated, payment_means=[], payment_terms=[], text=terms)


def _grants_discount(terms: Node) -> bool:
    for node in terms.all("ram:ApplicableTradePaymentDiscountTerms"):
        percent = node.number("ram:CalculationPercent", "BT-20") or 0
        amount = node.number("ram:ActualDiscountAmount", "BT-20") or 0
        if percent > 0 or amount > 0:
            return True
    return False
