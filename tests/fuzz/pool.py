"""Workers: each a thread here and a process that keeps the stand of one machine at a time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.board import Board
from tests.fuzz.chunk import Order, Result
from tests.fuzz.machines import ROOT, Machine


class Stand:
    """The process of one machine."""

    def __init__(self, machine: Machine, log: Path) -> None:
        self.machine, self.log = machine, log
        log.parent.mkdir(parents=True, exist_ok=True)
        # Sets of texts have an order of their own in every process: a fixed one, or the same seed would differ.
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker", machine.test, str(log)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def carry_out(self, order: Order, board: Board, worker: int) -> Result:
        """Hands an order over and waits for what comes of it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(asdict(order)) + "\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            words = json.loads(line)
            if "steps" in words:
                board.progress(worker, order.machine, words["steps"])
            elif "done" in words:
                return Result(**words["done"])
        said = self.log.read_text(encoding="utf-8")[-2000:] if self.log.exists() else ""
        return Result(order.machine, order.number, failure=f"its stand could not be made:\n{said}".strip())

    def end(self) -> None:
        """Ends the process and what it forked; ending twice is fine."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


class Pool:
    """So many workers on one board."""

    def __init__(self, board: Board, machines: Mapping[str, Machine], workers: int) -> None:
        self.board, self.machines = board, machines
        self._stands: dict[int, Stand] = {}
        self._threads = [threading.Thread(target=self._work, args=(one,), daemon=True) for one in range(workers)]

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether any worker is at work."""
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Ends at once; what is under way is lost."""
        self.board.stopped = True
        for stand in list(self._stands.values()):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(stand.process.pid, signal.SIGKILL)
        for thread in self._threads:
            thread.join(timeout=10)

    def _work(self, worker: int) -> None:
        stand: Stand | None = None
        try:
            while order := self.board.take(worker, stand.machine.name if stand else None):
                if stand is None or stand.machine.name != order.machine:
                    if stand is not None:
                        stand.end()
                    log = self.board.folder / "logs" / f"{order.machine}-{worker}.log"
                    stand = self._stands[worker] = Stand(self.machines[order.machine], log)
                result = stand.carry_out(order, self.board, worker)
                if not self.board.stopped:
                    self.board.done(worker, result)
                if stand.process.poll() is not None:
                    stand.end()
                    stand = None
        finally:
            self.board.left(worker)
            if stand is not None:
                stand.end()
