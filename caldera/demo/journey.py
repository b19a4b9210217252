"""What happens to each document, in the order of the days on which it happens."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from caldera.contracts.DevnetCurrency import DevnetCurrency
from caldera.contracts.ReceivableModule import ReceivableModule
from caldera.devnet import Devnet
from caldera.documents import DocumentError, Invoice, Outcome
from caldera.evm import Account, ContractError, Receipt

DAY = 86_400
EPOCH = date(1970, 1, 1)
DECIMALS = 6
FACTORS = ("Nordic Factoring", "Harbour Bank")


@dataclass
class Story:
    """What became of one file. `paid`: who was paid what, in currency units; `split`: who held what by then."""

    path: Path
    outcome: str = ""
    reason: str = ""
    invoice: Invoice | None = None
    certificate: int | None = None
    face: int = 0
    due: date | None = None
    split: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)


@dataclass
class Journey:
    """The documents' way through the suite. `gas`: what each step used, by step."""

    devnet: Devnet
    stories: list[Story] = field(default_factory=list)
    gas: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _open: list[Story] = field(default_factory=list)

    def run(self, outcomes: Iterable[Outcome]) -> Iterable[Story]:
        """Registers every document on its issue date, and lets what is due be paid on its due date."""
        read = [Story(outcome.path, invoice=outcome.invoice) for outcome in outcomes if outcome.invoice]
        for outcome in outcomes:
            if outcome.error is not None:
                yield self._kept(Story(outcome.path), "not read", str(outcome.error))
        for story in sorted(read, key=lambda each: (_invoice(each).issue_date, each.path.name)):
            self._settle_until(_invoice(story).issue_date)
            self._register(story)
            yield story
        self._settle_until(date.max)

    def _kept(self, story: Story, outcome: str, reason: str) -> Story:
        story.outcome, story.reason = outcome, reason
        self.stories.append(story)
        return story

    def _register(self, story: Story) -> None:
        invoice = _invoice(story)
        if not invoice.is_receivable:
            what = invoice.kind.name.lower().replace("_", " ")
            self._kept(
                story, "no receivable", f"{what} over {invoice.signed_payable} {invoice.currency}: nothing to claim"
            )
            return
        if invoice.currency not in self.devnet.deployment.currencies:
            self._kept(story, "not certified", f"no settlement currency {invoice.currency} in the profile")
            return
        try:
            story.due = invoice.require_due_date()
            story.face = invoice.payable_units(DECIMALS)
            self._wait_for(invoice.issue_date)
            self._certify(story, invoice)
        except (DocumentError, ContractError) as refusal:
            self._kept(story, "not certified", self._explained(refusal))

    def _certify(self, story: Story, invoice: Invoice) -> None:
        net = self.devnet
        seller = net.enrol(invoice.seller.name or "seller", invoice.seller.key, "ENTERPRISE")
        buyer = net.enrol(invoice.buyer.name or "buyer", invoice.buyer.key, "ENTERPRISE")
        assert story.due is not None
        given = ReceivableModule.Invoice(
            buyer.address,
            story.face,
            _day(story.due) * DAY + DAY - 1,
            _day(invoice.issue_date),
            net.deployment.currencies[invoice.currency],
            net.deployment.rules["NONE/receivable"],
            invoice.document_hash,
            invoice.number,
        )
        creditor, debtor = (net.registry.participant(account).entity for account in (seller, buyer))
        identity = net.receivables.fingerprintOf(creditor, debtor, invoice.number, _day(invoice.issue_date))
        self._spent("register", net.receivables.create(given, [], sender=seller))
        self._spent("acknowledge", net.receivables.acknowledge(identity, sender=buyer))
        story.certificate = identity
        held = {seller.label: story.face}
        minimum = net.certificates.termsOf(identity) >> 160
        for share, label in ((2, FACTORS[0]), (4, FACTORS[1])):
            part = story.face // share
            if part >= minimum and held[seller.label] - part >= minimum:
                factor = net.enrol(label, f"NAME:{label}", "FACTOR")
                self._spent(
                    "split", net.certificates.safeTransferFrom(seller, factor, identity, part, b"", sender=seller)
                )
                held[label] = part
                held[seller.label] -= part
        story.split = held
        self._kept(story, "certified", "" if len(held) > 1 else "below twice the minimum unit: circulates as a whole")
        self._open.append(story)

    def _settle_until(self, day: date) -> None:
        for story in sorted(self._open, key=lambda each: each.due or date.max):
            assert story.due is not None
            if story.due <= day:
                self._wait_for(story.due)
                self._settle(story)
                self._open.remove(story)

    def _settle(self, story: Story) -> None:
        net, invoice = self.devnet, _invoice(story)
        assert story.certificate is not None
        token = net.token(invoice.currency)
        buyer = net.chain.account(invoice.buyer.name or "buyer")
        token.mint(buyer, story.face, sender=buyer)
        token.approve(net.receivables, story.face, sender=buyer)
        self._spent("pay", net.receivables.pay(story.certificate, story.face, sender=buyer))
        for label in story.split:
            story.paid[label] = self._claim(story, token, net.chain.account(label))
        story.outcome = "settled"

    def _claim(self, story: Story, token: DevnetCurrency, holder: Account) -> int:
        assert story.certificate is not None
        before = token.balanceOf(holder)
        self._spent("claim", self.devnet.receivables.claim(story.certificate, holder, sender=holder))
        return token.balanceOf(holder) - before

    def _explained(self, refusal: Exception) -> str:
        if type(refusal).__name__ == "AssetExists":
            return "AssetExists: the same invoice (seller, buyer, number, issue date) is certified already"
        return f"{type(refusal).__name__}: {refusal}"

    def _spent(self, step: str, receipt: Receipt[Any]) -> None:
        self.gas[step].append(receipt.gas_used)

    def _wait_for(self, day: date) -> None:
        noon = _day(day) * DAY + DAY // 2
        if self.devnet.chain.now < noon:
            self.devnet.chain.warp(noon)


def first_day(outcomes: Iterable[Outcome]) -> int:
    """Time stamp of the day before the first document's issue date, for the chain to begin at."""
    days = [outcome.invoice.issue_date for outcome in outcomes if outcome.invoice]
    return _day(min(days, default=date(2026, 1, 1)) - timedelta(days=1)) * DAY


def _day(day: date) -> int:
    return (day - EPOCH).days


def _invoice(story: Story) -> Invoice:
    assert story.invoice is not None
    return story.invoice
