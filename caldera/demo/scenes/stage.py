"""A scene: who does what, what comes of it, and what is refused with which reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from caldera.demo.reasons import explained
from caldera.devnet import Devnet
from caldera.evm import ContractError, Receipt

DAY = 86_400


class NotRefused(Exception):
    """Something came through that the scene says is refused."""


@dataclass
class Step:
    """`result`: what came of it; `refused`: the error, where one was to come; `gas`: of the transaction, else 0."""

    day: str
    who: str
    what: str
    result: str = ""
    refused: str = ""
    gas: int = 0


@dataclass
class Sheet:
    """A table: columns of text, then columns of figures. Rows without cells part sections. `note`: below it."""

    title: str
    text: list[str]
    figures: list[str]
    rows: list[list[str]] = field(default_factory=list)
    note: str = ""


@dataclass
class Scene:
    """Steps in order, and tables; `figures` are what the scene ends with, checked by it."""

    title: str
    steps: list[Step] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)


@dataclass
class Stage:
    """Plays steps of one scene on a chain."""

    devnet: Devnet
    scene: Scene

    @property
    def now(self) -> int:
        return self.devnet.chain.now

    def wait(self, days: int) -> None:
        """Lets time pass."""
        self.wait_seconds(days * DAY)

    def wait_seconds(self, seconds: int) -> None:
        """Lets less than a day pass."""
        self.devnet.chain.skip(seconds)

    def do(self, who: str, what: str, call: Callable[[], Receipt[Any]], says: Callable[[Any], str] | str = "") -> Any:
        """One transaction; gives back what it returned."""
        told = says if isinstance(says, str) else lambda receipt: says(receipt.returned)
        return self.send(who, what, call, told).returned

    def send(
        self, who: str, what: str, call: Callable[[], Receipt[Any]], says: Callable[[Receipt[Any]], str] | str = ""
    ) -> Receipt[Any]:
        """As `do`, for who needs the events."""
        receipt = call()
        result = says if isinstance(says, str) else says(receipt)
        self._add(Step(self._day(), who, what, result, "", receipt.gas_used))
        return receipt

    def refused(self, who: str, what: str, call: Callable[[], Any]) -> None:
        """One that must be refused.

        Raises:
            NotRefused: it was not.
        """
        try:
            call()
        except ContractError as error:
            self._add(Step(self._day(), who, what, "", explained(error)))
        else:
            raise NotRefused(f"{self.scene.title}: {who}: {what}")

    def note(self, who: str, what: str, result: str, gas: int) -> None:
        """What several transactions of one kind came to; `gas`: of all of them."""
        self._add(Step(self._day(), who, what, result, "", gas))

    def see(self, who: str, what: str, result: str) -> None:
        """What somebody reads from the chain, free of charge."""
        self._add(Step(self._day(), who, what, result))

    def _add(self, step: Step) -> None:
        self.scene.steps.append(step)

    def _day(self) -> str:
        return datetime.fromtimestamp(self.now, UTC).date().isoformat()
