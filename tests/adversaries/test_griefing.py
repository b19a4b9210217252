"""What strangers can give somebody without being asked, and what that costs whom it is given to."""

from __future__ import annotations

from typing import Any

import pytest

from caldera.evm import Receipt
from tests.support import revenue as revenue_cycle
from tests.support.revenue import USD
from tests.support.suite import reverts
from tests.support.vesting import ERA, YEAR, Vesting
from tests.support.vesting import build as build_vesting

DUST = 200


@pytest.fixture
def vesting() -> Vesting:
    return build_vesting()


def test_grants_of_dust_cost_their_beneficiary_nothing(vesting: Vesting) -> None:
    """Anybody can pay for a grant to anybody, of one wei. Whoever got hundreds of them uses its own as before: the gas
    of each way out differs by no more than the width of its numbers."""
    alice, vault = vesting.alice, vesting.vault
    vesting.era.approve(vault, 10**9 * ERA, sender=vesting.holder)

    def used() -> list[int]:
        """Gas to release, to name a wallet, and to let another vote, of one grant of alice's."""
        with vesting.chain.isolated():
            vault.grantFor(alice, 12 * ERA, vesting.now, 0, YEAR, sender=vesting.holder)
            number = vault.grantCount()
            vesting.to(vesting.now + YEAR // 2)
            calls: list[Receipt[Any]] = [
                vault.release(number, sender=alice),
                vault.delegate(vesting.admin, sender=alice),
                vault.proposeWallet([number], vesting.admin, sender=alice),
            ]
            return [one.gas_used for one in calls]

    vault.grantFor(alice, 1, vesting.now, 0, YEAR, sender=vesting.holder)
    before = used()
    for _ in range(DUST):
        vault.grantFor(alice, 1, vesting.now, 0, YEAR, sender=vesting.holder)
    after = used()
    assert all(abs(one - other) < 500 for one, other in zip(before, after, strict=True)), (before, after)


def test_who_takes_the_id_of_a_sale_gives_a_trifle_and_stops_it_once() -> None:
    """Somebody sees a sale coming and pays one unit under its id. Nothing of the buyer's is lost; the brand gives the
    trifle back, admits its payers alone, and nobody else takes an id any more."""
    revenue = revenue_cycle.build()
    market, mallory = revenue.account("market"), revenue.stranger
    scheme, sale = revenue.open(window=1), revenue.sale()
    revenue.pay(scheme, 1, sale, payer=mallory)
    revenue.give(market, 1_000)
    with reverts("SaleExists", scheme=scheme, saleId=sale):
        revenue.cycle.pay(scheme, sale, USD, 1_000, sender=market)
    assert revenue.has(market) == 1_000
    # Another brand's sales have ids of their own.
    other = revenue.open(window=1, owner=revenue.maker)
    with revenue.suite.chain.isolated():
        revenue.cycle.pay(other, sale, USD, 1_000, sender=market)
    revenue.cycle.refund(scheme, sale, 1, b"\1" * 32, sender=revenue.brand)
    revenue.cycle.restrictPayers(scheme, True, sender=revenue.brand)
    revenue.cycle.admitPayer(scheme, market, True, sender=revenue.brand)
    again = revenue.sale()
    revenue.give(mallory, 1)
    with reverts("PayerNotAdmitted", scheme=scheme, payer=mallory.address):
        revenue.cycle.pay(scheme, again, USD, 1, sender=mallory)
    revenue.cycle.pay(scheme, again, USD, 1_000, sender=market)
    assert revenue.has(revenue.cycle) == 1_000 + revenue.cycle.owed(mallory, USD)
