"""What a run came to: for people as tables, for programs and for the page as one mapping."""

from __future__ import annotations

import os
import platform
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from tests.fuzz.board import Board, Tally
from tests.fuzz.machines import ROOT
from tests.fuzz.progress import clock
from tests.fuzz.reading import text_of
from tests.fuzz.replaying import report as replayed
from tests.fuzz.script import Script
from tests.properties.beside import table


def outcome(board: Board, workers: int) -> dict[str, Any]:
    """Everything there is to say."""
    made = {name: _of(tally) for name, tally in board.machines.items()}
    return {
        "status": _status(board, any(one["problems"] for one in made.values())),
        "seed": board.seed,
        "asked_steps": board.asked,
        "asked_seconds": board.seconds,
        "steps": board.steps,
        "calls": sum(one["calls"] for one in made.values()),
        "refused": sum(one["refused"] for one in made.values()),
        "seconds": round(board.elapsed),
        "workers": workers,
        "commit": commit(),
        "host": host(),
        "machines": made,
    }


def _status(board: Board, wrong: bool) -> str:
    return "failed" if wrong else "stopped" if board.interrupted else "held"


def _of(tally: Tally) -> dict[str, Any]:
    return {
        "status": "failed" if tally.problems() else "held" if tally.taken else "not begun",
        "steps": tally.taken,
        "again": tally.again,
        "seconds": round(tally.seconds),
        "calls": sum(tally.calls.values()),
        "refused": sum(tally.refusals.values()),
        "rules": {name: [count, tally.refusals[name]] for name, count in sorted(tally.calls.items())},
        "outcomes": len(tally.corpus.outcomes),
        "pairs": len(tally.corpus.pairs),
        "examples": len(tally.corpus.examples),
        "chunks": [{"number": one.number, "seed": one.seed, "steps": one.steps} for one in tally.chunks],
        "problems": tally.problems(),
        "scripts": [os.path.relpath(one.script, ROOT) for one in tally.failures if one.script],
    }


def show(board: Board, console: Console) -> None:
    """The tables of all machines, what is wrong, and one line at the end."""
    for tally in board.machines.values():
        if tally.calls:
            title = f"{tally.name}: {tally.taken:,} steps"
            console.print(table(Counter(tally.calls), Counter(tally.refusals), title))
    for tally in board.machines.values():
        for problem in tally.problems():
            told = problem.partition("\n")[0] if any(one.script for one in tally.failures) else problem
            console.print(f"[bold red]{tally.name}[/]: {escape(told)}", highlight=False)
        for failure in tally.failures:
            if failure.script:
                _script(failure.script, console)
    failed = [name for name, tally in board.machines.items() if tally.problems()]
    end = f"failed: {', '.join(failed)}" if failed else "all held"
    console.print(
        f"{board.steps:,} steps in {clock(board.elapsed)}, {sum(map(_calls, board.machines.values())):,} calls, "
        f"seed {board.seed}: {end}",
        highlight=False,
    )


def _calls(tally: Tally) -> int:
    return sum(tally.calls.values())


def _script(path: str, console: Console) -> None:
    script, name = Script.load(ROOT / path), os.path.relpath(path, ROOT)
    console.print(f"\n[bold]The script[/] ({name})\n", highlight=False)
    console.print(escape(text_of(script)), highlight=False, soft_wrap=True)
    with script.revm() as chain:
        said = replayed(script, script.differences(chain))["lines"]
    console.print(f"\non a fresh revm: {escape(said[0])}", highlight=False)
    logs = os.path.relpath(Path(path).parents[1] / "logs", ROOT)
    console.print(f"where in the tests: the end of {logs}/{script.machine}-*.log", highlight=False)
    console.print(f"replay: python -m tests.fuzz replay {name} --on anvil\n", highlight=False)


def commit() -> str:
    """Of the sources; with a mark if they have changed since."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def host() -> str:
    """What it ran on."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
