"""Worlds of the simulation, plain enough to be worked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from caldera.deployment.economy import Band, load_economy
from caldera.simulation import Assumptions, Cost, Game, Request

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
NAMES = ("circulation", "integration", "connector")
ERA = 10**6
"""Units of the simulation."""


def band(name: str = "circulation") -> Band:
    """A published one."""
    return load_economy(PROFILES / f"{name}.yml").staking


def plain(**values: Any) -> Assumptions:
    """Nobody lazy, malicious, wrong or absent; all detected, governance always right; but for `values`.

    A ring of 20 of 100 nodes, all of 1,000,000 ERA."""
    world = {
        "nodes": 80,
        "ring_nodes": 20,
        "lazy_bps": 0,
        "malicious_bps": 0,
        "error_bps": 0,
        "hard_bps": 0,
        "absent_bps": 0,
        "governance_speaks_bps": 10_000,
        "governance_right_bps": 10_000,
        "detection_bps": 10_000,
        "weight_bps": 0,
    }
    return Assumptions.model_validate(world | values)


def game(request: Request | None = None, slash_bps: int = 4_000, **values: Any) -> Game:
    """In such a world."""
    given = plain(**values)
    return Game(given, request or Request.of(given), slash_bps)


def cost(request: Request | None = None, name: str = "circulation", **values: Any) -> Cost:
    """The same in money."""
    found = band(name)
    return Cost(game(request, found.slash_bps, **values), found)
