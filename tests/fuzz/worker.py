"""A process that keeps the stand of one machine ready: `python -m tests.fuzz.worker FILE::TEST LOG`.

pytest carries out the test up to where it hands its machine over. Orders come line by line on standard input; each is
carried out in a fork, so that every chunk begins in the same process, whatever was done before: this is why a chunk
draws the same whoever carries it out. Words and results go out line by line, as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, TextIO

import pytest

from caldera.evm import Snapshot
from tests.fuzz.chunk import Order, Result, Work
from tests.fuzz.machines import ROOT
from tests.fuzz.tape import Tape, taping
from tests.properties import beside
from tests.properties.beside import Beside, Stand

PROJECT = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT))
"""So that the settings hold for a test that lies elsewhere, too."""
QUIET = ("-q", "-s", "-x", "-p", "no:cacheprovider", "-p", "no:xdist")


def serve(orders: TextIO, answers: TextIO, tapes: Sequence[Tape]) -> Any:
    """What the tests hand their machines over to."""

    def say(**words: Any) -> None:
        answers.write(json.dumps(words) + "\n")
        answers.flush()

    def carry_out(machine: type[Beside], mark: Snapshot, stand: Stand) -> None:
        gc.freeze()
        say(ready=True)
        while line := orders.readline():
            order = Order(**json.loads(line))
            child = os.fork()
            if child == 0:
                _child(order, machine, mark, stand, tapes, say)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if status:
                ended = f"the process of the chunk ended with {status}"
                say(done=Result(order.machine, order.number, failure=ended).raw)

    return carry_out


def _child(order: Order, machine: type[Beside], mark: Snapshot, stand: Stand, tapes: Sequence[Tape], say: Any) -> None:
    try:
        work = Work(order, machine, mark, stand, tapes, lambda steps: say(steps=steps))
        say(done=work.carry_out().raw)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def main() -> int:
    """Until there are no more orders."""
    test, log = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(log, "w", encoding="utf-8") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    with taping() as tapes:
        beside.carrier = serve(sys.stdin, answers, tapes)
        return int(pytest.main([*PROJECT, *QUIET, test]))


if __name__ == "__main__":
    sys.exit(main())
