"""What happens to each document, in the order of the days on which it happens.

An invoice is registered and acknowledged on its issue date; large order lines become certificates of their own. Three
weeks later (or when it is due, if that is sooner) its creditor sells half of it to a factor and pledges a quarter to a
bank. Credit notes reduce what is not sold on yet. On the due date the bank releases its lien and the debtor pays; every
second debtor pays half, and ten days later the rest, and too much. Everybody claims.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from caldera.contracts.ReceivableModule import ReceivableModule
from caldera.demo.story import Attempt, Part, Payment, Story
from caldera.devnet import Devnet
from caldera.documents import DocumentError, Invoice, Outcome, Party, normalise_number
from caldera.evm import Account, ContractError, Receipt

DAY = 86_400
EPOCH = date(1970, 1, 1)
DECIMALS = 6
FACTOR, BANK = "Nordic Factoring", "Harbour Bank"
SALE_AFTER = timedelta(days=21)
LATE = timedelta(days=10)
TOO_MUCH = 100 * 10**DECIMALS
LINE_AT_LEAST = 8_000 * 10**DECIMALS
"""Order lines of at least so much each become certificates of their own."""
STATES = (
    "none",
    "registered",
    "acknowledged",
    "overdue",
    "disputed",
    "in default",
    "written off",
    "settled",
    "cancelled",
)


@dataclass
class Journey:
    """The documents' way through the suite. `gas`: what each step used, by step."""

    devnet: Devnet
    stories: list[Story] = field(default_factory=list)
    gas: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _diary: list[tuple[date, int, Callable[[], None]]] = field(default_factory=list)
    _known: dict[tuple[str, str, str], Story] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _entries: int = 0

    def run(self, outcomes: Iterable[Outcome]) -> Iterator[Story]:
        """Takes every document on its issue date; gives each back once it was taken."""
        read = [Story(outcome.path, invoice=outcome.invoice) for outcome in outcomes if outcome.invoice]
        for outcome in outcomes:
            if outcome.error is not None:
                yield self._kept(Story(outcome.path), "not read", str(outcome.error))
        # On one day invoices come before the credit notes that may name them, whatever the files are called.
        for story in sorted(read, key=lambda s: (_invoice(s).issue_date, _is_credit(_invoice(s)), s.path.name)):
            self._live_until(_invoice(story).issue_date)
            self._take(story)
            yield story
        self._live_until(date.max)

    def _live_until(self, day: date) -> None:
        while self._diary and self._diary[0][0] <= day:
            when, _, happens = heapq.heappop(self._diary)
            self._wait_for(when)
            happens()

    def _on(self, day: date, happens: Callable[[], None]) -> None:
        self._entries += 1
        heapq.heappush(self._diary, (day, self._entries, happens))

    def _kept(self, story: Story, outcome: str, reason: str = "") -> Story:
        story.outcome, story.reason = outcome, reason
        self.stories.append(story)
        return story

    def _take(self, story: Story) -> None:
        invoice = _invoice(story)
        try:
            self._wait_for(invoice.issue_date)
            if _is_credit(invoice):
                self._credit(story, invoice)
            elif not invoice.is_receivable:
                what = invoice.kind.name.lower().replace("_", " ")
                self._kept(story, "kept back", f"{what} over {invoice.payable} {invoice.currency}: nothing to claim")
            elif invoice.currency not in self.devnet.deployment.currencies:
                self._kept(story, "kept back", f"no settlement currency {invoice.currency} in the profile")
            else:
                self._certify(story, invoice)
        except (DocumentError, ContractError) as refusal:
            first = self._known.get(_identity(invoice, invoice.number))
            again = type(refusal).__name__ == "AssetExists" and first is not None
            same = f": {first.path.name}" if again and first else ""
            self._kept(story, "kept back", _explained(refusal) + same)

    def _certify(self, story: Story, invoice: Invoice) -> None:
        net = self.devnet
        story.due = invoice.require_due_date()
        story.face = invoice.payable_units(DECIMALS)
        seller = net.enrol(self._label(invoice.seller), invoice.seller.key, "ENTERPRISE")
        buyer = net.enrol(self._label(invoice.buyer), invoice.buyer.key, "ENTERPRISE")
        lines = self._lines(invoice)
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
        receipt = net.receivables.create(given, [units for _, units in lines], sender=seller)
        root = receipt.returned
        self._spent("register by lines" if lines else "register", receipt)
        self._spent("acknowledge", net.receivables.acknowledge(root, sender=buyer))
        story.certificate = root
        parts = [Part(root + number, name, units) for number, (name, units) in enumerate(lines, 1)]
        story.parts = parts or [Part(root, "", story.face)]
        self._known[_identity(invoice, invoice.number)] = story
        self._kept(story, "certified")
        late = len(self._known) % 2 == 0
        due = story.due
        self._on(min(invoice.issue_date + SALE_AFTER, due), lambda: self._sell(story, seller))
        self._on(due, lambda: self._due(story, buyer, late))

    def _lines(self, invoice: Invoice) -> list[tuple[str, int]]:
        """Order lines as certificates of their own, where there are several and each is large enough."""
        try:
            parts = invoice.line_parts(DECIMALS)
        except DocumentError:
            return []
        if not 1 < len(parts) <= 32 or min(part.units for part in parts) < LINE_AT_LEAST:
            return []
        return [(f"line {part.line.id}: {part.line.name or ''}".strip(": "), part.units) for part in parts]

    def _credit(self, story: Story, invoice: Invoice) -> None:
        """Takes a credit note, or an invoice over less than nothing, off the invoice that it names."""
        named = [self._known.get(_identity(invoice, before.number)) for before in invoice.preceding_invoices]
        found = next((one for one in named if one), None)
        amount = -invoice.signed_payable
        if found is None:
            said = ", ".join(before.number for before in invoice.preceding_invoices) or "none"
            reason = f"over {amount} {invoice.currency}: it names no invoice that is certified here ({said})"
            self._kept(story, "kept back", reason)
            return
        units = int(amount * 10**DECIMALS)
        part = next((one for one in found.parts if one.units >= units), found.parts[0])
        seller = self.devnet.chain.account(self._label(_invoice(found).seller))
        receipt = self.devnet.receivables.creditNote(
            part.id, units, invoice.number, _day(invoice.issue_date), invoice.document_hash, sender=seller
        )
        self._spent("credit note", receipt)
        part.units -= units
        found.face -= units
        found.credited += units
        self._kept(story, "credited", f"{amount} {invoice.currency} off {_invoice(found).number}")

    def _sell(self, story: Story, seller: Account) -> None:
        for part in story.parts:
            self._sell_part(story, part, seller)

    def _sell_part(self, story: Story, part: Part, seller: Account) -> None:
        net = self.devnet
        minimum = net.certificates.termsOf(part.id) >> 160
        part.split = {seller.label: part.units}
        half, quarter = part.units // 2, part.units // 4
        if half < minimum or part.units - half < minimum:
            part.split = {seller.label: part.units} if part.units else {}
            return
        factor, bank = net.enrol(FACTOR, f"NAME:{FACTOR}", "FACTOR"), net.enrol(BANK, f"NAME:{BANK}", "BANK")
        sold = net.certificates.safeTransferFrom(seller, factor, part.id, half, b"", sender=seller)
        self._spent("split", sold)
        part.split = {seller.label: part.units - half, FACTOR: half}
        rest = part.units - half
        if quarter < minimum or rest - quarter < minimum:
            return
        self._spent("pledge", net.certificates.pledge(seller, bank, part.id, quarter, sender=seller))
        part.pledged = quarter
        try:
            net.certificates.safeTransferFrom(seller, factor, part.id, rest, b"", sender=seller)
        except ContractError as refusal:
            tried = f"{seller.label} sells what it pledged to {BANK}"
            story.attempts.append(Attempt(part.id, tried, _explained(refusal)))

    def _due(self, story: Story, buyer: Account, late: bool) -> None:
        assert story.due is not None
        seller = self._label(_invoice(story).seller)
        for part in story.parts:
            if part.pledged:
                bank = self.devnet.chain.account(BANK)
                holder = self.devnet.chain.account(seller)
                released = self.devnet.certificates.release(holder, part.id, part.pledged, sender=bank)
                self._spent("release", released)
        for part in story.parts:
            if part.units:
                self._pay(story, part, buyer, part.units // 2 if late else part.units)
        if late:
            self._on(story.due + LATE, lambda: self._pay_the_rest(story, buyer))
        else:
            self._pay_out(story)

    def _pay_the_rest(self, story: Story, buyer: Account) -> None:
        for part in story.parts:
            if part.units:
                self._pay(story, part, buyer, part.units - part.units // 2 + TOO_MUCH)
        self._pay_out(story)

    def _pay(self, story: Story, part: Part, buyer: Account, amount: int) -> None:
        net = self.devnet
        token = net.token(_invoice(story).currency)
        token.mint(buyer, amount, sender=buyer)
        token.approve(net.receivables, amount, sender=buyer)
        before = token.balanceOf(buyer)
        receipt = net.receivables.pay(part.id, amount, sender=buyer)
        self._spent("pay", receipt)
        state = STATES[net.receivables.stateOf(part.id)]
        taken = before - token.balanceOf(buyer)
        assert taken == receipt.returned
        when = EPOCH + timedelta(days=net.chain.now // DAY)
        story.payments.append(Payment(part.id, when, amount, taken, state))

    def _pay_out(self, story: Story) -> None:
        for part in story.parts:
            for label in part.split:
                part.paid[label] = self._claim(story, part, self.devnet.chain.account(label))
        story.outcome = "settled"

    def _claim(self, story: Story, part: Part, holder: Account) -> int:
        token = self.devnet.token(_invoice(story).currency)
        before = token.balanceOf(holder)
        self._spent("claim", self.devnet.receivables.claim(part.id, holder, sender=holder))
        return token.balanceOf(holder) - before

    def _label(self, party: Party) -> str:
        """The party's name, by which its account is found; with its identifier where another has the same name."""
        if party.key not in self._labels:
            name = party.name or party.key
            self._labels[party.key] = f"{name} ({party.key})" if name in self._labels.values() else name
        return self._labels[party.key]

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


def _is_credit(invoice: Invoice) -> bool:
    return invoice.signed_payable < 0


def _identity(invoice: Invoice, number: str) -> tuple[str, str, str]:
    return invoice.seller.key, invoice.buyer.key, normalise_number(number)


def _explained(refusal: Exception) -> str:
    name = type(refusal).__name__
    known = {
        "AssetExists": "the same invoice (seller, buyer, number, issue date) is certified already",
        "HeldByOthers": "others hold, or held, a part by now; the debtor may dispute",
        "WrongState": "the invoice it names is not open any more",
        "PledgedUnits": "the units are under a lien",
    }
    return f"{name}: {known[name]}" if name in known else f"{name}: {refusal}"


def _day(day: date) -> int:
    return (day - EPOCH).days


def _invoice(story: Story) -> Invoice:
    assert story.invoice is not None
    return story.invoice
