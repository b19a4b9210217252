"""Which invoices of a folder are financed, and how; of all others, why they are not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from caldera.demo.amounts import DECIMALS, cents, money
from caldera.demo.journey import FIRST, LAST
from caldera.demo.scenes.stage import Sheet
from caldera.documents import DocumentError, FingerprintFields, Invoice, Outcome, normalise_number

LOAN, SPLIT, SALE = "pledged whole for a loan", "half pledged, a quarter sold", "sold to a factor"
WAYS = (LOAN, SPLIT, SALE)
"""In the order in which they are given out, each once."""
MOST = 10**9 * 10**DECIMALS
LONGEST = timedelta(days=355)
"""A loan lasts ten days longer than the invoice runs, and a year at most."""


@dataclass(frozen=True)
class Candidate:
    """A document. `way`: what is done with it, one of `WAYS` or none; `reason`: why not, or for this way. `least`: the
    smallest position and loan in its currency. `usd`: what it is worth."""

    path: Path
    invoice: Invoice | None
    reason: str = ""
    way: str = ""
    face: int = 0
    least: int = 0
    usd: int = 0
    corrected: bool = False
    days: int = 0

    def fits(self, way: str) -> str:
        """Why it cannot go this way; nothing if it can."""
        if way != SALE and self.days > LONGEST.days:
            return f"it is due after {self.days} days, later than a loan can be"
        needed = {LOAN: cents(self.least * 5 // 4) + 10**DECIMALS, SPLIT: 4 * cents(self.least + 10**DECIMALS)}
        if self.face < needed.get(way, self.least):
            return f"{money(self.face)} is too little: at least {money(needed.get(way, self.least))}"
        return ""


@dataclass(frozen=True)
class Market:
    """By currency that has a pool: `least`, the smallest position and loan; `rate`, USD with 18 decimals per unit."""

    least: dict[str, int]
    rate: dict[str, int]


def choose(outcomes: Iterable[Outcome], market: Market, preferred: Collection[Path] = ()) -> list[Candidate]:
    """Every document with what is done with it: those of `preferred` first, then what no credit note names, then the
    largest. Each way is given to the first that can go it."""
    read = list(outcomes)
    corrected = {key for one in read if one.invoice for key in _corrects(one.invoice)}
    seen: set[FingerprintFields] = set()
    found = [_candidate(one, market, corrected, seen) for one in read]
    able = sorted(
        (one for one in found if not one.reason),
        key=lambda one: (one.path not in preferred, one.corrected, -one.usd, str(one.path)),
    )
    given: dict[Path, str] = {}
    for way in WAYS:
        first = next((one for one in able if one.path not in given and not one.fits(way)), None)
        if first:
            given[first.path] = way
    return [_told(one, given, preferred) for one in found]


def missing(candidates: Sequence[Candidate]) -> Iterator[str]:
    """The ways that nothing goes."""
    for way in WAYS:
        if all(one.way != way for one in candidates):
            yield f"Not shown: {way}. No invoice is left for it."


def sheet(candidates: Sequence[Candidate], names: dict[Path, str]) -> Sheet:
    """The documents as a table."""
    made = Sheet("Finance: which documents become money, and why", ["document", "is", "because"], ["amount"])
    made.note = " ".join(missing(candidates))
    for one in sorted(candidates, key=lambda one: WAYS.index(one.way) if one.way else len(WAYS)):
        invoice = one.invoice
        amount = f"{money(one.face)} {invoice.currency}" if invoice and one.face else ""
        made.rows.append([names.get(one.path, one.path.name), one.way or "–", one.reason, amount])
    return made


def _candidate(
    outcome: Outcome, market: Market, corrected: set[tuple[str, str, str]], seen: set[FingerprintFields]
) -> Candidate:
    invoice = outcome.invoice
    if invoice is None:
        return Candidate(outcome.path, None, f"not read: {type(outcome.error).__name__}")

    def refused(reason: str, face: int = 0) -> Candidate:
        return Candidate(outcome.path, invoice, reason, face=face)

    if not invoice.is_receivable:
        what = f"{invoice.kind.name.lower().replace('_', ' ')} over {invoice.payable} {invoice.currency}"
        return refused(f"{what}: nothing to claim")
    if invoice.currency not in market.least:
        return refused(f"no pool lends {invoice.currency}")
    try:
        due, face = invoice.require_due_date(), invoice.payable_units(DECIMALS)
    except DocumentError as error:
        return refused(f"{type(error).__name__}: {error.what}")
    if not FIRST <= invoice.issue_date < LAST or due < invoice.issue_date:
        return refused(f"issued on {invoice.issue_date}, due on {due}", face)
    if invoice.seller.key == invoice.buyer.key:
        return refused("seller and buyer are the same", face)
    if invoice.fingerprint_fields() in seen:
        return refused("the same invoice comes before it", face)
    seen.add(invoice.fingerprint_fields())
    least = market.least[invoice.currency]
    made = Candidate(
        outcome.path,
        invoice,
        face=face,
        least=least,
        usd=face * market.rate[invoice.currency] // 10**18,
        corrected=_identity(invoice, invoice.number) in corrected,
        days=(due - invoice.issue_date).days,
    )
    if face > MOST:
        return refused(f"more than the {money(MOST)} that lenders and factor have here", face)
    if made.fits(SALE):
        return refused(f"a position is {money(least)} at least", face)
    return made


def _told(one: Candidate, given: dict[Path, str], preferred: Collection[Path]) -> Candidate:
    if one.reason:
        return one
    way = given.get(one.path, "")
    if way:
        reason = "largest one left" + " of your documents" * (one.path in preferred)
        reason = "none is left that no credit note names" if one.corrected else reason
    else:
        reason = "a credit note names it" if one.corrected else "others go every way already"
        refusals = [one.fits(each) for each in WAYS if each not in given.values()]
        reason = next(filter(None, refusals), reason)
    return Candidate(**(vars(one) | {"way": way, "reason": reason}))


def _corrects(invoice: Invoice) -> list[tuple[str, str, str]]:
    return [_identity(invoice, before.number) for before in invoice.preceding_invoices]


def _identity(invoice: Invoice, number: str) -> tuple[str, str, str]:
    return invoice.seller.key, invoice.buyer.key, normalise_number(number)
