"""Fees in ERA: the rate of the day, prepaid accounts, what scenarios earned and who got which share of it.

Independent of the contracts: the mean of ERA's price over its window, what a service costs at it, how a month's
revenue is split, when a subsidy is granted. All of it is there, and nothing is rounded but as the rules say."""

from __future__ import annotations

from typing import Any, ClassVar

from caldera.contracts.structs import FeeScenario, FeeShares
from caldera.model.fees import EraRateModel, FeeBook, FeeTerms, Party, RateTerms, Record, Shares, Source, split
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.stage import NOBODY, Stage

FINANCE = 2
"""The class of scenarios whose nodes get the bonus."""


class Fees(Book):
    """`model`: accounts are addresses. `rate`: of ERA in USD. `gifts`: what nobody deposited, which stays."""

    hears: ClassVar[Hears] = {
        **emits("EraRate", "EraRateTermsSet", "EraPriceRecorded"),
        **emits(
            "FeeRouter",
            *("FeePriceSet", "FeeRateTermsSet", "FeeRateRefreshed", "FeesDeposited", "PrepaidWithdrawn", "FeeCharged"),
            *("FeeScenarioSet", "FeeScenarioActive", "FeeSharesSet", "RevenueSettled", "SubsidyDecided"),
            *("ActiveUsersStated", "FeeShareWithdrawn", "FeeTreasurySet"),
        ),
    }

    def __init__(self, stage: Stage, parties: Parties, balances: Balances) -> None:
        self.parties, self.balances = parties, balances
        self.me = stage.at("FeeRouter")
        self.model = FeeBook(stage.now, FeeTerms(1, 1, 1, 0), [], me=self.me)
        self.rate_terms: RateTerms | None = None
        self.rate: EraRateModel | None = None
        self.brought: dict[int, int] = {}
        """By entity, what it deposited and did not take back."""
        self.entities: set[int] = set()
        self.scenarios: set[int] = set()
        self.accounts: set[str] = set()
        self.waiting: set[tuple[int, int, str]] = set()
        self.gifts = 0

    def before(self, scene: Scene) -> None:
        self.model.now = scene.now
        if self.rate is not None:
            self.rate.now = scene.now
            self.model.source = Source(self.rate.rate(), self.rate.as_of)

    # the price of ERA

    def era_rate_terms_set(self, event: Any, scene: Scene) -> None:
        terms = event.terms
        self.rate_terms = RateTerms(
            terms.window, terms.interval, terms.maxAge, terms.stepBps, terms.floor, terms.ceiling
        )
        if self.rate is not None:
            self.rate.set_terms(self.rate_terms)

    def era_price_recorded(self, event: Any, scene: Scene) -> None:
        assert self.rate_terms is not None
        if self.rate is None:
            self.rate = EraRateModel(event.asOf, self.rate_terms, event.price)
            return
        assert self.rate.record(event.stated, event.asOf) == event.price, "a price moves by one step at most"

    # prices

    def fee_price_set(self, event: Any, scene: Scene) -> None:
        self.model.set_price(event.service, event.usd)

    def fee_rate_terms_set(self, event: Any, scene: Scene) -> None:
        terms = event.terms
        assert terms.source == scene.stage.at("EraRate")
        self.model.set_terms(FeeTerms(terms.maxAge, terms.floor, terms.ceiling, terms.fallbackRate))

    def fee_rate_refreshed(self, event: Any, scene: Scene) -> None:
        model = self.model
        model.good_until = -1
        found = model.rate, model.good_until, model.fallback_in_use = model.next_rate()
        assert (event.rate, event.goodUntil, event.fallbackInUse) == found, "5. the rate is the mean of the window"

    # prepaid accounts

    def fees_deposited(self, event: Any, scene: Scene) -> None:
        entity, amount = event.entity, event.amount
        assert 0 < entity <= self.parties.count
        self.model.parties[f"entity {entity}"] = Party(entity, 0)
        self.model.wallets[event.from_] += amount
        self.model.deposit(event.from_, entity, amount)
        assert event.balance == self.model.prepaid[entity]
        self.brought[entity] = self.brought.get(entity, 0) + amount
        self.entities.add(entity)

    def prepaid_withdrawn(self, event: Any, scene: Scene) -> None:
        assert self.parties.active(event.account, scene.now), "10. only for an active account"
        assert self.parties.entity(event.account) == event.entity, "5. only of its own entity"
        self.model.parties[event.account] = Party(event.entity, scene.now + 1)
        self.model.withdraw_prepaid(event.account, event.amount)
        assert event.balance == self.model.prepaid[event.entity]
        self.brought[event.entity] -= event.amount
        self.entities.add(event.entity)

    def fee_charged(self, event: Any, scene: Scene) -> None:
        usd, _ = self.model.fee(event.service)
        assert event.usd == usd
        charged = self.model.charge(event.entity, event.service, event.scenario)
        assert event.amount == charged, f"5. a fee of {event.amount}, not {charged}"
        self.entities.add(event.entity)
        self.scenarios.add(event.scenario)

    # scenarios

    def fee_scenario_set(self, event: Any, scene: Scene) -> None:
        record = _record(event.record)
        if event.scenario in self.model.scenarios:
            self.model.set_scenario(event.scenario, record)
        else:
            assert self.model.open(record) == event.scenario
        self.scenarios.add(event.scenario)

    def fee_scenario_active(self, event: Any, scene: Scene) -> None:
        self.model.set_active(event.scenario, event.active)

    def fee_shares_set(self, event: Any, scene: Scene) -> None:
        shares = _shares(event.shares)
        if event.from_ == 0:
            self.model.shares = [(0, shares)]
        else:
            self.model.set_shares(shares)
            assert self.model.shares[-1] == (event.from_, shares), "shares hold from the next month on"

    def fee_treasury_set(self, event: Any, scene: Scene) -> None:
        self.model.treasury = event.treasury

    def active_users_stated(self, event: Any, scene: Scene) -> None:
        self.model.state_users(event.rollup, event.month, event.users)

    def revenue_settled(self, event: Any, scene: Scene) -> None:
        """Where a charge or another record brings it about, this is heard first, and nothing is left to share then."""
        scenario = self.model.scenarios[event.scenario]
        record, month, revenue = scenario.record, scenario.month, scenario.unsettled
        assert (event.month, event.revenue) == (month, revenue), "5. what is shared out is what was charged"
        parts, waiting = split(revenue, self.model.shares_at(month), record), (record.rollup, month, record.developer)
        before = self.model.subsidies[waiting], self.model.accrued[self.model.treasury]
        self.model.settle(event.scenario)
        waits = self.model.subsidies[waiting] != before[0]
        kept = self.model.accrued[self.model.treasury] - before[1]
        got = (event.parts.node, event.parts.developer, event.parts.author)
        assert got == (parts.node, parts.developer, parts.author), f"5. {got}, not {parts}"
        assert event.parts.subsidy in (parts.subsidy, 0)
        assert event.parts.treasury == parts.treasury + parts.subsidy - event.parts.subsidy <= kept
        assert event.subsidyWaits == waits
        self.scenarios.add(event.scenario)
        if record.developer:
            self.waiting.add(waiting)
        self.accounts |= {self.model.treasury, record.nodes, record.developer, record.author} - {""}

    def subsidy_decided(self, event: Any, scene: Scene) -> None:
        waiting = event.rollup, event.month, event.developer
        assert self.model.subsidies[waiting] == event.amount
        assert self.model.decide(*waiting) == event.granted, "9. a subsidy is granted by the users stated"
        self.waiting.add(waiting)
        self.accounts |= {self.model.treasury, event.developer}

    def fee_share_withdrawn(self, event: Any, scene: Scene) -> None:
        assert self.model.withdraw(event.account) == event.amount, "5. a share is handed over once, all of it"
        self.accounts.add(event.account)

    # what must hold

    def check(self, stage: Stage) -> None:
        """5, of what was touched, and that all of it is there."""
        router, model = stage.net.fees, self.model
        model.now = stage.now
        touched = self.entities or self.scenarios or self.accounts or self.waiting
        for entity in self.entities:
            assert router.prepaidOf(entity) == model.prepaid[entity], f"5. prepaid of {entity}"
            spent = self.brought.get(entity, 0) - model.prepaid[entity]
            assert router.feesPaidBy(entity) == spent == model.paid[entity], f"5. fees of {entity}"
        for number in self.scenarios:
            scenario = model.scenarios[number]
            assert router.unsettledOf(number) == (scenario.unsettled, scenario.month), f"5. revenue of {number}"
        for account in self.accounts:
            assert router.accruedTo(account) == model.accrued[account], f"5. shares of {account}"
        for waiting in self.waiting:
            assert router.subsidyOf(*waiting) == model.subsidies[waiting], f"5. subsidy of {waiting}"
        if touched:
            gifts = self.balances.held["EraToken"][self.me] - model.held()
            assert gifts >= self.gifts, "5. all prepaid, unsettled and accrued is there, and gifts stay"
            self.gifts = gifts
        for one in (self.entities, self.scenarios, self.accounts, self.waiting):
            one.clear()

    def check_all(self, stage: Stage) -> None:
        router, model = stage.net.fees, self.model
        self.entities, self.scenarios = set(model.prepaid), set(model.scenarios)
        self.accounts, self.waiting = set(model.accrued), set(model.subsidies)
        self.check(stage)
        model.now = stage.now
        if self.rate is not None:
            self.rate.now = stage.now
            assert stage.net.era_rate.usdRate() == (self.rate.rate(), self.rate.as_of)
        assert router.feeServices() == len(model.prices)
        assert [router.feePriceOf(number) for number in range(len(model.prices))] == model.prices


def _record(given: FeeScenario) -> Record:
    return Record(
        given.nodes,
        "" if given.developer == NOBODY else given.developer,
        given.developerBps,
        "" if given.author == NOBODY else given.author,
        given.authorRollup,
        given.rollup,
        given.class_ == FINANCE,
    )


def _shares(given: FeeShares) -> Shares:
    return Shares(
        given.nodeBps,
        given.financeBonusBps,
        given.authorBps,
        given.mostDeveloperBps,
        given.subsidyBps,
        given.usersAbove,
    )
