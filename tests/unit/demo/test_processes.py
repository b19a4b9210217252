"""Node processes end with whoever started them, and say what is wrong where they do not do their part."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from eth_account import Account as Keys

from caldera.demo import processes
from caldera.demo.processes import NodeFailed, NodeProcess, NodeProcesses
from caldera.evm.anvil_process import free_port
from tests.support.processes import gone, pid_of

NOWHERE = {
    "node": 1,
    "chain": {"id": 51741, "rpc_url": "http://127.0.0.1:9", "poll_seconds": "0.2"},
    "contracts": {"verification": "0x" + "11" * 20},
    "store": "node1.sqlite",
    "documents": {"sources": [{"folder": "."}]},
    "checks": [{"name": "invoice-arithmetic"}],
}


def node(folder: Path, key: str = "none.json") -> NodeProcess:
    """A node without a key, or with one and no chain."""
    secret = folder / "pass"
    secret.write_text("phrase\n")
    secret.chmod(0o600)
    return NodeProcess("Aurora Nodes", folder, NOWHERE | {"key": {"keystore": key, "passphrase_file": "pass"}})


def with_key(folder: Path) -> NodeProcess:
    """It listens, and waits for a chain that is not there."""
    (folder / "key.json").write_text(json.dumps(Keys.encrypt(b"\1" * 32, "phrase", kdf="scrypt", iterations=2)))
    return node(folder, "key.json")


def test_a_node_that_cannot_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    one = node(tmp_path)
    with NodeProcesses([one]) as running, pytest.raises(NodeFailed, match=r"Aurora Nodes has ended") as failed:
        running.start()
    assert "none.json" in str(failed.value)
    assert "KeyRefused" in str(failed.value)
    assert not one.alive


def listening(one: NodeProcess) -> bool:
    return '"event": "listening"' in one.tail()


def test_a_node_that_is_not_well_is_given_up_and_stopped(tmp_path: Path) -> None:
    one = with_key(tmp_path)
    with NodeProcesses([one]) as running:
        one.port = free_port()
        one.start([])
        running.until("it to say why", lambda: "the chain does not answer" in one.tail())
        with pytest.raises(NodeFailed, match=r"^waited 1 seconds for it to be well") as failed:
            NodeProcesses([one], patience=1).until("it to be well", lambda: one.ask("/health"))
        assert "Aurora Nodes: " in str(failed.value)
        assert "the chain does not answer" in str(failed.value)
        assert one.alive
        pid = pid_of(one)
        # It listens, but 503 is no answer to whoever waits.
        with socket.create_connection(("127.0.0.1", one.port), timeout=5):
            assert one.ask("/health") is None
    assert not one.alive
    assert gone(pid)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", one.port), timeout=5)


def test_a_node_that_is_killed_is_noticed_at_once(tmp_path: Path) -> None:
    one = with_key(tmp_path)
    with NodeProcesses([one]) as running:
        one.port = free_port()
        one.start([])
        running.until("it to listen", lambda: listening(one))
        os.kill(pid_of(one), signal.SIGKILL)
        began = time.monotonic()
        with pytest.raises(NodeFailed, match=r"Aurora Nodes has ended\. Its last words:\n.*listening"):
            running.until("nothing", lambda: False)
        assert time.monotonic() - began < 30
    one.stop()  # once more is fine


def test_a_port_that_was_taken_meanwhile_is_left_to_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = with_key(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        free = free_port()
        given: list[int] = []

        def choose() -> int:
            given.append(taken if not given else free)
            return given[-1]

        monkeypatch.setattr(processes, "free_port", choose)
        # There is no chain: it comes as far as listening.
        monkeypatch.setattr(processes, "_well", listening)
        with NodeProcesses([one]) as running:
            running.start()
            assert one.alive
    assert (given, one.port, one.starts) == ([taken, free], free, 2)


def test_every_port_taken_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = with_key(tmp_path)
    monkeypatch.setattr(processes, "STARTS", 1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(processes, "free_port", lambda: other.getsockname()[1])
        with NodeProcesses([one]) as running, pytest.raises(NodeFailed, match="was taken by somebody else"):
            running.start()


def test_lines_that_are_no_json_are_passed_over(tmp_path: Path) -> None:
    one = node(tmp_path)
    assert (one.lines(), one.tail(), one.alive) == ([], "it said nothing", False)
    one.log.write_text('{"event": "a"}\nTraceback\n{"event": "b')
    assert one.lines() == [{"event": "a"}]
    assert one.tail().endswith('{"event": "b')
