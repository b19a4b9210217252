"""Who is drawn, exactly: one after the other, each with a chance in proportion to its capped stake, none twice.

Nodes outside the ring have equal stakes, so what is drawn of the ring follows by one recursion (for equal stakes the
hypergeometric distribution), and the rest of the panel splits among the other kinds hypergeometrically.
"""

from __future__ import annotations

from functools import cache
from math import comb
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


class Kinds(NamedTuple):
    """How many nodes of each kind."""

    ring: int
    lazy: int
    malicious: int
    honest: int

    @property
    def others(self) -> int:
        """Those outside the ring."""
        return self.lazy + self.malicious + self.honest

    def less(self, gone: Kinds) -> Kinds:
        """Without those."""
        return Kinds(*(have - took for have, took in zip(self, gone, strict=True)))


@cache
def ring_drawn(ring: int, others: int, heavier: float, size: int) -> Floats:
    """Chances that 0 to `size` of `size` drawn are of the ring, a node of which is drawn `heavier` times as often as
    one of the others. `size` is at most ring + others."""
    chance = np.zeros(size + 1)
    chance[0] = 1.0
    drawn = np.arange(size + 1)
    for step in range(size):
        weight = heavier * np.maximum(ring - drawn, 0)
        rest = np.maximum(others - (step - drawn), 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            next_is_ring = np.where(weight + rest > 0, weight / (weight + rest), 0.0)
        moved = chance * next_is_ring
        chance = chance - moved
        chance[1:] += moved[:-1]
    return chance


@cache
def panels(size: int) -> Whole:
    """Every panel of that size by kinds, a row each: ring, lazy, malicious, honest."""
    rows = [
        (ring, lazy, malicious, size - ring - lazy - malicious)
        for ring in range(size + 1)
        for lazy in range(size + 1 - ring)
        for malicious in range(size + 1 - ring - lazy)
    ]
    return np.array(rows, dtype=np.int64)


@cache
def _choose(total: int) -> Floats:
    return np.array([float(comb(total, taken)) for taken in range(40)])


@cache
def panel_chances(pool: Kinds, heavier: float, size: int) -> Floats:
    """Chance of each row of `panels(size)` when drawn from the pool."""
    rows = panels(size)
    ring, lazy, malicious, honest = rows.T
    split = _choose(pool.lazy)[lazy] * _choose(pool.malicious)[malicious] * _choose(pool.honest)[honest]
    ways = _choose(pool.others)[size - ring]
    found: Floats = ring_drawn(pool.ring, pool.others, heavier, size)[ring] * np.divide(
        split, ways, out=np.zeros_like(split), where=ways > 0
    )
    return found
