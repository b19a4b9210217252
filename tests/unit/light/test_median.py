"""The weighted median, against its definition in fractions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.contracts import LightProbe
from caldera.evm import Revm
from caldera.model.light import lower_median, tolerance

figures = st.one_of(st.integers(-3, 3), st.integers(-(2**95), 2**95 - 1))
weights = st.one_of(st.integers(1, 3), st.integers(1, 60_000))


@pytest.fixture(scope="module")
def probe() -> LightProbe:
    chain = Revm()
    return LightProbe.deploy(chain, sender=chain.account("anyone"))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(told=st.lists(st.tuples(figures, weights), min_size=1, max_size=31))
def test_lower_median(probe: LightProbe, told: list[tuple[int, int]]) -> None:
    wanted = lower_median([(figure, Fraction(weight)) for figure, weight in told])
    assert probe.lowerMedian([f for f, _ in told], [w for _, w in told]) == wanted


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(figures, figures, st.integers(0, 2**95 - 1), st.integers(0, 10_000))
def test_near(probe: LightProbe, figure: int, median: int, absolute: int, bps: int) -> None:
    most = tolerance(median, absolute, bps)
    assert probe.tolerance(median, absolute, bps) == most
    assert probe.near(figure, median, most) == (abs(figure - median) <= most)


@pytest.mark.parametrize(
    ("told", "median"),
    [
        ([(5, 1)], 5),
        ([(9, 1), (5, 1)], 5),
        ([(9, 2), (5, 1)], 9),
        ([(9, 1), (5, 1), (7, 1)], 7),
        ([(1, 1), (2, 1), (3, 2)], 2),
        ([(1, 1), (2, 1), (3, 3)], 3),
        ([(-(2**95), 1), (2**95 - 1, 1)], -(2**95)),
        ([(7, 60_000)] * 31, 7),
    ],
)
def test_by_hand(probe: LightProbe, told: list[tuple[int, int]], median: int) -> None:
    assert probe.lowerMedian([f for f, _ in told], [w for _, w in told]) == median


def test_tolerance_by_hand(probe: LightProbe) -> None:
    assert probe.tolerance(-100_099, 1_000, 100) == 1_000
    assert probe.tolerance(-100_100, 1_000, 100) == 1_001
    assert probe.tolerance(100_199, 1_000, 100) == 1_001
    assert probe.near(1_001, 0, 1_001)
    assert not probe.near(-1_002, 0, 1_001)
