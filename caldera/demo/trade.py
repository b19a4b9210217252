"""What happens to a certificate once it is there: pledged, refused, sold in part, released, paid and paid out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from caldera.demo.amounts import DECIMALS, cents
from caldera.demo.reasons import RESTRICTIONS, STATES, explained
from caldera.demo.story import Book, Part, Payment, Pledge, Story
from caldera.devnet import Devnet
from caldera.evm import Account, ContractError, Receipt

DAY = 86_400
EPOCH = date(1970, 1, 1)
FACTOR, BANK = "Nordic Factoring", "Harbour Bank"
TOO_MUCH = 100 * 10**DECIMALS


@dataclass
class Trade:
    """`gas`: what each step used, by step; `books`: the money of each currency."""

    devnet: Devnet
    gas: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    books: dict[str, Book] = field(default_factory=dict)

    def spent(self, step: str, receipt: Receipt[Any]) -> None:
        """Notes the gas of one transaction."""
        self.gas[step].append(receipt.gas_used)

    def today(self) -> date:
        """The chain's day."""
        return EPOCH + timedelta(days=self.devnet.chain.now // DAY)

    def minimum(self, currency: str) -> int:
        """Minimum unit of a receivable in this currency, by the standard as it stands."""
        numbers = self.devnet.deployment
        receivable = 1
        every_field = 2**256 - 1
        terms, _, _ = self.devnet.standard.termsFor(
            numbers.rules["NONE/receivable"], numbers.currencies[currency], receivable, every_field
        )
        return terms >> 160

    def place(self, part: Part, seller: Account) -> None:
        """The seller pledges a quarter to a bank, cannot sell all, and sells half to a factor: as far as every position
        keeps the minimum unit."""
        ledger = self.devnet.certificates
        minimum = ledger.termsOf(part.id) >> 160
        part.split = {seller.label: part.units} if part.units else {}
        half, quarter = cents(part.units // 2), cents(part.units // 4)
        if half < minimum:
            return
        factor = self.devnet.enrol(FACTOR, f"NAME:{FACTOR}", "FACTOR")
        if quarter >= minimum and part.units - half - quarter >= minimum:
            self._pledge(part, seller, factor, quarter)
        self.spent("sell a part", ledger.safeTransferFrom(seller, factor, part.id, half, b"", sender=seller))
        part.split = {seller.label: part.units - half, FACTOR: half}
        if part.pledge:
            part.pledge.moved = half

    def _pledge(self, part: Part, seller: Account, factor: Account, units: int) -> None:
        ledger = self.devnet.certificates
        bank = self.devnet.enrol(BANK, f"NAME:{BANK}", "BANK")
        self.spent("pledge", ledger.pledge(seller, bank, part.id, units, sender=seller))
        part.pledge = Pledge(seller.label, BANK, ledger.lienOf(part.id, seller, bank), part.units)
        held, pledged, _ = ledger.holdingOf(part.id, seller)
        part.pledge.free = held - pledged
        part.pledge.foretold = RESTRICTIONS[ledger.restrictionOf(seller, factor, part.id, part.units)]
        try:
            ledger.safeTransferFrom(seller, factor, part.id, part.units, b"", sender=seller)
        except ContractError as refusal:
            part.pledge.refused = explained(refusal)

    def release(self, part: Part) -> None:
        """The bank frees what is pledged to it."""
        if part.pledge is None:
            return
        ledger, bank = self.devnet.certificates, self.devnet.chain.account(BANK)
        holder = self.devnet.chain.account(part.pledge.holder)
        self.spent("release", ledger.release(holder, part.id, part.pledge.units, sender=bank))
        part.pledge.released = part.pledge.units - ledger.lienOf(part.id, holder, bank)
        part.pledge.released_on = self.today()

    def pay_half(self, story: Story, buyer: Account) -> None:
        """The debtor pays half of each certificate."""
        for part in story.parts:
            self._pay(story, part, buyer, cents(part.units // 2))

    def pay_all(self, story: Story, buyer: Account, too_much: int = 0) -> None:
        """The debtor pays what is owed on each certificate, and on the last of them too much."""
        owed = [(part, self.devnet.receivables.owedOn(part.id)) for part in story.parts]
        still = [(part, amount) for part, amount in owed if amount]
        for number, (part, amount) in enumerate(still, 1):
            self._pay(story, part, buyer, amount + (too_much if number == len(still) else 0))

    def _pay(self, story: Story, part: Part, buyer: Account, amount: int) -> None:
        if amount == 0:
            return
        net, book = self.devnet, self._book(story)
        token = net.token(book.currency)
        token.mint(buyer, amount, sender=buyer)
        token.approve(net.receivables, amount, sender=buyer)
        has, before = token.balanceOf(buyer), STATES[net.receivables.stateOf(part.id)]
        self.spent("pay", net.receivables.pay(part.id, amount, sender=buyer))
        taken, after = has - token.balanceOf(buyer), STATES[net.receivables.stateOf(part.id)]
        story.payments.append(Payment(part.id, self.today(), amount, taken, amount - taken, before, after))
        book.brought += amount
        book.taken += taken
        book.returned += amount - taken

    def pay_out(self, story: Story) -> None:
        """Every holder claims; the state at the end is read from the chain."""
        book, module = self._book(story), self.devnet.receivables
        token = self.devnet.token(book.currency)
        for part in story.parts:
            for label in part.split:
                holder = self.devnet.chain.account(label)
                before = token.balanceOf(holder)
                self.spent("claim", module.claim(part.id, holder, sender=holder))
                part.paid[label] = token.balanceOf(holder) - before
                book.paid_out += part.paid[label]
        assert story.certificate is not None
        story.state = STATES[module.stateOf(story.certificate)]
        story.owed = module.owedOn(story.certificate)
        book.left = token.balanceOf(module)

    def _book(self, story: Story) -> Book:
        assert story.invoice is not None
        currency = story.invoice.currency
        return self.books.setdefault(currency, Book(currency))
