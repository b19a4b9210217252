"""A lending protocol outside of the suite before a closed pool, in whole numbers: what `LenderAdapter` must do."""

from collections.abc import Callable
from dataclasses import dataclass, field

from caldera.model.ledger import Refused
from caldera.model.lending import BPS, MOST_LOANS, LendingModel, ceil_div
from caldera.model.pool import SCALE, PoolModel
from caldera.model.receivables import DAY


@dataclass(frozen=True)
class LoanRequest:
    """What a borrower signs; `items`: ids of what it pledged."""

    account: str
    amount: int
    most_fee: int
    maturity_day: int
    items: tuple[int, ...]
    number: int
    deadline: int


@dataclass
class AdapterModel:
    """`purse`: what the lender has and lets the adapter take. `accepts`: its answer to borrower, amount, fee and
    maturity."""

    loans: LendingModel
    pool_number: int
    lender: str
    purse: Callable[[], int]
    accepts: Callable[[str, int, int, int], bool]
    used: set[tuple[str, int]] = field(default_factory=set)

    @property
    def pool(self) -> PoolModel:
        """The lender's."""
        return self.loans.pools[self.pool_number]

    @property
    def now(self) -> int:
        """The second."""
        return self.loans.ledger.now

    def fee(self, amount: int, maturity_day: int) -> int:
        """Interest until maturity, rounded up."""
        seconds = maturity_day * DAY - self.now
        if seconds <= 0:
            raise Refused("MaturityPassed")
        return ceil_div(amount * self.loans.terms_of[self.pool_number].rate_bps * seconds, SCALE)

    def lend(self, request: LoanRequest, by: str, least_fee: int, signed: bool = True) -> tuple[int, int]:
        """By the lender itself: the loan's number and the new money in it."""
        if by != self.lender:
            raise Refused("OnlyLender")
        if self._authorised(request, by, signed) < least_fee:
            raise Refused("FeeBelow")
        return self._lend(request)

    def borrow(self, request: LoanRequest, by: str, signed: bool = True) -> tuple[int, int]:
        """By anybody, where the lender accepts."""
        fee = self._authorised(request, by, signed)
        if not self.accepts(request.account, request.amount, fee, request.maturity_day * DAY):
            raise Refused("LoanNotAccepted")
        return self._lend(request)

    def cancel(self, by: str, number: int) -> None:
        """Makes a number void."""
        self._use(by, number)

    def most(self, account: str) -> int:
        """That could be lent without pledges: found by trying what the desk would refuse, not by a formula."""
        ledger, pool, loans = self.loans.ledger, self.pool, self.loans
        if not ledger.active(self.lender) or not ledger.active(account) or pool.waiting:
            return 0
        entity = ledger.parties[account].entity
        open_ = loans.open_loans(entity)
        if entity in loans.frozen or len(open_) == MOST_LOANS:
            return 0
        if any(self.now > loans.loans[number].maturity for number in open_):
            return 0
        low, high = 0, self._here() + min(self.purse(), pool.most_depositable(self.now, self.lender))
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._fits(entity, middle) else (low, middle - 1)
        return low

    def _fits(self, entity: int, amount: int) -> bool:
        loans, terms = self.loans, self.loans.terms_of[self.pool_number]
        worth = self.pool.worth(self.now) + max(0, amount - self._here())
        within = loans.owed_by(entity, self.pool_number) + amount <= terms.borrower_most(worth)
        return within and loans.unsecured_usd(entity) + terms.usd(amount) <= loans.limit(entity)

    def _here(self) -> int:
        return 0 if self.pool.waiting else self.pool.cash

    def _authorised(self, request: LoanRequest, by: str, signed: bool) -> int:
        if self.now > request.deadline:
            raise Refused("RequestExpired")
        self._use(request.account, request.number)
        if by != request.account and not signed:
            raise Refused("InvalidRequest")
        fee = self.fee(request.amount, request.maturity_day)
        if fee > request.most_fee:
            raise Refused("FeeAbove")
        return fee

    def _use(self, account: str, number: int) -> None:
        if (account, number) in self.used:
            raise Refused("NumberUsed")
        self.used.add((account, number))

    def _lend(self, request: LoanRequest) -> tuple[int, int]:
        if not self.loans.ledger.active(self.lender):
            raise Refused("NotAParticipant")
        fresh = max(0, request.amount - self._here())
        if fresh:
            if fresh > self.purse():
                raise Refused("ERC20InsufficientBalance")
            self.pool.deposit(self.now, self.lender, fresh)
        items = list(request.items)
        number = self.loans.draw(
            request.account, request.amount, request.maturity_day, items, self.pool_number, agreed=True
        )
        return number, fresh


__all__ = ["BPS", "AdapterModel", "LoanRequest"]
