"""A queue in which many stand, are served, and take their places back, beside an exact model and a queue nobody left.

The pool's desk is an officer here, so that money comes in, is lost or is late at any time.
Always true:
Q1. Each place stands where the model says, with so many shares waiting, so many ahead, and so much to be paid.
Q2. What was paid out and what can be paid are together exactly what was set aside, and that is reserved. There is cash
    beside a queue only where the price was next to nothing when it was last touched.
Q3. Each place gets exactly what it would get if all that was taken back had never stood in the queue.
Q4. Shares are nobody's loss: those waiting are in the pool, what was taken back is its owner's, the rest is untouched.
Q5. Nothing of a place is served before all of the places ahead are served.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import LendingPool, structs
from caldera.evm import Account
from caldera.model.pool import LEAST, PoolModel
from tests.properties.beside import Beside
from tests.support.lending import GRACE_DAYS, Bank
from tests.support.suite import DAY, NOBODY

SHARE = 10**6
LENDERS = ("lena", "leo", "bank", "alice")
START = 1_000_000
"""Units of each lender: few, so that roundings are seen."""
NOTHING = structs.Claim(0, 0, 0, 0, 0)

pick = st.integers(0, 1 << 30)
lenders = st.sampled_from(LENDERS)
amounts = st.one_of(st.sampled_from([1, 2, 7, START]), st.integers(1, START // 2), st.integers(1, 5_000))


@dataclass
class Loan:
    """As the pool's books have it."""

    principal: int
    rate_bps: int
    maturity: int
    since: int
    grace_end: int
    interest: int = 0

    def earned(self, now: int) -> int:
        """As `caldera.model.pool.Claim`."""
        run = max(0, min(now, self.maturity) - min(self.since, self.maturity))
        return self.interest + self.principal * self.rate_bps * run

    def claim(self, now: int, less: int = 0) -> structs.Claim:
        """What the pool is told, after `less` of the principal came back."""
        return structs.Claim(self.principal - less, self.earned(now), self.maturity, self.grace_end, self.rate_bps)


