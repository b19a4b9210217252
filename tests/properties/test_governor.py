"""The property suite over votes and proposals. See `governor_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.governor_machine import LEAST, GovernorMachine
from tests.support.governance import build


def test_governance_agrees_with_the_exact_model() -> None:
    hall = build(least=LEAST)
    run(GovernorMachine, hall.chain.snapshot(), hall=hall)
