"""The property suite over airdrops. See `airdrop_machine` for the sentences it holds."""

from tests.properties.airdrop_machine import AirdropMachine
from tests.properties.beside import run
from tests.support.airdrop import build


def test_airdrops_agree_with_the_exact_model() -> None:
    drop = build()
    run(AirdropMachine, drop.chain.snapshot(), drop=drop)