class ExitMachine(Beside):
    """The machine. `bank` and `pool` are shared by all examples; each begins at `mark`."""

    bank: Bank
    pool: LendingPool

    def __init__(self) -> None:
        super().__init__()
        self.bank.chain.restore(self.mark)
        self.suspended: set[str] = set()
        self.loans: list[Loan] = []
        self.model = PoolModel(lambda: self.loans, self.active, self.active)
        self.joined: list[int] = []
        self.left: list[int] = []
        self.paid: list[int] = []
        self.gifts = 0
        self.stands: tuple[int, int] | None = None

    @property
    def now(self) -> int:
        return self.bank.chain.now

    def active(self, name: str) -> bool:
        return name not in self.suspended

    def account(self, name: str) -> Account:
        return self.bank.suite.actors[name]

    def fund(self, who: Account, amount: int) -> Account:
        self.bank.suite.token.mint(who, amount, sender=who)
        self.bank.suite.token.approve(self.pool, 2**255, sender=who)
        return who

    @initialize()
    def begin(self) -> None:
        for name in LENDERS:
            self.deposit(name, START)
        for days in (20, 200):
            self.lend(len(LENDERS) * START // 2, days)

    def lend(self, amount: int, days: int) -> None:
        maturity = (self.now // DAY + days) * DAY
        loan = Loan(amount, 1_200, maturity, self.now, maturity + GRACE_DAYS * DAY)
        self.pool.lend(self.bank.suite.borrower, loan.claim(self.now), sender=self.bank.suite.officer)
        self.model.lend(amount)
        self.loans.append(loan)

    @rule(who=lenders, amount=amounts)
    def deposit(self, who: str, amount: int) -> None:
        account = self.fund(self.account(who), amount)
        self.both(
            "deposit",
            lambda: self.model.deposit(self.now, who, amount),
            lambda: self.pool.deposit(amount, account, sender=account).returned,
        )

    @rule(who=lenders, part=st.integers(1, 8), dust=st.sampled_from([0, 0, 0, 1, SHARE - 1, SHARE + 1]))
    def join(self, who: str, part: int, dust: int) -> None:
        shares = dust or self.model.shares[who] * part // 8
        if self.both(
            "join",
            lambda: self.model.request_exit(self.now, who, shares),
            lambda: self.pool.requestExit(shares, sender=self.account(who)).returned,
        ):
            self.joined.append(shares)
            self.left.append(0)
            self.paid.append(0)

    @rule(which=pick, other=lenders, kind=st.integers(0, 9))
    def cancel(self, which: int, other: str, kind: int) -> None:
        waiting = [number for number, place in enumerate(self.model.exits, 1) if place.end > self.model.served]
        if not waiting and kind:
            return
        number = waiting[which % len(waiting)] if kind else which % (len(self.joined) + 2)
        known = 0 < number <= len(self.joined)
        who = self.model.exits[number - 1].owner if known and kind != 1 else other
        before = self.model.shares[who]
        if self.both(
            "cancel",
            lambda: self.model.cancel_exit(who, number),
            lambda: self.pool.cancelExit(number, sender=self.account(who)).returned,
        ):
            self.left[number - 1] += self.model.shares[who] - before
            if self.stands:  # nobody is served by it
                self.stands = self.stands[0], self.model.waiting

    @rule(which=pick)
    def pay(self, which: int) -> None:
        served = [n for n, place in enumerate(self.model.exits, 1) if place.next < min(place.end, self.model.served)]
        number = served[which % len(served)] if served and which % 8 else which % (len(self.joined) + 1)
        amounts: list[int] = []

        def expected() -> int:
            amounts.append(self.model.pay_exit(number))
            return amounts[0]

        if self.both("pay", expected, lambda: self.pool.payExit(number, sender=self.account("carol")).returned):
            self.paid[number - 1] += amounts[0]

    @rule(
        which=pick,
        amount=amounts,
        beyond=st.sampled_from([0, 0, 0, 1, 1_000]),
        lost=st.sampled_from([False] * 5 + [True]),
    )
    def money_comes(self, which: int, amount: int, beyond: int, lost: bool) -> None:
        """For a loan, more than its principal perhaps; or what comes for it is lost."""
        loan = self.loans[which % len(self.loans)]
        now, repaid = self.now, min(amount, loan.principal)
        before, left = loan.claim(now), loan.claim(now, repaid)
        received = 0 if lost else repaid + beyond
        payer = self.fund(self.bank.suite.officer, received)

        def expected() -> None:
            loan.interest, loan.since = loan.earned(now), now
            loan.principal -= repaid
            self.model.receive(now, received, 0 if lost else beyond)

        self.both(
            "loss" if lost else "money comes",
            expected,
            lambda: self.pool.settle(before, left, payer if received else NOBODY, received, sender=payer),
        )

    @rule(who=st.permutations(LENDERS), part=st.integers(1, 8), leaving=st.lists(pick, max_size=3))
    def many_join_and_some_leave(self, who: list[str], part: int, leaving: list[int]) -> None:
        for name in who:
            self.join(name, part, 0)
        for which in leaving:
            self.cancel(which, who[0], 2)

    @rule()
    def serve(self) -> None:
        self.both(
            "serve", lambda: self.model.serve(self.now), lambda: self.pool.serveExits(sender=self.account("carol"))
        )

    @rule(days=st.sampled_from([1, 3]), more=st.booleans(), seconds=st.integers(0, DAY))
    def wait(self, days: int, more: bool, seconds: int) -> None:
        """At times until a loan has passed its grace."""
        self.bank.chain.skip((days * 10 if more else days) * DAY + seconds)

    @rule(amount=amounts)
    def lend_again(self, amount: int) -> None:
        if not self.model.waiting and amount <= self.model.cash:
            self.lend(amount, 30)

    @rule(who=lenders)
    def suspend_or_reinstate(self, who: str) -> None:
        registry, officer = self.bank.suite.registry, self.bank.suite.officer
        if who in self.suspended:
            registry.reinstate(self.account(who), sender=officer)
            self.suspended.remove(who)
        elif not self.suspended:
            registry.suspend(self.account(who), sender=officer)
            self.suspended.add(who)

    @rule(amount=amounts)
    def give_away(self, amount: int) -> None:
        self.bank.suite.token.mint(self.pool, amount, sender=self.account("carol"))
        self.gifts += amount

    def places(self) -> Iterator[tuple[int, Any, int, int, int]]:
        """All places as the pool says them."""
        for number in range(1, len(self.joined) + 1):
            yield number, *self.pool.exitOf(number)

    @invariant()
    def as_the_model_says(self) -> None:
        """Q1."""
        served, model = self.model.served, self.model
        for number, stands, waiting, ahead, payable in self.places():
            place = model.exits[number - 1]
            assert stands == (self.account(place.owner).address, place.next, place.end), number
            first = max(place.next, served)
            assert waiting == max(0, place.end - first)
            assert ahead == (first - served if waiting else 0)
            assert payable == model.upto(min(place.end, served)) - model.upto(min(place.next, served))
        assert self.pool.exitsWaiting() == model.waiting
        assert self.pool.totalAssets() == model.worth(self.now)
        assert self.pool.totalAssets() - self.pool.unrealizedLosses() == model.sound(self.now)

    @invariant()
    def nothing_is_left_over(self) -> None:
        """Q2."""
        cash, reserved, _ = self.pool.books()
        payable = sum(place[4] for place in self.places())
        assert payable == reserved == self.model.reserved
        assert payable + sum(self.paid) == self.model.marks[-1][1]
        assert self.bank.suite.token.balanceOf(self.pool) == cash + reserved + self.gifts
        low = self.model.sound(self.now) * LEAST < self.model.worth(self.now) + self.model.unearned(self.now)
        stands = (cash, self.pool.exitsWaiting()) if cash and self.pool.exitsWaiting() else None
        assert stands is None or low or stands == self.stands  # the price rose with time, and nobody was served since
        self.stands = stands

    @invariant()
    def as_if_nobody_had_ever_left(self) -> None:
        """Q3: a line of what stayed, and the servings one after the other; no position was ever moved in it."""
        ends = list(accumulate((j - c for j, c in zip(self.joined, self.left, strict=True)), initial=0))
        worth = [0] * len(ends)
        for (before, paid), (after, total) in pairwise(self.model.marks):
            for at, end in enumerate(ends):
                worth[at] += (total - paid) * max(0, min(end, after) - before) // (after - before)
        for number, _, _, _, payable in self.places():
            assert payable + self.paid[number - 1] == worth[number] - worth[number - 1]

    @invariant()
    def shares_are_all_there(self) -> None:
        """Q4."""
        waiting = sum(place[2] for place in self.places())
        assert self.pool.balanceOf(self.pool) == self.pool.exitsWaiting() == waiting
        for name in LENDERS:
            assert self.pool.balanceOf(self.account(name)) == self.model.shares[name]
        assert self.pool.totalSupply() == self.model.supply
        assert sum(self.joined) - sum(self.left) == self.model.served + waiting

    @invariant()
    def in_order(self) -> None:
        """Q5."""
        ahead = 0
        for number, _, waiting, before, _ in self.places():
            if waiting:
                assert before == ahead
                assert not ahead or waiting == self.joined[number - 1] - self.left[number - 1]
            ahead += waiting
