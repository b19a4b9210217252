"""The property suite over light nodes. See `light_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.light_machine import LightMachine
from tests.support.light import build


def test_light_nodes_agree_with_the_exact_model() -> None:
    place = build(budget=0)
    run(LightMachine, place.suite.chain.snapshot(), place=place)
