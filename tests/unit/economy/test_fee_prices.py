"""FeeRouter: what a service costs, at which rate, and what happens when there is no good one."""

from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from caldera.contracts import FeeRouter, StingyCaller, events, structs
from caldera.model import fees
from tests.support.economy import (
    ADAPTATION,
    ERA,
    FALLBACK,
    FEE_TERMS,
    MAPPING,
    PRICES,
    RATE,
    ROUTING,
    USD,
    Economy,
    as_fee_terms,
    as_shares,
    build,
)
from tests.support.suite import DAY, NOBODY, reverts

REVERTS, BURNS, SHORT, LONG, VANISHED = 1, 2, 3, 4, 5


@pytest.fixture
def ready(economy: Economy) -> Economy:
    """The maker has 1,000 ERA; scenario 1 is open."""
    economy.deposit(economy.entity("maker"), 1_000 * ERA)
    economy.open()
    return economy


def set_terms(economy: Economy, **changes: int) -> None:
    terms = as_fee_terms(replace(FEE_TERMS, **changes), economy.source)
    economy.router.setFeeRateTerms(terms, sender=economy.officer)


class TestCharges:
    """From prepaid to unsettled, to the unit, rounded up."""

    @pytest.mark.parametrize("service", [ROUTING, MAPPING, ADAPTATION])
    def test_what_is_taken_is_added(self, ready: Economy, service: int) -> None:
        entity, before = ready.entity("maker"), ready.token.balanceOf(ready.router)
        due = ceil(Fraction(PRICES[service] * 10**30, RATE))
        assert ready.router.feeOf(service) == (PRICES[service], due)
        receipt = ready.router.buy(service, 1, sender=ready.partner)
        assert receipt.returned == due
        where = ready.router.address
        assert receipt.events == (
            events.FeeRateRefreshed(RATE, ready.now + DAY, False, emitter=where),
            events.FeeCharged(entity, 1, service, PRICES[service], due, emitter=where),
        )
        assert ready.router.prepaidOf(entity) == 1_000 * ERA - due
        assert ready.router.unsettledOf(1) == (due, ready.month)
        assert ready.token.balanceOf(ready.router) == before

    def test_rounded_up(self, ready: Economy) -> None:
        ready.router.setFeePrice(MAPPING, 1, sender=ready.officer)
        ready.say(3 * 10**17)
        assert ready.router.buy(MAPPING, 1, sender=ready.maker).returned == 3_333_333_333_334
        ready.router.setFeePrice(MAPPING, 3, sender=ready.officer)
        assert ready.router.buy(MAPPING, 1, sender=ready.maker).returned == 10**13

    def test_the_dearest_there_can_be(self, ready: Economy) -> None:
        dear = 2**40 - 1
        ready.router.setFeePrice(MAPPING, dear, sender=ready.officer)
        due = ceil(Fraction(dear * 10**30, RATE))
        ready.deposit(ready.entity("supplier"), due - 1)
        with reverts("PrepaidTooLow", entity=ready.entity("supplier"), prepaid=due - 1, due=due):
            ready.router.buy(MAPPING, 1, sender=ready.supplier)
        ready.deposit(ready.entity("supplier"), 1)
        assert ready.router.buy(MAPPING, 1, sender=ready.supplier).returned == due
        assert ready.router.prepaidOf(ready.entity("supplier")) == 0

    def test_by_contracts_of_the_suite(self, ready: Economy) -> None:
        entity = ready.entity("maker")
        with reverts("AccessManagedUnauthorized", caller=ready.maker.address):
            ready.router.charge(entity, MAPPING, 1, sender=ready.maker)
        assert ready.router.charge(entity, MAPPING, 1, sender=ready.ledger).returned == 40 * ERA
        with reverts("PrepaidTooLow", entity=ready.entity("supplier"), prepaid=0, due=40 * ERA):
            ready.router.charge(ready.entity("supplier"), MAPPING, 1, sender=ready.ledger)

    @pytest.mark.known_defect("fee-checkpoints")
    def test_no_checkpoint_is_written(self, ready: Economy) -> None:
        for account in (ready.holder, ready.maker, ready.nodes, ready.treasury):
            ready.token.delegate(account, sender=account)
        ready.give(ready.maker, ERA)
        names = (ready.holder, ready.maker, ready.nodes, ready.treasury, ready.router)

        def counts() -> list[int]:
            return [ready.token.numCheckpoints(name) for name in names]

        before = counts()
        ready.chain.skip(1)
        ready.router.buy(MAPPING, 1, sender=ready.maker)
        ready.router.settle(1, sender=ready.mallory)
        assert counts() == before
        ready.router.withdraw(ready.nodes, sender=ready.mallory)
        assert counts() == [*before[:2], before[2] + 1, *before[3:]]
        assert ready.token.delegates(ready.router) == NOBODY

    def test_free_services_touch_nothing(self, ready: Economy) -> None:
        ready.router.setFeePrice(ROUTING, 0, sender=ready.officer)
        ready.source.setMood(REVERTS, sender=ready.admin)
        set_terms(ready, fallback=0)
        assert ready.router.feeOf(ROUTING) == (0, 0)
        receipt = ready.router.buy(ROUTING, 99, sender=ready.maker)
        assert (receipt.returned, receipt.events) == (0, ())
        with reverts("NotActive"):
            ready.router.buy(ROUTING, 99, sender=ready.mallory)

    def test_of_a_scenario_that_is_open(self, ready: Economy) -> None:
        for scenario in (0, 2):
            with reverts("UnknownScenario", scenario=scenario):
                ready.router.buy(MAPPING, scenario, sender=ready.maker)
        ready.router.buy(MAPPING, 1, sender=ready.maker)


