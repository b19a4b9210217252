"""The property suite over securitised deals. See `tranche_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.tranche_machine import TrancheMachine
from tests.support.tranches import open_market


def test_deals_tranches_and_vaults_agree_with_the_exact_model() -> None:
    market = open_market()
    run(TrancheMachine, market.chain.snapshot(), market=market)
