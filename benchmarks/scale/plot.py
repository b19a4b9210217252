"""Plots as PNG, log–log. Drawn without a display; the same figures give the same bytes."""

from collections.abc import Sequence
from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.scale.curve import Curve
from benchmarks.scale.run import Figures
from caldera.simulation.plot import DASHES, DPI, MARKS, STROKES

ACROSS = 3


def picture(title: str, curves: Sequence[Curve], figures: Figures) -> bytes:
    """One panel a curve. A level line is a cost that does not grow, a slope of one grows with the count."""
    down = -(-len(curves) // ACROSS)
    with mpl.rc_context({"axes.spines.top": False, "axes.spines.right": False, "font.size": 8}):
        figure = Figure(figsize=(11.5, 3.6 * down + 0.3), dpi=DPI, layout="constrained")
        for place, curve in enumerate(curves):
            _panel(figure.add_subplot(down, ACROSS, place + 1), curve, figures)
        figure.suptitle(title, x=0.01, ha="left", fontsize=12)
        buffer = BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _panel(axes: Axes, curve: Curve, figures: Figures) -> None:
    for number, (operation, row) in enumerate(figures[curve.name].items()):
        axes.plot(
            list(row),
            list(row.values()),
            color=STROKES[number % len(STROKES)],
            linestyle=DASHES[number % len(DASHES)],
            marker=MARKS[(number + number // len(MARKS)) % len(MARKS)],
            markersize=4,
            linewidth=1.5,
            label=operation,
        )
    axes.set(xscale="log", yscale="log")
    low, high = axes.get_ylim()
    # At least two decades up: a level line looks level.
    axes.set_ylim(low / 2, max(high * 1.5, 100 * low))
    counts = sorted({count for row in figures[curve.name].values() for count in row})
    axes.set_xticks(counts, [_short(count) for count in counts])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(round(value))))
    axes.set_title(curve.counts, loc="left", fontsize=9)
    axes.set_ylabel(" or ".join(dict.fromkeys(line.unit for line in curve.lines.values())))
    axes.grid(color="#ddd", linewidth=0.7)
    axes.legend(loc="upper left", frameon=False, fontsize=6.5)


def _short(count: int) -> str:
    """1,000 as 1k, 1,000,000 as 1M."""
    for size, letter in ((10**6, "M"), (10**3, "k")):
        if count >= size and count % size == 0:
            return f"{count // size}{letter}"
    return f"{count:,}"
