"""What is written in assembly does the same whichever of the compiler's two pipelines made the code around it."""

from pathlib import Path

from tests.faults.building import compile_, sources, write
from tests.faults.planted import passes


def test_payments_that_may_fail_are_made_by_code_of_the_other_pipeline(tmp_path: Path) -> None:
    """In assembly an address may have anything above its 160 bits: where it had, every payment failed and was owed."""
    manifest = tmp_path / "manifest.json"
    write(compile_(sources(), ["contracts/circulation/RevenueCycle.sol"], via_ir=False), manifest)
    assert passes(manifest, ["tests/unit/circulation/test_revenue_hostile.py"])
