"""Settlements are told in the transaction in which they happen: by the module of receivables and by factoring."""

from __future__ import annotations

from typing import Any

import pytest

from caldera.contracts import CirculationIncentives, EraToken, events, structs
from caldera.evm import Revm
from tests.support import factoring, incentives
from tests.support.incentives import Economy
from tests.support.suite import MINIMUM, NOBODY, ROLES, reverts

FACE = 100 * MINIMUM


def _tell(told: Any, contract: Any, book: CirculationIncentives) -> None:
    told.access.grantRole(ROLES["SETTLER"], contract, 0, sender=told.admin)
    contract.setRecorder(book, sender=told.admin)


@pytest.fixture
def told(economy: Economy) -> Economy:
    """The module of receivables tells of payments."""
    _tell(economy.suite, economy.suite.module, economy.incentives)
    return economy


class TestPayments:
    def test_a_payment_is_told_from_debtor_to_creditor(self, told: Economy) -> None:
        asset = told.suite.circulating(face=FACE)
        told.suite.pay(asset, 30 * MINIMUM)
        assert told.flow("buyer", "seller", told.epoch) == 30 * MINIMUM  # a unit is worth USD 1, both have 6 decimals
        assert told.flow("seller", "buyer", told.epoch) == 0
        told.suite.pay(asset, FACE)
        assert told.flow("buyer", "seller", told.epoch) == FACE  # what was taken, not what was offered

    def test_whoever_pays_and_whoever_holds_it_is_between_the_parties_of_the_invoice(self, told: Economy) -> None:
        asset = told.suite.circulating(face=FACE)
        told.suite.send(told.suite.seller, told.suite.alice, asset, FACE)
        told.suite.pay(asset, 10 * MINIMUM, payer=told.suite.mallory)
        assert told.flow("buyer", "seller", told.epoch) == 10 * MINIMUM
        assert told.flow("buyer", "alice", told.epoch) == 0

    def test_each_line_is_told(self, told: Economy) -> None:
        asset = told.suite.circulating(lines=(40 * MINIMUM, 60 * MINIMUM), face=FACE)
        told.suite.pay(asset + 2, 5 * MINIMUM)
        assert told.flow("buyer", "seller", told.epoch) == 5 * MINIMUM

    def test_a_refused_payment_is_not_told(self, told: Economy) -> None:
        asset = told.suite.circulating(face=FACE)
        with reverts("ERC20InsufficientAllowance"):
            told.suite.module.pay(asset, MINIMUM, sender=told.suite.buyer)
        assert told.flow("buyer", "seller", told.epoch) == 0

    def test_what_is_paid_back_is_set_off(self, told: Economy) -> None:
        """Two that send the same money to and fro circulate nothing."""
        suite, epoch = told.suite, told.epoch
        suite.pay(suite.circulating(face=FACE), FACE)
        told.settle("seller", "buyer", FACE)
        told.when_countable(epoch)
        assert told.count("buyer", "seller", epoch) == 0

    def test_what_stays_is_rewarded(self, told: Economy) -> None:
        suite, epoch = told.suite, told.epoch
        suite.pay(suite.circulating(face=FACE), FACE)
        told.when_countable(epoch)
        assert told.count("buyer", "seller", epoch) == FACE * 12_000 * incentives.ERA // incentives.MILLION

    def test_without_a_recorder_nothing_is_told(self, economy: Economy) -> None:
        economy.suite.pay(economy.suite.circulating(face=FACE), FACE)
        assert economy.flow("buyer", "seller", economy.epoch) == 0

    def test_telling_can_be_ended(self, told: Economy) -> None:
        module = told.suite.module
        receipt = module.setRecorder(NOBODY, sender=told.suite.admin)
        assert receipt.events == (events.RecorderSet(NOBODY, emitter=module.address),)
        assert module.recorder() == NOBODY
        told.suite.pay(told.suite.circulating(face=FACE), FACE)
        assert told.flow("buyer", "seller", told.epoch) == 0

    def test_who_tells_needs_the_role(self, economy: Economy) -> None:
        suite = economy.suite
        suite.module.setRecorder(economy.incentives, sender=suite.admin)
        asset = suite.circulating(face=FACE)
        with reverts("NotASettler", caller=suite.module.address):
            suite.pay(asset, MINIMUM)
        suite.access.grantRole(ROLES["SETTLER"], suite.module, 0, sender=suite.admin)
        suite.pay(asset, MINIMUM)

    def test_only_the_admin_says_to_whom(self, economy: Economy) -> None:
        for name in ("officer", "mallory"):
            with reverts("AccessManagedUnauthorized"):
                economy.suite.module.setRecorder(economy.incentives, sender=economy.suite.actors[name])
        economy.suite.module.setRecorder(economy.incentives, sender=economy.suite.admin)
        assert economy.suite.module.recorder() == economy.incentives.address


class TestSales:
    def test_a_sale_is_told_from_factor_to_seller_at_its_price(self) -> None:
        desk = factoring.build(Revm())
        suite = desk.suite
        era = EraToken.deploy(suite.chain, suite.admin, sender=suite.admin)
        periods = structs.Periods(incentives.EPOCH, incentives.WINDOW, incentives.REVIEW, incentives.VESTING)
        stand = CirculationIncentives.deploy(
            suite.chain, suite.access, era, suite.registry, periods, incentives.CAP, sender=suite.admin
        )
        _tell(suite, desk.factoring, stand)
        asset = suite.circulating(face=FACE)
        had = suite.token.balanceOf(suite.seller)
        desk.sell(asset, 40 * MINIMUM)
        price = suite.token.balanceOf(suite.seller) - had
        factor = suite.entities["alice"]
        epoch = suite.chain.now // stand.epochLength()
        assert 0 < price < 40 * MINIMUM
        assert stand.flowOf(factor, suite.entities["seller"], epoch) == (price, 0)
        with reverts("AccessManagedUnauthorized"):
            desk.factoring.setRecorder(NOBODY, sender=suite.officer)
