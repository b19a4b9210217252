"""`operating-facts`: what the books of an enterprise say of an epoch, as far as the chain bears it out.

What is on the chain must agree with it, and nothing of the enterprise that fell due or was paid in the epoch may be
missing: whoever leaves out what was not paid would look better. What is in no ledger is believed only where an option
says so.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from caldera.evm import Reverted
from caldera.evm.address import Address, to_address

from ..ledger import DAY, Books, CargoLine, Certificate, InvoiceLine, Span, figures, read_books, span
from ..model import Request, RequestKind, Verdict
from .options import Options, decimal_text, options

if TYPE_CHECKING:
    from ..facts import ChainFacts, Standing
    from ..history import Past

_LINE = 0xFFFF


class _Options(Options):
    modules: list[str] = Field(default_factory=list, max_length=16)
    """Receivable modules whose certificates are believed, and searched for what the books leave out."""
    cargo_modules: list[str] = Field(default_factory=list, max_length=16)
    """Modules of covered assets whose certificates are believed."""
    believe: list[Literal["invoices", "orders", "cargo"]] = Field(default_factory=list)
    """Lines that are believed though no certificate is named."""
    rates: dict[str, Annotated[str, BeforeValidator(decimal_text)]] = Field(default_factory=dict)
    """USD for one unit of other currencies."""
    askers: list[int] = Field(default_factory=list)
    """Entities that may ask about others than themselves."""


class OperatingFacts:
    """Recomputes the facts from the books. Accepts where every line agrees with the chain, and none is missing."""

    name = "operating-facts"
    kinds = frozenset({RequestKind.credit_data})

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._options = options(_Options, given)
        self._modules = frozenset(to_address(one) for one in self._options.modules)
        self._cargo_modules = frozenset(to_address(one) for one in self._options.cargo_modules)
        self._rates = {"USD": Fraction(1)} | {
            code: Fraction(Decimal(rate)) for code, rate in self._options.rates.items()
        }
        if any(rate <= 0 for rate in self._rates.values()) or self._rates["USD"] != 1:
            raise ValueError("rates: above 0, and that of USD is 1")
        if not self._modules and "invoices" not in self._options.believe:
            raise ValueError("modules: name the receivable modules that are believed")

    def check(self, request: Request, document: bytes, chain: ChainFacts) -> Verdict:
        """The first thing that is wrong is the reason.

        Raises:
            LookupError: the epoch is not over, or cannot be recorded any more.
        """
        if hashlib.sha256(document).digest() != request.document_hash:
            raise ValueError("the document is not the one that is meant")
        if request.requester not in (request.id, *self._options.askers):
            return Verdict(False, f"entity {request.requester} asks about entity {request.id}: name it under `askers`")
        standing = chain.operating(request.target, request.id)
        try:
            books = read_books(document)
            days = span(books.epoch, standing.epoch_length)
            problem = _in_time(request, books, days, standing, chain.now())
            problem = problem or self._compare(books, days, chain)
            if problem:
                return Verdict(False, problem)
            latest = days.ends + standing.longest_age
            found = figures(books, days, self._rates, latest, standing.last_number + 1)
        except ValueError as error:
            return Verdict(False, f"the books cannot be used: {error}")
        if request.claimed not in (0, found.turnover):
            return Verdict(False, f"a turnover of {request.claimed} is claimed, the books have {found.turnover}")
        facts = {name: str(getattr(found, name)) for name in ("turnover", "receivables_issued", "receivables_repaid")}
        words = f"the books of epoch {books.epoch} agree with the chain; statement {found.number}"
        return Verdict(True, words, facts=facts, figures=found)

    def _compare(self, books: Books, days: Span, chain: ChainFacts) -> str:
        believe, missing = self._options.believe, "has no certificate, and is not believed without: see `believe`"
        pasts = {module: chain.past(module) for module in sorted(self._modules)}
        for one in books.invoices:
            if one.certificate is not None:
                problem = self._invoice(one, one.certificate, books.entity, days, pasts, chain)
                if problem:
                    return f"invoice {one.number!r}: {problem}"
            elif "invoices" not in believe:
                return f"invoice {one.number!r} {missing}"
        for load in books.cargo:
            if load.certificate is not None:
                problem = self._cargo(load, load.certificate, books.entity, chain)
                if problem:
                    return f"cargo {load.number!r}: {problem}"
            elif "cargo" not in believe:
                return f"cargo {load.number!r} {missing}"
        if books.orders and "orders" not in believe:
            return "orders are in no ledger, and are not believed: see `believe`"
        return _left_out(books, days, pasts)

    def _invoice(
        self,
        line: InvoiceLine,
        named: Certificate,
        entity: int,
        days: Span,
        pasts: Mapping[Address, Past],
        chain: ChainFacts,
    ) -> str:
        if named.module not in self._modules:
            return f"module {named.module} is none that is believed"
        try:
            facts = chain.receivable(named.module, named.id)
        except Reverted as error:
            return f"its module knows no such certificate: {error}"
        if facts.creditor != entity:
            return f"its certificate is of creditor {facts.creditor}"
        past = pasts[named.module]
        if not _owed(past, named.id, days):
            return "its debtor had not acknowledged its certificate when the epoch ended"
        issued = chain.fingerprint(named.module, facts.creditor, facts.debtor, line.number, line.issued)
        if issued != named.id & ~_LINE:
            return "number and issue date are not those of its certificate"
        if facts.currency != line.currency:
            return f"it is in {line.currency}, its certificate in {facts.currency}"
        if facts.due // DAY != line.due:
            return "its due date is not that of its certificate"
        # Credit notes of later are of later books.
        face = facts.face + sum(amount for second, amount in past.credited(named.id) if second >= days.ends)
        if line.amount * 10**facts.decimals != face:
            return f"its certificate was of {face} of the smallest units when the epoch ended"
        told: Counter[int] = Counter()
        for payment in line.payments:
            if payment.on <= days.last:
                told[payment.on] += payment.amount * 10**facts.decimals
        known: Counter[int] = Counter()
        for second, amount in past.payments(named.id):
            if second < days.ends:
                known[second // DAY] += amount
        return "" if told == known else "its payments are not those on the chain, day by day"

    def _cargo(self, line: CargoLine, named: Certificate, entity: int, chain: ChainFacts) -> str:
        if named.module not in self._cargo_modules:
            return f"module {named.module} is none that is believed"
        try:
            interested = chain.interested(named.module, named.id)
        except Reverted as error:
            return f"its module knows no such certificate: {error}"
        if entity not in interested:
            return "the enterprise has no part in its certificate"
        currency, decimals = chain.currency_of(named.module, named.id)
        if currency != line.currency:
            return f"it is in {line.currency}, its certificate in {currency}"
        units = chain.covered_units(named.module, named.id)
        return "" if line.value * 10**decimals == units else f"its certificate is of {units} of the smallest units"


def _in_time(request: Request, books: Books, days: Span, standing: Standing, now: int) -> str:
    if books.entity != request.id:
        return f"the books are of entity {books.entity}, asked for is {request.id}"
    if now < days.ends:
        raise LookupError(f"epoch {books.epoch} is not over before {days.ends}")
    # Neither was so when it was asked for, perhaps: who signed then was right, and nobody signs any more.
    if books.epoch + standing.most_epochs_back < now // standing.epoch_length:
        raise LookupError(f"epoch {books.epoch} is too old to be recorded")
    if books.epoch < standing.last_epoch:
        raise LookupError(f"epoch {standing.last_epoch} is recorded already, which is later")
    return ""


def _owed(past: Past, id: int, days: Span) -> bool:
    """Whether the debtor had acknowledged a certificate when the epoch ended: such a one is never cancelled."""
    when = past.acknowledged(id)
    return when is not None and when < days.ends


def _left_out(books: Books, days: Span, pasts: Mapping[Address, Past]) -> str:
    """What of the enterprise fell due in the epoch, or was paid in it, and stands not in the books."""
    named = {line.certificate.key for line in books.invoices if line.certificate}
    for module, past in pasts.items():
        for id, due in past.receivables_of(books.entity):
            if (module, id) in named or due // DAY > days.last:
                continue  # paid before it was due is early, and makes nobody late
            paid = any(days.has(second // DAY) for second, _ in past.payments(id))
            if not days.has(due // DAY) and not paid:
                continue
            if _owed(past, id, days):
                return f"certificate {id} of the enterprise belongs to the epoch, and is not in the books"
    return ""
