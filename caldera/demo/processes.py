"""Verification nodes in processes of their own, as operators start them; they end with whoever started them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import yaml

from caldera.evm import anvil_guard
from caldera.evm.anvil_process import free_port

T = TypeVar("T")

PATIENCE = 240.0
"""Seconds that may pass before a node that says nothing is given up: far more than a crowded machine takes."""
STOP_SECONDS = 20.0
ANSWER_SECONDS = 5.0
"""A node that takes longer is asked again."""
PAUSE = 0.15
STARTS = 4
"""Somebody else may take a port between its choice and its use: so often all nodes are started, each time on others."""
TAIL = 1_500
_GUARD = Path(anvil_guard.__file__)
_HERE = build_opener(ProxyHandler({}))
"""Nodes are on this machine, whatever proxy leads out of it."""
_TAKEN = "address already in use"


class NodeFailed(Exception):
    """A node process died, or said nothing for too long; with the end of what it wrote."""


class _PortTaken(NodeFailed):
    """The port of a node is somebody else's by now."""


@dataclass
class NodeProcess:
    """One `python -m caldera.node run`. `content`: its configuration, but for where it listens and whom it tells.
    `guard`: the process between this one and the node."""

    name: str
    folder: Path
    content: dict[str, Any]
    port: int = 0
    starts: int = 0
    guard: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def config(self) -> Path:
        """The file that it was started with."""
        return self.folder / f"{self.content['store'].removesuffix('.sqlite')}.yml"

    @property
    def log(self) -> Path:
        """What it writes, over all its starts."""
        return self.config.with_suffix(".log")

    @property
    def url(self) -> str:
        """Where peers reach it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.guard is not None and self.guard.poll() is None

    def start(self, peers: Sequence[str]) -> None:
        """Writes its configuration and starts it; it is not ready yet."""
        gossip = {"listen": f"127.0.0.1:{self.port}", "peers": list(peers), "timeout_seconds": 30}
        self.config.write_text(yaml.safe_dump(self.content | {"gossip": gossip}, sort_keys=False))
        command = [sys.executable, "-m", "caldera.node", "run", "--config", str(self.config), "--json"]
        self.starts += 1
        with self.log.open("ab") as log:
            # The guard ends the node when this process ends, in whatever way: its standard input ends with it. A
            # session of its own, so that Ctrl-C stops the demo, and the demo its nodes.
            self.guard = subprocess.Popen(
                [sys.executable, "-S", "-E", str(_GUARD), *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=Path(__file__).resolve().parents[2],
            )

    def ask(self, path: str) -> Any:
        """What it answers over HTTP, None where it does not (yet)."""
        try:
            with _HERE.open(f"{self.url}{path}", timeout=ANSWER_SECONDS) as answer:
                return json.loads(answer.read())
        except (HTTPError, URLError, OSError, ValueError, HTTPException):
            return None

    def lines(self) -> list[dict[str, Any]]:
        """What it said, but for a line that is being written."""
        found = []
        for line in self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []:
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found

    def tail(self) -> str:
        """The end of its log."""
        text = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        return text[-TAIL:].strip() or "it said nothing"

    def ask_to_stop(self) -> None:
        """Does not wait for it."""
        if self.guard is not None and self.guard.stdin is not None and not self.guard.stdin.closed:
            self.guard.stdin.close()

    def stop(self) -> None:
        """Ends it, and waits until it has ended. Stopping twice is fine."""
        if self.guard is None:
            return
        self.ask_to_stop()
        try:
            self.guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.guard.kill()
            self.guard.wait()


class NodeProcesses:
    """Several nodes that know each other. A context manager: whatever happens, they end with it."""

    def __init__(self, nodes: Sequence[NodeProcess], patience: float = PATIENCE) -> None:
        self.nodes, self._patience = list(nodes), patience

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self.nodes:
            one.ask_to_stop()
        for one in self.nodes:
            one.stop()

    def start(self) -> None:
        """Starts all, each on a port of the system's choosing, and waits until all are well.

        Raises:
            NodeFailed: one died, or is not well in time.
        """
        for attempt in range(STARTS):
            ports: set[int] = set()
            while len(ports) < len(self.nodes):
                ports.add(free_port())
            for one, port in zip(self.nodes, ports, strict=True):
                one.port = port
            try:
                self._begin(self.nodes)
                return
            except _PortTaken:
                if attempt == STARTS - 1:
                    raise
                for one in self.nodes:
                    one.stop()

    def again(self, nodes: Sequence[NodeProcess]) -> None:
        """Stops some and starts them anew where they listened, with what their `content` says by now.

        Raises:
            NodeFailed: one died, or is not well in time.
        """
        for one in nodes:
            one.ask_to_stop()
        for one in nodes:
            one.stop()
        self._begin(nodes)

    def _begin(self, nodes: Sequence[NodeProcess]) -> None:
        for one in nodes:
            one.start([other.url for other in self.nodes if other is not one])
        for one in nodes:
            self.until(f"{one.name} to be well", partial(_well, one))

    def until(self, what: str, found: Callable[[], T]) -> T:
        """Waits for something that the nodes do, and gives it back; all have to live meanwhile.

        Raises:
            NodeFailed: one of them died, or it does not come.
        """
        give_up = time.monotonic() + self._patience
        while True:
            for one in self.nodes:
                if one.starts and not one.alive:
                    if _TAKEN in one.tail().lower():
                        raise _PortTaken(f"the port {one.port} of {one.name} was taken by somebody else")
                    raise NodeFailed(f"the node process of {one.name} has ended. Its last words:\n{one.tail()}")
            result = found()
            if result:
                return result
            if time.monotonic() > give_up:
                said = "\n".join(f"{one.name}: {one.tail()}" for one in self.nodes)
                raise NodeFailed(f"waited {self._patience:.0f} seconds for {what}. The nodes' last words:\n{said}")
            time.sleep(PAUSE)


def _well(node: NodeProcess) -> bool:
    said = node.ask("/health")
    return isinstance(said, dict) and said.get("healthy") is True


__all__ = ["NodeFailed", "NodeProcess", "NodeProcesses"]
