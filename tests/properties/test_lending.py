"""Loans, pledges and lenders: `lending_machine` and `value_machine` have the sentences that hold."""

from tests.properties.beside import run
from tests.properties.lending_machine import LendingMachine
from tests.properties.value_machine import ValueMachine
from tests.support.lending import open_bank
from tests.support.outside import open_outside


def test_loans_pledges_and_lenders_agree_with_the_exact_model() -> None:
    bank = open_bank()
    bank.suite.enrol("buyer2")
    outside = open_outside(bank)
    run(LendingMachine, bank.chain.snapshot(), bank=bank, outside=outside)


def test_nobody_has_more_than_he_brought_or_earned() -> None:
    bank = open_bank()
    bank.suite.enrol("buyer2")
    outside = open_outside(bank)
    run(ValueMachine, bank.chain.snapshot(), bank=bank, outside=outside)
