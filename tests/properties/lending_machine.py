"""Everything anybody can do with a pool and a credit desk, beside an exact model that must agree after every step.

Always true (numbers of the architecture's list, and the sentences of this part):
1. Units: pledged <= balance; each position is zero or the minimum unit at least.
2. The units under the desk's lien are those of its loans and those not lent on yet; a unit backs one loan.
4. Nothing is paid out of receivables beyond what was paid in.
5. Money: in the pool are its cash and what is reserved for others; assets are the cash and every loan's principal
   and interest, summed one by one; shares are worth that. No gift changes it.
L1. What a loan owes, what counts against a limit, and what a debtor secures, are what the model says, to the unit.
L2. A loan is repaid by its debtor's payment in the same transaction, as far as the money goes.
L3. The desk never holds money, and no more units are seized than stood under the lien.
L4. Exits are served in order, at the price of the moment, and together get exactly what was set aside. There is never
   cash while somebody waits, unless, when the queue was last served, the price of exit was less than a thousandth of
   what it is if all is repaid and earned. Who takes a place back has its shares again, and serves nobody; each place
   stands where the model says.
L5. What comes in beyond the books is earned by the second; until then it is worth nothing to anybody.
O1. A lending protocol outside of the suite lends from a pool of its own, on terms of its own: nobody draws there
   without it, a request is good once, and what could be lent and what it costs is what the adapter says, to the unit.
O2. Every pool's books are those of its own loans: a loss of one is not felt in another. A borrower's limit is one.
"""

from copy import deepcopy
from fractions import Fraction
from math import ceil
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import ClosedPool, LendingPool, structs
from caldera.evm import Account
from caldera.model import Party, Refused
from caldera.model.ledger import ACTIVE, SUSPENDED, Position
from caldera.model.lender import AdapterModel, LoanRequest
from caldera.model.pool import LEAST, VIRTUAL_SHARES, PoolModel
from caldera.model.receivables import Receivable
from tests.properties.lenders import FACE, LendersMachine
from tests.properties.machine import TERMS as UNIT_TERMS
from tests.support.lending import GRACE_DAYS, TERMS, Bank, as_model
from tests.support.outside import OUTSIDE_TERMS, POLICY, Outside
from tests.support.suite import BANK, DAY, EU, MINIMUM

PARTIES = ("seller", "seller2", "borrower", "buyer", "buyer2", "alice", "bank", "carol", "lena", "leo", "desk")
LENDERS = ("lena", "leo", "bank", "alice")
DEBTORS = ("buyer", "buyer2")
BORROWERS = ("seller", "seller2", "borrower")
STATES = ("None", "Open", "Defaulted", "WrittenOff", "Closed")

pick = st.integers(0, 1 << 30)
invoices = st.integers(0, 3)
money = st.one_of(
    st.sampled_from([0, 1, MINIMUM, 10 * MINIMUM, 40 * MINIMUM]), st.integers(1, 60 * MINIMUM), st.just(10**15)
)
waits = st.one_of(
    st.sampled_from([0, 1, DAY - 1, DAY, GRACE_DAYS * DAY]), st.integers(0, 3 * DAY), st.integers(0, 40 * DAY)
)


