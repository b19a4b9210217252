"""A token that answers nothing, refuses to move nothing, and refuses to change an approval: everything goes on as with
any other, and the state machines do not notice. A short run each; `STEPS` makes it longer."""

from __future__ import annotations

import os

import pytest

from caldera.contracts import AwkwardToken
from tests.properties import beside
from tests.properties.beside import run
from tests.properties.factoring_machine import CASH, EVERYBODY, FactoringMachine
from tests.properties.lending_machine import LendingMachine
from tests.properties.revenue_machine import RevenueMachine
from tests.properties.tranche_machine import TrancheMachine
from tests.support import factoring, lending, outside, revenue, tranches

SHORT = 400


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "STEPS", int(os.environ.get("STEPS", SHORT)))


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
    doors = outside.open_outside(bank)
    run(LendingMachine, bank.chain.snapshot(), bank=bank, outside=doors)


def test_deals_go_on() -> None:
    market = tranches.open_market(token=AwkwardToken)
    run(TrancheMachine, market.chain.snapshot(), market=market)
