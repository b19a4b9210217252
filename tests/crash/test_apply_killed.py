"""The command itself, ended by SIGKILL while it deploys the development profile on anvil."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from typer.testing import CliRunner

from caldera.deployment.cli import app
from tests.integration.deployment_node import ROOT, running
from tests.unit.deployment.test_engine_port import SET_BY_CONSTRUCTORS, STEPS

SEED = 20_260_802
KILLS = 3


def test_killed_at_a_sample_of_transactions(tmp_path: Path) -> None:
    """Wherever the signal falls: before a transaction, while it is on its way, or between it and the next."""
    sent, drawn = STEPS - SET_BY_CONSTRUCTORS, random.Random(SEED)
    path, written = tmp_path / "m.json", b""
    with running(tmp_path) as node:
        port, own = node.port(), {**os.environ, "KEY": node.keys[0]}
        common = ["--profile", str(ROOT / "profiles/devnet.yml"), "--rpc-url", node.url, "--manifest", str(path)]
        arguments = ["apply", *common, "--private-key-env", "KEY", "--json"]
        line = [sys.executable, "-m", "caldera.cli", "deploy", *arguments]
        for wanted in sorted(drawn.sample(range(1, sent), KILLS)):
            child = subprocess.Popen(line, env=own, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                deadline = time.monotonic() + 300
                while port.nonce(str(port.deployer)) < wanted:
                    assert child.poll() is None, "it ended by itself"
                    assert time.monotonic() < deadline, "it does not get on"
                    time.sleep(drawn.uniform(0, 0.01))
            finally:
                child.send_signal(signal.SIGKILL)
                child.wait(30)
            written = written or path.read_bytes()
            assert path.read_bytes() == written
        ended = CliRunner().invoke(app, arguments, env=own)
        assert ended.exit_code == 0, ended.output
        assert port.nonce(str(port.deployer)) == sent
        assert path.read_bytes() == written
