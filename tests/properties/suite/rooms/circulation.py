"""From a document to money in one transaction; the revenue of sales, shared out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import all_of, attest, sign
from caldera.contracts import structs
from tests.properties.suite.kernel import pick
from tests.properties.suite.rooms.credit import Credit
from tests.properties.suite.stage import ATTESTORS, NOBODY, UNIT
from tests.support.credit import SUPPLIER
from tests.support.suite import DAY

VALUATION = 7
FACE = 40 * UNIT
BRANDS = ("seller", "brand", "supplier")


class Circulation(Credit):
    """Rules about the router and the revenue cycle."""

    def attestors(self) -> list[Any]:
        return [self.who(name) for name in ATTESTORS]

    def facts(self, name: str) -> structs.OperatingFacts:
        """A month of an enterprise, the next statement."""
        record, entity = self.net.operating_record, self.stage.entity(name)
        length = record.epochLength()
        epoch = self.now // length - 1
        return structs.OperatingFacts(
            entity,
            epoch,
            SUPPLIER.turnover,
            SUPPLIER.receivables_issued,
            SUPPLIER.receivables_repaid,
            SUPPLIER.cargo_turnover,
            SUPPLIER.days_late,
            SUPPLIER.orders,
            record.factsOf(entity).nonce + 1,
            (epoch + 1) * length + record.longestAge(),
        )

    def vouched(self, facts: structs.OperatingFacts) -> list[structs.Attestation]:
        return [
            structs.Attestation(*one)
            for one in attest(self.net.operating_record, "OperatingFacts", facts, self.attestors())
        ]

    @rule(name=st.sampled_from(["seller", "supplier"]), revoked=st.sampled_from([False, False, True]))
    def record_facts(self, name: str, revoked: bool) -> None:
        record, facts = self.net.operating_record, self.facts(name)
        signed = self.vouched(facts)
        self.act("record.record", lambda: record.record(facts, signed, sender=self.who("relayer")))
        if revoked:
            entity, officer = self.stage.entity(name), self.who("compliance")
            self.act("record.revoke", lambda: record.revoke(entity, b"\1" * 32, sender=officer))

    @rule(name=st.sampled_from(["seller", "supplier"]), amount=st.sampled_from([UNIT, 30 * UNIT, 3_000 * UNIT]))
    def borrow_unsecured(self, name: str, amount: int) -> None:
        """Within the published formula's limit, on recorded facts."""
        self.record_facts(name, False)
        wanted = structs.Draw(1, amount, self.now // DAY + 20, self.net.rule("EU/loan"), ())
        limit = self.net.credit_model.assess(self.stage.entity(name)).limit
        done = self.act("desk.draw unsecured", lambda: self.net.desk.draw(wanted, sender=self.who(name)))
        if done is not None:
            open_usd = self.net.desk.borrowerOf(self.stage.entity(name))[1]
            assert open_usd <= limit, "5. without pledge no more is lent than the limit"

    # the router

    def evidence(self, account: str, debtor: str, invoice: structs.Invoice, operators: Sequence[Any]) -> Any:
        """The debtor's word, a valuation, operating facts, approvals; and the id that the invoice will have."""
        net, now = self.net, self.now
        creditor, owing = self.stage.entity(account), self.stage.entity(debtor)
        number = net.receivables.fingerprintOf(creditor, owing, invoice.number, invoice.issueDay)
        deadline = now + DAY
        word = invoice._asdict() | {
            "id": number,
            "lines": [],
            "creditor": creditor,
            "debtor": owing,
            "deadline": deadline,
        }
        who = self.who(debtor)
        said = structs.DebtorsWord(who.address, deadline, sign(net.receivables, "Acknowledgement", word, who))
        until = now + 60 * DAY
        statement = {"id": number, "field": VALUATION, "amount": FACE, "validUntil": until}
        signed = tuple(
            structs.Attestation(*one) for one in attest(net.router, "Statement", statement, self.attestors())
        )
        approvals, owner = [], self.who(account)
        nonce = net.certificates.nonces(owner)
        for place, operator in enumerate(operators):
            message: dict[str, Any] = {
                "owner": owner.address,
                "operator": operator.address,
                "approved": True,
                "nonce": nonce + place,
                "deadline": deadline,
            }
            approval = sign(net.certificates, "ApprovalForAll", message, owner)
            approvals.append(structs.OperatorApproval(operator.address, deadline, approval))
        facts = self.facts(account)
        evidence = structs.Evidence(
            said,
            (structs.Statement(0, VALUATION, FACE, until, signed),),
            facts,
            tuple(self.vouched(facts)),
            tuple(approvals),
        )
        named = all_of([net.router.statementDigest(number, VALUATION, FACE, until)])
        return evidence, named, number

    @rule(
        account=st.sampled_from(["seller", "supplier"]),
        debtor=st.sampled_from(["buyer", "retailer"]),
        again=st.booleans(),
    )
    def finance(self, account: str, debtor: str, again: bool) -> None:
        """A relayer brings everybody's signature; the loan is there in the same transaction; no request is good
        twice."""
        router, invoice = self.net.router, self.invoice(debtor, FACE, 60)
        evidence, named, number = self.evidence(account, debtor, invoice, [router])
        request = structs.Financing(
            self.who(account).address,
            invoice,
            (),
            (structs.Pledging(0, FACE),),
            1,
            FACE // 2,
            self.now // DAY + 30,
            self.net.rule("EU/loan"),
            named,
            self.next(),
            self.now + DAY,
        )
        if self.pool_model("EUR").cash < FACE:
            self.lend("lena", "EUR", 500 * UNIT, False)
        signed, relayer = sign(router, "Financing", request, self.who(account)), self.who("relayer")
        done = self.act("router.finance", lambda: router.finance(request, evidence, signed, sender=relayer))
        if done is not None:
            assert done.returned[0] == number
            if again:
                self.never("a request is good once", lambda: router.finance(request, evidence, signed, sender=relayer))

    @rule(account=st.sampled_from(["seller", "supplier"]), debtor=st.sampled_from(["buyer", "retailer"]))
    def discount(self, account: str, debtor: str) -> None:
        """Sold to a factor in the transaction that registers it."""
        net, invoice, factor = self.net, self.invoice(debtor, FACE, 60), self.who("factor")
        evidence, named, number = self.evidence(account, debtor, invoice, [net.factoring])
        quote = self.quote(account, number, FACE, recourse=False)
        signed_quote = sign(net.factoring, "FactoringQuote", quote, factor)
        digest = net.factoring.quoteDigest(quote)
        request = structs.Discounting(
            self.who(account).address, invoice, (), FACE, digest, quote.price, named, self.next(), self.now + DAY
        )
        signed, relayer = sign(net.router, "Discounting", request, self.who(account)), self.who("relayer")
        self.act(
            "router.discount",
            lambda: net.router.discount(request, evidence, quote, signed_quote, signed, sender=relayer),
        )

    @rule(which=pick, worth=st.sampled_from([UNIT, FACE]))
    def renew(self, which: int, worth: int) -> None:
        number, router = self.an_invoice(which), self.net.router
        if number:
            message = {
                "id": number,
                "field": VALUATION,
                "amount": worth,
                "asOf": self.now,
                "validUntil": self.now + 60 * DAY,
            }
            signed = tuple(structs.Attestation(*one) for one in attest(router, "Renewal", message, self.attestors()))
            renewal = structs.Renewal(VALUATION, worth, self.now, self.now + 60 * DAY, signed)
            self.act("router.renew", lambda: router.renew(number, renewal, sender=self.who("relayer")))

    @rule(by=st.sampled_from(["seller", "supplier"]))
    def cancel_request(self, by: str) -> None:
        number, router = self.next(), self.net.router
        self.act("router.cancelRequest", lambda: router.cancelRequest(number, sender=self.who(by)))

    # revenue

    @rule(brand=st.sampled_from(BRANDS), window=st.sampled_from([0, 7]), default=st.booleans())
    def open_scheme(self, brand: str, window: int, default: bool) -> None:
        self.scheme(brand, window, default)

    def scheme(self, brand: str, window: int, default: bool) -> int:
        """A table of shares; its number, 0 where that is refused."""
        revenue, owner = self.net.revenue, self.who(brand)
        upstream, upkeep = self.who("supplier"), self.who("workshop")
        if default:
            made = self.act(
                "revenue.openDefault",
                lambda: revenue.openDefault(owner, upstream, 0, upkeep, window, sender=owner),
            )
        else:
            shares = [structs.RevenueShare(one.address, 0, bps) for one, bps in ((owner, 6_001), (upkeep, 3_999))]
            made = self.act("revenue.openScheme", lambda: revenue.openScheme(1, window, shares, sender=owner))
        return int(made.returned) if made else 0

    @rule(
        which=pick,
        amount=st.sampled_from([1, 7, UNIT + 1]),
        then=st.sampled_from(["release", "release", "refund", "", "publish", "restrict", "nest", "nest"]),
    )
    def sell(self, which: int, amount: int, then: str) -> None:
        """A sale is shared out at once, or when the days of return are over; what is returned goes to the payer."""
        brand, window = BRANDS[which % 3], 7 if then in ("release", "refund", "nest") else 0
        made = self.nest(brand, window) if then == "nest" else self.scheme(brand, window, which % 2 == 0)
        scheme, revenue = made, self.net.revenue
        if not scheme:
            return
        owner, shopper, sale = self.who(brand), self.who("shopper"), self.next().to_bytes(32, "big")
        if then == "restrict":
            self.act("revenue.restrictPayers", lambda: revenue.restrictPayers(scheme, True, sender=owner))
            self.act("revenue.admitPayer", lambda: revenue.admitPayer(scheme, shopper, True, sender=owner))
        if then == "publish":
            shares = [structs.RevenueShare(owner.address, 0, 10_000)]
            when = self.now + 8 * DAY
            self.act("revenue.publishShares", lambda: revenue.publishShares(scheme, when, 0, shares, sender=owner))
        self.act("revenue.pay", lambda: revenue.pay(scheme, sale, 1, amount, sender=shopper))
        if then == "refund":
            some = amount // 2 or amount
            self.act("revenue.refund", lambda: revenue.refund(scheme, sale, some, b"\1" * 32, sender=owner))
        if then in ("release", "nest"):
            self.wait(7 * DAY)
            self.act("revenue.release", lambda: revenue.release(scheme, sale, sender=self.who("stranger")))

    def nest(self, brand: str, window: int) -> int:
        """A table that names the supplier's, which is another in three days; its number, 0 where that is refused."""
        revenue, owner, supplier = self.net.revenue, self.who(brand), self.who("supplier")
        lower = [
            structs.RevenueShare(self.who(one).address, 0, bps) for one, bps in (("retailer", 1), ("buyer", 9_999))
        ]
        made = self.act("revenue.openScheme", lambda: revenue.openScheme(1, 0, lower, sender=supplier))
        if not made:
            return 0
        number, later = int(made.returned), self.now + 3 * DAY
        other = [structs.RevenueShare(supplier.address, 0, 10_000)]
        self.act("revenue.publishShares", lambda: revenue.publishShares(number, later, 0, other, sender=supplier))
        lines = ((owner.address, 0, 3_333), (NOBODY, number, 3_333), (self.who("workshop").address, 0, 3_334))
        upper = [structs.RevenueShare(*line) for line in lines]
        top = self.act("revenue.openScheme", lambda: revenue.openScheme(2, window, upper, sender=owner))
        return int(top.returned) if top else 0

    @rule(brand=st.sampled_from(BRANDS), how=st.sampled_from(["for", "to", "move"]))
    def take_owed(self, brand: str, how: str) -> None:
        """What could not be handed out, as to a suspended party, waits."""
        revenue, registry, officer, who = self.net.revenue, self.net.registry, self.who("compliance"), self.who(brand)
        scheme = self.scheme(brand, 0, False)
        if not scheme:
            return
        sale = self.next().to_bytes(32, "big")
        self.act("registry.suspend", lambda: registry.suspend(who, sender=officer))
        self.act("revenue.pay", lambda: revenue.pay(scheme, sale, 1, UNIT, sender=self.who("shopper")))
        if how == "move" and brand == "seller":
            other = self.who("seller-too")
            self.act("revenue.moveOwed", lambda: revenue.moveOwed(1, who, other, sender=officer))
        self.act("registry.reinstate", lambda: registry.reinstate(who, sender=officer))
        if how == "to":
            self.act("revenue.withdrawTo", lambda: revenue.withdrawTo(1, self.who("relayer"), sender=who))
        elif how == "for":
            self.act("revenue.withdraw", lambda: revenue.withdraw(1, who, sender=self.who("relayer")))