class LendingMachine(LendersMachine):
    """The machine. `bank` and the protocol outside of it are shared by all examples; each begins at `mark`."""

    bank: Bank
    outside: Outside

    def __init__(self) -> None:
        super().__init__()
        self.bank.chain.restore(self.mark)
        suite = self.bank.suite
        self.limits = {suite.entities["seller"]: 30 * MINIMUM, suite.entities["borrower"]: 50 * MINIMUM}
        self.begin_at(suite, PARTIES, lambda entity: self.limits.get(entity, 0))
        self.model = self.lending
        self.ledger.parties["outside"] = Party(suite.entities[self.outside.name], 2**40, EU, BANK)
        self.cash["outside"] = 0
        self.theirs = PoolModel(
            mayhold=lambda name: name == "outside" and self.ledger.active(name), maypay=self.may_be_paid
        )
        number = self.model.add_pool(self.theirs, as_model(OUTSIDE_TERMS), closed=True)
        self.adapter = AdapterModel(
            self.model, number, "outside", lambda: min(self.cash["outside"], self.allowed), self.policy
        )
        self.allowed = self.requests = 0
        self.debtors: list[str] = []
        self.stands: tuple[int, int] | None = None

    def kept(self) -> Any:
        theirs = deepcopy(self.theirs.__dict__ | {"claims": None, "mayhold": None, "maypay": None})
        return super().kept(), theirs, set(self.adapter.used), self.allowed

    def put_back(self, kept: Any) -> None:
        ours, theirs, self.adapter.used, self.allowed = kept
        super().put_back(ours)
        hooks = {name: self.theirs.__dict__[name] for name in ("claims", "mayhold", "maypay")}
        self.theirs.__dict__.update(theirs | hooks)

    def actor(self, name: str) -> Any:
        return {"desk": self.bank.desk, "outside": self.outside.vault}.get(name) or self.bank.suite.actors[name]

    def give(self, name: str, amount: int) -> Account:
        """Money of his own that both pools and the module of receivables may take."""
        account: Account = self.actor(name)
        suite = self.bank.suite
        suite.token.mint(account, amount, sender=account)
        for pool in (self.bank.pool, self.outside.pool):
            suite.token.approve(pool, 2**255, sender=account)
        suite.token.approve(suite.module, 2**255, sender=account)
        self.cash[name] += amount
        return account

    def loan(self, which: int, *states: str) -> int:
        """One in one of these states; now and then any."""
        numbers = [n for n, one in self.model.loans.items() if one.state in states or which % 16 == 0]
        return numbers[which % len(numbers)] if numbers else 0

    @initialize()
    def begin(self) -> None:
        for usd, name in ((30 * MINIMUM, "seller"), (50 * MINIMUM, "borrower")):
            self.bank.limit(name, usd)
        for by, debtor in (("seller", "buyer"), ("seller", "buyer2"), ("borrower", "buyer"), ("borrower", "buyer2")):
            self.invoice(by, debtor, 100)
        self.deposit("lena", 200 * MINIMUM)
        self.deposit("leo", 100 * MINIMUM + 7)
        self.pledge("seller", 0, 50 * MINIMUM)
        self.draw("seller", 40 * MINIMUM, 30, [0], 1)
        self.pledge("borrower", 2, 20 * MINIMUM)
        self.draw("borrower", 60 * MINIMUM, 60, [2], 1)
        self.feed_outside(70 * MINIMUM)
        self.allocate_outside(25 * MINIMUM)
        self.lend_outside("seller", 20 * MINIMUM, 20, [], "lend", 0, True)
        self.pledge("seller", 1, 30 * MINIMUM)
        self.lend_outside("seller", 10 * MINIMUM, 40, [1], "lend", 0, True)

    def invoice(self, by: str, debtor: str, days: int) -> None:
        suite, number = self.bank.suite, f"N{len(self.ids)}"
        due = self.ledger.now + days * DAY
        given = suite.invoice(number=number, face=FACE, dueDate=due, debtor=self.actor(debtor).address)
        root = suite.module.create(given, [], sender=self.actor(by)).returned
        suite.module.acknowledge(root, sender=self.actor(debtor))
        record = Receivable(suite.entities[by], suite.entities[debtor], due, 30, [root])
        self.receivables.create(root, record, {root: FACE}, by, UNIT_TERMS)
        self.receivables.acknowledge(root, debtor)
        self.ids.append(root)
        self.debtors.append(debtor)

    @rule(who=st.sampled_from(LENDERS), amount=money)
    def deposit(self, who: str, amount: int) -> None:
        account = self.give(who, amount)

        def expected() -> int:
            shares = self.pool.deposit(self.ledger.now, who, amount)
            self.cash[who] -= amount
            return shares

        self.both("deposit", expected, lambda: self.bank.pool.deposit(amount, account, sender=account).returned)

    @rule(who=st.sampled_from(LENDERS), shares=st.integers(0, 30 * MINIMUM * 10**6))
    def mint(self, who: str, shares: int) -> None:
        price = Fraction(self.pool.worth(self.ledger.now) + 1, self.pool.supply + VIRTUAL_SHARES)
        account = self.give(who, max(60 * MINIMUM, ceil(shares * price)))

        def expected() -> int:
            assets = self.pool.mint(self.ledger.now, who, shares)
            self.cash[who] -= assets
            return assets

        self.both("mint", expected, lambda: self.bank.pool.mint(shares, account, sender=account).returned)

    @rule(who=st.sampled_from(LENDERS), amount=money, most=st.booleans())
    def withdraw(self, who: str, amount: int, most: bool) -> None:
        account = self.actor(who)
        wanted = self.pool.most_withdrawable(self.ledger.now, who) if most else amount

        def expected() -> int:
            shares = self.pool.withdraw(self.ledger.now, who, wanted)
            self.cash[who] += wanted
            return shares

        self.both(
            "withdraw", expected, lambda: self.bank.pool.withdraw(wanted, account, account, sender=account).returned
        )

    @rule(who=st.sampled_from(LENDERS), part=st.integers(0, 5))
    def redeem(self, who: str, part: int) -> None:
        account = self.actor(who)
        wanted = self.pool.most_redeemable(self.ledger.now, who) * part // 4
        self.both(
            "redeem",
            lambda: self.paid_out(who, self.pool.redeem(self.ledger.now, who, wanted)),
            lambda: self.bank.pool.redeem(wanted, account, account, sender=account).returned,
        )

    @rule(who=st.sampled_from(LENDERS), part=st.integers(0, 5), dust=st.booleans())
    def request_exit(self, who: str, part: int, dust: bool) -> None:
        account = self.actor(who)
        shares = 1 if dust else self.pool.shares[who] * part // 4
        self.both(
            "request exit",
            lambda: self.pool.request_exit(self.ledger.now, who, shares),
            lambda: self.bank.pool.requestExit(shares, sender=account).returned,
        )

    @rule(which=pick)
    def pay_exit(self, which: int) -> None:
        if not self.pool.exits:
            return
        number = which % len(self.pool.exits) + 1
        owner = self.pool.exits[number - 1].owner
        self.both(
            "pay exit",
            lambda: self.paid_out(owner, self.pool.pay_exit(number)),
            lambda: self.bank.pool.payExit(number, sender=self.actor("carol")).returned,
        )

    @rule(which=pick, other=st.sampled_from(LENDERS), stolen=st.sampled_from([False] * 7 + [True]))
    def cancel_exit(self, which: int, other: str, stolen: bool) -> None:
        waiting = self.waiting_places()
        if not waiting and which % 8:
            return
        numbers = waiting if waiting and which % 8 else list(range(1, len(self.pool.exits) + 2))
        number = numbers[which // 8 % len(numbers)]
        there = number <= len(self.pool.exits) and not stolen
        self.cancel_exit_of(number, self.pool.exits[number - 1].owner if there else other)

    def waiting_places(self) -> list[int]:
        return [n for n, place in enumerate(self.pool.exits, 1) if place.end > max(place.next, self.pool.served)]

    def cancel_exit_of(self, number: int, who: str) -> None:
        done = self.both(
            "cancel exit",
            lambda: self.pool.cancel_exit(who, number),
            lambda: self.bank.pool.cancelExit(number, sender=self.actor(who)).returned,
        )
        if done and self.stands:
            self.stands = self.stands[0], self.pool.waiting

    @rule(which=pick, amount=st.integers(0, 9 * MINIMUM), order=st.permutations(LENDERS))
    def leave_and_come_back(self, which: int, amount: int, order: list[str]) -> None:
        """All of them queue, some money comes for a loan, and one takes back what is left of its place."""
        for who in order:
            self.request_exit(who, 3, dust=False)
        if number := self.loan(which | 1, "Open", "Defaulted", "WrittenOff"):
            self.repay_of(number, self.model.loans[number].account, amount)
        if waiting := self.waiting_places():
            number = waiting[which % len(waiting)]
            self.cancel_exit_of(number, self.pool.exits[number - 1].owner)

    @rule()
    def serve(self) -> None:
        self.both(
            "serve",
            lambda: self.pool.serve(self.ledger.now),
            lambda: self.bank.pool.serveExits(sender=self.actor("carol")),
        )

    @rule(source=st.sampled_from(LENDERS), receiver=st.sampled_from((*LENDERS, "seller")), part=st.integers(0, 5))
    def send_shares(self, source: str, receiver: str, part: int) -> None:
        shares = self.pool.shares[source] * part // 4

        def expected() -> None:
            if shares > self.pool.shares[source]:
                raise Refused("NotAParticipant" if not self.may_be_paid(source) else "ERC20InsufficientBalance")
            if not self.may_be_paid(source) or not self.ledger.active(receiver):
                raise Refused("NotAParticipant")
            self.pool.shares[source] -= shares
            self.pool.shares[receiver] += shares

        if shares > self.pool.shares[source] and not self.ledger.active(receiver):
            return  # two reasons
        self.both(
            "send shares",
            expected,
            lambda: self.bank.pool.transfer(self.actor(receiver), shares, sender=self.actor(source)),
        )

    @rule(who=st.sampled_from(BORROWERS), which=invoices, units=st.integers(1, 60 * MINIMUM))
    def pledge(self, who: str, which: int, units: int) -> None:
        asset = self.ids[which]
        self.both(
            "pledge",
            lambda: self.ledger.pledge(asset, who, "desk", units),
            lambda: self.bank.pledge(self.actor(who), asset, units),
        )

    @rule(
        who=st.sampled_from(BORROWERS),
        amount=st.integers(MINIMUM - 1, 50 * MINIMUM),
        days=st.one_of(st.integers(0, 60), st.sampled_from([180, 181])),
        items=st.lists(invoices, max_size=2),
        pool=st.sampled_from([1, 1, 1, 1, 1, 2, 3]),
    )
    def draw(self, who: str, amount: int, days: int, items: list[int], pool: int) -> None:
        assets = tuple(self.ids[which] for which in items)
        wanted = self.bank.wanted(amount, assets, days, pool=pool)

        def expected() -> int:
            number = self.model.draw(who, amount, wanted.maturityDay, list(assets), pool)
            self.cash[who] += amount
            return number

        self.both("draw", expected, lambda: self.bank.desk.draw(wanted, sender=self.actor(who)).returned)

    # --- the protocol outside

    def policy(self, account: str, amount: int, fee: int, maturity: int) -> bool:
        """Its own: whom it accepts, how much, how long, at what rate."""
        time = maturity - self.ledger.now
        fits = account == "borrower" and amount <= POLICY.most and time <= POLICY.longest
        return fits and fee * 10_000 * 365 * DAY >= amount * POLICY.leastBps * time

    @rule(amount=st.integers(1, 60 * MINIMUM))
    def feed_outside(self, amount: int) -> None:
        """Its depositors bring money."""
        self.bank.suite.token.mint(self.outside.vault, amount, sender=self.actor("carol"))
        self.cash["outside"] += amount

    @rule(amount=money)
    def allocate_outside(self, amount: int) -> None:
        amount = min(amount, self.cash["outside"])

        def expected() -> None:
            self.theirs.deposit(self.ledger.now, "outside", amount)
            self.cash["outside"] -= amount

        self.both(
            "outside: deposit", expected, lambda: self.outside.vault.allocate(amount, sender=self.outside.curator)
        )

    @rule(amount=money, most=st.booleans())
    def deallocate_outside(self, amount: int, most: bool) -> None:
        wanted = self.theirs.most_withdrawable(self.ledger.now, "outside") if most else amount

        def expected() -> None:
            self.theirs.withdraw(self.ledger.now, "outside", wanted)
            self.cash["outside"] += wanted

        self.both(
            "outside: withdraw", expected, lambda: self.outside.vault.deallocate(wanted, sender=self.outside.curator)
        )

    @rule(
        who=st.sampled_from(("borrower", "borrower", "seller")),
        amount=st.one_of(
            st.integers(MINIMUM, 4 * MINIMUM),
            st.integers(MINIMUM, 30 * MINIMUM),
            st.sampled_from([MINIMUM - 1, 2 * MINIMUM, 70 * MINIMUM]),
        ),
        days=st.one_of(st.integers(1, 40), st.sampled_from([0, 90, 91, 120, 121])),
        items=st.lists(invoices, max_size=1),
        how=st.sampled_from(("lend", "borrow", "borrow", "own", "mallory")),
        spare=st.sampled_from([0, 0, 0, 1, -1]),
        signed=st.sampled_from([True, True, True, False]),
    )
    def lend_outside(
        self, who: str, amount: int, days: int, items: list[int], how: str, spare: int, signed: bool
    ) -> None:
        """By the protocol, by anybody, by the borrower, by who may not. `spare`: what the fee leaves to its bound."""
        day = self.ledger.now // DAY + days
        seconds = max(0, day * DAY - self.ledger.now)
        fee = -(-amount * OUTSIDE_TERMS.rateBps * seconds // (10_000 * 365 * DAY))
        assets = tuple(self.ids[which] for which in items)
        bound = max(0, fee + spare)
        request = self.outside.request(
            account=self.actor(who).address,
            amount=amount,
            mostFee=2**96 - 1 if how == "lend" else bound,
            maturityDay=day,
            items=tuple(structs.Collateral(False, asset) for asset in assets),
            number=self.requests,
        )
        modelled = LoanRequest(who, amount, request.mostFee, day, assets, self.requests, request.deadline)
        signature = self.outside.signed(request, who if signed else "carol")
        adapter, vault, curator = self.outside.adapter, self.outside.vault, self.outside.curator

        def expected() -> int:
            if how == "mallory":
                raise Refused("OnlyLender")
            self.allowed = amount
            if how == "lend":
                number, fresh = self.adapter.lend(modelled, "outside", bound, signed)
            else:
                number, fresh = self.adapter.borrow(modelled, who if how == "own" else "carol", signed)
            self.allowed -= fresh
            self.cash["outside"] -= fresh
            self.cash[who] += amount
            return number

        def actual() -> int:
            if how == "mallory":
                return adapter.lend(request, signature, 0, sender=self.actor("carol")).returned
            if how == "lend":
                return int(vault.lend(request, signature, bound, sender=curator).returned)
            return adapter.borrow(request, signature, b"", sender=self.actor(who if how == "own" else "carol")).returned

        self.both(f"outside: {'borrow' if how in ('borrow', 'own') else 'lend'}", expected, actual)
        self.requests += self.requests % 8 != 7 or (who, self.requests) in self.adapter.used

    @rule(amount=st.integers(MINIMUM, 3 * MINIMUM), days=st.integers(1, 60), own=st.booleans())
    def borrow_outside(self, amount: int, days: int, own: bool) -> None:
        """As it should be asked for."""
        self.lend_outside("borrower", amount, days, [], "own" if own else "borrow", 0, True)

    @rule(who=st.sampled_from(("borrower", "seller")), back=st.integers(0, 3))
    def cancel_request(self, who: str, back: int) -> None:
        number = max(0, self.requests - back)
        self.both(
            "outside: cancel",
            lambda: self.adapter.cancel(who, number),
            lambda: self.outside.adapter.cancelRequest(number, sender=self.actor(who)),
        )

    @rule(which=pick, who=st.sampled_from((*BORROWERS, "carol")), amount=money)
    def repay(self, which: int, who: str, amount: int) -> None:
        if number := self.loan(which, "Open", "Defaulted", "WrittenOff"):
            self.repay_of(number, who, amount)

    def repay_of(self, number: int, who: str, amount: int) -> None:
        payer = self.give(who, 10**15)
        self.both(
            "repay",
            lambda: -self.paid_out(who, -self.model.repay(number, amount)),
            lambda: self.bank.desk.repay(number, amount, sender=payer).returned,
        )

    @rule(which=invoices, amount=money)
    def debtor_pays(self, which: int, amount: int) -> None:
        asset, debtor = self.ids[which], self.debtors[which]
        payer = self.give(debtor, 10**15)

        def expected() -> int:
            taken = self.receivables.pay(asset, amount)
            self.cash[debtor] -= taken
            self.model.on_payment(asset)
            return taken

        self.both("debtor pays", expected, lambda: self.bank.suite.module.pay(asset, amount, sender=payer).returned)

    @rule(which=pick, who=st.sampled_from((*BORROWERS, "alice")))
    def claim(self, which: int, who: str) -> None:
        # One with money waiting where there is one; now and then any.
        waiting = [
            (one, name)
            for one in self.ids
            for name in (*BORROWERS, "alice")
            if which % 8 and self.receivables.claims[one].proceeds(Position(name))
        ]
        asset, who = waiting[which % len(waiting)] if waiting else (self.ids[which % len(self.ids)], who)
        self.both(
            "claim",
            lambda: self.paid_out(who, self.receivables.claim(asset, who)),
            lambda: self.bank.suite.module.claim(asset, self.actor(who), sender=self.actor("carol")).returned,
        )

    @rule(which=pick)
    def collect(self, which: int) -> None:
        if number := self.loan(which, "Open", "Defaulted", "WrittenOff"):
            self.collect_for(number)

    def collect_for(self, number: int) -> None:
        self.both(
            "collect",
            lambda: self.model.collect(number),
            lambda: self.bank.desk.collect(number, sender=self.actor("carol")).returned,
        )

    @rule(which=pick)
    def mark_late(self, which: int) -> None:
        if number := self.loan(which, "Open"):
            self.both(
                "mark late",
                lambda: self.model.mark_late(number),
                lambda: self.bank.desk.markLate(number, sender=self.actor("carol")),
            )

    @rule(which=pick)
    def declare_default(self, which: int) -> None:
        if number := self.loan(which, "Open"):
            self.declare_default_of(number)

    def declare_default_of(self, number: int) -> None:
        self.both(
            "declare default",
            lambda: self.model.declare_default(number),
            lambda: self.bank.desk.declareDefault(number, sender=self.actor("carol")),
        )

    @rule(which=pick)
    def let_it_default(self, which: int) -> None:
        if number := self.loan(which, "Open"):
            loan = self.model.loans[number]
            self.wait(max(0, loan.grace_end + TERMS.defaultDays * DAY - self.ledger.now))
            self.declare_default_of(number)

    @rule(which=pick)
    def write_off(self, which: int) -> None:
        if number := self.loan(which, "Defaulted"):
            self.write_off_of(number)

    def write_off_of(self, number: int) -> None:
        pools: dict[int, LendingPool | ClosedPool] = {1: self.bank.pool, 2: self.outside.pool}
        (other,) = (pool for n, pool in pools.items() if n != self.model.loans[number].pool)
        before = other.totalAssets(), other.unrealizedLosses(), other.books()
        self.both(
            "write off",
            lambda: self.model.write_off(number),
            lambda: self.bank.desk.writeOff(number, sender=self.bank.suite.officer),
        )
        assert (other.totalAssets(), other.unrealizedLosses(), other.books()) == before  # O2

    @rule(
        which=pick,
        index=st.sampled_from([0, 0, 0, 1]),
        who=st.sampled_from(("alice", "bank", "seller2", "carol")),
        units=st.one_of(st.integers(1, 60 * MINIMUM), st.just(0)),
    )
    def buy(self, which: int, index: int, who: str, units: int) -> None:
        if not (number := self.loan(which, "Defaulted", "WrittenOff")):
            return
        loan = self.model.loans[number]
        if not units and index < len(loan.pledges):
            asset = list(loan.pledges)[index]
            units = self.ledger.assets[asset].units[Position(loan.account, "desk")] or 1
        self.buy_of(number, index, who, units or 1)

    def buy_of(self, number: int, index: int, who: str, units: int) -> None:
        buyer = self.give(who, 10**15)
        self.both(
            "buy",
            lambda: -self.paid_out(who, -self.model.buy(number, index, who, units)),
            lambda: self.bank.desk.buy(number, index, units, 2**200, sender=buyer).returned,
        )

    @rule(who=st.sampled_from(BORROWERS))
    def pay_held(self, who: str) -> None:
        if not any((self.pool.held | self.theirs.held).values()) and who != "borrower":
            return
        for model, pool in ((self.pool, self.bank.pool), (self.theirs, self.outside.pool)):
            self.both(
                "pay held",
                lambda model=model: self.paid_out(who, model.pay_held(who)),  # type: ignore[misc]
                lambda pool=pool: pool.payHeld(self.actor(who), sender=self.actor("carol")).returned,  # type: ignore[misc]
            )

    @rule(who=st.sampled_from(BORROWERS), which=invoices)
    def take_back(self, who: str, which: int) -> None:
        asset = self.ids[which]
        self.both(
            "take back",
            lambda: self.model.take_back(who, asset),
            lambda: self.bank.desk.takeBack(structs.Collateral(False, asset), sender=self.actor(who)),
        )

    @rule(
        source=st.sampled_from(BORROWERS),
        receiver=st.sampled_from(("alice", "bank")),
        which=invoices,
        units=money,
    )
    def sell_on(self, source: str, receiver: str, which: int, units: int) -> None:
        asset = self.ids[which]
        self.both(
            "split",
            lambda: self.ledger.transfer(asset, source, receiver, units),
            lambda: self.bank.suite.send(self.actor(source), self.actor(receiver), asset, units),
        )

    @rule(which=invoices, who=st.sampled_from(BORROWERS), units=st.sampled_from([0, 0, MINIMUM, FACE]))
    def freeze(self, which: int, who: str, units: int) -> None:
        asset = self.ids[which]
        self.bank.suite.ledger.setFrozenTokens(self.actor(who), asset, units, sender=self.bank.suite.officer)
        self.ledger.freeze(asset, who, units)

    @rule(who=st.sampled_from(("lena", "leo", "seller", "alice", "outside")))
    def suspend_or_reinstate(self, who: str) -> None:
        party, registry, officer = self.ledger.parties[who], self.bank.suite.registry, self.bank.suite.officer
        if party.status == ACTIVE:
            registry.suspend(self.actor(who), sender=officer)
            party.status = SUSPENDED
        else:
            registry.reinstate(self.actor(who), sender=officer)
            party.status = ACTIVE

    @rule(amount=st.integers(1, 20 * MINIMUM))
    def give_away(self, amount: int) -> None:
        giver = self.give("carol", amount)
        self.bank.suite.token.transfer(self.bank.pool, amount, sender=giver)
        self.cash["carol"] -= amount
        self.gifts += amount

    @rule(which=pick, index=st.sampled_from([0, 0, 1]), amount=st.integers(MINIMUM, 60 * MINIMUM))
    def pay_while_frozen(self, which: int, index: int, amount: int) -> None:
        """The debtor pays while the borrower's units are frozen; it is collected once they no longer are."""
        number = self.loan(which, "Open", "Defaulted", "WrittenOff")
        if not number or index >= len(self.model.loans[number].pledges):
            return
        loan = self.model.loans[number]
        position = self.ids.index(list(loan.pledges)[index])
        self.freeze(position, loan.account, FACE)
        self.debtor_pays(position, amount)
        self.freeze(position, loan.account, 0)
        self.collect_for(number)

    @rule(which=pick, units=st.integers(MINIMUM, 9 * MINIMUM))
    def pledge_and_take_back(self, which: int, units: int) -> None:
        free = [
            (who, number)
            for who in BORROWERS
            for number, asset in enumerate(self.ids)
            if self.ledger.assets[asset].balance(who)
            and all(self.model.loans[n].account != who for n in self.model.loans_on(asset))
        ]
        if free:
            who, number = free[which % len(free)]
            self.pledge(who, number, units)
            self.take_back(who, number)

    @rule(which=pick, days=st.sampled_from([0, 0, 1, 5, 12]), who=st.sampled_from(("alice", "bank")))
    def sell_out(self, which: int, days: int, who: str) -> None:
        """A default, the sale of every pledge, and what was left over."""
        pledged = [n for n, one in self.model.loans.items() if one.pledges and one.state in ("Open", "Defaulted")]
        if not pledged:
            return
        number = pledged[which % len(pledged)]
        loan = self.model.loans[number]
        if loan.state == "Open":
            self.wait(max(0, loan.grace_end + TERMS.defaultDays * DAY - self.ledger.now))
            self.declare_default_of(number)
        self.wait(days * DAY)
        for index, asset in enumerate(list(loan.pledges)):
            units = self.ledger.assets[asset].units[Position(loan.account, "desk")]
            if units and loan.state != "Closed":
                self.buy_of(number, index, who, units)
        if self.model.pools[loan.pool].held[loan.account]:
            self.pay_held(loan.account)

    @rule(which=pick, amount=st.integers(1, 60 * MINIMUM))
    def give_up_and_recover(self, which: int, amount: int) -> None:
        number = self.loan(which, "Open", "Defaulted", "WrittenOff")
        if not number:
            return
        loan = self.model.loans[number]
        if loan.state == "Open":
            self.wait(max(0, loan.grace_end + TERMS.defaultDays * DAY - self.ledger.now))
            self.declare_default_of(number)
        if loan.state == "Defaulted":
            self.write_off_of(number)
        self.repay_of(number, loan.account, amount)

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self.bank.chain.skip(seconds)
        self.ledger.now = self.bank.chain.now

    @invariant()
    def money(self) -> None:
        suite, pool, now = self.bank.suite, self.bank.pool, self.ledger.now
        cash, reserved, principal = pool.books()
        assert (cash, reserved) == (self.pool.cash, self.pool.reserved)
        assert principal == sum(one.principal for one in self.model.booked(1))
        assert suite.token.balanceOf(pool) == cash + reserved + self.gifts
        assert suite.token.balanceOf(suite.module) == self.receivables.cash
        assert suite.token.balanceOf(self.bank.desk) == 0
        assert pool.totalAssets() == self.pool.worth(now)
        assert pool.totalAssets() - pool.unrealizedLosses() == self.pool.sound(now)
        assert pool.unearned() == self.pool.unearned(now)
        low = self.pool.sound(now) * LEAST < self.pool.worth(now) + self.pool.unearned(now)
        stands = (cash, pool.exitsWaiting()) if cash and pool.exitsWaiting() else None
        assert stands is None or low or stands == self.stands  # the price rose with time, and nobody was served since
        self.stands = stands
        for name in (*PARTIES, "outside"):
            assert suite.token.balanceOf(self.actor(name)) == self.cash[name], name

    @invariant()
    def money_of_the_outside(self) -> None:
        """5, O2."""
        suite, pool, now = self.bank.suite, self.outside.pool, self.ledger.now
        cash, reserved, principal = pool.books()
        assert (cash, reserved) == (self.theirs.cash, sum(self.theirs.held.values()))
        assert principal == sum(one.principal for one in self.model.booked(2))
        assert suite.token.balanceOf(pool) == cash + reserved
        assert suite.token.balanceOf(self.outside.adapter) == 0
        assert suite.token.allowance(self.outside.vault, self.outside.adapter) == self.allowed
        assert pool.totalAssets() == self.theirs.worth(now)
        assert pool.totalAssets() - pool.unrealizedLosses() == self.theirs.sound(now)
        assert pool.unearned() == self.theirs.unearned(now)
        assert pool.totalSupply() == pool.balanceOf(self.outside.vault) == self.theirs.shares["outside"]
        assert pool.maxDeposit(self.outside.vault) == self.theirs.most_depositable(now, "outside")
        assert pool.maxWithdraw(self.outside.vault) == self.theirs.most_withdrawable(now, "outside")

    @invariant()
    def what_could_be_lent(self) -> None:
        """O1."""
        for name in ("seller", "borrower"):
            assert self.outside.adapter.maxLoan(self.actor(name)) == self.adapter.most(name)

    @invariant()
    def shares(self) -> None:
        pool, now = self.bank.pool, self.ledger.now
        assert pool.totalSupply() == self.pool.supply
        assert pool.exitsWaiting() == self.pool.waiting
        for name in LENDERS:
            assert pool.balanceOf(self.actor(name)) == self.pool.shares[name]
            assert pool.maxWithdraw(self.actor(name)) == self.pool.most_withdrawable(now, name)
            assert pool.maxRedeem(self.actor(name)) == self.pool.most_redeemable(now, name)
            assert pool.maxDeposit(self.actor(name)) == self.pool.most_depositable(now, name)
        assert self.pool.upto(self.pool.served) == self.pool.marks[-1][1]
        served = self.pool.served
        owed = sum(self.pool.upto(min(e.end, served)) - self.pool.upto(min(e.next, served)) for e in self.pool.exits)
        assert owed + sum(self.pool.held.values()) == self.pool.reserved
        for number, place in enumerate(self.pool.exits, 1):
            stands, waiting, ahead, payable = pool.exitOf(number)
            assert stands == (self.actor(place.owner).address, place.next, place.end), number
            assert waiting == max(0, place.end - max(place.next, served))
            assert ahead == (max(place.next, served) - served if waiting else 0)
            assert payable == self.pool.upto(min(place.end, served)) - self.pool.upto(min(place.next, served))

    @invariant()
    def loans(self) -> None:
        desk = self.bank.desk
        for number, kept in self.model.loans.items():
            wanted = deepcopy(kept)
            wanted.accrue(self.ledger.now)
            state = desk.loanOf(number)
            assert STATES[state.state] == wanted.state
            if wanted.state == "Closed":
                continue
            assert desk.owedOn(number) == (wanted.fee, wanted.interest_due, wanted.principal)
            assert (state.secured, state.unsecuredUsd) == (wanted.secured, wanted.unsecured_usd)
            assert (state.interest, state.lateInterest) == (wanted.interest, wanted.late_interest)
        for name in BORROWERS:
            entity = self.bank.suite.entities[name]
            numbers, usd = desk.borrowerOf(entity)
            assert sorted(numbers) == self.model.open_loans(entity)
            assert usd == self.model.unsecured_usd(entity)
            for pool in (1, 2):
                assert desk.exposureOf(pool, entity)[0] == self.model.owed_by(entity, pool)
            assert self.bank.limits.isFrozen(entity) == (entity in self.model.frozen)
            assert self.bank.limits.late(entity) == self.model.late_usd[entity]
            assert self.bank.limits.inTime(entity) == self.model.in_time_usd[entity]
            shares = [TERMS.fundBps if self.model.loans[n].pool == 1 else OUTSIDE_TERMS.fundBps for n in numbers]
            share = self.bank.limits.fundShareOf(entity)  # the highest since the first of them was drawn
            assert share == 0 if not numbers else max(shares) <= share <= TERMS.fundBps
        for name in DEBTORS:
            debtor = self.bank.suite.entities[name]
            for pool in (1, 2):
                assert desk.exposureOf(pool, debtor)[1] == self.model.by_debtor(debtor, pool)

    @invariant()
    def units(self) -> None:
        suite = self.bank.suite
        for asset in self.ids:
            assert list(self.bank.desk.loansOn(structs.Collateral(False, asset))) == self.model.loans_on(asset)
            for name in (*BORROWERS, "alice", "bank"):
                wanted = self.ledger.assets[asset]
                got = suite.ledger.holdingOf(asset, self.actor(name))
                assert got == (wanted.balance(name), wanted.pledged(name), wanted.frozen[name])
                lien = suite.ledger.lienOf(asset, self.actor(name), self.bank.desk)
                assert lien == wanted.units[Position(name, "desk")]
