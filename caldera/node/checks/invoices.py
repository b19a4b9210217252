"""`invoice-arithmetic`: the invoice adds up, and is the one that the certificate on the chain was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from eth_utils.crypto import keccak
from pydantic import Field

from caldera.documents import CannotSplit, DocumentError, Invoice, read_invoice
from caldera.documents.party import Party

from ..model import Request, RequestKind, Verdict
from .options import Options, options

if TYPE_CHECKING:
    from ..facts import ChainFacts, ReceivableFacts

DAY = 86_400
_LINE = 0xFFFF
_DEAD = ("None", "Settled", "Cancelled", "WrittenOff")


class _Options(Options):
    parties: dict[str, list[str]] = Field(default_factory=dict)
    """Entity number to further legal identifiers it is known by, as text, such as `VAT:DE123456789`."""
    require_acknowledged: bool = True
    """Refuse what the debtor has not acknowledged."""


class InvoiceArithmetic:
    """Reads the document again and compares number, parties, issue date, due date and amount with the certificate."""

    name = "invoice-arithmetic"
    kinds = frozenset({RequestKind.valuation})

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._options = options(_Options, given)

    def check(self, request: Request, document: bytes, chain: ChainFacts) -> Verdict:
        """Accepts where everything agrees; the first thing that does not is the reason."""
        if hashlib.sha256(document).digest() != request.document_hash:
            raise ValueError("the document is not the one that is meant")
        try:
            invoice = read_invoice(document)
            facts = chain.receivable(request.target, request.id)
            problem = self._compare(request, invoice, facts, chain)
        except DocumentError as error:
            return Verdict(False, f"the document cannot be used: {error.what}")
        if problem:
            return Verdict(False, problem)
        return Verdict(
            True,
            f"invoice {invoice.number} adds up and is the certificate's: {invoice.payable} {invoice.currency}",
            facts={"payable": str(invoice.payable), "owed": str(facts.owed), "claimed": str(request.claimed)},
        )

    def _compare(self, request: Request, invoice: Invoice, facts: ReceivableFacts, chain: ChainFacts) -> str:
        if facts.state in _DEAD:
            return f"the receivable is {facts.state}"
        if self._options.require_acknowledged and facts.state == "Registered":
            return "the debtor has not acknowledged the receivable"
        if facts.state in ("Disputed", "Defaulted"):
            return f"the receivable is {facts.state}"
        if not invoice.is_receivable:
            return f"a {invoice.kind.value} of {invoice.payable} asks for no money"
        if facts.document_hash != request.document_hash:
            return "the certificate was made from another document"
        if facts.currency != invoice.currency:
            return f"the invoice is in {invoice.currency}, the certificate in {facts.currency}"
        for side, party, entity in (("seller", invoice.seller, facts.creditor), ("buyer", invoice.buyer, facts.debtor)):
            if not self._is(party, entity, chain.legal_id(entity)):
                return f"the {side} {party.name!r} ({party.key}) is not entity {entity} of the certificate"
        issued = (invoice.issue_date - _EPOCH).days
        root = chain.fingerprint(request.target, facts.creditor, facts.debtor, invoice.number, issued)
        if root != request.id & ~_LINE:
            return f"number {invoice.number!r} and issue date {invoice.issue_date} are not those of the certificate"
        due = invoice.require_due_date()
        if _day(facts.due) != due:
            return f"the invoice is due on {due}, the certificate on {_day(facts.due)}"
        return _amounts(request, invoice, facts)

    def _is(self, party: Party, entity: int, legal_id: bytes) -> bool:
        known = [*spellings(party), *self._options.parties.get(str(entity), [])]
        return any(keccak(text=one) == legal_id for one in known)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()


def _day(second: int) -> Any:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).date()


def _amounts(request: Request, invoice: Invoice, facts: ReceivableFacts) -> str:
    line = request.id & _LINE
    if line:
        try:
            parts = invoice.line_parts(facts.decimals)
        except CannotSplit as error:
            return f"the invoice cannot be split into lines: {error.what}"
        if line > len(parts):
            return f"the invoice has {len(parts)} lines with an amount, the certificate is of line {line}"
        whole = parts[line - 1].units
    else:
        whole = invoice.payable_units(facts.decimals)
    if facts.face > whole:
        return f"the certificate claims {facts.face}, the invoice {whole} of the smallest units"
    # Less is what credit notes took off; nobody is owed more for it.
    if request.claimed > facts.owed:
        return f"{request.claimed} are claimed, {facts.owed} are owed"
    return ""


def spellings(party: Party) -> list[str]:
    """The texts whose keccak256 registries enter as the legal identifier of a party: the key of
    `caldera.documents`, and the same with one colon where it has no scheme."""
    key = party.key
    return [key, key.replace("::", ":", 1)]
