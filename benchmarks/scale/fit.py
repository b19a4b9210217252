"""What shape figures have: exponent on log–log, and the better of a + b·n and a + b·log2 n."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

import numpy as np

from benchmarks.scale.curve import Shape

STILL = 0.01
"""A curve is flat where no two figures beyond the first lie further apart, as part of the least."""


@dataclass(frozen=True, slots=True)
class Fit:
    """`exponent`: the slope on log–log over all points; `a + b·x`, where x is n or log2 n, by `shape`."""

    exponent: float
    shape: Shape
    a: float
    b: float

    @property
    def slope(self) -> str:
        """The exponent to two places."""
        return f"{round(self.exponent, 2) + 0.0:.2f}"

    def __str__(self) -> str:
        if self.shape is Shape.FLAT:
            return f"{self.a:,.0f}"
        sign = "\N{MINUS SIGN}" if self.b < 0 else "+"
        digits = 0 if abs(self.b) >= 100 else 2
        x = "n" if self.shape is not Shape.LOGARITHMIC else "log2 n"
        return f"{self.a:,.0f} {sign} {abs(self.b):,.{digits}f} · {x}"


def fit(figures: Mapping[int, int]) -> Fit:
    """Of at least two points. What is written for the first time costs more: the first point makes no curve."""
    counts = sorted(figures)
    values = [figures[count] for count in counts]
    if len(counts) < 2:
        raise ValueError("a curve has at least two points")
    exponent = float(np.polyfit(np.log(counts), np.log(values), 1)[0])
    later = values[1:] if len(values) > 2 else values
    if max(later) - min(later) <= STILL * min(later):
        return Fit(exponent, Shape.FLAT, sum(later) / len(later), 0.0)
    line, line_error = _least(counts, values)
    curve, curve_error = _least([log2(count) for count in counts], values)
    if values[-1] < values[0]:
        return Fit(exponent, Shape.FALLING, *line)
    if curve_error < line_error:
        return Fit(exponent, Shape.LOGARITHMIC, *curve)
    return Fit(exponent, Shape.LINEAR, *line)


def _least(places: list[int] | list[float], values: list[int]) -> tuple[tuple[float, float], float]:
    """a and b of a + b·x, and the sum of squared errors."""
    b, a = (float(one) for one in np.polyfit(places, values, 1))
    error = sum((a + b * place - value) ** 2 for place, value in zip(places, values, strict=True))
    return (a, b), error
