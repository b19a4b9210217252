"""`ape run deploy` and `verify` on a local chain that has the id of a known rollup, with a keystore of Ape's."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from caldera.evm import Anvil

ROOT = Path(__file__).resolve().parents[2]
OPTIMISM = 10
KEY = b"\x5c" * 32


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


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "APE_DATA_FOLDER": str(home), "APE_ACCOUNTS_rehearsal_PASSPHRASE": "a passphrase"}
    command = [str(Path(sys.executable).with_name("ape")), "run", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=400)


def test_same_command_on_another_network(chain: Anvil, home: Path) -> None:
    manifest = home / "manifest.json"
    there = ["--network", f"caldera:optimism-local:{chain.url}", "--manifest", str(manifest), "--json"]
    made = _run(home, "deploy", *there, "--account", "rehearsal")
    assert made.returncode == 0, made.stdout + made.stderr
    deployed = json.loads(made.stdout[made.stdout.index("{") :])
    assert (deployed["network"], deployed["chainId"]) == ("optimism-local", OPTIMISM)
    assert deployed["sent"] == chain.nonce(deployed["deployer"]) > 250

    read = _run(home, "verify", *there)
    assert read.returncode == 0, read.stdout + read.stderr
    assert json.loads(read.stdout[read.stdout.index("{") :])["findings"] == []

    other = _run(home, "verify", *there, "--profile", "profiles/devnet.yml")
    assert other.returncode == 1
    assert "WrongChain" in other.stdout

    unknown = _run(home, "deploy", "--network", f"ethereum:local:{chain.url}", "--account", "rehearsal")
    assert unknown.returncode == 1
    assert "no such profile" in unknown.stdout + unknown.stderr
