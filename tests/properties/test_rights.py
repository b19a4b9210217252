"""The property suite over rights and leases. See `rights_machine` for the sentences it holds."""

import os

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from rich.console import Console
from rich.table import Table

from tests.properties.rights_machine import RightsMachine, calls, refusals
from tests.support.estate import build

STEPS = int(os.environ.get("STEPS", "6000"))
PER_EXAMPLE = 50


def test_rights_and_leases_agree_with_the_exact_model() -> None:
    calls.clear()
    refusals.clear()
    estate = build()
    machine = type("Machine", (RightsMachine,), {"estate": estate, "mark": estate.chain.snapshot()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, STEPS // PER_EXAMPLE),
            stateful_step_count=PER_EXAMPLE,
            deadline=None,
            database=None,
            derandomize="STEPS" not in os.environ,  # the same run for everybody; make fuzz draws anew
            phases=[Phase.generate] if "CALDERA_BUILD" in os.environ else [Phase.generate, Phase.shrink],
        ),
    )
    table = Table("rule", "calls", "refused", title="rules of the state machine")
    for name, count in sorted(calls.items()):
        table.add_row(name, f"{count:,}", f"{refusals[name]:,}")
    Console().print(table)
    always = [name for name, count in calls.items() if count > 50 and refusals[name] == count]
    assert not always, f"these rules were always refused: {', '.join(always)}"
