"""`python -m caldera.demo [DOCS]`: the main job on an embedded development chain."""

import json
import os
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from caldera.demo.journey import Journey, first_day
from caldera.demo.processes import NodeFailed
from caldera.demo.scenes import (
    Economy,
    Financing,
    Scene,
    Shipment,
    Verified,
    anchored,
    apart,
    cargo,
    finance,
    governed,
    stories,
    verification,
)
from caldera.demo.scenes.books import write_camt
from caldera.demo.story import Story
from caldera.demo.tables import DONE, printable, show
from caldera.devnet import Devnet, running
from caldera.documents import Outcome, read_documents
from caldera.screen import Screen

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
app = typer.Typer(add_completion=False)


@app.command()
def main(
    docs: Annotated[
        list[Path] | None,
        typer.Argument(help="UBL and CII invoices and credit notes, EPCIS events: files, or folders with all below."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what happened as JSON, and nothing else.")] = False,
    examples: Annotated[bool, typer.Option(help="Take the project's own examples along.")] = True,
    camt: Annotated[
        Path | None, typer.Option(help="Write the financed supplier's money to this file, as ISO 20022 camt.054.")
    ] = None,
    nodes: Annotated[bool, typer.Option(help="Run verification nodes in processes of their own.")] = True,
) -> None:
    """Takes documents all the way on a development chain of its own, and prints what became of each.

    Invoices: registered (large order lines apart), acknowledged, credited, pledged and sold in part, paid and paid out.
    Finance: where a pool lends its currency, one invoice is pledged for a loan, one pledged and sold in part, one sold;
    debtors pay, loans close, lenders leave with interest, vouchers are printed. No chain takes an invoice twice, so
    this is played before the rest and taken back.
    Verification: three node processes value invoices; one lies with the help of a careless one, and is challenged,
    judged and slashed, with all who stake with it; an honest one earns. Played and taken back like the finance.
    Economy: enterprises receive ERA by an airdrop and prepay; every asset and financing is charged in ERA; at the end
    what circulated is counted, vests and is claimed, and the fees are shared out, all in accord with the exact models.
    Governance: at last founders, whose unvested grants vote, raise the minimum unit of receivables; it takes effect
    after its delay, for what is certified from then on.
    Events: anchored, their shipments certified, insured and pledged. With the examples, a lease of land and a product
    line as well.

    Every file is accounted for: settled, credited, anchored, kept back with the reason, or not read with the reason.

    JSON has amounts in smallest units (six decimals; ERA has 18). Exit code 1: the money of an invoice did not come
    through, something came through that must be refused, a figure differs from the models, or a node process failed.
    """
    began = time.monotonic()
    places = [*([EXAMPLES / "invoices", EXAMPLES / "events"] if examples else []), *(docs or [])]
    missing = [place for place in places if not place.exists()]
    if missing:
        Screen(stderr=True, markup=False).print(f"no such file or folder: {', '.join(map(str, missing))}")
        raise typer.Exit(2)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    screen = Screen(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        names, read = _read(places, progress)
        outcomes, shipments = apart(read)
        task = progress.add_task("starting the chain", total=None)

        def step(number: int, count: int, title: str) -> None:
            progress.update(task, description=f"deploying: {title}", completed=number, total=count)

        with running(first_day(outcomes), step) as devnet:
            economy = Economy(devnet, outcomes, sum(len(cargo.shipments(one)) for _, one in shipments), examples)
            progress.update(task, description="airdrop", total=None)
            opening = economy.open()
            progress.update(task, description="finance", total=None)
            own = {outcome.path for outcome in outcomes if not outcome.path.is_relative_to(EXAMPLES)}
            financing = finance(devnet, outcomes, own, names, economy if opening else None)
            verified = Verified()
            if nodes:
                progress.update(task, description="verification nodes", total=None)
                verified = _verified(devnet, outcomes, own, names, economy if opening else None)
            journey = Journey(devnet, economy if opening else None)
            _live(journey, outcomes, progress, progress.add_task("documents", total=len(outcomes)))
            scenes = [*opening, *financing.scenes, *verified.scenes, *_play(journey, shipments, examples, progress)]
            if opening:
                progress.update(task, description="incentives", total=None)
                scenes.append(economy.close("Economy: fees in ERA, and what circulation earned"))
            progress.update(task, description="governance", total=None)
            scenes.append(governed(devnet, economy.state_price if opening else None))
            contracts = len(devnet.deployment.addresses)
    if camt and financing.ledgers:
        write_camt(financing.ledgers[0], camt)
    done = sum(story.outcome in DONE for story in journey.stories)
    if as_json:
        said = _plain(journey) | {"scenes": [asdict(scene) for scene in scenes], "finance": _financed(financing)}
        said |= {"verification": verified.to_json()} if nodes else {}
        print(json.dumps(said, indent=2))
    else:
        console = Screen(markup=False, highlight=False)
        show(console, journey, scenes, names)
        console.print(f"{len(read)} documents: {done} taken all the way, {len(read) - done} kept back with a reason.")
        console.print(f"{contracts} contracts deployed and verified. {time.monotonic() - began:.1f} s in all.")
    if any(story.outcome == "not settled" for story in journey.stories):
        raise typer.Exit(1)


def _verified(
    devnet: Devnet, outcomes: list[Outcome], own: set[Path], names: dict[Path, str], economy: Economy | None
) -> Verified:
    try:
        return verification(devnet, outcomes, own, names, economy)
    except NodeFailed as error:
        Screen(stderr=True, markup=False, highlight=False, soft_wrap=True).print(printable(str(error)))
        raise typer.Exit(1) from None


def _read(places: list[Path], progress: Progress) -> tuple[dict[Path, str], list[Outcome]]:
    """Every file with what to call it: its path below the folder that was given."""
    task = progress.add_task("reading", total=len(places))
    names, outcomes = {}, []
    for place in places:
        progress.update(task, description=f"reading {printable(place.name)}")
        for outcome in read_documents(place):
            below = place.is_dir() and outcome.path != place
            names[outcome.path] = str(outcome.path.relative_to(place)) if below else outcome.path.name
            outcomes.append(outcome)
        progress.advance(task)
    return names, outcomes


def _live(journey: Journey, outcomes: list[Outcome], progress: Progress, task: TaskID) -> None:
    for story in journey.run(outcomes):
        ended = story.outcome != "certified"
        progress.update(task, advance=int(ended), description=f"documents: {printable(story.path.name)}")


def _play(journey: Journey, shipments: list[Shipment], examples: bool, progress: Progress) -> list[Scene]:
    scenes = []
    task = progress.add_task("scenes", total=len(shipments) + 2 * examples)
    price = journey.economy.state_price if journey.economy else None
    for story, scene in anchored(journey.devnet, shipments, price):
        journey.stories.append(story)
        scenes.append(scene)
        progress.update(task, advance=1, description=f"events: {printable(story.path.name)}")
    if examples:
        for scene in stories(journey.devnet, price):
            scenes.append(scene)
            progress.update(task, advance=1, description=scene.title)
    return scenes


def _plain(journey: Journey) -> dict[str, Any]:
    return {
        "documents": [_document(story) for story in journey.stories],
        "books": [asdict(book) for book in journey.trade.books.values()],
        "gas": journey.trade.gas,
    }


def _financed(financing: Financing) -> dict[str, Any]:
    return {
        "documents": [
            {"document": _path(one.path), "way": one.way, "reason": one.reason, "face": one.face}
            for one in financing.candidates
        ],
        "deals": [
            {
                "document": _path(deal.candidate.path),
                "way": deal.candidate.way,
                "currency": deal.invoice.currency,
                "certificate": _id(deal.id or None),
                "face": deal.face,
                "loan": deal.loan,
                "principal": deal.principal,
                "pledged": deal.pledged,
                "sold": deal.sold,
                "price": deal.price,
                "drawn_at": deal.drawn_at,
                "closed_at": deal.closed_at,
                "repaid": deal.repaid,
                "got": deal.got,
            }
            for deal in financing.deals
        ],
        "ledgers": [ledger.to_json() for ledger in financing.ledgers],
    }


def _document(story: Story) -> dict[str, Any]:
    invoice = story.invoice
    return {
        "document": _path(story.path),
        "outcome": story.outcome,
        "reason": story.reason,
        "number": invoice.number if invoice else None,
        "currency": invoice.currency if invoice else None,
        "due": _text(story.due),
        "certificate": _id(story.certificate),
        "payable": story.payable,
        "credited": story.credited,
        "face": story.face,
        "single": story.single,
        "state": story.state,
        "owed": story.owed,
        "parts": [
            asdict(part)
            | {
                "id": _id(part.id),
                "pledge": part.pledge and asdict(part.pledge) | {"released_on": _text(part.pledge.released_on)},
            }
            for part in story.parts
        ],
        "payments": [
            asdict(one) | {"certificate": _id(one.certificate), "day": _text(one.day)} for one in story.payments
        ],
    }


def _path(path: Path) -> str:
    return os.fsencode(path).decode(errors="replace")


def _id(certificate: int | None) -> str | None:
    return None if certificate is None else f"0x{certificate:064x}"


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


if __name__ == "__main__":
    app()
