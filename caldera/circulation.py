"""From a parsed document to money in one transaction: what `ICirculationRouter` takes, built, checked and sent.

An ERP needs no node to build and sign: `draft` makes the invoice of a document, `Draft` says what the debtor and the
attestors sign, `financing` and `discounting` give the request that the enterprise signs
(`caldera.agreements.sign_under`). Who brings it, a relayer mostly, calls `prepare`, which asks the contracts and says
in words what is missing, and `send`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from eth_abi.abi import encode

from caldera.agreements import all_of, digest_under
from caldera.contracts import (
    AssetCertificate,
    CirculationRouter,
    CreditDesk,
    CreditModel,
    Factoring,
    LendingPool,
    LendingTerms,
    OperatingRecord,
    ReceivableModule,
    ValueStandard,
    structs,
)
from caldera.documents import Invoice
from caldera.evm import Address, AddressLike, ContractError, CustomError, Receipt, domain_of
from caldera.evm.hashing import keccak

DAY = 86_400
_BPS = 10_000
_RECEIVABLE = 1
_NO_FACTS = structs.OperatingFacts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


class CirculationError(Exception):
    """A request that cannot be built or sent; says what to do."""


class NotReady(CirculationError):
    """Something is missing; `missing` has it in sentences."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What no document says.

    Attributes:
        account: the enterprise's account, which receives certificate and money.
        debtor: any active account of the debtor.
        creditor_entity, debtor_entity: their numbers in the ParticipantRegistry.
        currency_id, decimals: of the invoice's currency in the ValueStandard, and of its token.
        rule: number of the rules for receivables.
        loan_rule: number of the rules for loans; not needed for a sale.
        pool: number of the pool that lends, at the credit desk; of the invoice's currency; not needed for a sale.
    """

    account: Address
    debtor: Address
    creditor_entity: int
    debtor_entity: int
    currency_id: int
    decimals: int
    rule: int
    loan_rule: int = 0
    pool: int = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice that is not registered yet, with the id it will have. `lines`: units of the order lines, or none."""

    known: Known
    invoice: structs.Invoice
    id: int
    lines: tuple[int, ...]

    def acknowledgement(self, deadline: int) -> dict[str, Any]:
        """What the debtor signs, type `Acknowledgement`, domain of the ReceivableModule."""
        return self.invoice._asdict() | {
            "id": self.id,
            "lines": list(self.lines),
            "creditor": self.known.creditor_entity,
            "debtor": self.known.debtor_entity,
            "deadline": deadline,
        }

    def statement(self, field: int, amount: int, valid_until: int, part: int = 0) -> dict[str, int]:
        """What the attestors sign of the invoice or of its line `part`, type `Statement`, domain of the router."""
        return {"id": self.id + part, "field": field, "amount": amount, "validUntil": valid_until}

    def financing(
        self,
        *,
        amount: int,
        maturity_day: int,
        pledges: Sequence[tuple[int, int]],
        number: int,
        deadline: int,
        statements: Sequence[bytes] = (),
    ) -> structs.Financing:
        """The request for a loan, which the enterprise signs (type `Financing`, domain of the router).

        Args:
            amount: of the loan, in the smallest unit of the currency.
            maturity_day: days since 1970-01-01; the loan is due when that day begins.
            pledges: part (0: the whole invoice, else the number of its line) and units.
            number: the enterprise's own, good once.
            deadline: last second at which the request is good.
            statements: digests of the statements that go with it, in their order.
        """
        return structs.Financing(
            self.known.account,
            self.invoice,
            self.lines,
            tuple(structs.Pledging(*one) for one in pledges),
            self.known.pool,
            amount,
            maturity_day,
            self.known.loan_rule,
            all_of(statements),
            number,
            deadline,
        )

    def discounting(
        self,
        *,
        quote: bytes,
        units: int,
        minimum: int,
        number: int,
        deadline: int,
        statements: Sequence[bytes] = (),
    ) -> structs.Discounting:
        """The request for a sale, which the enterprise signs (type `Discounting`, domain of the router).

        Args:
            quote: digest of the factor's quote (`caldera.agreements.digest_under`, type `FactoringQuote`).
            units: that are sold.
            minimum: least price.
            number, deadline, statements: as for `financing`.
        """
        return structs.Discounting(
            self.known.account,
            self.invoice,
            self.lines,
            units,
            quote,
            minimum,
            all_of(statements),
            number,
            deadline,
        )


