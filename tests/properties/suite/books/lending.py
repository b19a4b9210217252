"""Lenders' pools and loans, to the unit: the exact models, told of every event.

Independent of the contracts: what a loan owes at its second (interest, late interest, fee, in this order before
principal), what a share is worth to who enters and to who leaves, who in the queue gets what, when what comes beyond
the books is earned."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any, ClassVar

from caldera.model.ledger import SUSPENDED
from caldera.model.lending import LendingModel, Loan, LoanTerms
from caldera.model.pool import VIRTUAL_SHARES, PoolModel
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.certificates import Certificates
from tests.properties.suite.books.rules import CURRENCY_DECIMALS
from tests.properties.suite.stage import CURRENCIES, NOBODY, Stage

LOAN = 16
DESK = ("Drawn", "Repaid", "Recovered", "LoanClosed", "BecameLate", "Defaulted", "WrittenOff", "UnitsSold")
POOL = (
    *("Deposit", "Withdraw", "Transfer", "ExitRequested", "ExitsServed", "ExitCancelled", "ExitPaid"),
    *("SurplusHeld", "SurplusPaid"),
)
STATES = ("None", "Open", "Defaulted", "WrittenOff", "Closed")


class Lending(Book):
    """`model`: all loans, and the pools by their number at the desk. Collateral is the certificates' matter."""

    hears: ClassVar[Hears] = {
        **emits("CreditDesk", *DESK),
        **emits("LendingTerms", "LoanTermsSet"),
        **{f"LendingPool{code}": emits("", *POOL)[""] for code in CURRENCIES},
    }

    def __init__(self, stage: Stage, certificates: Certificates) -> None:
        self.certificates = certificates
        self.addresses = {stage.at(f"LendingPool{code}"): n for n, code in enumerate(CURRENCIES, 1)}
        self.currency = {number: stage.number(code) for number, code in enumerate(CURRENCIES, 1)}
        self.desk = stage.at("CreditDesk")
        terms = LoanTerms(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        pools = [PoolModel() for _ in CURRENCIES]
        ledger, receivables = certificates.ledger, certificates.receivables
        self.model = LendingModel(ledger, receivables, pools[0], terms, _none, _yes, self.desk)
        for number, pool in enumerate(pools, 1):
            self.model.pools[number] = pool
            pool.claims = partial(self.model.booked, number)
            pool.mayhold, pool.maypay = self._may_hold, self._may_pay
        self.to_queue: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        self.sold = False
        self.touched: set[int] = set()
        self.loans_seen: set[int] = set()
        self.now = stage.now

    def _may_hold(self, account: str) -> bool:
        return self.certificates.parties.active(account, self.now)

    def _may_pay(self, account: str) -> bool:
        party = self.certificates.parties.facts.get(account)
        return party is None or party.status != SUSPENDED

    def before(self, scene: Scene) -> None:
        self.now = scene.now
        self.sold = False

    def after(self, scene: Scene) -> None:
        for number, given in self.to_queue.items():
            for _, shares in given:
                self.model.pools[number].shares["given to the pool"] += shares
        self.to_queue.clear()

    # loans

    def loan_terms_set(self, event: Any, scene: Scene) -> None:
        given = event.terms
        self.model.terms_of[event.poolNumber] = LoanTerms(
            rate_bps=given.rateBps,
            late_fee_bps=given.lateFeeBps,
            borrower_cap_bps=given.borrowerCapBps,
            debtor_cap_bps=given.debtorCapBps,
            longest_days=given.longestDays,
            default_days=given.defaultDays,
            auction_days=given.auctionDays,
            floor_bps=given.floorBps,
            grace_days=0,
            minimum=0,
            advance_bps=0,
            decimals=CURRENCY_DECIMALS,
            borrower_cap=given.borrowerCap,
            debtor_cap=given.debtorCap,
        )

    def drawn(self, event: Any, scene: Scene) -> None:
        number, terms = event.poolNumber, self.model.terms_of[event.poolNumber]
        assert event.loan == len(self.model.loans) + 1
        assert event.rateBps == terms.rate_bps
        assert event.secured <= event.principal
        pool, model = self.model.pools[number], self.model
        worth = pool.worth(self.now)
        assert model.owed_by(event.borrower, number) + event.principal <= terms.borrower_most(worth), (
            "5. borrower's cap"
        )
        assert event.borrower == self.certificates.parties.entity(event.account)
        assert event.maturity <= self.now + terms.longest_days * 86_400
        grace = scene.stage.net.desk.loanOf(event.loan).graceDays
        assert grace in {rules.grace_days for rules in self.certificates.rules.rules.values() if rules.kind == LOAN}
        model.loans[event.loan] = Loan(
            event.account,
            event.borrower,
            event.principal,
            event.secured,
            event.maturity,
            event.maturity + grace * 86_400,
            terms,
            self.now,
            number,
        )
        pool.lend(event.principal)
        self._touch(event.loan)

    def repaid(self, event: Any, scene: Scene) -> None:
        loan = self.model.loans[event.loan]
        loan.accrue(self.now)
        amount = event.fee + event.interest + event.principal
        assert amount <= loan.owed, "5. nobody pays more than is owed"
        fee = min(amount, loan.fee)
        interest = min(amount - fee, loan.interest_due)
        assert (event.fee, event.interest) == (fee, interest), f"5. loan {event.loan}: fee and interest come first"
        # What pledges bring is paid by nobody, or by who bought them.
        self.model._apply(event.loan, amount, from_pledge=event.payer == NOBODY or self.sold)
        self._touch(event.loan)

    def recovered(self, event: Any, scene: Scene) -> None:
        self.repaid(_named(event, payer=event.from_), scene)

    def became_late(self, event: Any, scene: Scene) -> None:
        loan = self.model.loans[event.loan]
        loan.accrue(self.now)
        assert self.now > loan.maturity
        self.model._tell_late(loan)

    def defaulted(self, event: Any, scene: Scene) -> None:
        self.model.declare_default(event.loan)
        self._touch(event.loan)

    def written_off(self, event: Any, scene: Scene) -> None:
        self.model.write_off(event.loan)
        self._touch(event.loan)

    def loan_closed(self, event: Any, scene: Scene) -> None:
        assert self.model.loans[event.loan].state == "Closed", "5. a loan is closed when nothing is owed"

    def units_sold(self, event: Any, scene: Scene) -> None:
        self.sold = True
        if event.id in self.certificates.receivables.claims:
            price = self.model.price(event.loan, event.id, event.units)
            assert event.price == price, f"5. pledged units cost {price}, not {event.price}"

    def _touch(self, loan: int) -> None:
        self.loans_seen.add(loan)
        self.touched.add(self.model.loans[loan].pool)

    # pools

    def _pool(self, event: Any) -> PoolModel:
        number = self.addresses[event.emitter]
        self.touched.add(number)
        return self.model.pools[number]

    def deposit(self, event: Any, scene: Scene) -> None:
        pool = self._pool(event)
        worth, supply = pool.worth(self.now) + 1, pool.supply + VIRTUAL_SHARES
        if event.shares == event.assets * supply // worth:
            assert pool.deposit(self.now, event.owner, event.assets) == event.shares
        else:
            assert pool.mint(self.now, event.owner, event.shares) == event.assets, "5. what shares cost"

    def withdraw(self, event: Any, scene: Scene) -> None:
        pool = self._pool(event)
        # The event is the same for both; where all cash goes, the shares that it costs may be one too many to redeem.
        as_redeemed = event.assets == pool.exit_assets(self.now, event.shares)
        if as_redeemed and event.shares <= pool.most_redeemable(self.now, event.owner):
            assert pool.redeem(self.now, event.owner, event.shares) == event.assets
        else:
            assert pool.withdraw(self.now, event.owner, event.assets) == event.shares, "5. what shares bring"

    def transfer(self, event: Any, scene: Scene) -> None:
        if NOBODY in (event.from_, event.to) or event.from_ == event.emitter:
            return
        pool = self._pool(event)
        if event.to == event.emitter:
            self.to_queue[self.addresses[event.emitter]].append((event.from_, event.value))
            return
        assert event.to == event.from_ or self._may_hold(event.to), "5. shares go to participants"
        pool.shares[event.from_] -= event.value
        pool.shares[event.to] += event.value

    def exit_requested(self, event: Any, scene: Scene) -> None:
        waiting = self.to_queue[self.addresses[event.emitter]]
        if (event.owner, event.shares) in waiting:
            waiting.remove((event.owner, event.shares))
        assert self._pool(event).request_exit(self.now, event.owner, event.shares) == event.exit

    def exits_served(self, event: Any, scene: Scene) -> None:
        pool = self._pool(event)
        if pool.served != event.served:
            pool.serve(self.now)
        assert pool.served == event.served, "5. as many exits are served as there is cash for"

    def exit_cancelled(self, event: Any, scene: Scene) -> None:
        assert self._pool(event).cancel_exit(event.owner, event.exit) == event.shares

    def exit_paid(self, event: Any, scene: Scene) -> None:
        assert self._pool(event).pay_exit(event.exit) == event.assets, "5. what a place in the queue is paid"

    def surplus_held(self, event: Any, scene: Scene) -> None:
        self._pool(event).hold(event.owner, event.amount)

    def surplus_paid(self, event: Any, scene: Scene) -> None:
        assert self._pool(event).pay_held(event.owner) == event.amount

    # what must hold

    def check(self, stage: Stage) -> None:
        """5, of what was touched."""
        for number in self.touched:
            self._books(stage, number)
        for loan in self.loans_seen:
            self._owed(stage, loan)
        self.touched.clear()
        self.loans_seen.clear()

    def check_all(self, stage: Stage) -> None:
        """5: assets and outstanding principal are what lenders can claim, at any second, to the unit."""
        self.now = stage.now
        self.touched, self.loans_seen = set(self.model.pools), set(self.model.loans)
        self.check(stage)

    def _books(self, stage: Stage, number: int) -> None:
        code = CURRENCIES[number - 1]
        pool, model = stage.net.pool(code), self.model.pools[number]
        principal = sum(loan.principal for loan in self.model.booked(number))
        assert tuple(pool.books()) == (model.cash, model.reserved, principal), f"5. books of {code}"
        assert pool.totalAssets() == model.worth(stage.now), f"5. assets of {code}"
        assert pool.totalSupply() == model.supply, f"5. shares of {code}"
        assert pool.exitsWaiting() == model.waiting
        assert pool.unearned() == model.unearned(stage.now)
        assert stage.token(code).balanceOf(pool) >= model.cash + model.reserved, f"5. {code} that the pool has"
        claims = sum(model.exit_assets(stage.now, shares) for shares in model.shares.values())
        assert claims <= model.worth(stage.now), "5. claims of lenders are no more than the assets"

    def _owed(self, stage: Stage, number: int) -> None:
        loan = self.model.loans[number]
        loan.accrue(stage.now)
        read = stage.net.desk.loanOf(number)
        assert STATES[read.state] == loan.state
        if loan.state != "Closed":
            owed = tuple(stage.net.desk.owedOn(number))
            assert owed == (loan.fee, loan.interest_due, loan.principal), f"5. loan {number} owes {owed}"


def _none(_: int) -> int:
    return 0


def _yes(_: str) -> bool:
    return True


class _named:
    """An event under other names of its values."""

    def __init__(self, event: Any, **values: Any) -> None:
        self.__dict__.update({name: getattr(event, name) for name in event.__dataclass_fields__} | values)
