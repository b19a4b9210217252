"""The property suite over rights and leases. See `rights_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.rights_machine import RightsMachine
from tests.support.estate import build


def test_rights_and_leases_agree_with_the_exact_model() -> None:
    estate = build()
    run(RightsMachine, estate.chain.snapshot(), estate=estate)
