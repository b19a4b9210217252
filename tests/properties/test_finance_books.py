"""The books of everybody, kept beside everything anybody can do with loans, pools, factoring and recourse.

Of every party:
1. Every voucher balances, and so do all accounts together.
2. The account of the money is what the token says; suspense is what the token itself was told to mint or send, and no
   contract of the suite ever moves money of which no rule speaks.
3. Loans taken are the principal that the desk wants of the party, and the pool's books have the principal of each loan:
   given while it is open, doubtful from its default on, none once it is written off.
4. Surpluses and served exits are what the pool has set aside, to the unit; what a lender's shares cost is never below zero,
   and zero where it has none.
5. Claims of recourse stand in both books while they stand in the contract, and only then.
"""

from typing import ClassVar

import pytest

from caldera.contracts import BlacklistToken
from caldera.vouchers import Party
from tests.properties import beside
from tests.properties.factoring_machine import CASH, EVERYBODY, FactoringMachine
from tests.properties.lending_machine import BORROWERS, LENDERS, PARTIES, LendingMachine
from tests.support import factoring
from tests.support.accounting import Audit, Watched, audit
from tests.support.lending import open_bank
from tests.support.suite import build

OF_SELLER = ("seller", "seller2")
DEBTS = ("loans_taken", "interest_expense", "fee_expense")


class LendingBooks(LendingMachine):
    """The machine of lending; when it stops, all books are kept and compared with the contracts."""

    audit: ClassVar[Audit]
    begun: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        del self.audit.chain.receipts[self.begun :]

    def teardown(self) -> None:
        entities = self.bank.suite.entities
        found = {name: self.audit.sums(Party.of(name, entities[name])) for name in PARTIES if name != "seller2"}
        pool = self.audit.sums(Party.of("pool", accounts=[self.bank.pool]))
        self.compare_loans(found, pool)
        self.compare_pool(found, pool)

    def compare_loans(self, found: dict[str, dict[str, int]], pool: dict[str, int]) -> None:
        """Invariant 3."""
        desk, loans = self.bank.desk, self.model.loans
        open_, doubtful = 0, 0
        owed = dict.fromkeys(BORROWERS, 0)
        for number, loan in loans.items():
            principal = desk.owedOn(number)[2] if loan.state != "Closed" else 0
            owed[loan.account] += principal
            open_ += principal if loan.state == "Open" else 0
            doubtful += principal if loan.state == "Defaulted" else 0
        assert pool.get("loans_given", 0) == open_
        assert pool.get("loans_doubtful", 0) == doubtful
        assert found["borrower"].get("loans_taken", 0) == -owed["borrower"]
        assert found["seller"].get("loans_taken", 0) == -owed["seller"] - owed["seller2"]
        for kind in ("interest", "fee"):
            paid = sum(found[name].get(f"{kind}_expense", 0) for name in ("seller", "borrower"))
            # What came in after a write-off is recovered, whatever it was paid for.
            assert 0 <= paid + pool.get(f"{kind}_income", 0) <= -pool.get("recoveries", 0)

    def compare_pool(self, found: dict[str, dict[str, int]], pool: dict[str, int]) -> None:
        """Invariant 4."""
        held = {name: self.bank.pool.heldFor(self.actor(name)) for name in BORROWERS}
        assert found["borrower"].get("surplus_due", 0) == held["borrower"]
        assert found["seller"].get("surplus_due", 0) == held["seller"] + held["seller2"]
        assert pool.get("surplus_payable", 0) == -sum(held.values())
        reserved = self.bank.pool.books()[1]
        assert pool.get("exits_payable", 0) == sum(held.values()) - reserved
        queued = {exit_.owner for exit_ in self.pool.exits if exit_.next < exit_.end}
        for name in (*LENDERS, "alice"):
            cost = found[name].get("pool_shares", 0)
            assert cost >= 0
            assert cost == 0 or self.pool.shares[name] or name in queued
        # Without a price nothing can be said of what secured a loan: none is left where none was sold on.
        for name in ("buyer", "carol"):
            assert "settlement" not in found[name]


class FactoringBooks(FactoringMachine):
    """The machine of factoring, in the same way."""

    audit: ClassVar[Audit]
    begun: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        del self.audit.chain.receipts[self.begun :]

    def teardown(self) -> None:
        entities = self.suite.entities
        found = {
            name: self.audit.sums(Party.of(name, entities[name]))
            for name in ("seller", "buyer", "alice", "bank", "carol")
        }
        found["stranger"] = self.audit.sums(Party.of("stranger", accounts=[self.suite.stranger], roles=["payer"]))
        # Invariant 5.
        given = dict.fromkeys(found, 0)
        held, due, overdue = dict(given), dict(given), dict(given)
        for number, sale in self.model.recourse.items():
            state = self.desk.recourse.recourseOf(number)
            names = {entities[name]: name for name in found if name in entities}
            seller, factor = names[state.sellerEntity], names[state.factorEntity]
            if state.state not in (factoring.OPEN, factoring.CLAIMED, factoring.DEFAULTED):
                continue
            given[seller] += sale.price
            held[factor] += sale.price
        for name, sums in found.items():
            assert sums.get("recourse_given", 0) == -given[name]
            assert sums.get("recourse_held", 0) == held[name]
        assert self.in_all(found, "recourse_due") == self.in_all(found, "recourse_overdue") == 0
        claimed = self.any_in("Claimed")
        assert any("recourse_due" in sums for sums in found.values()) == claimed
        # Whatever was sold, the discount of one is the other's.
        assert self.in_all(found, "discount_income") <= 0 <= self.in_all(found, "discount_expense")

    @staticmethod
    def in_all(found: dict[str, dict[str, int]], account: str) -> int:
        return sum(sums.get(account, 0) for sums in found.values())


@pytest.fixture(autouse=True)
def fewer_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "STEPS", max(beside.STEPS // 4, beside.PER_EXAMPLE))


def test_everybodys_books_of_loans() -> None:
    chain = Watched()
    bank = open_bank(build(chain))
    suite = bank.suite
    contracts = [suite.registry, suite.standard, suite.ledger, suite.module, bank.desk, bank.pool]
    made = audit(chain, contracts, suite.token)
    beside.run(LendingBooks, chain.snapshot(), bank=bank, audit=made, begun=len(chain.receipts))


def test_everybodys_books_of_factoring() -> None:
    chain = Watched()
    desk = factoring.build(chain, BlacklistToken)
    for name in EVERYBODY:
        desk.money(desk.actor(name), CASH)
    suite = desk.suite
    contracts = [suite.registry, suite.standard, suite.ledger, suite.module, desk.factoring, desk.recourse]
    made = audit(chain, contracts, suite.token)
    beside.run(FactoringBooks, chain.snapshot(), desk=desk, audit=made, begun=len(chain.receipts))
