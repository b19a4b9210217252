"""What is written in assembly does the same whichever of the compiler's two pipelines made the code around it."""

import os
import subprocess
import sys
from pathlib import Path

from caldera import artifacts
from tests.faults.building import ROOT, compile_, sources, write

TESTS = "tests/unit/circulation/test_revenue_hostile.py"


def test_payments_that_may_fail_are_made_by_code_of_the_other_pipeline(tmp_path: Path) -> None:
    """In assembly an address may have anything above its 160 bits: where it had, every payment failed and was owed."""
    manifest = tmp_path / "manifest.json"
    write(compile_(sources(), ["contracts/circulation/RevenueCycle.sol"], via_ir=False), manifest)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", TESTS],
        cwd=ROOT,
        env=os.environ | {artifacts.ENVIRONMENT: str(manifest)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
