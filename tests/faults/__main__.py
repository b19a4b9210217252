"""`python -m tests.faults`: mutation testing of the contracts. See docs/mutation.md."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.faults.building import ROOT, sources
from tests.faults.journal import KILLED, SURVIVED, Journal, Verdict
from tests.faults.mutants import Mutant, every
from tests.faults.page import page
from tests.faults.runner import Broken, Runner
from tests.faults.scope import SCOPE
from tests.faults.scope import paths as paths_of

PAGE = ROOT / "docs" / "mutation.md"
NICE = 10
"""A run is long, and whoever works on the machine meanwhile goes first."""
REASONS = Path(__file__).parent / "equivalent.yml"

app = typer.Typer(add_completion=False)


@app.command()
def main(
    files: Annotated[str, typer.Option(help="Only these contracts, by name: 'LockVotes VoteLock'.")] = "",
    paths: Annotated[str, typer.Option(help=f"Only these areas: money, {', '.join(SCOPE)}.")] = "",
    sample: Annotated[int, typer.Option(min=0, help="At most so many a contract; 0: all.")] = 0,
    seed: Annotated[int, typer.Option(help="Draws the order.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    seconds: Annotated[int, typer.Option(min=0, help="Hand out no more after this time; 0: until all are judged.")] = 0,
) -> None:
    """Plants faults in the contracts and lets the tests find them. Goes on where the last run ended."""
    try:
        wanted = paths_of(paths)
    except KeyError as unknown:
        raise typer.BadParameter(f"no such area: {unknown.args[0]}") from None
    stems = {Path(path).stem: path for path in wanted}
    if missing := set(files.split()) - set(stems):
        raise typer.BadParameter(f"no such contract there: {', '.join(sorted(missing))}")
    os.nice(max(0, NICE - os.nice(0)))
    console = Console()
    with console.status("the mutants of all contracts (a minute, once for their version)"):
        mutants = {path: found for path, found in every().items() if path in set(paths_of())}
    chosen = {
        path: mutants[path] for stem, path in stems.items() if path in mutants and stem in (files or stem).split()
    }
    reasons: dict[str, str] = yaml.safe_load(REASONS.read_text(encoding="utf-8")) or {}
    texts, counts = sources(), Counter[str]()
    journal = Journal(texts)
    left = sum(_left(found, journal.verdicts.get(path, {}), sample) for path, found in chosen.items())
    shown = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *shown, console=console) as progress:
        task = progress.add_task("", total=left)

        def told(mutant: Mutant, verdict: Verdict) -> None:
            counts[verdict.result] += 1
            judged = counts[KILLED] + counts[SURVIVED]
            told = f"judged {judged}, killed {counts[KILLED]}, survived {counts[SURVIVED]}"
            progress.update(task, description=told, advance=int(verdict.counts or not sample))
            if verdict.result == SURVIVED and mutant.key not in reasons:
                progress.console.print(f"{mutant.path}:{mutant.line} {mutant.operator} {mutant.change}", markup=False)

        try:
            Runner(texts, chosen, journal, sample, seed, told).run(workers, seconds)
        except Broken as broken:
            console.print(str(broken), markup=False, style="red")
            raise typer.Exit(1) from None
        finally:
            PAGE.write_text(page(mutants, journal, reasons), encoding="utf-8")
    found = ", ".join(f"{count} {result}" for result, count in counts.items()) or "all of these were judged before"
    console.print(f"Of this run: {found}. The score stands in {PAGE.relative_to(ROOT)}.", markup=False)


def _left(found: Sequence[Mutant], known: Mapping[str, Verdict], sample: int) -> int:
    """How many of these are still to be judged."""
    done = [known[one.id] for one in found if one.id in known]
    return max(0, sample - sum(verdict.counts for verdict in done)) if sample else len(found) - len(done)


if __name__ == "__main__":
    app()
