"""AggregatorRateSource: any answer of any feed is 18 decimals, or refused; never another number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.contracts import AggregatorRateSource, RateFeed
from caldera.evm import Panic
from tests.unit.standard.stand import WAD, Stand, build, refused


def reader(stand: Stand, decimals: int) -> tuple[RateFeed, AggregatorRateSource]:
    """A feed and its reader."""
    feed = RateFeed.deploy(stand.chain, decimals, sender=stand.admin)
    return feed, AggregatorRateSource.deploy(stand.chain, feed, sender=stand.admin)


@pytest.mark.parametrize("decimals", [19, 20, 77, 255])
def test_more_than_18_decimals_are_named(stand: Stand, decimals: int) -> None:
    with refused(AggregatorRateSource.FeedDecimals(decimals)):
        reader(stand, decimals)
    feed, source = reader(stand, 18)
    assert source.feed() == feed.address


@pytest.mark.parametrize("answer", [0, -1, -WAD, -(1 << 255)])
def test_an_answer_that_is_not_positive_is_named(stand: Stand, answer: int) -> None:
    feed, source = reader(stand, 18)
    feed.set(answer, 1, sender=stand.stranger)
    with refused(AggregatorRateSource.FeedAnswer(answer)):
        source.usdRate()
    feed.set(1, 1, sender=stand.stranger)
    assert source.usdRate() == (1, 1)


def test_a_feed_that_never_answered_is_refused(stand: Stand) -> None:
    feed, source = reader(stand, 8)
    with refused(AggregatorRateSource.FeedAnswer(0)):
        source.usdRate()
    feed.set(1, 0, sender=stand.stranger)
    assert source.usdRate() == (10**10, 0)


def test_an_answer_that_is_too_large_to_scale_does_not_wrap_around(stand: Stand) -> None:
    feed, source = reader(stand, 0)
    most = ((1 << 256) - 1) // WAD
    feed.set(most, 1, sender=stand.stranger)
    assert source.usdRate() == (most * WAD, 1)
    for answer in (most + 1, (1 << 255) - 1):
        feed.set(answer, 1, sender=stand.stranger)
        with pytest.raises(Panic) as caught:
            source.usdRate()
        assert caught.value.code == 0x11


FED = build()


@given(
    st.integers(0, 18),
    st.one_of(st.integers(1, 10**20), st.integers(1, ((1 << 256) - 1) // WAD)),
    st.integers(0, (1 << 256) - 1),
)
def test_answers_are_scaled_and_time_stamps_are_not_touched(decimals: int, answer: int, stamp: int) -> None:
    with FED.chain.isolated():
        feed, source = reader(FED, decimals)
        feed.set(answer, stamp, sender=FED.stranger)
        assert source.usdRate() == (answer * 10 ** (18 - decimals), stamp)