def draft(document: Invoice, known: Known, *, lines: bool = False) -> Draft:
    """The invoice of a document, with order lines as certificates of their own where `lines`.

    Raises:
        CirculationError: the document asks for no money.
        DocumentError: it has no due date, or its amount does not fit the currency.
    """
    if not document.is_receivable:
        raise CirculationError(f"{document.source}: {document.kind.name.lower()} {document.number} asks for no money.")
    issued = _day(document.issue_date)
    invoice = structs.Invoice(
        known.debtor,
        document.payable_units(known.decimals),
        _day(document.require_due_date()) * DAY + DAY - 1,
        issued,
        known.currency_id,
        known.rule,
        document.document_hash,
        document.number,
    )
    asset = asset_id(known.creditor_entity, known.debtor_entity, document.number, issued)
    return Draft(known, invoice, asset, document.lines_as_units(known.decimals) if lines else ())


def renewal(asset: int, field: int, amount: int, as_of: int, valid_until: int) -> dict[str, int]:
    """What the attestors sign later of a receivable or order line, type `Renewal`, domain of the router.

    Args:
        asset: its id.
        field: number of the attribute.
        amount: in the smallest unit of its currency.
        as_of: second as of which it holds; the later of two counts.
        valid_until: last second at which it is to be believed.
    """
    return {"id": asset, "field": field, "amount": amount, "asOf": as_of, "validUntil": valid_until}


def asset_id(creditor: int, debtor: int, number: str, issue_day: int) -> int:
    """The id of an invoice, as `IReceivableModule.fingerprintOf` gives it.

    Args:
        creditor, debtor: entities.
        number: as printed.
        issue_day: days since 1970-01-01.
    """
    kept = bytes(byte - 32 if 97 <= byte <= 122 else byte for byte in number.encode() if byte > 127 or _plain(byte))
    types = ["string", "uint48", "uint48", "bytes32", "uint32"]
    return int.from_bytes(keccak(encode(types, ["receivable", creditor, debtor, keccak(kept), issue_day]))) >> 16 << 16


