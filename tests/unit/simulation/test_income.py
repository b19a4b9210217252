"""A node's year: the booking in whole units, by hand where nothing is left to chance, the mean beside trials."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn_from
from hypothesis import strategies as st

from caldera.simulation import KINDS, Assumptions, Work, expected, honest_pays_from, live
from caldera.simulation.income import DAYS, _slashed, earned, part, rates
from tests.support.simulation import ERA, NAMES, band, plain

TRIALS = 10_000


def whole(value: int) -> Any:
    return np.array([value], dtype=np.int64)


def work(name: str = "circulation", **values: Any) -> Work:
    return Work(Assumptions().but(**values), band(name))


bps = st.integers(0, 10_000)


@drawn_from(
    stake=st.integers(0, 10**15), volume=bps, accuracy=bps, days=st.integers(1, 30), name=st.sampled_from(NAMES)
)
def test_rewards_are_exact_in_64_bits(stake: int, volume: int, accuracy: int, days: int, name: str) -> None:
    rule = band(name)
    yearly = rule.least_bps + (rule.most_bps - rule.least_bps) * Fraction(volume * accuracy, 10**8)
    rate = floor(yearly * 10**5)
    assert int(rates(rule, whole(volume), whole(accuracy))[0]) == rate
    assert int(earned(whole(stake), whole(rate), days)[0]) == stake * rate // 10**9 * days // 365


@drawn_from(amount=st.integers(0, 10**15), taken=bps)
def test_parts_are_rounded_up_in_64_bits(amount: int, taken: int) -> None:
    assert int(part(whole(amount), taken)[0]) == ceil(Fraction(amount * taken, 10_000))


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_delegated_earn_what_the_band_says(name: str) -> None:
    rule, stake = band(name), whole(10_000 * ERA)
    month = [int(earned(stake, rates(rule, whole(score), whole(10_000)), 365)[0]) // 12 for score in (0, 4_000, 10_000)]
    if name == "circulation":
        assert [round(Fraction(one, ERA)) for one in month] == [67, 80, 100]
    assert month[0] == 10_000 * ERA * rule.least_bps // 120_000
    assert month[2] == 10_000 * ERA * rule.most_bps // 120_000


@pytest.mark.parametrize("name", NAMES)
def test_an_idle_node_earns_the_least_of_the_band(name: str) -> None:
    years = live(Work(plain(), band(name)), "idle", 100, 1)
    rate = band(name).least_bps
    expected_units = sum(10**6 * ERA * rate // 10_000 * days // 365 for days in DAYS)
    assert sum(DAYS) == 365
    assert set(years.income) == {expected_units}
    owned = sum((10_000 * ERA * rate // 10_000 * days // 365) * 9 // 10 for days in DAYS)
    assert set(years.delegator) == {owned}


def test_an_honest_year_without_false_claims_by_hand() -> None:
    """A panel of 15 of 100 nodes: duties are left to chance, and what follows from them is not."""
    world = plain(false_bps=0, panel=15, signers=5, ring_bps=0, ring_nodes=1, commission_bps=0, nodes=100)
    years = live(Work(world, band()), "honest", 3_000, 3)
    assert not years.slashes.any()
    assert not years.slashed.any()
    net = (100 * ERA - 40 * ERA) // 15
    duties = years.fees // net
    assert (years.fees % net == 0).all()
    assert (years.checks == duties * 2 * ERA).all()
    mean = 0.15 * sum(5_000 * days // 30 for days in DAYS)
    assert abs(float(duties.mean()) - mean) < 4.5 * float(duties.std()) / 3_000**0.5
    # At least the least of the band; at most the most from the second epoch on, the first being at the least.
    least = sum(10**6 * ERA * 800 // 10_000 * days // 365 for days in DAYS)
    most = least + sum(10**6 * ERA * 400 // 10_000 * days // 365 for days in DAYS[1:])
    assert (years.rewards > least).all()
    assert (years.rewards <= most + len(DAYS)).all()
    assert (years.income == years.rewards + years.fees - years.checks).all()


def test_scores_place_the_rewards() -> None:
    """350 duties of 100 / 7 ERA are half of 1% of 1,000,000: half of the band's width; three times as many, all."""
    least = live(Work(plain(false_bps=0, fee_era=0), band()), "honest", 500, 1).rewards
    half = live(Work(plain(false_bps=0, fee_era=100, requests=5_000), band()), "honest", 500, 1).rewards
    full = live(Work(plain(false_bps=0, fee_era=100, requests=15_000), band()), "honest", 500, 1).rewards
    days = 335
    assert float(least.mean()) == pytest.approx(10**6 * ERA * 0.08, abs=20)
    assert float(half.mean()) == pytest.approx(10**6 * ERA * (0.08 + 0.02 * days / 365), rel=0.003)
    assert float(full.mean()) == pytest.approx(10**6 * ERA * (0.08 + 0.04 * days / 365), rel=0.003)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_mean_is_that_of_the_trials(name: str, kind: str) -> None:
    for values in ({}, {"ring_bps": 1_000, "lazy_bps": 2_000, "detection_bps": 3_000, "requests": 2_000}):
        made = work(name, **values)
        income = live(made, kind, TRIALS, 9).income
        mean = float(expected(made, kind)[made.given.detection_bps // 100])
        error = float(income.std()) / ERA / TRIALS**0.5
        # Two thousandths of the stake for the scores, which the mean takes at their means.
        assert abs(float(income.mean()) / ERA - mean) < 4.5 * error + made.game.network.stake / ERA * 0.002


@pytest.mark.parametrize("kind", ["lazy", "malicious"])
def test_a_full_slash_leaves_nothing(kind: str) -> None:
    years = live(work("connector", requests=50_000), kind, 2_000, 4)
    hit = years.slashes > 0
    assert hit.mean() > 0.9
    stake = work("connector").game.network.stake
    assert set(years.slashed[hit]) == {stake}
    assert (years.delegator[hit] >= -10_000 * ERA).all()
    assert (years.delegator[hit] < 0).all()
    assert (years.income[~hit] > 0).all()


def test_delegators_lose_the_same_part_as_the_node() -> None:
    years = live(work(commission_bps=10_000), "lazy", 2_000, 4)
    for count in (0, 1, 2, 3):
        having = years.slashes == count
        assert having.any()
        left = 10_000 * ERA
        for _ in range(count):
            left -= -(-left * 4_000 // 10_000)
        assert set(years.delegator[having]) == {left - 10_000 * ERA}


def test_signing_two_results_is_slashed_whether_anybody_detects_or_not() -> None:
    quiet: dict[str, Any] = {"detection_bps": 0, "false_bps": 0}
    assert not live(work(**quiet, conflict_bps=0), "malicious", 500, 1).slashes.any()
    assert live(work(**quiet, conflict_bps=10), "malicious", 500, 1).slashes.mean() > 1
    assert not live(work(**quiet, conflict_bps=10), "lazy", 500, 1).slashes.any()


def test_honest_pays_from_the_percent_on_that_is_said() -> None:
    made = work(ring_bps=1_000)
    least = honest_pays_from(made)
    assert least == 3
    curves = {kind: expected(made, kind) for kind in KINDS}
    for percent in range(101):
        best = all(curves["honest"][percent] > curves[kind][percent] for kind in KINDS[1:])
        assert best == (percent >= least)


def test_honesty_never_pays_where_checking_is_dear_or_nothing_false_is_accepted() -> None:
    assert honest_pays_from(work(check_era=1_000)) is None
    assert honest_pays_from(work(ring_bps=0, lazy_bps=200)) is None
    assert honest_pays_from(work(check_era=0, copies_bps=0)) == 0


def test_a_kind_of_which_there_is_none_is_thought_to_be_one_node() -> None:
    made = work(lazy_bps=0, malicious_bps=0)
    assert made.game.network.kinds[1:] == (1, 1, 58)
    assert made.meets("lazy").drawn > 0


def test_the_same_seed_gives_the_same_years() -> None:
    first, again, other = (live(work(), "lazy", 11_000, seed) for seed in (1, 1, 2))
    assert (first.income == again.income).all()
    assert (first.income != other.income).any()
    assert len(first.income) == 11_000


def test_overturned_results_take_the_accuracy() -> None:
    """All claims are false, and a lazy node among lazy ones signs them all: what is overturned is no good record."""
    mild = band("circulation").model_copy(update={"slash_bps": 1})
    lies = {"false_bps": 10_000, "copies_bps": 0, "lazy_bps": 5_000, "lazy_uphold_bps": 10_000, "bond_era": 0}
    paid = [
        live(Work(plain(**lies, requests=20_000, detection_bps=part), mild), "lazy", 200, 1).rewards.mean()
        for part in (0, 10_000)
    ]
    idle = live(Work(plain(), mild), "idle", 100, 1).rewards.mean()
    assert paid[0] > 1.1 * idle
    assert paid[1] < 1.02 * idle


def test_chances_of_slashes_stay_one() -> None:
    chance = np.zeros((101, 41))
    chance[:, 0] = 1
    after = _slashed(chance, np.full((101, 41), 38.0))
    assert after.sum(1) == pytest.approx(np.ones(101))
    assert after[0, -1] > 0.3
