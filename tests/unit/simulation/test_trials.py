"""Trials beside the exact: they must agree within the error of sampling, in worlds that reach every branch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from caldera.simulation import Assumptions, Cost, Game, Request, play
from tests.support.simulation import NAMES, band, cost

TRIALS = 30_000
ERRORS = 4.5
"""Standard errors: one in 150,000 samples is further off."""
WORLDS: list[dict[str, Any]] = [
    {},
    {"ring_bps": 5_000, "ring_nodes": 40, "panel": 5, "signers": 3},
    {"ring_bps": 4_000, "ring_nodes": 6, "cap_era": 3_000_000},
    {"lazy_bps": 4_000, "absent_bps": 3_000, "ring_bps": 3_000},
    {"lazy_bps": 3_000, "malicious_bps": 2_000, "lazy_uphold_bps": 2_000, "governance_speaks_bps": 8_000},
    {"hard_bps": 5_000, "hard_error_bps": 6_000, "final_bps": 4_000},
    {"ring_bps": 6_000, "bond_era": 400_000, "governance_right_bps": 6_000},
    {"ring_bps": 5_000, "bond_era": 60_000, "governance_speaks_bps": 1_000},
    {"ring_bps": 4_500, "bond_era": 60_000, "governance_speaks_bps": 1_000, "bond_factor": 10},
]


def agree(found: np.ndarray[Any, Any], exact: float) -> None:
    """Within the error of sampling; of rare things at least some are expected."""
    error = max(float(np.sqrt(exact * (1 - exact) / len(found))), 0.5 / len(found))
    assert abs(float(found.mean()) - exact) < ERRORS * error


@pytest.mark.parametrize("world", WORLDS)
def test_trials_agree_with_the_exact(world: dict[str, Any]) -> None:
    given = Assumptions().but(**world)
    money = Cost(Game(given, Request.of(given), 4_000), band())
    game, made = money.game, play(money, TRIALS, 11)
    agree(made.accepted, game.accepted)
    agree(made.stands, game.stands)
    challenged = made.challenged
    agree(challenged, game.accepted * game.caught)
    if challenged.any():
        agree(made.first[challenged], game.average("first"))
        agree(made.overturned[challenged], game.average("overturned"))
    error = float(made.profit.std()) / TRIALS**0.5
    assert abs(float(made.profit.mean()) - money.profit(given.units("fraud_era"), given.final_bps)) < ERRORS * error


def test_worlds_reach_what_they_are_for() -> None:
    ways = [Game(given, Request.of(given), 4_000) for given in (Assumptions().but(**world) for world in WORLDS)]
    assert {(one.challenged, one.persistence.first, one.persistence.second) for one in ways} >= {
        (True, True, True),
        (True, True, False),
        (True, False, False),
        (False, False, False),
    }


@pytest.mark.parametrize("request_", [Request(0, 3, 0), Request(0, 3, 15 * 10**12), Request(0, 12, 25 * 10**12)])
def test_open_quorums_agree_as_well(request_: Request) -> None:
    money = Cost(Game(Assumptions(), request_, 4_000), band())
    made = play(money, TRIALS, 12)
    agree(made.accepted, money.game.accepted)
    agree(made.stands, money.game.stands)
    assert money.delegators_lost == pytest.approx(
        float(made.delegators.mean()), abs=ERRORS * max(1.0, float(made.delegators.std()) / TRIALS**0.5)
    )


def test_what_happens_follows_from_what_happened_before() -> None:
    made = play(cost(Request(7, 4, 0), ring_bps=4_000, governance_speaks_bps=5_000, detection_bps=7_000), TRIALS, 5)
    assert not (made.overturned & ~made.challenged).any()
    assert not (made.first & ~made.challenged).any()
    assert not (made.challenged & ~made.accepted).any()
    assert (made.stands == (made.accepted & ~made.overturned)).all()


def test_money_is_booked_to_the_unit() -> None:
    money = cost(Request(7, 5, 0), detection_bps=5_000, final_bps=2_500, fraud_era=1_000)
    made = play(money, TRIALS, 6)
    value, fee, each = 1_000 * 10**6, 40 * 10**6, money.loss.own + money.loss.rewards
    assert made.profit.dtype == made.delegators.dtype == np.int64
    assert set(made.profit[made.stands]) == {value - fee}
    assert set(made.profit[made.overturned]) == {value - value // 4 - fee - 5 * each}
    assert set(made.profit[~made.accepted]) == {0, -fee}  # blocked, and answered rightly
    assert set(made.delegators[made.overturned]) == {5 * money.loss.delegators}
    assert not made.delegators[~made.overturned].any()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_trials(name: str) -> None:
    money = cost(Request(7, 4, 0), name, ring_bps=4_000)
    first, again, other = play(money, 12_000, 1), play(money, 12_000, 1), play(money, 12_000, 2)
    assert (first.profit == again.profit).all()
    assert (first.profit != other.profit).any()
    assert len(first.profit) == 12_000


def test_parts_come_with_their_error() -> None:
    made = play(cost(Request(7, 5, 0), detection_bps=5_000), 10_000, 3)
    found, error = made.part(made.challenged, made.accepted)
    count = int(made.accepted.sum())
    assert found == int(made.challenged.sum()) / count
    assert error == pytest.approx((found * (1 - found) / count) ** 0.5)
    assert made.part(made.accepted, np.zeros_like(made.accepted)) == (0.0, 0.0)
