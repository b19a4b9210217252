"""ValueStandard: every refusal with all its values, beside the nearest case that passes."""

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from caldera.contracts import AggregatorRateSource, RateFeed, ValueStandard, events, structs
from tests.unit.standard.stand import ALL_FIELDS, KIND, NOBODY, RULES, TEMPLATE, WAD, Stand, build, refused

LARGEST = (1 << 96) - 1


def least(usd: int, rate: int, decimals: int) -> int:
    """The units that are worth at least `usd` (6 decimals) at `rate` (WAD a whole unit), in fractions."""
    units: int = ceil(Fraction(usd, 10**6) / Fraction(rate, WAD) * 10**decimals)
    return units


class TestRules:
    """What may be published, and that it stays."""

    def test_only_all_of_is_a_flag_of_rules(self, stand: Stand) -> None:
        accepted = []
        for flags in range(256):
            try:
                stand.publish(flags=flags)
            except ValueStandard.RulesOutOfRange:
                continue
            accepted.append(flags)
        assert accepted == [0, 4]

    @pytest.mark.parametrize(
        ("name", "inside", "outside"),
        [
            ("kind", (1, 255), (0,)),
            ("minimumUnitUsd", (1, (1 << 48) - 1), (0,)),
            ("minimumSplitBps", (0, 5000), (5001, (1 << 16) - 1)),
            ("requiredFields", (0, 1 << 12, ALL_FIELDS), (1 << 13, 1 << 23, ALL_FIELDS + 1)),
            ("graceDays", (0, 255), ()),
        ],
    )
    def test_borders(self, stand: Stand, name: str, inside: tuple[int, ...], outside: tuple[int, ...]) -> None:
        def changed(value: int) -> structs.Rules:
            changes: dict[str, Any] = {name: value}
            return RULES._replace(**changes)

        for value in outside:
            with refused(ValueStandard.RulesOutOfRange()):
                stand.standard.publish(TEMPLATE, changed(value), sender=stand.keeper)
        for value in inside:
            number = stand.standard.publish(TEMPLATE, changed(value), sender=stand.keeper).returned
            assert stand.standard.rules(number) == changed(value)

    def test_a_refused_publication_takes_neither_number_nor_version(self, stand: Stand) -> None:
        assert stand.publish() == 1
        with refused(ValueStandard.RulesOutOfRange()):
            stand.publish(kind=0)
        with refused(ValueStandard.NoTemplateName()):
            stand.publish(b"\0" * 32)
        assert stand.publish() == 2
        assert stand.standard.current(TEMPLATE) == (2, 2)

    def test_templates_share_the_numbers_and_count_their_own_versions(self, stand: Stand) -> None:
        other = b"US/receivable".ljust(32, b"\0")
        assert [stand.publish(), stand.publish(other), stand.publish()] == [1, 2, 3]
        assert stand.standard.current(TEMPLATE) == (3, 2)
        assert stand.standard.current(other) == (2, 1)

    def test_what_is_published_never_changes(self, stand: Stand) -> None:
        first = RULES._replace(flags=4, graceDays=1, minimumSplitBps=2, regions=3, qualifications=4)
        stand.standard.publish(TEMPLATE, first, sender=stand.keeper)
        stand.add()
        before = stand.standard.termsFor(1, 1, KIND, 0)
        second = stand.publish(kind=2, graceDays=9, minimumSplitBps=9, minimumUnitUsd=9, regions=9, qualifications=9)
        stand.standard.retire(second, sender=stand.keeper)
        assert stand.standard.rules(1) == first
        assert stand.standard.termsFor(1, 1, KIND, 0) == before
        assert before == (1_000_000_000 << 160 | KIND << 152 | 4 << 144 | 3 << 64 | 4, 2, 1)

    def test_retiring_one_version_leaves_the_others(self, stand: Stand) -> None:
        stand.publish(flags=4)
        stand.publish()
        receipt = stand.standard.retire(1, sender=stand.keeper)
        assert list(receipt.events) == [events.RulesRetired(1, emitter=stand.standard.address)]
        assert (stand.standard.isRetired(1), stand.standard.isRetired(2)) == (True, False)
        assert stand.standard.rules(1) == RULES._replace(flags=4)
        assert stand.standard.current(TEMPLATE) == (2, 2)
        with refused(ValueStandard.RetiredRules(1)):
            stand.minimum(1, 0)
        assert stand.minimum(2, 0) == 1
        stand.standard.retire(1, sender=stand.keeper)
        assert stand.standard.isRetired(1)

    def test_the_newest_version_is_named_even_where_it_is_retired(self, stand: Stand) -> None:
        stand.publish()
        stand.standard.retire(1, sender=stand.keeper)
        assert stand.standard.current(TEMPLATE) == (1, 1)
        assert stand.publish() == 2
        assert stand.standard.current(TEMPLATE) == (2, 2)
        assert not stand.standard.isRetired(2)

    def test_there_are_no_rules_zero_and_none_past_the_last(self, stand: Stand) -> None:
        stand.publish()
        for number in (0, 2, (1 << 32) - 1):
            with refused(ValueStandard.UnknownRules(number)):
                stand.standard.rules(number)
            with refused(ValueStandard.UnknownRules(number)):
                stand.standard.retire(number, sender=stand.keeper)
            with refused(ValueStandard.UnknownRules(number)):
                stand.minimum(number, 0)
            assert not stand.standard.isRetired(number)
        assert stand.standard.rules(1) == RULES

    def test_what_refuses_terms_one_after_the_other(self, stand: Stand) -> None:
        rule, start = stand.publish(requiredFields=0b110), stand.now
        with refused(ValueStandard.UnknownRules(rule + 1)):
            stand.standard.termsFor(rule + 1, 1, 2, 0)
        stand.standard.retire(rule, sender=stand.keeper)
        with refused(ValueStandard.WrongKind(rule, KIND)):
            stand.standard.termsFor(rule, 1, KIND + 1, 0)
        with refused(ValueStandard.RetiredRules(rule)):
            stand.standard.termsFor(rule, 1, KIND, 0)
        rule = stand.publish(requiredFields=0b110)
        with refused(ValueStandard.MissingField(1)):
            stand.standard.termsFor(rule, 1, KIND, 0)
        with refused(ValueStandard.MissingField(2)):
            stand.standard.termsFor(rule, 1, KIND, 0b010)
        with refused(ValueStandard.UnknownCurrency(1)):
            stand.standard.termsFor(rule, 1, KIND, 0b110)
        number = stand.add(max_age=10)
        stand.standard.setCurrencyActive(number, False, sender=stand.keeper)
        stand.chain.warp(start + 11)
        with refused(ValueStandard.InactiveCurrency(number)):
            stand.standard.termsFor(rule, number, KIND, 0b110)
        stand.standard.setCurrencyActive(number, True, sender=stand.keeper)
        with refused(ValueStandard.StaleRate(number, start, 10)):
            stand.standard.termsFor(rule, number, KIND, 0b110)
        stand.standard.setRate(number, WAD, sender=stand.keeper)
        assert stand.minimum(rule, number) == 1_000_000_000


