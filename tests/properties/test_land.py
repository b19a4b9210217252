"""The property suite over rights in trust and their income. See `land_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.land_machine import LandMachine, stand


def test_trusts_and_their_income_agree_with_the_exact_model() -> None:
    estate = stand()
    run(LandMachine, estate.chain.snapshot(), estate=estate)
