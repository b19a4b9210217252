"""The property suite over energy and carbon. See `energy_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.energy_machine import EnergyMachine
from tests.support.grid import build


def test_energy_and_carbon_agree_with_the_exact_model() -> None:
    grid = build()
    run(EnergyMachine, grid.chain.snapshot(), grid=grid)
