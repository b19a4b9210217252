"""One anvil process: a port from the operating system, a chain id that is checked, an end that always comes."""

from __future__ import annotations

import atexit
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from caldera.evm.errors import AnvilDied, AnvilMissing, EngineError, WrongChain
from caldera.evm.rpc import JsonRpc

START_SECONDS = 30.0
ATTEMPTS = 5

_GUARD = Path(__file__).with_name("anvil_guard.py")
_PROJECT = Path(__file__).resolve().parents[2]


def find_anvil() -> str:
    """Path of the anvil program: on PATH, else the one that npm installed into the project.

    Raises:
        AnvilMissing: there is none.
    """
    on_path = shutil.which("anvil")
    if on_path and Path(on_path).resolve().suffix != ".mjs":
        return on_path
    # npm's command is a Node.js script around the program of the platform: start the program itself.
    modules = Path(on_path).resolve().parents[2] if on_path else _PROJECT / "node_modules"
    for program in sorted(modules.glob("@foundry-rs/anvil-*/bin/anvil*")):
        return str(program)
    if on_path:
        return on_path
    raise AnvilMissing("anvil is not installed: run `make setup`, or install Foundry and put anvil on PATH")


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class AnvilProcess:
    """A node that was started here and is stopped here.

    Raises:
        EngineError: anvil is missing, does not start, or another chain answers on the port.
    """

    def __init__(self, chain_id: int, arguments: Sequence[str], program: str | None = None) -> None:
        command = [program or find_anvil(), *arguments, "--chain-id", str(chain_id), "--silent", "--host", "127.0.0.1"]
        # States that do not fit memory go to files, which anvil leaves behind: here they go with the node.
        self._states = tempfile.TemporaryDirectory(prefix="caldera-anvil-", ignore_cleanup_errors=True)
        command += ["--cache-path", self._states.name]
        for attempt in range(ATTEMPTS):
            port = free_port()
            self._start([*command, "--port", str(port)])
            self.rpc = JsonRpc(port)
            try:
                self._wait(chain_id)
                break
            except EngineError:
                taken = "in use" in self.last_words().lower()
                self._end()
                if not taken or attempt == ATTEMPTS - 1:
                    self._states.cleanup()
                    raise

    def _start(self, command: Sequence[str]) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-E", str(_GUARD), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                start_new_session=True,
            )
        except OSError as error:
            self._words.close()
            raise EngineError(f"cannot start {command[0]}: {error}") from error
        atexit.register(self.stop)

    def _wait(self, chain_id: int) -> None:
        give_up = time.monotonic() + START_SECONDS
        while True:
            if not self.alive:
                raise AnvilDied(f"anvil ended while starting: {self.last_words() or 'it said nothing'}")
            try:
                found = int(self.rpc("eth_chainId"), 16)
                break
            except EngineError as error:
                if time.monotonic() > give_up:
                    raise EngineError(f"anvil does not answer after {START_SECONDS:.0f} seconds") from error
                time.sleep(0.01)
        if found != chain_id or not self.alive:
            raise WrongChain(f"chain {found} answers on {self.rpc.url}, {chain_id} was started: nothing was sent to it")

    @property
    def alive(self) -> bool:
        """Whether the node runs."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """The end of what anvil wrote to standard error."""
        if self._words.closed:
            return ""
        self._words.seek(0)
        return self._words.read()[-2000:].decode(errors="replace").strip()

    def stop(self) -> None:
        """End the node and wait for it. Stopping twice is fine."""
        self._end()
        self._states.cleanup()

    def _end(self) -> None:
        atexit.unregister(self.stop)
        self.rpc.close() if hasattr(self, "rpc") else None
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._words.close()