class TestMinimum:
    """USD in units, rounded up, 1 to 2^96 - 1."""

    @pytest.mark.parametrize("decimals", [0, 6, 18])
    def test_one_is_added_only_where_the_division_leaves_a_rest(self, stand: Stand, decimals: int) -> None:
        rule, token = stand.publish(minimumUnitUsd=6_000_000), stand.new_token(decimals)
        exact = stand.add(token, rate=3 * WAD)
        dearer = stand.add(token, rate=3 * WAD + 1)
        cheaper = stand.add(token, rate=3 * WAD - 1)
        units = 2 * 10**decimals  # 6 USD at 3 USD a whole unit
        assert stand.minimum(rule, exact) == units
        # The least dearer rate takes off less than one unit (2/3 of it at 18 decimals), and rounding up brings it back.
        assert stand.minimum(rule, dearer) == units == least(6_000_000, 3 * WAD + 1, decimals)
        assert stand.minimum(rule, cheaper) == units + 1 == least(6_000_000, 3 * WAD - 1, decimals)

    def test_it_is_at_least_one(self, stand: Stand) -> None:
        rule, number = stand.publish(minimumUnitUsd=1), stand.add(stand.new_token(0), rate=LARGEST)
        assert stand.minimum(rule, number) == 1
        assert Fraction(1, 10**6) / Fraction(LARGEST, WAD) < Fraction(1, 10**16)

    def test_from_one_unit_to_two(self, stand: Stand) -> None:
        number = stand.add(stand.new_token(0))
        assert stand.minimum(stand.publish(minimumUnitUsd=1_000_000), number) == 1
        assert stand.minimum(stand.publish(minimumUnitUsd=1_000_001), number) == 2

    def test_the_last_that_96_bits_hold_and_the_first_that_they_do_not(self, stand: Stand) -> None:
        rule, token = stand.publish(minimumUnitUsd=1), stand.new_token(18)
        assert least(1, 12, 18) > LARGEST > least(1, 13, 18)
        assert stand.minimum(rule, stand.add(token, rate=13)) == 76_923_076_923_076_923_076_923_076_924
        assert stand.minimum(rule, stand.add(token, rate=12)) == LARGEST

    def test_what_is_not_denominated_asks_no_currency(self, stand: Stand) -> None:
        rule = stand.publish(minimumUnitUsd=(1 << 48) - 1)
        assert stand.minimum(rule, 0) == 1
        with refused(ValueStandard.UnknownCurrency(1)):
            stand.minimum(rule, 1)


