"""The router: what attestors say later of a receivable. Anyone brings it; the later word counts."""

from __future__ import annotations

from typing import Any

import pytest

from caldera.contracts import events, structs
from caldera.evm import Snapshot
from tests.support.market import VALUATION, Market, open_market
from tests.support.suite import DAY, MINIMUM, ROLES, reverts

FACE = 100 * MINIMUM
_opened: list[tuple[Market, Snapshot]] = []


@pytest.fixture
def market() -> Market:
    if not _opened:
        made = open_market()
        _opened.append((made, made.chain.snapshot()))
    made, mark = _opened[0]
    made.chain.restore(mark)
    return made


def financed(market: Market) -> int:
    """Half an invoice pledged for 60,000.00, valued at 99,000.00."""
    request = market.request()
    asset, _ = market.finance(request, market.evidence(request.invoice, market.router)).returned
    market.chain.skip(DAY)
    return int(asset)


def renew(market: Market, asset: int, renewal: structs.Renewal, by: str = "mallory") -> Any:
    return market.router.renew(asset, renewal, sender=market.suite.actors[by])


def said(market: Market, asset: int) -> tuple[int, int]:
    kept = market.suite.ledger.attributeOf(asset, VALUATION)
    return kept.amount, kept.statedAt


def test_anyone_brings_it(market: Market) -> None:
    asset = financed(market)
    as_of = market.chain.now - 3600
    renewal = market.renewal(asset, 80 * MINIMUM, as_of)
    receipt = renew(market, asset, renewal)
    first = min((market.auditor, market.notary), key=lambda one: int(one.address, 16))
    source = market.suite.entities[first.label]
    kept = structs.Attribute(80 * MINIMUM, source, as_of, renewal.validUntil, 1)
    assert receipt.events == (events.AttributeStated(asset, VALUATION, kept, emitter=market.suite.ledger.address),)
    assert market.suite.ledger.attributeOf(asset, VALUATION) == kept


def test_for_the_first_time(market: Market) -> None:
    asset = market.suite.circulating((30 * MINIMUM, 70 * MINIMUM))
    renew(market, asset + 2, market.renewal(asset + 2, 65 * MINIMUM, market.chain.now))
    assert said(market, asset + 2) == (65 * MINIMUM, market.chain.now)
    assert said(market, asset) == (0, 0)


class TestOrder:
    """However they are brought, the later one stands in the end."""

    def test_once(self, market: Market) -> None:
        asset = financed(market)
        renewal = market.renewal(asset, 80 * MINIMUM, market.chain.now)
        renew(market, asset, renewal)
        with reverts("RenewalOutdated", id=asset, field=VALUATION, asOf=renewal.asOf, statedAt=renewal.asOf):
            renew(market, asset, renewal)

    @pytest.mark.parametrize("turned", [False, True])
    def test_in_either_order(self, market: Market, turned: bool) -> None:
        asset, now = financed(market), market.chain.now
        both = [market.renewal(asset, amount * MINIMUM, now - 9 + amount - 80) for amount in (80, 81)]
        for renewal in reversed(both) if turned else both:
            if turned and renewal is both[0]:
                with reverts("RenewalOutdated", asOf=now - 9, statedAt=now - 8):
                    renew(market, asset, renewal)
            else:
                renew(market, asset, renewal)
        assert said(market, asset) == (81 * MINIMUM, now - 8)

    @pytest.mark.parametrize("later", [0, 1])
    def test_what_a_request_brought_counts_as_of_then(self, market: Market, later: int) -> None:
        asset = financed(market)
        born = said(market, asset)[1]
        renewal = market.renewal(asset, 80 * MINIMUM, born + later)
        if later:
            renew(market, asset, renewal)
            assert said(market, asset) == (80 * MINIMUM, born + 1)
        else:
            with reverts("RenewalOutdated", asOf=born, statedAt=born):
                renew(market, asset, renewal)

    @pytest.mark.parametrize("ahead", [0, 1])
    def test_not_of_what_is_to_come(self, market: Market, ahead: int) -> None:
        asset = financed(market)
        as_of = market.chain.now + ahead
        renewal = market.renewal(asset, 80 * MINIMUM, as_of)
        if ahead:
            with reverts("RenewalTooEarly", id=asset, field=VALUATION, asOf=as_of):
                renew(market, asset, renewal)
            market.chain.skip(1)
        renew(market, asset, renewal)
        assert said(market, asset) == (80 * MINIMUM, as_of)

    @pytest.mark.parametrize("late", [0, 1])
    def test_until_its_validity_ends(self, market: Market, late: int) -> None:
        asset = financed(market)
        until = market.chain.now + 60
        renewal = market.renewal(asset, 80 * MINIMUM, market.chain.now, until=until)
        market.chain.warp(until + late)
        if late:
            with reverts("StatementExpired", id=asset, field=VALUATION, validUntil=until):
                renew(market, asset, renewal)
        else:
            renew(market, asset, renewal)

    def test_fields_do_not_see_each_other(self, market: Market) -> None:
        asset = financed(market)
        renew(market, asset, market.renewal(asset, 80 * MINIMUM, market.chain.now))
        other = market.renewal(asset, 80 * MINIMUM, market.chain.now)._replace(field=8)
        with reverts("InvalidAttestation"):
            renew(market, asset, other)


