"""The report as one HTML page that needs nothing else: plots inlined, tables, assumptions."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from caldera.webpage import STYLE, save, table

from . import plot
from .show import WORDS, Grid, assumed, checked, grids
from .simulate import Simulation

if TYPE_CHECKING:
    from .chain import Checked


def plots(made: Sequence[Simulation]) -> dict[str, tuple[str, bytes]]:
    """PNG files by name, each with what it shows."""
    found = {
        f"unlock-{one.economy.name}.png": (
            f"{one.economy.name}: the supply by holder over ten years, locked and unlocked",
            plot.unlocking(one),
        )
        for one in made
    }
    found["budgets.png"] = ("What budgets have left over ten years", plot.budgets(made))
    found["rewards.png"] = ("Rewards of staking a month: by the band, and paid", plot.rewards(made))
    return found


def page(made: Sequence[Simulation], drawn: Mapping[str, tuple[str, bytes]], found: Checked | None = None) -> str:
    """The page."""
    names = ", ".join(one.economy.name for one in made)
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Economy of ERA: {escape(names)}</title><style>{STYLE}</style></head><body>",
        f"<h1>Economy of ERA: {escape(names)}</h1>",
        "<p>Unlocking follows the schedules of the profiles, exactly. Everything else is simulated by the rules of the "
        "contracts under the assumptions at the end: it shows what follows from them, and is no forecast.</p>",
    ]
    for words, picture in drawn.values():
        source = b64encode(picture).decode()
        parts.append(f'<figure><img alt="{escape(words)}" src="data:image/png;base64,{source}"></figure>')
    parts += [_table(grid) for grid in [*grids(made), *(checked(found) if found else [])]]
    if found and not found.differences:
        parts.append("<p>The chain is as published: nothing differs.</p>")
    parts.append(_table(assumed(made[0].assumptions)))
    return "\n".join([*parts, "</body></html>"]) + "\n"


def write(folder: Path, made: Sequence[Simulation], found: Checked | None = None) -> list[Path]:
    """Writes plots and page into the folder; which files."""
    drawn = plots(made)
    return save(folder, "economy.html", page(made, drawn, found), drawn)


def _table(grid: Grid) -> str:
    return table(*grid, WORDS)
