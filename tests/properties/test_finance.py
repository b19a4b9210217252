"""The property suite over all of finance together. See `finance_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.finance_machine import FinanceMachine
from tests.support.finance import build


def test_finance_keeps_its_books() -> None:
    finance = build()
    run(FinanceMachine, finance.chain.snapshot(), finance=finance)
