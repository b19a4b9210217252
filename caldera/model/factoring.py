"""Factoring: sales under signed quotes, and what sellers owe when the debtor does not pay. Exact."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from caldera.model.ledger import SUSPENDED, Position, Refused
from caldera.model.receivables import DAY, ReceivablesModel, root_of

SELF = "recourse"
"""The name of the contract that has the liens, where it has no other."""
LIVE = ("Open", "Claimed", "Defaulted")


@dataclass(frozen=True)
class Quote:
    """What a factor signs. `seller`: the empty name for any. Times in seconds, both inclusive."""

    factor: str
    seller: str
    asset: int
    units: int
    minimum_fill: int
    price: int
    least_owed: int
    recourse: bool
    number: int
    not_before: int
    deadline: int
    currency: int = 1

    def price_of(self, units: int) -> int:
        """What the first `units` units cost together."""
        return floor(Fraction(self.price * units, self.units))


@dataclass
class Filled:
    """What was filled under a number. A quote of another content has no part in it."""

    quote: Quote | None = None
    units: int = 0
    cancelled: bool = False


@dataclass
class Sale:
    """A sale with recourse. `owed`: what the debtor owed on the id at the sale."""

    quote: Quote
    seller: str
    entity: int
    units: int
    price: int
    owed: int
    state: str = "Open"
    deadline: int = 0
    late: bool = False


@dataclass
class Conduct:
    """What was told of an entity. USD with 6 decimals."""

    late_usd: int = 0
    lates: int = 0
    defaults: int = 0


@dataclass
class FactoringModel:
    """Factoring over receivables in one currency with `decimals` at `rate` USD a whole unit.

    `me`: the contract that has the liens. `cash`: everybody's money. `allowed`: what factors let be taken for sales;
    `allowed_to_settle`: what payers let be taken for recourses. `operators`: who lets certificates be sold;
    `lien_operators`: who lets them be put under lien.
    """

    receivables: ReceivablesModel
    settlement_days: int
    decimals: int = 6
    rate: Fraction = Fraction(1)
    cash: Counter[str] = field(default_factory=Counter)
    allowed: Counter[str] = field(default_factory=Counter)
    allowed_to_settle: Counter[str] = field(default_factory=Counter)
    operators: set[str] = field(default_factory=set)
    lien_operators: set[str] = field(default_factory=set)
    blacklist: set[str] = field(default_factory=set)
    filled: dict[tuple[str, int], Filled] = field(default_factory=dict)
    void_below: Counter[str] = field(default_factory=Counter)
    sales: int = 0
    recourse: dict[int, Sale] = field(default_factory=dict)
    conduct: dict[int, Conduct] = field(default_factory=dict)
    paused_until: int = 0
    me: str = SELF

    @property
    def now(self) -> int:
        """Seconds."""
        return self.receivables.ledger.now

    def price(self, seller: str, quote: Quote, signed: bool, units: int, least: int = 0) -> int:
        """What a fill pays; every rule of a fill but the ledger's and the recourse's."""
        if (
            not quote.units
            or not quote.price
            or not quote.least_owed
            or max(quote.price, quote.minimum_fill) > quote.units
        ):
            raise Refused("QuoteOutOfRange")
        if quote.seller and quote.seller != seller:
            raise Refused("QuoteForAnother")
        if self.now < quote.not_before:
            raise Refused("QuoteNotYetGood")
        if self.now > quote.deadline:
            raise Refused("QuoteExpired")
        done = self.filled.get((quote.factor, quote.number), Filled())
        if done.cancelled or quote.number < self.void_below[quote.factor]:
            raise Refused("QuoteVoid")
        if done.quote not in (None, quote):
            raise Refused("QuoteNumberTaken")
        left = quote.units - done.units
        if units > left:
            raise Refused("ExceedsQuote")
        if units < max(1, min(quote.minimum_fill, left)):
            raise Refused("BelowMinimumFill")
        price = quote.price_of(done.units + units) - quote.price_of(done.units)
        if price < max(1, least):
            raise Refused("ProceedsBelow")
        ledger = self.receivables.ledger
        if not ledger.active(quote.factor):
            raise Refused("NotActive")
        if seller in ledger.parties and ledger.parties[seller].entity == ledger.parties[quote.factor].entity:
            raise Refused("SelfSale")
        if root_of(quote.asset) not in self.receivables.records:
            raise Refused("UnknownReceivable")
        if self.receivables.state(quote.asset) != "Acknowledged":
            raise Refused("NotSaleable")
        if quote.currency != 1:
            raise Refused("OtherCurrency")
        if self.receivables.claims[quote.asset].owed < quote.least_owed:
            raise Refused("OwedFell")
        if seller not in self.operators:
            raise Refused("OperatorNotApproved")
        if min(self.cash[quote.factor], self.allowed[quote.factor]) < price:
            raise Refused("FactorCannotPay")
        if not signed:
            raise Refused("InvalidQuoteSignature")
        return price

    def require_openable(self, quote: Quote, units: int) -> None:
        """What a recourse needs to be opened."""
        ledger = self.receivables.ledger
        asset = ledger.assets[quote.asset]
        if units < asset.minimum:
            raise Refused("RecourseTooSmall")
        if not ledger.active(self.me) or not asset.admits(ledger.parties[self.me]):
            raise Refused("RecourseUnavailable")
        if quote.factor not in self.lien_operators:
            raise Refused("LienNotApproved")

    def fill(self, seller: str, quote: Quote, signed: bool, units: int, least: int = 0) -> int:
        """Sells; the price. A refusal of the ledger or the token may leave the model half done: keep a copy."""
        if self.now < self.paused_until:
            raise Refused("Paused")
        price = self.price(seller, quote, signed, units, least)
        ledger = self.receivables.ledger
        ledger.transfer(quote.asset, seller, quote.factor, units)
        if quote.recourse:
            self.require_openable(quote, units)
            ledger.pledge(quote.asset, quote.factor, self.me, units)
        self.enter(seller, quote, units, price)
        self.allowed[quote.factor] -= price
        self._send(quote.factor, seller, price)
        return price

    def enter(self, seller: str, quote: Quote, units: int, price: int) -> int:
        """Writes a sale down; the number of its recourse, 0 without."""
        done = self.filled.setdefault((quote.factor, quote.number), Filled())
        done.quote, done.units = quote, done.units + units
        self.sales += 1
        if not quote.recourse:
            return 0
        owed, entity = self.receivables.claims[quote.asset].owed, self.receivables.ledger.parties[seller].entity
        self.recourse[len(self.recourse) + 1] = Sale(quote, seller, entity, units, price, owed)
        return len(self.recourse)

    def cancel(self, factor: str, number: int) -> None:
        """One quote."""
        self.filled.setdefault((factor, number), Filled()).cancelled = True

    def cancel_below(self, factor: str, number: int) -> None:
        """All below."""
        if number <= self.void_below[factor]:
            raise Refused("NumberNotHigher")
        self.void_below[factor] = number

    def due(self, sale: Sale) -> int:
        """The price of what is unpaid of what was owed at the sale."""
        return floor(Fraction(sale.price * self.receivables.claims[sale.quote.asset].owed, sale.owed))

    def bound(self, sale: Sale) -> tuple[int, int]:
        """Units that go when the recourse goes, and what was paid on them."""
        asset = self.receivables.ledger.assets[sale.quote.asset]
        lien = Position(sale.quote.factor, self.me)
        have = asset.units[lien]
        units = sale.units if have - sale.units >= asset.minimum else have
        proceeds = self.receivables.claims[sale.quote.asset].proceeds(lien)
        return units, proceeds if units == have else floor(Fraction(proceeds * units, have))

    def usd(self, amount: int) -> int:
        """USD with 6 decimals, rounded up."""
        return -floor(-Fraction(amount, 10**self.decimals) * self.rate * 10**6)

    def claim(self, number: int, caller: str) -> int:
        """The factor claims; what is due."""
        sale = self._in(number, "Open")
        self._require_factor(sale, caller)
        if self.receivables.state(sale.quote.asset) not in ("Defaulted", "WrittenOff"):
            raise Refused("NotInDefault")
        due = self._require_due(sale)
        self._require_deliverable(sale)
        if not sale.late:
            told = self.conduct.setdefault(sale.entity, Conduct())
            told.lates += 1
            told.late_usd += self.usd(due)
        sale.state, sale.late, sale.deadline = "Claimed", True, self.now + self.settlement_days * DAY
        return due

    def settle(self, number: int, payer: str, to: str, most: int) -> int:
        """Pays and returns the units; 0 where the factor cannot be paid, and the claim falls."""
        sale, due, units, proceeds = self.owing(number, to)
        paid = due + proceeds
        if paid > most:
            raise Refused("AboveMost")
        if payer in self.blacklist:
            raise Refused("Blacklisted")
        if self.allowed_to_settle[payer] < paid:
            raise Refused("ERC20InsufficientAllowance")
        if self.cash[payer] < paid:
            raise Refused("ERC20InsufficientBalance")
        self.allowed_to_settle[payer] -= paid
        if sale.quote.factor in self.blacklist:
            self.drop(sale)
            return 0
        self._send(payer, sale.quote.factor, paid)
        self.receivables.ledger.seize(sale.quote.asset, sale.quote.factor, self.me, to, units)
        sale.state = "Settled"
        return paid

    def owing(self, number: int, to: str) -> tuple[Sale, int, int, int]:
        """What settling takes now: the sale, what is due, units that go, and what was paid on them."""
        sale = self._in(number, "Claimed", "Defaulted")
        ledger = self.receivables.ledger
        if to not in ledger.parties or ledger.parties[to].entity != sale.entity:
            raise Refused("NotTheSeller")
        return sale, self._require_due(sale), *self._require_deliverable(sale)

    @staticmethod
    def drop(sale: Sale) -> None:
        """The factor cannot be paid: a claim falls, a default stands."""
        sale.state = "Open" if sale.state == "Claimed" else sale.state

    def report_default(self, number: int) -> None:
        """Not settled in time."""
        sale = self._in(number, "Claimed")
        if self.now <= sale.deadline:
            raise Refused("SettlementRunning")
        self._require_due(sale)
        self._require_deliverable(sale)
        sale.state = "Defaulted"
        self.conduct[sale.entity].defaults += 1

    def waive(self, number: int, caller: str) -> None:
        """The factor gives it up."""
        self._free(self.waived(number, caller))

    def waived(self, number: int, caller: str) -> tuple[Sale, int]:
        """Gives it up; the sale, and units to be freed."""
        sale = self._in(number, *LIVE)
        self._require_factor(sale, caller)
        return self._closed(sale, "Waived")

    def end(self, number: int) -> None:
        """Nothing is owed any more, or the lien was broken."""
        self._free(self.ended(number))

    def ended(self, number: int) -> tuple[Sale, int]:
        """Ends it; the sale, and units to be freed."""
        sale = self._in(number, *LIVE)
        if self.receivables.claims[sale.quote.asset].owed and self.bound(sale)[0] >= sale.units:
            raise Refused("RecourseRunning")
        return self._closed(sale, "Ended")

    def collect(self, number: int, caller: str) -> None:
        """What was paid on the units goes to the factor's free position."""
        sale, units = self.collectable(number, caller)
        ledger, factor = self.receivables.ledger, sale.quote.factor
        ledger.release(sale.quote.asset, factor, self.me, units)
        if factor not in self.lien_operators:
            raise Refused("ERC1155MissingApprovalForAll")
        ledger.pledge(sale.quote.asset, factor, self.me, units)

    def collectable(self, number: int, caller: str) -> tuple[Sale, int]:
        """The sale, and units that are freed and pledged again."""
        sale = self._in(number, "Open")
        self._require_factor(sale, caller)
        units, _ = self.bound(sale)
        if not units:
            raise Refused("NoUnits")
        return sale, units

    def _closed(self, sale: Sale, state: str) -> tuple[Sale, int]:
        units, _ = self.bound(sale)
        sale.state = state
        return sale, units

    def _free(self, closed: tuple[Sale, int]) -> None:
        sale, units = closed
        if units:
            self.receivables.ledger.release(sale.quote.asset, sale.quote.factor, self.me, units)

    def _in(self, number: int, *states: str) -> Sale:
        sale = self.recourse.get(number)
        if sale is None or sale.state not in states:
            raise Refused("WrongRecourseState")
        return sale

    def _send(self, source: str, target: str, amount: int) -> None:
        if self.blacklist & {source, target}:
            raise Refused("Blacklisted")
        self.cash[source] -= amount
        self.cash[target] += amount

    def _require_factor(self, sale: Sale, caller: str) -> None:
        parties = self.receivables.ledger.parties
        if caller not in parties or parties[caller].entity != parties[sale.quote.factor].entity:
            raise Refused("NotTheFactor")
        if not self.receivables.ledger.active(caller):
            raise Refused("NotActive")

    def _require_due(self, sale: Sale) -> int:
        due = self.due(sale)
        if not due:
            raise Refused("NothingDue")
        return due

    def _require_deliverable(self, sale: Sale) -> tuple[int, int]:
        ledger, factor = self.receivables.ledger, sale.quote.factor
        asset = ledger.assets[sale.quote.asset]
        units, proceeds = self.bound(sale)
        if (
            units < sale.units
            or asset.frozen[factor] > asset.balance(factor) - units
            or ledger.parties[factor].status == SUSPENDED
            or not ledger.active(self.me)
        ):
            raise Refused("NotDeliverable")
        return units, proceeds
