"""A report as tables and as plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .assumptions import UNIT, Assumptions
from .cost import SHARES, Trust
from .draw import Whole
from .income import KINDS, part
from .simulate import PANELS, Chance, Report

Grid = tuple[str, list[str], list[list[str]]]
"""Title, heads, rows."""

WORDS = {"request", "of a false claim", "node", "name", "meaning", "delegator of"}
"""Columns of words; the others are figures."""


def percent(value: float, decimals: int = 2) -> str:
    """Of a part of 1. What is above nothing and would be shown as nothing is said to be less than the least shown."""
    least = 10.0**-decimals
    return f"<{least:.{decimals}f}%" if 0 < value * 100 < least / 2 else f"{value * 100:.{decimals}f}%"


def amount(units: int | None) -> str:
    """In whole ERA, rounded down."""
    return "never" if units is None else f"{units // UNIT:,}"


def bps(value: int) -> str:
    """Basis points as a percentage."""
    return f"{value / 100:g}%"


def grids(made: Sequence[Report]) -> list[Grid]:
    """All tables: chances of the first profile, which hardly depend on it, then money side by side."""
    first = made[0]
    return [
        _by_panel(first, "a false result is accepted", lambda one: percent(one.accepted)),
        _by_panel(first, "it is accepted and stands for good", lambda one: percent(one.stands)),
        _checked(first),
        *(grid for one in made for grid in _break_even(one)),
        _detected(made),
        *(_trust(one) for one in made),
        _income(made),
        _thresholds(made),
        _hard(made),
        _delegators(made),
    ]


def _by_panel(made: Report, what: str, said: Callable[[Chance], str], of: str = "chance that ") -> Grid:
    heads = ["share of the ring", *(f"{one.signers} of {one.panel}" for one in _row(made, SHARES[0]))]
    rows = [[bps(share), *(said(one) for one in _row(made, share))] for share in SHARES]
    return f"{made.economy.name}: {of}{what}, by signers asked for", heads, rows


def _row(made: Report, share: int) -> list[Chance]:
    return [one for panel in PANELS for one in made.chances if (one.share_bps, one.panel) == (share, panel)]


def _checked(made: Report) -> Grid:
    rows = [
        [one.what, bps(one.share_bps), percent(one.exact), percent(one.found), percent(one.error), f"{one.off:+.1f}"]
        for one in made.checks
    ]
    heads = ["of a false claim", "share of the ring", "exact", "trials", "standard error", "errors off"]
    return f"{made.economy.name}: {made.cost.game.request}: exact and by trials (seed {made.seed})", heads, rows


def _break_even(made: Report) -> list[Grid]:
    said = {
        "used at once": lambda one: amount(one.pays_soon),
        "used when it is final": lambda one: amount(one.pays_final),
    }
    return [_by_panel(made, f"value in ERA from which a fraud pays, {when}", words, "") for when, words in said.items()]


def _detected(made: Sequence[Report]) -> Grid:
    rows = []
    for row in zip(*(one.detected for one in made), strict=True):
        soon, final = [amount(one.pays_soon) for one in row], [amount(one.pays_final) for one in row]
        rows.append([bps(row[0].detection_bps), *(cell for pair in zip(soon, final, strict=True) for cell in pair)])
    heads = ["detected"]
    for one in made:
        heads += [f"{one.economy.name}, at once", "when final"]
    game = made[0].cost.game
    title = f"{game.request}, a ring of {bps(made[0].given.ring_bps)}: value in ERA from which a fraud pays"
    return title, heads, rows


def _trust(made: Report) -> Grid:
    def said(found: Trust | None) -> list[str]:
        return [amount(found.value if found else None), f"{bps(found.share_bps)}, {found.nodes}" if found else ""]

    rows = [[str(one.request), percent(one.answered, 1), *said(one.soon), *said(one.final)] for one in made.trust]
    heads = ["request", "answered", "used at once", "by a ring of", "used when final", "by one of"]
    return f"{made.economy.name}: largest value to trust a request with, in ERA", heads, rows


def era(values: Whole) -> float:
    """Mean of amounts, in ERA."""
    return float(np.mean(values)) / UNIT


def _income(made: Sequence[Report]) -> Grid:
    rows = []
    for kind in KINDS:
        for one in made:
            year = one.years[kind]
            figures = [year.rewards, year.fees, -year.checks, -year.slashed, year.income]
            error = float(year.income.std()) / UNIT / np.sqrt(len(year.income))
            rows.append(
                [f"{kind}, {one.economy.name}", *(f"{era(one_of):,.0f}" for one_of in figures), f"{error:,.0f}"]
            )
    stake = made[0].cost.game.network.stake // UNIT
    heads = ["node", "rewards", "fees", "checks", "slashed", "income", "standard error"]
    return f"Mean first year of a node with {stake:,} ERA", heads, rows


def _thresholds(made: Sequence[Report]) -> Grid:
    rows = [
        [bps(row[0].ring_bps), bps(row[0].lazy_bps), *("never" if x.percent is None else f"{x.percent}%" for x in row)]
        for row in zip(*(one.thresholds for one in made), strict=True)
    ]
    heads = ["share of the ring", "lazy nodes", *(one.economy.name for one in made)]
    return "Part of false results that must be detected for honest nodes to earn most", heads, rows


def _hard(made: Sequence[Report]) -> Grid:
    rows = []
    for row in zip(*(one.hard for one in made), strict=True):
        figures = [percent(row[0].accepted), percent(row[0].stands), *(f"{one.honest_era:,.0f}" for one in row)]
        rows.append([bps(row[0].hard_bps), *figures])
    heads = ["hard claims", "accepted", "stands", *(f"honest, {one.economy.name}" for one in made)]
    return "Claims that deceive many honest nodes at once, and the year of an honest node in ERA", heads, rows


def _delegators(made: Sequence[Report]) -> Grid:
    rows = []
    for kind in KINDS:
        for one in made:
            year = one.years[kind]
            rows.append(
                [
                    f"{kind}, {one.economy.name}",
                    f"{era(year.delegator):,.0f}",
                    f"{np.quantile(year.delegator, 0.01, method='lower') / UNIT:,.0f}",
                    percent(float((year.slashes > 0).mean())),
                    percent(float((year.delegator < 0).mean())),
                ]
            )
    for one in made:
        # Of an accepted fraud that its node signed: the chance to be slashed is the chance to lose.
        chance = one.cost.game.caught * one.cost.game.average("overturned")
        lost = float(part(np.array(one.given.units("delegated_era")), one.economy.staking.slash_bps)) / UNIT
        row = [f"a ring that defrauds once, {one.economy.name}", f"{-chance * lost:,.0f}", f"{-lost:,.0f}"]
        rows.append([*row, percent(chance), percent(chance)])
    stake = made[0].given.units("delegated_era") // UNIT
    heads = ["delegator of", "mean", "worst 1%", "slashed", "loses"]
    return f"First year of a delegator with {stake:,} ERA, in ERA", heads, rows


def assumed(given: Assumptions) -> Grid:
    """The assumptions as a table."""
    return "Assumptions", ["name", "value", "meaning"], [list(row) for row in given.rows()]


def show(console: Console, made: Sequence[Report]) -> None:
    """Prints it."""
    for title, heads, rows in [*grids(made), assumed(made[0].given)]:
        table = Table(title=title)
        for head in heads:
            table.add_column(head, justify="left" if head in WORDS else "right")
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
    console.print(f"{made[0].trials:,} trials, seed {made[0].seed}")


def data(made: Sequence[Report]) -> dict[str, Any]:
    """As JSON: booked money in millionths of an ERA as text, chances as numbers of 0 to 1."""
    return {
        "assumptions": made[0].given.data(),
        "trials": made[0].trials,
        "seed": made[0].seed,
        "profiles": [_profile(one) for one in made],
    }


def _profile(made: Report) -> dict[str, Any]:
    game, loss = made.cost.game, made.cost.loss
    return {
        "name": made.economy.name,
        "slash_bps": made.economy.staking.slash_bps,
        "fraud": {
            "accepted": game.accepted,
            "challenged": game.caught,
            "overturned": game.average("overturned"),
            "stands": game.stands,
            "profit_exact_era": made.cost.profit(made.given.units("fraud_era"), made.given.final_bps) / UNIT,
            "profit_trials_era": made.profit_mean / UNIT,
            "profit_error_era": made.profit_error / UNIT,
            "loss_of_a_signer": {name: str(value) for name, value in asdict(loss).items()},
        },
        "chances": [_texts(asdict(one)) for one in made.chances],
        "by_detection": [_texts(asdict(one)) for one in made.detected],
        "checks": [asdict(one) | {"off": one.off} for one in made.checks],
        "trust": [
            {"request": _texts(asdict(one.request)), "answered": one.answered}
            | {
                name: _texts(asdict(found)) if found else None
                for name, found in (("soon", one.soon), ("final", one.final))
            }
            for one in made.trust
        ],
        "years": {
            kind: {
                name: str(int(getattr(year, name).sum()))
                for name in ("rewards", "fees", "checks", "slashed", "delegator", "income")
            }
            | {"slashes": int(year.slashes.sum())}
            for kind, year in made.years.items()
        },
        "income_by_detection_era": {kind: [float(one) for one in curve] for kind, curve in made.curves.items()},
        "honest_pays_from": [asdict(one) for one in made.thresholds],
        "hard_claims": [asdict(one) for one in made.hard],
    }


MONEY = {"pays_final", "pays_soon", "value", "weight"}


def _texts(found: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if name in MONEY and value is not None else value for name, value in found.items()}
