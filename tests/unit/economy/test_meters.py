"""Who brings an asset on chain, or has the router work for it, pays for it in ERA once a meter is set."""

from __future__ import annotations

from typing import Any

import pytest

from caldera.contracts import DirectedGoods, UsageRight, events, structs
from tests.support.economy import ERA, Economy
from tests.support.suite import KIND, MINIMUM, NOBODY, ROLES, reverts

ROUTING, MAPPING = 0, 1


@pytest.fixture
def metered(economy: Economy) -> Economy:
    """Receivables are charged for, in scenario 1; the seller has prepaid 100 ERA."""
    suite, scenario = economy.suite, economy.open()
    suite.access.grantRole(ROLES["CHARGER"], suite.ledger, 0, sender=suite.admin)
    suite.ledger.setMeter(KIND, economy.router, scenario, sender=suite.admin)
    # Enrolled before the router subscribed: the next change of its word tells the router.
    suite.registry.suspend(suite.seller, sender=suite.officer)
    suite.registry.reinstate(suite.seller, sender=suite.officer)
    economy.deposit(suite.entities["seller"], 100 * ERA)
    return economy


def _paid(economy: Economy) -> int:
    return int(economy.router.feesPaidBy(economy.suite.entities["seller"]))


class TestLedgers:
    def test_an_asset_costs_one_mapping(self, metered: Economy) -> None:
        suite = metered.suite
        _, due = metered.router.feeOf(MAPPING)
        assert due > 0
        suite.create()
        entity = suite.entities["seller"]
        assert metered.router.prepaidOf(entity) == 100 * ERA - due
        assert metered.router.unsettledOf(1)[0] == due == _paid(metered)

    def test_its_order_lines_cost_nothing_more(self, metered: Economy) -> None:
        _, due = metered.router.feeOf(MAPPING)
        metered.suite.create(lines=(40 * MINIMUM, 60 * MINIMUM), face=100 * MINIMUM)
        assert _paid(metered) == due

    def test_circulating_it_costs_nothing(self, metered: Economy) -> None:
        suite = metered.suite
        asset = suite.circulating()
        paid = _paid(metered)
        suite.send(suite.seller, suite.alice, asset, 10 * MINIMUM)
        suite.pay(asset, MINIMUM)
        assert _paid(metered) == paid

    def test_who_has_not_prepaid_creates_nothing(self, metered: Economy) -> None:
        suite, router, entity = metered.suite, metered.router, metered.suite.entities["seller"]
        _, due = router.feeOf(MAPPING)
        router.withdrawPrepaid(100 * ERA - due + 1, sender=suite.seller)
        with reverts("PrepaidTooLow", entity=entity, prepaid=due - 1, due=due):
            suite.create()
        metered.deposit(entity, 1)
        suite.create()

    def test_a_free_service_needs_no_account(self, metered: Economy) -> None:
        metered.router.withdrawPrepaid(100 * ERA, sender=metered.suite.seller)
        metered.router.setFeePrice(MAPPING, 0, sender=metered.officer)
        metered.suite.create()
        assert _paid(metered) == 0

    def test_without_a_meter_nobody_pays(self, economy: Economy) -> None:
        economy.suite.create()
        assert economy.suite.ledger.meterOf(KIND) == (NOBODY, 0)

    def test_it_is_set_and_ended_by_the_admin_only(self, metered: Economy) -> None:
        ledger, admin = metered.suite.ledger, metered.suite.admin
        assert ledger.meterOf(KIND) == (metered.router.address, 1)
        with reverts("AccessManagedUnauthorized"):
            ledger.setMeter(KIND, NOBODY, 1, sender=metered.officer)
        receipt = ledger.setMeter(KIND, NOBODY, 1, sender=admin)
        assert receipt.events == (events.MeterSet(KIND, NOBODY, 0, emitter=ledger.address),)
        assert ledger.meterOf(KIND) == (NOBODY, 0)
        metered.suite.create()
        assert _paid(metered) == 0

    def test_a_kind_without_a_module_has_none(self, metered: Economy) -> None:
        ledger, admin = metered.suite.ledger, metered.suite.admin
        with reverts("NoModuleToMeter", kind=KIND + 1):
            ledger.setMeter(KIND + 1, metered.router, 1, sender=admin)

    def test_a_ledger_needs_the_role(self, metered: Economy) -> None:
        suite = metered.suite
        suite.access.revokeRole(ROLES["CHARGER"], suite.ledger, sender=suite.admin)
        with reverts("AccessManagedUnauthorized", caller=suite.ledger.address):
            suite.create()


class TestPaid:
    def test_what_was_paid_in_fees_is_neither_what_was_brought_nor_what_is_left(self, metered: Economy) -> None:
        suite, router, entity = metered.suite, metered.router, metered.suite.entities["seller"]
        _, due = router.feeOf(MAPPING)
        suite.create()
        assert _paid(metered) == due
        router.withdrawPrepaid(10 * ERA, sender=suite.seller)
        metered.deposit(entity, 3 * ERA)
        assert _paid(metered) == due
        router.withdrawPrepaid(router.prepaidOf(entity), sender=suite.seller)
        assert _paid(metered) == due
        assert router.feesPaidBy(suite.entities["buyer"]) == 0


class TestOtherLedgers:
    """The table of modules is the same; an account stands for the module."""

    def _ledger(self, metered: Economy, kind: type[UsageRight] | type[DirectedGoods]) -> Any:
        suite = metered.suite
        ledger = kind.deploy(suite.chain, suite.access, suite.registry, "", sender=suite.admin)
        suite.registry.subscribe(ledger, sender=suite.admin)
        suite.enrol("tenant")
        ledger.setModule(9, suite.actors["officer"], sender=suite.admin)
        ledger.setMeter(9, metered.router, 1, sender=suite.admin)
        suite.access.grantRole(ROLES["CHARGER"], ledger, 0, sender=suite.admin)
        return ledger

    def test_a_right_is_paid_for_by_who_gets_it(self, metered: Economy) -> None:
        suite, rights = metered.suite, self._ledger(metered, UsageRight)
        tenant, entity = suite.actors["tenant"], suite.entities["tenant"]
        terms = suite.ledger.termsOf(suite.create())
        _, due = metered.router.feeOf(MAPPING)
        with reverts("PrepaidTooLow", entity=entity, prepaid=0, due=due):
            rights.create(1, tenant, 0, terms, b"\1" * 32, sender=suite.officer)
        metered.deposit(entity, due)
        rights.create(1, tenant, 0, terms, b"\1" * 32, sender=suite.officer)
        assert metered.router.feesPaidBy(entity) == due

    def test_a_line_of_goods_is_paid_for_by_its_issuer(self, metered: Economy) -> None:
        suite, goods = metered.suite, self._ledger(metered, DirectedGoods)
        entity = suite.entities["tenant"]
        terms = suite.ledger.termsOf(suite.create())
        line = structs.Line(terms, entity, entity, 0, True, 0)
        _, due = metered.router.feeOf(MAPPING)
        with reverts("PrepaidTooLow", entity=entity, prepaid=0, due=due):
            goods.createLine(line, b"\1" * 32, b"\2" * 32, sender=suite.officer)
        metered.deposit(entity, due)
        goods.createLine(line, b"\1" * 32, b"\2" * 32, sender=suite.officer)
        assert metered.router.feesPaidBy(entity) == due
