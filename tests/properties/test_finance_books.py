"""The books of everybody, kept beside everything anybody can do with loans, pools, factoring and recourse.

Of every party:
1. Every voucher balances, and so do all accounts together.
2. The account of the money is what the token says; suspense is what the token itself was told to mint or send, and no
   contract of the suite ever moves money of which no rule speaks.
3. Loans taken are the principal that the desk wants of the party, and the pool's books have the principal of each loan:
   given while it is open, doubtful from its default on, none once it is written off. Interest and fees are what others
   paid, but for what came in after a write-off.
4. Surpluses and served exits are what the pool has set aside, to the unit; what a lender's shares cost is never below
   zero, and zero where it has none.
5. A recourse stands in both books while it lives, and so do its claim and its delay, with what was claimed.
6. What left one party's certificates came to another's: over all parties nothing stands in settlement but what pool
   shares had cost that were passed on, less than two units off for each voucher.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.contracts import BlacklistToken
from caldera.evm import Account
from caldera.model.ledger import Position
from caldera.vouchers import Party, Reading
from tests.properties import beside
from tests.properties.factoring_machine import CASH, EVERYBODY, FactoringMachine
from tests.properties.lenders import FACE
from tests.properties.lending_machine import BORROWERS, LENDERS, PARTIES, LendingMachine, pick
from tests.support import factoring
from tests.support.accounting import Audit, Watched, audit, sums_of
from tests.support.lending import TERMS, open_bank
from tests.support.outside import open_outside
from tests.support.suite import DAY, MINIMUM, build

OWNERS = ("seller", "buyer", "alice", "bank", "carol")
"""One account of each entity in the machine of factoring."""
MEMOS = ("recourse_given", "recourse_held", "recourse_due", "recourse_overdue")


class LendingBooks(LendingMachine):
    """The machine of lending; when it stops, all books are kept and compared with the contracts."""

    audit: ClassVar[Audit]
    begun: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        del self.audit.chain.receipts[self.begun :]

    def give(self, name: str, amount: int) -> Account:
        """Lenders have enough for shares of a pool in which a recovery fell to very few of them."""
        return super().give(name, max(amount, 10**24) if name in LENDERS else amount)

    # The protocol outside keeps books of its own; here it stays away.
    def feed_outside(self, *_: Any) -> None:
        return

    allocate_outside = deallocate_outside = lend_outside = borrow_outside = cancel_request = feed_outside

    @rule(which=pick, who=st.sampled_from(("alice", "bank")))
    def a_pledge_is_bought_at_once(self, which: int, who: str) -> None:
        """At the price of the first moment, which leaves a surplus."""
        backed = [number for number, loan in self.model.loans.items() if loan.state == "Open" and loan.pledges]
        if not backed or which % 3:
            return
        number = backed[which // 3 % len(backed)]
        loan, desk = self.model.loans[number], self.bank.desk
        self.wait(max(0, loan.grace_end + TERMS.defaultDays * DAY - self.ledger.now))
        self.both(
            "declare default",
            lambda: self.model.declare_default(number),
            lambda: desk.declareDefault(number, sender=self.actor("carol")),
        )
        units = self.ledger.assets[next(iter(loan.pledges))].units[Position(loan.account, "desk")]
        if units:
            buyer = self.give(who, 10**15)
            self.both(
                "buy",
                lambda: -self.paid_out(who, -self.model.buy(number, 0, who, units)),
                lambda: desk.buy(number, 0, units, 2**200, sender=buyer).returned,
            )
            self.pay_held(loan.account)

    @rule(which=st.integers(0, 2), amount=st.integers(MINIMUM, 20 * MINIMUM))
    def paid_while_frozen(self, which: int, amount: int) -> None:
        """What the desk could not take then it takes later."""
        owner = "borrower" if which == 2 else "seller"
        self.freeze(which, owner, FACE)
        self.debtor_pays(which, amount)
        self.freeze(which, owner, 0)
        for number in self.model.loans_on(self.ids[which]):
            self.both(
                "collect",
                lambda number=number: self.model.collect(number),  # type: ignore[misc]
                lambda number=number: self.bank.desk.collect(number, sender=self.actor("carol")).returned,  # type: ignore[misc]
            )

    @rule(which=st.integers(0, 2), units=st.sampled_from([MINIMUM, 2 * MINIMUM]))
    def pledged_and_taken_back(self, which: int, units: int) -> None:
        owner = "borrower" if which == 2 else "seller"
        self.pledge(owner, which, units)
        self.take_back(owner, which)

    def teardown(self) -> None:
        entities = self.bank.suite.entities
        names = [name for name in PARTIES if name != "seller2"]
        kept = {name: self.audit.checked(Party.of(name, entities[name])) for name in names}
        found = {name: sums_of(reading) for name, reading in kept.items()}
        pool = self.audit.sums(Party.of("pool", accounts=[self.bank.pool]))
        self.compare_loans(found, pool)
        self.compare_pool(found, pool)
        compare_settlement(kept.values())

    def compare_loans(self, found: dict[str, dict[str, int]], pool: dict[str, int]) -> None:
        """Invariant 3."""
        standing = dict.fromkeys(("Open", "Defaulted", "WrittenOff"), 0)
        owed = dict.fromkeys(BORROWERS, 0)
        for number, loan in self.model.loans.items():
            if loan.state != "Closed":
                principal = self.bank.desk.owedOn(number)[2]
                owed[loan.account] += principal
                standing[loan.state] += principal
        assert pool.get("loans_given", 0) == standing["Open"]
        assert pool.get("loans_doubtful", 0) == standing["Defaulted"]
        assert found["borrower"].get("loans_taken", 0) == -owed["borrower"]
        assert found["seller"].get("loans_taken", 0) == -owed["seller"] - owed["seller2"]
        for kind in ("interest", "fee"):
            paid = sum(found[name].get(f"{kind}_expense", 0) for name in ("seller", "borrower"))
            assert 0 <= paid + pool.get(f"{kind}_income", 0) <= -pool.get("recoveries", 0)

    def compare_pool(self, found: dict[str, dict[str, int]], pool: dict[str, int]) -> None:
        """Invariant 4."""
        held = {name: self.bank.pool.heldFor(self.actor(name)) for name in BORROWERS}
        assert found["borrower"].get("surplus_due", 0) == held["borrower"]
        assert found["seller"].get("surplus_due", 0) == held["seller"] + held["seller2"]
        assert pool.get("surplus_payable", 0) == -sum(held.values())
        assert pool.get("exits_payable", 0) == sum(held.values()) - self.bank.pool.books()[1]
        queued = {place.owner for place in self.pool.exits if place.next < place.end}
        for name in (*LENDERS, "alice"):
            cost = found[name].get("pool_shares", 0)
            assert cost >= 0
            assert cost == 0 or self.pool.shares[name] or name in queued


class FactoringBooks(FactoringMachine):
    """The machine of factoring, in the same way."""

    audit: ClassVar[Audit]
    begun: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        del self.audit.chain.receipts[self.begun :]
        self.claims: dict[int, int] = {}

    def claimed(self, number: int, by: str) -> int:
        amount = super().claimed(number, by)
        self.claims[number] = amount
        return amount

    def teardown(self) -> None:
        entities = self.suite.entities
        kept = {name: self.audit.checked(Party.of(name, entities[name])) for name in OWNERS}
        self.audit.checked(Party.of("stranger", accounts=[self.suite.stranger], roles=["payer"]))
        self.compare_recourses({name: sums_of(reading) for name, reading in kept.items()})
        compare_settlement(kept.values())

    def compare_recourses(self, found: dict[str, dict[str, int]]) -> None:
        """Invariant 5."""
        names = {self.suite.entities[name]: name for name in OWNERS}
        wanted = {name: dict.fromkeys(MEMOS, 0) for name in OWNERS}
        for number in self.model.recourse:
            facts = self.desk.recourse.recourseOf(number)
            if facts.state not in (factoring.OPEN, factoring.CLAIMED, factoring.DEFAULTED):
                continue
            seller, factor = wanted[names[facts.sellerEntity]], wanted[names[facts.factorEntity]]
            seller["recourse_given"] -= facts.price
            factor["recourse_held"] += facts.price
            if facts.state != factoring.OPEN:
                memo = "recourse_due" if facts.state == factoring.CLAIMED else "recourse_overdue"
                seller[memo] -= self.claims[number]
                factor[memo] += self.claims[number]
        for name in OWNERS:
            assert {memo: found[name].get(memo, 0) for memo in MEMOS} == wanted[name]


def compare_settlement(books: Iterable[Reading]) -> None:
    """Invariant 6."""
    total, vouchers = 0, 0
    for reading in books:
        vouchers += len(reading.vouchers)
        for voucher in reading.vouchers:
            if (voucher.contract, voucher.event) != ("LendingPool", "Transfer"):
                total += sum(line.amount for line in voucher.lines if line.account == "settlement")
    assert abs(total) <= 2 * vouchers


@pytest.fixture(autouse=True)
def fewer_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "STEPS", max(beside.STEPS // 4, beside.PER_EXAMPLE))


def test_everybodys_books_of_loans() -> None:
    chain = Watched()
    bank = open_bank(build(chain))
    suite = bank.suite
    suite.enrol("buyer2")
    outside = open_outside(bank)
    contracts = [suite.registry, suite.standard, suite.ledger, suite.module, bank.desk, bank.pool]
    made = audit(chain, contracts, suite.token)
    beside.run(LendingBooks, chain.snapshot(), bank=bank, outside=outside, audit=made, begun=len(chain.receipts))


def test_everybodys_books_of_factoring() -> None:
    chain = Watched()
    desk = factoring.build(chain, BlacklistToken)
    for name in EVERYBODY:
        desk.money(desk.actor(name), CASH)
    suite = desk.suite
    contracts = [suite.registry, suite.standard, suite.ledger, suite.module, desk.factoring, desk.recourse]
    made = audit(chain, contracts, suite.token)
    beside.run(FactoringBooks, chain.snapshot(), desk=desk, audit=made, begun=len(chain.receipts))
