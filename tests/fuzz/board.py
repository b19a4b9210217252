"""What is to be done and what was: chunks are taken from it, results go to it. One lock for all workers."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.chunk import Order, Result
from tests.fuzz.corpus import Corpus
from tests.fuzz.plan import Chunk, chunk, shares
from tests.properties.beside import PER_EXAMPLE, USUAL, problems

REPLAY = -1
"""The number of the order that tries the corpus again, which is the first of a machine."""
REPLAYED = 10
"""The corpus takes one part in so many of a machine's steps."""


@dataclass
class Tally:
    """Of one machine. `wanted`: steps; None for as many as there is time for. `taken`: steps of chunks that ended;
    `again`: of these from the corpus; `going`: steps of chunks under way, by worker; `seconds`: of all workers;
    `next`: number of the next chunk; `given`: steps given out."""

    name: str
    share: float
    wanted: int | None
    seconds_most: float | None
    corpus: Corpus
    taken: int = 0
    again: int = 0
    given: int = 0
    next: int = REPLAY
    seconds: float = 0.0
    going: dict[int, int] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    reached: list[str] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    carried_out: set[str] = field(default_factory=set)
    chunks: list[Chunk] = field(default_factory=list)
    failures: list[Result] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """Taken, and under way."""
        return self.taken + sum(self.going.values())

    @property
    def open(self) -> bool:
        """Whether there is more to do."""
        if self.failures or (self.next > 0 and self.seconds_most is not None and self.seconds >= self.seconds_most):
            return False
        return self.wanted is None or self.given < self.wanted

    def problems(self) -> list[str]:
        """What failed, and what a long run should have done and did not."""
        if self.failures:
            return [str(one.failure) for one in self.failures]
        found = problems(self.calls, self.refusals, self.reached if self.taken >= USUAL else ())
        idle = sorted(self.rules - self.carried_out)
        return found + ([f"rules never drawn: {', '.join(idle)}"] if idle and self.taken >= USUAL else [])


class Board:
    """All machines of a run."""

    def __init__(
        self,
        names: Iterable[str],
        seed: int,
        steps: int | None,
        seconds: float | None,
        workers: int,
        folder: Path,
        fresh: bool = False,
    ) -> None:
        self.seed, self.folder, self.fresh, self.lock = seed, folder, fresh, threading.Lock()
        self.began = time.monotonic()
        self.asked, self.seconds = steps, seconds
        self.stopped = self.interrupted = False
        self.machines: dict[str, Tally] = {}
        for name, share in shares(names).items():
            wanted = None if steps is None else max(PER_EXAMPLE, round(steps * share / PER_EXAMPLE) * PER_EXAMPLE)
            most = None if seconds is None else seconds * workers * share
            corpus = Corpus(folder) if fresh else Corpus.load(folder, name)
            self.machines[name] = Tally(name, share, wanted, most, corpus, next=0 if fresh else REPLAY)

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def take(self, worker: int, current: str | None) -> Order | None:
        """The next order for a worker: of the machine whose stand it has, else of the one that fewest work on."""
        with self.lock:
            if self.stopped or (self.seconds is not None and self.elapsed >= self.seconds):
                return None
            open_ones = [one for one in self.machines.values() if one.open]
            if not open_ones:
                return None
            same = [one for one in open_ones if one.name == current]
            tally = same[0] if same else min(open_ones, key=lambda one: (len(one.going), -one.share, one.taken > 0))
            tally.going[worker] = 0
            return self._order(tally)

    def _order(self, tally: Tally) -> Order:
        number, tally.next = tally.next, tally.next + 1
        if number == REPLAY:
            most = len(tally.corpus.examples)
            if tally.wanted is not None:
                most = min(most, tally.wanted // PER_EXAMPLE // REPLAYED)
            return self._ordered(tally, Chunk(tally.name, number, self.seed, most * PER_EXAMPLE), True)
        left = None if tally.wanted is None else tally.wanted - tally.given
        made = chunk(self.seed, tally.name, number, left)
        tally.given += made.steps
        tally.chunks.append(made)
        return self._ordered(tally, made, False)

    def _ordered(self, tally: Tally, made: Chunk, replay: bool) -> Order:
        return Order(tally.name, made.number, made.seed, made.examples, replay, str(self.folder), self.seed)

    def progress(self, worker: int, machine: str, steps: int) -> None:
        """A worker says how far it is."""
        with self.lock:
            self.machines[machine].going[worker] = steps

    def done(self, worker: int, result: Result) -> None:
        """A worker is through with an order."""
        with self.lock:
            tally = self.machines[result.machine]
            tally.going.pop(worker, None)
            tally.taken += result.steps
            tally.again += result.steps if result.number == REPLAY else 0
            tally.seconds += result.seconds
            tally.calls.update(result.calls)
            tally.refusals.update(result.refusals)
            tally.reached = result.reached or tally.reached
            tally.rules.update(result.rules)
            tally.carried_out.update(result.carried_out)
            if result.failure is not None:
                tally.failures.append(result)
                self._keep_first(tally)
            if not self.fresh and sum(tally.corpus.add(*one) for one in result.kept):
                tally.corpus.save()

    def _keep_first(self, tally: Tally) -> None:
        """Chunks under way may fail after the first: the script is that of the chunk with the lowest number, whoever
        was quicker."""
        first, *others = sorted(tally.failures, key=lambda one: one.number)
        for other in others:
            if other.script:
                Path(other.script).unlink(missing_ok=True)
        if first.script:
            kept = self.folder / "failures" / f"{tally.name}-{self.seed}.json"
            os.replace(first.script, kept)
            first.script = str(kept)
        tally.failures = [first]

    def left(self, worker: int) -> None:
        """A worker ended without a result."""
        with self.lock:
            for tally in self.machines.values():
                tally.going.pop(worker, None)

    @property
    def steps(self) -> int:
        """Of all machines."""
        return sum(one.steps for one in self.machines.values())

    @property
    def wanted(self) -> int | None:
        """Steps of all machines; None where time is the only bound."""
        found = [one.wanted for one in self.machines.values()]
        return None if None in found else sum(one or 0 for one in found)

    @property
    def failures(self) -> int:
        """Machines that failed."""
        return sum(bool(one.failures) for one in self.machines.values())

    @property
    def remaining(self) -> float | None:
        """Seconds until it ends, as far as one can tell."""
        bounds = [] if self.seconds is None else [self.seconds - self.elapsed]
        if (wanted := self.wanted) is not None and self.steps:
            bounds.append(self.elapsed * max(0, wanted - self.steps) / self.steps)
        return max(0.0, min(bounds)) if bounds else None
