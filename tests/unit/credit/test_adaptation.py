"""The fee of adaptation: who borrows through a lender's adapter pays for it in ERA, once a loan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from caldera.contracts import events
from tests.support.economy import ADAPTATION, ERA, Economy
from tests.support.economy import build as build_economy
from tests.support.lending import open_bank
from tests.support.outside import NOBODY, Outside, open_outside
from tests.support.suite import DAY, MINIMUM, ROLES, reverts


@dataclass
class Adapting:
    """The adapter of `outside` charges for scenario `scenario`; the borrower has prepaid 100 ERA."""

    economy: Economy
    outside: Outside
    scenario: int
    borrower: int

    @property
    def due(self) -> int:
        """ERA that a loan costs."""
        usd, era = self.economy.router.feeOf(ADAPTATION)
        assert usd > 0
        assert era > 0
        return int(era)

    @property
    def paid(self) -> int:
        """Fees of the borrower."""
        return int(self.economy.router.feesPaidBy(self.borrower))

    def leave(self, amount: int) -> None:
        """The borrower takes back all but `amount`."""
        router = self.economy.router
        router.withdrawPrepaid(router.prepaidOf(self.borrower) - amount, sender=self.outside.on.suite.borrower)

    def untouched(self, number: int = 1) -> None:
        """Nothing happened: no money and no ERA moved, no loan, the request is good."""
        outside, suite = self.outside, self.outside.on.suite
        assert not outside.adapter.isUsed(suite.borrower, number)
        assert (outside.pool.totalSupply(), suite.token.balanceOf(outside.vault)) == (0, 100 * MINIMUM)
        assert outside.on.desk.borrowerOf(self.borrower) == ((), 0)
        assert (self.paid, self.economy.router.unsettledOf(self.scenario)[0]) == (0, 0)


@pytest.fixture(scope="module")
def _adapting() -> Adapting:
    economy = build_economy()
    suite = economy.suite
    bank = open_bank(suite)
    bank.limit("borrower", 50 * MINIMUM)
    bank.chain.skip(-bank.chain.now % DAY)
    economy.say()
    outside = open_outside(bank)
    outside.feed(100 * MINIMUM)
    scenario = economy.open()
    suite.access.grantRole(ROLES["CHARGER"], outside.adapter, 0, sender=suite.admin)
    outside.adapter.setMeter(economy.router, scenario, sender=suite.admin)
    # Enrolled before the router subscribed: the next change of its word tells the router.
    suite.registry.suspend(suite.borrower, sender=suite.officer)
    suite.registry.reinstate(suite.borrower, sender=suite.officer)
    borrower = suite.entities["borrower"]
    economy.deposit(borrower, 100 * ERA)
    return Adapting(economy, outside, scenario, borrower)


@pytest.fixture
def adapting(_adapting: Adapting) -> Iterator[Adapting]:
    """A fresh stand on revm; whatever a test does is undone."""
    with _adapting.economy.chain.isolated():
        yield _adapting


@pytest.mark.parametrize("way", ["lend", "borrow"])
class TestCharged:
    def _make(self, adapting: Adapting, way: str, number: int = 1) -> None:
        request = adapting.outside.request(number=number)
        if way == "lend":
            adapting.outside.lend(request)
        else:
            adapting.outside.borrow(request)

    def test_once_a_loan_to_the_borrowers_entity(self, adapting: Adapting, way: str) -> None:
        router, due = adapting.economy.router, adapting.due
        for loans in (1, 2):
            self._make(adapting, way, loans)
            assert adapting.paid == loans * due
            assert router.prepaidOf(adapting.borrower) == 100 * ERA - loans * due
            assert router.unsettledOf(adapting.scenario)[0] == loans * due
        assert len(adapting.outside.on.desk.borrowerOf(adapting.borrower)[0]) == 2

    def test_nobody_else_pays(self, adapting: Adapting, way: str) -> None:
        suite = adapting.outside.on.suite
        self._make(adapting, way)
        others = set(suite.entities.values()) - {adapting.borrower}
        assert len(others) > 5
        assert {adapting.economy.router.feesPaidBy(entity) for entity in others} == {0}

    def test_not_without_enough_and_then_nothing_happens(self, adapting: Adapting, way: str) -> None:
        due = adapting.due
        adapting.leave(due - 1)
        with reverts("PrepaidTooLow", entity=adapting.borrower, prepaid=due - 1, due=due):
            self._make(adapting, way)
        adapting.untouched()
        adapting.economy.deposit(adapting.borrower, 1)  # by anybody
        self._make(adapting, way)
        assert adapting.economy.router.prepaidOf(adapting.borrower) == 0

    def test_not_for_a_scenario_that_is_over(self, adapting: Adapting, way: str) -> None:
        economy = adapting.economy
        economy.router.setScenarioActive(adapting.scenario, False, sender=economy.officer)
        with reverts("ScenarioInactive", scenario=adapting.scenario):
            self._make(adapting, way)
        adapting.untouched()
        economy.router.setScenarioActive(adapting.scenario, True, sender=economy.officer)
        self._make(adapting, way)

    def test_a_loan_that_is_not_made_costs_nothing(self, adapting: Adapting, way: str) -> None:
        adapting.outside.on.desk.pause(DAY, sender=adapting.outside.on.suite.officer)
        with reverts("Paused"):
            self._make(adapting, way)
        adapting.untouched()

    def test_a_free_one_needs_no_account(self, adapting: Adapting, way: str) -> None:
        economy = adapting.economy
        adapting.leave(0)
        economy.router.setFeePrice(ADAPTATION, 0, sender=economy.officer)
        self._make(adapting, way)
        assert adapting.paid == 0

    def test_without_a_meter_nobody_pays(self, adapting: Adapting, way: str) -> None:
        adapting.leave(0)
        adapting.outside.adapter.setMeter(NOBODY, 7, sender=adapting.economy.admin)
        self._make(adapting, way)
        assert adapting.paid == 0


class TestMeter:
    def test_a_new_adapter_has_none_and_the_access_manager_of_its_desk(self, adapting: Adapting) -> None:
        other = open_outside(adapting.outside.on)
        assert other.adapter.meter() == (NOBODY, 0)
        assert other.adapter.authority() == adapting.outside.on.suite.access.address

    def test_is_set_and_ended_by_the_admin_only(self, adapting: Adapting) -> None:
        adapter, economy = adapting.outside.adapter, adapting.economy
        assert adapter.meter() == (economy.router.address, adapting.scenario)
        for anybody in (economy.officer, adapting.outside.curator, adapting.outside.on.suite.borrower):
            with reverts("AccessManagedUnauthorized", caller=anybody.address):
                adapter.setMeter(NOBODY, 0, sender=anybody)
        receipt = adapter.setMeter(NOBODY, 7, sender=economy.admin)
        assert receipt.events == (events.ServiceMeterSet(NOBODY, 0, emitter=adapter.address),)
        assert adapter.meter() == (NOBODY, 0)

    def test_charges_only_with_the_role(self, adapting: Adapting) -> None:
        suite, adapter = adapting.outside.on.suite, adapting.outside.adapter
        suite.access.revokeRole(ROLES["CHARGER"], adapter, sender=suite.admin)
        with reverts("AccessManagedUnauthorized", caller=adapter.address):
            adapting.outside.lend(adapting.outside.request())
        adapting.untouched()
        suite.access.grantRole(ROLES["CHARGER"], adapter, 0, sender=suite.admin)
        adapting.outside.lend(adapting.outside.request())
