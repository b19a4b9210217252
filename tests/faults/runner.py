"""Hands faults out to judges, each a process of its own, and writes down what they say."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from caldera.whole_file import write_whole
from tests.faults.building import ROOT
from tests.faults.journal import Journal, Verdict
from tests.faults.mutants import Mutant
from tests.faults.scope import files

USES = ROOT / ".cache" / "mutation_uses.json"


class Broken(Exception):
    """A judge could not judge."""


class Judge:
    """A process that judges; it is started by the first question and answers one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Raises:
        Broken: the answer is an error, or none."""
        if self._process is None:
            command = [sys.executable, "-m", "tests.faults.judge"]
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the judge broke off"}
        if "error" in answer:
            raise Broken(answer["error"])
        return answer

    def close(self) -> None:
        """Ends the process once it has answered."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()


class Runner:
    """Judges up to `sample` faults a contract that say something of the tests, in an order drawn by `seed`."""

    def __init__(
        self,
        texts: Mapping[str, str],
        mutants: Mapping[str, Sequence[Mutant]],
        journal: Journal,
        sample: int = 0,
        seed: int = 1,
        told: Callable[[Mutant, Verdict], None] = lambda mutant, verdict: None,
        judges: Callable[[], Judge] = Judge,
        uses: Path = USES,
    ) -> None:
        self._judges, self._uses = judges, uses
        self._texts, self._journal, self._sample, self._told = texts, journal, sample, told
        # The order is the fault's own, so that it stays when others come or go.
        self._waiting = {
            path: sorted(found, key=lambda one: hashlib.sha256(f"{seed} {one.change}".encode()).digest())
            for path, found in mutants.items()
        }
        self._counted: Counter[str] = Counter()
        """Faults by contract that are judged or being judged, and may count."""
        self._lock = threading.Lock()
        self._uses_lock = threading.Lock()
        self._until = float("inf")

    def run(self, workers: int = 2, seconds: float = 0) -> None:
        """Goes on until all are judged or the time is up; a fault that is being judged then is judged to its end."""
        self._until = time.monotonic() + seconds if seconds else float("inf")
        with ThreadPoolExecutor(workers) as pool:
            try:
                for done in [pool.submit(self._work) for _ in range(workers)]:
                    done.result()
            finally:
                # However one worker ended, the others begin nothing more.
                self._until = 0

    def _work(self) -> None:
        judge, path = self._judges(), ""
        try:
            while mutant := self._next(path):
                path = mutant.path
                verdict = self._ask(judge, mutant)
                with self._lock:
                    self._journal.add(path, mutant.id, verdict)
                    self._counted[path] -= not verdict.counts
                    self._told(mutant, verdict)
        finally:
            judge.close()

    def _next(self, last: str) -> Mutant | None:
        """A fault of the same contract as the last if there is one, for which the judge has everything at hand."""
        with self._lock:
            if time.monotonic() >= self._until:
                return None
            for path in sorted(self._waiting, key=lambda name: name != last):
                waiting = self._waiting[path]
                known = self._journal.verdicts.get(path, {})
                while waiting and not (self._sample and self._counted[path] >= self._sample):
                    mutant = waiting.pop(0)
                    verdict = known.get(mutant.id)
                    self._counted[path] += verdict is None or verdict.counts
                    if verdict is None:
                        return mutant
        return None

    def _ask(self, judge: Judge, mutant: Mutant) -> Verdict:
        tests = files(mutant.path)
        with self._uses_lock:
            used = _used(judge, tests, self._texts, self._uses)
        killers = Counter(verdict.file for verdict in self._journal.verdicts.get(mutant.path, {}).values())
        ordered = sorted(tests, key=lambda test: -killers[test.removeprefix("tests/")])
        faulty = mutant.apply(self._texts[mutant.path])
        answer = judge.ask({"path": mutant.path, "faulty": faulty, "tests": ordered, "used": used})
        return Verdict(answer["result"], answer["killer"])


def _used(judge: Judge, tests: Sequence[str], texts: Mapping[str, str], file: Path) -> list[str]:
    """The contracts that the tests use, from a run of them all on the contracts as they are: once for their version."""
    chosen = sorted(tests)
    stamp = hashlib.sha256()
    for text in [json.dumps(texts), *chosen, *((ROOT / test).read_text(encoding="utf-8") for test in chosen)]:
        stamp.update(text.encode())
    kept: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if stamp.hexdigest() not in kept:
        kept[stamp.hexdigest()] = judge.ask({"tests": chosen})["used"]
        write_whole(file, json.dumps(kept))
    return kept[stamp.hexdigest()]
