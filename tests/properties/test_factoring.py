"""The property suite over factoring. See `factoring_machine` for the sentences it holds."""

from caldera.contracts import BlacklistToken
from tests.properties.beside import run
from tests.properties.factoring_machine import CASH, EVERYBODY, FactoringMachine
from tests.support.factoring import build


def test_factoring_agrees_with_the_exact_model() -> None:
    desk = build(token=BlacklistToken)
    for name in EVERYBODY:
        desk.money(desk.actor(name), CASH)
    run(FactoringMachine, desk.suite.chain.snapshot(), desk=desk)
