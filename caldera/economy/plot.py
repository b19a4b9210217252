"""Plots as PNG, in millions of ERA. Drawn without a display; figures are rounded for the picture only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MultipleLocator

from .simulate import Simulation
from .unlock import MONTHS, SCHEDULE, Line, Wei

COLOURS = {
    "incentives": "#e69f00",
    "airdrop": "#d55e00",
    "community-reserve": "#cc79a7",
    "research": "#7a7a7a",
    "team": "#009e73",
    "investors": "#0072b2",
}
"""Of allocations, distinct to the colour-blind."""
OTHER = "#9467bd"
UNLOCKED, LOCKED, HELD = "unlocked", "locked by a schedule", "no schedule: bound by award, proof or vote"
STROKES = {0: "#0072b2", 1: "#d55e00", 2: "#009e73", 3: "#9467bd"}
DASHES = {0: "-", 1: "--", 2: "-.", 3: ":"}
LABEL_GAP = 38
"""Least distance of two labels, in millions of ERA."""
DPI = 120

Curve = npt.NDArray[np.float64]


def unlocking(made: Simulation) -> bytes:
    """The whole supply by allocation, what a schedule still locks above what it does not."""
    figure, axes = _figure(f"{made.economy.name}: who holds the supply, and what is locked", 10, 5.6)
    months, base = np.arange(MONTHS + 1), np.zeros(MONTHS + 1)
    free = [line for line in made.lines if line.bound != SCHEDULE]
    bound = [line for line in made.lines if line.bound == SCHEDULE]
    labels: list[tuple[float, str]] = []
    layers = [(line, line.unlocked, HELD) for line in free] + [(line, line.unlocked, UNLOCKED) for line in bound]
    layers += [(line, line.locked, LOCKED) for line in bound]
    for line, amounts, state in layers:
        top = base + _curve(amounts)
        axes.fill_between(months, base, top, **_fill(_colour(line), state))
        if state != LOCKED:
            labels.append((float(base[-1] + top[-1]) / 2, _said(line)))
        base = top
    _labels(axes, labels)
    for line in bound:
        start = made.economy.unlocking[line.name].after_months
        if start:
            axes.axvline(start, color="#444", linewidth=0.8, linestyle=":")
            axes.text(start, 1012, f"{line.name}: from month {start} on", fontsize=9, color="#444", va="bottom")
    patches = [Patch(label=words, **_fill("#555555", words)) for words in (UNLOCKED, LOCKED, HELD)]
    figure.legend(handles=patches, loc="outside lower center", ncols=3, frameon=False)
    axes.set_ylim(0, 1000)
    axes.set_ylabel("million ERA")
    return _png(figure)


def budgets(made: Sequence[Simulation]) -> bytes:
    """What budgets have left, and where they end."""
    figure, axes = _figure("What budgets have left", 10, 4.8)
    months = np.arange(MONTHS + 1)
    highest = 1.0
    for place, one in enumerate(made):
        for budget in one.budgets:
            left = _curve(budget.left)
            highest = max(highest, float(left.max()))
            dashes = "-" if budget.name == "incentives" else "--"
            words = f"{one.economy.name}: {budget.name}"
            words += f", ends in month {budget.ends}" if budget.ends is not None else ", lasts ten years"
            until = MONTHS if budget.ends is None else budget.ends
            axes.plot(
                months[: until + 1], left[: until + 1], dashes, color=STROKES[place % 4], linewidth=2, label=words
            )
            if budget.ends is not None:
                axes.plot([budget.ends], [left[budget.ends]], "o", color=STROKES[place % 4], clip_on=False, zorder=5)
    axes.set_ylim(0, highest * 1.05)
    axes.set_ylabel("million ERA")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper right", frameon=False)
    return _png(figure)


def rewards(made: Sequence[Simulation]) -> bytes:
    """What the band promises stakers in a month, and what was funded and paid."""
    figure, axes = _figure("Rewards of staking in a month", 10, 4.8)
    months = np.arange(1, MONTHS + 1)
    highest = 0.1
    for place, one in enumerate(made):
        demanded = _curve(one.series["rewards_demanded"])[1:]
        paid = _curve(one.series["rewards_paid"])[1:]
        highest = max(highest, float(demanded.max()))
        colour = STROKES[place % 4]
        axes.plot(months, demanded, ":", color=colour, linewidth=1.6, label=f"{one.economy.name}: by the band")
        axes.plot(months, paid, DASHES[place % 4], color=colour, linewidth=2.2, label=f"{one.economy.name}: paid")
        axes.fill_between(months, paid, demanded, color=colour, alpha=0.12, linewidth=0)
    axes.set_ylim(0, highest * 1.08)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2f}"))
    axes.set_ylabel("million ERA a month")
    axes.legend(loc="lower right", ncols=1, frameon=False)
    return _png(figure)


def _figure(title: str, width: float, height: float) -> tuple[Figure, Axes]:
    with _style():
        figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=13, pad=18)
    axes.set_xlim(0, MONTHS)
    axes.xaxis.set_major_locator(MultipleLocator(12))
    axes.set_xlabel("months after genesis")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.grid(axis="y", color="#ddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _fill(colour: str, state: str) -> dict[str, Any]:
    """Solid what is unlocked, hatched what is locked, dotted what no schedule binds."""
    if state == UNLOCKED:
        return {"facecolor": colour, "edgecolor": "white", "linewidth": 0.6}
    face = (*to_rgb(colour), 0.22 if state == LOCKED else 0.5)
    return {"facecolor": face, "edgecolor": colour, "linewidth": 0.6, "hatch": "///" if state == LOCKED else ".."}


def _labels(axes: Axes, labels: list[tuple[float, str]]) -> None:
    """Right of the axes, each at its layer's middle or as far above the one before as it needs."""
    lowest = -float("inf")
    for middle, words in labels:
        at = max(middle, lowest + LABEL_GAP)
        axes.annotate(words, (MONTHS + 2, at), color="#222", va="center", fontsize=10, annotation_clip=False)
        lowest = at


def _said(line: Line) -> str:
    amount = line.amount / 10**24
    return f"{line.name}, {amount:,.10g}" + ("" if line.bound == SCHEDULE else f" (by {line.bound})")


def _colour(line: Line) -> str:
    return COLOURS.get(line.name, OTHER)


def _curve(amounts: Wei) -> Curve:
    return np.array([int(amount) / 10**24 for amount in amounts])


def _png(figure: Figure) -> bytes:
    made = BytesIO()
    # Without the version of the library in it, the same figures are the same bytes.
    with _style():
        figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 10, "hatch.linewidth": 0.5}):
        yield
