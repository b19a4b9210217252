"""Draws: the hypergeometric distribution where stakes are equal, every order of drawing where they are not."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from caldera.simulation import Kinds, panel_chances, panels, ring_drawn


@pytest.mark.parametrize(("ring", "others", "size"), [(12, 60, 7), (20, 80, 15), (2, 9, 5), (0, 10, 3), (30, 4, 5)])
def test_equal_stakes_are_drawn_hypergeometrically(ring: int, others: int, size: int) -> None:
    exact = [Fraction(comb(ring, x) * comb(others, size - x), comb(ring + others, size)) for x in range(size + 1)]
    assert ring_drawn(ring, others, 1.0, size) == pytest.approx([float(one) for one in exact], abs=1e-14)


def in_order(ring: int, others: int, heavier: Fraction, size: int) -> dict[int, Fraction]:
    """By every order in which they can be drawn."""
    if not size:
        return {0: Fraction(1)}
    found: dict[int, Fraction] = {}
    whole = heavier * ring + others
    for taken, left, rest in ((1, ring, others), (0, others, ring)):
        if left:
            chance = (heavier if taken else 1) * left / whole
            after = (
                in_order(ring - 1, rest, heavier, size - 1) if taken else in_order(ring, others - 1, heavier, size - 1)
            )
            for count, part in after.items():
                found[count + taken] = found.get(count + taken, Fraction(0)) + chance * part
    return found


@pytest.mark.parametrize(("ring", "others", "heavier", "size"), [(3, 7, Fraction(5, 2), 5), (6, 5, Fraction(1, 3), 6)])
def test_heavier_nodes_are_drawn_in_proportion(ring: int, others: int, heavier: Fraction, size: int) -> None:
    exact = in_order(ring, others, heavier, size)
    found = ring_drawn(ring, others, float(heavier), size)
    assert found == pytest.approx([float(exact.get(x, 0)) for x in range(size + 1)], abs=1e-14)


def test_a_panel_splits_by_kinds() -> None:
    pool, size = Kinds(4, 3, 1, 12), 5
    rows, chances = panels(size), panel_chances(pool, 1.0, size)
    for row, chance in zip(rows, chances, strict=True):
        ways = np.prod([comb(have, took) for have, took in zip(pool, map(int, row), strict=True)])
        assert chance == pytest.approx(ways / comb(20, size), abs=1e-14)
    assert sum(chances) == pytest.approx(1.0)
    weighted = panel_chances(pool, 3.0, size)
    assert sum(weighted) == pytest.approx(1.0)
    assert weighted @ rows[:, 0] > chances @ rows[:, 0]


def test_who_is_gone_is_not_drawn() -> None:
    pool = Kinds(4, 3, 1, 12).less(Kinds(4, 0, 1, 2))
    assert pool == (0, 3, 0, 10)
    drawn = panel_chances(pool, 2.0, 5) @ panels(5)
    assert (drawn[0], drawn[2]) == (0, 0)
    assert drawn[1] + drawn[3] == pytest.approx(5)
