"""The property suite over revenue. See `revenue_machine` for the sentences it holds."""

from caldera.contracts import BlacklistToken
from tests.properties.beside import run
from tests.properties.revenue_machine import RevenueMachine
from tests.support.revenue import build


def test_revenue_agrees_with_the_exact_model() -> None:
    revenue = build(token=BlacklistToken)
    run(RevenueMachine, revenue.suite.chain.snapshot(), revenue=revenue)
