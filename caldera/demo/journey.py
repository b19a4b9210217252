"""What happens to each document, in the order of the days on which it happens.

An invoice is registered and acknowledged on its issue date. Its order lines become certificates of their own under
one root, if there are several and each is large enough. Three weeks later, or when it is due if that is sooner, its
creditor pledges a quarter of each certificate to a bank, is refused when it tries to sell all, and sells half to a
factor. Credit notes reduce the invoice that they name until then; later ones are refused. On the due date the bank
releases its lien and the debtor pays; every second debtor pays half, and ten days later the rest and too much.
Everybody claims.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from caldera.contracts.errors import AssetExists
from caldera.contracts.ReceivableModule import ReceivableModule
from caldera.demo.amounts import DECIMALS, cents, line_units, money
from caldera.demo.labels import Labels
from caldera.demo.reasons import explained
from caldera.demo.story import Part, Story
from caldera.demo.trade import DAY, EPOCH, TOO_MUCH, Trade
from caldera.devnet import Devnet
from caldera.documents import DocumentError, FingerprintFields, Invoice, Outcome, normalise_number
from caldera.documents.amounts import to_units
from caldera.evm import Account, ContractError
from caldera.evm.errors import EncodingError

if TYPE_CHECKING:
    from caldera.demo.scenes.economy import Economy

FIRST, LAST = date(1980, 1, 1), date(2100, 1, 1)
"""Issue dates that the chain lives through: from the first, before the last."""
SALE_AFTER, LATE = timedelta(days=21), timedelta(days=10)
LINE_IN_MINIMA, MOST_LINES = 8, 32
"""Order lines of eight minimum units each become certificates of their own: a quarter of one can be halved again."""


@dataclass
class Journey:
    """The documents' way through the suite; `stories` are in the order in which they came to pass. With an `economy`
    registrations are paid for in ERA."""

    devnet: Devnet
    economy: Economy | None = None
    stories: list[Story] = field(default_factory=list)
    _diary: list[tuple[date, int, Story, Callable[[], None]]] = field(default_factory=list)
    _known: dict[tuple[str, str, str], list[Story]] = field(default_factory=lambda: defaultdict(list))
    _files: dict[tuple[FingerprintFields, bool], str] = field(default_factory=dict)
    _entry: Iterator[int] = field(default_factory=count)
    _certified: int = 0

    def __post_init__(self) -> None:
        self.trade = Trade(self.devnet)
        self._label = self.economy.labels if self.economy else Labels.on(self.devnet)

    def run(self, outcomes: Iterable[Outcome]) -> Iterator[Story]:
        """Takes every document on its issue date; gives each back once it was taken, and again when it is paid out."""
        read = []
        for outcome in outcomes:
            story = Story(outcome.path, invoice=outcome.invoice)
            if outcome.invoice is not None:
                read.append(story)
            else:
                assert outcome.error is not None
                yield self._kept(story, "not read", explained(outcome.error))
        # On one day invoices come before the credit notes that may name them, whatever the files are called.
        for story in sorted(read, key=lambda s: (_invoice(s).issue_date, _is_credit(_invoice(s)), str(s.path))):
            yield from self._live_until(_invoice(story).issue_date)
            self._take(story)
            yield story
        yield from self._live_until(date.max)
        for story in self.stories:
            if story.outcome == "certified":
                story.outcome = "not settled"

    def _live_until(self, day: date) -> Iterator[Story]:
        while self._diary and self._diary[0][0] <= day:
            when, _, story, happens = heapq.heappop(self._diary)
            self._wait_for(when)
            try:
                happens()
            except ContractError as refusal:
                story.reason = "; ".join(filter(None, (story.reason, explained(refusal))))
            if story.outcome != "certified":
                yield story

    def _on(self, day: date, story: Story, happens: Callable[[], None]) -> None:
        heapq.heappush(self._diary, (day, next(self._entry), story, happens))

    def _kept(self, story: Story, outcome: str, reason: str = "") -> Story:
        story.outcome, story.reason = outcome, reason
        self.stories.append(story)
        return story

    def _take(self, story: Story) -> None:
        invoice, currencies = _invoice(story), self.devnet.deployment.currencies
        what = f"{invoice.kind.name.lower().replace('_', ' ')} over {invoice.payable} {invoice.currency}"
        try:
            if not FIRST <= invoice.issue_date < LAST:
                self._kept(story, "kept back", f"issued on {invoice.issue_date}, not from {FIRST} until {LAST}")
                return
            self._wait_for(invoice.issue_date)
            if _is_credit(invoice):
                self._credit(story, invoice, what)
            elif not invoice.is_receivable:
                self._kept(story, "kept back", f"{what}: nothing to claim")
            elif invoice.currency not in currencies:
                known = ", ".join(currencies)
                self._kept(story, "kept back", f"{what}: the profile settles {known}, not {invoice.currency}")
            else:
                self._certify(story, invoice)
        except AssetExists as refusal:
            first = self._files.get((invoice.fingerprint_fields(), _is_credit(invoice)))
            self._kept(story, "kept back", explained(refusal) + (f": {first}" if first else ""))
        except (DocumentError, ContractError, EncodingError) as refusal:
            self._kept(story, "kept back", explained(refusal))

    def _certify(self, story: Story, invoice: Invoice) -> None:
        net = self.devnet
        due, face = invoice.require_due_date(), invoice.payable_units(DECIMALS)
        seller = net.enrol(self._label(invoice.seller), invoice.seller.key, "ENTERPRISE")
        buyer = net.enrol(self._label(invoice.buyer), invoice.buyer.key, "ENTERPRISE")
        lines, single = self._lines(invoice)
        if self.economy:
            self.economy.state_price()
        given = ReceivableModule.Invoice(
            buyer.address,
            face,
            _day(due) * DAY + DAY - 1,
            _day(invoice.issue_date),
            net.deployment.currencies[invoice.currency],
            net.deployment.rules["NONE/receivable"],
            invoice.document_hash,
            invoice.number,
        )
        receipt = net.receivables.create(given, [line.registered for line in lines], sender=seller)
        self.trade.spent(f"register, {len(lines)} lines" if lines else "register", receipt)
        self.trade.spent("acknowledge", net.receivables.acknowledge(receipt.returned, sender=buyer))
        story.certificate, story.payable, story.due, story.single = receipt.returned, face, due, single
        story.parts = lines or [Part(0, "", face, face, face)]
        for number, part in enumerate(story.parts, 1 if lines else 0):
            part.id = receipt.returned + number
        self._known[_identity(invoice, invoice.number)].append(story)
        self._files[invoice.fingerprint_fields(), False] = story.path.name
        self._kept(story, "certified")
        self._plan(story, min(invoice.issue_date + SALE_AFTER, due), due, seller, buyer)

    def _plan(self, story: Story, sale: date, due: date, seller: Account, buyer: Account) -> None:
        self._certified += 1
        late = self._certified % 2 == 0
        for part in story.parts:
            self._on(sale, story, partial(self.trade.place, part, seller))
            self._on(due, story, partial(self.trade.release, part))
        if late:
            self._on(due, story, partial(self.trade.pay_half, story, buyer))
        self._on(due + LATE if late else due, story, partial(self._settle, story, buyer, TOO_MUCH if late else 0))

    def _settle(self, story: Story, buyer: Account, too_much: int) -> None:
        self.trade.pay_all(story, buyer, too_much)
        self.trade.pay_out(story)
        story.outcome = "settled" if story.state == "settled" else "credited in full"

    def _lines(self, invoice: Invoice) -> tuple[list[Part], str]:
        """Order lines as certificates of their own, with ids to come; or none, and why one for all is enough."""
        try:
            lines = line_units(invoice)
        except DocumentError as error:
            return [], error.what
        least = cents(LINE_IN_MINIMA * self.trade.minimum(invoice.currency))
        small = next((line for line in lines if line[-1] < least), None)
        if len(lines) == 1:
            return [], "one line"
        if len(lines) > MOST_LINES:
            return [], f"{len(lines)} lines, more than {MOST_LINES}"
        if small:
            return [], f"line {small[0]} would be {money(small[-1])}, under {money(least)}"
        return [
            Part(0, f"line {name}: {item}".rstrip(": "), to_units(net, DECIMALS), units, units)
            for name, item, net, units in lines
        ], ""

    def _credit(self, story: Story, invoice: Invoice, what: str) -> None:
        """Takes a credit note, or an invoice over less than nothing, off the invoice that it names; where that has
        lines, off the first that is large enough."""
        found = self._named(invoice)
        if found is None:
            said = ", ".join(_reference(before.number, before.issue_date) for before in invoice.preceding_invoices)
            missing = f"it names {said}, and no such invoice of this seller and buyer is certified" if said else ""
            self._kept(story, "kept back", f"{what}: {missing or 'it names no invoice'}")
            return
        other = _invoice(found)
        if other.currency != invoice.currency:
            self._kept(story, "kept back", f"{what}: {other.number} is in {other.currency}")
            return
        units = to_units(-invoice.signed_payable, DECIMALS)
        part = next((one for one in found.parts if one.units >= units), found.parts[0])
        seller = self.devnet.chain.account(self._label(other.seller))
        try:
            receipt = self.devnet.receivables.creditNote(
                part.id, units, invoice.number, _day(invoice.issue_date), invoice.document_hash, sender=seller
            )
        except AssetExists:
            raise
        except ContractError as refusal:
            self._kept(story, "kept back", f"{what}, for {other.number}: {explained(refusal)}")
            return
        self.trade.spent("credit note", receipt)
        part.units -= units
        found.credited += units
        self._files[invoice.fingerprint_fields(), True] = story.path.name
        self._kept(story, "credited", f"{money(units)} {invoice.currency} off {other.number}")

    def _named(self, invoice: Invoice) -> Story | None:
        """The certified invoice of this seller and buyer with the number, and the date if any, that the note names."""
        for before in invoice.preceding_invoices:
            for one in self._known.get(_identity(invoice, before.number), []):
                if before.issue_date in (None, _invoice(one).issue_date):
                    return one
        return None

    def _wait_for(self, day: date) -> None:
        noon = _day(day) * DAY + DAY // 2
        if self.devnet.chain.now < noon:
            self.devnet.chain.warp(noon)


def first_day(outcomes: Iterable[Outcome]) -> int:
    """Time stamp of the day before the first document's issue date, for the chain to begin at."""
    issued = (outcome.invoice.issue_date for outcome in outcomes if outcome.invoice)
    days = [day for day in issued if FIRST <= day < LAST]
    return _day(min(days, default=date(2026, 1, 1)) - timedelta(days=1)) * DAY


def _is_credit(invoice: Invoice) -> bool:
    return invoice.signed_payable < 0


def _identity(invoice: Invoice, number: str) -> tuple[str, str, str]:
    return invoice.seller.key, invoice.buyer.key, normalise_number(number)


def _reference(number: str, issued: date | None) -> str:
    return f"{number} of {issued}" if issued else number


def _day(day: date) -> int:
    return (day - EPOCH).days


def _invoice(story: Story) -> Invoice:
    assert story.invoice is not None
    return story.invoice
