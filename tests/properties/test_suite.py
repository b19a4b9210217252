"""The whole suite as deployed, everybody in it, every entry point, beside the books. See `suite`."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.properties.beside import run
from tests.properties.suite.books.world import World
from tests.properties.suite.machine import SuiteMachine
from tests.properties.suite.stage import Stage, set_stage


@pytest.fixture(scope="module")
def stage() -> Stage:
    made = set_stage()
    made.world = World(made)
    made.world.begin(made)
    return made


def test_the_whole_suite_keeps_its_promises(stage: Stage) -> None:
    entered: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    errors: Counter[tuple[str, str]] = Counter()
    run(SuiteMachine, stage.chain.snapshot(), stage=stage, entered=entered, passed=passed, errors=errors)
    print(sum(entered.values()), "transactions", len(entered), "entry points", len(passed), "passed")
