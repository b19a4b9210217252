"""The invoice as the rest of the library uses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from caldera.documents.amounts import to_units
from caldera.documents.errors import DocumentError, MissingDueDate
from caldera.documents.kinds import Kind
from caldera.documents.model import (
    AllowanceCharge,
    Finding,
    FingerprintFields,
    Instalment,
    Line,
    LinePart,
    PrecedingInvoice,
    Totals,
    VatBreakdown,
)
from caldera.documents.normalise import normalise_number
from caldera.documents.party import Party
from caldera.documents.split import split_units

DueDateSource = Literal["due_date", "payment_means", "payment_terms", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice or credit note whose amounts have been found to add up.

    Two invoices are equal when their content is, whatever file and syntax it came from.

    Attributes:
        kind: what the document does to the debt; a UBL CreditNote and type code 381 are credit notes.
        type_code: UNTDID 1001 code (BT-3), or None in UBL documents without one.
        specification: the rules the document declares (BT-24), or None.
        number: BT-1 as written.
        issue_date: BT-2.
        due_date: BT-9 or what stands for it (see ``due_date_source``), or None.
        due_date_source: ``due_date`` stated as BT-9; ``payment_means`` UBL PaymentMeans/PaymentDueDate;
            ``payment_terms`` a date in the payment terms or derived from their text; ``none``.
        instalments: the due dates when there are several, in order; otherwise empty.
        payment_terms: text (BT-20), or None.
        currency: ISO 4217 code of all amounts (BT-5).
        tax_currency: VAT accounting currency (BT-6), or None.
        seller, buyer: BG-4 and BG-7.
        payee: who is to be paid if not the seller, for example a factor (BG-10), or None.
        totals: BG-22.
        lines: the lines that the line total sums (BG-25), in order.
        memo_lines: sub-lines, group and information lines, which it does not sum.
        allowance_charges: BG-20 and BG-21.
        vat_breakdown: BG-23.
        buyer_reference: BT-10, or None.
        order_reference: purchase order (BT-13), or None.
        sales_order_reference: BT-14, or None.
        contract_reference: BT-12, or None.
        preceding_invoices: BG-3.
        notes: BT-22.
        findings: what the checks noticed without refusing the document.
        document_hash: SHA-256 of the exact bytes of the document, 32 bytes.
        syntax: ``ubl`` or ``cii``.
        source: file name, or ``"<bytes>"``.
    """

    kind: Kind
    type_code: str | None
    specification: str | None
    number: str
    issue_date: date
    due_date: date | None
    due_date_source: DueDateSource
    instalments: tuple[Instalment, ...]
    payment_terms: str | None
    currency: str
    tax_currency: str | None
    seller: Party
    buyer: Party
    payee: Party | None
    totals: Totals
    lines: tuple[Line, ...]
    memo_lines: tuple[Line, ...]
    allowance_charges: tuple[AllowanceCharge, ...]
    vat_breakdown: tuple[VatBreakdown, ...]
    buyer_reference: str | None
    order_reference: str | None
    sales_order_reference: str | None
    contract_reference: str | None
    preceding_invoices: tuple[PrecedingInvoice, ...]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    document_hash: bytes = field(default=b"", compare=False)
    syntax: Literal["ubl", "cii"] = field(default="ubl", compare=False)
    source: str = field(default="<bytes>", compare=False)

    @property
    def payable(self) -> Decimal:
        """Amount due for payment as stated (BT-115), in the document currency; may be zero or negative."""
        return self.totals.payable

    @property
    def signed_payable(self) -> Decimal:
        """What the document adds to the buyer's debt: negative means it reduces the debt.

        A credit note states its reduction as a positive amount, so its sign is turned; a negative invoice
        keeps its sign.
        """
        amount = self.payable.copy_negate() if self.kind is Kind.CREDIT_NOTE else self.payable
        return abs(amount) if amount.is_zero() else amount

    @property
    def is_receivable(self) -> bool:
        """Whether the document asks for money: payable above zero, and neither credit note nor pro forma."""
        return self.payable > 0 and self.kind not in (Kind.CREDIT_NOTE, Kind.PROFORMA)

    def require_due_date(self) -> date:
        """The due date.

        Raises:
            MissingDueDate: none is stated and none follows with certainty from the payment terms.
        """
        if self.due_date is None:
            terms = f" The payment terms say {self.payment_terms[:120]!r}." if self.payment_terms else ""
            raise MissingDueDate(
                f"no due date is stated and none follows with certainty.{terms}",
                todo="Agree the date with the buyer in writing and pass it explicitly, "
                "or ask the seller for a document with a due date.",
                file=self.source,
                field="BT-9",
            )
        return self.due_date

    def payable_units(self, decimals: int) -> int:
        """The payable amount as an integer of the smallest unit of a token with ``decimals`` decimals.

        Raises:
            InexactAmount: the amount has more decimals than the token.
            ValueError: ``decimals`` is outside 0 to 77.
        """
        return to_units(self.payable, decimals, file=self.source)

    def line_parts(self, decimals: int) -> tuple[LinePart, ...]:
        """The payable amount split over the lines with a positive amount, in line order.

        The weight of a line is its net amount * (1 + VAT rate), a missing rate counting as 0. Document level
        allowances and charges, prepayments, rounding and lines of zero or less are thereby spread over the
        positive lines in proportion. Rounding is by largest remainder (:func:`split_units`); the parts are
        positive and sum exactly to :meth:`payable_units`.

        Raises:
            CannotSplit: payable not positive, no line with a positive amount, or fewer units than such lines.
            InexactAmount: the payable amount has more decimals than the token.
        """
        weights = [Fraction(line.net_amount) * (1 + Fraction(line.vat_rate or 0) / 100) for line in self.lines]
        total = self.payable_units(decimals)
        try:
            units = split_units(total, weights)
        except DocumentError as error:
            error.file = self.source
            raise
        bearing = [line for line, weight in zip(self.lines, weights, strict=True) if weight > 0]
        return tuple(LinePart(line, part) for line, part in zip(bearing, units, strict=True))

    def lines_as_units(self, decimals: int) -> tuple[int, ...]:
        """The units of :meth:`line_parts` alone, one for each line with a positive amount."""
        return tuple(part.units for part in self.line_parts(decimals))

    def fingerprint_fields(self) -> FingerprintFields:
        """What identifies this invoice: seller key, buyer key, normalised number, issue date.

        Raises:
            EmptyIdentifier: the number or a party has no letter or digit.
        """
        try:
            return FingerprintFields(self.seller.key, self.buyer.key, normalise_number(self.number), self.issue_date)
        except DocumentError as error:
            error.file = self.source
            raise