class TestPrices:
    """Governed, in USD; more services can follow."""

    def test_more_services(self, ready: Economy) -> None:
        assert ready.router.feeServices() == 3
        for service in (3, 255):
            with reverts("UnknownFeeService", service=service, services=3):
                ready.router.buy(service, 1, sender=ready.maker)
            with reverts("UnknownFeeService"):
                ready.router.feeOf(service)
        with reverts("UnknownFeeService", service=4, services=3):
            ready.router.setFeePrice(4, 1, sender=ready.officer)
        receipt = ready.router.setFeePrice(3, USD, sender=ready.officer)
        assert receipt.events == (events.FeePriceSet(3, USD, emitter=ready.router.address),)
        assert ready.router.feeServices() == 4
        assert ready.router.buy(3, 1, sender=ready.maker).returned == 8 * ERA
        ready.router.setFeePrice(4, 2 * USD, sender=ready.officer)
        ready.router.setFeePrice(3, 3 * USD, sender=ready.officer)
        assert ready.router.feeServices() == 5
        assert [ready.router.feeOf(n)[0] for n in range(5)] == [*PRICES, 3 * USD, 2 * USD]

    def test_255_services_and_no_more(self, ready: Economy) -> None:
        for service in range(3, 255):
            ready.router.setFeePrice(service, service, sender=ready.officer)
        with reverts("UnknownFeeService", service=255, services=255):
            ready.router.setFeePrice(255, 1, sender=ready.officer)
        assert [ready.router.feeOf(n)[0] for n in (0, 1, 2, 3, 9, 254)] == [*PRICES, 3, 9, 254]
        ready.router.buy(254, 1, sender=ready.maker)

    def test_prices_do_not_touch_each_other_or_the_rate(self, ready: Economy) -> None:
        ready.router.refreshRate(sender=ready.mallory)
        for service, usd in ((0, 2**40 - 1), (1, 0), (2, 7)):
            ready.router.setFeePrice(service, usd, sender=ready.officer)
        assert [ready.router.feeOf(n)[0] for n in range(3)] == [2**40 - 1, 0, 7]
        assert ready.router.feeRate() == (RATE, ready.now + DAY, False)
        assert ready.router.feeServices() == 3

    def test_by_governance(self, ready: Economy) -> None:
        with reverts("AccessManagedUnauthorized"):
            ready.router.setFeePrice(0, 1, sender=ready.ledger)
        with reverts("AccessManagedUnauthorized"):
            ready.router.setFeeRateTerms(as_fee_terms(FEE_TERMS, ready.source), sender=ready.ledger)


