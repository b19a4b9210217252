"""Loans against a limit and against pledges, in whole numbers: what `CreditDesk` must do, written a second time."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from caldera.model.ledger import LedgerModel, Position, Refused
from caldera.model.pool import SCALE, PoolModel
from caldera.model.receivables import DAY, ReceivablesModel, root_of

BPS = 10_000
MOST = 8
"""Pledges of a loan, and loans on one id, at most."""
MOST_LOANS = 6
"""Open loans of an entity, at most."""
HIGHEST = 2**64 - 1
"""An absolute cap, in whole units of the currency, at most."""


def ceil_div(amount: int, parts: int) -> int:
    """Rounded up."""
    return -(-amount // parts)


@dataclass(frozen=True)
class LoanTerms:
    """As `ILendingTerms.LoanTerms`, with what the rules for loans say of grace and least amount. Absolute caps are in
    whole units of the currency."""

    rate_bps: int
    late_fee_bps: int
    borrower_cap_bps: int
    debtor_cap_bps: int
    longest_days: int
    default_days: int
    auction_days: int
    floor_bps: int
    grace_days: int
    minimum: int
    advance_bps: int
    usd_rate: int = 10**18
    decimals: int = 6
    borrower_cap: int = HIGHEST
    debtor_cap: int = HIGHEST

    def borrower_most(self, worth: int) -> int:
        """That one borrower owes a pool of this worth: the smaller one of both caps."""
        return min(worth * self.borrower_cap_bps // BPS, self.borrower_cap * self.whole)

    def debtor_most(self, worth: int) -> int:
        """That one debtor secures: the smaller one of both caps."""
        return min(worth * self.debtor_cap_bps // BPS, self.debtor_cap * self.whole)

    @property
    def whole(self) -> int:
        """Smallest units of a whole one."""
        return int(10**self.decimals)

    def usd(self, units: int) -> int:
        """In USD with 6 decimals, rounded up."""
        return ceil_div(units * self.usd_rate, 10 ** (self.decimals + 12))


@dataclass
class Backing:
    """A pledge: who owes it, and what is secured by that."""

    debtor: int
    secured: int


@dataclass
class Loan:
    """A loan as last touched at `since`, from the pool with this number; interest in 1 / SCALE of a unit."""

    account: str
    entity: int
    principal: int
    secured: int
    maturity: int
    grace_end: int
    terms: LoanTerms
    since: int
    pool: int = 1
    unsecured_usd: int = 0
    interest: int = 0
    late_interest: int = 0
    fee: int = 0
    fee_charged: bool = False
    late: bool = False
    paid_interest: int = 0
    defaulted_at: int = 0
    state: str = "Open"
    pledges: dict[int, Backing] = field(default_factory=dict)

    def earned(self, now: int) -> int:
        """Interest up to maturity."""
        seconds = max(0, min(now, self.maturity) - self.since) if self.state == "Open" else 0
        return self.interest + self.principal * self.terms.rate_bps * seconds

    def accrue(self, now: int) -> None:
        """Brings interest up to now and charges the late fee."""
        if self.state != "Open" or now <= self.since:
            return
        self.interest = self.earned(now)
        self.late_interest += self.principal * self.terms.rate_bps * max(0, now - max(self.since, self.maturity))
        if now >= self.grace_end and not self.fee_charged:
            self.fee_charged = True
            self.fee += ceil_div(self.principal * self.terms.late_fee_bps, BPS)
        self.since = now

    @property
    def interest_due(self) -> int:
        """In whole units, rounded up."""
        return ceil_div(self.interest + self.late_interest, SCALE)

    @property
    def owed(self) -> int:
        """What closes the loan."""
        return self.fee + self.interest_due + self.principal

    @property
    def unsecured(self) -> int:
        """Principal beyond what pledges are good for."""
        return max(0, self.principal - self.secured)


@dataclass
class LendingModel:
    """All loans of one currency. `pool`, `terms`: of the pool number 1. `limit`: USD an entity may owe without pledge,
    to all pools together. `desk`: its name as lienholder."""

    ledger: LedgerModel
    receivables: ReceivablesModel
    pool: PoolModel
    terms: LoanTerms
    limit: Callable[[int], int]
    qualified: Callable[[str], bool]
    desk: str = "desk"
    loans: dict[int, Loan] = field(default_factory=dict)
    frozen: set[int] = field(default_factory=set)
    late_usd: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    in_time_usd: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    pools: dict[int, PoolModel] = field(default_factory=dict)
    terms_of: dict[int, LoanTerms] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.add_pool(self.pool, self.terms)

    def add_pool(self, pool: PoolModel, terms: LoanTerms, closed: bool = False) -> int:
        """One more pool, with terms of its own. `closed`: of one lender; it lends what its door agreed to only."""
        number = len(self.pools) + 1
        self.pools[number], self.terms_of[number] = pool, terms
        pool.claims = lambda: self.booked(number)
        if closed:
            self.closed.add(number)
        return number

    def booked(self, pool: int = 0) -> list[Loan]:
        """The loans in a pool's books; 0: in all."""
        live = (one for one in self.loans.values() if one.state in ("Open", "Defaulted"))
        return [one for one in live if pool in (0, one.pool)]

    def open_loans(self, entity: int) -> list[int]:
        """Numbers of an entity's loans that count."""
        return [n for n, one in self.loans.items() if one.entity == entity and one.state in ("Open", "Defaulted")]

    def unsecured_usd(self, entity: int) -> int:
        """What counts against the limit."""
        return sum(one.unsecured_usd for one in self.booked() if one.entity == entity)

    def owed_by(self, entity: int, pool: int = 1) -> int:
        """Principal of an entity's loans from a pool."""
        return sum(one.principal for one in self.booked(pool) if one.entity == entity)

    def by_debtor(self, debtor: int, pool: int = 1) -> int:
        """What of a pool's loans is secured by what a debtor owes."""
        live = (one for one in self.loans.values() if one.state != "Closed" and one.pool == pool)
        return sum(b.secured for one in live for b in one.pledges.values() if b.debtor == debtor)

    def advance(self, account: str, asset_id: int) -> int:
        """What the account's units under the lien are good for."""
        units = self.ledger.assets[asset_id].units[Position(account, self.desk)]
        if not units:
            raise Refused("NothingPledged")
        if self.receivables.state(asset_id) != "Acknowledged":
            raise Refused("WrongState")
        return self.value(asset_id, units) * self.terms.advance_bps // BPS

    def value(self, asset_id: int, units: int) -> int:
        """What is owed on units."""
        claim = self.receivables.claims[asset_id]
        return units * claim.owed // claim.face if claim.face else 0

    def loans_on(self, asset_id: int) -> list[int]:
        """Numbers of the loans that units of an id back, latest first."""
        return [n for n, one in reversed(self.loans.items()) if asset_id in one.pledges and one.state != "Closed"]

    def draw(
        self, account: str, amount: int, maturity_day: int, items: list[int], pool: int = 1, agreed: bool = False
    ) -> int:
        """A loan. `agreed`: by the door of a closed pool."""
        if pool not in self.pools:
            raise Refused("NoLoansFrom")
        terms, now = self.terms_of[pool], self.ledger.now
        today = now // DAY
        if not today < maturity_day <= today + terms.longest_days:
            raise Refused("MaturityOutOfRange")
        if len(items) > MOST:
            raise Refused("TooManyItems")
        if not self.ledger.active(account):
            raise Refused("BorrowerNotActive")
        if not self.qualified(account):
            raise Refused("NotQualified")
        if amount < terms.minimum:
            raise Refused("BelowMinimumLoan")
        entity = self.ledger.parties[account].entity
        if entity in self.frozen:
            raise Refused("CreditFrozen")
        worth = self.pools[pool].worth(now)
        maturity = maturity_day * DAY
        loan = Loan(account, entity, amount, 0, maturity, maturity + terms.grace_days * DAY, terms, now, pool)
        for asset_id in items:
            good = self.advance(account, asset_id)
            others = self.loans_on(asset_id)
            if asset_id in loan.pledges or any(self.loans[n].account == account for n in others):
                raise Refused("AlreadyBacking")
            if len(others) == MOST:
                raise Refused("TooManyLoansOn")
            debtor = self.receivables.records[root_of(asset_id)].debtor
            already = sum(b.secured for b in loan.pledges.values() if b.debtor == debtor)
            if self.by_debtor(debtor, pool) + already + good > terms.debtor_most(worth):
                raise Refused("DebtorCap")
            loan.pledges[asset_id] = Backing(debtor, good)
        loan.secured = min(amount, sum(b.secured for b in loan.pledges.values()))
        loan.unsecured_usd = terms.usd(loan.unsecured) if loan.unsecured else 0
        if loan.unsecured and self.unsecured_usd(entity) + loan.unsecured_usd > self.limit(entity):
            raise Refused("ExceedsLimit")
        if self.owed_by(entity, pool) + amount > terms.borrower_most(worth):
            raise Refused("BorrowerCap")
        if len(self.open_loans(entity)) == MOST_LOANS:
            raise Refused("TooManyLoans")
        if any(now > self.loans[n].maturity for n in self.open_loans(entity)):
            raise Refused("LoanOverdue")
        if pool in self.closed and not agreed:
            raise Refused("LoanNotAgreed")
        self.pools[pool].lend(amount)
        number = len(self.loans) + 1
        self.loans[number] = loan
        return number

    def repay(self, number: int, amount: int) -> int:
        """A payment by anybody."""
        loan = self._live(number)
        taken = min(amount, loan.owed)
        if not taken:
            raise Refused("NothingToPay")
        self._apply(number, taken, from_pledge=False)
        return taken

    def collect(self, number: int) -> int:
        """What debtors paid on the pledges."""
        loan = self._live(number)
        taken = 0
        for asset_id in list(loan.pledges):
            if loan.state != "Closed":
                taken += self._collect(number, asset_id)
        if not taken:
            raise Refused("NothingToPay")
        return taken

    def on_payment(self, asset_id: int) -> None:
        """A debtor has paid."""
        for number in self.loans_on(asset_id):
            self.loans[number].accrue(self.ledger.now)
            self._collect(number, asset_id)

    def mark_late(self, number: int) -> None:
        """Tells that it is late."""
        loan = self._live(number)
        if self.ledger.now <= loan.maturity:
            raise Refused("NotLate")
        if loan.late:
            raise Refused("WrongLoanState")
        self._tell_late(loan)

    def declare_default(self, number: int) -> None:
        """After grace and default days."""
        loan = self._live(number)
        if loan.state != "Open":
            raise Refused("WrongLoanState")
        if self.ledger.now < loan.grace_end + loan.terms.default_days * DAY:
            raise Refused("DefaultTooEarly")
        self._tell_late(loan)
        loan.state, loan.defaulted_at = "Defaulted", self.ledger.now
        self.frozen.add(loan.entity)

    def write_off(self, number: int) -> None:
        """Given up."""
        loan = self._live(number)
        if loan.state != "Defaulted":
            raise Refused("WrongLoanState")
        loan.state, loan.unsecured_usd = "WrittenOff", 0
        self.pools[loan.pool].serve(self.ledger.now)

    def price(self, number: int, asset_id: int, units: int) -> int:
        """What units cost now."""
        loan = self.loans[number]
        value = self.value(asset_id, units)
        if not value:
            raise Refused("NoKnownValue")
        whole = loan.terms.auction_days * DAY
        passed = min(self.ledger.now - loan.defaulted_at, whole)
        parts = BPS * whole - (BPS - loan.terms.floor_bps) * passed
        return ceil_div(value * parts, BPS * whole)

    def buy(self, number: int, index: int, buyer: str, units: int) -> int:
        """Pledged units for their price; the rest of the price is the borrower's."""
        loan = self._seizable(number)
        if index >= len(loan.pledges):
            raise Refused("UnknownItem")
        asset_id = list(loan.pledges)[index]
        self._collect(number, asset_id)
        self._seizable(number)
        party = self.ledger.parties.get(buyer)
        if party is not None and party.entity == loan.entity:
            raise Refused("OwnPledge")
        price = self.price(number, asset_id, units)
        for_loan = min(price, loan.owed)
        self.ledger.seize(asset_id, loan.account, self.desk, buyer, units)
        self._secured_less(loan, asset_id, price)
        self._apply(number, for_loan, from_pledge=True)
        if price > for_loan:
            self.pools[loan.pool].hold(loan.account, price - for_loan)
        return price

    def take_back(self, account: str, asset_id: int) -> None:
        """Frees units that back no loan."""
        if any(self.loans[n].account == account for n in self.loans_on(asset_id)):
            raise Refused("AlreadyBacking")
        units = self.ledger.assets[asset_id].units[Position(account, self.desk)]
        if not units:
            raise Refused("NothingPledged")
        self.ledger.release(asset_id, account, self.desk, units)

    def _live(self, number: int) -> Loan:
        loan = self.loans[number]
        loan.accrue(self.ledger.now)
        if loan.state == "Closed":
            raise Refused("WrongLoanState")
        return loan

    def _seizable(self, number: int) -> Loan:
        loan = self.loans[number]
        if loan.state not in ("Defaulted", "WrittenOff"):
            raise Refused("WrongLoanState")
        return loan

    def _collect(self, number: int, asset_id: int) -> int:
        loan = self.loans[number]
        taken = self.receivables.collect(asset_id, loan.account, self.desk, loan.owed)
        if taken:
            self._secured_less(loan, asset_id, taken)
            self._apply(number, taken, from_pledge=True)
        return taken

    def _secured_less(self, loan: Loan, asset_id: int, amount: int) -> None:
        backing = loan.pledges[asset_id]
        backing.secured -= min(backing.secured, amount)

    def _apply(self, number: int, amount: int, from_pledge: bool) -> None:
        loan, now = self.loans[number], self.ledger.now
        self._tell_late(loan)
        open_, usd = loan.unsecured, loan.unsecured_usd
        fee = min(amount, loan.fee)
        interest = min(amount - fee, loan.interest_due)
        principal = amount - fee - interest
        loan.fee -= fee
        loan.principal -= principal
        late = min(interest * SCALE, loan.late_interest)
        loan.late_interest -= late
        booked = min(interest * SCALE - late, loan.interest)
        loan.interest -= booked
        if from_pledge:
            loan.secured -= min(loan.secured, principal)
        if loan.state != "WrittenOff":
            loan.unsecured_usd = ceil_div(usd * loan.unsecured, open_) if open_ else usd
            if now <= loan.maturity:
                loan.paid_interest += interest
        # The books know principal and interest up to maturity, and nothing of a loan that was given up.
        known = 0 if loan.state == "WrittenOff" else principal + ceil_div(booked, SCALE)
        self.pools[loan.pool].receive(now, amount, max(0, amount - known))
        if loan.owed == 0:
            self._close(loan)

    def _tell_late(self, loan: Loan) -> None:
        if not loan.late and self.ledger.now > loan.maturity:
            loan.late = True
            self.late_usd[loan.entity] += loan.terms.usd(loan.principal)

    def _close(self, loan: Loan) -> None:
        for asset_id in loan.pledges:
            units = self.ledger.assets[asset_id].units[Position(loan.account, self.desk)]
            if units:
                self.ledger.release(asset_id, loan.account, self.desk, units)
        if loan.state == "Open" and not loan.late and loan.pool not in self.closed:
            self.in_time_usd[loan.entity] += loan.terms.usd(loan.paid_interest)
        loan.state = "Closed"
