"""The property suite over verification. See `verification_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.verification_machine import VerificationMachine
from tests.support.verification import build


def test_verification_agrees_with_the_exact_model() -> None:
    hall = build()
    run(VerificationMachine, hall.chain.snapshot(), hall=hall)
