"""The property suite over grants. See `vesting_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.vesting_machine import VestingMachine
from tests.support.vesting import build


def test_grants_agree_with_the_exact_model() -> None:
    vesting = build()
    run(VestingMachine, vesting.suite.chain.snapshot(), vesting=vesting)
