"""`caldera simulate` as a command: read, simulate, print."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from caldera.deployment.economy import load_economy
from caldera.deployment.errors import DeploymentError
from caldera.economy.cli import PUBLISHED
from caldera.screen import Screen

from .assumptions import read_assumptions
from .errors import SameProfile, SimulationError
from .show import data, show
from .simulate import Report, simulate, steps

app = typer.Typer(help="Play out what could go wrong.", no_args_is_help=True)

_err = Screen(stderr=True)


@app.callback()
def simulation() -> None:
    """Play out what could go wrong."""


@app.command()
def staking(
    profile: Annotated[
        list[Path] | None, typer.Option("--profile", help="An economy; the three published ones if none. Repeat.")
    ] = None,
    assumptions: Annotated[
        Path | None, typer.Option(help="YAML with the assumptions that differ from the defaults.")
    ] = None,
    assume: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="One assumption, such as lazy_bps=500. Repeat.")
    ] = None,
    trials: Annotated[int, typer.Option(min=100, max=10_000_000, help="Trials of each figure.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same trials.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the plots and an HTML page there.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What corruption costs and brings: honest, lazy, malicious and colluding nodes before panels and courts."""
    try:
        given = read_assumptions(assumptions, assume or [])
        economies = [load_economy(path) for path in profile or PUBLISHED]
        names = [one.name for one in economies]
        if len(set(names)) < len(names):
            raise SameProfile(f"two profiles have the same name: {', '.join(names)}")
        _err.print(f"{trials} trials, seed {seed}", highlight=False)
        made: list[Report] = []
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=_err, transient=True) as progress:
            task = progress.add_task("", total=len(economies) * steps(trials))

            def say(what: str, done: int) -> None:
                progress.update(task, description=what, advance=done)

            for one in economies:
                made.append(simulate(one, given, trials, seed, say))
        if out:
            from .page import write  # here, since the library of the plots takes a second to load

            for path in write(out, made):
                _err.print(f"written: {path}", markup=False, highlight=False)
        if as_json:
            sys.stdout.write(json.dumps(data(made), indent=2) + "\n")
        else:
            show(Screen(highlight=False, markup=False), made)
    except (SimulationError, DeploymentError, OSError) as error:
        if as_json:
            words = {"error": type(error).__name__, "message": str(error)}
            sys.stdout.write(json.dumps(words, indent=2) + "\n")
        else:
            _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None
