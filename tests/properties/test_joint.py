"""The property suite over joint decisions. See `joint_machine` for the sentences it holds."""

from tests.properties.beside import run
from tests.properties.joint_machine import JointMachine
from tests.support.joint import build


def test_joint_decisions_agree_with_the_exact_model() -> None:
    table = build()
    run(JointMachine, table.shop.chain.snapshot(), table=table, signatures={})
