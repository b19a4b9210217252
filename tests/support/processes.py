"""The demo's node processes, seen from outside."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from caldera.demo.processes import NodeProcess


def pid_of(node: NodeProcess) -> int:
    """Of the node itself, which is the one child of its guard."""
    assert node.guard is not None
    children = Path(f"/proc/{node.guard.pid}/task/{node.guard.pid}/children").read_text().split()
    return int(children[0])


def gone(pid: int) -> bool:
    """Whether no such process runs any more."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True
