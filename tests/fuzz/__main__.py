"""`python -m tests.fuzz`: the state machines for any number of steps, and the scripts of what they found."""

from __future__ import annotations

import json
import os
import secrets
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from caldera.evm import Anvil, Chain, EngineError
from tests.fuzz.board import Board
from tests.fuzz.machines import PROPERTIES, ROOT, NoSuchMachine, choose, machines
from tests.fuzz.page import write as write_page
from tests.fuzz.pool import Pool
from tests.fuzz.progress import follow
from tests.fuzz.reading import text_of
from tests.fuzz.replaying import report as replayed
from tests.fuzz.report import outcome, show
from tests.fuzz.script import BadScript, Script

STEPS = 100_000
FOLDER = ROOT / ".fuzz"

app = typer.Typer(add_completion=False, no_args_is_help=True)


class Engine(StrEnum):
    """Where a script is replayed."""

    REVM = "revm"
    ANVIL = "anvil"


@app.command()
def run(
    steps: Annotated[
        int | None, typer.Option(min=1, help=f"Steps of all machines; {STEPS:,} if no time is given.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(min=1, help="No chunk begins later than this.")] = None,
    machine: Annotated[list[str] | None, typer.Option(help="Only this one; can be given again.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed makes the same calls; drawn if none.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="At a time.")] = os.cpu_count() or 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Neither try the corpus again nor add to it.")] = False,
    page: Annotated[Path | None, typer.Option(help="Write the result as a page of the documentation.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    place: Annotated[Path, typer.Option(help="The folder or file whose machines these are.")] = PROPERTIES,
    folder: Annotated[Path, typer.Option(help="Where corpus, failures and logs are.")] = FOLDER,
) -> None:
    """Spreads steps over the cores and all state machines; ends with 1 if anything is wrong.

    Stopped from the keyboard it says how far it came, and ends with 130 if nothing was wrong until then.
    """
    try:
        chosen = choose(machine or [], place.resolve())
    except (NoSuchMachine, OSError, SyntaxError) as error:
        raise typer.BadParameter(str(error)) from None
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    steps = STEPS if steps is None and seconds is None else steps
    console = Console(stderr=as_json)
    board = Board(chosen, seed, steps, seconds, workers, folder.resolve(), fresh)
    bound = " and ".join(f"{most:,.15g} {what}" for most, what in ((steps, "steps"), (seconds, "seconds")) if most)
    console.print(f"{len(chosen)} machines, {bound}, {workers} workers, seed {seed}", highlight=False)
    pool = Pool(board, chosen, workers)
    pool.start()
    try:
        follow(board, pool, console)
    except KeyboardInterrupt:
        board.interrupted = True
        console.print("stopped: what follows is as far as it came")
    finally:
        pool.stop()
    made = outcome(board, workers)
    if as_json:
        typer.echo(json.dumps(made, indent=1))
    show(board, console)
    if page is not None:
        write_page(page, made)
    raise typer.Exit({"held": 0, "failed": 1, "stopped": 130}[made["status"]])


@app.command("machines")
def list_machines(
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    place: Annotated[Path, typer.Option(help="The folder or file whose machines these are.")] = PROPERTIES,
) -> None:
    """Lists the machines by name, with the test that makes the stand of each."""
    found = {name: os.path.relpath(one.test, ROOT) for name, one in machines(place.resolve()).items()}
    typer.echo(
        json.dumps(found, indent=1) if as_json else "\n".join(f"{name:24} {test}" for name, test in found.items())
    )


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A script, as a failure leaves it in .fuzz/failures.")],
    on: Annotated[list[Engine] | None, typer.Option(help="Where; both if none is given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> None:
    """Carries a script out on an empty chain and compares every outcome; ends with 1 if one is another."""
    try:
        script = Script.load(file)
    except BadScript as error:
        raise typer.BadParameter(str(error)) from None
    if not as_json:
        typer.echo(text_of(script) + "\n")
    same, found = True, {}
    for engine in on or list(Engine):
        try:
            with _chain(engine, script) as chain:
                differences = script.differences(chain)
        except EngineError as error:
            typer.echo(f"{engine}: {error}", err=True)
            raise typer.Exit(2) from None
        same &= not differences
        found[engine.value] = replayed(script, differences)
        if not as_json:
            typer.echo("\n".join(f"{engine}: {line}" for line in found[engine.value]["lines"]))
    if as_json:
        typer.echo(json.dumps(found, indent=1))
    raise typer.Exit(0 if same else 1)


def _chain(engine: Engine, script: Script) -> Chain:
    return script.revm() if engine == Engine.REVM else Anvil(script.chain_id, script.timestamp)


if __name__ == "__main__":
    sys.exit(app())
