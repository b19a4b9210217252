"""Everything anybody can do with the fee router and with the oracle of ERA, each beside an exact model that must agree
after every step.

Always true (number of the architecture's list, and the sentences of this part):
10. No privileged call succeeds for anyone the plan does not name.
F1. ERA of the router = all prepaid + all unsettled + all subsidies that wait + all accrued + what was sent without a
    call.
F2. What a charge takes from an entity is what its scenario earns, and no less than the price at the rate of the moment.
F3. The parts of a settlement are the revenue, to the unit; no role gets more than its share.
F4. Neither a charge nor a settlement writes a checkpoint of votes.
F5. Nobody is paid more than accrued to it, and no unit of ERA is made or lost.
F6. Revenue of a month is shared by the shares of that month and the record of that time, whatever changes later.
R1. The rate is the exact mean by time, rounded down.
R2. One observation moves the mean by no more than its difference from what stood before, times the part of the window
    for which it stood; nothing at all in the second in which it is brought.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.contracts import events, structs
from caldera.evm import Account, ContractError
from caldera.model import fees
from tests.properties.beside import Beside
from tests.support.economy import (
    ERA,
    FALLBACK,
    FEE_TERMS,
    PRICES,
    RATE,
    RATE_TERMS,
    Economy,
    as_fee_terms,
    as_rate_terms,
    as_shares,
)
from tests.support.suite import DAY, NOBODY, name_of

PAYERS = ("maker", "partner", "supplier", "mallory")
SHAREHOLDERS = ("nodes", "studio", "inventor", "treasury", "mallory")
START = 100_000 * ERA
MOODS = {"good": 0, "reverts": 1, "burns": 2, "short": 3}
RECORDS = (
    fees.Record("nodes"),
    fees.Record("nodes", "studio", 2_000, "inventor", 2, 1, True),
    fees.Record("nodes", "studio", 1_999, "", 0, 1, False),
    fees.Record("mallory", "mallory", 333, "mallory", 1, 2, True),
    fees.Record("treasury", "inventor", 0, "studio", 3, 2, False),
)
BAD_RECORDS = (
    fees.Record(""),
    fees.Record("router"),
    fees.Record("nodes", "studio", 2_001),
    fees.Record("nodes", "", 1),
    fees.Record("nodes", "", 0, "inventor", 1, 1),
    fees.Record("nodes", "router", 1),
)
SHARES = (
    fees.Shares(),
    fees.Shares(finance_bonus=1_500),
    fees.Shares(node=1, finance_bonus=1, author=1, most_developer=7, subsidy=9_999, users_above=0),
    fees.Shares(node=5_040, users_above=5),
    fees.Shares(node=5_041),
    fees.Shares(most_developer=2_001),
    fees.Shares(node=10_000, finance_bonus=0, author=0, most_developer=0),
)
pick = st.integers(0, 1 << 30)
amounts = st.one_of(st.integers(1, 200 * ERA), st.sampled_from([0, 1, 10 * ERA, START + 1]))
services = st.sampled_from([*(0, 1, 2, 2) * 3, 3, 4, 254, 255])
scenarios = st.sampled_from([*(1, 2, 3) * 4, 0, 4, 5])
payers = st.sampled_from([*("maker", "partner", "supplier") * 3, "mallory"])


class FeeMachine(Beside):
    """The fee router. `economy` is shared by all examples; each begins at `mark`."""

    economy: Economy

    def __init__(self) -> None:
        super().__init__()
        self.economy.chain.restore(self.mark)
        self.start = self.economy.now
        self.model = fees.FeeBook(self.start, FEE_TERMS, list(PRICES), source=fees.Source(RATE, self.start))
        self.given = 0
        entities = self.economy.suite.entities
        expires = self.start + 5 * 365 * DAY
        for name in ("maker", "partner", "supplier"):
            self.model.parties[name] = fees.Party(entities[name], expires)
        for name in PAYERS:
            self.economy.give(self.actor(name), START)
            self.model.wallets[name] = START
            self.economy.token.approve(self.economy.router, 2**256 - 1, sender=self.actor(name))
            self.economy.token.delegate(self.actor(name), sender=self.actor(name))

    def actor(self, name: str) -> Account:
        return self.economy.chain.account(name)

    def address(self, name: str) -> str:
        return {"": NOBODY, "router": self.economy.router.address}.get(name) or self.actor(name).address

    def as_record(self, record: fees.Record) -> structs.FeeScenario:
        return self.economy.record(
            class_=2 if record.finance else 1,
            rollup=record.rollup,
            developerBps=record.developer_bps,
            authorRollup=record.author_rollup,
            nodes=self.address(record.nodes),
            developer=self.address(record.developer),
            author=self.address(record.author),
        )

    @initialize()
    def begin(self) -> None:
        for record in RECORDS[1:4]:
            self.model.open(record)
            self.economy.open(self.as_record(record))
        for name in ("maker", "supplier"):
            entity = self.economy.entity(name)
            self.model.deposit(name, entity, 5_000 * ERA)
            self.economy.router.deposit(entity, 5_000 * ERA, sender=self.actor(name))
        for number in (1, 2, 3):
            self.model.pay("maker", 1, number)
            self.economy.router.buy(1, number, sender=self.economy.maker)
        self.model.settle(1)
        self.economy.router.settle(1, sender=self.economy.mallory)

    @rule(name=st.sampled_from(PAYERS), whose=st.sampled_from(["maker", "supplier", "supplier", ""]), amount=amounts)
    def deposit(self, name: str, whose: str, amount: int) -> None:
        entity = self.economy.entity(whose) if whose else 999
        self.both(
            "deposit",
            lambda: self.model.deposit(name, entity, amount),
            lambda: self.economy.router.deposit(entity, amount, sender=self.actor(name)),
        )

    @rule(name=payers, amount=amounts)
    def withdraw_prepaid(self, name: str, amount: int) -> None:
        self.both(
            "withdrawPrepaid",
            lambda: self.model.withdraw_prepaid(name, amount),
            lambda: self.economy.router.withdrawPrepaid(amount, sender=self.actor(name)),
        )

    @rule(name=payers, service=services, scenario=scenarios, by_ledger=st.booleans())
    def charge(self, name: str, service: int, scenario: int, by_ledger: bool) -> None:
        """F2 and F4 of each charge."""
        router = self.economy.router
        entity = self.model.parties[name].entity if name in self.model.parties else 999
        before = (self.model.prepaid[entity], self.checkpoints())
        month = self.model.scenarios[scenario].month if scenario in self.model.scenarios else 0
        earned = self.earned(scenario, month)
        quoted: list[int] = []

        def expected() -> int:
            if by_ledger:
                quoted.append(self.model.charge(entity, service, scenario))
            else:
                quoted.append(self.model.pay(name, service, scenario))
            return quoted[0]

        def act() -> int:
            if by_ledger:
                return router.charge(entity, service, scenario, sender=self.economy.ledger).returned
            return router.buy(service, scenario, sender=self.actor(name)).returned

        if self.both("charge" if by_ledger else "buy", expected, act):
            taken = before[0] - router.prepaidOf(entity)
            assert taken == quoted[0]
            if taken:
                assert self.earned(scenario, month) - earned == taken
                assert taken * router.feeRate()[0] >= self.model.prices[service] * 10**30
                assert (taken - 1) * router.feeRate()[0] < self.model.prices[service] * 10**30
            assert self.checkpoints() == before[1]

    def earned(self, scenario: int, month: int) -> int:
        """What is unsettled of a scenario and all that was shared out, of which a charge may add that of `month`."""
        router = self.economy.router
        if scenario not in self.model.scenarios:
            return 0
        there, _ = router.unsettledOf(scenario)
        shared = sum(router.accruedTo(self.actor(name)) for name in SHAREHOLDERS)
        waiting = sum(router.subsidyOf(r, month, self.actor(name)) for r in (1, 2) for name in SHAREHOLDERS)
        return there + shared + waiting

    def keys(self) -> list[tuple[int, int, str]]:
        months = range(fees.month_at(self.start), fees.month_at(self.economy.now) + 1)
        return [(rollup, month, name) for rollup in (1, 2) for month in months for name in SHAREHOLDERS]

    def checkpoints(self) -> list[int]:
        names = (*PAYERS, *SHAREHOLDERS)
        return [self.economy.token.numCheckpoints(self.actor(name)) for name in names]

    @rule(which=pick)
    def settle(self, which: int) -> None:
        """F3 and F4."""
        waiting = [number for number, one in self.model.scenarios.items() if one.unsettled]
        scenario = waiting[which // 4 % len(waiting)] if waiting and which % 4 else which // 4 % 6
        found, before = self.model.scenarios.get(scenario), self.checkpoints()
        record = found.record if found else RECORDS[0]
        shares = self.model.shares_at(found.month) if found else fees.Shares()
        kept: list[Any] = []

        def act() -> int:
            kept.append(self.economy.router.settle(scenario, sender=self.economy.mallory))
            returned: int = kept[0].returned
            return returned

        if self.both("settle", lambda: self.model.settle(scenario), act):
            (said,) = kept[0].events
            assert isinstance(said, events.RevenueSettled)
            assert sum(said.parts) == said.revenue
            bonus = shares.finance_bonus if record.finance else 0
            assert said.parts.node <= Fraction(said.revenue * shares.node * (10_000 + bonus), 10**8)
            assert said.parts.developer <= Fraction(said.revenue * record.developer_bps, 10**4)
            assert self.checkpoints() == before

    @rule(which=pick)
    def withdraw(self, which: int) -> None:
        names = [name for name, amount in self.model.accrued.items() if amount] if which % 4 else []
        names = names or [*SHAREHOLDERS, "maker"]
        name = names[which // 4 % len(names)]
        self.both(
            "withdraw",
            lambda: self.model.withdraw(name),
            lambda: self.economy.router.withdraw(self.actor(name), sender=self.economy.mallory).returned,
        )

    @rule(which=pick, late=st.sampled_from([False, False, True]))
    def decide_subsidy(self, which: int, late: bool) -> None:
        """At any time, or once users cannot be stated any more."""
        keys = [key for key, amount in self.model.subsidies.items() if amount] if which % 4 else self.keys()
        rollup, month, name = keys[which // 4 % len(keys)] if keys else (1, 1, "studio")
        router = self.economy.router
        if late:
            self.to(max(self.model.now, fees.end_of(month) + fees.STATEMENT_TIME))
        self.both(
            "decideSubsidy",
            lambda: self.model.decide(rollup, month, name),
            lambda: router.decideSubsidy(rollup, month, self.actor(name), sender=self.economy.mallory).returned,
        )

    @rule(
        rollup=st.integers(1, 2),
        back=st.sampled_from([0, 1, 1, 1, 1, 1, 1, 2]),
        users=st.sampled_from([0, 5, 6, 100_000, 100_001]),
    )
    def state_users(self, rollup: int, back: int, users: int) -> None:
        """Of a recent month; mostly for a subsidy that waits, at a time at which that can be."""
        month = fees.month_at(self.model.now) - back
        waiting = [key[:2] for key, amount in self.model.subsidies.items() if amount]
        if back == 1 and waiting:
            rollup, month = waiting[-1]
            self.to(max(self.model.now, fees.end_of(month)))
        self.both(
            "stateUsers",
            lambda: self.model.state_users(rollup, month, users),
            lambda: self.economy.state_users(users, month, rollup) and None,
        )

    @rule(
        rate=st.sampled_from([RATE, RATE, 3 * 10**17, 10**16, 10**16 - 1, 10**19, 10**19 + 1, 0, 2**256 - 1]),
        age=st.sampled_from([0, 0, 0, DAY - 1, DAY, DAY + 1, -1]),
        mood=st.sampled_from(["good", "good", "good", "good", *MOODS]),
    )
    def source_says(self, rate: int, age: int, mood: str) -> None:
        self.economy.say(rate, self.model.now - age)
        self.economy.source.setMood(MOODS[mood], sender=self.economy.admin)
        self.model.source = fees.Source(rate, self.model.now - age, mood == "good")

    @rule()
    def refresh(self) -> None:
        self.both(
            "refreshRate",
            lambda: self.model.refresh(),
            lambda: self.economy.router.refreshRate(sender=self.economy.mallory).returned,
        )

    @rule(
        age=st.sampled_from([DAY, DAY, 1, 30 * DAY, 0, 30 * DAY + 1]),
        fallback=st.sampled_from([FALLBACK, FALLBACK, FALLBACK, 0, 10**16, 10**16 - 1, 10**19 + 1]),
        low=st.sampled_from([10**16, 10**16, 10**16, 0, 10**20]),
    )
    def set_terms(self, age: int, fallback: int, low: int) -> None:
        terms = replace(FEE_TERMS, max_age=age, fallback=fallback, floor=low)
        self.both(
            "setFeeRateTerms",
            lambda: self.model.set_terms(terms),
            lambda: self.economy.router.setFeeRateTerms(
                as_fee_terms(terms, self.economy.source), sender=self.economy.officer
            ),
        )

    @rule(
        service=st.sampled_from([0, 1, 2, 3, 4, 255]),
        usd=st.sampled_from([0, 1, 7, 999_999, 999_999, 5_000_000, 5_000_001, 2**40 - 1]),
    )
    def set_price(self, service: int, usd: int) -> None:
        self.both(
            "setFeePrice",
            lambda: self.model.set_price(service, usd),
            lambda: self.economy.router.setFeePrice(service, usd, sender=self.economy.officer),
        )

    @rule(record=st.sampled_from([*RECORDS * 2, *BAD_RECORDS]), scenario=scenarios)
    def set_scenario(self, record: fees.Record, scenario: int) -> None:
        """F6: what is unsettled is shared out by the old record."""
        given = self.as_record(record)
        if scenario == 0 and len(self.model.scenarios) < 5:
            self.both(
                "openScenario",
                lambda: self.model.open(record),
                lambda: self.economy.router.openScenario(given, sender=self.economy.officer).returned,
            )
        else:
            self.both(
                "setScenario",
                lambda: self.model.set_scenario(scenario, record),
                lambda: self.economy.router.setScenario(scenario, given, sender=self.economy.officer),
            )

    @rule(scenario=scenarios, active=st.sampled_from([True, True, True, False]))
    def set_active(self, scenario: int, active: bool) -> None:
        self.both(
            "setScenarioActive",
            lambda: self.model.set_active(scenario, active),
            lambda: self.economy.router.setScenarioActive(scenario, active, sender=self.economy.officer),
        )

    @rule(shares=st.sampled_from(SHARES))
    def set_shares(self, shares: fees.Shares) -> None:
        self.both(
            "setFeeShares",
            lambda: self.model.set_shares(shares),
            lambda: self.economy.router.setFeeShares(as_shares(shares), sender=self.economy.officer),
        )

    @rule(to=st.sampled_from(["treasury", "treasury", "mallory"]))
    def set_treasury(self, to: str) -> None:
        self.economy.router.setFeeTreasury(self.actor(to), sender=self.economy.admin)
        self.model.treasury = to

    @rule(name=st.sampled_from(["maker", "partner", "supplier"]), active=st.sampled_from([True, True, True, False]))
    def set_status(self, name: str, active: bool) -> None:
        registry = self.economy.suite.registry
        (registry.reinstate if active else registry.suspend)(self.actor(name), sender=self.economy.officer)
        self.model.parties[name].suspended = not active

    @rule(on=st.sampled_from([True, False, False]))
    def pause_or_run(self, on: bool) -> None:
        if on and self.model.now >= self.model.paused_until + 8 * DAY:
            self.economy.router.pause(3_600, sender=self.economy.officer)
            self.model.paused_until = self.model.now + 3_600
        elif not on:
            self.economy.router.unpause(sender=self.economy.officer)
            self.model.paused_until = min(self.model.paused_until, self.model.now)

    @rule(amount=st.integers(1, ERA))
    def donate(self, amount: int) -> None:
        """F1: what is sent without a call belongs to nobody."""
        self.economy.give(self.economy.router, amount)
        self.given += amount

    @rule(
        seconds=st.one_of(st.sampled_from([1, 3_600, 3_601, DAY]), st.integers(1, 20 * DAY)),
        border=st.sampled_from([None, None, -1, 0, 20 * DAY - 1, 20 * DAY]),
    )
    def time_passes(self, seconds: int, border: int | None) -> None:
        """Some time, or to about the end of the month, or of the time in which its users can be stated."""
        to = self.model.now + seconds
        if border is not None:
            to = max(to, fees.end_of(fees.month_at(self.model.now)) + border)
        self.to(to)

    def to(self, time: int) -> None:
        """Not beyond two years: accounts expire after five."""
        if self.model.now < time <= self.start + 2 * 365 * DAY:
            self.economy.chain.warp(time)
            self.model.now = time

    @rule(by=st.sampled_from(["maker", "mallory", "ledger", "treasury"]), data=st.data())
    def privileged_call_by_nobody(self, by: str, data: st.DataObject) -> None:
        """Invariant 10."""
        router, economy = self.economy.router, self.economy
        calls: list[tuple[str, tuple[Any, ...]]] = [
            ("setFeePrice", (0, 0)),
            ("setFeeRateTerms", (as_fee_terms(FEE_TERMS, economy.source),)),
            ("openScenario", (economy.record(),)),
            ("setScenario", (1, economy.record(nodes=self.actor(by).address))),
            ("setScenarioActive", (1, False)),
            ("setFeeShares", (as_shares(fees.Shares()),)),
            ("setFeeTreasury", (self.actor(by),)),
            ("setUserAttestors", (economy.attestors,)),
            ("pause", (1,)),
            ("unpause", ()),
        ]
        if by != "ledger":
            calls.append(("charge", (1, 0, 1)))
        name, arguments = data.draw(st.sampled_from(calls))
        try:
            getattr(router, name)(*arguments, sender=self.actor(by))
        except ContractError as error:
            assert name_of(error) == "AccessManagedUnauthorized"
        else:
            raise AssertionError(f"{name} by {by} succeeded")

    @invariant()
    def every_unit_is_accounted_for(self) -> None:
        """F1 and F5."""
        economy, router = self.economy, self.economy.router
        there = economy.token.balanceOf(router)
        entities = {party.entity for party in self.model.parties.values()}
        prepaid = sum(router.prepaidOf(entity) for entity in entities)
        unsettled = sum(router.unsettledOf(number)[0] for number in self.model.scenarios)
        accrued = sum(router.accruedTo(self.actor(name)) for name in SHAREHOLDERS)
        waiting = sum(router.subsidyOf(r, m, self.actor(name)) for r, m, name in self.model.subsidies)
        assert there == prepaid + unsettled + accrued + waiting + self.given == self.model.held() + self.given
        for name in {*PAYERS, *SHAREHOLDERS}:
            assert economy.token.balanceOf(self.actor(name)) == self.model.wallets[name], name

    @invariant()
    def books_agree(self) -> None:
        router = self.economy.router
        for entity in {party.entity for party in self.model.parties.values()}:
            assert router.prepaidOf(entity) == self.model.prepaid[entity]
            assert router.feesPaidBy(entity) == self.model.paid[entity]
        for number, one in self.model.scenarios.items():
            unsettled, month = router.unsettledOf(number)
            assert (unsettled, month) == (one.unsettled, one.month)
            assert router.scenarioOf(number) == (self.as_record(one.record), one.active)
        for name in SHAREHOLDERS:
            assert router.accruedTo(self.actor(name)) == self.model.accrued[name], name
        for (rollup, month, name), amount in self.model.subsidies.items():
            assert router.subsidyOf(rollup, month, self.actor(name)) == amount
        month = router.currentMonth()
        assert router.feeSharesAt(month) == as_shares(self.model.shares_at(month))
        assert router.feeSharesAt(month + 1) == as_shares(self.model.shares_at(month + 1))
        assert router.feeServices() == len(self.model.prices)


class RateMachine(Beside):
    """The oracle. `economy` is shared by all examples; each begins at `mark`."""

    economy: Economy

    def __init__(self) -> None:
        super().__init__()
        self.economy.chain.restore(self.mark)
        self.start = self.economy.now
        self.model = fees.EraRateModel(self.start, RATE_TERMS, RATE)

    @rule(
        price=st.one_of(
            st.sampled_from([RATE, RATE_TERMS.floor, RATE_TERMS.ceiling, RATE_TERMS.floor - 1, RATE_TERMS.ceiling + 1]),
            st.integers(RATE_TERMS.floor, RATE * 3),
        ),
        age=st.sampled_from([0, 0, 0, 0, 0, 1, 900, 1_800, 1_801, -1]),
        late=st.sampled_from([0, 0, 0, 1, 899, 900, None]),
    )
    def bring(self, price: int, age: int, late: int | None) -> None:
        """So many seconds after it is allowed, or now; R2 in the second in which it is brought."""
        if late is not None:
            self.to(max(self.model.now, self.model.observations[-1][0] + self.model.terms.interval + late))
        before = self.economy.oracle.usdRate()[0]
        as_of = self.model.now - age

        def act() -> int:
            self.economy.bring(price, as_of)
            stands: int = self.economy.oracle.lastObservation()[0]
            return stands

        if self.both("recordPrice", lambda: self.model.record(price, as_of), act):
            assert self.economy.oracle.usdRate() == (before, as_of)
            stands = self.model.observations[-1][1]
            assert abs(stands - before) <= before * self.model.terms.step_bps // 10_000

    @rule(price=st.integers(RATE_TERMS.floor, RATE * 3), age=st.sampled_from([0, 0, 0, 1_801, -1]), late=st.booleans())
    def feed(self, price: int, age: int, late: bool) -> None:
        if late:
            self.to(max(self.model.now, self.model.observations[-1][0] + self.model.terms.interval))
        as_of = self.model.now - age
        self.economy.say(price, as_of)
        self.both(
            "recordFeed",
            lambda: self.model.record(price, as_of),
            self.bring_feed,
        )

    @rule(
        window=st.sampled_from([600, 6 * 3_600, 6 * 3_600, 15 * 3_600, 604_800, 604_801]),
        interval=st.sampled_from([60, 900, 900, 10_000]),
        step=st.sampled_from([0, 1, 500, 2_000, 10_000]),
    )
    def set_terms(self, window: int, interval: int, step: int) -> None:
        terms = replace(RATE_TERMS, window=window, interval=interval, step_bps=step)
        self.both(
            "setEraRateTerms",
            lambda: self.model.set_terms(terms),
            lambda: self.economy.oracle.setEraRateTerms(as_rate_terms(terms), sender=self.economy.officer),
        )

    @rule(seconds=st.one_of(st.integers(1, 1_000), st.integers(1, DAY)))
    def time_passes(self, seconds: int) -> None:
        """R2: what another last observation would have changed is its difference times its part of the window."""
        self.to(self.model.now + seconds)
        at, price = self.model.observations[-1]
        if len(self.model.observations) > 1:
            other = fees.EraRateModel(self.start, self.model.terms, RATE)
            other.now = self.model.now
            before = self.model.observations[-2][1]
            other.observations = [*self.model.observations[:-1], (at, before)]
            stood = min(self.model.now - at, self.model.terms.window)
            share = Fraction(stood, self.model.terms.window)
            moved = abs(self.economy.oracle.usdRate()[0] - other.exact())
            assert moved <= abs(price - before) * share + 1

    @rule(on=st.sampled_from([True, False, False, False]))
    def pause_or_run(self, on: bool) -> None:
        if on and self.model.now >= self.model.paused_until + 8 * DAY:
            self.economy.oracle.pause(3_600, sender=self.economy.officer)
            self.model.paused_until = self.model.now + 3_600
        elif not on:
            self.economy.oracle.unpause(sender=self.economy.officer)
            self.model.paused_until = min(self.model.paused_until, self.model.now)

    def bring_feed(self) -> int:
        self.economy.oracle.recordFeed(sender=self.economy.mallory)
        stands: int = self.economy.oracle.lastObservation()[0]
        return stands

    @invariant()
    def the_rate_is_the_mean(self) -> None:
        """R1."""
        assert self.economy.oracle.usdRate() == (self.model.rate(), self.model.as_of)
        prices = [price for _, price in self.model.observations]
        assert min(prices) <= self.model.rate() <= max(prices)

    def to(self, time: int) -> None:
        self.economy.chain.warp(time)
        self.model.now = time