class TestRate:
    """Good for so long, within bounds, else the fallback, visibly."""

    def test_kept_until_it_is_too_old(self, ready: Economy) -> None:
        start = ready.now
        ready.router.buy(MAPPING, 1, sender=ready.maker)
        ready.say(RATE * 2, start + DAY)
        ready.chain.warp(start + DAY)
        assert ready.router.buy(MAPPING, 1, sender=ready.maker).returned == 40 * ERA
        ready.chain.skip(1)
        assert ready.router.feeRate() == (RATE * 2, start + 2 * DAY, False)
        receipt = ready.router.buy(MAPPING, 1, sender=ready.maker)
        assert receipt.returned == 20 * ERA
        refreshed = events.FeeRateRefreshed(RATE * 2, start + 2 * DAY, False, emitter=ready.router.address)
        assert receipt.events[0] == refreshed

    def test_anybody_refreshes(self, ready: Economy) -> None:
        ready.router.buy(MAPPING, 1, sender=ready.maker)
        ready.say(RATE * 2)
        assert ready.router.refreshRate(sender=ready.mallory).returned == RATE * 2
        assert ready.router.buy(MAPPING, 1, sender=ready.maker).returned == 20 * ERA

    @pytest.mark.parametrize(
        ("rate", "age", "error"),
        [
            (RATE, -1, "FeeRateFromTheFuture"),
            (RATE, DAY + 1, "StaleFeeRate"),
            (10**16 - 1, 0, "FeeRateOutOfBounds"),
            (10**19 + 1, 0, "FeeRateOutOfBounds"),
            (2**256 - 1, 0, "FeeRateOutOfBounds"),
            (0, 0, "FeeRateOutOfBounds"),
        ],
    )
    def test_not_good(self, ready: Economy, rate: int, age: int, error: str) -> None:
        set_terms(ready, fallback=0)
        ready.say(rate, ready.now - age)
        for call in (
            lambda: ready.router.refreshRate(sender=ready.mallory),
            lambda: ready.router.buy(MAPPING, 1, sender=ready.maker),
            lambda: ready.router.feeOf(MAPPING),
            lambda: ready.router.feeRate(),
        ):
            with reverts(error):
                call()
        good = min(max(rate, 10**16), 10**19)
        ready.say(good, ready.now - min(max(age, 0), DAY))
        assert ready.router.refreshRate(sender=ready.mallory).returned == good
        ready.router.buy(ROUTING, 1, sender=ready.maker)

    def test_reasons_with_their_values(self, ready: Economy) -> None:
        ready.say(RATE, ready.now + 1)
        with reverts("FeeRateFromTheFuture", updatedAt=ready.now + 1):
            ready.router.refreshRate(sender=ready.mallory)
        ready.say(RATE, ready.now - DAY - 1)
        with reverts("StaleFeeRate", updatedAt=ready.now - DAY - 1, maxAge=DAY):
            ready.router.refreshRate(sender=ready.mallory)
        ready.say(1)
        with reverts("FeeRateOutOfBounds", rate=1, floor=10**16, ceiling=10**19):
            ready.router.refreshRate(sender=ready.mallory)
        ready.source.setMood(REVERTS, sender=ready.admin)
        with reverts("FeeRateSourceFailed", source=ready.source.address):
            ready.router.refreshRate(sender=ready.mallory)

    @pytest.mark.parametrize("mood", [REVERTS, BURNS, SHORT, VANISHED])
    def test_business_goes_on_when_the_source_dies(self, ready: Economy, mood: int) -> None:
        ready.source.setMood(mood, sender=ready.admin)
        start = ready.now
        assert ready.router.feeRate() == (FALLBACK, start + 3_600, True)
        receipt = ready.router.buy(MAPPING, 1, sender=ready.maker)
        assert receipt.returned == 50 * ERA
        refreshed = events.FeeRateRefreshed(FALLBACK, start + 3_600, True, emitter=ready.router.address)
        assert receipt.events[0] == refreshed
        ready.source.setMood(0, sender=ready.admin)
        ready.say(RATE, start)
        ready.chain.warp(start + 3_600)
        assert ready.router.buy(MAPPING, 1, sender=ready.maker).returned == 50 * ERA
        ready.chain.skip(1)
        assert ready.router.buy(MAPPING, 1, sender=ready.maker).returned == 40 * ERA
        assert ready.router.feeRate() == (RATE, start + DAY, False)

    def test_anybody_ends_the_fallback_as_soon_as_there_is_a_good_rate(self, ready: Economy) -> None:
        ready.source.setMood(REVERTS, sender=ready.admin)
        ready.router.buy(MAPPING, 1, sender=ready.maker)
        ready.source.setMood(LONG, sender=ready.admin)
        ready.router.refreshRate(sender=ready.mallory)
        assert ready.router.feeRate() == (RATE, ready.now + DAY, False)

    def test_a_source_cannot_be_made_to_fail_by_little_gas(self, ready: Economy) -> None:
        caller = StingyCaller.deploy(ready.chain, sender=ready.admin)
        data = ready.router.calldata.refreshRate()
        with reverts("MoreGasForRate", needed=165_000):
            caller.callWith(ready.router, data, 160_000, sender=ready.mallory)
        caller.callWith(ready.router, data, 260_000, sender=ready.mallory)

    def test_the_real_oracle(self) -> None:
        economy = build(moody=False)
        economy.deposit(economy.entity("maker"), 100 * ERA)
        scenario = economy.open()
        assert economy.router.buy(MAPPING, scenario, sender=economy.maker).returned == 40 * ERA
        assert economy.router.feeRate() == (RATE, economy.now + DAY, False)


