"""Every entry point, one after the other, by people and officers, beside the books."""

from __future__ import annotations

from collections import Counter
from random import Random

from tests.properties.suite.machine import SuiteMachine
from tests.properties.suite.stage import Stage

ROUNDS = 4
"""Calls of each function in one go."""


class Sweep(SuiteMachine):
    """The machine outside of an example."""

    def say(self, text: str) -> None:
        """To nobody."""


def sweep(stage: Stage, counts: dict[str, Counter[str]]) -> None:
    """Calls them all on the stage, with some of everything on it."""
    kept: Counter[str] = Counter()
    given = {"stage": stage, "mark": stage.chain.snapshot(), "calls": kept, "refusals": Counter[str](), **counts}
    machine = type("Bound", (Sweep,), given | {"errors": Counter[tuple[str, str]]()})()
    random = Random(1)
    for which in range(3):
        machine.registered("seller", "buyer", 40 * 10**9, 0, 60, True)
        machine.a_thing(which)
        machine.title("owner", False)
        machine.a_loan(which)
        machine.cargo(which, True)
    for place in range(ROUNDS * len(stage.functions)):
        contract, function = stage.functions[place % len(stage.functions)]
        machine.somebody_calls(random, contract, function)
    machine.teardown()
