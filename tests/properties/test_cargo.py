"""The property suite over cargo and events. See `cargo_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.cargo_machine import CargoMachine, stand


def test_cargo_and_events_agree_with_the_exact_models() -> None:
    port = stand()
    run(CargoMachine, port.suite.chain.snapshot(), port=port)