class TestTerms:
    """Of the rate, by governance."""

    @pytest.mark.parametrize("age", [0, 30 * DAY + 1])
    def test_age(self, economy: Economy, age: int) -> None:
        with reverts("FeeRateAgeOutOfRange", maxAge=age, most=30 * DAY):
            set_terms(economy, max_age=age)
        set_terms(economy, max_age=1 if age == 0 else 30 * DAY)

    @pytest.mark.parametrize(
        ("bad", "good"),
        [
            ({"floor": 0}, {"floor": 1}),
            ({"floor": 10**17, "ceiling": 10**17 - 1, "fallback": 0}, {"floor": 10**17, "ceiling": 10**17}),
            ({"fallback": 10**16 - 1}, {"fallback": 10**16}),
            ({"fallback": 10**19 + 1}, {"fallback": 10**19}),
        ],
    )
    def test_bounds(self, economy: Economy, bad: dict[str, int], good: dict[str, int]) -> None:
        with reverts("FeeRateBoundsWrong"):
            set_terms(economy, **bad)
        set_terms(economy, **good)

    def test_a_source_is_a_contract(self, economy: Economy) -> None:
        with reverts("NotAFeeRateSource", source=economy.maker.address):
            economy.router.setFeeRateTerms(as_fee_terms(FEE_TERMS, economy.maker), sender=economy.officer)

    def test_a_rate_of_other_terms_is_not_charged(self, economy: Economy) -> None:
        economy.router.refreshRate(sender=economy.mallory)
        terms = as_fee_terms(replace(FEE_TERMS, floor=RATE + 1, fallback=RATE * 2), economy.source)
        receipt = economy.router.setFeeRateTerms(terms, sender=economy.officer)
        assert receipt.events == (events.FeeRateTermsSet(terms, emitter=economy.router.address),)
        assert economy.router.feeRateTerms() == terms
        assert economy.router.feeRate() == (RATE * 2, economy.now + 3_600, True)
        assert [economy.router.feeOf(n)[0] for n in range(3)] == list(PRICES)

    def test_checked_when_it_is_made(self, economy: Economy) -> None:
        def make(**changes: Any) -> FeeRouter:
            terms = as_fee_terms(replace(FEE_TERMS, **changes), economy.source)
            return FeeRouter.deploy(
                economy.chain,
                economy.suite.access,
                economy.token,
                economy.suite.registry,
                economy.attestors,
                economy.treasury,
                terms,
                PRICES,
                as_shares(fees.Shares()),
                sender=economy.admin,
            )

        with reverts("FeeRateAgeOutOfRange"):
            make(max_age=0)
        made = make(max_age=1)
        assert made.era() == economy.token.address
        assert made.feeRateTerms() == structs.FeeRateTerms(
            economy.source.address, 1, FEE_TERMS.floor, FEE_TERMS.ceiling, FALLBACK
        )
