"""Nodes in processes of their own that can be killed at a step."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from caldera.node.config import load_config
from caldera.node.keys import NodeKey, open_key
from caldera.node.logs import set_up
from caldera.node.service import Node

KILLED = 17
_FORK = multiprocessing.get_context("fork")


def run(path: Path, place: str = "", times: int = 1) -> None:
    """Runs a node; at the `times`-th time it comes to `place` the process ends, as when the power fails."""
    config = load_config(path)
    key: NodeKey = open_key(config.key.path, config.key.passphrase_file)
    left = [times]

    def crash(here: str) -> None:
        if here == place:
            left[0] -= 1
            if not left[0]:
                os._exit(KILLED)

    with path.with_suffix(".log").open("a") as stream:
        set_up("json", "debug", stream)
        node = Node(config, key, crash=crash)
        asyncio.run(node.run())


class Running:
    """A node in a child; whoever leaves the block stops it."""

    def __init__(self, path: Path, place: str = "", times: int = 1) -> None:
        self.log = path.with_suffix(".log")
        self._child: Any = _FORK.Process(target=run, args=(path, place, times))

    def __enter__(self) -> Running:
        self.log.touch()
        self._child.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.is_alive():
            self._child.terminate()
        self._child.join(30)

    def ended(self, seconds: float = 60.0) -> int | None:
        """The exit code, waited for."""
        self._child.join(seconds)
        code: int | None = self._child.exitcode
        return code

    def until(self, what: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Waits until it is true."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            found = what()
            if found:
                return found
            assert self._child.is_alive(), self.log.read_text()[-3000:]
            time.sleep(0.1)
        raise AssertionError(self.log.read_text()[-3000:])
