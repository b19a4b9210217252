"""Who signs a false claim, and when it is accepted."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from caldera.simulation import Game, Kinds, Network, Request, RequestImpossible
from caldera.simulation.fraud import IMPOSSIBLE, check
from tests.support.simulation import ERA, game, plain

MILLION = 10**6 * ERA


def at_least(least: int, ring: int = 20, others: int = 80, size: int = 7) -> Fraction:
    ways = [comb(ring, x) * comb(others, size - x) for x in range(size + 1)]
    return Fraction(sum(ways[least:]), sum(ways))


@pytest.mark.parametrize("signers", [1, 4, 5, 7])
def test_among_honest_nodes_only_the_ring_signs(signers: int) -> None:
    found = game(Request(7, signers, 0))
    assert found.accepted == pytest.approx(float(at_least(signers)), rel=1e-12)
    assert {way.signed for way in found.ways} == {Kinds(signers, 0, 0, 0)}


def test_what_blocks_an_honest_result_is_not_what_is_accepted() -> None:
    found = game(Request(7, 5, 0))
    assert found.blocked == pytest.approx(float(at_least(3) - at_least(5)), rel=1e-12)
    assert found.answered == pytest.approx(float(1 - at_least(3)), rel=1e-12)


def test_weight_must_be_reached_to_the_unit() -> None:
    reached, missed = game(Request(7, 5, 6 * MILLION)), game(Request(7, 5, 6 * MILLION + 1))
    assert reached.accepted == pytest.approx(float(at_least(6)), rel=1e-12)
    assert missed.accepted == pytest.approx(float(at_least(7)), rel=1e-12)
    assert {way.signed.ring for way in missed.ways} == {7}
    assert game(Request(7, 5, 7 * MILLION + 1)).ways == []
    assert game(Request(7, 5, 5 * MILLION)).answered == game(Request(7, 5, 0)).answered
    assert game(Request(7, 5, 7 * MILLION + 1)).answered == 0


def test_an_open_quorum_is_no_hindrance_to_a_ring_that_is_large_enough() -> None:
    found = game(Request(0, 3, 0))
    assert found.accepted == pytest.approx(1)
    assert found.ways[0].signed == Kinds(3, 0, 0, 0)
    heavy = game(Request(0, 3, 20 * MILLION))
    assert heavy.accepted == pytest.approx(1)
    assert heavy.ways[0].signed == Kinds(20, 0, 0, 0)
    assert game(Request(0, 3, 20 * MILLION + 1)).accepted == 0
    assert game(Request(0, 21, 0)).accepted == 0
    # More nodes than may sign do not help either.
    assert game(Request(0, 3, 31 * MILLION // 4), ring_nodes=80).accepted == pytest.approx(1)
    assert game(Request(0, 3, 31 * MILLION // 4 + 1), ring_nodes=80).accepted == 0
    assert (found.answered, game(Request(0, 3, 31 * MILLION + 1)).answered) == (1, 0)


def test_lazy_and_malicious_nodes_spare_the_ring_its_own_stake() -> None:
    found = game(Request(0, 5, 0), lazy_bps=375, malicious_bps=125)  # 3 and 1 of 80
    assert found.ways[0].signed == Kinds(1, 3, 1, 0)
    assert game(Request(0, 3, 0), lazy_bps=375).ways[0].signed == Kinds(0, 3, 0, 0)


def test_honest_nodes_that_err_sign_as_well() -> None:
    found = game(Request(7, 7, 0), error_bps=1_000)
    expected = sum(Fraction(comb(20, x) * comb(80, 7 - x), comb(100, 7)) * Fraction(1, 10) ** (7 - x) for x in range(8))
    assert found.accepted == pytest.approx(float(expected), rel=1e-12)
    # A hard claim in every fourth: that many err only there.
    hard = game(Request(7, 7, 0), hard_bps=2_500, hard_error_bps=1_000)
    alone = Fraction(comb(20, 7), comb(100, 7))
    assert hard.accepted == pytest.approx(float(expected / 4 + alone * 3 / 4), rel=1e-12)


def test_no_more_than_31_sign() -> None:
    network = Network(Kinds(20, 0, 0, 80), 2 * MILLION, MILLION, 10 * MILLION)
    assert network.signing(Request(0, 3, 0), 80) == (0, 31)
    assert network.signing(Request(0, 3, 31 * MILLION), 80) == (0, 31)
    assert network.signing(Request(0, 3, 31 * MILLION + 1), 80) == (1, 30)  # a heavier one takes a place
    assert network.signing(Request(0, 3, 62 * MILLION), 80) == (31, 0)
    assert network.signing(Request(0, 3, 62 * MILLION + 1), 80) == (IMPOSSIBLE, 0)


def test_who_signs_where_not_all_can() -> None:
    found = game()
    assert found.taken(20, 5, 10, 31) == (20, 5, 6)
    assert found.taken(20, 5, 10, 22) == (20, 2, 0)
    assert found.taken(2, 1, 3, 6) == (2, 1, 3)


def test_the_cap_keeps_a_concentrated_ring_from_the_panels() -> None:
    even, large = Network.of(plain()), Network.of(plain(ring_nodes=2, cap_era=5_000_000))
    assert (even.heavier, large.heavier) == (1.0, 5.0)  # 10,000,000 each, 5,000,000 count
    assert Network.of(plain(ring_nodes=2, cap_era=10_000_000)).heavier == 10.0
    assert Network.of(plain(ring_bps=0)).kinds == (0, 0, 0, 80)


def test_a_challenge_must_be_worth_its_bond() -> None:
    # 7 signers x 1,000,000 x 40% x 10% = 280,000 for who is right; a lost one costs the bond.
    sure = game(Request(7, 7, 0), bond_era=1_000_000)
    assert (sure.reward, sure.challenged, sure.caught) == (280_000 * ERA, True, 1.0)
    chance = 1 - game(Request(7, 7, 0), ring_bps=6_000).average("overturned")
    assert chance < 1e-9  # governance corrects all
    doubtful = {"ring_bps": 7_000, "governance_speaks_bps": 0}
    assert game(Request(7, 7, 0), bond_era=1, **doubtful).challenged
    deterred = game(Request(7, 7, 0), bond_era=10**9, **doubtful)
    assert (deterred.challenged, deterred.caught) == (False, 0.0)
    assert deterred.stands == pytest.approx(deterred.accepted)


def test_the_challenger_appeals_while_it_is_worth_it() -> None:
    cheap, dear = game(Request(7, 5, 0), bond_era=1), game(Request(7, 5, 0), bond_era=10**6, governance_right_bps=5_000)
    assert (cheap.persistence.first, cheap.persistence.second) == (True, True)
    assert (dear.persistence.first, dear.persistence.second) == (False, False)


def test_a_request_that_nobody_could_answer_is_refused() -> None:
    check(game(Request(7, 5, 7 * MILLION)))
    with pytest.raises(RequestImpossible, match="the 7 heaviest nodes have 7,000,000 ERA"):
        check(game(Request(7, 5, 7 * MILLION + 1)))
    check(game(Request(0, 5, 31 * MILLION)))
    with pytest.raises(RequestImpossible):
        check(game(Request(0, 5, 31 * MILLION + 1)))


def test_signers_are_counted_by_kind() -> None:
    found: Game = game(Request(0, 5, 0), lazy_bps=375, malicious_bps=125)
    assert [found.signing(kind) for kind in range(4)] == pytest.approx([1, 3, 1, 0])
    assert found.signing(0, overturned=True) == pytest.approx(found.average("overturned"))
