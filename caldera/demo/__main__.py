"""`python -m caldera.demo [DOCS]`: the main job on an embedded development chain."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from caldera.demo.journey import DECIMALS, Journey, Story, first_day
from caldera.devnet import running
from caldera.documents import read_documents

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "invoices"
app = typer.Typer(add_completion=False)


@app.command()
def main(
    docs: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; the project's examples come first.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what happened as JSON, and nothing else.")] = False,
    examples: Annotated[bool, typer.Option(help="Process the project's own examples, too.")] = True,
) -> None:
    """Certifies invoices on a development chain: registers, acknowledges, splits, pays and pays out each of them."""
    console = Console(quiet=as_json)
    began = time.monotonic()
    places = [*([EXAMPLES] if examples else []), *(docs or [])]
    missing = [place for place in places if not place.exists()]
    if missing:
        Console(stderr=True).print(f"no such file or folder: {', '.join(map(str, missing))}")
        raise typer.Exit(2)
    outcomes = [outcome for place in places for outcome in read_documents(place)]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting the chain", total=None)

        def step(number: int, count: int, title: str) -> None:
            progress.update(task, description=f"deploying: {title}", completed=number, total=count)

        with running(first_day(outcomes), step) as devnet:
            journey = Journey(devnet)
            work = progress.add_task("documents", total=len(outcomes))
            for story in journey.run(outcomes):
                progress.update(work, advance=1, description=f"documents: {story.path.name}")
            progress.update(work, description="settling")
            addresses = devnet.deployment.addresses
    if as_json:
        print(json.dumps([_plain(story) for story in journey.stories], indent=2))
        return
    _documents(console, journey.stories)
    _payments(console, journey.stories)
    _gas(console, journey.gas)
    done = sum(story.outcome == "settled" for story in journey.stories)
    console.print(
        f"{len(outcomes)} documents, {done} certified and settled, {len(outcomes) - done} kept back with a reason; "
        f"{len(addresses)} contracts deployed and verified; {time.monotonic() - began:.1f} s"
    )


def _documents(console: Console, stories: list[Story]) -> None:
    table = Table(
        "document", "number", "creditor", "debtor", "due", "face", "certificate", "outcome", title="Documents"
    )
    for story in stories:
        invoice = story.invoice
        table.add_row(
            story.path.name,
            invoice.number if invoice else "",
            (invoice.seller.name or "") if invoice else "",
            (invoice.buyer.name or "") if invoice else "",
            str(story.due or ""),
            f"{_money(story.face)} {invoice.currency}" if invoice and story.face else "",
            f"{story.certificate:064x}"[:8] + "…" if story.certificate else "",
            story.outcome + (f": {story.reason}" if story.reason else ""),
        )
    console.print(table)


def _payments(console: Console, stories: list[Story]) -> None:
    table = Table("certificate", "holder", "held", "was paid", "currency", title="Splits, and who was paid what")
    for story in stories:
        for holder, units in story.split.items():
            assert story.invoice is not None
            name = f"{story.certificate:064x}"[:8] + "…"
            table.add_row(name, holder, _money(units), _money(story.paid.get(holder, 0)), story.invoice.currency)
    console.print(table)


def _gas(console: Console, gas: dict[str, list[int]]) -> None:
    table = Table("step", "times", "least gas", "most gas", title="Gas of each step (whole transactions)")
    for step, used in gas.items():
        table.add_row(step, str(len(used)), f"{min(used):,}", f"{max(used):,}")
    console.print(table)


def _money(units: int) -> str:
    whole, rest = divmod(units, 10**DECIMALS)
    text = f"{rest:0{DECIMALS}d}".rstrip("0")
    return f"{whole:,}.{text.ljust(2, '0')}"


def _plain(story: Story) -> dict[str, Any]:
    invoice = story.invoice
    known = {
        key: value for key, value in asdict(story).items() if key in ("outcome", "reason", "face", "split", "paid")
    }
    return {
        "document": str(story.path),
        "number": invoice.number if invoice else None,
        "currency": invoice.currency if invoice else None,
        "due": story.due and story.due.isoformat(),
        "certificate": story.certificate and f"0x{story.certificate:064x}",
        **known,
    }


if __name__ == "__main__":
    app()
