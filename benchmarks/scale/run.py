"""Measures curves on a node of their own."""

from collections.abc import Mapping, Sequence

from benchmarks.errors import BenchmarkError
from benchmarks.node import running
from benchmarks.progress import Progress
from benchmarks.scale.catalogue import CURVES
from benchmarks.scale.crowd import OPTIONS, PATIENCE
from benchmarks.scale.curve import Curve, Sheet

Figures = Mapping[str, Mapping[str, Mapping[int, int]]]
"""By curve, operation and count."""


def run(curves: Sequence[Curve], points: Mapping[str, Sequence[int]], progress: Progress) -> Figures:
    """Figures of each curve at its points, each curve begun on the same empty chain.

    Raises:
        BenchmarkError: a curve does not measure what it says.
    """
    found: dict[str, Mapping[str, Mapping[int, int]]] = {}
    with running(*OPTIONS, patience=PATIENCE) as node:
        for curve in curves:
            progress(f"{curve.name}: begins")
            sheet = Sheet(node, progress)
            with node.undone():
                curve.measure(sheet, points[curve.name])
            if set(sheet.figures) != set(curve.lines):
                odd = ", ".join(sorted(set(sheet.figures) ^ set(curve.lines)))
                raise BenchmarkError(f"{curve.name} does not measure what it says, or says what it measures: {odd}")
            found[curve.name] = sheet.figures
    return found


def named(names: Sequence[str]) -> list[Curve]:
    """The curves of these names, or all.

    Raises:
        BenchmarkError: there is no such curve.
    """
    known = {curve.name: curve for curve in CURVES}
    if odd := [name for name in names if name not in known]:
        raise BenchmarkError(f"no curve is called {', '.join(odd)}; known: {', '.join(known)}")
    return [known[name] for name in names] if names else list(CURVES)
