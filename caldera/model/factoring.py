"""Factoring: sales under signed quotes, and what sellers owe when the debtor does not pay. Exact."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from caldera.model.ledger import SUSPENDED, Position, Refused
from caldera.model.receivables import DAY, ReceivablesModel, root_of

SELF = "recourse"
"""The name of the contract that has the liens."""
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

    `cash`: everybody's money. `allowed`: what factors let be taken for sales; `allowed_to_settle`: what payers let be
    taken for recourses. `operators`: who lets certificates be sold; `lien_operators`: who lets them be put under lien.
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
        if not ledger.active(SELF) or not asset.admits(ledger.parties[SELF]):
            raise Refused("RecourseUnavailable")
        if quote.factor not in self.lien_operators:
            raise Refused("LienNotApproved")

    def fill(self, seller: str, quote: Quote, signed: bool, units: int, least: int = 0) -> int:
        """Sells; the price. A refusal of the ledger or the token may leave the model half done: keep a copy."""
        if self.now < self.paused_until:
            raise Refused("Paused")
        price = self.price(seller, quote, signed, units, least)
        done = self.filled.setdefault((quote.factor, quote.number), Filled())
        done.quote, done.units = quote, done.units + units
        self.sales += 1
        ledger, owed = self.receivables.ledger, self.receivables.claims[quote.asset].owed
        ledger.transfer(quote.asset, seller, quote.factor, units)
        if quote.recourse:
            self.require_openable(quote, units)
            ledger.pledge(quote.asset, quote.factor, SELF, units)
            sale = Sale(quote, seller, ledger.parties[seller].entity, units, price, owed)
            self.recourse[len(self.recourse) + 1] = sale
        self.allowed[quote.factor] -= price
        self._send(quote.factor, seller, price)
        return price

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
        lien = Position(sale.quote.factor, SELF)
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
        sale = self._in(number, "Claimed", "Defaulted")
        ledger = self.receivables.ledger
        if to not in ledger.parties or ledger.parties[to].entity != sale.entity:
            raise Refused("NotTheSeller")
        due = self._require_due(sale)
        units, proceeds = self._require_deliverable(sale)
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
            sale.state = "Open" if sale.state == "Claimed" else sale.state
            return 0
        self._send(payer, sale.quote.factor, paid)
        ledger.seize(sale.quote.asset, sale.quote.factor, SELF, to, units)
        sale.state = "Settled"
        return paid

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
        sale = self._in(number, *LIVE)
        self._require_factor(sale, caller)
        self._close(sale, "Waived")

    def end(self, number: int) -> None:
        """Nothing is owed any more, or the lien was broken."""
        sale = self._in(number, *LIVE)
        if self.receivables.claims[sale.quote.asset].owed and self.bound(sale)[0] >= sale.units:
            raise Refused("RecourseRunning")
        self._close(sale, "Ended")

    def collect(self, number: int, caller: str) -> None:
        """What was paid on the units goes to the factor's free position."""
        sale = self._in(number, "Open")
        self._require_factor(sale, caller)
        ledger, factor = self.receivables.ledger, sale.quote.factor
        units, _ = self.bound(sale)
        if not units:
            raise Refused("NoUnits")
        ledger.release(sale.quote.asset, factor, SELF, units)
        if factor not in self.lien_operators:
            raise Refused("ERC1155MissingApprovalForAll")
        ledger.pledge(sale.quote.asset, factor, SELF, units)

    def _close(self, sale: Sale, state: str) -> None:
        units, _ = self.bound(sale)
        sale.state = state
        if units:
            self.receivables.ledger.release(sale.quote.asset, sale.quote.factor, SELF, units)

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
            or not ledger.active(SELF)
        ):
            raise Refused("NotDeliverable")
        return units, proceeds
