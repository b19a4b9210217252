"""Courts by hand and by every combination of votes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from caldera.simulation import Judges, Kinds, panels, verdict
from caldera.simulation.court import Persistence, round_of, rulings

HONEST = Kinds(0, 0, 0, 60)
SURE = Judges(size=5, error=0.0, absent=0.0, lazy=0.5, speaks=0.25, right=0.75)
BOTH, NONE = Persistence(), Persistence(first=False, second=False)


def test_honest_judges_uphold_and_governance_can_only_spoil_it() -> None:
    found = verdict(HONEST, 1.0, SURE, NONE)
    assert found.first == pytest.approx(1)
    assert found.overturned == pytest.approx(0.25 * 0.75 + 0.75)  # silent: the ruling stands


def test_a_ring_of_judges_rejects_and_only_governance_is_left_to_who_persists() -> None:
    ring = Kinds(60, 0, 0, 0)
    assert verdict(ring, 1.0, SURE, BOTH).overturned == pytest.approx(0.25 * 0.75)
    for persistence in (NONE, Persistence(first=False), Persistence(second=False)):
        assert verdict(ring, 1.0, SURE, persistence).overturned == 0
    assert verdict(ring, 1.0, SURE, BOTH).first == 0


def test_malicious_judges_vote_as_the_ring() -> None:
    malicious, ring = (verdict(pool, 1.0, SURE, BOTH) for pool in (Kinds(0, 0, 20, 40), Kinds(20, 0, 0, 40)))
    assert (malicious.first, malicious.overturned) == pytest.approx((ring.first, ring.overturned))


def test_nobody_there_is_no_ruling_and_governance_decides_or_the_result_stands() -> None:
    found = verdict(HONEST, 1.0, replace(SURE, absent=1.0), BOTH)
    assert found.first == 0
    assert found.overturned == pytest.approx(0.25 * 0.75)


def test_an_appeal_after_which_nobody_votes_leaves_the_first_ruling() -> None:
    from caldera.simulation.court import second

    silent = replace(SURE, absent=1.0, speaks=0.0)
    assert second(HONEST, 1.0, silent, 1.0, True) == pytest.approx(1)
    assert second(HONEST, 1.0, silent, 0.0, True) == 0


@pytest.mark.parametrize("size", [3, 5])
def test_rulings_are_those_of_every_combination_of_votes(size: int) -> None:
    judges = replace(SURE, error=0.125, absent=0.25, lazy=0.375)
    right = {1: Fraction(3, 8), 3: Fraction(7, 8)}
    for row, (ring, lazy, malicious, honest) in enumerate(panels(size)):
        seats = [None] * int(ring + malicious) + [right[1]] * int(lazy) + [right[3]] * int(honest)
        expected = [Fraction(0)] * 3
        for votes in product((1, -1, 0), repeat=size):
            chance = Fraction(1)
            for vote, seat in zip(votes, seats, strict=True):
                if seat is None:
                    chance *= vote == -1
                else:
                    chance *= Fraction(1, 4) if not vote else Fraction(3, 4) * (seat if vote > 0 else 1 - seat)
            shown = sum(1 for vote in votes if vote)
            ruled = 2 * shown > size and sum(votes) != 0
            expected[2 if not ruled else 0 if sum(votes) > 0 else 1] += chance
        assert rulings(judges, size)[row] == pytest.approx([float(one) for one in expected], abs=1e-14)


def test_rounds_sum_to_one() -> None:
    judges = replace(SURE, error=0.1, absent=0.2)
    assert sum(round_of(Kinds(10, 6, 2, 42), 1.7, judges, 11)) == pytest.approx(1)
