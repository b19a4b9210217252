"""Everything anybody can do with finance, on the real contracts together: router, desk, pool, credit model, factoring,
recourse, revenue, receivables. The figures of each part are held by its own machine, beside its model; here stands what
must hold between them.

Always true (numbers of the architecture's list, and the sentences of this part):
2. The liens on a holder's units add up to what is pledged; a unit backs one loan; no more is seized or released of a
   loan's pledges than was pledged.
4. Nothing is paid out of a receivable beyond what was paid in, and what is claimable on it is there.
5. Money is conserved: all of it is with the actors and the contracts, and each contract has what its books say, and
   what somebody gave it. What all have and can claim, less what they owe, is never more than the money there is. By
   every step each actor that does not lend gains or loses exactly what the rules say; lenders gain no more by a step
   than what comes back to the pool in it.
10. Nobody makes a privileged call without its role.
C1. What the router refuses leaves everything as it was; what it carries out, it carries out whole.
C2. A request whose evidence or signature is wrong is refused, whoever brings it.
C3. An attribute is what a quorum without the invoice's parties said as of the latest second, in whichever order it was
   brought; nothing else changes by it.
O1. From the pool of the protocol outside nothing is lent without it.
"""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import events, structs
from caldera.evm import Account, ContractError, CustomError, Receipt
from caldera.model.attributes import Attributes, Said
from caldera.model.ledger import Refused
from tests.properties.beside import Beside
from tests.support.finance import (
    ACTORS,
    BORROWERS,
    CLOSED,
    DEBTORS,
    FACTORS,
    HOLDERS,
    LENDERS,
    OUTSIDE,
    Finance,
    Picture,
    signature,
)
from tests.support.market import VALUATION
from tests.support.suite import DAY, MINIMUM, name_of

FACE = 60 * MINIMUM
DUST = 32
"""Smallest units: what rounding can leave on all positions of a receivable together."""
OPEN_SALE = 1
ACKNOWLEDGED, OVERDUE, IN_DEFAULT = 2, 3, (5, 6)
"""States of a receivable, in the order of the enum: it circulates; past its due date; in default or written off."""
KEPT_BY_NOBODY = ("desk", "factoring", "recourse", "router", "terms", "ledger", "adapter")
LIVE, OPEN, CLAIMED = (1, 2, 3), 1, 2
"""States of a recourse whose units are under lien, and of one that is open and claimed, in the order of the enum."""

pick = st.integers(0, 1 << 30)
borrowers, debtors, factors = st.sampled_from(BORROWERS), st.sampled_from(DEBTORS), st.sampled_from(FACTORS)
lenders, holders, anybody = st.sampled_from(LENDERS), st.sampled_from(HOLDERS), st.sampled_from(ACTORS)
money = st.one_of(st.sampled_from([1, MINIMUM, 20 * MINIMUM]), st.integers(1, 60 * MINIMUM))
units = st.one_of(st.sampled_from([MINIMUM, 20 * MINIMUM, FACE]), st.integers(MINIMUM, 40 * MINIMUM))
loans = st.one_of(money, units)
waits = st.one_of(st.sampled_from([0, 1, DAY, 7 * DAY]), st.integers(0, 4 * DAY), st.integers(0, 40 * DAY))


def default_of(loan: structs.Loan) -> int:
    """The first second at which a loan that is open can be declared in default."""
    return loan.maturity + (loan.graceDays + loan.defaultDays) * DAY


