"""Lenders, loans on pledges, their end good or bad; sales to factors with and without recourse."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import sign
from caldera.contracts import structs
from tests.properties.suite.kernel import parts, pick
from tests.properties.suite.rooms.certificates import Certificates
from tests.properties.suite.stage import CURRENCIES, UNIT
from tests.support.suite import DAY

LENDERS = ("lena", "leo", "bank", "house")
BORROWERS = ("seller", "supplier", "house")
FACTORS = ("factor", "house")
CREDITOR = ("seller", "supplier")
EUR = 1
lenders, codes = st.sampled_from(LENDERS), st.sampled_from([*CURRENCIES, "EUR"])
OPEN, CLAIMED, DEFAULTED = 1, 2, 3


class Credit(Certificates):
    """Rules about pools, loans and factoring."""

    def pool_model(self, code: str) -> Any:
        return self.world.lending.model.pools[CURRENCIES.index(code) + 1]

    # lenders

    @rule(who=lenders, code=codes, amount=st.sampled_from([1, 7 * UNIT + 3, 500 * UNIT]), mint=st.booleans())
    def lend(self, who: str, code: str, amount: int, mint: bool) -> None:
        pool, lender = self.net.pool(code), self.who(who)
        if mint:
            shares = amount * 10**6
            self.act("pool.mint", lambda: pool.mint(shares, lender, sender=lender))
        else:
            self.act("pool.deposit", lambda: pool.deposit(amount, lender, sender=lender))

    @rule(who=lenders, code=codes, part=parts, how=st.sampled_from(["redeem", "withdraw", "exit", "exit", "transfer"]))
    def leave(self, who: str, code: str, part: int, how: str) -> None:
        pool, lender, model = self.net.pool(code), self.who(who), self.pool_model(code)
        if not model.shares[lender.address]:
            self.lend(who, code, 100 * UNIT, False)
        shares = model.shares[lender.address] // part
        if how == "redeem":
            some = min(shares, model.most_redeemable(self.now, lender.address))
            self.act("pool.redeem", lambda: pool.redeem(some, lender, lender, sender=lender))
        elif how == "withdraw":
            money = model.most_withdrawable(self.now, lender.address) // part
            self.act("pool.withdraw", lambda: pool.withdraw(money, lender, lender, sender=lender))
        elif how == "exit":
            self.act("pool.requestExit", lambda: pool.requestExit(shares, sender=lender))
        else:
            to = self.who("bank" if who == "lena" else "lena")
            if part % 2:
                self.act("pool.transfer", lambda: pool.transfer(to, shares, sender=lender))
                return
            self.act("pool.approve", lambda: pool.approve(to, shares, sender=lender))
            self.act("pool.transferFrom", lambda: pool.transferFrom(lender, to, shares, sender=to))

    @rule(which=pick, code=codes, what=st.sampled_from(["pay", "pay", "cancel", "serve", "held"]))
    def queue(self, which: int, code: str, what: str) -> None:
        pool, model = self.net.pool(code), self.pool_model(code)
        anybody = self.who("stranger")
        if what == "serve":
            self.act("pool.serveExits", lambda: pool.serveExits(sender=anybody))
        elif what == "held":
            if code == "EUR" and not model.held:
                self.sell_dear(which)
            owner = self.some(sorted(model.held), which, self.who("seller").address)
            self.act("pool.payHeld", lambda: pool.payHeld(owner, sender=anybody))
        elif what == "pay":
            ready = [n for n, exit_ in enumerate(model.exits, 1) if min(exit_.end, model.served) > exit_.next]
            if not ready:
                self.drain(which, code)
                self.lend("leo", code, 500 * UNIT, False)
                ready = [n for n, exit_ in enumerate(model.exits, 1) if min(exit_.end, model.served) > exit_.next]
            number = self.some(ready, which, len(model.exits))
            self.act("pool.payExit", lambda: pool.payExit(number, sender=anybody))
        else:
            waiting = [n for n, exit_ in enumerate(model.exits, 1) if exit_.end > max(exit_.next, model.served)]
            if not waiting:
                self.drain(which, code)
                waiting = [n for n, exit_ in enumerate(model.exits, 1) if exit_.end > max(exit_.next, model.served)]
            number = self.some(waiting, which, 1)
            owner = self.who(self.label(model.exits[number - 1].owner)) if waiting else anybody
            self.act("pool.cancelExit", lambda: pool.cancelExit(number, sender=owner))

    def drain(self, which: int, code: str) -> None:
        """All lenders want their money, which is lent."""
        self.a_loan(which)
        pool, model = self.net.pool(code), self.pool_model(code)
        for name in LENDERS:
            lender, shares = self.who(name), model.shares[self.who(name).address]
            if shares:
                self.act("pool.requestExit", lambda w=lender, s=shares: pool.requestExit(s, sender=w))

    # loans

    def loans(self, *states: str) -> list[int]:
        """Numbers of loans in these states."""
        return [number for number, loan in self.world.lending.model.loans.items() if loan.state in states]

    @rule(
        which=pick,
        by=st.sampled_from(BORROWERS),
        part=parts,
        days=st.sampled_from([5, 30, 90]),
        items=st.integers(1, 2),
    )
    def borrow(self, which: int, by: str, part: int, days: int, items: int) -> None:
        self.borrowed(which, by, part, days, items)

    def borrowed(self, which: int, by: str, part: int, days: int, items: int) -> int:
        """Pledges new receivables to the desk and draws on them."""
        if self.pool_model("EUR").cash < 40 * UNIT:
            self.lend("lena", "EUR", 500 * UNIT, False)
        creditor, desk, pledged = self.who(by), self.net.desk, []
        for _ in range(items):
            number = self.registered(by, "buyer" if which % 2 else "retailer", 40 * UNIT, 0, 60, True)
            call, units = self.net.certificates.pledge, 40 * UNIT // (1 + which % 2)
            if number and self.act(
                "desk.pledge", lambda n=number, c=call, u=units: c(creditor, desk, n, u, sender=creditor)
            ):
                pledged.append(structs.Collateral(False, number))
        good = 40 * UNIT // (1 + which % 2) * 8 // 10 * len(pledged)
        if not good:
            return 0
        wanted = structs.Draw(EUR, good // part, self.now // DAY + days, self.net.rule("EU/loan"), tuple(pledged))
        made = self.act("desk.draw", lambda: desk.draw(wanted, sender=creditor))
        return int(made.returned) if made else 0

    def a_loan(self, which: int, *states: str) -> int:
        """One in these states, drawn now if there is none and it may be open; 0 where that is refused."""
        states = states or ("Open",)
        found = self.loans(*states)
        if not found and "Open" in states:
            return self.borrowed(which, BORROWERS[which % 3], 1, 30, 1)
        return self.some(found, which, 0)

    @rule(which=pick, part=parts, by=st.sampled_from([*BORROWERS, "shopper"]))
    def repay(self, which: int, part: int, by: str) -> None:
        loan = self.a_loan(which, "Open", "Defaulted", "WrittenOff")
        if loan:
            desk, amount = self.net.desk, sum(self.net.desk.owedOn(loan)) // part
            if self.world.lending.model.loans[loan].pool == EUR:
                token, pool, payer = self.net.token("EUR"), self.net.pool("EUR"), self.who(by)
                self.act("token.approve", lambda: token.approve(pool, 2**255, sender=payer))
            self.act("desk.repay", lambda: desk.repay(loan, amount, sender=self.who(by)))

    @rule(which=pick, part=parts)
    def debtor_repays(self, which: int, part: int) -> None:
        """The payment on a pledge repays the loan in the same transaction."""
        loan = self.a_loan(which)
        if not loan:
            return
        items, _ = self.net.desk.itemsOf(loan)
        for item in items:
            claim = None if item.right else self.world.certificates.receivables.claims.get(item.id)
            if claim and claim.owed:
                amount, number, debtor = max(1, claim.owed // part), item.id, self.who("buyer")
                call = self.net.receivables.pay
                self.act("receivables.pay", lambda n=number, a=amount, c=call, d=debtor: c(n, a, sender=d))

    @rule(which=pick)
    def collect_loan(self, which: int) -> None:
        number, holder = self.registered("seller", "buyer", 40 * UNIT, 0, 60, True), self.who("seller")
        if not number:
            return
        desk, call, pay = self.net.desk, self.net.certificates.pledge, self.net.receivables.pay
        self.act("desk.pledge", lambda: call(holder, desk, number, 40 * UNIT, sender=holder))
        # Paid before the loan is there: nobody watches yet.
        self.act("receivables.pay", lambda: pay(number, 9 * UNIT, sender=self.who("buyer")))
        item = structs.Collateral(False, number)
        wanted = structs.Draw(EUR, 12 * UNIT, self.now // DAY + 20, self.net.rule("EU/loan"), (item,))
        made = self.act("desk.draw", lambda: desk.draw(wanted, sender=holder))
        loan = int(made.returned) if made else self.a_loan(which)
        if loan:
            self.act("desk.collect", lambda: desk.collect(loan, sender=self.who("stranger")))

    @rule(which=pick, how=st.sampled_from(["late", "default", "default", "write off", "buy", "buy"]))
    def loan_goes_bad(self, which: int, how: str) -> None:
        """As far as that: late; in default; sold, or given up."""
        loan = self.a_loan(which, "Defaulted", "WrittenOff") if how in ("buy", "write off") else 0
        loan = loan or self.a_loan(which)
        if not loan:
            return
        facts, desk, anybody = self.world.lending.model.loans[loan], self.net.desk, self.who("stranger")
        if facts.state == "Open":
            self.until(facts.maturity + 1)
            if how == "late":
                self.act("desk.markLate", lambda: desk.markLate(loan, sender=anybody))
                return
            self.until(facts.grace_end + facts.terms.default_days * DAY)
            self.act("desk.declareDefault", lambda: desk.declareDefault(loan, sender=anybody))
        if how == "write off":
            self.act("desk.writeOff", lambda: desk.writeOff(loan, sender=self.who("servicer")))
        elif how == "buy":
            self.buy_pledge(which, loan)

    def buy_pledge(self, which: int, loan: int) -> None:
        """A factor buys what was pledged, dearer at first than later."""
        items, units = self.net.desk.itemsOf(loan)
        index = which % max(1, len(items))
        if not items or not units[index]:
            return
        buyer, desk = self.who(FACTORS[which % 2]), self.net.desk
        least = self.world.certificates.ledger.assets[items[index].id].minimum
        some = units[index] // 2 if which % 2 and units[index] // 2 >= least else units[index]
        token, pool = self.net.token("EUR"), self.net.pool("EUR")
        self.act("token.approve", lambda: token.approve(pool, 2**255, sender=buyer))
        self.act("desk.buy", lambda: desk.buy(loan, index, some, 2**255, sender=buyer))

    def sell_dear(self, which: int) -> None:
        """A small loan in default, of which the pledge brings more than is owed: the rest is the borrower's."""
        loan = self.borrowed(which * 2, BORROWERS[which % 3], 8, 5, 1)
        if loan:
            facts, desk = self.world.lending.model.loans[loan], self.net.desk
            self.until(facts.grace_end + facts.terms.default_days * DAY)
            self.act("desk.declareDefault", lambda: desk.declareDefault(loan, sender=self.who("stranger")))
            self.buy_pledge(0, loan)

    @rule(which=pick)
    def take_back(self, which: int) -> None:
        """Units that back no loan."""
        number, desk = self.registered("seller", "buyer", 7 * UNIT, 0, 30, True), self.net.desk
        holder = self.who("seller")
        if number:
            call = self.net.certificates.pledge
            self.act("desk.pledge", lambda: call(holder, desk, number, 7 * UNIT, sender=holder))
            item = structs.Collateral(False, number)
            self.act("desk.takeBack", lambda: desk.takeBack(item, sender=holder))

    # factors

    def quote(self, seller: str, number: int, units: int, **changes: Any) -> structs.FactoringQuote:
        """A quote of 97%, without recourse."""
        given: dict[str, Any] = {
            "factor": self.who("factor").address,
            "seller": self.who(seller).address,
            "id": number,
            "units": units,
            "minimumFill": 0,
            "price": units * 97 // 100,
            "leastOwed": 1,
            "currencyId": EUR,
            "recourse": False,
            "number": self.next(),
            "notBefore": 0,
            "deadline": self.now + DAY,
        }
        return structs.FactoringQuote(**(given | changes))

    @rule(which=pick, seller=st.sampled_from(CREDITOR), factor=st.sampled_from(FACTORS), recourse=st.booleans())
    def factor_sale(self, which: int, seller: str, factor: str, recourse: bool) -> None:
        self.sold(which, seller, factor, recourse)

    def sold(self, which: int, seller: str, factor: str, recourse: bool) -> int:
        """Sells a part of a new receivable under a signed quote, at once or in two fills; the number of the last
        recourse."""
        number = self.registered(seller, "retailer" if which % 2 else "buyer", 40 * UNIT, 0, 20, True)
        if not number:
            return 0
        units = 40 * UNIT // (1 + which % 3)
        price = units * 97 // 100 - which % 5
        quote = self.quote(seller, number, units, recourse=recourse, factor=self.who(factor).address, price=price)
        signed = sign(self.net.factoring, "FactoringQuote", quote, self.who(factor))
        call, done = self.net.factoring.fill, None
        before = self.world.balances.held["DevnetEUR"][self.who(seller).address]
        first = units // 3 + which % 7
        fills = [units] if which % 4 == 0 else [first, units - first]
        for some in fills:
            done = self.act("factoring.fill", lambda n=some: call(quote, signed, n, 0, sender=self.who(seller)))
        if done is not None:
            paid = self.world.balances.held["DevnetEUR"][self.who(seller).address] - before
            assert paid == quote.price, "5. a seller is paid the price, all of it"
        return int(self.net.recourse.recourseCount()) if done is not None and recourse else 0

    @rule(factor=st.sampled_from(FACTORS), below=st.booleans())
    def cancel_quote(self, factor: str, below: bool) -> None:
        number, by, desk = self.next(), self.who(factor), self.net.factoring
        if below:
            self.act("factoring.cancelQuotesBelow", lambda: desk.cancelQuotesBelow(number, sender=by))
        else:
            self.act("factoring.cancelQuote", lambda: desk.cancelQuote(number, sender=by))

    @rule(
        which=pick,
        how=st.sampled_from(["settle", "settle", "late", "report"]),
        part=st.sampled_from([0, 3, 7]),
    )
    def recourse(self, which: int, how: str, part: int) -> None:
        """From the sale to the end: the debtor fails, having paid a part or nothing, and the seller settles, in time
        or late, or does not."""
        number = self.a_recourse(which, part)
        if not number:
            return
        desk, sale = self.net.recourse, self.net.recourse.recourseOf(number)
        factor, seller = self.who(self.label(sale.factor)), self.who(self.label(sale.seller))
        record = self.world.certificates.receivables.records[sale.id]
        self.until(record.due + record.grace_days * DAY + 1)
        default, anybody = self.net.receivables.declareDefault, self.who("stranger")
        self.act("receivables.declareDefault", lambda: default(sale.id, sender=anybody))
        self.act("recourse.claim", lambda: desk.claim(number, sender=factor))
        if how in ("report", "late"):
            self.wait(11 * DAY)
            self.act("recourse.reportDefault", lambda: desk.reportDefault(number, sender=factor))
        if how != "report":
            self.act("recourse.settle", lambda: desk.settle(number, seller, 2**255, sender=seller))

    def a_recourse(self, which: int, part: int) -> int:
        """A new one, on which the debtor has paid a part, or nothing; 0 where it is refused."""
        number = self.sold(which, CREDITOR[which % 2], FACTORS[which // 2 % 2], True)
        if number and part:
            root = self.net.recourse.recourseOf(number).id
            amount = max(1, self.world.certificates.receivables.claims[root].owed // part)
            debtor = self.who("buyer")
            self.act("receivables.pay", lambda: self.net.receivables.pay(root, amount, sender=debtor))
        return number

    @rule(which=pick, how=st.sampled_from(["waive", "end", "collect", "collect"]), part=st.sampled_from([3, 7]))
    def end_recourse(self, which: int, how: str, part: int) -> None:
        """Given up; over as the debtor has paid all; or going on, what was paid collected."""
        number = self.a_recourse(which, 1 if how == "end" else part)
        if number:
            desk = self.net.recourse
            factor = self.who(self.label(desk.recourseOf(number).factor))
            call = {"waive": desk.waive, "end": desk.end, "collect": desk.collect}[how]
            self.act(f"recourse.{how}", lambda: call(number, sender=factor))
