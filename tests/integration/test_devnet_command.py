"""`caldera devnet`: what it says is enough for the other commands, and gone when the chain is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from caldera.deployment.manifest import Manifest
from caldera.deployment.web3_port import Web3Port


def test_the_chain_its_manifest_and_their_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "caldera.cli", "devnet", "--json", "--seconds", "3"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        text = ""
        for line in running.stdout:
            text += line
            if line.startswith("}"):
                break
        said = json.loads(text)
        manifest = Manifest.load(tmp_path / said["manifest"])
        assert manifest
        assert {name: one.address for name, one in manifest.contracts.items()} == said["contracts"]
        port = Web3Port(said["rpc"])
        assert str(port.chain_id) == said["chain id"] == str(manifest.chain_id)
        assert port.code(said["contracts"]["CalderaGovernor"])
        assert running.wait(60) == 0
    assert list((tmp_path / "deployments").iterdir()) == []
