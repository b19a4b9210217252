"""A token that answers nothing, refuses to move nothing, and refuses to change an approval: everything goes on as with
any other, and the state machines do not notice. A short run each; `STEPS` makes it longer."""

from __future__ import annotations

import os
from typing import Any

import pytest

from caldera.contracts import AwkwardToken, HostileReceiver
from caldera.evm import ContractError, Revm
from tests.properties import beside
from tests.properties.beside import run
from tests.properties.factoring_machine import CASH, EVERYBODY, FactoringMachine
from tests.properties.lending_machine import LendingMachine
from tests.properties.revenue_machine import RevenueMachine
from tests.properties.tranche_machine import TrancheMachine
from tests.support import factoring, lending, outside, revenue, tranches

SHORT = 200


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "STEPS", int(os.environ.get("STEPS", SHORT)))


def test_it_is_as_awkward_as_it_says() -> None:
    chain = Revm()
    someone = chain.account("someone")
    token, holder = AwkwardToken.deploy(chain, sender=someone), HostileReceiver.deploy(chain, sender=someone)
    token.mint(holder, 10, sender=someone)

    def asked(function: str, *values: Any) -> bytes:
        return bytes(holder.act(token, getattr(token.calldata, function)(*values), sender=someone).returned)

    assert asked("transfer", someone, 4) == b""
    assert asked("approve", someone, 4) == b""
    for refused in (("transfer", someone, 0), ("approve", someone, 5)):
        with pytest.raises(ContractError):
            asked(*refused)
    assert asked("approve", someone, 0) == b""
    assert token.transferFrom(holder, someone, 0, sender=someone).returned
    assert token.balanceOf(someone) == 4


def test_revenue_goes_on() -> None:
    stand = revenue.build(token=AwkwardToken)
    run(RevenueMachine, stand.suite.chain.snapshot(), revenue=stand)


def test_factoring_goes_on() -> None:
    desk = factoring.build(token=AwkwardToken)
    for name in EVERYBODY:
        desk.money(desk.actor(name), CASH)
    run(FactoringMachine, desk.suite.chain.snapshot(), desk=desk)


def test_lending_goes_on() -> None:
    bank = lending.open_bank(token=AwkwardToken)
    bank.suite.enrol("buyer2")
    protocol = outside.open_outside(bank)
    run(LendingMachine, bank.chain.snapshot(), bank=bank, outside=protocol)


def test_deals_go_on() -> None:
    market = tranches.open_market(token=AwkwardToken)
    run(TrancheMachine, market.chain.snapshot(), market=market)
