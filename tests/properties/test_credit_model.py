"""The property suite over attestors, operating record and credit model. `credit_machine` says what it holds."""

from tests.properties.beside import run
from tests.properties.credit_machine import CreditMachine
from tests.support.credit import build_desk


def test_record_and_limits_agree_with_the_exact_model() -> None:
    desk = build_desk(None)
    run(CreditMachine, desk.suite.chain.snapshot(), desk=desk)
