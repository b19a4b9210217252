"""The report as one HTML page that needs nothing else: plots inlined, tables, assumptions."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from caldera.webpage import STYLE, save, table

from . import plot
from .show import WORDS, Grid, assumed, grids
from .simulate import Report


def plots(made: Sequence[Report]) -> dict[str, tuple[str, bytes]]:
    """PNG files by name, each with what it shows."""
    return {
        "chances.png": ("Chance that a false result is accepted, and that it stands", plot.chances(made[0])),
        "break-even.png": ("Value from which a fraud pays, by the share of the ring", plot.break_even(made)),
        "income.png": ("Income of a node by the part of false results that is detected", plot.income(made)),
        "delegators.png": ("What becomes of a delegator's stake in a year", plot.delegators(made)),
    }


def page(made: Sequence[Report], drawn: Mapping[str, tuple[str, bytes]]) -> str:
    """The page."""
    names = ", ".join(one.economy.name for one in made)
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Staking under attack: {escape(names)}</title><style>{STYLE}</style></head><body>",
        f"<h1>Staking under attack: {escape(names)}</h1>",
        f"<p>{made[0].trials:,} trials, seed {made[0].seed}. Chances are exact under the assumptions at the end; it "
        "shows what follows from them, and is no forecast.</p>",
    ]
    for words, picture in drawn.values():
        source = b64encode(picture).decode()
        parts.append(f'<figure><img alt="{escape(words)}" src="data:image/png;base64,{source}"></figure>')
    parts += [_table(grid) for grid in [*grids(made), assumed(made[0].given)]]
    return "\n".join([*parts, "</body></html>"]) + "\n"


def write(folder: Path, made: Sequence[Report]) -> list[Path]:
    """Writes plots and page into the folder; which files."""
    drawn = plots(made)
    return save(folder, "staking.html", page(made, drawn), drawn)


def _table(grid: Grid) -> str:
    return table(*grid, WORDS)
