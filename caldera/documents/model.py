"""The pieces of an invoice: lines, totals, allowances and charges, VAT breakdown, instalments, findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from caldera.documents.amounts import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """An allowance (subtracted) or charge (added) without VAT, on the document or on a line.

    Attributes:
        is_charge: True for a charge, False for an allowance.
        amount: without VAT, in the document currency (BT-92, BT-99, BT-136, BT-141).
        vat_category: BT-95, BT-102; None on lines, which have one category for all.
        vat_rate: per cent (BT-96, BT-103), or None.
        reason: BT-97, BT-104, BT-139, BT-144, or None.
    """

    is_charge: bool
    amount: Decimal
    vat_category: str | None = None
    vat_rate: Decimal | None = None
    reason: str | None = None

    @property
    def signed(self) -> Decimal:
        """The amount as it enters a sum: positive for a charge, negative for an allowance."""
        return self.amount if self.is_charge else self.amount.copy_negate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An invoice line (BG-25).

    Attributes:
        id: BT-126; the position from 1 when the document gives none.
        name: item name (BT-153), or None.
        description: BT-154, or None.
        quantity: BT-129, or None.
        unit: UN/ECE Recommendation 20 code (BT-130), or None.
        net_amount: without VAT, after line allowances and charges, in the document currency (BT-131).
        price: net price of ``price_base_quantity`` units (BT-146), or None.
        price_base_quantity: BT-149, 1 when not stated.
        price_base_unit: BT-150, or None.
        vat_category: UNTDID 5305 code (BT-151), or None.
        vat_rate: per cent (BT-152), or None.
        order_reference: purchase order line (BT-132), or None.
        allowance_charges: BG-27 and BG-28.
    """

    id: str
    net_amount: Decimal
    name: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    price_base_quantity: Decimal = Decimal(1)
    price_base_unit: str | None = None
    vat_category: str | None = None
    vat_rate: Decimal | None = None
    order_reference: str | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VatBreakdown:
    """One row of the VAT breakdown (BG-23): category BT-118, rate in % BT-119, taxable BT-116, tax BT-117."""

    category: str | None
    rate: Decimal | None
    taxable: Decimal | None
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Document totals (BG-22), all in the document currency except ``tax_in_tax_currency``.

    Attributes:
        line_net: sum of line net amounts (BT-106), None when not stated.
        allowances: document level allowances (BT-107); their sum when not stated.
        charges: document level charges (BT-108); their sum when not stated.
        tax_exclusive: BT-109, None when not stated.
        tax_total: VAT (BT-110), None when not stated.
        tax_in_tax_currency: VAT in accounting currency (BT-111), None when not stated.
        tax_inclusive: BT-112, None when not stated.
        prepaid: BT-113, 0 when not stated.
        rounding: BT-114, 0 when not stated.
        third_party: payments collected for third parties (XRechnung extension BT-DEX-002), 0 when none.
        payable: amount due for payment (BT-115).
    """

    payable: Decimal
    line_net: Decimal | None = None
    allowances: Decimal = ZERO
    charges: Decimal = ZERO
    tax_exclusive: Decimal | None = None
    tax_total: Decimal | None = None
    tax_in_tax_currency: Decimal | None = None
    tax_inclusive: Decimal | None = None
    prepaid: Decimal = ZERO
    rounding: Decimal = ZERO
    third_party: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One of several due dates of a document, with its share where the document states it.

    Attributes:
        due_date: when this part is due.
        amount: in the document currency, or None.
        percent: share of the payable amount in per cent, or None.
    """

    due_date: date
    amount: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """Reference to an earlier invoice (BG-3): number BT-25 and issue date BT-26 or None."""

    number: str
    issue_date: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed that does not make the document wrong by the rules it declares.

    Attributes:
        rule: identifier, such as ``"PEPPOL-EN16931-R120"``.
        field: business term and line, such as ``"BT-131 line 3"``.
        stated: amount in the document.
        computed: amount by the rule.
    """

    rule: str
    field: str
    stated: Decimal
    computed: Decimal


class LinePart(NamedTuple):
    """A line's part of the payable amount: the line and integer units of the token."""

    line: Line
    units: int


class FingerprintFields(NamedTuple):
    """What makes two documents the same invoice, whatever their syntax.

    ``seller`` and ``buyer`` are :attr:`Party.key`, ``number`` is the result of :func:`normalise_number`.
    """

    seller: str
    buyer: str
    number: str
    issue_date: date
