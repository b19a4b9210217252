"""What else the suite does, shown beside the invoices: finance, verification, cargo with its events, land, goods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from caldera.demo.scenes import cargo, goods, land
from caldera.demo.scenes.economy import Economy, FiguresDiffer
from caldera.demo.scenes.finance import Financing
from caldera.demo.scenes.finance import play as finance
from caldera.demo.scenes.governed import FigureDiffers
from caldera.demo.scenes.governed import play as governed
from caldera.demo.scenes.stage import NotRefused, Scene, Sheet, Step
from caldera.demo.scenes.verification import Verified
from caldera.demo.scenes.verification import play as verification
from caldera.demo.story import Story
from caldera.devnet import Devnet
from caldera.documents import DocumentError, Outcome
from caldera.documents.epcis import EpcisDocument, read_epcis

__all__ = [
    "Economy",
    "FigureDiffers",
    "FiguresDiffer",
    "Financing",
    "NotRefused",
    "Scene",
    "Sheet",
    "Shipment",
    "Step",
    "Verified",
    "anchored",
    "apart",
    "finance",
    "governed",
    "stories",
    "verification",
]

SUFFIXES = (".jsonld", ".json")
Shipment = tuple[Path, EpcisDocument]


def apart(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], list[Shipment]]:
    """Events apart from invoices. What is neither keeps the error of what it is closest to."""
    rest, shipments = [], []
    for outcome in outcomes:
        if outcome.ok or outcome.path.suffix.lower() not in SUFFIXES:
            rest.append(outcome)
            continue
        try:
            shipments.append((outcome.path, read_epcis(outcome.path)))
        except DocumentError as error:
            rest.append(Outcome(outcome.path, None, error))
    return rest, shipments


def anchored(
    devnet: Devnet, shipments: Sequence[Shipment], before: Callable[[], None] | None = None
) -> Iterator[tuple[Story, Scene]]:
    """Each document of events with what became of it. `before` is called before each."""
    for path, document in shipments:
        if before:
            before()
        scene = cargo.play(devnet, document, path.name)
        count, made = len(document.events), scene.figures.get("certificates", 0)
        said = f"{count} event{'s' * (count != 1)} anchored, {made} shipment{'s' * (made != 1)} certified"
        yield Story(path, "anchored", said), scene


def stories(devnet: Devnet, before: Callable[[], None] | None = None) -> Iterator[Scene]:
    """The scenes that need no documents. `before` is called before each.

    Raises:
        NotRefused: something came through that must not.
    """
    for scene in (land, goods):
        if before:
            before()
        yield scene.play(devnet)
