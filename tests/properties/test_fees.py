"""The property suite over fees and the oracle of ERA. See `fee_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.fee_machine import FeeMachine, RateMachine
from tests.support.economy import build


def test_fees_agree_with_the_exact_model() -> None:
    economy = build()
    run(FeeMachine, economy.chain.snapshot(), economy=economy)


def test_the_oracle_agrees_with_the_exact_mean() -> None:
    economy = build()
    economy.oracle.setPriceFeed(economy.source, sender=economy.admin)
    run(RateMachine, economy.chain.snapshot(), economy=economy)
