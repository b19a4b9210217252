"""Requests for verification: which documents, what was asked of them, what the nodes found, how it stands on chain."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import events, structs
from caldera.demo.amounts import DECIMALS, money
from caldera.demo.journey import FIRST, LAST
from caldera.demo.scenes.paperwork import VALUATION
from caldera.demo.scenes.reckoning import agree
from caldera.demo.scenes.stage import DAY, Sheet
from caldera.demo.scenes.staked import ERA, Stakes
from caldera.demo.trade import EPOCH
from caldera.devnet import Devnet
from caldera.documents import DocumentError, FingerprintFields, Invoice, Outcome
from caldera.evm import Account
from caldera.evm.address import to_address
from caldera.evm.events import Log, decode_log
from caldera.model.verification import Node, RequestRules, ResultRules, VerificationBook

FEE = 100 * ERA
LEAST_WEIGHT = 30_000 * ERA
MOST = 3
"""Invoices that are valued."""
SPARE = 12
"""Days: an invoice is not due before the nodes have settled, all of them are valued and the lie is told."""
OUTCOMES = ("none", "verified", "refused", "disputed", "overturned")
"""`IValueVerification.ResultState`, in order."""


@dataclass
class Papers:
    """An invoice that is certified and acknowledged. `data`: the file."""

    name: str
    invoice: Invoice
    data: bytes
    seller: Account
    buyer: Account
    id: int
    owed: int


@dataclass
class Request:
    """What was asked. `found`: by the nodes, 0 where they refused; `milliseconds`: until that stood on chain; `gas`: of
    the one transaction that brought it; `level`: of the valuation on the ledger then."""

    number: int
    document: str
    what: str
    currency: str
    claimed: int
    owed: int
    least: int
    outcome: str = ""
    found: int = 0
    signers: list[str] = field(default_factory=list)
    gas: int = 0
    level: int = 0
    milliseconds: int = 0
    began: float = field(default=0.0, repr=False)
    nodes: list[int] = field(default_factory=list, repr=False)
    stakes: list[int] = field(default_factory=list, repr=False)
    papers: Papers | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """As data; amounts in smallest units."""
        kept = ("number", "document", "what", "currency", "claimed", "owed", "outcome", "found", "signers", "gas")
        return {name: getattr(self, name) for name in (*kept, "level", "milliseconds")}


def chosen(outcomes: Iterable[Outcome], devnet: Devnet, preferred: Collection[Path] = ()) -> list[Outcome]:
    """Invoices that are owed at one time, as many as there are but no more than `MOST`: those of `preferred` first."""
    able = []
    for one in sorted(outcomes, key=lambda one: (one.path not in preferred, str(one.path))):
        invoice = one.invoice
        if invoice is None or invoice.signed_payable <= 0 or not invoice.is_receivable:
            continue
        if invoice.currency not in devnet.deployment.currencies or not FIRST <= invoice.issue_date < LAST:
            continue
        try:
            due, _ = invoice.require_due_date(), invoice.payable_units(DECIMALS)
        except DocumentError:
            continue
        if invoice.seller.key != invoice.buyer.key:
            able.append((one, invoice, due))
    best: list[Outcome] = []
    rank = (0, 0)
    for day in sorted({invoice.issue_date for _, invoice, _ in able}):
        found = _open_on(day, able)
        ranked = sum(one.path in preferred for one in found), len(found)
        if ranked > rank:
            best, rank = found, ranked
    return best


def _open_on(day: date, able: Sequence[tuple[Outcome, Invoice, date]]) -> list[Outcome]:
    """The first of them that are issued by that day and not due soon after it, none twice."""
    found: dict[FingerprintFields, Outcome] = {}
    for one, invoice, due in able:
        if invoice.issue_date <= day and (due - day).days >= SPARE:
            found.setdefault(invoice.fingerprint_fields(), one)
            if len(found) == MOST:
                break
    return list(found.values())


class Desk:
    """Asks, and reads what came of it; keeps the exact model of the fees beside the chain."""

    def __init__(self, devnet: Devnet, stakes: Stakes) -> None:
        self.devnet, self.stakes = devnet, stakes
        net = devnet
        rules, results = net.verification_desk.requestRules(), net.verification_desk.resultRules()
        self.book = VerificationBook(
            net.chain.now,
            net.node_records.epochLength(),
            RequestRules(rules.leastFee, rules.leastWeight, rules.longest, rules.shortest, rules.leastSigners),
            ResultRules(results.window, results.fundBps, results.financeBps),
            {},
            {},
        )
        self.since = net.chain.block_number + 1

    def ask(self, papers: Papers, what: str, claimed: int, least: int) -> tuple[Request, int]:
        """A request of the seller, and the gas of its transactions. The fee comes from the research reserve."""
        net, seller = self.devnet, papers.seller
        purpose = keccak(text="fees of verification")
        reserve = net.reserve("ResearchReserve")
        reserve.spend(net.era, seller, FEE, purpose, sender=net.governance)
        approved = net.era.approve(net.verification_desk, FEE, sender=seller)
        terms = structs.RequestTerms(
            kind=0,
            target=net.receivables.address,
            id=papers.id,
            field=VALUATION,
            claimed=claimed,
            documentHash=papers.invoice.document_hash,
            panelSize=0,
            leastSigners=least,
            leastWeight=LEAST_WEIGHT,
            deadline=net.chain.now + DAY,
            fee=FEE,
        )
        receipt = net.verification_desk.request(terms, sender=seller)
        self._remember(papers)
        self.book.now = receipt.timestamp
        number = self.book.request(
            seller.label,
            attribute=(papers.id, VALUATION),
            finance=True,
            interested=(self._entity(papers.seller), self._entity(papers.buyer)),
            panel_size=0,
            least_signers=least,
            least_weight=LEAST_WEIGHT,
            deadline=terms.deadline,
            fee=FEE,
        )
        agree("number of the request", receipt.returned, number)
        said = Request(number, papers.name, what, papers.invoice.currency, claimed, papers.owed, least)
        said.began, said.papers = time.monotonic(), papers
        return said, approved.gas_used + receipt.gas_used

    def _remember(self, papers: Papers) -> None:
        self.book.entities[papers.seller.label] = self._entity(papers.seller)
        self.book.wallets[papers.seller.label] += FEE
        for name, number in self.stakes.numbers.items():
            active, leaving, live = self.devnet.nodes.stakeOf(number)
            entity = self.devnet.nodes.entityOf(number)
            agree(f"entity of {name}", entity, self.devnet.enter(f"NAME:{name}"))
            self.book.nodes[number] = Node(entity, active, leaving, live)

    def _entity(self, account: Account) -> int:
        return self.devnet.registry.participant(account).entity

    def answered(self, one: Request) -> bool:
        """Whether there is a result; takes note of how long that took."""
        if one.milliseconds == 0 and self.devnet.verification.resultOf(one.number).state:
            one.milliseconds = max(1, round((time.monotonic() - one.began) * 1_000))
        return one.milliseconds > 0

    def read(self, one: Request) -> None:
        """What came of a request, from the chain; the model is told.

        Raises:
            FiguresDiffer: it is not what the rules give.
        """
        net = self.devnet
        result = net.verification.resultOf(one.number)
        event, one.gas = self._accepted(one.number)
        names = {number: name for name, number in self.stakes.numbers.items()}
        one.nodes, one.stakes = list(event.nodes), list(event.stakes)
        one.signers = [names[number] for number in event.nodes]
        one.outcome, one.found = OUTCOMES[result.state], result.amount
        assert one.papers is not None
        word = net.certificates.attributeOf(one.papers.id, VALUATION)
        if result.amount:
            agree(f"valuation by request {one.number}", (word.amount, word.level), (result.amount, 2))
            one.level = word.level
        self.book.now = result.acceptedAt
        self.book.submit(one.number, result.amount, result.validUntil, event.nodes)
        made = self.book.requests[one.number].result
        assert made is not None
        agree(f"signers of request {one.number}", dict(zip(one.nodes, one.stakes, strict=True)), made.signers)
        agree(f"volume of request {one.number}", event.volume, made.volume)

    def _accepted(self, number: int) -> tuple[events.ResultAccepted, int]:
        net = self.devnet
        asked = {
            "fromBlock": hex(self.since),
            "address": net.verification.address,
            "topics": ["0x" + events.ResultAccepted.abi_topic.hex(), f"0x{number:064x}"],
        }
        (raw,) = net.chain.rpc("eth_getLogs", asked)
        topics = tuple(bytes.fromhex(topic[2:]) for topic in raw["topics"])
        log = Log(to_address(raw["address"]), topics, bytes.fromhex(raw["data"][2:]))
        event = decode_log(log, (events.ResultAccepted,))
        assert isinstance(event, events.ResultAccepted)
        receipt = net.chain.rpc("eth_getTransactionReceipt", raw["transactionHash"])
        return event, int(receipt["gasUsed"], 16)


def certify(devnet: Devnet, outcome: Outcome, name: str, seller: Account, buyer: Account) -> tuple[Papers, int]:
    """The certificate of an invoice, acknowledged; and the gas of it."""
    invoice = outcome.invoice
    assert invoice is not None
    face, numbers = invoice.payable_units(DECIMALS), devnet.deployment
    given = structs.Invoice(
        buyer.address,
        face,
        (invoice.require_due_date() - EPOCH).days * DAY + DAY - 1,
        (invoice.issue_date - EPOCH).days,
        numbers.currencies[invoice.currency],
        numbers.rules["NONE/receivable"],
        invoice.document_hash,
        invoice.number,
    )
    made = devnet.receivables.create(given, [], sender=seller)
    said = devnet.receivables.acknowledge(made.returned, sender=buyer)
    data = outcome.path.read_bytes()
    agree(f"hash of {name}", hashlib.sha256(data).digest(), invoice.document_hash)
    owed = devnet.receivables.owedOn(made.returned)
    return Papers(name, invoice, data, seller, buyer, made.returned, owed), made.gas_used + said.gas_used


def sheet(requests: Iterable[Request]) -> Sheet:
    """Requests and what the nodes found."""
    figures = ["outcome", "claimed", "found", "by", "gas", "level", "took"]
    made = Sheet("Verification: what was asked, and what the nodes found", ["document", "claims"], figures)
    for one in requests:
        amounts = money(one.claimed), money(one.found) if one.found else "–"
        took = f"{one.milliseconds // 1_000}.{one.milliseconds % 1_000 // 100} s"
        figures = [one.outcome, *amounts, str(len(one.signers)), f"{one.gas:,}", str(one.level or "–"), took]
        made.rows.append([one.document, one.what, *figures])
    made.note = "Signatures went from node to node over HTTP; one transaction brought all of a request. by: signers"
    return made


__all__ = ["FEE", "Desk", "Papers", "Request", "certify", "chosen", "sheet"]
