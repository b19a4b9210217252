"""The rule by which a document has one due date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caldera.documents.invoice import DueDateSource
from caldera.documents.model import Instalment
from caldera.documents.terms import due_date_from_terms


@dataclass(frozen=True, slots=True)
class Due:
    """The due date, where it comes from, and the instalments when there are several dates."""

    date: date | None
    source: DueDateSource
    instalments: tuple[Instalment, ...] = ()


def resolve_due_date(
    issue_date: date,
    *,
    stated: list[Instalment],
    payment_means: list[Instalment],
    payment_terms: list[Instalment],
    text: str | None,
) -> Due:
    """The due date by the first of these that has one.

    1. ``stated``: BT-9 (UBL ``cbc:DueDate``, CII ``DueDateDateTime`` of the payment terms).
    2. ``payment_means``: UBL ``cac:PaymentMeans/cbc:PaymentDueDate``.
    3. ``payment_terms``: UBL ``cbc:PaymentDueDate`` or ``cbc:InstallmentDueDate`` of ``cac:PaymentTerms``.
    4. ``text``: the payment terms (BT-20) in plain language, when certain.

    Several dates in the one that decides: the latest, because only then is the whole amount due. The
    instalments are the dates of the first of 3, 1 and 2 that has several.
    """
    instalments: tuple[Instalment, ...] = ()
    for group in (payment_terms, stated, payment_means):
        if len({item.due_date for item in group}) > 1:
            instalments = tuple(sorted(group, key=lambda item: item.due_date))
            break
    sources: tuple[tuple[DueDateSource, list[Instalment]], ...] = (
        ("due_date", stated),
        ("payment_means", payment_means),
        ("payment_terms", payment_terms),
    )
    for source, group in sources:
        if group:
            return Due(max(item.due_date for item in group), source, instalments)
    from_text = due_date_from_terms(text, issue_date)
    if from_text is not None:
        return Due(from_text, "payment_terms")
    return Due(None, "none")
