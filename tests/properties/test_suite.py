"""The whole suite as the development profile deploys it: everybody, every entry point, time, all ten invariants.

After every transaction, whoever made it and whether it succeeded (see `suite.books`; the numbers are the
architecture's):
1. For each certificate id: the sum of balances = issued - retired; for each holder: pledged <= balance; each balance
   is 0 or the minimum unit at least (`certificates`, `balances`, `rules`).
2. The liens of lienholders are those of holders; what is released or seized is gone (`certificates`, `items`).
3. No directed item is ever received by who was not eligible at that moment (`items`, `parties`).
4. Creditor, debtor and due date never change; nothing is paid out beyond what was paid in (`certificates`, `funds`).
5. Pool assets and outstanding principal are lenders' claims, to the unit; whoever keeps money has what it owes;
   nobody gets more than the rules give (`lending`, `sales`, `fees`, `rents`, `funds`, `certificates`).
   What a sale to a factor costs and a seller answers for, what tranches of a deal are paid, what shares of a trust
   earn: to the unit (`factoring`, `tranches`, `land`).
6. There are 1e27 ERA; vested <= allocated; claimed <= vested (`balances`, `grants`).
7. What delegators of a node could withdraw is no more than its stake; a slash takes the same part of all; each live
   node can be drawn at a place of its own (`stakes`).
8. All votes of a past second are those of all accounts at it; a lock never counts twice (`votes`). What a group
   decides has the weight that its rule asks for (`joint`).
9. Rewards paid <= funded, and each is what its rule gives, to the unit; a round trip gains nothing (`rewards`,
   `incentives`, `funds`, and the rooms of the economy). Fees of verification and bonds of the court go to whom they
   belong, to the unit; who is drawn, signs, judges or misses a duty is counted once (`requests`, `verification`,
   `court`, `polls`, `records`); so is what devices observe and earn (`light`).
10. No privileged call succeeds for anyone the plan does not name, nor do powers change but by vote (`powers`).
And: whatever is refused says why, with an error of the suite.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from tests.properties.beside import run
from tests.properties.suite.books.world import World
from tests.properties.suite.entries import without_twins
from tests.properties.suite.machine import SuiteMachine
from tests.properties.suite.stage import Stage, set_stage
from tests.properties.suite.sweep import always_refused, sweep, unexplained


@pytest.fixture(scope="module")
def standing() -> Stage:
    made = set_stage()
    made.world = World(made)
    made.world.begin(made)
    return made


@pytest.fixture
def stage(standing: Stage) -> Iterator[Stage]:
    with standing.chain.isolated():
        yield standing


def test_the_whole_suite_keeps_its_promises(stage: Stage) -> None:
    """The machine: any order, any time."""
    errors: Counter[tuple[str, str]] = Counter()
    counts: dict[str, Any] = {"entered": Counter(), "passed": Counter(), "errors": errors}
    run(SuiteMachine, stage.chain.snapshot(), stage=stage, **counts)
    print(f"{sum(counts['entered'].values()):,} transactions, {len(counts['entered'])} entry points")
    if "STEPS" in os.environ:
        table = Table("entry point", "error", "times", title="what was refused for which reason")
        for (entry, error), times in sorted(errors.items()):
            table.add_row(entry, error, f"{times:,}")
        Console().print(table)


def test_every_rule_and_every_entry_point_is_called(stage: Stage) -> None:
    """Each rule by itself from the stage, then each writing function of each contract by people and officers: none is
    left out, every rule comes through, and entry points that never do are known and have a reason."""
    counts, there = sweep(stage), set(stage.entries.values())
    assert not always_refused(counts), f"always refused: {always_refused(counts)}"
    assert not there - set(counts["entered"]), "never called"
    never, calls = len(without_twins(stage, there - set(counts["passed"]), set(counts["passed"]))), counts["entered"]
    print(f"{sum(calls.values()):,} transactions, {len(there)} entry points, {len(there) - never} came through")
    left = unexplained(stage, counts)
    assert not left, f"never came through, without a reason: {left}"
