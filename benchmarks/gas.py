"""Measures every implementation in one run: `python -m benchmarks.gas`, writes gas.json and gas.md beside this file."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import (
    airdrop,
    cargo,
    circulation,
    credit,
    fees,
    finance,
    funds,
    goods,
    governance,
    incentives,
    lending,
    locks,
    ours,
    report,
    revenue,
    rows,
    staking,
    tranches,
    verification,
    vesting,
)
from benchmarks.artifact import ROOT
from benchmarks.check import worse
from benchmarks.errors import BenchmarkError
from benchmarks.measure import Measure
from benchmarks.node import Node, running
from benchmarks.peers import PEERS
from benchmarks.progress import Progress, shown
from benchmarks.rows import Row
from caldera.whole_file import write_whole

HERE = Path(__file__).resolve().parent
GAS_JSON = HERE / "gas.json"
GAS_MD = HERE / "gas.md"


PARTS = (
    ours,
    goods,
    cargo,
    credit,
    finance,
    revenue,
    circulation,
    tranches,
    lending,
    vesting,
    airdrop,
    locks,
    fees,
    incentives,
    staking,
    verification,
    governance,
    funds,
)
"""Modules whose rows are the project's own."""


def _ours(node: Node, progress: Progress) -> list[Row]:
    """All rows of the project's own contracts."""
    found = []
    for part in PARTS:
        with node.undone():
            found += part.measure(node, progress)
    return found


IMPLEMENTATIONS: dict[str, Measure] = {rows.OURS: _ours, **PEERS}

app = typer.Typer(add_completion=False)


def run(only: Sequence[str] = ()) -> list[Row]:
    """Measures on one fresh node; each implementation begins on the same empty chain.

    `only` holds implementations, operations or dotted beginnings of operations; empty means all.
    """
    by_name = bool(only) and all(name in IMPLEMENTATIONS for name in only)
    measures = [IMPLEMENTATIONS[name] for name in (only if by_name else IMPLEMENTATIONS)]
    found: list[Row] = []
    with shown("starting anvil") as progress, running() as node:
        for measure in measures:
            with node.undone():
                found += measure(node, progress)
    return rows.of(rows.ordered(found), only)


def committed() -> list[Row]:
    """The table of the last commit; the file as it lies here where git does not know it."""
    name = f"HEAD:{GAS_JSON.relative_to(ROOT).as_posix()}"
    git = ["git", "-C", str(ROOT), "show", name]
    try:
        done = subprocess.run(git, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return rows.load(GAS_JSON)
    return rows.loads(done.stdout) if done.returncode == 0 else rows.load(GAS_JSON)


@app.command()
def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="One implementation or operation (may be repeated); writes no files."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 if ours is over 0.5 % worse than committed."),
    ] = False,
) -> None:
    """Gas of the project's contracts and of others, each operation one whole transaction on a local anvil."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the node is stopped here, too
    console, errors = Console(), Console(stderr=True)
    names = only or []
    try:
        found = run(names)
        if not found:
            known = sorted({*IMPLEMENTATIONS, *(row.operation for row in committed())})
            raise BenchmarkError(f"nothing is called {', '.join(names)}; known: {', '.join(known)}")
        risen = worse(rows.of(committed(), names), found)
        if not (names or check):
            GAS_MD.write_text(report.markdown(found), encoding="utf-8")
            write_whole(GAS_JSON, rows.dumps(found))
    except BenchmarkError as error:
        errors.print(f"{error}", style="red", markup=False)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(rows.dumps(found), nl=False)
    else:
        console.print(_table(found))
    for entry in risen:
        errors.print(f"worse: {entry}", style="red" if entry.fails else None, markup=False, highlight=False)
    if check and any(entry.fails for entry in risen):
        raise typer.Exit(1)


def _table(found: Sequence[Row]) -> Table:
    """The rows for a terminal."""
    table = Table(title="whole transactions, cold, 21,000 base included")
    for name in ("operation", "implementation"):
        table.add_column(name, overflow="fold")
    for name in ("gas", "× OpenZeppelin"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in found:
        times = rows.ratio(row, found)
        table.add_row(row.operation, row.implementation, f"{row.gas:,}", "" if times is None else str(times))
    return table


if __name__ == "__main__":
    app()