class TestSigners:
    def test_a_statement_is_no_renewal(self, market: Market) -> None:
        asset = financed(market)
        statement = market.statement(asset, 50 * MINIMUM)
        taken = structs.Renewal(
            VALUATION, statement.amount, market.chain.now, statement.validUntil, statement.attestations
        )
        with reverts("InvalidAttestation"):
            renew(market, asset, taken)

    @pytest.mark.parametrize("change", [{"amount": 1}, {"asOf": -1}, {"validUntil": 1}], ids=str)
    def test_over_exactly_this(self, market: Market, change: dict[str, int]) -> None:
        asset = financed(market)
        renewal = market.renewal(asset, 80 * MINIMUM, market.chain.now)
        (name, more), *_ = change.items()
        with reverts("InvalidAttestation"):
            renew(market, asset, renewal._replace(**{name: getattr(renewal, name) + more}))
        with reverts("UnknownReceivable"):
            renew(market, asset + 1, renewal)
        renew(market, asset, renewal)

    def test_a_quorum(self, market: Market) -> None:
        asset = financed(market)
        with reverts("QuorumNotReached", signers=1, quorum=2):
            renew(market, asset, market.renewal(asset, 80 * MINIMUM, market.chain.now, "auditor"))
        none = market.renewal(asset, 80 * MINIMUM, market.chain.now)._replace(attestations=())
        with reverts("QuorumNotReached", signers=0, quorum=2):
            renew(market, asset, none)
        assert said(market, asset)[0] == 99 * MINIMUM

    @pytest.mark.parametrize("party", ["seller", "buyer"])
    def test_no_party_of_the_invoice(self, market: Market, party: str) -> None:
        asset = financed(market)
        market.suite.access.grantRole(ROLES["ATTESTOR"], market.suite.actors[party], 0, sender=market.admin)
        renewal = market.renewal(asset, 80 * MINIMUM, market.chain.now, party, "notary")
        with reverts("AttestsToOwnInvoice", entity=market.suite.entities[party]):
            renew(market, asset, renewal)


class TestPause:
    def test_of_the_router(self, market: Market) -> None:
        asset = financed(market)
        renewal = market.renewal(asset, 80 * MINIMUM, market.chain.now)
        market.router.pause(DAY, sender=market.officer)
        with reverts("Paused"):
            renew(market, asset, renewal)
        market.router.unpause(sender=market.officer)
        renew(market, asset, renewal)


def test_what_stands_is_not_touched(market: Market) -> None:
    """A value of nothing: loan, pledge and what can be drawn go by what is owed."""
    asset = financed(market)
    before = (market.desk.loanOf(1), market.module.collateralOf(asset, FACE), market.module.owedOn(asset))
    renew(market, asset, market.renewal(asset, 0, market.chain.now))
    assert said(market, asset)[0] == 0
    assert (market.desk.loanOf(1), market.module.collateralOf(asset, FACE), market.module.owedOn(asset)) == before
    market.suite.pay(asset, FACE)
    interest = -(-60 * MINIMUM * 1_200 // (10_000 * 365))  # 12% a year for a day
    assert market.desk.loanOf(1).principal == 10 * MINIMUM + interest  # 50,000.00 was paid on what is pledged
    market.module.claim(asset, market.seller, sender=market.stranger)
    assert market.suite.token.balanceOf(market.module) == 0
