"""From documents to claims that can be financed; what is kept back is named with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from caldera.documents import DocumentError, Invoice, Kind, normalise_number, read_documents
from caldera.documents.amounts import to_units
from caldera.model.receivables import DAY

from .errors import NothingToQuote
from .inputs import Currency, Terms, days

MOST = 2**96
"""Amounts of the contracts are below it."""
LONGEST_DAYS = 3650
"""Of a receivable, in the contract."""


@dataclass(frozen=True)
class Claim:
    """What a buyer owes by an invoice. `face`: payable; `owed`: less what credit notes take off; smallest units."""

    path: Path
    invoice: Invoice
    currency: Currency
    today: date
    due: date
    face: int
    owed: int

    @property
    def days(self) -> int:
        """From today to the due date."""
        return (self.due - self.today).days

    @property
    def start(self) -> int:
        """The first second of today."""
        return days(self.today) * DAY

    @property
    def last_second(self) -> int:
        """Of the due date: until then nothing is late."""
        return days(self.due) * DAY + DAY - 1


@dataclass(frozen=True)
class Kept:
    """A document that is not quoted, and why."""

    path: Path
    reason: str


def read_claims(
    places: Sequence[Path], terms: Terms, today: date, due: date | None = None
) -> tuple[list[Claim], list[Kept]]:
    """Every document at the places: a claim, taken off one as its credit note, or kept back.

    Args:
        places: files, or folders with all files below.
        due: for documents that state no due date.

    Raises:
        NothingToQuote: none is left to finance.
    """
    kept: list[Kept] = []
    claims: dict[tuple[str, str, str], Claim] = {}
    credits: list[tuple[Path, Invoice]] = []
    for outcome in (one for place in places for one in read_documents(place)):
        if outcome.invoice is None:
            kept.append(Kept(outcome.path, str(outcome.error).removeprefix(f"{outcome.path}: ")))
        elif outcome.invoice.kind is not Kind.PROFORMA and outcome.invoice.signed_payable < 0:
            credits.append((outcome.path, outcome.invoice))
        else:
            made = _claim(outcome.path, outcome.invoice, terms, today, due)
            key = _identity(outcome.invoice, outcome.invoice.number) if isinstance(made, Claim) else None
            if key in claims:
                made = Kept(outcome.path, f"the same invoice as {claims[key].path}")
            if isinstance(made, Kept):
                kept.append(made)
            elif key:
                claims[key] = made
    for path, credit in credits:
        reason = _take_off(claims, credit)
        if reason:
            kept.append(Kept(path, reason))
    for claim in claims.values():
        if not claim.owed:
            kept.append(Kept(claim.path, "credited in full: nothing is owed"))
    left = [claim for claim in claims.values() if claim.owed]
    if not left:
        raise NothingToQuote([f"{one.path}: {one.reason}" for one in kept] or ["there is no file at all"])
    return left, kept


def _claim(path: Path, invoice: Invoice, terms: Terms, today: date, due: date | None) -> Claim | Kept:
    what = f"{invoice.kind.value.replace('_', ' ')} over {invoice.payable} {invoice.currency}"
    if not invoice.is_receivable:
        return Kept(path, f"{what}: it asks for no money")
    currency = terms.currencies.get(invoice.currency)
    if currency is None:
        known = ", ".join(terms.currencies)
        return Kept(path, f"the terms have {known}, not {invoice.currency}: add it under currencies, by --terms")
    try:
        _identity(invoice, invoice.number)
        units = invoice.payable_units(currency.decimals)
        if invoice.due_date is None and due is None:
            return Kept(path, "it states no due date: say when it is due by --due")
        when = invoice.due_date or due or invoice.require_due_date()
    except DocumentError as error:
        return Kept(path, f"{error.what} {error.todo}")
    if when <= today:
        late = "due today" if when == today else f"overdue since {when}"
        return Kept(
            path, f"{late}, as of {today}: only what is not due yet is financed; --today asks for an earlier day"
        )
    if (invoice.issue_date - today).days > 1:
        return Kept(path, f"issued on {invoice.issue_date}: it cannot be registered before, and it is {today}")
    if (when - today).days >= LONGEST_DAYS:
        return Kept(path, f"due on {when}: a receivable runs for less than {LONGEST_DAYS:,} days")
    if units >= MOST:
        return Kept(path, f"{what}: more than a certificate can stand for")
    return Claim(path, invoice, currency, today, when, units, units)


def _identity(invoice: Invoice, number: str) -> tuple[str, str, str]:
    return invoice.seller.key, invoice.buyer.key, normalise_number(number)


def _take_off(claims: dict[tuple[str, str, str], Claim], credit: Invoice) -> str:
    """Takes a credit note, or an invoice over less than nothing, off the claim that it names; a reason if it cannot."""
    what = f"{credit.kind.value.replace('_', ' ')} over {credit.payable} {credit.currency}"
    try:
        keys = {_identity(credit, before.number) for before in credit.preceding_invoices}
        named = [key for key in keys if key in claims]
        if len(named) != 1:
            said = ", ".join(before.number for before in credit.preceding_invoices) or "no invoice"
            return f"{what}: it names {said}; one invoice of those given is needed"
        claim = claims[named[0]]
        if claim.invoice.currency != credit.currency:
            return f"{what}: {claim.invoice.number} is in {claim.invoice.currency}"
        less = to_units(-credit.signed_payable, claim.currency.decimals)
    except DocumentError as error:
        return f"{what}: {error.what} {error.todo}"
    if less > claim.owed:
        return f"{what}: more than is owed on {claim.invoice.number}"
    claims[named[0]] = replace(claim, owed=claim.owed - less)
    return ""
