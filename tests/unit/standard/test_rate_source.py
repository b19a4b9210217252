"""AggregatorRateSource: an aggregator's answer as USD per whole unit, WAD; and how the standard takes it over."""

import pytest

from caldera.contracts import AggregatorRateSource, DevnetCurrency, RateFeed, events
from tests.support.suite import Suite, reverts

WAD = 10**18


def source(suite: Suite, decimals: int = 8) -> tuple[RateFeed, AggregatorRateSource]:
    feed = RateFeed.deploy(suite.chain, decimals, sender=suite.admin)
    return feed, AggregatorRateSource.deploy(suite.chain, feed, sender=suite.admin)


@pytest.mark.parametrize(("decimals", "answer"), [(0, 3), (8, 3 * 10**8), (18, 3 * WAD)])
def test_answers_are_brought_to_18_decimals(suite: Suite, decimals: int, answer: int) -> None:
    feed, rates = source(suite, decimals)
    feed.set(answer, 77, sender=suite.mallory)
    assert rates.usdRate() == (3 * WAD, 77)
    assert rates.feed() == feed.address


def test_a_feed_has_at_most_18_decimals(suite: Suite) -> None:
    with reverts("FeedDecimals", decimals=19):
        source(suite, 19)
    source(suite, 18)


@pytest.mark.parametrize("answer", [0, -1, -(2**255)])
def test_an_answer_is_positive(suite: Suite, answer: int) -> None:
    feed, rates = source(suite)
    feed.set(answer, 1, sender=suite.mallory)
    with reverts("FeedAnswer", answer=answer):
        rates.usdRate()
    feed.set(1, 1, sender=suite.mallory)
    assert rates.usdRate() == (10**10, 1)


class TestRefresh:
    """Anyone takes over what the source says, if it is newer, not of the future, and within bounds."""

    def currency(self, suite: Suite, feed_decimals: int = 8) -> tuple[RateFeed, int]:
        feed, rates = source(suite, feed_decimals)
        token = DevnetCurrency.deploy(suite.chain, "XYZ", 6, sender=suite.admin)
        made = suite.standard.addCurrency(b"XYZ", token, WAD, WAD // 2, 2 * WAD, rates, 60, sender=suite.officer)
        return feed, made.returned

    def test_what_is_newer_is_taken_over(self, suite: Suite) -> None:
        feed, number = self.currency(suite)
        start = suite.chain.now
        suite.chain.skip(10)
        feed.set(15 * 10**7, start + 1, sender=suite.mallory)
        receipt = suite.standard.refresh(number, sender=suite.mallory)
        assert list(receipt.events) == [events.RateSet(number, WAD * 3 // 2, start + 1, emitter=suite.standard.address)]
        read = suite.standard.currency(number)
        assert (read.rate, read.rateAt) == (WAD * 3 // 2, start + 1)

    def test_what_is_as_old_is_refused(self, suite: Suite) -> None:
        feed, number = self.currency(suite)
        feed.set(10**8, suite.chain.now, sender=suite.mallory)
        with reverts("RateNotNewer", updatedAt=suite.chain.now, rateAt=suite.chain.now):
            suite.standard.refresh(number, sender=suite.mallory)

    def test_what_is_of_the_future_is_refused_and_of_this_second_is_good(self, suite: Suite) -> None:
        feed, number = self.currency(suite)
        suite.chain.skip(5)
        feed.set(10**8, suite.chain.now + 1, sender=suite.mallory)
        with reverts("RateFromTheFuture", updatedAt=suite.chain.now + 1):
            suite.standard.refresh(number, sender=suite.mallory)
        feed.set(10**8, suite.chain.now, sender=suite.mallory)
        suite.standard.refresh(number, sender=suite.mallory)

    def test_what_is_out_of_bounds_is_refused_and_changes_nothing(self, suite: Suite) -> None:
        feed, number = self.currency(suite)
        before = suite.standard.currency(number)
        suite.chain.skip(5)
        for answer in (5 * 10**7 - 1, 2 * 10**8 + 1):
            feed.set(answer, suite.chain.now, sender=suite.mallory)
            with reverts("RateOutOfBounds", rate=answer * 10**10):
                suite.standard.refresh(number, sender=suite.mallory)
        assert suite.standard.currency(number) == before
        feed.set(2 * 10**8, suite.chain.now, sender=suite.mallory)
        suite.standard.refresh(number, sender=suite.mallory)
