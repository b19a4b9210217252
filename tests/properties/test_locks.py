"""Runs the machines of locks; `STEPS` sets how many steps."""

from tests.properties.beside import run
from tests.properties.lock_machine import GrowthMachine, LockMachine
from tests.support.locks import build


def test_locks() -> None:
    stand = build()
    run(LockMachine, stand.suite.chain.snapshot(), stand=stand)


def test_locks_that_need_growth() -> None:
    stand = build(growth=True)
    run(GrowthMachine, stand.suite.chain.snapshot(), stand=stand)
