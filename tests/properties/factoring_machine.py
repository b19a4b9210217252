"""Everything anybody can do with quotes, sales and recourses, beside an exact model that must agree after every step.

Always true:
1. In every sale the seller receives exactly what the factor pays, and all fills of a quote together are the floor of
   price × filled / units; both parties' units and everybody's money are to the unit what the model says.
2. No quote is filled beyond its units, nor after it was cancelled, nor out of its time, nor by whom it does not name.
3. Neither contract ever holds money or units but what somebody gave away to it.
4. Every live recourse has its units under lien: the lien of a factor on an id is the sum of the units of its live
   recourses and its own strays, unless compliance broke some.
5. A recourse is paid once at most, never more than the price of what the debtor still owes, plus the proceeds that go
   with the units; what is paid goes to the factor.
6. A delay is told once for each recourse, a default once and only after the deadline.
7. Nobody makes money: all money there ever was is with the parties and in the module, and no step makes any.
8. Where a recourse was closed its units are free.
"""

import copy
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.agreements import sign
from caldera.contracts import structs
from caldera.evm import Account, AddressLike
from caldera.model import LedgerModel, ReceivablesModel
from caldera.model import Party as ModelParty
from caldera.model.factoring import LIVE, SELF, Conduct, FactoringModel, Quote
from caldera.model.ledger import ACTIVE, SUSPENDED, Position, Refused
from caldera.model.receivables import Receivable
from tests.properties.beside import Beside
from tests.support.factoring import PLENTY, SETTLEMENT_DAYS, Desk
from tests.support.suite import BANK, DAY, ENTERPRISE, EU, FACTOR, MINIMUM, NOBODY, US, YEAR

STATES = ("None", "Open", "Claimed", "Defaulted", "Settled", "Waived", "Ended")
QUALIFICATIONS = {"alice": FACTOR, "alice2": FACTOR, "bank": BANK, SELF: FACTOR}
ACTORS = ("seller", "seller2", "buyer", "alice", "alice2", "bank", "carol")
EVERYBODY = (*ACTORS, "stranger")
TERMS = (MINIMUM, EU, ENTERPRISE | FACTOR | BANK, False, 0)
FACE = 60 * MINIMUM
CASH = 10**6 * MINIMUM

pick = st.integers(0, 1 << 30)
actors = st.sampled_from(ACTORS)
sellers = st.sampled_from(["seller", "seller", "seller2", "bank", "carol"])
factors = st.sampled_from(["alice", "alice", "bank"])
amounts = st.one_of(
    st.sampled_from([0, 1, MINIMUM - 1, MINIMUM, MINIMUM + 1]),
    st.integers(MINIMUM, 12 * MINIMUM),
    st.integers(MINIMUM, 12 * MINIMUM),
)


