"""What the tests of pauses share: an invoice that circulates and one that does not, and what may be done with them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from caldera.contracts import structs
from caldera.evm import Account
from tests.unit.standard.stand import DAY, Stand, build

FACE = 1_000


@dataclass
class Market:
    """`open_` is acknowledged, held by the seller and pledged in part to the bank; `fresh` is only registered."""

    stand: Stand
    seller: Account
    buyer: Account
    holder: Account
    bank: Account
    open_: int
    fresh: int

    def create(self, number: str) -> int:
        """Registers an invoice of the seller over 1,000 units of the currency."""
        stand = self.stand
        invoice = structs.Invoice(
            debtor=self.buyer.address,
            face=FACE,
            dueDate=stand.now + 60 * DAY,
            issueDay=stand.now // DAY,
            currencyId=1,
            ruleId=1,
            documentHash=b"\1" * 32,
            number=number,
        )
        return stand.module.create(invoice, [], sender=self.seller).returned

    def signature(self, asset: int, deadline: int) -> bytes:
        """The buyer's acknowledgement of `asset`."""
        return self.buyer.sign_hash(self.stand.module.acknowledgementDigest(asset, deadline)).packed


@pytest.fixture(scope="session")
def _market() -> Market:
    stand = build()
    expires = stand.now + 365 * DAY
    seller, buyer, holder, bank = (stand.enrol(name, expires=expires) for name in ("seller", "buyer", "holder", "bank"))
    stand.publish(minimumUnitUsd=1)
    stand.add()
    market = Market(stand, seller, buyer, holder, bank, 0, 0)
    market.open_, market.fresh = market.create("1"), market.create("2")
    stand.module.acknowledge(market.open_, sender=buyer)
    stand.ledger.pledge(seller, bank, market.open_, 200, sender=seller)
    stand.token.mint(buyer, 10 * FACE, sender=buyer)
    stand.token.approve(stand.module, 10 * FACE, sender=buyer)
    return market


@pytest.fixture
def market(_market: Market) -> Iterator[Market]:
    """The market as it was set up; whatever a test does is undone."""
    with _market.stand.chain.isolated():
        yield _market
