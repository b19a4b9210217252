"""The property suite over a fund of governance. See `fund_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.fund_machine import FundMachine
from tests.support.fund import build


def test_the_fund_agrees_with_the_exact_model() -> None:
    stand = build()
    run(FundMachine, stand.chain.snapshot(), stand=stand)