class FinanceMachine(Beside):
    """The machine. `finance` is shared by all examples; each begins at `mark`."""

    finance: Finance
    reached = (
        *(f"recourse.{what}" for what in ("claim", "settle", "end", "collect", "report")),
        *("collect", "buy", "fill"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.finance.chain.restore(self.mark)
        self.market, self.suite = self.finance.market, self.finance.suite
        self.ids: list[int] = []
        self.loans = self.exits = self.invoices = 0
        self.numbers = Counter[str]()
        self.sales: list[tuple[int, bytes]] = []
        self.gifts = Counter[str]()
        self.paid_in, self.paid_out = Counter[int](), Counter[int]()
        self.backed, self.gone = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
        self.attributes = Attributes(2, frozenset(self.suite.entities[name] for name in ("auditor", "notary")))
        self.signed: list[tuple[int, structs.Renewal, tuple[str, ...]]] = []
        self.surplus_from = ""
        self.returned = 0
        self.seen = self.look()

    def look(self) -> Picture:
        known = getattr(self, "seen", None)
        return self.finance.look(self.ids, self.loans, self.exits, self.sales, known)

    def actor(self, name: str) -> Any:
        return self.finance.actor(name)

    # --- what a step does, and what it should have done

    def step(self, name: str, call: Callable[[], Receipt[Any]], gift: tuple[str, str, int] | None = None) -> Any:
        """Carries out one call, and compares what everybody has with what its events say. A refusal has a name."""
        self.calls[name] += 1
        before = self.seen
        try:
            receipt = call()
        except ContractError as error:
            self.refusals[name] += 1
            assert isinstance(error, CustomError), f"{name}: {error!r}"
            return None
        self.note_events(receipt)
        self.seen = self.look()
        expected = Counter[str]()
        for event in receipt.events:
            self.expect(event, before, expected)
        if gift:
            giver, receiver, amount = gift
            expected[giver] -= amount
            if receiver == "fund":
                expected[receiver] += amount
        self.compare(name, before, expected)
        return receipt.returned if receipt.output else True

    def note_events(self, receipt: Receipt[Any]) -> None:
        """Books of this machine: of what was paid, pledged, sold."""
        self.returned = 0
        for event in receipt.events:
            match event:
                case events.Registered():
                    self.ids += [event.id] if event.lines == 0 else [event.id + 1 + i for i in range(event.lines)]
                case events.Paid():
                    self.paid_in[event.id] += event.amount
                case events.Claimed() | events.LienCollected():
                    self.paid_out[event.id] += event.amount
                case events.Drawn():
                    self.loans += 1
                case events.UnitsPledged():
                    self.backed[event.loan, event.id] += event.units
                case events.UnitsReleased() | events.UnitsSold():
                    self.gone[event.loan, event.id] += event.units
                case events.ExitRequested():
                    self.exits += 1
                case events.Returned():
                    self.returned += event.received
                case events.SalePaid() if event.releaseAt > self.finance.chain.now:
                    self.sales.append((event.scheme, event.saleId))

    def expect(self, event: Any, before: Picture, sums: Any) -> None:
        """What an event means for those that it names."""
        names, by_entity = self.finance.names, self.finance.by_entity
        match event:
            case events.Registered():
                sums[by_entity[event.creditor]] += event.face
                sums[by_entity[event.debtor]] -= event.face
            case events.Factored():
                worth = self.finance.value(self.seen, event.id, event.units)
                sums[names[event.factor]] += worth - event.price
                sums[names[event.seller]] -= worth - event.price
            case events.Repaid():
                self.paid_for(event.loan, event.payer, event.fee + event.interest + event.principal, sums)
            case events.Recovered():
                # `from` is a keyword of Python's: the handle calls it from_.
                self.paid_for(event.loan, event.from_, event.fee + event.interest + event.principal, sums)
            case events.UnitsSold():
                worth = self.finance.value(self.seen, event.id, event.units)
                sums[names[event.buyer]] += worth
                sums[names[before.loans[event.loan][0].account]] -= worth
                self.surplus_from = names[event.buyer]
            case events.SurplusHeld():
                sums[names[event.owner]] += event.amount
                sums[self.surplus_from] -= event.amount
            case events.Paid():
                sums[names[event.payer]] -= event.amount
                sums[by_entity[self.seen.ids[event.id][0].debtor]] += event.amount
            case events.RecourseSettled():
                worth = self.finance.value(self.seen, event.id, event.units)
                sums[names[event.factor]] += event.amount - worth
                sums[names[event.payer]] -= event.amount + event.proceeds
                sums[names[event.to]] += worth + event.proceeds
            case events.SalePaid():
                sums[names[event.payer]] -= event.amount
            case events.SaleRefunded():
                sums[names[event.payer]] += event.amount
            case events.SaleReleased():
                sums["fund"] += event.fund
                for part in event.parts:
                    sums[names[part.account]] += part.amount

    def paid_for(self, loan: int, payer: str, amount: int, sums: Any) -> None:
        """Who pays a loan loses what its borrower need not pay; a debtor's payment was the borrower's already."""
        account = self.finance.names[self.seen.loans[loan][0].account]
        if payer in self.finance.names:
            sums[self.finance.names[payer]] -= amount
            sums[account] += amount

    def compare(self, name: str, before: Picture, expected: Any) -> None:
        """5."""
        had, has = self.finance.wealth(before), self.finance.wealth(self.seen)
        for who in (*(one for one in ACTORS if one not in LENDERS), "fund"):
            gained = has[who] - had[who]
            wrong = gained - expected[who]
            assert abs(wrong) <= DUST, f"{name}: {who} gained {float(gained)}, by the rules {float(expected[who])}"
        gained = sum((has[who] - had[who] for who in (*LENDERS, OUTSIDE)), Fraction(0))
        spent = sum(expected[who] for who in (*LENDERS, OUTSIDE))
        assert gained - spent <= self.returned + DUST, f"{name}: lenders gained {float(gained)}, {self.returned} came"

    # --- the router

    @initialize(late=st.booleans())
    def begin(self, late: bool) -> None:
        """In every other example all debtors and borrowers have failed already."""
        self.register(0, "seller", "buyer", 20)
        self.register(1, "borrower", "retailer", 60)
        self.finance_through_router(5, "seller", "buyer", 30 * MINIMUM, FACE, 30, True)
        self.finance_through_router(6, "borrower", "retailer", 25 * MINIMUM, FACE // 2, 10, False)
        self.discount_through_router(3, "seller", "retailer", "alice", FACE, 96, True)
        self.allocate_outside(20 * MINIMUM, False)
        self.borrow_outside(0, "borrower", 15 * MINIMUM, MINIMUM, 20, "relayer")
        if late:
            self.wait(100 * DAY)
            for which, _ in enumerate(self.ids):
                self.default_of_a_debtor(which)
                self.default_of_a_borrower(which)

    @rule(
        which=pick,
        creditor=borrowers,
        debtor=debtors,
        amount=loans,
        pledged=units,
        days=st.sampled_from([1, 10, 30]),
        valued=st.booleans(),
    )
    def finance_through_router(
        self, which: int, creditor: str, debtor: str, amount: int, pledged: int, days: int, valued: bool
    ) -> None:
        request, evidence, _ = self.financing(which, creditor, debtor, amount, pledged, days, valued)
        done = self.bring("router.finance", which, creditor, "Financing", request, evidence, ())
        if not done:
            return
        root, loan = done
        for one in evidence.statements:
            self.attributes.first((root + one.part, one.field), one.amount, one.validUntil, self.finance.chain.now)
        _, owed, backing = self.seen.loans[loan]
        assert owed == amount  # C1: all of it
        assert backing == ((self.leaf(request, root), pledged),)

    @rule(
        which=pick,
        creditor=borrowers,
        debtor=debtors,
        factor=factors,
        sold=units,
        percent=st.integers(50, 100),
        recourse=st.booleans(),
    )
    def discount_through_router(
        self, which: int, creditor: str, debtor: str, factor: str, sold: int, percent: int, recourse: bool
    ) -> None:
        request, evidence, extra = self.discounting(which, creditor, debtor, factor, sold, percent, recourse)
        before = self.seen.money[creditor]
        done = self.bring("router.discount", which, creditor, "Discounting", request, evidence, extra)
        if done:
            root, _, price = done
            assert self.seen.money[creditor] == before + price  # C1
            assert self.seen.ids[self.leaf(request, root)][2][factor].units == sold

    @rule(which=pick, creditor=borrowers, debtor=debtors, how=st.integers(0, 8), by=st.sampled_from(["relayer", "own"]))
    def spoiled_request(self, which: int, creditor: str, debtor: str, how: int, by: str) -> None:
        """C2."""
        request, evidence, _ = self.financing(which, creditor, debtor, 2 * MINIMUM, FACE, 10, True)
        other = BORROWERS[creditor == BORROWERS[0]]
        signature = self.finance.request_signature("Financing", request, creditor)
        (statement,) = evidence.statements
        match how:
            case 0:
                signature = self.finance.request_signature("Financing", request, other)
            case 1:
                request = request._replace(amount=request.amount + 1)
            case 2:
                evidence = evidence._replace(statements=())
            case 3:
                evidence = evidence._replace(statements=(statement._replace(attestations=statement.attestations[:1]),))
            case 4:
                evidence = evidence._replace(debtor=evidence.debtor._replace(signer=self.actor("mallory").address))
            case 5:
                request = request._replace(deadline=self.finance.chain.now - 1)
                signature = self.finance.request_signature("Financing", request, creditor)
            case 6:
                request = request._replace(pledges=(structs.Pledging(0, FACE + 1),))
                signature = self.finance.request_signature("Financing", request, creditor)
            case 7:
                request = request._replace(lines=(FACE - 1,))
                signature = self.finance.request_signature("Financing", request, creditor)
            case 8:
                request = request._replace(invoice=request.invoice._replace(face=FACE + 1))
                signature = self.finance.request_signature("Financing", request, creditor)
        # The enterprise itself needs no signature: what is wrong with one is nothing to it.
        sender = self.actor(creditor if by == "own" and how not in (0, 1) else "relayer")
        self.calls["spoiled request"] += 1
        try:
            self.market.router.finance(request, evidence, signature, sender=sender)
        except ContractError as error:
            assert isinstance(error, CustomError), repr(error)
            self.untouched(creditor, request)
            return
        raise AssertionError(f"spoiled in manner {how} and carried out")

    @rule(
        which=pick,
        amount=units,
        ago=st.sampled_from([-1, 0, 1, 60, DAY]),
        lasts=st.sampled_from([0, 60, 30 * DAY]),
        signers=st.sampled_from(
            [("auditor", "notary")] * 3 + [("notary",), ("seller", "auditor"), ("buyer", "notary")]
        ),
    )
    def sign_renewal(self, which: int, amount: int, ago: int, lasts: int, signers: tuple[str, ...]) -> None:
        """Nothing is on chain before somebody brings it."""
        asset, now = self.one(which), self.finance.chain.now
        self.signed.append((asset, self.finance.renewal(asset, amount, now - ago, now + lasts, signers), signers))

    @rule(which=pick, by=anybody)
    def renew(self, which: int, by: str) -> None:
        """C3. Mostly the one signed last; any of the earlier ones, again and again, too."""
        if not self.signed:
            return
        asset, renewal, names = self.signed[-1 if which % 3 else which % len(self.signed)]
        facts, entities = self.suite.module.receivable(asset), self.suite.entities
        before, refused = self.seen, ""
        try:
            self.attributes.renew(
                (asset, VALUATION),
                renewal.amount,
                renewal.asOf,
                renewal.validUntil,
                signers=tuple(entities[name] for name in names),
                parties=(facts.creditor, facts.debtor),
                now=self.finance.chain.now,
            )
        except Refused as refusal:
            refused = str(refusal)
        self.calls["router.renew"] += 1
        try:
            self.market.router.renew(asset, renewal, sender=self.actor(by))
        except ContractError as error:
            self.refusals["router.renew"] += 1
            assert name_of(error) == refused, repr(error)
        else:
            assert not refused
        assert self.look() == before

    def financing(
        self, which: int, creditor: str, debtor: str, amount: int, pledged: int, days: int, valued: bool
    ) -> tuple[structs.Financing, structs.Evidence, tuple[()]]:
        invoice = self.next_invoice(creditor, debtor, days + 5)
        lines = (FACE,) if which % 4 == 1 else ()
        evidence, named = self.finance.evidence(creditor, debtor, invoice, valued, lines)
        return (
            structs.Financing(
                self.actor(creditor).address,
                invoice,
                lines,
                (structs.Pledging(len(lines), pledged),),
                1,
                amount,
                self.finance.chain.now // DAY + days,
                self.market.loan_rule,
                named,
                self.next_number(creditor),
                self.finance.chain.now + 60,
            ),
            evidence,
            (),
        )

    def discounting(
        self, which: int, creditor: str, debtor: str, factor: str, sold: int, percent: int, recourse: bool
    ) -> tuple[structs.Discounting, structs.Evidence, tuple[Any, bytes]]:
        invoice = self.next_invoice(creditor, debtor, 20)
        lines = (FACE,) if which % 4 == 1 else ()
        evidence, named = self.finance.evidence(creditor, debtor, invoice, False, lines)
        asset = self.finance.id_of(creditor, debtor, invoice) + len(lines)
        quote, by_factor = self.finance.quote(factor, asset, self.next_number(factor), sold, percent, recourse)
        request = structs.Discounting(
            self.actor(creditor).address,
            invoice,
            lines,
            sold,
            self.market.factoring.quoteDigest(quote),
            quote.price,
            named,
            self.next_number(creditor),
            self.finance.chain.now + 60,
        )
        return request, evidence, (quote, by_factor)

    def bring(
        self, name: str, which: int, creditor: str, kind: str, request: Any, evidence: Any, extra: tuple[Any, ...]
    ) -> Any:
        """The enterprise itself, without a signature, or the relayer with one."""
        own = which % 2 == 0
        signature = b"" if own else self.finance.request_signature(kind, request, creditor)
        sender = self.actor(creditor if own else "relayer")
        function: Any = self.market.router.finance if kind == "Financing" else self.market.router.discount
        done = self.step(name, lambda: function(request, evidence, *extra, signature, sender=sender))
        if done is None:
            self.untouched(creditor, request)
        else:
            assert self.market.router.isUsed(self.actor(creditor), request.number)
        return done

    def untouched(self, creditor: str, request: Any) -> None:
        """C1."""
        assert self.look() == self.seen
        assert not self.market.router.isUsed(self.actor(creditor), request.number)
        debtor = self.finance.names[request.invoice.debtor]
        assert self.suite.module.stateOf(self.finance.id_of(creditor, debtor, request.invoice)) == 0

    def leaf(self, request: Any, root: int) -> int:
        return root + len(request.lines)

    def next_invoice(self, creditor: str, debtor: str, days: int) -> structs.Invoice:
        self.invoices += 1
        return self.finance.invoice(self.invoices, debtor, FACE, days)

    def next_number(self, name: str) -> int:
        self.numbers[name] += 1
        return self.numbers[name]

    # --- receivables

    @rule(which=pick, creditor=borrowers, debtor=debtors, days=st.sampled_from([5, 20, 60]))
    def register(self, which: int, creditor: str, debtor: str, days: int) -> None:
        """Without the router; at most a handful, so that each is used."""
        if len(self.ids) > 7:
            return
        invoice = self.next_invoice(creditor, debtor, days)
        module, who = self.suite.module, self.actor(creditor)
        asset = self.step("register", lambda: module.create(invoice, [], sender=who))
        if asset:
            self.step("acknowledge", lambda: module.acknowledge(asset, sender=self.actor(debtor)))

    @rule(which=pick, payer=st.sampled_from(["debtor", "debtor", "debtor", "mallory"]), amount=money)
    def pay(self, which: int, payer: str, amount: int) -> None:
        asset = self.one(which)
        debtor = self.finance.by_entity[self.seen.ids[asset][0].debtor]
        who = self.actor(debtor if payer == "debtor" else payer)
        self.step("pay", lambda: self.suite.module.pay(asset, amount, sender=who))

    @rule(which=pick, holder=holders)
    def claim(self, which: int, holder: str) -> None:
        due = [(asset, name) for asset, (_, _, held) in self.seen.ids.items() for name in held if held[name].claimable]
        asset, who = due[which % len(due)] if due and which % 4 else (self.one(which), holder)
        self.step("claim", lambda: self.suite.module.claim(asset, self.actor(who), sender=self.actor("mallory")))

    @rule(which=pick, source=holders, receiver=holders, count=units)
    def transfer(self, which: int, source: str, receiver: str, count: int) -> None:
        """For nothing: a gift between holders."""
        asset = self.one(which)
        having = [name for name, one in self.seen.ids[asset][2].items() if one.units > one.pledged]
        if having and which % 8:
            source = having[which % len(having)]
            position = self.seen.ids[asset][2][source]
            count = min(count, position.units - position.pledged)
        worth = self.finance.value(self.seen, asset, count)
        before = self.seen
        self.calls["transfer"] += 1
        try:
            self.suite.send(self.actor(source), self.actor(receiver), asset, count)
        except CustomError:
            self.refusals["transfer"] += 1
            return
        self.seen = self.look()
        moved = Counter[str]()
        moved[source] -= worth  # type: ignore[assignment]
        moved[receiver] += worth  # type: ignore[assignment]
        self.returned = 0
        self.compare("transfer", before, moved)

    @rule(which=pick)
    def default_of_a_debtor(self, which: int) -> None:
        now = self.finance.chain.now
        overdue = [
            asset
            for asset, (facts, _, _) in self.seen.ids.items()
            if facts.state == OVERDUE and now > facts.dueDate + facts.graceDays * DAY
        ]
        root = (overdue[which % len(overdue)] if overdue else self.one(which)) >> 16 << 16
        self.step(
            "receivable.declareDefault", lambda: self.suite.module.declareDefault(root, sender=self.actor("mallory"))
        )

    # --- loans

    @rule(borrower=borrowers)
    def thaw(self, borrower: str) -> None:
        """Governance ends what a default did to a limit."""
        entity = self.suite.entities[borrower]
        if self.market.model.isFrozen(entity):
            self.step("thaw", lambda: self.market.model.thaw(entity, sender=self.suite.admin))

    @rule(
        which=pick, borrower=borrowers, amount=st.one_of(money, units), count=units, days=st.sampled_from([1, 20, 30])
    )
    def draw(self, which: int, borrower: str, amount: int, count: int, days: int) -> None:
        """Without the router: pledge, then draw, or take the pledge back."""
        asset, borrower = self.free(which, borrower, BORROWERS)
        who, desk = self.actor(borrower), self.market.desk
        done = self.step("pledge", lambda: self.suite.ledger.pledge(who, desk, asset, count, sender=who))
        item = structs.Collateral(False, asset)
        day = self.finance.chain.now // DAY + days
        # Mostly no more than the pledge is good for, nor than the pool has.
        if which % 4:
            amount = max(MINIMUM, min(amount, count // 2, self.market.pool.available() // 4))
        wanted = structs.Draw(1, amount, day, self.market.loan_rule, (item,) if done else ())
        if self.step("draw", lambda: desk.draw(wanted, sender=who)) is None and done:
            self.take_back(item, who, count)

    @rule(
        which=pick,
        borrower=st.sampled_from(("borrower", "borrower", "seller")),
        amount=st.one_of(st.integers(MINIMUM, 4 * MINIMUM), money),
        count=units,
        days=st.sampled_from([1, 20, 30]),
        by=st.sampled_from(["relayer", "own", "curator", "nobody"]),
    )
    def borrow_outside(self, which: int, borrower: str, amount: int, count: int, days: int, by: str) -> None:
        """From the protocol outside: a request of the borrower, or past its door."""
        outside, who, now = self.finance.outside, self.actor(borrower), self.finance.chain.now
        item = structs.Collateral(False, self.one(which))
        pledge = self.suite.ledger.pledge
        done = which % 3 and self.step("pledge", lambda: pledge(who, self.market.desk, item.id, count, sender=who))
        items = (item,) if done else ()
        request = outside.request(
            account=who.address,
            amount=amount,
            maturityDay=now // DAY + days,
            items=items,
            number=self.next_number(borrower),
        )
        signed = signature(who, bytes(outside.adapter.requestDigest(request)))
        wanted = structs.Draw(outside.number, amount, request.maturityDay, self.market.loan_rule, items)
        sender = self.actor(borrower if by == "own" else "relayer")
        call: dict[str, Callable[[], Receipt[Any]]] = {
            "curator": lambda: outside.vault.lend(request, signed, 0, sender=outside.curator),
            "nobody": lambda: self.market.desk.draw(wanted, sender=who),
        }
        before = self.seen
        name = {"nobody": "draw", "curator": "outside.lend"}.get(by, "outside.borrow")
        loan = self.step(
            name,
            call.get(by, lambda: outside.adapter.borrow(request, b"" if by == "own" else signed, b"", sender=sender)),
        )
        assert loan is None or by != "nobody"  # O1
        if loan is None:
            assert self.look() == before == self.seen
            if done:
                self.take_back(item, who, count)
        else:
            assert self.seen.loans[loan][0].pool == outside.number
            assert self.seen.money[borrower] == before.money[borrower] + amount

    def take_back(self, item: structs.Collateral, who: Account, count: int) -> None:
        """What was pledged for a loan that did not come about."""
        if self.step("takeBack", lambda: self.market.desk.takeBack(item, sender=who)) is not None:
            return
        # It backs a loan already, and now with more.
        ((loan, backed),) = (
            (number, dict(items)[item.id])
            for number, (facts, _, items) in self.seen.loans.items()
            if facts.state != CLOSED and facts.account == who.address and item.id in dict(items)
        )
        assert backed > count
        self.backed[loan, item.id] += count

    @rule(amount=money, back=st.booleans())
    def allocate_outside(self, amount: int, back: bool) -> None:
        """The protocol's curator feeds its pool, or leaves it."""
        vault, curator = self.finance.outside.vault, self.finance.outside.curator
        if back:
            self.step("outside.withdraw", lambda: vault.deallocate(amount, sender=curator))
        else:
            self.step("outside.deposit", lambda: vault.allocate(amount, sender=curator))

    @rule(which=pick, amount=money, by=st.sampled_from(["own", "own", "own", "mallory"]))
    def repay(self, which: int, amount: int, by: str) -> None:
        loan = self.a_loan(which)
        account = self.finance.names[self.seen.loans[loan][0].account]
        who = self.actor(account if by == "own" else by)
        some = amount if which % 3 else 10**15
        self.step("repay", lambda: self.market.desk.repay(loan, some, sender=who))

    @rule(which=pick)
    def default_of_a_borrower(self, which: int) -> None:
        now = self.finance.chain.now
        late = [
            number for number, (loan, _, _) in self.seen.loans.items() if loan.state == 1 and now >= default_of(loan)
        ]
        loan = late[which % len(late)] if late else self.a_loan(which)
        self.step("declareDefault", lambda: self.market.desk.declareDefault(loan, sender=self.actor("mallory")))

    @rule(which=pick, buyer=factors, part=st.integers(1, 4))
    def buy(self, which: int, buyer: str, part: int) -> None:
        loan = self.a_loan(which, 2, 3)
        backing = self.seen.loans[loan][2]
        count = max(backing[0][1] // part, min(backing[0][1], MINIMUM)) if backing else MINIMUM
        self.step("buy", lambda: self.market.desk.buy(loan, 0, count, 2**200, sender=self.actor(buyer)))

    @rule(which=pick, buyer=factors)
    def bought_at_once(self, which: int, buyer: str) -> None:
        """At the price of the first moment, which may leave the borrower something."""
        open_ones = [number for number, (facts, _, backing) in self.seen.loans.items() if facts.state == 1 and backing]
        if not open_ones or which % 8:
            return
        loan = open_ones[which // 8 % len(open_ones)]
        facts, _, ((_, units), *_) = self.seen.loans[loan]
        moment = default_of(facts)
        if moment > self.finance.chain.now:
            self.finance.chain.warp(moment)
            self.seen = self.look()
        desk = self.market.desk
        self.step("declareDefault", lambda: desk.declareDefault(loan, sender=self.actor("mallory")))
        self.step("buy", lambda: desk.buy(loan, 0, units, 2**200, sender=self.actor(buyer)))
        if self.seen.held[self.finance.names[facts.account]]:
            pool = self.market.pool if facts.pool == 1 else self.finance.outside.pool
            self.step("sweep", lambda: pool.payHeld(facts.account, sender=self.actor("mallory")))

    @rule(which=pick)
    def write_off(self, which: int) -> None:
        loan = self.a_loan(which, 2)
        self.step("writeOff", lambda: self.market.desk.writeOff(loan, sender=self.actor("officer")))

    @rule(which=pick, what=st.sampled_from(["collect", "payHeld", "payHeld outside", "revenue.withdraw"]))
    def sweep(self, which: int, what: str) -> None:
        """Anybody may, and mostly there is nothing: payments find their way by themselves."""
        anyone, names = self.actor("mallory"), (*BORROWERS, "alice", "shopper")
        owed = [name for name, amount in self.seen.owed.items() if amount] or names
        held = [name for name, amount in self.seen.held.items() if amount] or BORROWERS
        call: dict[str, Callable[[], Receipt[Any]]] = {
            "collect": lambda: self.market.desk.collect(self.a_loan(which), sender=anyone),
            "payHeld": lambda: self.market.pool.payHeld(self.actor(held[which % len(held)]), sender=anyone),
            "payHeld outside": lambda: self.finance.outside.pool.payHeld(
                self.actor(held[which % len(held)]), sender=anyone
            ),
            "revenue.withdraw": lambda: self.market.revenue.withdraw(
                1, self.actor(owed[which % len(owed)]), sender=anyone
            ),
        }
        self.step("collect" if what == "collect" else "sweep", call[what])

    @rule(which=pick, part=st.integers(1, 4))
    def paid_while_frozen(self, which: int, part: int) -> None:
        """What the desk could not take when the debtor paid, it takes later."""
        desk, ledger, officer = self.market.desk, self.suite.ledger, self.actor("officer")
        loan = self.a_loan(which, 1, 2)
        facts, _, backing = self.seen.loans[loan]
        if not backing:
            return
        ((asset, _), *_) = backing
        invoice, owed, held = self.seen.ids[asset]
        name = self.finance.names[facts.account]
        frozen = held[name].units if name in held else 0
        self.step("freeze", lambda: ledger.setFrozenTokens(facts.account, asset, frozen, sender=officer))
        if owed // part:
            debtor = self.actor(self.finance.by_entity[invoice.debtor])
            self.step("pay", lambda: self.suite.module.pay(asset, owed // part, sender=debtor))
        self.step("freeze", lambda: ledger.setFrozenTokens(facts.account, asset, 0, sender=officer))
        self.step("collect", lambda: desk.collect(loan, sender=self.actor("mallory")))

    # --- lenders

    @rule(lender=lenders, amount=money)
    def deposit(self, lender: str, amount: int) -> None:
        who = self.actor(lender)
        self.step("deposit", lambda: self.market.pool.deposit(amount, who, sender=who))

    @rule(lender=lenders, amount=money)
    def withdraw(self, lender: str, amount: int) -> None:
        who = self.actor(lender)
        self.step("withdraw", lambda: self.market.pool.withdraw(amount, who, who, sender=who))

    @rule(lender=lenders, part=st.integers(1, 10))
    def exit(self, lender: str, part: int) -> None:
        who = self.actor(lender)
        self.step("requestExit", lambda: self.market.pool.requestExit(self.seen.shares[lender] // part, sender=who))

    @rule(which=pick)
    def pay_exit(self, which: int) -> None:
        """One that was served, or any."""
        served = [number for number, (_, _, payable) in enumerate(self.seen.exits, 1) if payable]
        number = served[which % len(served)] if served else which % (self.exits + 1)
        if number or which % 8 == 0:
            self.step("payExit", lambda: self.market.pool.payExit(number, sender=self.actor("mallory")))

    @rule(which=pick)
    def cancel_exit(self, which: int) -> None:
        waiting = [number for number, (_, worth, _) in enumerate(self.seen.exits, 1) if worth]
        if not waiting and which % 32 != 31:
            return
        number = waiting[which % len(waiting)] if waiting else which % (self.exits + 1)
        owner = self.seen.exits[number - 1][0] if number else "mallory"
        self.step("cancelExit", lambda: self.market.pool.cancelExit(number, sender=self.actor(owner)))

    @rule(which=pick)
    def all_queue_and_one_comes_back(self, which: int) -> None:
        """While something is lent, there is not cash for all."""
        if self.seen.pool[2]:
            for lender in LENDERS:
                self.exit(lender, 1)
            self.cancel_exit(which * 32)

    # --- factoring

    @rule(which=pick, seller=holders, factor=factors, sold=units, percent=st.integers(50, 100), recourse=st.booleans())
    def fill(self, which: int, seller: str, factor: str, sold: int, percent: int, recourse: bool) -> None:
        asset, seller = self.free(which, seller, HOLDERS)
        quote, signed = self.finance.quote(factor, asset, self.next_number(factor), sold, percent, recourse)
        self.step("fill", lambda: self.market.factoring.fill(quote, signed, sold, 0, sender=self.actor(seller)))

    @rule(which=pick, what=st.sampled_from(["claim", "settle", "waive", "end", "collect", "report"]))
    def recourse(self, which: int, what: str) -> None:
        """With one of which it can perhaps be done, or any."""
        known = self.seen.recourses
        states = {"claim": (OPEN,), "settle": (CLAIMED, 3), "report": (CLAIMED,), "collect": (OPEN,)}.get(what, LIVE)
        fitting = [number for number, sale in enumerate(known, 1) if sale.state in states]
        self.use(fitting[which % len(fitting)] if fitting else which % (len(known) + 1), what)

    @rule(which=pick, part=st.integers(1, 4))
    def recourse_settled(self, which: int, part: int) -> None:
        number = self.claimed(which, part)
        if number:
            self.use(number, "settle")

    @rule(which=pick, part=st.integers(1, 4))
    def recourse_in_default(self, which: int, part: int) -> None:
        """The seller lets the days pass."""
        number = self.claimed(which, part)
        if number:
            self.wait(max(0, self.seen.recourses[number - 1].deadline + 1 - self.finance.chain.now))
            self.use(number, "report")

    @rule(which=pick, part=st.integers(1, 4))
    def recourse_collected(self, which: int, part: int) -> None:
        """The debtor pays a part, which the factor takes."""
        number = self.good(which, part)
        if number:
            self.debtor_pays(number, part + 1)
            self.use(number, "collect")

    @rule(which=pick, part=st.integers(1, 4))
    def recourse_ended(self, which: int, part: int) -> None:
        """The debtor pays all."""
        number = self.good(which, part)
        if number:
            self.debtor_pays(number, 1)
            self.use(number, "end")

    def claimed(self, which: int, part: int) -> int:
        """The number of a recourse whose debtor failed and whose factor claimed."""
        number = self.a_recourse(which, part, lambda sale: sale.state in (OPEN, CLAIMED))
        if number and self.seen.recourses[number - 1].state == OPEN:
            self.fail(self.seen.recourses[number - 1].id)
            self.use(number, "claim")
        return number

    def good(self, which: int, part: int) -> int:
        """One before its receivable is due."""
        return self.a_recourse(
            which, part, lambda sale: sale.state == OPEN and self.seen.ids[sale.id][0].state == ACKNOWLEDGED
        )

    def debtor_pays(self, number: int, part: int) -> None:
        asset = self.seen.recourses[number - 1].id
        facts, owed, _ = self.seen.ids[asset]
        debtor = self.actor(self.finance.by_entity[facts.debtor])
        if owed // part:
            self.step("pay", lambda: self.suite.module.pay(asset, owed // part, sender=debtor))

    def use(self, number: int, what: str) -> None:
        """By those whose recourse it is."""
        recourse = self.market.recourse
        sale = self.seen.recourses[number - 1] if number else None
        factor = self.actor(self.finance.names[sale.factor] if sale else "alice")
        seller = self.actor(self.finance.names[sale.seller] if sale else "seller")
        call: dict[str, Callable[[], Receipt[Any]]] = {
            "claim": lambda: recourse.claim(number, sender=factor),
            "settle": lambda: recourse.settle(number, seller, 2**200, sender=seller),
            "waive": lambda: recourse.waive(number, sender=factor),
            "end": lambda: recourse.end(number, sender=factor),
            "collect": lambda: recourse.collect(number, sender=factor),
            "report": lambda: recourse.reportDefault(number, sender=factor),
        }
        self.step(f"recourse.{what}", call[what])

    def a_recourse(self, which: int, part: int, fits: Callable[[structs.RecourseSale], bool]) -> int:
        """The number of one that fits, sold now if there is none; 0 where that was refused."""
        if not any(map(fits, self.seen.recourses)):
            names = BORROWERS[which % 2], DEBTORS[which // 2 % 2], FACTORS[which // 4 % 2]
            self.discount_through_router(which // 8, *names, FACE // part, 90, True)
        fitting = [number for number, sale in enumerate(self.seen.recourses, 1) if fits(sale)]
        return fitting[which % len(fitting)] if fitting else 0

    def fail(self, asset: int) -> None:
        """Its debtor lets the days of grace pass, and everybody may say so."""
        facts, _, _ = self.seen.ids[asset]
        if facts.state not in IN_DEFAULT:
            self.wait(max(0, facts.dueDate + facts.graceDays * DAY + 1 - self.finance.chain.now))
            mallory = self.actor("mallory")
            self.step(
                "receivable.declareDefault",
                lambda: self.suite.module.declareDefault(asset >> 16 << 16, sender=mallory),
            )

    # --- revenue

    @rule(which=st.integers(0, 1), amount=money)
    def sell(self, which: int, amount: int) -> None:
        sale = keccak(text=f"sale {self.next_number('shopper')}")
        scheme = self.finance.schemes[which]
        shopper = self.actor("shopper")
        self.step("revenue.pay", lambda: self.market.revenue.pay(scheme, sale, 1, amount, sender=shopper))

    @rule(which=pick)
    def release(self, which: int) -> None:
        """Every other time once the window of refunds is over."""
        among = [key for key in self.sales if self.seen.sales[key].state == OPEN_SALE] or self.sales
        if among:
            key = among[which // 2 % len(among)]
            if which % 2:
                self.wait(max(0, self.seen.sales[key].releaseAt - self.finance.chain.now))
            self.step("revenue.release", lambda: self.market.revenue.release(*key, sender=self.actor("mallory")))

    @rule(which=pick, amount=money)
    def refund(self, which: int, amount: int) -> None:
        if self.sales:
            key = self.sales[which % len(self.sales)]
            some = amount if which % 2 else self.seen.sales[key].amount
            brand = self.actor("seller")
            self.step("revenue.refund", lambda: self.market.revenue.refund(*key, some, b"\1" * 32, sender=brand))

    # --- the world

    @rule(giver=anybody, receiver=pick, amount=money)
    def give(self, giver: str, receiver: int, amount: int) -> None:
        names = list(self.finance.contracts)
        name = names[receiver % len(names)]
        token = self.suite.token
        given = self.step(
            "give",
            lambda: token.transfer(self.finance.contracts[name], amount, sender=self.actor(giver)),
            gift=(giver, name, amount),
        )
        if given is not None:
            self.gifts[name] += amount

    @rule(name=st.sampled_from([*HOLDERS, *LENDERS]), suspended=st.sampled_from([True, False, False]))
    def suspend(self, name: str, suspended: bool) -> None:
        registry, who, officer = self.suite.registry, self.actor(name), self.actor("officer")
        call = registry.suspend if suspended else registry.reinstate
        self.step("suspend" if suspended else "reinstate", lambda: call(who, sender=officer))

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self.finance.chain.skip(seconds)
        self.calls["wait"] += 1
        self.seen = self.look()

    @rule(
        which=pick,
        late=st.sampled_from([0, 0, 1]),
        until=st.sampled_from(["loan", "loan", "receivable", "sale", "claim"]),
    )
    def wait_until(self, which: int, late: int, until: str) -> None:
        """To the second from which somebody may do something."""
        seen = self.seen
        moments: dict[str, list[int]] = {
            "loan": [default_of(loan) for loan, _, _ in seen.loans.values() if loan.state == 1],
            "receivable": [facts.dueDate + facts.graceDays * DAY + 1 for facts, _, _ in seen.ids.values()],
            "sale": [sale.releaseAt for sale in seen.sales.values() if sale.state == OPEN_SALE],
            "claim": [sale.deadline + 1 for sale in seen.recourses if sale.state == CLAIMED],
        }
        coming = [moment + late for moment in moments[until] if moment > self.finance.chain.now]
        if coming:
            self.finance.chain.warp(min(coming) if which % 4 else coming[which % len(coming)])
            self.calls["wait until"] += 1
            self.seen = self.look()

    @rule(which=pick, name=anybody)
    def usurp(self, which: int, name: str) -> None:
        """10."""
        market, who = self.market, self.actor(name)
        asset = self.one(which)
        draw = structs.Draw(1, MINIMUM, self.finance.chain.now // DAY + 9, market.loan_rule, ())
        quote = structs.FactoringQuote(who.address, who.address, asset, 1, 0, 1, 1, 1, False, 1, 0, 2**40 - 1)
        sale = structs.RecourseSale(who.address, 1, 0, 1, 1, 1, 1, 1, False, who.address, 1, asset)
        seller = self.actor("seller")
        invoice = self.finance.invoice(0, "buyer", FACE, 9)
        calls: list[Callable[[], Any]] = [
            lambda: market.module.createFor(seller, invoice, [], sender=who),
            lambda: market.module.stateVerified(asset, 7, 1, 1, 2**40 - 1, 1, 1, sender=who),
            lambda: market.module.moveProceeds(asset, seller, who, sender=who),
            lambda: market.module.writeOff(asset, sender=who),
            lambda: market.desk.drawFor(seller, draw, sender=who),
            lambda: market.desk.writeOff(1, sender=who),
            lambda: market.factoring.fillFor(seller, quote, b"", 1, 0, sender=who),
            lambda: market.recourse.open(sale, sender=who),
            lambda: market.model.recordInTime(1, 1, sender=who),
            lambda: market.model.recordDefault(1, sender=who),
            lambda: market.revenue.setFundShare(1, 0, sender=who),
            lambda: market.fund.spend(self.suite.token, who, 1, b"\1" * 32, sender=who),
            lambda: market.terms.setAdvance(False, 1, 10_000, sender=who),
            lambda: market.router.pause(1, sender=who),
            lambda: market.pool.pause(1, sender=who),
        ]
        self.calls["usurp"] += 1
        try:
            calls[which % len(calls)]()
        except ContractError as error:
            assert name_of(error) == "AccessManagedUnauthorized", repr(error)
            return
        raise AssertionError(f"{name} made privileged call {which % len(calls)}")

    def one(self, which: int) -> int:
        return self.ids[which % len(self.ids)]

    def free(self, which: int, name: str, among: tuple[str, ...]) -> tuple[int, str]:
        """One that circulates with a holder of free units; sometimes any, with the given name."""
        found = [
            (asset, holder)
            for asset, (facts, _, held) in self.seen.ids.items()
            for holder, one in held.items()
            if facts.state == ACKNOWLEDGED and holder in among and one.units >= one.pledged + MINIMUM
        ]
        return found[which % len(found)] if found and which % 8 else (self.one(which), name)

    def a_loan(self, which: int, *states: int) -> int:
        """One in these states, else one that is not closed, else any."""
        loans = self.seen.loans
        fitting = [n for n, (loan, _, _) in loans.items() if loan.state in states] or [
            n for n, (loan, _, _) in loans.items() if loan.state != CLOSED
        ]
        among = fitting if fitting and which % 8 else list(loans)
        return among[which % len(among)]

    # --- what must hold

    @invariant()
    def attributes_are_the_latest(self) -> None:
        """C3."""
        for asset in {*self.ids, *(asset for asset, _ in self.attributes.said)}:
            kept = self.suite.ledger.attributeOf(asset, VALUATION)
            said = self.attributes.said.get((asset, VALUATION), Said(0, 0, 0, 0))
            assert Said(kept.amount, kept.statedAt, kept.validUntil, kept.level) == said

    @invariant()
    def liens_add_up(self) -> None:
        """2."""
        backing = Counter[tuple[str, int]]()
        for loan, _, items in self.seen.loans.values():
            if loan.state == CLOSED:
                continue
            for asset, count in items:
                key = (self.finance.names[loan.account], asset)
                assert key not in backing
                backing[key] = count
        for asset, (_, _, held) in self.seen.ids.items():
            for name, position in held.items():
                assert sum(count for _, count, _ in position.liens) == position.pledged <= position.units
                desk = sum(count for lienholder, count, _ in position.liens if lienholder == "desk")
                assert desk == backing.get((name, asset), 0)
                bound = sum(
                    sale.units
                    for sale in self.seen.recourses
                    if sale.id == asset and self.finance.names[sale.factor] == name and sale.state in LIVE
                )
                recourse = sum(count for lienholder, count, _ in position.liens if lienholder == "recourse")
                assert recourse == bound
        for pledge, taken in self.gone.items():
            assert taken <= self.backed[pledge]

    @invariant()
    def no_more_is_paid_out_than_in(self) -> None:
        """4."""
        for asset, (facts, _, held) in self.seen.ids.items():
            assert facts.paid == self.paid_in[asset] >= self.paid_out[asset]
            due = sum(one.claimable + sum(paid for _, _, paid in one.liens) for one in held.values())
            assert due <= self.paid_in[asset] - self.paid_out[asset]
            assert self.paid_in[asset] <= facts.face

    @invariant()
    def money_is_conserved(self) -> None:
        """5."""
        seen, there = self.seen, self.seen.money
        assert sum(there.values()) == self.finance.supply - self.elsewhere()
        assert there["module"] == sum(self.paid_in.values()) - sum(self.paid_out.values()) + self.gifts["module"]
        cash, reserved, _ = seen.pool
        assert there["pool"] == cash + reserved + self.gifts["pool"]
        served = sum(payable for _, _, payable in seen.exits)
        assert 0 <= reserved - sum(seen.held.values()) + seen.held_outside - served <= len(seen.exits)
        cash, reserved, _ = seen.theirs
        assert reserved == seen.held_outside
        assert there["closed pool"] == cash + reserved + self.gifts["closed pool"]
        open_sales = sum(sale.amount for sale in seen.sales.values())
        assert there["revenue"] == open_sales + sum(seen.owed.values()) + self.gifts["revenue"]
        for name in KEPT_BY_NOBODY:
            assert there[name] == self.gifts[name]
        claims = sum(self.finance.wealth(seen).values()) + open_sales
        unclaimed = sum(amount for name, amount in self.gifts.items() if name != "fund")
        assert claims <= sum(there.values()) - unclaimed

    def elsewhere(self) -> int:
        """With those who never act."""
        return int(self.finance.idle)
