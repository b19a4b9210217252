"""What every state machine here does: the same on an exact model and on the contracts, compared and counted."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from hypothesis import Phase, note, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from rich.console import Console
from rich.table import Table

from caldera.evm import ContractError, Snapshot
from caldera.model import Refused
from tests.support.suite import name_of

USUAL = 6000
STEPS = int(os.environ.get("STEPS", USUAL))
PER_EXAMPLE = 50
ROUNDS = 4
"""So often as many steps again are made while something that must come through has not: what is rare may be missed
by chance in one run, hardly in four."""


class Beside(RuleBasedStateMachine):
    """Base of the machines. What they stand on is shared by all examples; each begins at `mark`."""

    mark: ClassVar[Snapshot]
    calls: ClassVar[Counter[str]]
    refusals: ClassVar[Counter[str]]
    reached: ClassVar[tuple[str, ...]] = ()
    """What must come through at least once in a run of the usual length."""

    def kept(self) -> Any:
        """What of the model a refusal must leave as it was, where the model does not see to that itself."""
        return None

    def put_back(self, kept: Any) -> None:
        """Undoes what the model did before it refused."""

    def both(self, name: str, expected: Callable[[], Any], actual: Callable[[], Any]) -> bool:
        """Lets model and contract do the same; both do it, or both refuse for the same reason."""
        self.calls[name] += 1
        kept = self.kept()
        try:
            wanted: Any = expected()
            refused = None
        except Refused as refusal:
            wanted, refused = None, refusal.name
            self.put_back(kept)
        note(f"{name}: {refused or 'done'}")
        try:
            got = actual()
        except ContractError as error:
            self.refusals[name] += 1
            assert name_of(error) == refused, f"{name}: {error!r}, expected {refused or 'success'}"
            return False
        assert refused is None, f"{name} succeeded, expected {refused}"
        if isinstance(wanted, int):
            assert got == wanted, f"{name}: {got} instead of {wanted}"
        return True


ENOUGH = 200
"""Calls of a rule of which one at least must come through; below, chance could have refused them all."""

Stand = Mapping[str, Any]
"""What a machine stands on: its attributes, by name."""

carrier: Callable[[type[Beside], Snapshot, Stand], None] | None = None
"""Who carries the machines out instead of `run`, where somebody does: the workers of `make fuzz`."""


def run(machine: type[Beside], mark: Snapshot, **stand: Any) -> None:
    """Runs the machine on `stand`, its attributes by name, for STEPS steps, and prints calls and refusals by rule."""
    if carrier is not None:
        carrier(machine, mark, stand)
        return
    calls: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    given = {"mark": mark, "calls": calls, "refusals": refusals, **stand}
    wanted = machine.reached if STEPS >= USUAL else ()
    for number in range(ROUNDS):
        made = type("Machine", (machine,), given)
        run_state_machine_as_test(
            # Nearly the same run for everybody: Hypothesis also draws from constants of the modules that are loaded.
            made if "STEPS" in os.environ else seed(number)(made),
            settings=settings(
                max_examples=max(1, STEPS // PER_EXAMPLE),
                stateful_step_count=PER_EXAMPLE,
                deadline=None,
                database=None,
                phases=[Phase.generate] if "CALDERA_BUILD" in os.environ else [Phase.generate, Phase.shrink],
            ),
        )
        if not problems(calls, refusals, wanted):
            break
    Console().print(table(calls, refusals))
    problem = "; ".join(problems(calls, refusals, wanted))
    assert not problem, problem


def table(calls: Counter[str], refusals: Counter[str], title: str = "rules of the state machine") -> Table:
    """Rules × calls × refused."""
    made = Table("rule", "calls", "refused", title=title)
    for name, count in sorted(calls.items()):
        made.add_row(name, f"{count:,}", f"{refusals[name]:,}")
    return made


def problems(calls: Counter[str], refusals: Counter[str], reached: Iterable[str]) -> list[str]:
    """What a run did not do that it should have: rules that were always refused, rules that never came through."""
    always = [name for name, count in calls.items() if count > ENOUGH and refusals[name] == count]
    never = missed(calls, refusals, reached)
    found = [f"these rules were always refused: {', '.join(sorted(always))}"] if always else []
    return found + ([f"never carried out: {', '.join(never)}"] if never else [])


def missed(calls: Counter[str], refusals: Counter[str], reached: Iterable[str]) -> list[str]:
    """What of `reached` never came through."""
    return [name for name in reached if calls[name] == refusals[name]]