@dataclass(frozen=True, slots=True)
class Circulation:
    """The router and what it reaches."""

    router: CirculationRouter
    receivables: ReceivableModule
    ledger: AssetCertificate
    record: OperatingRecord
    desk: CreditDesk
    factoring: Factoring
    model: CreditModel
    terms: LendingTerms

    @classmethod
    def of(cls, router: CirculationRouter) -> Circulation:
        """Found through the router."""
        chain = router.chain
        desk = CreditDesk.at(chain, router.desk())
        return cls(
            router,
            ReceivableModule.at(chain, router.receivables()),
            AssetCertificate.at(chain, router.ledger()),
            OperatingRecord.at(chain, router.operatingRecord()),
            desk,
            Factoring.at(chain, router.factoring()),
            CreditModel.at(chain, desk.model()),
            LendingTerms.at(chain, desk.terms()),
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with all that goes with it. `missing`: what stands in its way, in sentences; none: it can be sent."""

    circulation: Circulation
    request: structs.Financing | structs.Discounting
    evidence: structs.Evidence
    signature: bytes
    quote: structs.FactoringQuote | None
    quote_signature: bytes
    missing: tuple[str, ...]


def evidence_of(
    debtor: structs.DebtorsWord,
    statements: Sequence[structs.Statement] = (),
    facts: structs.OperatingFacts | None = None,
    facts_attestations: Sequence[structs.Attestation] = (),
    approvals: Sequence[structs.OperatorApproval] = (),
) -> structs.Evidence:
    """What goes with a request; what stands on chain already is left away."""
    return structs.Evidence(debtor, tuple(statements), facts or _NO_FACTS, tuple(facts_attestations), tuple(approvals))


def prepare(
    circulation: Circulation,
    request: structs.Financing | structs.Discounting,
    evidence: structs.Evidence,
    signature: bytes,
    quote: structs.FactoringQuote | None = None,
    quote_signature: bytes = b"",
    sender: AddressLike | None = None,
) -> Prepared:
    """Asks the contracts for everything that can be known before sending; changes nothing.

    Args:
        circulation: where.
        request: from `Draft`.
        evidence: from `evidence_of`.
        signature: the enterprise's over the request.
        quote, quote_signature: the factor's, for a sale.
        sender: who will bring it; the enterprise's own account needs no signature.
    """
    if isinstance(request, structs.Discounting) and quote is None:
        raise CirculationError("A sale needs the factor's quote.")
    missing = [*_of_the_request(circulation, request), *_of_the_evidence(circulation, request, evidence)]
    if isinstance(request, structs.Financing):
        missing += _of_the_loan(circulation, request, evidence)
    prepared = Prepared(circulation, request, evidence, signature, quote, quote_signature, tuple(missing))
    if missing:
        return prepared
    try:
        _call(prepared, circulation.router.simulate, sender)
    except ContractError as refusal:
        words = refusal.abi_signature.partition("(")[0] if isinstance(refusal, CustomError) else type(refusal).__name__
        return Prepared(
            circulation,
            request,
            evidence,
            signature,
            quote,
            quote_signature,
            (f"{_WORDS.get(words, '')} {refusal}".strip(),),
        )
    return prepared


def send(prepared: Prepared, sender: AddressLike) -> Receipt[Any]:
    """Brings it. Safe to repeat: a number is good once.

    Returns:
        the receipt; `returned` is (id, loan), or (id, sale, price).

    Raises:
        NotReady: something was missing when it was prepared.
        ContractError: the chain has changed since; nothing happened.
    """
    if prepared.missing:
        raise NotReady(prepared.missing)
    receipt: Receipt[Any] = _call(prepared, prepared.circulation.router, sender)
    return receipt


def _call(prepared: Prepared, router: Any, sender: AddressLike | None) -> Any:
    request, evidence, signature = prepared.request, prepared.evidence, prepared.signature
    if isinstance(request, structs.Financing):
        return router.finance(request, evidence, signature, sender=sender)
    return router.discount(request, evidence, prepared.quote, prepared.quote_signature, signature, sender=sender)


_WORDS = {
    "InvalidRequest": "The enterprise's signature is not over exactly this request.",
    "InvalidAttestation": "An attestor's signature is not over exactly this statement.",
    "QuorumNotReached": "Too few attestors signed.",
    "NotAnAttestor": "One who attested is no attestor.",
    "AttestsToOwnInvoice": "A party of the invoice attested to it.",
    "InvalidSignature": "The debtor's acknowledgement or an approval is not signed over exactly this.",
    "InvalidQuoteSignature": "The factor's signature is not over exactly this quote.",
    "OtherQuote": "The request names another quote.",
    "ExceedsLimit": "What is not secured passes the enterprise's limit.",
    "BorrowerCap": "The enterprise would owe the pool more than its part.",
    "DebtorCap": "The pool would depend on this debtor for more than its part.",
    "LoanNotAgreed": "This pool lends through its lender's adapter only.",
}


def _of_the_request(circulation: Circulation, request: Any) -> Iterator[str]:
    now, router = circulation.router.chain.now, circulation.router
    if now > request.deadline:
        yield f"The request was good until {_time(request.deadline)}."
    if router.isUsed(request.account, request.number):
        yield f"The enterprise used or cancelled number {request.number}: look whether the invoice is financed already."
    lends = isinstance(request, structs.Financing)
    paused: dict[str, Any] = {"router": router, "module of receivables": circulation.receivables}
    paused |= {"credit desk": circulation.desk} if lends else {"factoring contract": circulation.factoring}
    for name, contract in paused.items():
        until = contract.pausedUntil()
        if now < until:
            yield f"The {name} is paused until {_time(until)}."
    creditor = circulation.ledger.partyOf(request.account)
    debtor = circulation.ledger.partyOf(request.invoice.debtor)
    asset = asset_id(_entity(creditor), _entity(debtor), request.invoice.number, request.invoice.issueDay)
    if circulation.receivables.stateOf(asset):
        yield f"Invoice {request.invoice.number} is registered already."


def _of_the_evidence(circulation: Circulation, request: Any, evidence: structs.Evidence) -> Iterator[str]:
    now, ledger = circulation.router.chain.now, circulation.ledger
    creditor, debtor = (_entity(ledger.partyOf(one)) for one in (request.account, request.invoice.debtor))
    if now > evidence.debtor.deadline:
        yield f"The debtor's acknowledgement was good until {_time(evidence.debtor.deadline)}."
    if _entity(ledger.partyOf(evidence.debtor.signer)) != debtor:
        yield "The acknowledgement is not by an account of the debtor."
    asset = asset_id(creditor, debtor, request.invoice.number, request.invoice.issueDay)
    domain, digests = domain_of(circulation.router), []
    for one in evidence.statements:
        said = {"id": asset + one.part, "field": one.field, "amount": one.amount, "validUntil": one.validUntil}
        digests.append(digest_under(domain, "Statement", said))
        if now > one.validUntil:
            yield f"The statement on attribute {one.field} was good until {_time(one.validUntil)}."
    if all_of(digests) != request.statements:
        yield "The statements that were gathered are not those that the request names, in this order."
    if evidence.factsAttestations:
        facts = evidence.facts
        kept = circulation.record.factsOf(facts.entity).nonce
        if facts.nonce > kept + 1:
            yield f"The operating facts have number {facts.nonce}; {kept + 1} is the next."
    yield from _of_the_approvals(circulation, request, evidence)


def _of_the_approvals(circulation: Circulation, request: Any, evidence: structs.Evidence) -> Iterator[str]:
    ledger, now = circulation.ledger, circulation.router.chain.now
    lends = isinstance(request, structs.Financing)
    if lends and not request.pledges:
        return
    name, operator = ("router", circulation.router) if lends else ("factoring contract", circulation.factoring)
    given = {one.operator for one in evidence.approvals}
    if not ledger.isApprovedForAll(request.account, operator) and operator.address not in given:
        yield f"The enterprise has not approved the {name} as operator of its certificates."
    for one in evidence.approvals:
        if now > one.deadline and not ledger.isApprovedForAll(request.account, one.operator):
            yield f"The approval of {one.operator} was good until {_time(one.deadline)}."


def _of_the_loan(circulation: Circulation, request: structs.Financing, evidence: structs.Evidence) -> Iterator[str]:
    desk, terms = circulation.desk, circulation.terms
    where, currency, asked = desk.poolOf(request.pool), desk.currencyOf(request.pool), request.invoice.currencyId
    if int(where, 16) == 0:
        yield f"There is no pool {request.pool}."
        return
    if currency != asked:
        yield f"Pool {request.pool} lends currency {currency}, the invoice is in currency {asked}."
        return
    pool, agreed = LendingPool.at(desk.chain, where), terms.loanTerms(request.pool)
    entity = _entity(circulation.ledger.partyOf(request.account))
    there, worth = pool.available(), pool.totalAssets()
    if request.amount > there:
        yield f"The pool can lend {there:,} now, not {request.amount:,}."
    owed, _ = desk.exposureOf(request.pool, entity)
    whole = agreed.borrowerCap * 10 ** ValueStandard.at(desk.chain, desk.standard()).currency(currency).decimals
    most = min(worth * agreed.borrowerCapBps // _BPS, whole)
    if owed + request.amount > most:
        yield f"With this loan the enterprise would owe {owed + request.amount:,}, more than {most:,}."
    today = desk.chain.now // DAY
    if not today < request.maturityDay <= today + agreed.longestDays:
        yield f"The loan has to be due from day {today + 1} to day {today + agreed.longestDays}."
    if evidence.factsAttestations:
        return  # the limit follows from facts that are not recorded yet
    secured = sum(one.units for one in request.pledges) * terms.advanceOf(False, _RECEIVABLE) // _BPS
    limit, (_, used) = circulation.model.limitOf(entity), desk.borrowerOf(entity)
    if request.amount > secured and limit <= used:
        yield "The enterprise has no limit left: its operating facts are missing, stale or revoked, or it is used up."


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _time(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S} UTC" if second < 2**37 else f"second {second}"


def _plain(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122


def _entity(party: int) -> int:
    """Of a party's word: see `PartyLib`."""
    return party >> 144 & (1 << 48) - 1
