"""`python -m benchmarks.scale`: measures, prints, and with `--page` writes docs/scale.md and its plots."""

import json
import signal
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.errors import BenchmarkError
from benchmarks.progress import shown
from benchmarks.scale import page, store
from benchmarks.scale.curve import Curve
from benchmarks.scale.fit import fit
from benchmarks.scale.run import Figures, named, run

app = typer.Typer(add_completion=False)


@app.command()
def main(
    curve: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="One curve (may be repeated); all if none is named.")
    ] = None,
    points: Annotated[str, typer.Option(help="full, short, or counts of your own such as 1,10,100.")] = "full",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    write: Annotated[
        bool, typer.Option("--page", help="Write docs/scale.md and docs/scale/; curves not measured stay as they are.")
    ] = False,
) -> None:
    """What operations cost as what they work on grows: whole cold transactions on a local anvil."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the node is stopped here, too
    console, errors = Console(), Console(stderr=True)
    try:
        if write and points != "full":
            raise BenchmarkError("the page holds full curves: leave --points out")
        curves = named(curve or [])
        with shown("starting anvil") as progress:
            figures = run(curves, {one.name: _points(points, one) for one in curves}, progress)
        if write:
            page.write({**store.load(), **figures})
    except BenchmarkError as error:
        errors.print(f"{error}", style="red", markup=False)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
        return
    for one in curves:
        console.print(_table(one, figures))


def _points(text: str, curve: Curve) -> tuple[int, ...]:
    if text in ("full", "short"):
        return curve.points if text == "full" else curve.few
    try:
        found = tuple(sorted({int(one) for one in text.replace("_", "").split(",")}))
    except ValueError:
        raise BenchmarkError(f"{text!r} is neither full nor short nor counts such as 1,10,100") from None
    if len(found) < 2 or found[0] < curve.points[0]:
        raise BenchmarkError(f"{curve.name} takes two counts at least, from {curve.points[0]} on")
    return found


def _table(curve: Curve, figures: Figures) -> Table:
    table = Table("operation", title=f"{curve.name}: {curve.counts}")
    rows = figures[curve.name]
    for count in next(iter(rows.values())):
        table.add_column(f"{count:,}", justify="right")
    for name in ("exponent", "fit", "shape", "unit"):
        table.add_column(name)
    for operation, row in rows.items():
        found = fit(row)
        cells = [f"{figure:,}" for figure in row.values()]
        cells += [""] * (len(next(iter(rows.values()))) - len(row))
        shape = f"{found.shape}" if found.shape is curve.lines[operation].shape else f"{found.shape} (!)"
        table.add_row(operation, *cells, found.slope, str(found), shape, curve.lines[operation].unit)
    return table


if __name__ == "__main__":
    app()
