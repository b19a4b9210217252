"""The committed gas table is what the contracts cost."""

import json

from benchmarks.gas import GAS_JSON, run
from benchmarks.rows import OURS

SIGNED = {
    "attest.3",
    "attest.7",
    "attest.15",
    "goods.claim",
    "goods.use.first",
    "goods.use",
    "credit.record",
    "factoring.fill",
    "factoring.fill.first",
    "factoring.fill.recourse",
    "finance.atomic",
    "finance.discount",
    "finance.step.05",
    "finance.steps",
    "fund.stream.open.3",
    "fund.stream.open.13",
    "joint.form.3",
    "joint.open",
    "joint.commit",
    "joint.reveal",
}


DRAWN = {"dispute.full"}
"""What depends on the hash of a block: a node that cannot sit in a panel may be drawn, and another trial is made."""

TIMED = {"pool.exit.request"}
"""What depends on whether a second passed between two transactions: interest is kept by the second."""


def test_the_committed_figures_are_those_of_these_contracts() -> None:
    committed = {
        row["operation"]: row["gas"] for row in json.loads(GAS_JSON.read_text()) if row["implementation"] == OURS
    }
    measured = {row.operation: row.gas for row in run([OURS])}
    # Zero bytes are cheaper: of a signature or hash over the node's chain id, which is drawn anew, and of times of day.
    signed = {name: measured.pop(name) - committed.pop(name) for name in SIGNED}
    assert all(abs(difference) <= 200 for difference in signed.values()), signed
    timed = {name: measured.pop(name) - committed.pop(name) for name in TIMED}
    assert all(abs(difference) <= 1_000 for difference in timed.values()), timed
    drawn = {name: measured.pop(name) - committed.pop(name) for name in DRAWN}
    assert all(abs(difference) <= 50_000 for difference in drawn.values()), drawn
    assert measured == committed, "run `make gas` and commit benchmarks/gas.*; a worse figure needs its reason"
