"""Processes that end between two steps on the disk, as when the power fails: nothing is cleaned up."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

KILLED = 17
_FORK = multiprocessing.get_context("fork")
_STEPS = {"os.rename", "os.chmod", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
MOST = 500
"""Steps that a work may have: more is one that does not end."""


def kills(work: Callable[[], Any]) -> Iterator[int]:
    """Does `work` in a child that is killed before its first step, then in one that is killed before its second, and so
    on; gives the step's number after each. Ends once a child came through. What was done on the disk stays.

    A step is a file opened for writing, a sync, a file renamed, removed or given other rights, a folder made, and every
    statement of SQLite.
    """
    for at in range(1, MOST):
        child: Any = _FORK.Process(target=_run, args=(work, at))
        child.start()
        child.join(120)
        if child.exitcode == 0:
            return
        assert child.exitcode == KILLED, f"it failed by itself at step {at}: exit code {child.exitcode}"
        yield at
    raise AssertionError(f"no end after {MOST} steps")


def _run(work: Callable[[], Any], at: int) -> None:
    left = at

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if writes or event in _STEPS:
            step()

    sync, connect = os.fsync, sqlite3.connect

    def synced(handle: int) -> None:
        step()
        sync(handle)

    def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*arguments, **named)
        made.set_trace_callback(lambda _: step())
        return made

    os.fsync, sqlite3.connect = synced, connected  # type: ignore[assignment]
    sys.addaudithook(audit)
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
