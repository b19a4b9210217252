"""Revenue on a chain: a brand, its manufacturers, a platform, a market place, and a currency with 18 decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import DevnetCurrency, RevenueCycle, ValueFund, structs
from caldera.evm import Account, AddressLike, Chain
from tests.support.suite import DAY, NOBODY, ROLES, Suite, Token, selector_of
from tests.support.suite import build as build_suite

USD, EUR = 1, 2
PAYEES = ("brand", "maker", "miller", "platform", "painter")


@dataclass
class Revenue:
    """brand, maker, miller, painter and platform are active, each of its own entity; brand2 is a second account of the
    brand's. market is a payer whom nobody enrolled. officer holds every role but ADMIN, which is admin's."""

    suite: Suite
    cycle: RevenueCycle
    fund: ValueFund
    euro: DevnetCurrency
    numbers: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.suite, name)

    @property
    def money(self) -> Any:
        """The token of USD, one of Token."""
        return self.suite.token

    @property
    def now(self) -> int:
        return self.suite.chain.now

    def account(self, name: str) -> Account:
        return self.suite.chain.account(name)

    @staticmethod
    def to(payee: Account | int, bps: int) -> structs.RevenueShare:
        """A line for an account or a scheme."""
        if isinstance(payee, int):
            return structs.RevenueShare(NOBODY, payee, bps)
        return structs.RevenueShare(payee.address, 0, bps)

    def lines(self, *pairs: tuple[Account | int, int]) -> list[structs.RevenueShare]:
        return [self.to(payee, bps) for payee, bps in pairs]

    def thirds(self) -> list[structs.RevenueShare]:
        """Three shares that divide almost nothing."""
        return self.lines((self.brand, 3333), (self.maker, 3333), (self.platform, 3334))

    def open(
        self, *pairs: tuple[Account | int, int], window: int = 0, level: int = 3, owner: Account | None = None
    ) -> int:
        """A scheme of the brand: 60, 30, 10, unless told otherwise."""
        given = pairs or ((self.brand, 6000), (self.maker, 3000), (self.platform, 1000))
        who = owner or self.brand
        return self.cycle.openScheme(level, window, self.lines(*given), sender=who).returned

    def sale(self) -> bytes:
        """An id that no sale had."""
        self.numbers += 1
        return keccak(text=f"order {self.numbers}")

    def give(self, payer: Account, amount: int, currency: int = USD) -> None:
        """New money, which the contract may take."""
        token = self.money if currency == USD else self.euro
        token.mint(payer, amount, sender=payer)
        token.approve(self.cycle, amount, sender=payer)

    def pay(
        self, scheme: int, amount: int, sale: bytes = b"", currency: int = USD, payer: Account | None = None
    ) -> bytes:
        """Pays for a sale from new money; gives back its id."""
        who = payer or self.account("market")
        sale = sale or self.sale()
        self.give(who, amount, currency)
        self.cycle.pay(scheme, sale, currency, amount, sender=who)
        return sale

    def has(self, account: AddressLike, currency: int = USD) -> int:
        token = self.money if currency == USD else self.euro
        balance: int = token.balanceOf(account)
        return balance


def build(chain: Chain | None = None, token: type[Any] = DevnetCurrency) -> Revenue:
    """Deploys, connects and enrols."""
    suite = build_suite(chain, token)
    admin, officer = suite.admin, suite.officer
    euro = DevnetCurrency.deploy(suite.chain, "EUR", 18, sender=admin)
    caps = [structs.FundCap(money.address, 2**112 - 1) for money in (suite.token, euro)]
    fund = ValueFund.deploy(suite.chain, suite.access, 30 * DAY, caps, sender=admin)
    cycle = RevenueCycle.deploy(suite.chain, suite.access, suite.registry, suite.standard, fund, sender=admin)
    for role, names in (
        ("LENDER", "setFundShare"),
        ("STANDARD", "setDefaultShares"),
        ("COMPLIANCE", "moveOwed"),
        ("GUARDIAN", "pause unpause"),
    ):
        selectors = [selector_of(cycle.ABI_NAME, name) for name in names.split()]
        suite.access.setTargetFunctionRole(cycle, selectors, ROLES[role], sender=admin)
    suite.registry.subscribe(cycle, sender=admin)
    usd = 10**18
    suite.standard.addCurrency(b"EUR", euro, usd, usd // 2, usd * 2, NOBODY, 0, sender=officer)
    for name in PAYEES:
        suite.enrol(name)
    suite.enrol("brand2", entity=suite.entities["brand"])
    return Revenue(suite, cycle, fund, euro)


__all__ = ["EUR", "NOBODY", "PAYEES", "USD", "Revenue", "Token", "build"]
