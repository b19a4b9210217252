"""One chunk: a machine, a seed, so many examples; what they did, and the script of a failure."""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest import SkipTest

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.control import current_build_context
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, choices_to_bytes
from hypothesis.stateful import invariant, run_state_machine_as_test

from caldera.evm import Snapshot
from tests.fuzz.corpus import Corpus, Kept, seen_in
from tests.fuzz.reading import Reader, names_of
from tests.fuzz.script import Script
from tests.fuzz.tape import Tape, latest
from tests.properties.beside import PER_EXAMPLE, Beside, Stand

_ADDRESS = re.compile(r" object at 0x[0-9a-f]+")
"""Where Python has an object: another place in every run."""
TOLD_EVERY = 0.5
"""Seconds between two words on how far a chunk is."""


@dataclass(frozen=True)
class Order:
    """What a worker is to do. `replay`: not to draw, but to try again what the corpus has of the machine, so many
    examples at most beside its failures; `folder`: where the corpus is."""

    machine: str
    number: int
    seed: int
    examples: int
    replay: bool
    folder: str
    run: int
    """The seed of the whole run."""


@dataclass
class Result:
    """What came of it. `reached`: what has to come through in a long run; `never`: rules of the machine that were not
    carried out; `kept`: examples that showed something new, with what; `failure`: what was wrong; `script`: where."""

    machine: str
    number: int
    steps: int = 0
    seconds: float = 0.0
    calls: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    reached: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    carried_out: list[str] = field(default_factory=list)
    kept: list[tuple[list[str], list[str], str]] = field(default_factory=list)
    failure: str | None = None
    script: str | None = None

    @property
    def raw(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


class Work:
    """Carries out one order on a stand."""

    def __init__(
        self,
        order: Order,
        machine: type[Beside],
        mark: Snapshot,
        stand: Stand,
        tapes: Sequence[Tape],
        tell: Callable[[int], None],
    ) -> None:
        self.order, self.stand, self.tapes, self.tell = order, stand, tapes, tell
        self.calls: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.steps, self.told_at, self.done = 0, 0.0, set[str]()
        self.corpus = Corpus.load(Path(order.folder), order.machine)
        self.kept: list[tuple[list[str], list[str], str]] = []
        self.machine = self._watched(machine, {"mark": mark, "calls": self.calls, "refusals": self.refusals, **stand})

    def _watched(self, machine: type[Beside], given: dict[str, Any]) -> type[Beside]:
        """The machine on its stand, with its steps counted. Its name is what Hypothesis keeps failures under."""
        work = self

        def step_was_taken(self: Any) -> None:
            if self.__dict__.setdefault("_started", False):
                work.step()
            self._started = True

        def teardown(self: Any) -> None:
            failed = sys.exc_info()[0] is not None
            tape = latest(work.tapes)
            if failed:
                tape.failed = list(tape.entries)
            machine.teardown(self)
            if not failed:
                work.example(tape)

        given |= {"step_was_taken": invariant()(step_was_taken), "teardown": teardown}
        return type(machine.__name__, (machine,), given)

    def step(self) -> None:
        """Counts one, and says so now and then."""
        self.steps += 1
        if time.monotonic() - self.told_at > TOLD_EVERY:
            self.told_at = time.monotonic()
            self.tell(self.steps)

    def example(self, tape: Tape) -> None:
        """An example came to its end: what it showed may be new."""
        data = current_build_context().data
        self.done |= {key.removeprefix("execute:rule:") for key in data._stateful_run_times if "execute:rule" in key}
        outcomes, pairs = seen_in(tape.receipts)
        fresh = sorted(outcomes - self.corpus.outcomes), sorted(pairs - self.corpus.pairs)
        choices = choices_to_bytes(data.choices).hex()
        if self.corpus.add(outcomes, pairs, choices):
            self.kept.append((*fresh, choices))

    def carry_out(self) -> Result:
        """Draws, or tries again. Whatever fails is in the result."""
        began = time.monotonic()
        result = Result(self.order.machine, self.order.number)
        failures = DirectoryBasedExampleDatabase(Path(self.order.folder) / "examples")
        try:
            if self.order.replay:
                kept = self.corpus.examples[: self.order.examples]
                for database in (failures, Kept(kept, failures)):
                    with suppress(SkipTest):  # there is nothing to try again
                        self._run(database, [Phase.reuse, Phase.shrink])
            else:
                self._run(failures, [Phase.generate, Phase.shrink])
        except Exception as error:
            traceback.print_exc()  # to the log of the worker
            result.failure = _ADDRESS.sub("", f"{type(error).__name__}: {error}")
            result.script = self._script(result.failure, error)
        result.steps, result.seconds = self.steps, time.monotonic() - began
        result.calls, result.refusals = dict(self.calls), dict(self.refusals)
        result.reached = list(self.machine.reached)
        result.rules = sorted(one.function.__name__ for one in self.machine.setup_state().rules)
        result.carried_out, result.kept = sorted(self.done), self.kept
        return result

    def _run(self, database: ExampleDatabase, phases: list[Phase]) -> None:
        run_state_machine_as_test(
            seed(self.order.seed)(self.machine),
            settings=settings(
                max_examples=max(1, self.order.examples),
                stateful_step_count=PER_EXAMPLE,
                deadline=None,
                database=database,
                phases=phases,
                report_multiple_bugs=False,
                # How long a draw takes says something about the load of the cores, not about the machine.
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )

    def _script(self, problem: str, error: Exception) -> str:
        """Writes what led to the failure."""
        tape = latest(self.tapes)
        setup, steps = tape.told()
        script = Script(
            machine=self.order.machine,
            seed=self.order.run,
            problem=problem,
            rules="\n".join(note for note in getattr(error, "__notes__", ()) if "step_was_taken" not in note),
            chain_id=tape.chain.chain_id,
            timestamp=tape.born,
            names=names_of(tape.chain, [*setup, *steps], self.stand.values()),
            setup=setup,
            steps=steps,
            origin={"chunk": self.order.number, "chunk_seed": self.order.seed, "from_corpus": self.order.replay},
        )
        script.told = list(Reader(script.names).lines(steps))
        path = Path(self.order.folder) / "failures" / f"{self.order.machine}-{self.order.run}-{self.order.number}.json"
        script.save(path)
        return str(path)