class TestCurrencies:
    """A code, a contract, at most 18 decimals; at most 255."""

    def test_an_addition_says_what_it_is(self, stand: Stand) -> None:
        receipt = stand.standard.addCurrency(
            b"CHF", stand.token, 11 * WAD // 10, WAD, 2 * WAD, NOBODY, 7, sender=stand.keeper
        )
        here = stand.standard.address
        assert list(receipt.events) == [
            events.CurrencyAdded(1, b"CHF", stand.token.address, 6, emitter=here),
            events.RateSourceSet(1, NOBODY, WAD, 2 * WAD, 7, emitter=here),
            events.RateSet(1, 11 * WAD // 10, stand.now, emitter=here),
        ]
        assert stand.standard.currency(1) == structs.Currency(
            11 * WAD // 10, stand.now, 7, 6, True, b"CHF", stand.token.address, NOBODY, WAD, 2 * WAD
        )
        assert stand.standard.tokenOf(1) == stand.token.address

    def test_what_is_no_currency_is_named(self, stand: Stand) -> None:
        wide, widest = stand.new_token(19), stand.new_token(255)
        for token in (wide.address, widest.address, stand.stranger.address, NOBODY):
            with refused(ValueStandard.NotACurrency(token)):
                stand.standard.addCurrency(b"XYZ", token, 1, 1, 1, NOBODY, 0, sender=stand.keeper)
        with refused(ValueStandard.NotACurrency(stand.token.address)):
            stand.add(code=b"\0\0\0")
        assert stand.standard.currencyCount() == 0
        assert stand.add(code=b"\0\0Z") == 1
        assert stand.add(stand.new_token(18)) == 2
        assert stand.add(stand.new_token(0)) == 3

    def test_the_255th_works_and_the_next_is_refused(self, stand: Stand) -> None:
        for _ in range(254):
            stand.add()
        assert stand.add(code=b"END", rate=2 * WAD) == 255
        with refused(ValueStandard.TooManyCurrencies()):
            stand.add()
        assert stand.standard.currencyCount() == 255
        assert stand.standard.currency(255).code == b"END"
        assert stand.minimum(stand.publish(), 255) == 500_000_000
        with refused(ValueStandard.UnknownCurrency(0)):
            stand.standard.currency(0)

    def test_an_inactive_one_is_kept_up_to_date_all_the_same(self, stand: Stand) -> None:
        number, here = stand.add(), stand.standard.address
        off = stand.standard.setCurrencyActive(number, False, sender=stand.keeper)
        assert list(off.events) == [events.CurrencyActive(number, False, emitter=here)]
        assert stand.standard.currency(number).active is False
        stand.standard.setRate(number, 2 * WAD, sender=stand.keeper)
        on = stand.standard.setCurrencyActive(number, True, sender=stand.keeper)
        assert list(on.events) == [events.CurrencyActive(number, True, emitter=here)]
        assert stand.minimum(stand.publish(), number) == 500_000_000


class TestBounds:
    """0 < lowest <= rate <= highest, wherever a rate or bounds come in."""

    def test_empty_bounds_are_refused_at_both_doors(self, stand: Stand) -> None:
        number = stand.add()
        for lowest, highest in ((0, WAD), (0, 0), (WAD + 1, WAD)):
            with refused(ValueStandard.BoundsEmpty(lowest, highest)):
                stand.add(lowest=lowest, highest=highest)
            with refused(ValueStandard.BoundsEmpty(lowest, highest)):
                stand.standard.setRateSource(number, NOBODY, lowest, highest, 0, sender=stand.keeper)
        stand.add(lowest=WAD, highest=WAD)
        stand.standard.setRateSource(number, NOBODY, WAD, WAD, 0, sender=stand.keeper)
        stand.standard.setRateSource(number, NOBODY, 1, WAD, 0, sender=stand.keeper)

    def test_a_first_rate(self, stand: Stand) -> None:
        for rate in (0, 4, 8, LARGEST):
            with refused(ValueStandard.RateOutOfBounds(rate, 5, 7)):
                stand.add(rate=rate, lowest=5, highest=7)
        assert stand.standard.currencyCount() == 0
        for rate in (5, 7):
            assert stand.standard.currency(stand.add(rate=rate, lowest=5, highest=7)).rate == rate

    def test_a_rate_that_is_set(self, stand: Stand) -> None:
        number = stand.add(rate=6, lowest=5, highest=7)
        for rate in (0, 4, 8, LARGEST):
            with refused(ValueStandard.RateOutOfBounds(rate, 5, 7)):
                stand.standard.setRate(number, rate, sender=stand.keeper)
        stand.chain.skip(9)
        for rate in (5, 7):
            receipt = stand.standard.setRate(number, rate, sender=stand.keeper)
            assert list(receipt.events) == [events.RateSet(number, rate, stand.now, emitter=stand.standard.address)]
            assert stand.standard.currency(number)[:2] == (rate, stand.now)

    def test_new_bounds_around_the_present_rate(self, stand: Stand) -> None:
        number, start = stand.add(rate=6, lowest=5, highest=7), stand.now
        stand.chain.skip(9)
        for lowest, highest in ((1, 5), (7, LARGEST)):
            with refused(ValueStandard.RateOutOfBounds(6, lowest, highest)):
                stand.standard.setRateSource(number, NOBODY, lowest, highest, 0, sender=stand.keeper)
        assert stand.standard.currency(number)[-2:] == (5, 7)
        for lowest, highest in ((1, 6), (6, LARGEST), (6, 6)):
            receipt = stand.standard.setRateSource(number, NOBODY, lowest, highest, 3, sender=stand.keeper)
            assert list(receipt.events) == [
                events.RateSourceSet(number, NOBODY, lowest, highest, 3, emitter=stand.standard.address)
            ]
            read = stand.standard.currency(number)
            assert (read.lowest, read.highest, read.maxAge, read.rate, read.rateAt) == (lowest, highest, 3, 6, start)


class TestAge:
    """Good up to rateAt + maxAge, and for ever where maxAge is 0."""

    def test_no_age_limit(self, stand: Stand) -> None:
        rule, number = stand.publish(), stand.add(max_age=0)
        stand.chain.skip(100 * 365 * 86_400)
        assert stand.minimum(rule, number) == 1_000_000_000

    @pytest.mark.parametrize("age", [1, 86_400, (1 << 32) - 1])
    def test_the_last_good_second_and_the_first_stale_one(self, stand: Stand, age: int) -> None:
        rule, number, start = stand.publish(), stand.add(max_age=age), stand.now
        stand.chain.warp(start + age)
        assert stand.minimum(rule, number) == 1_000_000_000
        stand.chain.warp(start + age + 1)
        with refused(ValueStandard.StaleRate(number, start, age)):
            stand.minimum(rule, number)

    def test_a_shorter_limit_holds_at_once(self, stand: Stand) -> None:
        rule, number, start = stand.publish(), stand.add(max_age=100), stand.now
        stand.chain.warp(start + 50)
        stand.standard.setRateSource(number, NOBODY, 1, LARGEST, 50, sender=stand.keeper)
        assert stand.minimum(rule, number) == 1_000_000_000
        stand.standard.setRateSource(number, NOBODY, 1, LARGEST, 49, sender=stand.keeper)
        with refused(ValueStandard.StaleRate(number, start, 49)):
            stand.minimum(rule, number)


class TestRefresh:
    """What a source says: newer, not of the future, within the bounds; its age counts from its own time stamp."""

    def sourced(self, stand: Stand, decimals: int = 18, **changes: Any) -> tuple[RateFeed, AggregatorRateSource, int]:
        feed = RateFeed.deploy(stand.chain, decimals, sender=stand.admin)
        source = AggregatorRateSource.deploy(stand.chain, feed, sender=stand.admin)
        return feed, source, stand.add(source=source, **changes)

    def test_older_and_equal_are_refused_and_a_second_newer_is_taken(self, stand: Stand) -> None:
        feed, _, number = self.sourced(stand)
        start = stand.now
        stand.chain.skip(10)
        for stamp in (0, start - 1, start):
            feed.set(2 * WAD, stamp, sender=stand.stranger)
            with refused(ValueStandard.RateNotNewer(stamp, start)):
                stand.standard.refresh(number, sender=stand.stranger)
        feed.set(2 * WAD, start + 1, sender=stand.stranger)
        receipt = stand.standard.refresh(number, sender=stand.stranger)
        assert list(receipt.events) == [
            events.RateSet(number, 2 * WAD, start + 1, emitter=stand.standard.address),
        ]
        assert stand.standard.currency(number)[:2] == (2 * WAD, start + 1)
        with refused(ValueStandard.RateNotNewer(start + 1, start + 1)):
            stand.standard.refresh(number, sender=stand.stranger)

    def test_the_future_begins_with_the_next_second(self, stand: Stand) -> None:
        feed, _, number = self.sourced(stand)
        stand.chain.skip(10)
        for stamp in (stand.now + 1, (1 << 40) + stand.now, (1 << 256) - 1):
            feed.set(2 * WAD, stamp, sender=stand.stranger)
            with refused(ValueStandard.RateFromTheFuture(stamp)):
                stand.standard.refresh(number, sender=stand.stranger)
        feed.set(2 * WAD, stand.now, sender=stand.stranger)
        stand.standard.refresh(number, sender=stand.stranger)
        assert stand.standard.currency(number)[:2] == (2 * WAD, stand.now)

    def test_bounds_are_inclusive_and_an_answer_is_never_cut_off(self, stand: Stand) -> None:
        feed, _, number = self.sourced(stand, lowest=5, rate=WAD)
        for answer in (1, 4, LARGEST + 1, LARGEST + 1 + WAD, (1 << 255) - 1):
            stand.chain.skip(1)
            feed.set(answer, stand.now, sender=stand.stranger)
            with refused(ValueStandard.RateOutOfBounds(answer, 5, LARGEST)):
                stand.standard.refresh(number, sender=stand.stranger)
        assert stand.standard.currency(number).rate == WAD
        for answer in (5, LARGEST):
            stand.chain.skip(1)
            feed.set(answer, stand.now, sender=stand.stranger)
            stand.standard.refresh(number, sender=stand.stranger)
            assert stand.standard.currency(number).rate == answer

    def test_a_source_without_an_answer_leaves_the_rate_to_grow_old(self, stand: Stand) -> None:
        feed, _, number = self.sourced(stand, max_age=100)
        rule, start = stand.publish(), stand.now
        stand.chain.warp(start + 100)
        feed.set(0, stand.now, sender=stand.stranger)
        with refused(AggregatorRateSource.FeedAnswer(0)):
            stand.standard.refresh(number, sender=stand.stranger)
        assert stand.minimum(rule, number) == 1_000_000_000
        stand.chain.warp(start + 101)
        with refused(ValueStandard.StaleRate(number, start, 100)):
            stand.minimum(rule, number)
        feed.set(1, stand.now, sender=stand.stranger)
        stand.standard.refresh(number, sender=stand.stranger)
        assert stand.minimum(rule, number) == least(1_000_000_000, 1, 6)

    def test_the_age_counts_from_the_sources_time_stamp(self, stand: Stand) -> None:
        feed, _, number = self.sourced(stand, max_age=100)
        rule, start = stand.publish(), stand.now
        stand.chain.warp(start + 60)
        feed.set(WAD, start + 10, sender=stand.stranger)
        stand.standard.refresh(number, sender=stand.stranger)
        stand.chain.warp(start + 110)
        assert stand.minimum(rule, number) == 1_000_000_000
        stand.chain.warp(start + 111)
        with refused(ValueStandard.StaleRate(number, start + 10, 100)):
            stand.minimum(rule, number)

    def test_a_rate_is_either_set_or_refreshed_and_governance_may_switch(self, stand: Stand) -> None:
        feed, source, number = self.sourced(stand)
        stand.chain.skip(10)
        feed.set(2 * WAD, stand.now, sender=stand.stranger)
        with refused(ValueStandard.RateHasOtherOrigin(number)):
            stand.standard.setRate(number, 3 * WAD, sender=stand.keeper)
        stand.standard.refresh(number, sender=stand.stranger)

        stand.standard.setRateSource(number, NOBODY, 1, LARGEST, 0, sender=stand.keeper)
        stand.chain.skip(10)
        feed.set(2 * WAD, stand.now, sender=stand.stranger)
        with refused(ValueStandard.RateHasOtherOrigin(number)):
            stand.standard.refresh(number, sender=stand.stranger)
        stand.standard.setRate(number, 3 * WAD, sender=stand.keeper)

        receipt = stand.standard.setRateSource(number, source, 1, LARGEST, 5, sender=stand.keeper)
        assert receipt.one(ValueStandard.RateSourceSet).source == source.address
        with refused(ValueStandard.RateNotNewer(stand.now, stand.now)):
            stand.standard.refresh(number, sender=stand.stranger)
        assert stand.standard.currency(number).rate == 3 * WAD
        stand.chain.skip(1)
        feed.set(2 * WAD, stand.now, sender=stand.stranger)
        stand.standard.refresh(number, sender=stand.stranger)
        assert stand.standard.currency(number).rate == 2 * WAD


def test_each_restricted_function_is_for_the_standards_role(stand: Stand) -> None:
    standard = stand.standard
    rule, number = stand.publish(), stand.add()
    stand.only(stand.keeper, lambda who: standard.publish(TEMPLATE, RULES, sender=who))
    stand.only(stand.keeper, lambda who: standard.retire(rule, sender=who))
    stand.only(stand.keeper, lambda who: standard.addCurrency(b"XYZ", stand.token, 1, 1, 1, NOBODY, 0, sender=who))
    stand.only(stand.keeper, lambda who: standard.setCurrencyActive(number, False, sender=who))
    stand.only(stand.keeper, lambda who: standard.setRate(number, 2 * WAD, sender=who))
    stand.only(stand.keeper, lambda who: standard.setRateSource(number, NOBODY, 1, LARGEST, 1, sender=who))


DRAWN = build()


@given(st.integers(0, ALL_FIELDS), st.integers(0, (1 << 256) - 1))
@example(0, 0)
@example(ALL_FIELDS, ALL_FIELDS)
@example(ALL_FIELDS, (1 << 256) - 1 - (1 << 12))
@example(1 << 12, (1 << 12) - 1)
@example(0, ALL_FIELDS)
def test_the_lowest_field_that_is_missing_is_named(required: int, present: int) -> None:
    missing = [field for field in range(13) if required >> field & 1 and not present >> field & 1]
    with DRAWN.chain.isolated():
        rule = DRAWN.publish(requiredFields=required)
        if missing:
            with refused(ValueStandard.MissingField(missing[0])):
                DRAWN.standard.termsFor(rule, 0, KIND, present)
        terms, _, _ = DRAWN.standard.termsFor(rule, 0, KIND, present | required)
        assert terms >> 160 == 1


@given(
    st.one_of(st.integers(1, (1 << 48) - 1), st.integers(1, 1_000).map(lambda dollars: dollars * 10**6)),
    st.one_of(st.integers(1, LARGEST), st.integers(1, 1_000).map(lambda cents: cents * 10**16)),
    st.integers(-1, 1),
    st.sampled_from([0, 6, 18]),
)
@example(1, LARGEST, 0, 0)
@example((1 << 48) - 1, 1, 0, 18)
def test_a_minimum_is_worth_the_rules_and_one_unit_less_is_not(usd: int, rate: int, step: int, decimals: int) -> None:
    rate = min(max(rate + step, 1), LARGEST)
    with DRAWN.chain.isolated():
        number = DRAWN.add(DRAWN.new_token(decimals), rate=rate)
        units = DRAWN.minimum(DRAWN.publish(minimumUnitUsd=usd), number)
    value = Fraction(rate, WAD) / 10**decimals  # of one unit, in USD
    assert 1 <= units <= LARGEST
    assert (units - 1) * value < Fraction(usd, 10**6)
    assert units * value >= Fraction(usd, 10**6) or units == LARGEST
