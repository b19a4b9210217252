"""Every rule by itself, and every entry point one after the other, by people and officers, beside the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.properties.suite.entries import seldom, without_twins
from tests.properties.suite.machine import SuiteMachine
from tests.properties.suite.stage import UNIT, Stage

TIMES = 3
"""Calls of each function in one go."""
ROUNDS = 4
"""So often everything is done again while something came through never: what is rare may be missed by chance once."""
EXAMPLES = 25
"""Of each rule by itself."""


class Sweep(SuiteMachine):
    """The machine outside of an example."""

    def say(self, text: str) -> None:
        """To nobody."""


def machine_on(stage: Stage, counts: dict[str, Any]) -> type[Sweep]:
    """The machine, with what it stands on and counts in."""
    given_ = {"stage": stage, "mark": stage.chain.snapshot(), **counts}
    return type("Bound", (Sweep,), given_)


def each_rule(kind: type[Sweep], number: int) -> None:
    """Each rule from the stage, a few times in a row: what only several steps reach, a rule reaches by itself."""
    usual = settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for one in kind.setup_state().rules:
        machine = kind()
        play = _play(machine, one.function)
        seed(number)(usual(given(st.fixed_dictionaries(dict(one.arguments)))(play)))()
        machine.teardown()


def _play(machine: Sweep, function: Any) -> Callable[[dict[str, Any]], None]:
    def play(values: dict[str, Any]) -> None:
        function(machine, **values)

    return play


def each_entry(kind: type[Sweep], stage: Stage, number: int) -> None:
    """Each writing function, with some of everything on the stage."""
    machine, random = kind(), Random(number)
    for which in range(3):
        machine.registered("seller", "buyer", 40 * UNIT, 0, 60, True)
        machine.a_thing(which)
        machine.title("owner", False)
        machine.a_loan(which)
        machine.cargo(which, True)
    for place in range(TIMES * len(stage.functions)):
        contract, function = stage.functions[place % len(stage.functions)]
        machine.somebody_calls(random, contract, function)
    for contract, function in stage.functions:
        if function.name == "pause":
            machine.pause_one(contract, 60, True)
    machine.teardown()


def always_refused(counts: dict[str, Counter[Any]]) -> list[str]:
    """The rules that never came through."""
    return sorted(name for name, times in counts["calls"].items() if times == counts["refusals"][name])


def unexplained(stage: Stage, counts: dict[str, Counter[Any]]) -> list[str]:
    """The entry points that never came through, without a reason."""
    passed = set(counts["passed"])
    never = without_twins(stage, set(stage.entries.values()) - passed, passed)
    return sorted(never - set(seldom(stage)))


def sweep(stage: Stage) -> dict[str, Counter[Any]]:
    """What was called, refused, entered and came through."""
    names = ("calls", "refusals", "entered", "passed", "errors")
    counts: dict[str, Counter[Any]] = {name: Counter() for name in names}
    kind = machine_on(stage, counts)
    for number in range(ROUNDS):
        each_rule(kind, number)
        each_entry(kind, stage, number)
        if not always_refused(counts) and not unexplained(stage, counts):
            break
    return counts
