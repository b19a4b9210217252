"""The fee of routing: who finances or sells through the router pays for it in ERA, once a request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from caldera.contracts import events
from tests.support.economy import ERA, ROUTING, Economy
from tests.support.economy import build as build_economy
from tests.support.market import Market, open_market
from tests.support.suite import ROLES, reverts


@dataclass
class Routed:
    """The market's router charges for scenario `scenario`; the seller has prepaid 100 ERA."""

    market: Market
    economy: Economy
    scenario: int

    @property
    def due(self) -> int:
        """ERA that a request costs."""
        usd, era = self.economy.router.feeOf(ROUTING)
        assert usd > 0
        assert era > 0
        return int(era)

    @property
    def seller(self) -> int:
        """The entity that asks."""
        return int(self.market.suite.entities["seller"])

    def ask(self, way: str) -> events.FeeCharged:
        """One request; what was charged for it, which is all that was."""
        market = self.market
        if way == "finance":
            request = market.request()
            receipt = market.finance(request, market.evidence(request.invoice, market.router))
        else:
            quote = market.quote(market.id_of(market.suite.invoice()))
            sale = market.sale(quote)
            receipt = market.discount(sale, quote, market.evidence(sale.invoice, market.factoring))
        (charged,) = (one for one in receipt.events if isinstance(one, events.FeeCharged))
        return charged


@pytest.fixture(scope="module")
def _routed() -> Routed:
    market = open_market()
    suite = market.suite
    economy = build_economy(suite=suite)
    scenario = economy.open()
    suite.access.grantRole(ROLES["CHARGER"], market.router, 0, sender=suite.admin)
    market.router.setMeter(economy.router, scenario, sender=suite.admin)
    economy.deposit(suite.entities["seller"], 100 * ERA)
    return Routed(market, economy, scenario)


@pytest.fixture
def routed(_routed: Routed) -> Iterator[Routed]:
    """A fresh stand on revm; whatever a test does is undone."""
    with _routed.market.chain.isolated():
        yield _routed


@pytest.mark.parametrize("way", ["finance", "discount"])
class TestCharged:
    def test_once_a_request_to_the_entity_that_asks(self, routed: Routed, way: str) -> None:
        router, due = routed.economy.router, routed.due
        charged = routed.ask(way)
        assert (charged.entity, charged.scenario, charged.service) == (routed.seller, routed.scenario, ROUTING)
        assert charged.amount == router.feesPaidBy(routed.seller) == due
        assert router.prepaidOf(routed.seller) == 100 * ERA - due
        assert router.unsettledOf(routed.scenario)[0] == due

    def test_who_has_not_prepaid_gets_nothing(self, routed: Routed, way: str) -> None:
        market, router = routed.market, routed.economy.router
        # Enrolled before the router subscribed: the next change of its word tells the router.
        market.suite.registry.suspend(market.seller, sender=market.suite.officer)
        market.suite.registry.reinstate(market.seller, sender=market.suite.officer)
        router.withdrawPrepaid(100 * ERA - routed.due + 1, sender=market.seller)
        with reverts("PrepaidTooLow", entity=routed.seller, prepaid=routed.due - 1, due=routed.due):
            routed.ask(way)
        assert market.suite.token.balanceOf(market.seller) == 0
        assert market.suite.ledger.nonces(market.seller) == 0
