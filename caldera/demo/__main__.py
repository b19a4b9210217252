"""`python -m caldera.demo [DOCS]`: the main job on an embedded development chain."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from caldera.demo.journey import Journey, first_day
from caldera.demo.story import Story
from caldera.demo.tables import show
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
    """Certifies invoices on a development chain: registered, acknowledged, split, pledged, paid and paid out."""
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
    show(console, journey)
    done = sum(story.outcome in ("settled", "credited") for story in journey.stories)
    console.print(
        f"{len(outcomes)} documents: {done} taken all the way, {len(outcomes) - done} kept back with a reason; "
        f"{len(addresses)} contracts deployed and verified; {time.monotonic() - began:.1f} s"
    )


def _plain(story: Story) -> dict[str, Any]:
    invoice = story.invoice
    return {
        "document": str(story.path),
        "outcome": story.outcome,
        "reason": story.reason,
        "number": invoice.number if invoice else None,
        "currency": invoice.currency if invoice else None,
        "due": story.due and story.due.isoformat(),
        "certificate": story.certificate and f"0x{story.certificate:064x}",
        "face": story.face,
        "credited": story.credited,
        "parts": [asdict(part) | {"id": f"0x{part.id:064x}"} for part in story.parts],
        "payments": [
            asdict(one) | {"certificate": f"0x{one.certificate:064x}", "day": one.day.isoformat()}
            for one in story.payments
        ],
        "attempts": [asdict(one) | {"certificate": f"0x{one.certificate:064x}"} for one in story.attempts],
    }


if __name__ == "__main__":
    app()
