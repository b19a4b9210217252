"""`ape run deploy`, killed and called again, and `verify`, on a chain with a known rollup's id, by Ape's keystore."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from caldera.evm import Anvil
from tests.unit.deployment.test_engine_port import SET_BY_CONSTRUCTORS, STEPS

ROOT = Path(__file__).resolve().parents[2]
OPTIMISM = 10
KEY = b"\x5c" * 32
KILLED_AFTER = 23


@pytest.fixture
def chain() -> Iterator[Anvil]:
    with Anvil(chain_id=OPTIMISM, timestamp=1_800_000_000) as running:
        running.set_balance(Account.from_key(KEY).address, 10**20)
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder of Ape's with one account."""
    accounts = tmp_path / "accounts"
    accounts.mkdir()
    (accounts / "rehearsal.json").write_text(json.dumps(Account.encrypt(KEY, "a passphrase", iterations=2)))
    return tmp_path


def _own(home: Path) -> dict[str, str]:
    return {**os.environ, "APE_DATA_FOLDER": str(home), "APE_ACCOUNTS_rehearsal_PASSPHRASE": "a passphrase"}


def _command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("ape")), "run", *arguments]


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(_command(*arguments), cwd=ROOT, env=_own(home), capture_output=True, text=True, timeout=400)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def _killed(home: Path, chain: Anvil, *arguments: str) -> int:
    """Ended by SIGKILL in the midst; how many transactions were made."""
    nothing = subprocess.DEVNULL

    def made() -> int:
        return int(chain.rpc("eth_getTransactionCount", Account.from_key(KEY).address, "latest"), 16)

    child = subprocess.Popen(_command(*arguments), cwd=ROOT, env=_own(home), stdout=nothing, stderr=nothing)
    try:
        deadline = time.monotonic() + 300
        while made() < KILLED_AFTER:
            assert child.poll() is None, "it ended by itself"
            assert time.monotonic() < deadline, "it does not get on"
            time.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    return made()


def test_same_command_on_another_network(chain: Anvil, home: Path) -> None:
    manifest = home / "manifest.json"
    there = ["--network", f"caldera:optimism-local:{chain.url}", "--manifest", str(manifest), "--json"]
    before = _killed(home, chain, "deploy", *there, "--account", "rehearsal")
    written = manifest.read_bytes()
    made = _run(home, "deploy", *there, "--account", "rehearsal")
    assert made.returncode == 0, made.stdout + made.stderr
    assert manifest.read_bytes() == written
    deployed = json.loads(made.stdout[made.stdout.index("{") :])
    assert (deployed["network"], deployed["chainId"]) == ("optimism-local", OPTIMISM)
    assert before + deployed["sent"] == chain.nonce(deployed["deployer"]) == STEPS - SET_BY_CONSTRUCTORS

    read = _run(home, "verify", *there)
    assert read.returncode == 0, read.stdout + read.stderr
    assert json.loads(read.stdout[read.stdout.index("{") :])["findings"] == []

    other = _run(home, "verify", *there, "--profile", "profiles/devnet.yml")
    assert other.returncode == 1
    assert "WrongChain" in other.stdout

    unknown = _run(home, "deploy", "--network", f"ethereum:local:{chain.url}", "--account", "rehearsal")
    assert unknown.returncode == 1
    assert "no such profile" in unknown.stdout + unknown.stderr
