"""The property suite over governed numbers. See `parameter_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.parameter_machine import ParameterMachine
from tests.support.parameters import build


def test_governed_numbers_agree_with_the_exact_model() -> None:
    book = build()
    run(ParameterMachine, book.chain.snapshot(), book=book)
