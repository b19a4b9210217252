"""Fees in ERA, exactly: the mean of ERA/USD, prices, prepaid accounts, and the shares of a scenario's revenue.

Accounts are names, entities and scenarios numbers, times seconds. USD prices have 6 decimals, rates are USD per ERA in
WAD, ERA amounts units of 10^-18. Rules raise the contract error's name; a refusal leaves everything as it was.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil, floor

from caldera.model.ledger import Refused

WHOLE = 10_000
RING = 64
FALLBACK_HOLD = 3_600
STATEMENT_TIME = 20 * 86_400
MOST_DEVELOPER_BPS = 2_000
MOST_SERVICES = 255
LONGEST_AGE = 30 * 86_400


def month_at(time: int) -> int:
    """Number of the calendar month (UTC) of a second, from January 1970, which is 0."""
    date = datetime.fromtimestamp(time, UTC)
    return (date.year - 1970) * 12 + date.month - 1


def end_of(month: int) -> int:
    """The first second after a month."""
    year, index = divmod(month + 1, 12)
    return int(datetime(1970 + year, index + 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class RateTerms:
    """Of the oracle; seconds and WAD."""

    window: int
    interval: int
    max_age: int
    step_bps: int
    floor: int
    ceiling: int

    @property
    def good(self) -> bool:
        """Whether the contract takes them."""
        return (
            600 <= self.window <= 604_800
            and self.interval * (RING - 1) >= self.window
            and self.interval <= 604_800
            and 1 <= self.max_age <= 604_800
            and 1 <= self.step_bps <= WHOLE
            and 10_000 <= self.floor <= self.ceiling
        )


class EraRateModel:
    """Observations as (second, price), the last 64. The caller keeps `now`."""

    def __init__(self, now: int, terms: RateTerms, price: int) -> None:
        if not terms.good:
            raise Refused("EraRateTermsOutOfRange")
        self.now = now
        self.terms = terms
        self._believed(price)
        self.observations = [(now, price)]
        self.as_of = now
        self.paused_until = 0

    def exact(self) -> Fraction:
        """The mean over the window, not rounded."""
        start, end = self.now - self.terms.window, self.now
        total = 0
        for number, (at, price) in enumerate(self.observations):
            until = self.observations[number + 1][0] if number + 1 < len(self.observations) else end
            since = start if number == 0 else max(at, start)
            total += price * max(0, min(until, end) - since)
        return Fraction(total, self.terms.window)

    def rate(self) -> int:
        """The mean as the contract gives it."""
        return floor(self.exact())

    def set_terms(self, terms: RateTerms) -> None:
        """By governance."""
        if not terms.good:
            raise Refused("EraRateTermsOutOfRange")
        self.terms = terms

    def record(self, stated: int, as_of: int) -> int:
        """Brings a price that is vouched for; gives back the one that stands."""
        if self.now < self.paused_until:
            raise Refused("Paused")
        if as_of > self.now:
            raise Refused("PriceFromTheFuture")
        if self.now - as_of > self.terms.max_age:
            raise Refused("PriceTooOld")
        if as_of <= self.as_of:
            raise Refused("PriceNotNewer")
        if self.now < self.observations[-1][0] + self.terms.interval:
            raise Refused("ObservationTooSoon")
        self._believed(stated)
        mean = self.rate()
        step = floor(Fraction(mean * self.terms.step_bps, WHOLE))
        price = min(max(stated, mean - step), mean + step)
        self.observations = [*self.observations, (self.now, price)][-RING:]
        self.as_of = as_of
        return price

    def _believed(self, price: int) -> None:
        if not self.terms.floor <= price <= self.terms.ceiling:
            raise Refused("EraPriceOutOfBounds")


@dataclass(frozen=True)
class Source:
    """What a source of the rate says; `answers`: whether it does."""

    rate: int
    updated_at: int
    answers: bool = True


@dataclass(frozen=True)
class FeeTerms:
    """Of the rate that is charged. `fallback` 0: none."""

    max_age: int
    floor: int
    ceiling: int
    fallback: int


@dataclass(frozen=True)
class Shares:
    """In basis points; see `IScenarioBook.FeeShares`."""

    node: int = 3_000
    finance_bonus: int = 2_500
    author: int = 1_500
    most_developer: int = 2_000
    subsidy: int = 1_000
    users_above: int = 100_000

    def highest(self) -> Fraction:
        """What all parts of a revenue can come to, as a part of it."""
        node = Fraction(self.node, WHOLE) * (1 + Fraction(self.finance_bonus, WHOLE))
        developer = Fraction(self.most_developer, WHOLE) * (1 + Fraction(self.subsidy, WHOLE))
        return node + developer + Fraction(self.author, WHOLE)


@dataclass(frozen=True)
class Record:
    """A scenario; "" is nobody."""

    nodes: str
    developer: str = ""
    developer_bps: int = 0
    author: str = ""
    author_rollup: int = 0
    rollup: int = 1
    finance: bool = False


@dataclass(frozen=True)
class Parts:
    """Of a revenue. `subsidy`: of the developer if there were users enough, else of the treasury."""

    node: int
    developer: int
    author: int
    subsidy: int
    treasury: int


def split(revenue: int, shares: Shares, record: Record) -> Parts:
    """Each part rounded down, the rest to the treasury."""
    bonus = Fraction(shares.finance_bonus, WHOLE) if record.finance else Fraction(0)
    developer_share = Fraction(min(record.developer_bps, shares.most_developer), WHOLE)
    node = floor(revenue * Fraction(shares.node, WHOLE) * (1 + bonus))
    developer = floor(revenue * developer_share)
    subsidy = floor(revenue * developer_share * Fraction(shares.subsidy, WHOLE))
    author = floor(revenue * Fraction(shares.author, WHOLE)) if record.author else 0
    return Parts(node, developer, author, subsidy, revenue - node - developer - subsidy - author)


@dataclass
class Scenario:
    """A record with its unsettled revenue of one month."""

    record: Record
    month: int
    unsettled: int = 0
    active: bool = True


@dataclass
class Party:
    """An enrolled account."""

    entity: int
    expires: int
    suspended: bool = False


@dataclass
class FeeBook:
    """Everything in the fee router. The caller keeps `now`, `parties`, `source`, and `wallets` before deposits."""

    now: int
    terms: FeeTerms
    prices: list[int]
    treasury: str = "treasury"
    me: str = "router"
    source: Source = field(default_factory=lambda: Source(0, 0, False))
    shares: list[tuple[int, Shares]] = field(default_factory=lambda: [(0, Shares())])
    parties: dict[str, Party] = field(default_factory=dict)
    wallets: Counter[str] = field(default_factory=Counter)
    prepaid: Counter[int] = field(default_factory=Counter)
    paid: Counter[int] = field(default_factory=Counter)
    accrued: Counter[str] = field(default_factory=Counter)
    scenarios: dict[int, Scenario] = field(default_factory=dict)
    users: dict[tuple[int, int], int] = field(default_factory=dict)
    subsidies: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    paused_until: int = 0
    rate: int = 0
    good_until: int = 0
    fallback_in_use: bool = False

    def active_entity(self, account: str) -> int:
        """The entity of an active account."""
        party = self.parties.get(account)
        if party is None or party.suspended or self.now >= party.expires:
            raise Refused("NotActive")
        return party.entity

    def held(self) -> int:
        """What the router must have."""
        unsettled = sum(one.unsettled for one in self.scenarios.values())
        return sum(self.prepaid.values()) + unsettled + sum(self.subsidies.values()) + sum(self.accrued.values())

    def deposit(self, account: str, entity: int, amount: int) -> None:
        """From the account's ERA, for an entity."""
        if self.now < self.paused_until:
            raise Refused("Paused")
        if amount == 0:
            raise Refused("NoAmount")
        if all(party.entity != entity for party in self.parties.values()):
            raise Refused("UnknownEntity")
        if self.wallets[account] < amount:
            raise Refused("ERC20InsufficientBalance")
        self.wallets[account] -= amount
        self.prepaid[entity] += amount

    def withdraw_prepaid(self, account: str, amount: int) -> None:
        """Back to an active account."""
        if amount == 0:
            raise Refused("NoAmount")
        entity = self.active_entity(account)
        if self.prepaid[entity] < amount:
            raise Refused("PrepaidTooLow")
        self.prepaid[entity] -= amount
        self.wallets[account] += amount

    def fault(self) -> str | None:
        """Why the source's rate is not good."""
        said = self.source
        if not said.answers:
            return "FeeRateSourceFailed"
        if said.updated_at > self.now:
            return "FeeRateFromTheFuture"
        if self.now - said.updated_at > self.terms.max_age:
            return "StaleFeeRate"
        if not self.terms.floor <= said.rate <= self.terms.ceiling:
            return "FeeRateOutOfBounds"
        return None

    def refresh(self) -> int:
        """Reads the source now."""
        fault = self.fault()
        if fault:
            raise Refused(fault)
        self.rate, self.good_until = self.source.rate, self.source.updated_at + self.terms.max_age
        self.fallback_in_use = False
        return self.rate

    def next_rate(self) -> tuple[int, int, bool]:
        """What would be charged now."""
        if self.now <= self.good_until:
            return self.rate, self.good_until, self.fallback_in_use
        fault = self.fault()
        if fault is None:
            return self.source.rate, self.source.updated_at + self.terms.max_age, False
        if not self.terms.fallback:
            raise Refused(fault)
        return self.terms.fallback, self.now + FALLBACK_HOLD, True

    def fee(self, service: int) -> tuple[int, int]:
        """USD and ERA of a service now."""
        if service >= len(self.prices):
            raise Refused("UnknownFeeService")
        usd = self.prices[service]
        if usd == 0:
            return 0, 0
        rate, _, _ = self.next_rate()
        return usd, ceil(Fraction(usd * 10**30, rate))

    def charge(self, entity: int, service: int, scenario: int) -> int:
        """Takes a fee; gives back how much."""
        _, amount = self.fee(service)
        if amount == 0:
            return 0
        found = self.scenarios.get(scenario)
        if self.prepaid[entity] < amount:
            raise Refused("PrepaidTooLow")
        if found is None:
            raise Refused("UnknownScenario")
        if not found.active:
            raise Refused("ScenarioInactive")
        self.rate, self.good_until, self.fallback_in_use = self.next_rate()
        self.prepaid[entity] -= amount
        self.paid[entity] += amount
        if self.now >= end_of(found.month):
            self._settle(found)
            found.month = month_at(self.now)
        found.unsettled += amount
        return amount

    def pay(self, account: str, service: int, scenario: int) -> int:
        """By an active account for its entity."""
        return self.charge(self.active_entity(account), service, scenario)

    def set_price(self, service: int, usd: int) -> None:
        """By governance; one above the last adds a service."""
        if service > len(self.prices) or service == MOST_SERVICES:
            raise Refused("UnknownFeeService")
        self.prices[service : service + 1] = [usd]

    def set_terms(self, terms: FeeTerms) -> None:
        """By governance; the rate is read anew."""
        if not 1 <= terms.max_age <= LONGEST_AGE:
            raise Refused("FeeRateAgeOutOfRange")
        if not 0 < terms.floor <= terms.ceiling:
            raise Refused("FeeRateBoundsWrong")
        if terms.fallback and not terms.floor <= terms.fallback <= terms.ceiling:
            raise Refused("FeeRateBoundsWrong")
        self.terms = terms
        self.rate, self.good_until, self.fallback_in_use = 0, 0, False

    def open(self, record: Record) -> int:
        """Adds a scenario."""
        self._check(record)
        number = len(self.scenarios) + 1
        self.scenarios[number] = Scenario(record, month_at(self.now))
        return number

    def set_scenario(self, scenario: int, record: Record) -> None:
        """The old record's revenue is settled first."""
        found = self._known(scenario)
        self._check(record)
        self._settle(found)
        found.record = record

    def set_active(self, scenario: int, active: bool) -> None:
        """Whether it can be charged for."""
        self._known(scenario).active = active

    def shares_at(self, month: int) -> Shares:
        """Those in force in a month."""
        return max((one for one in self.shares if one[0] <= month), key=lambda one: one[0])[1]

    def set_shares(self, shares: Shares) -> None:
        """From the next month on."""
        if shares.most_developer > MOST_DEVELOPER_BPS:
            raise Refused("DeveloperShareOutOfRange")
        if shares.highest() > 1:
            raise Refused("FeeSharesExceedWhole")
        start = month_at(self.now) + 1
        self.shares = [one for one in self.shares if one[0] != start] + [(start, shares)]

    def settle(self, scenario: int) -> int:
        """Shares out what is unsettled; gives back how much."""
        revenue = self._settle(self._known(scenario))
        if revenue == 0:
            raise Refused("NothingUnsettled")
        return revenue

    def state_users(self, rollup: int, month: int, users: int) -> None:
        """Vouched for by a quorum."""
        if self.now < end_of(month):
            raise Refused("MonthNotOver")
        if self.now >= end_of(month) + STATEMENT_TIME:
            raise Refused("UsersStatedTooLate")
        if (rollup, month) in self.users:
            raise Refused("UsersAlreadyStated")
        self.users[rollup, month] = users

    def decide(self, rollup: int, month: int, developer: str) -> bool:
        """Where a subsidy that waits goes; gives back whether to the developer."""
        amount = self.subsidies[rollup, month, developer]
        if amount == 0:
            raise Refused("NoSubsidy")
        granted = self._granted(rollup, month)
        if granted is None:
            raise Refused("UsersNotStated")
        del self.subsidies[rollup, month, developer]
        self.accrued[developer if granted else self.treasury] += amount
        return granted

    def withdraw(self, account: str) -> int:
        """Hands over all that accrued; gives back how much."""
        amount = self.accrued[account]
        if amount == 0:
            raise Refused("NothingAccrued")
        del self.accrued[account]
        self.wallets[account] += amount
        return amount

    def _settle(self, scenario: Scenario) -> int:
        revenue, record, month = scenario.unsettled, scenario.record, scenario.month
        if revenue == 0:
            return 0
        parts = split(revenue, self.shares_at(month), record)
        shared: Sequence[tuple[str, int]] = (
            (record.nodes, parts.node),
            (record.developer, parts.developer),
            (record.author, parts.author),
            (self.treasury, parts.treasury),
        )
        for account, amount in shared:
            if amount:
                self.accrued[account] += amount
        granted = self._granted(record.rollup, month)
        if parts.subsidy and granted is None:
            self.subsidies[record.rollup, month, record.developer] += parts.subsidy
        elif parts.subsidy:
            self.accrued[record.developer if granted else self.treasury] += parts.subsidy
        scenario.unsettled = 0
        return revenue

    def _granted(self, rollup: int, month: int) -> bool | None:
        """Whether users were enough; None where that is not known yet."""
        users = self.users.get((rollup, month))
        if users is not None:
            return users > self.shares_at(month).users_above
        return False if self.now >= end_of(month) + STATEMENT_TIME else None

    def _known(self, scenario: int) -> Scenario:
        if scenario not in self.scenarios:
            raise Refused("UnknownScenario")
        return self.scenarios[scenario]

    def _check(self, record: Record) -> None:
        if record.nodes in ("", self.me) or self.me in (record.developer, record.author):
            raise Refused("NotAShareholder")
        if record.developer_bps > (MOST_DEVELOPER_BPS if record.developer else 0):
            raise Refused("DeveloperShareOutOfRange")
        if record.author and record.author_rollup == record.rollup:
            raise Refused("AuthorOnSameRollup")
