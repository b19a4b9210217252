"""What is put together and signed off chain for a financing: requests, evidence, quotes, operating facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from caldera.agreements import all_of, attest, sign
from caldera.contracts import structs
from caldera.demo.amounts import cents
from caldera.demo.scenes.choice import Candidate
from caldera.demo.scenes.stage import DAY
from caldera.demo.trade import EPOCH
from caldera.devnet import Devnet
from caldera.documents import Invoice
from caldera.evm import Account
from caldera.evm.contract import Handle

NOBODY = "0x" + "00" * 20
VALUATION = 7
"""Number of the attribute in the value standard."""
BPS = 10_000
WHOLE_PRICE, PART_PRICE = 9_700, 9_800
"""What a factor pays for a whole invoice and for a part of one, in basis points."""
HOUR = 3_600


@dataclass
class Deal:
    """An invoice that is financed. `id`: its certificate, 0 if it could not be registered. `pledged`, `sold`: units.
    `drawn_at`, `closed_at`: seconds. `repaid`: principal and interest, by the debtor's payment. `got`: what holders
    claimed after it."""

    candidate: Candidate
    seller: Account
    buyer: Account
    id: int = 0
    loan: int = 0
    principal: int = 0
    pledged: int = 0
    sold: int = 0
    price: int = 0
    drawn_at: int = 0
    closed_at: int = 0
    repaid: tuple[int, int] = (0, 0)
    got: dict[str, int] = field(default_factory=dict)

    @property
    def invoice(self) -> Invoice:
        """The document."""
        assert self.candidate.invoice is not None
        return self.candidate.invoice

    @property
    def face(self) -> int:
        """What is claimed."""
        return self.candidate.face

    @property
    def issued(self) -> int:
        """The issue date as a day's number."""
        return (self.invoice.issue_date - EPOCH).days

    @property
    def due(self) -> int:
        """The due date as a day's number."""
        return (self.invoice.require_due_date() - EPOCH).days

    @property
    def title(self) -> str:
        """Number and currency."""
        return f"{self.invoice.number}, {self.invoice.currency}"


