"""The property suite over loans, pledges and lenders. See `lending_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.lending_machine import LendingMachine
from tests.support.lending import open_bank


def test_loans_pledges_and_lenders_agree_with_the_exact_model() -> None:
    bank = open_bank()
    run(LendingMachine, bank.chain.snapshot(), bank=bank)
