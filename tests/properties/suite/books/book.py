"""What every book is: it hears events, judges them by the rules, and compares what follows with what can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

from caldera.evm import Event
from tests.properties.suite.stage import NOBODY, Stage

Hears: TypeAlias = dict[str, dict[str, str]]
"""Methods by contract and event."""


@dataclass(frozen=True)
class Scene:
    """The transaction that a book hears of. `stage` is there to read from, at the state after it. `entry`: contract and
    function that it called, with what stands in `data`; empty for a deployment."""

    stage: Stage
    now: int
    sender: str
    entry: str = ""
    data: bytes = b""

    @cached_property
    def call(self) -> tuple[str, tuple[Any, ...]]:
        """The entry point, and all that it was called with."""
        function = self.stage.calls.get((self.entry, self.data[:4]))
        return self.entry, function.arguments(self.data) if function else ()


class Book:
    """Base of the books. `hears`: by contract and event, the method that takes it."""

    hears: ClassVar[Hears] = {}

    def before(self, scene: Scene) -> None:
        """A transaction that succeeded is about to be heard, event by event."""

    def after(self, scene: Scene) -> None:
        """All its events were heard."""

    def check(self, stage: Stage) -> None:
        """What the latest step touched, and all that is quickly read."""

    def check_all(self, stage: Stage) -> None:
        """Everything, at the end of an example."""


def name_of(event: Event) -> str:
    """An event's name in Solidity."""
    return event.abi_signature.partition("(")[0]


def emits(contract: str, *names: str) -> dict[str, dict[str, str]]:
    """The events of one contract, each taken by the method of its name in snake case."""
    return {contract: {name: _snake(name) for name in names}}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def somebody(accounts: Iterable[str]) -> list[str]:
    """All of them but the zero address, in order."""
    return sorted(one for one in accounts if one != NOBODY)
