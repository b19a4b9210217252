"""Plots as PNG. Drawn without a display; the same figures give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from .assumptions import UNIT
from .cost import SHARES
from .income import KINDS
from .simulate import PANELS, Report

STROKES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#444444")
"""Distinct to the colour-blind."""
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKS = ("o", "s", "^", "D", "v", "x")
DPI = 110


def chances(made: Report) -> bytes:
    """Accepted, and accepted for good, by the share of the ring; trials with three standard errors beside the exact."""
    figure, (left, right) = _figure(f"{made.economy.name}: a false claim before a panel", 2, 11, 4.8)
    shares = [share / 100 for share in SHARES]
    for number, panel in enumerate(PANELS):
        rows = [one for one in made.chances if one.panel == panel]
        words = f"{rows[0].signers} of {panel}"
        line: dict[str, Any] = {"color": STROKES[number], "linestyle": DASHES[number], "linewidth": 1.8, "label": words}
        left.plot(shares, [one.accepted * 100 for one in rows], **line)
        right.plot(shares, [one.stands * 100 for one in rows], **line)
    for axes, what, title in ((left, "accepted", "accepted"), (right, "stands", "accepted, and never overturned")):
        checks = [one for one in made.checks if one.what == what]
        axes.errorbar(
            [one.share_bps / 100 for one in checks],
            [one.found * 100 for one in checks],
            yerr=[3 * one.error * 100 for one in checks],
            fmt="o",
            markersize=4,
            color="black",
            capsize=3,
            linewidth=1,
            label=f"{made.cost.game.request.signers} of {made.cost.game.request.panel}, by trials",
            zorder=5,
        )
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_xlabel("share of the ring, % of all stake")
        axes.set_xlim(0, 51)
        axes.set_ylim(0)
    left.set_ylabel("% of false claims")
    left.legend(loc="upper left", frameon=False, title="signers asked for")
    return _png(figure)


def break_even(made: Sequence[Report]) -> bytes:
    """Value from which a fraud pays."""
    request = made[0].cost.game.request
    figure, pair = _figure(f"Value from which a fraud pays: {request} of weight asked for", 2, 11, 4.8)
    shares = np.array(SHARES) / 100
    for axes, field, title in zip(
        pair,
        ("pays_soon", "pays_final"),
        ("the value is gone at once", "the value waits until the result is final"),
        strict=True,
    ):
        for number, one in enumerate(made):
            rows = [row for row in one.chances if row.panel == request.panel]
            values = [getattr(row, field) for row in rows]
            known = [np.nan if value is None else value / UNIT for value in values]
            axes.plot(
                shares[: len(known)],
                known,
                color=STROKES[number],
                linestyle=DASHES[number],
                marker=MARKS[number],
                markersize=4,
                linewidth=1.8,
                label=f"{one.economy.name}, {one.economy.staking.slash_bps / 100:g}% slashed",
            )
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_xlabel("share of the ring, % of all stake")
        axes.yaxis.set_minor_formatter(FuncFormatter(_fives))
        axes.grid(which="both", color="#ddd", linewidth=0.7)
    low = min(axes.get_ylim()[0] for axes in pair)
    high = max(axes.get_ylim()[1] for axes in pair)
    for axes in pair:
        axes.set_ylim(low, high)
    pair[0].set_ylabel("ERA")
    pair[0].legend(loc="upper left", frameon=False)
    return _png(figure)


def income(made: Sequence[Report]) -> bytes:
    """A node's year by what is detected, a picture a profile."""
    figure, row = _figure("First year of a node, by the part of false results that is detected", len(made), 11.5, 4.6)
    for axes, one in zip(row, made, strict=True):
        for number, kind in enumerate(KINDS):
            curve = one.curves[kind] / 1000
            axes.plot(
                np.arange(len(curve)), curve, color=STROKES[number], linestyle=DASHES[number], linewidth=2, label=kind
            )
            detected = one.given.detection_bps / 100
            mean = float(one.years[kind].income.mean()) / UNIT / 1000
            axes.plot([detected], [mean], MARKS[number], color=STROKES[number], markersize=5, clip_on=False)
        axes.axhline(0, color="#444", linewidth=0.8)
        axes.set_title(one.economy.name, loc="left", fontsize=11)
        axes.set_xlabel("detected, %")
        axes.set_xlim(0, 100)
    low = min(axes.get_ylim()[0] for axes in row)
    high = max(axes.get_ylim()[1] for axes in row)
    for axes in row:
        axes.set_ylim(low, high)
    row[0].set_ylabel("thousand ERA (marks: mean of the trials)")
    row[0].legend(loc="lower left", frameon=False)
    return _png(figure)


def delegators(made: Sequence[Report]) -> bytes:
    """Mean year of a delegator, with the range in which nine of ten years lie."""
    stake = made[0].given.units("delegated_era") // UNIT
    figure, (axes,) = _figure(f"First year of a delegator with {stake:,} ERA", 1, 9, 4.8)
    width = 0.8 / len(made)
    for number, one in enumerate(made):
        places = np.arange(len(KINDS)) + (number - (len(made) - 1) / 2) * width
        years = [one.years[kind].delegator / UNIT for kind in KINDS]
        means = np.array([float(year.mean()) for year in years])
        spread = np.array([np.quantile(year, (0.01, 0.99)) for year in years]).T
        axes.bar(places, means, width * 0.9, color=STROKES[number], label=one.economy.name, alpha=0.75)
        axes.vlines(places, spread[0], spread[1], color="black", linewidth=1.2)
        axes.plot(places, spread[0], "_", places, spread[1], "_", color="black")
    axes.axhline(0, color="#444", linewidth=0.8)
    axes.set_xticks(range(len(KINDS)), [f"{kind} node" for kind in KINDS])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")))
    axes.set_ylabel("ERA gained (bars: mean; lines: 1% to 99%)")
    axes.legend(loc="lower left", frameon=False)
    return _png(figure)


def _figure(title: str, count: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    with _style():
        figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
        row = [figure.add_subplot(1, count, number + 1) for number in range(count)]
    figure.suptitle(title, x=0.01, ha="left", fontsize=13)
    for axes in row:
        axes.grid(axis="y", color="#ddd", linewidth=0.7)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    return figure, row


def _fives(value: float, _: int | None) -> str:
    """Of the minor ticks of a logarithmic axis, only 2 and 5 are said."""
    first = int(f"{value:e}"[0])
    return f"{value:,.0f}" if first in (2, 5) else ""


def _png(figure: Figure) -> bytes:
    made = BytesIO()
    # Without the version of the library in it, the same figures are the same bytes.
    with _style():
        figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 10}):
        yield
