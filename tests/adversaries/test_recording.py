"""What a source anchored can be recorded, whatever else the source has anchored and recorded since."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caldera.anchoring import Leaf
from caldera.contracts import structs
from caldera.evm import Anvil, AnvilMissing
from caldera.evm.anvil_process import find_anvil
from caldera.recording import later_than
from tests.support.cargo import build, leaf
from tests.support.suite import build as build_suite
from tests.unit.logistics.test_events import Log

FEW, MANY = 10, 110
STEP = 300
"""Gas that one more event may add to the recording of another."""


@pytest.fixture(scope="module")
def log() -> Iterator[Log]:
    """On a node: there every slot is cold, as on a chain."""
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil() as chain:
        yield Log(build(build_suite(chain)))


def cost(log: Log, later: int, declares: bool) -> int:
    """Gas to record the first event of a shipment after as many later ones; or, where all but the last are void, to
    declare that one wrong as well."""
    port = log.port
    with port.suite.chain.isolated():
        first = leaf("breach", log.start)
        others = [leaf(f"later {number}", log.start + 1 + number) for number in range(later)]
        now = port.suite.chain.now
        wrong = [one._replace(declaredAt=now) for one in others[:-1]] if declares else []
        last = others[-1]._replace(declaredAt=now) if declares else first
        batch = log.anchor(*others, *wrong, last)

        def record(one: Leaf) -> int:
            given = (log.source, batch.root, structs.EventLeaf(*one), batch.proof(one))
            later = later_than(port.events, log.source, one)
            return port.events.recordAt(*given, later, sender=port.mallory).gas_used

        for one in (*others, *wrong):
            record(one)
        return record(last)


@pytest.mark.parametrize("declares", [False, True], ids=["an early event", "an error"])
def test_however_many_were_recorded_before(log: Log, declares: bool) -> None:
    """Whoever anchored a reading that it regrets cannot bury it under later ones."""
    few, many = cost(log, FEW, declares), cost(log, MANY, declares)
    assert many - few < STEP * (MANY - FEW), f"{(many - few) / (MANY - FEW):.0f} gas for each"