class FactoringMachine(Beside):
    """The machine. `desk` is shared by all examples; each begins at `mark`."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self.desk.suite.chain.restore(self.mark)
        self.suite = self.desk.suite
        self.start = self.suite.chain.now
        ledger = LedgerModel(self.start)
        self.model = FactoringModel(ReceivablesModel(ledger), SETTLEMENT_DAYS)
        for name in (*ACTORS, SELF):
            facts = self.suite.registry.participant(self.where(name))
            regions = US if name == "carol" else EU
            ledger.parties[name] = ModelParty(
                facts.entity, facts.expires, regions, QUALIFICATIONS.get(name, ENTERPRISE)
            )
        for name in EVERYBODY:
            self.model.cash[name] = self.suite.token.balanceOf(self.where(name))
            self.model.allowed[name] = self.model.allowed_to_settle[name] = PLENTY
        self.model.operators = {"seller", "seller2", "bank"}
        self.model.lien_operators = {"alice", "bank"}
        self.money = sum(self.model.cash.values())
        self.numbers = 0
        self.quotes: list[tuple[Quote, bytes]] = []
        self.forged: set[int] = set()
        self.strays: dict[tuple[int, str], int] = {}
        self.broken: set[tuple[int, str]] = set()
        self.gifts = 0

    @property
    def ledger(self) -> LedgerModel:
        return self.model.receivables.ledger

    def kept(self) -> Any:
        return copy.deepcopy(self.model)

    def put_back(self, kept: Any) -> None:
        self.model = kept

    def where(self, name: str) -> AddressLike:
        return self.desk.recourse if name == SELF else self.suite.actors[name]

    def actor(self, name: str) -> Account:
        return self.suite.actors[name]

    @initialize()
    def begin(self) -> None:
        for at, days in enumerate((20, 60, 120)):
            self.numbers += 1
            due = self.ledger.now + days * DAY
            root = self.suite.circulating(number=f"N{self.numbers}", face=FACE, dueDate=due)
            record = Receivable(self.suite.entities["seller"], self.suite.entities["buyer"], due, 30, [root])
            self.model.receivables.create(root, record, {root: FACE}, "seller", TERMS)
            self.model.receivables.acknowledge(root, "buyer")
            self.quote(1 + 4 * at, "alice", 30 * MINIMUM, 97, 0, True, False, 10 * DAY, FACE - 1)
            self.fill(1 + 4 * at, "seller", 4 * MINIMUM + 3, 0)
            self.fill(1 + 4 * at, "seller", 5 * MINIMUM, 0)
            self.transfer(1 + 4 * at, "seller", "alice", 3 * MINIMUM + 1)

    # --- quotes

    @rule(
        which=pick,
        factor=factors,
        units=st.integers(1, 40 * MINIMUM),
        percent=st.integers(0, 101),
        least_fill=st.sampled_from([0, 0, 1, 3 * MINIMUM, 50 * MINIMUM]),
        recourse=st.sampled_from([True, True, False]),
        named=st.booleans(),
        good_for=st.integers(0, 60 * DAY),
        tolerance=st.sampled_from([0, 1, FACE - 1, FACE]),
    )
    def quote(
        self,
        which: int,
        factor: str,
        units: int,
        percent: int,
        least_fill: int,
        recourse: bool,
        named: bool,
        good_for: int,
        tolerance: int,
    ) -> None:
        """Signs one. Every eighth repeats the number of another, as a factor that lost count would."""
        repeated = which % 8 == 0 and self.quotes
        self.numbers += 1
        asset = self.asset(which)
        quote = Quote(
            factor=factor,
            seller="seller" if named else "",
            asset=asset,
            units=units,
            minimum_fill=least_fill,
            price=units * percent // 100,
            least_owed=max(0, self.model.receivables.claims[asset].owed - tolerance),
            recourse=recourse,
            number=self.quotes[which % len(self.quotes)][0].number if repeated else self.numbers,
            not_before=self.ledger.now + (DAY if which % 7 == 0 else 0),
            deadline=self.ledger.now + good_for,
        )
        signer = "buyer" if which % 11 == 0 else factor
        signature = sign(self.desk.factoring, "FactoringQuote", self.struct(quote), self.actor(signer))
        self.quotes.append((quote, signature))
        if signer != factor:
            self.forged.add(len(self.quotes) - 1)

    @rule(which=pick, by=sellers, units=amounts, least=st.sampled_from([0, 0, MINIMUM]))
    def fill(self, which: int, by: str, units: int, least: int) -> None:
        at = self.good_quote(which)
        quote, signature = self.quotes[at]
        left = quote.units - self.filled(quote)
        if which % 5 == 0:
            units = max(0, left + which // 5 % 2)
        elif quote.units and which % 3 == 0:
            units = min(units, max(left, 0))
        signed = at not in self.forged
        struct = self.struct(quote)
        self.ask(quote, signature, signed, by, units)
        self.both(
            "fill",
            lambda: self.model.fill(by, quote, signed, units, least),
            lambda: self.desk.factoring.fill(struct, signature, units, least, sender=self.actor(by)).returned[1],
        )
        done = self.model.filled.get((quote.factor, quote.number))
        if done is not None and done.quote is not None and not done.cancelled:
            assert done.units <= done.quote.units

    @rule(which=pick, units=amounts)
    def fill_for(self, which: int, units: int) -> None:
        at = self.good_quote(which)
        quote, signature = self.quotes[at]
        self.both(
            "fill_for",
            lambda: self.model.fill("seller", quote, at not in self.forged, units),
            lambda: self.desk.factoring.fillFor(
                self.suite.seller, self.struct(quote), signature, units, 0, sender=self.suite.officer
            ).returned[1],
        )

    def ask(self, quote: Quote, signature: bytes, signed: bool, by: str, units: int) -> None:
        """The view twin says the same without moving anything."""

        def expected() -> int:
            price = self.model.price(by, quote, signed, units)
            if quote.recourse:
                self.model.require_openable(quote, units)
            return price

        self.both(
            "quote_for",
            expected,
            lambda: self.desk.factoring.quoteFor(self.struct(quote), signature, self.actor(by), units)[0],
        )

    @rule(which=pick, by=factors, below=st.sampled_from([False, False, False, True]))
    @precondition(lambda self: self.numbers > 6)
    def cancel(self, which: int, by: str, below: bool) -> None:
        number = self.quotes[which % len(self.quotes)][0].number
        if below:
            number = max(0, number - 4)
            self.both(
                "cancel_below",
                lambda: self.model.cancel_below(by, number),
                lambda: self.desk.factoring.cancelQuotesBelow(number, sender=self.actor(by)),
            )
            return
        self.both(
            "cancel",
            lambda: self.model.cancel(by, number),
            lambda: self.desk.factoring.cancelQuote(number, sender=self.actor(by)),
        )

    # --- recourses

    @rule(which=pick, by=st.sampled_from(["alice", "alice", "alice2", "bank", "seller"]))
    def claim(self, which: int, by: str) -> None:
        number = self.recourse(which, "Open")
        sale = self.model.recourse.get(number)
        hopeless = sale is None or self.model.receivables.state(sale.quote.asset) not in ("Defaulted", "WrittenOff")
        if not hopeless or which % 16 == 0:
            self._claim(number, by)

    def _claim(self, number: int, by: str) -> None:
        self.both(
            "claim",
            lambda: self.model.claim(number, by),
            lambda: self.claimed(number, by),
        )

    def claimed(self, number: int, by: str) -> int:
        self.desk.recourse.claim(number, sender=self.actor(by))
        return self.desk.recourse.dueOn(number)[0]

    @rule(
        which=pick,
        payer=st.sampled_from(["seller", "stranger", "seller2"]),
        to=st.sampled_from(["seller", "seller", "seller2", "bank"]),
        short=st.sampled_from([0, 0, 0, 1]),
    )
    @precondition(lambda self: self.any_in("Claimed", "Defaulted"))
    def settle(self, which: int, payer: str, to: str, short: int) -> None:
        number = self.recourse(which, "Claimed", "Defaulted")
        most = 0
        if number in self.model.recourse:
            sale = self.model.recourse[number]
            most = max(0, self.model.due(sale) + self.model.bound(sale)[1] - short)
            # Invariant 5: the price of what is unpaid, rounded down.
            claim = self.model.receivables.claims[sale.quote.asset]
            assert self.model.due(sale) * sale.owed <= sale.price * claim.owed
        self.both(
            "settle",
            lambda: self.model.settle(number, payer, to, most),
            lambda: self.desk.recourse.settle(number, self.actor(to), most, sender=self.actor(payer)).returned,
        )

    @rule(which=pick, jump=st.sampled_from([None, 0, 1, 1]))
    @precondition(lambda self: self.any_in("Claimed"))
    def report_default(self, which: int, jump: int | None) -> None:
        """At any time, at the last second of the claim, or one later."""
        number = self.recourse(which, "Claimed")
        deadline = self.model.recourse[number].deadline if number in self.model.recourse else 0
        if jump is not None and self.ledger.now < deadline + jump:
            self.warp(deadline + jump)
        self.both(
            "report_default",
            lambda: self.model.report_default(number),
            lambda: self.desk.recourse.reportDefault(number, sender=self.suite.stranger),
        )

    @rule(which=pick, by=st.sampled_from(["alice", "alice2", "bank", "seller"]), rare=st.booleans())
    def waive(self, which: int, by: str, rare: bool) -> None:
        if rare:
            return
        number = self.recourse(which, *LIVE)
        self.both(
            "waive",
            lambda: self.model.waive(number, by),
            lambda: self.desk.recourse.waive(number, sender=self.actor(by)),
        )

    @rule(which=pick)
    @precondition(lambda self: self.any_in("Claimed", "Defaulted"))
    def settle_in_full(self, which: int) -> None:
        self.settle(1 | which, "seller", "seller2" if which % 4 == 2 else "seller", 0)

    @rule(which=pick, paid=st.booleans())
    def end(self, which: int, paid: bool) -> None:
        """At any time, or once the debtor has paid all."""
        number = self.recourse(which, *LIVE)
        if which % 8:
            return
        if paid and number in self.model.recourse:
            self._pay(self.model.recourse[number].quote.asset, FACE)
        self.both(
            "end",
            lambda: self.model.end(number),
            lambda: self.desk.recourse.end(number, sender=self.suite.stranger),
        )

    @rule(which=pick, by=st.sampled_from(["alice", "alice", "alice2", "bank"]))
    def collect(self, which: int, by: str) -> None:
        number = self.recourse(which, "Open")
        self.both(
            "collect",
            lambda: self.model.collect(number, by),
            lambda: self.desk.recourse.collect(number, sender=self.actor(by)),
        )

    # --- what happens to units and receivables

    @rule(which=pick, source=actors, receiver=actors, units=amounts)
    def transfer(self, which: int, source: str, receiver: str, units: int) -> None:
        asset = self.asset(which)
        if which % 3 == 0:
            units = self.ledger.assets[asset].units[Position(source)]
        self.both(
            "transfer",
            lambda: self.ledger.transfer(asset, source, receiver, units),
            lambda: self.suite.send(self.actor(source), self.actor(receiver), asset, units),
        )

    @rule(which=pick, holder=factors, units=st.sampled_from([1, MINIMUM - 1, MINIMUM, 2 * MINIMUM]))
    def stray(self, which: int, holder: str, units: int) -> None:
        """A factor puts more under the lien than it sold with."""
        asset = self.asset(which)
        done = self.both(
            "stray",
            lambda: self.ledger.pledge(asset, holder, SELF, units),
            lambda: self.suite.ledger.pledge(
                self.actor(holder), self.desk.recourse, asset, units, sender=self.actor(holder)
            ),
        )
        if done:
            self.strays[asset, holder] = self.strays.get((asset, holder), 0) + units

    @rule(
        which=pick,
        holder=factors,
        units=st.sampled_from([MINIMUM, 4 * MINIMUM + 3, 5 * MINIMUM]),
        rare=st.integers(0, 4),
    )
    def break_lien(self, which: int, holder: str, units: int, rare: int) -> None:
        if rare:
            return
        asset = self.asset(which)
        done = self.both(
            "break_lien",
            lambda: self.ledger.release(asset, holder, SELF, units),
            lambda: self.suite.ledger.breakLien(
                self.actor(holder), self.desk.recourse, asset, units, sender=self.suite.officer
            ),
        )
        if done:
            self.broken.add((asset, holder))

    @rule(which=pick, part=st.sampled_from([1, 7, MINIMUM, MINIMUM, FACE // 3]))
    def pay(self, which: int, part: int) -> None:
        self._pay(self.asset(which), part if which % 4 else 1 + which % 11)

    def _pay(self, asset: int, amount: int) -> None:
        self.suite.token.mint(self.suite.buyer, amount, sender=self.suite.buyer)
        self.suite.token.approve(self.suite.module, amount, sender=self.suite.buyer)
        self.money += amount
        self.model.cash["buyer"] += amount
        kept = self.model.cash["buyer"]

        def expected() -> int:
            taken = self.model.receivables.pay(asset, amount)
            self.model.cash["buyer"] = kept - taken
            return taken

        self.both("pay", expected, lambda: self.suite.module.pay(asset, amount, sender=self.suite.buyer).returned)

    @rule(which=pick, holder=actors)
    def claim_proceeds(self, which: int, holder: str) -> None:
        asset = self.asset(which)

        def expected() -> int:
            amount = self.model.receivables.claim(asset, holder)
            if amount and holder in self.model.blacklist:
                raise Refused("Blacklisted")
            self.model.cash[holder] += amount
            return amount

        self.both(
            "claim_proceeds",
            expected,
            lambda: self.suite.module.claim(asset, self.actor(holder), sender=self.suite.stranger).returned,
        )

    @rule(which=pick, concede=st.sampled_from([None, 0, 1, 2]), rare=st.integers(0, 2))
    def dispute(self, which: int, concede: int | None, rare: int) -> None:
        """Raised, and withdrawn or decided."""
        asset = self.asset(which)
        if rare:
            return
        module, receivables = self.suite.module, self.model.receivables
        if not self.both(
            "dispute",
            lambda: receivables.dispute(asset, "buyer"),
            lambda: module.dispute(asset, b"\1" * 32, sender=self.suite.buyer),
        ):
            return
        self.fill(which, "seller", MINIMUM, 0)
        receivables = self.model.receivables
        if concede is None:
            receivables.withdraw_dispute(asset, "buyer")
            module.withdrawDispute(asset, sender=self.suite.buyer)
            return
        amount = receivables.claims[asset].owed * concede // 4
        receivables.resolve(asset, [amount])
        module.resolveDispute(asset, [amount], sender=self.suite.officer)

    @rule(which=pick, write_off=st.sampled_from([True, False, False]), claims=st.sampled_from([True, True, False]))
    def default(self, which: int, write_off: bool, claims: bool) -> None:
        """Declared, perhaps written off; factors mostly claim at once."""
        asset = self.asset(which)
        record = self.model.receivables.records[asset]
        first = record.due + 30 * DAY + 1
        if which % 2 and self.ledger.now < first <= self.start + 2 * YEAR:
            self.warp(first)
        self.both(
            "declare_default",
            lambda: self.model.receivables.declare_default(asset),
            lambda: self.suite.module.declareDefault(asset, sender=self.suite.stranger),
        )
        if write_off:
            self.both(
                "write_off",
                lambda: self.model.receivables.write_off(asset),
                lambda: self.suite.module.writeOff(asset, sender=self.suite.officer),
            )
        for number, sale in list(self.model.recourse.items()):
            if claims and sale.quote.asset == asset and sale.state == "Open":
                self._claim(number, sale.quote.factor)

    # --- compliance, the currency, time

    @rule(which=pick, account=factors, units=st.sampled_from([0, 0, 0, 0, 1, MINIMUM, 2**256 - 1]))
    def freeze(self, which: int, account: str, units: int) -> None:
        asset = self.asset(which)
        self.both(
            "freeze",
            lambda: self.ledger.freeze(asset, account, units),
            lambda: self.suite.ledger.setFrozenTokens(self.actor(account), asset, units, sender=self.suite.officer),
        )

    @rule(
        name=st.sampled_from(["alice", "alice2", "seller", SELF]),
        suspended=st.sampled_from([True, False, False, False]),
    )
    def set_status(self, name: str, suspended: bool) -> None:
        action = self.suite.registry.suspend if suspended else self.suite.registry.reinstate
        action(self.where(name), sender=self.suite.officer)
        self.ledger.parties[name].status = SUSPENDED if suspended else ACTIVE

    @rule(name=st.sampled_from(["alice", "bank", "seller"]), listed=st.sampled_from([True, False, False, False]))
    def list_account(self, name: str, listed: bool) -> None:
        self.suite.token.setBlacklisted(self.actor(name), listed, sender=self.suite.admin)
        (self.model.blacklist.add if listed else self.model.blacklist.discard)(name)

    @rule(name=st.sampled_from(["seller", "alice"]), approved=st.sampled_from([True, True, False]))
    def approve(self, name: str, approved: bool) -> None:
        contract = self.desk.factoring if name == "seller" else self.desk.recourse
        group = self.model.operators if name == "seller" else self.model.lien_operators
        self.suite.ledger.setApprovalForAll(contract, approved, sender=self.actor(name))
        (group.add if approved else group.discard)(name)

    @rule(name=factors, amount=st.sampled_from([0, MINIMUM, PLENTY, PLENTY]))
    def allow(self, name: str, amount: int) -> None:
        self.suite.token.approve(self.desk.factoring, amount, sender=self.actor(name))
        self.model.allowed[name] = amount

    @rule(amount=st.integers(1, 1000))
    def donate(self, amount: int) -> None:
        """Gifts change nothing for anybody."""
        self.suite.token.transfer(self.desk.recourse, amount, sender=self.suite.stranger)
        self.model.cash["stranger"] -= amount
        self.gifts += amount

    @rule(hours=st.integers(1, 72))
    def pause(self, hours: int) -> None:
        until = self.desk.factoring.pausedUntil()
        if self.ledger.now < until + 7 * DAY:
            return
        self.desk.factoring.pause(hours * 3600, sender=self.suite.officer)
        self.model.paused_until = self.ledger.now + hours * 3600

    @rule(seconds=st.one_of(st.integers(1, DAY), st.integers(DAY, 20 * DAY)))
    @precondition(lambda self: self.suite.chain.now < self.start + 2 * YEAR)
    def time_passes(self, seconds: int) -> None:
        self.warp(self.ledger.now + seconds)

    # --- what holds

    @invariant()
    def money_and_units_agree(self) -> None:
        """Invariants 1, 3 and 7."""
        for name in EVERYBODY:
            assert self.suite.token.balanceOf(self.where(name)) == self.model.cash[name], name
        assert self.suite.token.balanceOf(self.suite.module) == self.model.receivables.cash
        assert sum(self.model.cash.values()) + self.model.receivables.cash + self.gifts == self.money
        assert self.suite.token.balanceOf(self.desk.recourse) == self.gifts
        assert self.suite.token.balanceOf(self.desk.factoring) == 0
        for asset_id, asset in self.ledger.assets.items():
            for name in ACTORS:
                held = self.suite.ledger.holdingOf(asset_id, self.where(name))
                assert held[:2] == (asset.balance(name), asset.pledged(name)), f"{name}: {held}"
            for contract in (self.desk.recourse, self.desk.factoring):
                assert self.suite.ledger.balanceOf(contract, asset_id) == 0

    @invariant()
    def quotes_agree(self) -> None:
        """Invariants 1 and 2."""
        for (factor, number), done in self.model.filled.items():
            void = done.cancelled or number < self.model.void_below[factor]
            read = self.desk.factoring.filledOf(self.actor(factor), number)
            assert read == (0 if done.cancelled else done.units, void)
        assert self.desk.factoring.saleCount() == self.model.sales

    @invariant()
    def recourses_agree(self) -> None:
        """Invariants 4, 5 and 8."""
        assert self.desk.recourse.recourseCount() == len(self.model.recourse)
        bound: dict[tuple[int, str], int] = {}
        for number, sale in self.model.recourse.items():
            read = self.desk.recourse.recourseOf(number)
            assert STATES[read.state] == sale.state
            assert (read.units, read.price, read.owed, read.late) == (sale.units, sale.price, sale.owed, sale.late)
            assert (read.deadline, read.id) == (sale.deadline, sale.quote.asset)
            where = (sale.quote.asset, sale.quote.factor)
            bound.setdefault(where, 0)
            if sale.state in LIVE:
                bound[where] += sale.units
                assert self.desk.recourse.dueOn(number) == (self.model.due(sale), self.model.bound(sale)[1])
        for (asset, factor), units in bound.items():
            lien = self.suite.ledger.lienOf(asset, self.actor(factor), self.desk.recourse)
            assert lien == self.ledger.assets[asset].units[Position(factor, SELF)]
            if (asset, factor) in self.broken:
                continue
            assert units <= lien <= units + self.strays.get((asset, factor), 0)

    @invariant()
    def conduct_agrees(self) -> None:
        """Invariant 6."""
        for entity in {self.suite.entities[name] for name in ("seller", "bank", "alice")}:
            told = self.model.conduct.get(entity, Conduct())
            conduct = self.desk.conduct
            assert (conduct.lateUsd(entity), conduct.lates(entity)) == (told.late_usd, told.lates)
            assert conduct.defaults(entity) == told.defaults
        reported = [sale for sale in self.model.recourse.values() if sale.late]
        assert sum(told.lates for told in self.model.conduct.values()) == len(reported)

    # --- help

    def any_in(self, *states: str) -> bool:
        return any(sale.state in states for sale in self.model.recourse.values())

    def warp(self, when: int) -> None:
        self.suite.chain.warp(when)
        self.ledger.now = when

    def struct(self, quote: Quote) -> structs.FactoringQuote:
        return structs.FactoringQuote(
            self.actor(quote.factor).address,
            self.actor(quote.seller).address if quote.seller else NOBODY,
            quote.asset,
            quote.units,
            quote.minimum_fill,
            quote.price,
            quote.least_owed,
            quote.currency,
            quote.recourse,
            quote.number,
            quote.not_before,
            quote.deadline,
        )

    def filled(self, quote: Quote) -> int:
        done = self.model.filled.get((quote.factor, quote.number))
        return done.units if done is not None else 0

    def asset(self, which: int) -> int:
        ids = list(self.ledger.assets)
        return ids[(which // 4) % len(ids)]

    def good_quote(self, which: int) -> int:
        """A quote; three times in four one that is good for something still, where there is any."""
        good = [
            at
            for at, (quote, _) in enumerate(self.quotes)
            if self.model.receivables.state(quote.asset) == "Acknowledged"
            and quote.not_before <= self.ledger.now <= quote.deadline
            and self.filled(quote) < quote.units
            and at not in self.forged
        ]
        chosen = good if good and which % 4 else list(range(len(self.quotes)))
        return chosen[(which // 4) % len(chosen)]

    def recourse(self, which: int, *states: str) -> int:
        """A recourse; three times in four one in these states, the ones in default first."""
        fitting = [number for number, sale in self.model.recourse.items() if sale.state in states]
        bad = [
            number
            for number in fitting
            if self.model.receivables.state(self.model.recourse[number].quote.asset) in ("Defaulted", "WrittenOff")
        ]
        chosen = bad if bad and which % 4 else fitting
        chosen = chosen if chosen and which % 8 else [*self.model.recourse, 0, 99]
        return chosen[(which // 8) % len(chosen)]
