"""The life of the node: what starts, what is refused, what is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from caldera.contracts import EvmProbe
from caldera.evm import Anvil, EngineError, anvil_process
from caldera.evm.anvil_process import AnvilProcess, free_port
from caldera.evm.rpc import JsonRpc, RpcError


@pytest.fixture(autouse=True)
def _installed(shared_anvil: Anvil) -> None:
    """Skips without anvil."""


def node_pid(chain: Anvil) -> int:
    """Process id of anvil itself, below its guard."""
    guard = chain._node._process.pid
    children = Path(f"/proc/{guard}/task/{guard}/children").read_text().split()
    assert len(children) == 1
    return int(children[0])


def gone(pid: int) -> bool:
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.mark.known_defect("ape-foundry-port")
def test_a_strangers_chain_is_refused(anvil: Anvil, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another node already listens on the port that was thought free."""
    port = int(anvil.url.rsplit(":", 1)[1])
    monkeypatch.setattr(anvil_process, "free_port", lambda: port)
    block = anvil.rpc("eth_blockNumber")
    with pytest.raises(EngineError) as caught:
        Anvil(chain_id=51742)
    assert "answers on" in str(caught.value) or "ended while starting" in str(caught.value)
    assert anvil.rpc("eth_blockNumber") == block


@pytest.mark.known_defect("ape-foundry-port")
def test_a_wrong_chain_id_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that runs, and is not the chain that was asked for."""
    sent: list[str] = []

    class Liar(JsonRpc):
        def __call__(self, method: str, *params: object) -> object:
            sent.append(method)
            answer = super().__call__(method, *params)
            return hex(int(answer, 16) + 1) if method == "eth_chainId" else answer

    monkeypatch.setattr(anvil_process, "JsonRpc", Liar)
    with pytest.raises(EngineError, match=r"chain 51742 answers on .*, 51741 was started: nothing was sent to it"):
        Anvil()
    assert set(sent) == {"eth_chainId"}


def test_a_taken_port_is_left_for_another(monkeypatch: pytest.MonkeyPatch, anvil: Anvil) -> None:
    taken, free = int(anvil.url.rsplit(":", 1)[1]), free_port()
    ports = iter([taken, free])
    monkeypatch.setattr(anvil_process, "free_port", lambda: next(ports))
    try:
        chain = Anvil(chain_id=777)
    except EngineError as error:
        assert "777 was started" in str(error)  # the other node answered before ours gave up
    else:
        with chain:
            assert chain.url.endswith(str(free))


def test_a_killed_node_is_said_to_have_ended() -> None:
    with Anvil() as chain:
        probe = EvmProbe.deploy(chain, sender=chain.account("owner"))
        os.kill(node_pid(chain), signal.SIGKILL)
        with pytest.raises(EngineError, match="anvil has ended; start a new one"):
            probe.step(sender=chain.account("owner"))
        with pytest.raises(EngineError, match="anvil has ended; start a new one"):
            probe.stored()


def test_closing_ends_the_node_and_can_be_repeated() -> None:
    chain = Anvil()
    pid = node_pid(chain)
    chain.close()
    assert gone(pid)
    chain.close()


def test_an_exception_ends_the_node() -> None:
    def work() -> None:
        with Anvil() as chain:
            pids.append(node_pid(chain))
            raise ZeroDivisionError

    pids: list[int] = []
    with pytest.raises(ZeroDivisionError):
        work()
    assert gone(pids[0])


SCRIPT = """
import sys, time
from pathlib import Path
from caldera.evm import Anvil
chain = Anvil()
guard = chain._node._process.pid
print(Path(f"/proc/{guard}/task/{guard}/children").read_text().strip(), flush=True)
ENDING
"""


@pytest.mark.parametrize(
    ("ending", "sent"),
    [
        ("sys.exit(0)", None),
        ("raise RuntimeError", None),
        ("time.sleep(60)", signal.SIGINT),
        ("time.sleep(60)", signal.SIGTERM),
        ("time.sleep(60)", signal.SIGKILL),
    ],
)
def test_no_node_outlives_its_script(ending: str, sent: signal.Signals | None) -> None:
    script = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.replace("ENDING", ending)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # What runs in a shell's background ignores interrupts, and so would the script.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert script.stdout is not None
    pid = int(script.stdout.readline())
    if sent is not None:
        assert Path(f"/proc/{pid}").exists()
        script.send_signal(sent)
    script.wait(timeout=60)
    script.stdout.close()
    assert gone(pid)


def test_without_anvil_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(anvil_process, "_PROJECT", tmp_path)
    with pytest.raises(EngineError, match="anvil is not installed: run `make setup`"):
        Anvil()


def test_a_program_that_ends_at_once_is_reported() -> None:
    with pytest.raises(EngineError, match="anvil ended while starting"):
        Anvil(program="/bin/false")
    with pytest.raises(EngineError, match=r"anvil ended while starting: .*--no-such-option"):
        Anvil(arguments=["--no-such-option"])


def test_a_program_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\nexec sleep 60\n")
    mute.chmod(0o755)
    monkeypatch.setattr(anvil_process, "START_SECONDS", 0.5)
    with pytest.raises(EngineError, match="does not answer"):
        AnvilProcess(1, [], program=str(mute))


@pytest.mark.known_defect("pyrevm-spec")
def test_the_hardfork_is_the_one_that_was_asked_for() -> None:
    """CLZ is an opcode of Osaka: before it, the same code halts."""
    code = bytes.fromhex("60011e5f5260205ff3")  # CLZ(1), returned from the constructor as code
    with Anvil(hardfork="cancun") as chain:
        assert not chain.deploy_raw(code, chain.account("owner")).ok
    with Anvil(hardfork="osaka", arguments=["--disable-code-size-limit"]) as chain:
        created = chain.deploy(code, chain.account("owner")).created
        assert created is not None
        assert int.from_bytes(chain.code(created), "big") == 255


def test_a_contract_can_send_here(anvil: Anvil) -> None:
    probe = EvmProbe.deploy(anvil, sender=anvil.account("owner"))
    assert probe.step(sender=probe).returned == 1


def test_time_stands_still_while_the_clock_runs(anvil: Anvil) -> None:
    probe = EvmProbe.deploy(anvil, sender=anvil.account("owner"))
    before = probe.step(sender=anvil.account("owner")).timestamp
    time.sleep(1.1)
    assert probe.step(sender=anvil.account("owner")).timestamp == before == anvil.now


def test_gas_is_a_chains(anvil: Anvil) -> None:
    """A plain transfer of wei costs 21,000; the same write costs the same in the next transaction."""
    owner = anvil.account("owner")
    assert anvil.transact(anvil.account("other"), b"", owner).gas_used == 21_000
    probe = EvmProbe.deploy(anvil, sender=owner)
    probe.store(1, b"a" * 32, sender=owner)
    first, second = (probe.store(1, value * 32, sender=owner).gas_used for value in (b"b", b"c"))
    assert first == second


def test_an_error_of_the_node_keeps_its_words(anvil: Anvil) -> None:
    with pytest.raises(RpcError, match="no_such_method") as caught:
        anvil.rpc("no_such_method")
    assert caught.value.code == -32601


def test_an_idle_connection_that_was_closed_is_opened_again(anvil: Anvil) -> None:
    connection = anvil._node.rpc._connection
    anvil.rpc("eth_chainId")
    assert connection.sock is not None
    import socket

    connection.sock.shutdown(socket.SHUT_RDWR)
    assert int(anvil.rpc("eth_chainId"), 16) == anvil.chain_id


@pytest.mark.known_defect("anvil-receipt")
def test_a_receipt_that_comes_late_is_waited_for(anvil: Anvil, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = EvmProbe.deploy(anvil, sender=anvil.account("owner"))
    rpc, asked = anvil._node.rpc, []

    def slow(method: str, *params: object) -> object:
        asked.append(method)
        if method == "eth_sendTransactionSync":
            return rpc("eth_sendTransaction", *params)
        if method == "eth_getTransactionReceipt" and asked.count(method) < 3:
            return None
        return rpc(method, *params)

    monkeypatch.setattr(anvil, "rpc", slow)
    assert probe.step(sender=anvil.account("owner")).returned == 1
    assert asked.count("eth_getTransactionReceipt") == 3
