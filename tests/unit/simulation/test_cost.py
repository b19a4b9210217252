"""Cost of corruption, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from caldera.simulation import Assumptions, Cost, Game, Request, trusted
from caldera.simulation.cost import drawn, drawn_other, rings
from tests.support.simulation import ERA, NAMES, band, cost, plain

MILLION = 10**6 * ERA
OPEN = Request(0, 5, 0)


@pytest.mark.parametrize(("name", "slash"), [("circulation", 40), ("integration", 55), ("connector", 100)])
def test_a_signature_costs_what_is_slashed_and_the_rewards_of_a_worse_record(name: str, slash: int) -> None:
    loss = cost(Request(7, 5, 0), name, own_bps=2_500).loss
    assert loss.own + loss.delegators == slash * MILLION // 100
    assert loss.own == slash * MILLION // 400
    # 5,000 requests x 7 of 100 nodes x 3 epochs: one of 1,050 signatures, of the band's width in 90 days
    rates = band(name)
    left = (100 - slash) * MILLION // 400
    assert loss.rewards == left * (rates.most_bps - rates.least_bps) * 90 // (10_000 * 365 * 1_050)


def test_slashes_are_rounded_up_and_the_rings_part_down() -> None:
    found = cost(OPEN, staked_era=1, own_bps=5_000, ring_nodes=7)
    stake = found.game.network.ring_stake
    assert stake == ERA // 5 // 7 == 28_571
    assert (found.loss.own, found.loss.delegators) == (5_714, 5_715)  # ceil(28,571 x 0.4) = 11,429


@pytest.mark.parametrize("name", NAMES)
def test_break_even_by_hand(name: str) -> None:
    found = cost(OPEN, name, detection_bps=8_000)  # every try is accepted, every challenge succeeds
    each = found.loss.own + found.loss.rewards
    fee = 40 * ERA
    assert found.break_even(0) == pytest.approx(0.8 * 5 * each + fee, abs=1)
    assert found.break_even(10_000) == pytest.approx((0.8 * 5 * each + fee) / 0.2, abs=5)
    assert found.break_even(5_000) == pytest.approx((0.8 * 5 * each + fee) / 0.6, abs=2)
    at = found.break_even(10_000)
    assert at is not None
    assert found.profit(at - 10, 10_000) < 0 < found.profit(at + 10, 10_000)


def test_where_all_is_undone_a_fraud_never_pays() -> None:
    assert cost(OPEN).break_even(10_000) is None
    assert cost(OPEN).break_even(9_999) is not None
    assert cost(OPEN, detection_bps=9_999).break_even(10_000) is not None


def test_what_is_never_accepted_never_pays() -> None:
    assert cost(Request(0, 21, 0)).break_even(0) is None


def test_a_panel_costs_a_fee_for_each_try_that_is_answered() -> None:
    found = cost(Request(7, 5, 0), detection_bps=0)
    game = found.game
    assert found.break_even(10_000) == pytest.approx(40 * ERA * (1 - game.blocked) / game.accepted, rel=1e-9)


def test_the_ring_brings_only_what_is_worth_it() -> None:
    """With lazy nodes about, the cheapest panels are those with none of its own; it waits for these if that is cheaper
    than the stake of all."""
    values: dict[str, Any] = {"lazy_bps": 2_000, "detection_bps": 5_000}
    found = cost(Request(5, 3, 0), **values)
    game, each = found.game, found.loss.own + found.loss.rewards
    sets = []
    for most in range(4):
        ways = [way for way in game.ways if way.signed.ring <= most]
        kept = sum(way.chance for way in ways)
        lost = sum(way.chance * 0.5 * way.verdict.overturned * way.signed.ring * each for way in ways)
        sets.append((lost + found.fee) / kept)
    assert sets.index(min(sets)) == 0 < 3
    assert found.break_even(0) == pytest.approx(min(sets), rel=1e-9)
    always = (found.stake + found.fee) / found.kept(0)
    assert sets[-1] == pytest.approx(always, rel=1e-9)
    assert min(sets) < always


def test_trust_is_the_least_over_all_smaller_rings() -> None:
    given = plain(detection_bps=8_000, ring_bps=1_200, lazy_bps=500)
    request = Request(7, 5, 3 * MILLION)
    each = {
        (one.ring_bps, one.ring_nodes): Cost(Game(one, request, 4_000), band()).break_even(10_000)
        for one in rings(given)
    }
    assert sorted(each) == [(share, nodes) for share in (500, 1_000, 1_200) for nodes in (20, 40, 80)]
    found = trusted(given, band(), request, 10_000)
    assert found is not None
    assert found.value == min(value for value in each.values() if value is not None)
    assert each[found.share_bps, found.nodes] == found.value


def test_nothing_to_fear_is_told_apart_from_nothing() -> None:
    assert trusted(plain(ring_bps=0), band(), OPEN, 10_000) is None
    assert list(rings(plain(ring_bps=0))) == []
    assert trusted(plain(ring_nodes=300), band(), Request(0, 31, 90 * MILLION), 0) is None


def test_weight_buys_trust_where_a_ring_can_split() -> None:
    given = plain(detection_bps=8_000)
    values = [trusted(given, band(), Request(7, 5, weight * MILLION), 10_000) for weight in (1, 2, 4)]
    found = [one.value for one in values if one]
    assert len(found) == 3
    assert found == sorted(found)
    assert found[2] > 2 * found[0]


def test_everybody_is_drawn_by_stake() -> None:
    found = cost(Request(7, 5, 0)).game
    assert [drawn(found), drawn_other(found)] == pytest.approx([0.07, 0.07])
    heavy = cost(Request(7, 5, 0), ring_nodes=10).game
    assert 20 * 0.07 > 10 * drawn(heavy) > 0.07 * 10
    assert 10 * drawn(heavy) + 80 * drawn_other(heavy) == pytest.approx(7)
    assert drawn(cost(OPEN, ring_bps=0).game) == 0


@pytest.mark.parametrize("share", [500, 2_000, 5_000])
@pytest.mark.parametrize("final_bps", [0, 10_000])
def test_break_even_is_where_choosing_each_panel_brings_nothing(share: int, final_bps: int) -> None:
    given = Assumptions().but(ring_bps=share)
    found = Cost(Game(given, Request.of(given), 4_000), band())
    each, caught = found.loss.own + found.loss.rewards, found.game.caught

    def brings(value: float) -> float:
        """Of every way only what is worth it to the ring."""
        gains = []
        for way in found.game.ways:
            undone = caught * way.verdict.overturned
            gains.append(way.chance * (value * (1 - undone * final_bps / 10_000) - undone * way.signed.ring * each))
        return sum(gain for gain in gains if gain > 0) - found.fee

    value = found.break_even(final_bps)
    assert value is not None
    assert brings(value * (1 - 1e-6)) < 0 < brings(value * (1 + 1e-6))
