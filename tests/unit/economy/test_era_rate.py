"""EraRate: a mean weighted by time, which no observation moves by more than its share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from caldera.contracts import AggregatorRateSource, EraRate, MoodySource, RateFeed, Vouching, events, structs
from tests.support.economy import RATE, RATE_TERMS, Economy, as_rate_terms
from tests.support.suite import NOBODY, reverts

WINDOW, INTERVAL, AGE = RATE_TERMS.window, RATE_TERMS.interval, RATE_TERMS.max_age
PENNY = 10**16


def rate(economy: Economy) -> int:
    return economy.oracle.usdRate()[0]


class TestMean:
    """Over the window, by the second, rounded down."""

    def test_the_first_stands_from_before(self, economy: Economy) -> None:
        assert economy.oracle.usdRate() == (RATE, economy.now)
        assert economy.oracle.lastObservation() == (RATE, economy.now)
        economy.chain.skip(2 * WINDOW)
        assert economy.oracle.usdRate() == (RATE, economy.now - 2 * WINDOW)

    def test_an_observation_weighs_what_it_stood(self, economy: Economy) -> None:
        economy.chain.skip(INTERVAL)
        receipt = economy.bring(RATE + PENNY)
        where, by = economy.oracle.address, economy.mallory.address
        said = events.EraPriceRecorded(by, RATE + PENNY, RATE + PENNY, economy.now, False, emitter=where)
        assert receipt.events == (said,)
        assert economy.oracle.usdRate() == (RATE, economy.now)
        for seconds in (1, 7, WINDOW - 8):
            before = rate(economy)
            economy.chain.skip(seconds)
            assert rate(economy) - before in (PENNY * seconds // WINDOW, PENNY * seconds // WINDOW + 1)
        assert rate(economy) == RATE + PENNY
        economy.chain.skip(1)
        assert rate(economy) == RATE + PENNY

    def test_exactly(self, economy: Economy) -> None:
        """Three prices: 100 seconds of the second, the rest of the window of first and third."""
        economy.chain.skip(INTERVAL)
        economy.bring(RATE + 10_001)
        economy.chain.skip(INTERVAL)
        economy.bring(RATE - 20_001)
        economy.chain.skip(100)
        expected = RATE * WINDOW + 10_001 * INTERVAL - 20_001 * 100
        assert rate(economy) == expected // WINDOW
        economy.chain.skip(WINDOW - INTERVAL)
        expected = RATE * WINDOW + 10_001 * (INTERVAL - 100) - 20_001 * (WINDOW - INTERVAL + 100)
        assert rate(economy) == expected // WINDOW

    def test_a_large_step_is_cut(self, economy: Economy) -> None:
        step = RATE * 2_000 // 10_000
        for stated, stands in ((RATE * 80, RATE + step), (PENNY, RATE - step), (RATE + step, RATE + step)):
            with economy.chain.isolated():
                economy.chain.skip(INTERVAL)
                (said,) = economy.bring(stated).events
                assert isinstance(said, events.EraPriceRecorded)
                assert (said.stated, said.price) == (stated, stands)
                assert economy.oracle.lastObservation() == (stands, economy.now)

    def test_a_true_fall_is_followed(self, economy: Economy) -> None:
        """Bounded speed, not refusal: a price that fell by 80 % is reached."""
        for _ in range(1_000):
            economy.chain.skip(INTERVAL)
            economy.bring(RATE // 5)
            if rate(economy) == RATE // 5:
                break
        assert rate(economy) == RATE // 5

    def test_longer_than_the_ring(self, economy: Economy) -> None:
        """More observations than are kept: the window is still covered."""
        terms = replace(RATE_TERMS, window=63 * 600, interval=600)
        economy.oracle.setEraRateTerms(as_rate_terms(terms), sender=economy.officer)
        for number in range(70):
            economy.chain.skip(600)
            economy.bring(RATE + number)
        # The last 63 intervals: those of the prices 6 to 68.
        assert rate(economy) == RATE + sum(range(6, 69)) // 63
        # A window longer than what is kept: the oldest that is known, number 6, stands before itself.
        longer = replace(terms, window=66 * 600, interval=700)
        economy.oracle.setEraRateTerms(as_rate_terms(longer), sender=economy.officer)
        assert rate(economy) == RATE + (sum(range(6, 69)) + 3 * 6) // 66

    def test_reading_costs_the_same_at_the_end_of_the_ring(self, economy: Economy) -> None:
        terms = replace(RATE_TERMS, window=63 * 600, interval=600)
        economy.oracle.setEraRateTerms(as_rate_terms(terms), sender=economy.officer)
        economy.source.setMood(1, sender=economy.admin)
        given = economy.router.feeRateTerms()._replace(source=economy.oracle.address)
        economy.router.setFeeRateTerms(given, sender=economy.officer)
        for _ in range(130):
            economy.chain.skip(600)
            economy.bring(RATE)
        assert economy.router.refreshRate(sender=economy.mallory).gas_used < 120_000


class TestBringing:
    """What is taken, and when."""

    def test_at_most_one_in_an_interval(self, economy: Economy) -> None:
        start = economy.now
        economy.chain.skip(INTERVAL - 1)
        with reverts("ObservationTooSoon", earliest=start + INTERVAL):
            economy.bring(RATE)
        economy.chain.skip(1)
        economy.bring(RATE)

    def test_newer_than_the_last(self, economy: Economy) -> None:
        start = economy.now
        economy.chain.skip(INTERVAL)
        with reverts("PriceNotNewer", asOf=start, last=start):
            economy.bring(RATE, start)
        economy.bring(RATE, start + 1)
        economy.chain.skip(INTERVAL)
        with reverts("PriceNotNewer", asOf=start + 1, last=start + 1):
            economy.bring(RATE, start + 1)

    def test_neither_old_nor_of_the_future(self, economy: Economy) -> None:
        economy.chain.skip(2 * AGE)
        with reverts("PriceFromTheFuture", asOf=economy.now + 1):
            economy.bring(RATE, economy.now + 1)
        with reverts("PriceTooOld", asOf=economy.now - AGE - 1, maxAge=AGE):
            economy.bring(RATE, economy.now - AGE - 1)
        economy.bring(RATE, economy.now - AGE)
        assert economy.oracle.usdRate()[1] == economy.now - AGE
        assert economy.oracle.lastObservation()[1] == economy.now

    def test_within_bounds(self, economy: Economy) -> None:
        economy.chain.skip(INTERVAL)
        for bad in (RATE_TERMS.floor - 1, RATE_TERMS.ceiling + 1):
            with reverts("EraPriceOutOfBounds", price=bad, floor=RATE_TERMS.floor, ceiling=RATE_TERMS.ceiling):
                economy.bring(bad)
        economy.bring(RATE_TERMS.floor)
        economy.chain.skip(INTERVAL)
        economy.bring(RATE_TERMS.ceiling)

    def test_signed_by_a_quorum(self, economy: Economy) -> None:
        economy.chain.skip(INTERVAL)
        with reverts("QuorumNotReached", signers=1, quorum=2):
            economy.bring(RATE, None, "auditor")
        with reverts("NotAnAttestor", signer=economy.mallory.address):
            economy.bring(RATE, None, "notary", "mallory")
        message = structs.EraPrice(RATE, economy.now)
        with reverts("QuorumNotReached"):
            economy.oracle.recordPrice(message, [], sender=economy.auditor)
        economy.bring(RATE, None, "assessor", "notary")

    def test_by_the_feed(self, economy: Economy) -> None:
        feed = RateFeed.deploy(economy.chain, 8, sender=economy.admin)
        source = AggregatorRateSource.deploy(economy.chain, feed, sender=economy.admin)
        with reverts("NoPriceFeed"):
            economy.oracle.recordFeed(sender=economy.mallory)
        with reverts("NotAPriceFeed", feed=economy.maker.address):
            economy.oracle.setPriceFeed(economy.maker, sender=economy.admin)
        where = economy.oracle.address
        receipt = economy.oracle.setPriceFeed(source, sender=economy.admin)
        assert receipt.events == (events.PriceFeedSet(source.address, emitter=where),)
        economy.chain.skip(INTERVAL)
        feed.set(13_000_000, economy.now - 5, sender=economy.admin)
        receipt = economy.oracle.recordFeed(sender=economy.mallory)
        price, by = 13 * PENNY, economy.mallory.address
        assert receipt.events == (events.EraPriceRecorded(by, price, price, economy.now - 5, True, emitter=where),)
        with reverts("PriceNotNewer"):
            economy.oracle.recordFeed(sender=economy.mallory)
        economy.oracle.setPriceFeed(NOBODY, sender=economy.admin)
        with reverts("NoPriceFeed"):
            economy.oracle.recordFeed(sender=economy.mallory)

    def test_a_feed_that_says_nonsense(self, economy: Economy) -> None:
        source = MoodySource.deploy(economy.chain, sender=economy.admin)
        economy.oracle.setPriceFeed(source, sender=economy.admin)
        economy.chain.skip(INTERVAL)
        for stated in (0, 2**80 + RATE, 2**256 - 1):
            source.set(stated, economy.now, sender=economy.admin)
            with reverts("EraPriceOutOfBounds", price=stated):
                economy.oracle.recordFeed(sender=economy.mallory)
        source.set(RATE, 2**40 + economy.now, sender=economy.admin)
        with reverts("PriceFromTheFuture"):
            economy.oracle.recordFeed(sender=economy.mallory)
        source.set(RATE, economy.now, sender=economy.admin)
        economy.oracle.recordFeed(sender=economy.mallory)

    def test_a_pause_stops_it_for_a_time(self, economy: Economy) -> None:
        economy.oracle.setPriceFeed(economy.source, sender=economy.admin)
        economy.chain.skip(INTERVAL)
        economy.say()
        economy.oracle.pause(60, sender=economy.officer)
        with reverts("Paused"):
            economy.bring(RATE)
        with reverts("Paused"):
            economy.oracle.recordFeed(sender=economy.mallory)
        assert rate(economy) == RATE
        economy.chain.skip(60)
        economy.oracle.recordFeed(sender=economy.mallory)


class TestGovernance:
    """Terms, attestors, feed."""

    @pytest.mark.parametrize(
        ("bad", "good"),
        [
            ({"window": 599, "interval": 10}, {"window": 600, "interval": 10}),
            ({"window": 604_801, "interval": 9_601}, {"window": 604_800, "interval": 9_600}),
            ({"window": 6_301, "interval": 100}, {"window": 6_300, "interval": 100}),
            ({"interval": 604_801}, {"interval": 604_800}),
            ({"max_age": 0}, {"max_age": 1}),
            ({"max_age": 604_801}, {"max_age": 604_800}),
            ({"step_bps": 0}, {"step_bps": 1}),
            ({"step_bps": 10_001}, {"step_bps": 10_000}),
            ({"floor": 9_999}, {"floor": 10_000}),
            ({"floor": RATE_TERMS.ceiling + 1}, {"floor": RATE_TERMS.ceiling}),
        ],
    )
    def test_terms(self, economy: Economy, bad: dict[str, int], good: dict[str, int]) -> None:
        with reverts("EraRateTermsOutOfRange"):
            economy.oracle.setEraRateTerms(as_rate_terms(replace(RATE_TERMS, **bad)), sender=economy.officer)
        terms = as_rate_terms(replace(RATE_TERMS, **good))
        receipt = economy.oracle.setEraRateTerms(terms, sender=economy.officer)
        assert receipt.events == (events.EraRateTermsSet(terms, emitter=economy.oracle.address),)
        assert economy.oracle.eraRateTerms() == terms

    def test_by_whom(self, economy: Economy) -> None:
        oracle = economy.oracle
        calls: list[Callable[[], Any]] = [
            lambda: oracle.setEraRateTerms(as_rate_terms(RATE_TERMS), sender=economy.mallory),
            lambda: oracle.setPriceAttestors(economy.attestors, sender=economy.officer),
            lambda: oracle.setPriceFeed(NOBODY, sender=economy.officer),
            lambda: oracle.pause(1, sender=economy.mallory),
        ]
        for call in calls:
            with reverts("AccessManagedUnauthorized"):
                call()

    def test_who_vouches(self, economy: Economy) -> None:
        one = Vouching.deploy(economy.chain, 1, sender=economy.admin)
        for wrong in (economy.maker, one):
            with reverts("NotAttestors"):
                economy.oracle.setPriceAttestors(wrong, sender=economy.admin)
        two = Vouching.deploy(economy.chain, 2, sender=economy.admin)
        receipt = economy.oracle.setPriceAttestors(two, sender=economy.admin)
        assert receipt.events == (events.PriceAttestorsSet(two.address, emitter=economy.oracle.address),)
        assert economy.oracle.attestors() == two.address

    def test_checked_when_it_is_made(self, economy: Economy) -> None:
        def make(price: int = RATE, **changes: Any) -> EraRate:
            terms = as_rate_terms(replace(RATE_TERMS, **changes))
            chain, access = economy.chain, economy.suite.access
            return EraRate.deploy(chain, access, economy.attestors, economy.source, terms, price, sender=economy.admin)

        with reverts("EraPriceOutOfBounds"):
            make(RATE_TERMS.floor - 1)
        with reverts("EraRateTermsOutOfRange"):
            make(window=0)
        made = make(RATE_TERMS.floor)
        assert made.usdRate() == (RATE_TERMS.floor, economy.now)
        assert made.feed() == economy.source.address
