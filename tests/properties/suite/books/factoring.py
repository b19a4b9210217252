"""Sales to factors and what sellers answer for, to the unit: the exact model, told of every event.

Independent of the contracts: whether a quote was good for a fill, what the fill costs (all fills of a quote together
are the floor of price × filled / units) and that this goes from factor to seller, what a seller owes when the debtor
has not paid, which units and which payments go back, what the credit model is told. What the factor signed is read off
the call."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any, ClassVar

from caldera.agreements import sign
from caldera.contracts import structs
from caldera.evm.address import to_address
from caldera.model.factoring import LIVE, FactoringModel, Quote
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.rules import CURRENCY_DECIMALS
from tests.properties.suite.stage import NOBODY, PLENTY, Stage

WAD = 10**18
QUOTED = {"Factoring.fill": 0, "Factoring.fillFor": 1, "CirculationRouter.discount": 2}
"""Which argument is the quote; its signature is the next."""
STATES = ("None", "Open", "Claimed", "Defaulted", "Settled", "Waived", "Ended")


class Factoring(Book):
    """`model`: accounts are addresses; units and wallets are the business of other books."""

    hears: ClassVar[Hears] = {
        **emits("Factoring", "Factored", "QuoteCancelled", "QuotesCancelledBelow", "PausedUntil"),
        **emits(
            "Recourse",
            *("RecourseOpened", "RecourseClaimed", "RecourseDefaulted", "RecourseSettled", "RecourseClosed"),
            *("ClaimDropped", "SettlementDaysSet"),
        ),
        **emits("CreditModel", "ConductLowered", "LimitFrozen"),
        "AssetCertificate": {"Pledged": "pledged", "Released": "freed", "Seized": "seized", "LienBroken": "changed"},
        "ReceivableModule": dict.fromkeys(("Paid", "Conceded", "Credited", "LienCollected"), "changed"),
    }

    def __init__(self, stage: Stage, balances: Balances, certificates: Certificates) -> None:
        self.balances, self.certificates = balances, certificates
        self.model = FactoringModel(certificates.receivables, 0, CURRENCY_DECIMALS, me=stage.at("Recourse"))
        self.money = {number: f"Devnet{code}" for code, number in stage.deployed.made.currencies.items()}
        self.recourses: defaultdict[int, list[int]] = defaultdict(list)
        """By certificate."""
        self.opened: Any = None
        self.owing: Any = None
        """The sale, what is due, units, what was paid on them: of the claim that this transaction settles."""
        self.expected: Counter[tuple[Any, ...]] = Counter()
        self.heard: Counter[tuple[Any, ...]] = Counter()
        """Liens, money and words to the credit model that this transaction must bring, and those that it brought."""
        self.seen: set[int] = set()
        self.quotes_seen: set[tuple[str, int]] = set()

    # what a transaction says

    def before(self, scene: Scene) -> None:
        """Units that go with a recourse are those of the moment before they went."""
        self.opened = self.owing = None
        self.expected.clear()
        self.heard.clear()
        name, given = scene.call
        if name == "Recourse.settle":
            self.owing = self.model.owing(given[0], to_address(given[1]))
        elif name == "Recourse.collect":
            sale, units = self.model.collectable(given[0], scene.sender)
            for what in ("released", "pledged"):
                self.expected[what, sale.quote.asset, sale.quote.factor, units] += 1
            self.seen.add(given[0])

    def after(self, scene: Scene) -> None:
        """5: nothing is paid, freed, seized or told but what follows."""
        if not self.expected and not self.heard:
            return
        for token, _, source, target, amount in self.balances.moves:
            if token in self.money.values():
                self.heard["money", token, source, target, amount] += 1
        missing = self.expected - self.heard
        assert not missing, f"5. of a sale or a recourse this is missing: {missing}"
        # Anybody may put units under the lien, or pay a factor; only a recourse frees or seizes them.
        beyond = {one for one in self.heard - self.expected if one[0] in ("released", "seized")}
        assert not beyond, f"2. a lien of a recourse ends with it: {beyond}"
        assert self.opened is None, "a recourse without a sale"

    def paused_until(self, event: Any, scene: Scene) -> None:
        self.model.paused_until = event.until

    def settlement_days_set(self, event: Any, scene: Scene) -> None:
        self.model.settlement_days = event.count

    # sales

    def _quoted(self, scene: Scene) -> tuple[Quote, bool]:
        """What the factor was said to have signed, and whether it has."""
        name, arguments = scene.call
        place = QUOTED[name]
        given = structs.FactoringQuote(*arguments[place])
        factor, seller = to_address(given.factor), to_address(given.seller)
        quote = Quote(
            factor,
            "" if seller == NOBODY else seller,
            given.id,
            given.units,
            given.minimumFill,
            given.price,
            given.leastOwed,
            given.recourse,
            given.number,
            given.notBefore,
            given.deadline,
        )
        signer = scene.stage.who(scene.stage.labels[factor])
        word = sign(scene.stage.net.factoring, "FactoringQuote", given, signer)
        return quote, word == arguments[place + 1]

    def factored(self, event: Any, scene: Scene) -> None:
        quote, signed = self._quoted(scene)
        self._feed(quote, event.seller, self.money[event.currencyId])
        assert event.currencyId == self.certificates.currency[event.id]
        price = self.model.price(event.seller, quote, signed, event.units)
        if quote.recourse:
            self.model.require_openable(quote, event.units)
        number = self.model.enter(event.seller, quote, event.units, price)
        found = (event.sale, event.id, event.factor, event.price, event.discount, event.recourse, event.number)
        left = event.units - price
        wanted = (self.model.sales, quote.asset, quote.factor, price, left, number, quote.number)
        assert found == wanted, f"5. the sale {found} is {wanted}"
        self.expected["money", self.money[event.currencyId], quote.factor, event.seller, price] += 1
        units = ("AssetCertificate", event.id, event.seller, event.factor, event.units)
        assert units in self.balances.moves, "5. a factor gets the units that it pays"
        if number:
            self._opened(number)
        self.quotes_seen.add((quote.factor, quote.number))

    def _feed(self, quote: Quote, seller: str, token: str) -> None:
        """What others know: money that is there, and that approvals were given."""
        self.model.cash[quote.factor] = self.balances.held[token][quote.factor]
        self.model.allowed[quote.factor] = PLENTY
        self.model.operators, self.model.lien_operators = {seller}, {quote.factor}

    def recourse_opened(self, event: Any, scene: Scene) -> None:
        self.opened = event

    def _opened(self, number: int) -> None:
        sale, event = self.model.recourse[number], self.opened
        found = (event.recourse, event.id, event.factor, event.seller, event.units, event.price, event.owed)
        quote = sale.quote
        wanted = (number, quote.asset, quote.factor, sale.seller, sale.units, sale.price, sale.owed)
        assert found == wanted, f"5. the recourse {found} is {wanted}"
        self.expected["pledged", quote.asset, quote.factor, sale.units] += 1
        self.recourses[quote.asset].append(number)
        self.seen.add(number)
        self.opened = None

    def quote_cancelled(self, event: Any, scene: Scene) -> None:
        self.model.cancel(event.factor, event.number)
        self.quotes_seen.add((event.factor, event.number))

    def quotes_cancelled_below(self, event: Any, scene: Scene) -> None:
        self.model.cancel_below(event.factor, event.number)
        self.quotes_seen |= {key for key in self.model.filled if key[0] == event.factor}
        self.quotes_seen |= {(event.factor, event.number - 1), (event.factor, event.number)}

    # recourses

    def recourse_claimed(self, event: Any, scene: Scene) -> None:
        sale = self.model.recourse[event.recourse]
        rate = self.certificates.rules.rates[self.certificates.currency[event.id]]
        self.model.rate, late = Fraction(rate, WAD), sale.late
        due = self.model.claim(event.recourse, scene.sender)
        found = (event.id, event.sellerEntity, event.amount, event.amountUsd, event.deadline)
        wanted = (sale.quote.asset, sale.entity, due, self.model.usd(due), sale.deadline)
        assert found == wanted, f"5. of recourse {event.recourse} is claimed {found}, not {wanted}"
        if not late:
            self.expected["late", sale.entity, self.model.usd(due)] += 1
        self.seen.add(event.recourse)

    def recourse_defaulted(self, event: Any, scene: Scene) -> None:
        self.model.report_default(event.recourse)
        sale = self.model.recourse[event.recourse]
        assert event.sellerEntity == sale.entity
        self.expected["default", sale.entity] += 1
        self.seen.add(event.recourse)

    def recourse_settled(self, event: Any, scene: Scene) -> None:
        sale, due, units, proceeds = self.owing
        number, asset, factor = event.recourse, sale.quote.asset, sale.quote.factor
        assert sale is self.model.recourse[number]
        found = (event.id, event.payer, event.factor, event.units, event.amount, event.proceeds)
        wanted = (asset, scene.sender, factor, units, due, proceeds)
        assert found == wanted, f"5. recourse {number} is settled by {found}, not {wanted}"
        token, me = self.money[self.certificates.currency[asset]], self.model.me
        for source, target in ((event.payer, me), (me, factor)):
            self.expected["money", token, source, target, due + proceeds] += 1
        self.expected["seized", asset, factor, event.to, units] += 1
        sale.state = "Settled"
        self.seen.add(number)

    def claim_dropped(self, event: Any, scene: Scene) -> None:
        self.model.drop(self.model.recourse[event.recourse])
        self.seen.add(event.recourse)

    def recourse_closed(self, event: Any, scene: Scene) -> None:
        number = event.recourse
        waived = STATES[event.state] == "Waived"
        sale, units = self.model.waived(number, scene.sender) if waived else self.model.ended(number)
        assert STATES[event.state] == sale.state
        if units:
            self.expected["released", sale.quote.asset, sale.quote.factor, units] += 1
        self.seen.add(number)

    # what others say

    def pledged(self, event: Any, scene: Scene) -> None:
        self._lien(event, "pledged", event.units)

    def freed(self, event: Any, scene: Scene) -> None:
        self._lien(event, "released", event.units)

    def seized(self, event: Any, scene: Scene) -> None:
        self._lien(event, "seized", event.to, event.units)

    def _lien(self, event: Any, what: str, *which: Any) -> None:
        if event.lienholder == self.model.me:
            self.heard[what, event.id, event.holder, *which] += 1
        self.changed(event, None)

    def changed(self, event: Any, scene: Scene | None) -> None:
        """What is due on recourses of this id, or what goes with them."""
        self.seen.update(self.recourses.get(event.id, ()))

    def conduct_lowered(self, event: Any, scene: Scene) -> None:
        self.heard["late", event.entity, event.principalUsd] += 1

    def limit_frozen(self, event: Any, scene: Scene) -> None:
        self.heard["default", event.entity] += 1

    # what must hold

    def check(self, stage: Stage) -> None:
        """5, of what was touched."""
        for number in self.seen:
            self._recourse(stage, number)
        for factor, number in self.quotes_seen:
            done = self.model.filled.get((factor, number))
            void = (done is not None and done.cancelled) or number < self.model.void_below[factor]
            filled = 0 if done is None or done.cancelled else done.units
            read = stage.net.factoring.filledOf(factor, number)
            assert tuple(read) == (filled, void), f"5. of quote {number} {read} is filled, not {filled}"
        if self.seen or self.quotes_seen:
            assert stage.net.factoring.saleCount() == self.model.sales
            assert stage.net.recourse.recourseCount() == len(self.model.recourse)
        self.seen.clear()
        self.quotes_seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen, self.quotes_seen = set(self.model.recourse), set(self.model.filled)
        self.check(stage)

    def _recourse(self, stage: Stage, number: int) -> None:
        sale, read = self.model.recourse[number], stage.net.recourse.recourseOf(number)
        asset, factor = sale.quote.asset, sale.quote.factor
        found = (read.id, read.factor, read.seller, read.units, read.price, read.owed, read.late, read.deadline)
        wanted = (asset, factor, sale.seller, sale.units, sale.price, sale.owed, sale.late, sale.deadline)
        assert found == wanted, f"5. recourse {number} is {found}, not {wanted}"
        assert STATES[read.state] == sale.state, f"5. recourse {number}"
        parties = self.certificates.parties
        assert (read.factorEntity, read.sellerEntity) == (parties.entity(factor), sale.entity)
        assert read.currencyId == self.certificates.currency[asset]
        if sale.state in LIVE:
            due, owed = tuple(stage.net.recourse.dueOn(number)), (self.model.due(sale), self.model.bound(sale)[1])
            assert due == owed, f"5. on recourse {number} {due} is due, not {owed}"
