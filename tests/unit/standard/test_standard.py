"""ValueStandard: versioned rules, currencies and their rates."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.contracts import DevnetCurrency, RateFeed, ValueStandard, events, structs
from tests.support.suite import EU, FACTOR, KIND, NOBODY, Suite, build, reverts

WAD = 10**18
TEMPLATE = b"XX/receivable".ljust(32, b"\0")
GOOD: dict[str, Any] = {
    "kind": KIND,
    "flags": 0,
    "graceDays": 30,
    "minimumSplitBps": 0,
    "requiredFields": 0,
    "minimumUnitUsd": 1_000_000_000,
    "regions": EU,
    "qualifications": FACTOR,
}


def publish(suite: Suite, template: bytes = TEMPLATE, **changes: Any) -> int:
    return suite.standard.publish(template, structs.Rules(**(GOOD | changes)), sender=suite.officer).returned


def add(suite: Suite, decimals: int = 6, **changes: Any) -> int:
    token = DevnetCurrency.deploy(suite.chain, "XYZ", decimals, sender=suite.admin)
    given: dict[str, Any] = {
        "code": b"XYZ",
        "token": token,
        "rate": WAD,
        "lowest": WAD // 2,
        "highest": 2 * WAD,
        "source": NOBODY,
        "maxAge": 0,
    }
    return suite.standard.addCurrency(**(given | changes), sender=suite.officer).returned


def minimum(suite: Suite, rule: int, currency: int) -> int:
    return suite.standard.termsFor(rule, currency, KIND, (1 << 13) - 1)[0] >> 160


class TestRules:
    """Each publication is a version of its own, unchangeable."""

    def test_versions_count_and_old_ones_stay(self, suite: Suite) -> None:
        first, second = publish(suite), publish(suite, graceDays=5)
        assert second == first + 1
        assert suite.standard.current(TEMPLATE) == (second, 2)
        assert suite.standard.rules(first) == structs.Rules(**GOOD)
        assert suite.standard.rules(second) == structs.Rules(**(GOOD | {"graceDays": 5}))
        assert suite.standard.current(b"nothing".ljust(32, b"\0")) == (0, 0)

    def test_a_publication_says_what_it_is(self, suite: Suite) -> None:
        rules = structs.Rules(**GOOD)
        receipt = suite.standard.publish(TEMPLATE, rules, sender=suite.officer)
        assert list(receipt.events) == [
            events.RulesPublished(receipt.returned, TEMPLATE, 1, rules, emitter=suite.standard.address)
        ]

    @pytest.mark.parametrize(
        ("bad", "good"),
        [
            ({"kind": 0}, {"kind": 255}),
            ({"minimumUnitUsd": 0}, {"minimumUnitUsd": 1}),
            ({"minimumSplitBps": 5001}, {"minimumSplitBps": 5000}),
            ({"flags": 1}, {"flags": 4}),
            ({"flags": 2}, {"flags": 0}),
            ({"flags": 0x80}, {"flags": 4}),
            ({"requiredFields": 1 << 13}, {"requiredFields": (1 << 13) - 1}),
        ],
    )
    def test_values_out_of_range_are_refused(self, suite: Suite, bad: dict[str, Any], good: dict[str, Any]) -> None:
        with reverts("RulesOutOfRange"):
            publish(suite, **bad)
        publish(suite, **good)

    def test_a_template_has_a_name(self, suite: Suite) -> None:
        with reverts("NoTemplateName"):
            publish(suite, b"\0" * 32)
        publish(suite, b"\0" * 31 + b"\1")

    def test_retired_rules_make_nothing_new_and_still_read_as_published(self, suite: Suite) -> None:
        rule = publish(suite, flags=4)
        assert not suite.standard.isRetired(rule)
        minimum(suite, rule, 1)
        suite.standard.retire(rule, sender=suite.officer)
        assert suite.standard.isRetired(rule)
        assert suite.standard.rules(rule) == structs.Rules(**(GOOD | {"flags": 4}))
        with reverts("RetiredRules", ruleId=rule):
            minimum(suite, rule, 1)

    def test_unknown_rules(self, suite: Suite) -> None:
        rule = publish(suite)
        for act in (suite.standard.rules, lambda n: suite.standard.retire(n, sender=suite.officer)):
            with reverts("UnknownRules", ruleId=rule + 1):
                act(rule + 1)
        with reverts("UnknownRules", ruleId=rule + 1):
            minimum(suite, rule + 1, 1)
        with reverts("WrongKind", ruleId=rule, wanted=KIND):
            suite.standard.termsFor(rule, 1, KIND + 1, 0)

    @pytest.mark.parametrize("field", range(13))
    def test_a_missing_field_is_named(self, suite: Suite, field: int) -> None:
        rule = publish(suite, requiredFields=1 << field | 1 << 12)
        everything = (1 << 13) - 1
        with reverts("MissingField", field=field):
            suite.standard.termsFor(rule, 1, KIND, everything & ~(1 << field))
        suite.standard.termsFor(rule, 1, KIND, 1 << field | 1 << 12)

    def test_terms_are_the_rules(self, suite: Suite) -> None:
        rule = publish(suite, flags=4, minimumSplitBps=77, graceDays=9, regions=(1 << 80) - 1, qualifications=3)
        terms, split, grace = suite.standard.termsFor(rule, 1, KIND, 0)
        assert (split, grace) == (77, 9)
        assert terms == 1_000_000_000 << 160 | KIND << 152 | 4 << 144 | ((1 << 80) - 1) << 64 | 3


class TestMinimumUnit:
    """USD in the currency's units, rounded up."""

    @pytest.mark.parametrize(
        ("decimals", "rate", "usd", "units"),
        [
            (6, WAD, 1_000_000_000, 1_000_000_000),
            (6, 3 * WAD, 1_000_000, 333_334),
            (0, WAD, 1, 1),
            (0, WAD, 1_000_001, 2),
            (18, WAD, 1_000_000, 10**18),
            (2, WAD * 109 // 100, 1_000_000_000, 91_744),
        ],
    )
    def test_by_hand(self, suite: Suite, decimals: int, rate: int, usd: int, units: int) -> None:
        currency = add(suite, decimals, rate=rate, lowest=1, highest=10 * WAD)
        assert minimum(suite, publish(suite, minimumUnitUsd=usd), currency) == units

    def test_what_no_96_bits_can_hold_is_their_largest(self, suite: Suite) -> None:
        currency = add(suite, 18, rate=1, lowest=1, highest=WAD)
        assert minimum(suite, publish(suite, minimumUnitUsd=(1 << 48) - 1), currency) == (1 << 96) - 1

    def test_what_is_not_denominated_has_a_unit_of_one(self, suite: Suite) -> None:
        assert minimum(suite, publish(suite), 0) == 1


MINT = build()


@given(st.integers(1, (1 << 48) - 1), st.integers(1, 10**24), st.integers(0, 18))
def test_the_minimum_is_the_least_that_is_worth_it(usd: int, rate: int, decimals: int) -> None:
    with MINT.chain.isolated():
        currency = add(MINT, decimals, rate=rate, lowest=1, highest=(1 << 96) - 1)
        units = minimum(MINT, publish(MINT, minimumUnitUsd=usd), currency)
    worth = Fraction(usd, 10**6) / Fraction(rate, WAD) * 10**decimals
    assert units == min(ceil(worth), (1 << 96) - 1)


class TestWorth:
    """Units of a currency in USD, rounded up: a debt is never put too low."""

    @pytest.mark.parametrize(
        ("decimals", "rate", "units", "usd"),
        [
            (6, WAD, 1_000_000, 1_000_000),
            (6, 3 * WAD, 333_334, 1_000_002),
            (6, WAD // 3, 1, 1),
            (0, WAD, 7, 7_000_000),
            (18, WAD, 10**12 + 1, 2),
            (2, WAD * 109 // 100, 91_744, 1_000_009_600),
            (18, WAD, 0, 0),
        ],
    )
    def test_by_hand(self, suite: Suite, decimals: int, rate: int, units: int, usd: int) -> None:
        currency = add(suite, decimals, rate=rate, lowest=1, highest=10 * WAD)
        assert suite.standard.toUsd(currency, units) == usd


class TestCurrencies:
    """At most 255, each a token that says its decimals."""

    def test_one_is_read_back(self, suite: Suite) -> None:
        token = DevnetCurrency.deploy(suite.chain, "CHF", 2, sender=suite.admin)
        number = add(suite, code=b"CHF", token=token, rate=WAD, lowest=WAD, highest=WAD, maxAge=9)
        assert suite.standard.currency(number) == structs.Currency(
            WAD, suite.chain.now, 9, 2, True, b"CHF", token.address, NOBODY, WAD, WAD
        )
        assert suite.standard.tokenOf(number) == token.address
        assert suite.standard.currencyCount() == number == 2

    def test_what_is_no_currency(self, suite: Suite) -> None:
        with reverts("NotACurrency"):
            add(suite, code=b"\0\0\0")
        with reverts("NotACurrency", token=suite.stranger.address):
            add(suite, token=suite.stranger)
        with reverts("NotACurrency"):
            add(suite, 19)
        add(suite, 18)

    def test_unknown_ones(self, suite: Suite) -> None:
        for number in (0, 2):
            for read in (suite.standard.currency, suite.standard.tokenOf):
                with reverts("UnknownCurrency", currencyId=number):
                    read(number)
        with reverts("UnknownCurrency", currencyId=2):
            minimum(suite, publish(suite), 2)
        acts: list[Callable[[], object]] = [
            lambda: suite.standard.setCurrencyActive(2, True, sender=suite.officer),
            lambda: suite.standard.setRate(2, WAD, sender=suite.officer),
            lambda: suite.standard.setRateSource(2, NOBODY, 1, 2, 0, sender=suite.officer),
            lambda: suite.standard.refresh(2, sender=suite.mallory),
        ]
        for act in acts:
            with reverts("UnknownCurrency", currencyId=2):
                act()

    def test_changes_are_said(self, suite: Suite) -> None:
        where = suite.standard.address
        inactive = suite.standard.setCurrencyActive(1, False, sender=suite.officer)
        assert list(inactive.events) == [events.CurrencyActive(1, False, emitter=where)]
        sourced = suite.standard.setRateSource(1, NOBODY, 1, 2 * WAD, 7, sender=suite.officer)
        assert list(sourced.events) == [events.RateSourceSet(1, NOBODY, 1, 2 * WAD, 7, emitter=where)]
        priced = suite.standard.setRate(1, WAD + 1, sender=suite.officer)
        assert list(priced.events) == [events.RateSet(1, WAD + 1, suite.chain.now, emitter=where)]
        retired = suite.standard.retire(1, sender=suite.officer)
        assert list(retired.events) == [events.RulesRetired(1, emitter=where)]
        token = suite.token.address
        added = suite.standard.addCurrency(b"ABC", token, WAD, WAD, WAD, NOBODY, 0, sender=suite.officer)
        assert list(added.events) == [
            events.CurrencyAdded(2, b"ABC", token, 6, emitter=where),
            events.RateSourceSet(2, NOBODY, WAD, WAD, 0, emitter=where),
            events.RateSet(2, WAD, suite.chain.now, emitter=where),
        ]

    def test_an_inactive_one_makes_nothing_new(self, suite: Suite) -> None:
        rule = publish(suite)
        suite.standard.setCurrencyActive(1, False, sender=suite.officer)
        with reverts("InactiveCurrency", currencyId=1):
            minimum(suite, rule, 1)
        assert suite.standard.tokenOf(1) == suite.token.address
        suite.standard.setCurrencyActive(1, True, sender=suite.officer)
        minimum(suite, rule, 1)

    def test_there_are_at_most_255(self, suite: Suite) -> None:
        token = DevnetCurrency.deploy(suite.chain, "XYZ", 6, sender=suite.admin)
        for _ in range(254):
            add(suite, token=token)
        assert suite.standard.currencyCount() == 255
        with reverts("TooManyCurrencies"):
            add(suite, token=token)


class TestRates:
    """Bounded, and stale after their age."""

    def test_bounds_are_inclusive(self, suite: Suite) -> None:
        number = add(suite, rate=WAD, lowest=WAD - 1, highest=WAD + 1)
        for rate in (WAD - 1, WAD + 1):
            suite.standard.setRate(number, rate, sender=suite.officer)
            assert suite.standard.currency(number).rate == rate
        for rate in (WAD - 2, WAD + 2):
            with reverts("RateOutOfBounds", rate=rate, lowest=WAD - 1, highest=WAD + 1):
                suite.standard.setRate(number, rate, sender=suite.officer)
        with reverts("RateOutOfBounds", rate=5):
            add(suite, rate=5, lowest=6, highest=7)

    def test_bounds_hold_something(self, suite: Suite) -> None:
        for lowest, highest in ((0, WAD), (WAD + 1, WAD)):
            with reverts("BoundsEmpty", lowest=lowest, highest=highest):
                add(suite, lowest=lowest, highest=highest)
        add(suite, lowest=WAD, highest=WAD)

    def test_a_rate_is_good_up_to_its_age_and_stale_a_second_later(self, suite: Suite) -> None:
        number, rule, start = add(suite, maxAge=100), publish(suite), suite.chain.now
        suite.chain.warp(start + 100)
        minimum(suite, rule, number)
        suite.chain.warp(start + 101)
        with reverts("StaleRate", currencyId=number, rateAt=start, maxAge=100):
            minimum(suite, rule, number)
        suite.standard.setRate(number, WAD, sender=suite.officer)
        minimum(suite, rule, number)

    def test_a_new_source_must_fit_the_present_rate(self, suite: Suite) -> None:
        number = add(suite)
        with reverts("RateOutOfBounds", rate=WAD, lowest=1, highest=2):
            suite.standard.setRateSource(number, NOBODY, 1, 2, 0, sender=suite.officer)
        suite.standard.setRateSource(number, NOBODY, WAD, WAD, 7, sender=suite.officer)
        assert suite.standard.currency(number).maxAge == 7

    def test_origins_do_not_mix(self, suite: Suite) -> None:
        with reverts("RateHasOtherOrigin", currencyId=1):
            suite.standard.refresh(1, sender=suite.mallory)
        feed = RateFeed.deploy(suite.chain, 8, sender=suite.admin)
        number = add(suite, source=feed)
        with reverts("RateHasOtherOrigin", currencyId=number):
            suite.standard.setRate(number, WAD, sender=suite.officer)


def test_every_function_of_an_officer_is_refused_to_others(suite: Suite) -> None:
    standard: ValueStandard = suite.standard
    for act in (
        lambda who: standard.publish(TEMPLATE, structs.Rules(**GOOD), sender=who),
        lambda who: standard.retire(1, sender=who),
        lambda who: standard.addCurrency(b"XYZ", suite.token, 1, 1, 1, NOBODY, 0, sender=who),
        lambda who: standard.setCurrencyActive(1, False, sender=who),
        lambda who: standard.setRate(1, WAD, sender=who),
        lambda who: standard.setRateSource(1, NOBODY, 1, 2 * WAD, 0, sender=who),
    ):
        for caller in (suite.mallory, suite.seller):
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                act(caller)