@dataclass
class Paperwork:
    """Two attestors sign what they vouch for."""

    devnet: Devnet
    attestors: tuple[Account, Account]
    _number: int = 0

    def entity(self, account: Account) -> int:
        """The number of an account's legal person."""
        return self.devnet.registry.participant(account).entity

    def invoice(self, deal: Deal) -> structs.Invoice:
        """The document as the module of receivables takes it."""
        numbers = self.devnet.deployment
        return structs.Invoice(
            deal.buyer.address,
            deal.face,
            deal.due * DAY + DAY - 1,
            deal.issued,
            numbers.currencies[deal.invoice.currency],
            numbers.rules["NONE/receivable"],
            deal.invoice.document_hash,
            deal.invoice.number,
        )

    def id_of(self, deal: Deal) -> int:
        """The certificate that the invoice will be."""
        entities = self.entity(deal.seller), self.entity(deal.buyer)
        return self.devnet.receivables.fingerprintOf(*entities, deal.invoice.number, deal.issued)

    def draw(self, deal: Deal, amount: int) -> structs.Draw:
        """A loan on the invoice, due ten days after it."""
        numbers = self.devnet.deployment
        return structs.Draw(
            self.devnet.pool_number(deal.invoice.currency),
            amount,
            deal.due + 10,
            numbers.rules["NONE/loan"],
            (structs.Collateral(False, deal.id),),
        )

    def financing(self, deal: Deal, amount: int) -> tuple[structs.Financing, bytes]:
        """The seller's request for a loan on the whole invoice, signed."""
        request = structs.Financing(
            account=deal.seller.address,
            invoice=self.invoice(deal),
            lines=(),
            pledges=(structs.Pledging(0, deal.face),),
            pool=self.devnet.pool_number(deal.invoice.currency),
            amount=amount,
            maturityDay=deal.due + 10,
            loanRule=self.devnet.deployment.rules["NONE/loan"],
            statements=self._statements(deal),
            number=self._next(),
            deadline=self._deadline,
        )
        return request, sign(self.devnet.router, "Financing", request, deal.seller)

    def discounting(self, deal: Deal, quote: structs.FactoringQuote) -> tuple[structs.Discounting, bytes]:
        """The seller's request to sell all that a quote takes, signed."""
        request = structs.Discounting(
            account=deal.seller.address,
            invoice=self.invoice(deal),
            lines=(),
            units=quote.units,
            quote=self.devnet.factoring.quoteDigest(quote),
            minimumProceeds=quote.price,
            statements=self._statements(deal),
            number=self._next(),
            deadline=self._deadline,
        )
        return request, sign(self.devnet.router, "Discounting", request, deal.seller)

    def quote(self, deal: Deal, factor: Account, units: int, bps: int) -> tuple[structs.FactoringQuote, bytes]:
        """What a factor pays for units of the invoice, signed."""
        quote = structs.FactoringQuote(
            factor=factor.address,
            seller=deal.seller.address,
            id=deal.id,
            units=units,
            minimumFill=0,
            price=cents(units * bps // BPS),
            leastOwed=deal.face,
            currencyId=self.devnet.deployment.currencies[deal.invoice.currency],
            recourse=False,
            number=self._next(),
            notBefore=0,
            deadline=self._deadline,
        )
        return quote, sign(self.devnet.factoring, "FactoringQuote", quote, factor)

    def evidence(self, deal: Deal, operator: Handle) -> structs.Evidence:
        """The debtor's acknowledgement, a valuation by both attestors, the seller's approval of `operator`. What was
        recorded before needs no evidence."""
        approved = self.devnet.certificates.isApprovedForAll(deal.seller, operator)
        return structs.Evidence(
            debtor=self._acknowledged(deal),
            statements=(self._statement(deal),),
            facts=structs.OperatingFacts(*(0,) * len(structs.OperatingFacts._fields)),
            factsAttestations=(),
            approvals=() if approved else (self._approval(deal.seller, operator),),
        )

    def facts(self, seller: Account, volume: int) -> tuple[structs.OperatingFacts, tuple[structs.Attestation, ...]]:
        """A month of the seller, in which it sold twenty times `volume` (USD); nine tenths fell due, 95% of that was
        paid, two days late on average."""
        record = self.devnet.operating_record
        epoch, length = record.currentEpoch() - 1, record.epochLength()
        turnover = 20 * volume
        issued = turnover * 9 // 10
        entity = self.entity(seller)
        facts = structs.OperatingFacts(
            entity=entity,
            epoch=epoch,
            turnover=turnover,
            receivablesIssued=issued,
            receivablesRepaid=issued * 95 // 100,
            cargoTurnover=turnover // 2,
            daysLate=20,
            orders=400,
            nonce=record.factsOf(entity).nonce + 1,
            validUntil=(epoch + 1) * length + record.longestAge(),
        )
        return facts, self._attested(record, "OperatingFacts", facts)

    def _acknowledged(self, deal: Deal) -> structs.DebtorsWord:
        given = self.invoice(deal)
        message = {
            "id": deal.id,
            "documentHash": given.documentHash,
            "face": given.face,
            "dueDate": given.dueDate,
            "currencyId": given.currencyId,
            "ruleId": given.ruleId,
            "lines": [],
            "creditor": self.entity(deal.seller),
            "debtor": self.entity(deal.buyer),
            "deadline": self._deadline,
        }
        signature = sign(self.devnet.receivables, "Acknowledgement", message, deal.buyer)
        return structs.DebtorsWord(deal.buyer.address, self._deadline, signature)

    def _statement(self, deal: Deal) -> structs.Statement:
        until = self._good_until(deal)
        message = {"id": deal.id, "field": VALUATION, "amount": deal.face, "validUntil": until}
        signatures = self._attested(self.devnet.router, "Statement", message)
        return structs.Statement(0, VALUATION, deal.face, until, signatures)

    def _statements(self, deal: Deal) -> bytes:
        """What a request says of the one statement that goes with it."""
        said = self.devnet.router.statementDigest(deal.id, VALUATION, deal.face, self._good_until(deal))
        return all_of([said])

    @staticmethod
    def _good_until(deal: Deal) -> int:
        return (deal.due + 90) * DAY

    def _approval(self, owner: Account, operator: Handle) -> structs.OperatorApproval:
        ledger = self.devnet.certificates
        message = {
            "owner": owner.address,
            "operator": operator.address,
            "approved": True,
            "nonce": ledger.nonces(owner),
            "deadline": self._deadline,
        }
        signature = sign(ledger, "ApprovalForAll", message, owner)
        return structs.OperatorApproval(operator.address, self._deadline, signature)

    def _attested(self, contract: Handle, kind: str, message: Any) -> tuple[structs.Attestation, ...]:
        return tuple(structs.Attestation(*one) for one in attest(contract, kind, message, self.attestors))

    @property
    def _deadline(self) -> int:
        return self.devnet.chain.now + HOUR

    def _next(self) -> int:
        self._number += 1
        return self._number
