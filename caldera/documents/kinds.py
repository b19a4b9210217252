"""What kind of document a UNTDID 1001 code (BT-3) names.

Source: the code list that EN 16931 allows for BT-3 (rule BR-CL-01 of the CEN validation artefacts 1.3.15).
"""

from __future__ import annotations

from enum import StrEnum

from caldera.documents.errors import InvalidField


class Kind(StrEnum):
    """What the document does to what the buyer owes."""

    INVOICE = "invoice"
    """Asks for payment: commercial (380), partial, prepayment, self-billed, factored invoice, ..."""
    CREDIT_NOTE = "credit_note"
    """Positive amounts reduce what the buyer owes: 381 and its relatives."""
    CORRECTED = "corrected"
    """Replaces or corrects an earlier invoice: 384, 471, 472, 473."""
    PROFORMA = "proforma"
    """Asks for nothing yet: 325."""


_CREDIT_NOTES = "81 83 261 262 296 308 381 396 420 458 502 503 532"
_CORRECTED = "384 471 472 473"
_PROFORMA = "325"
_INVOICES = """
    71 80 82 84 102 130 202 203 204 211 218 219 295 326 331 380 382 383 385 386 387 388 389 390 393 394 395
    456 457 500 501 527 553 575 623 633 751 780 817 870 875 876 877 935
"""
_KINDS: dict[str, Kind] = {
    code: kind
    for codes, kind in (
        (_CREDIT_NOTES, Kind.CREDIT_NOTE),
        (_CORRECTED, Kind.CORRECTED),
        (_PROFORMA, Kind.PROFORMA),
        (_INVOICES, Kind.INVOICE),
    )
    for code in codes.split()
}


def kind_of(code: str, *, path: str = "") -> Kind:
    """The kind that a UNTDID 1001 code names; ``"381"`` is a credit note.

    Raises:
        InvalidField: the code is not one EN 16931 allows for an invoice or credit note.
    """
    kind = _KINDS.get(code)
    if kind is not None:
        return kind
    raise InvalidField(
        f"{code[:20]!r} is not a type code of an invoice or credit note (UNTDID 1001).",
        todo="Whether it adds to the debt or reduces it is not known: ask the sender for 380 or 381.",
        field="BT-3",
        path=path,
    )
