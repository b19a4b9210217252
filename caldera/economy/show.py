"""A report as tables and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .assumptions import Assumptions
from .simulate import Budget, Simulation
from .unlock import MONTHS, SCHEDULE, Line

if TYPE_CHECKING:
    from .chain import Checked

MILLION = 10**24
"""Wei in a million ERA."""
MILLION_USD = 10**12
SHOWN = (0, 12, 18, 24, 36, 60, 120)
"""Months of the tables."""

Grid = tuple[str, list[str], list[list[str]]]
"""Title, heads, rows; the first columns are words, figures follow."""

TOTALS = {
    "circulated_usd": "circulated, million USD",
    "awarded": "incentives awarded",
    "rebates": "verifiers' rebates",
    "cut_by_cap": "cut off by the cap",
    "fees": "fees",
    "fees_usd": "fees, million USD",
    "node": "   to nodes",
    "developer": "   to developers",
    "author": "   to authors",
    "treasury": "   to the treasury",
    "granted": "granted to rewards",
    "rewards_demanded": "rewards by the band",
    "rewards_paid": "rewards paid",
}


def millions(units: int, one: int = MILLION, decimals: int = 3) -> str:
    """In millions, rounded half up."""
    scaled = (2 * units * 10**decimals + one) // (2 * one)
    whole, part = divmod(scaled, 10**decimals)
    return f"{whole:,}.{part:0{decimals}d}"


def grids(made: Sequence[Simulation]) -> list[Grid]:
    """All tables: of each economy, then beside one another."""
    return [*(_unlocking(one) for one in made), _budgets(made), _totals(made)]


def _unlocking(made: Simulation) -> Grid:
    rows = []
    for line in made.lines:
        figures = [millions(int(line.unlocked[month])) for month in SHOWN] if line.bound == SCHEDULE else []
        figures = figures or ["" for _ in SHOWN]
        rows.append([line.name, line.kind, line.bound, millions(line.amount), *figures])
    distributed = [millions(int(made.series["distributed"][month])) for month in SHOWN]
    rows.append(["distributed (simulated)", "", "", "", *distributed])
    heads = ["allocation", "of", "bound by", "amount", *(f"month {month}" for month in SHOWN)]
    return f"{made.economy.name}: unlocked by schedule, million ERA", heads, rows


def ends(budget: Budget) -> str:
    """When it does, in words."""
    return f"month {budget.ends}" if budget.ends is not None else "not within ten years"


def _budgets(made: Sequence[Simulation]) -> Grid:
    rows = []
    for one in made:
        for budget in one.budgets:
            rows.append(
                [one.economy.name, budget.name, ends(budget), millions(budget.funded), millions(int(budget.left[-1]))]
            )
        if all(budget.name != "incentives" for budget in one.budgets):
            rows.append([one.economy.name, "incentives", "none at genesis", millions(0), millions(0)])
        rows.append([one.economy.name, "staking rewards", _short(one.short), "", ""])
    return "When budgets end, million ERA", ["economy", "budget", "ends", "funded", "left after ten years"], rows


def _short(months: list[int]) -> str:
    if not months:
        return "paid in full throughout"
    return f"clamped in {len(months)} of {MONTHS} months, {months[0]} to {months[-1]}"


def _totals(made: Sequence[Simulation]) -> Grid:
    rows = []
    for name, words in TOTALS.items():
        unit = MILLION_USD if name.endswith("_usd") else MILLION
        rows.append([words, *(millions(one.totals[name], unit) for one in made)])
    rows.append(["promised a year, % of stake", *(f"{float(one.demanded_yearly) * 100:.3f}" for one in made)])
    return "Ten years, million ERA where nothing else is said", ["total", *(one.economy.name for one in made)], rows


def assumed(assumptions: Assumptions) -> Grid:
    """The assumptions as a table."""
    return "Assumptions", ["name", "value", "meaning"], [list(row) for row in assumptions.rows()]


def checked(found: Checked) -> list[Grid]:
    """What the chain says."""
    vested = [
        [one.name, millions(one.granted), millions(one.available), millions(one.vested), millions(one.published)]
        for one in found.vested
    ]
    heads = ["allocation", "granted", "available", "vested now", "by the published curve"]
    balances = [[name, millions(balance)] for name, balance in found.balances.items()]
    made: list[Grid] = [
        ("The vault on the chain, million ERA", heads, vested),
        ("ERA of the holders now, million", ["allocation", "balance of its holder"], balances),
    ]
    if found.differences:
        rows = [[one.where, one.expected, one.found] for one in found.differences]
        made.append(("Differs from the profile", ["where", "expected", "found"], rows))
    return made


def show(console: Console, made: Sequence[Simulation], found: Checked | None = None) -> None:
    """Prints it."""
    for grid in [*grids(made), *(checked(found) if found else [])]:
        console.print(_table(grid))
    console.print(_table(assumed(made[0].assumptions)))
    if found and not found.differences:
        console.print("The chain is as published: nothing differs.")


def _table(grid: Grid) -> Table:
    title, heads, rows = grid
    table = Table(title=title)
    for head in heads:
        table.add_column(head, justify="right" if head not in WORDS else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


WORDS = {"allocation", "of", "bound by", "economy", "budget", "ends", "total", "name", "meaning", "where"}
"""Columns of words; the others are figures."""


def data(made: Sequence[Simulation], found: Checked | None = None) -> dict[str, Any]:
    """As JSON: ERA in wei and USD with 6 decimals, both as text, since they are beyond a double's exactness."""
    answer: dict[str, Any] = {
        "assumptions": made[0].assumptions.data(),
        "months": list(range(MONTHS + 1)),
        "economies": [_economy(one) for one in made],
    }
    if found:
        answer["chain"] = {
            "differences": [vars(one) for one in found.differences],
            "vested": [{k: v if k == "name" else str(v) for k, v in vars(one).items()} for one in found.vested],
            "balances": {name: str(balance) for name, balance in found.balances.items()},
        }
    return answer


def _economy(made: Simulation) -> dict[str, Any]:
    return {
        "name": made.economy.name,
        "allocations": [_line(line) for line in made.lines],
        "budgets": [
            {"name": one.name, "funded": str(one.funded), "ends": one.ends, "left": [str(left) for left in one.left]}
            for one in made.budgets
        ],
        "rewards_clamped_in": made.short,
        "totals": {name: str(total) for name, total in made.totals.items()},
        "series": {name: [str(value) for value in values] for name, values in made.series.items()},
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "of": line.kind,
        "bound_by": line.bound,
        "amount": str(line.amount),
        "unlocked": [str(value) for value in line.unlocked],
        "locked": [str(value) for value in line.locked],
    }
