"""A fund of governance on a chain, with two tokens that have caps and one that has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caldera.contracts import BlacklistToken, DevnetCurrency, SuiteAccess, ValueFund, structs
from caldera.evm import Account, Chain, Revm
from tests.support.suite import DAY, NOBODY, ROLES, selector_of

EPOCH = 30 * DAY
CAP = 100_000
STOCK = 10**9
PURPOSE = b"\2" * 32
PARAMETERS = 18


@dataclass
class Fund:
    """admin is ADMIN; officer is GUARDIAN and PARAMETERS; anna and ben are payees. `money` can refuse accounts, `euro`
    has a cap as well, `other` has none. Time stands at the beginning of an epoch."""

    chain: Chain
    access: SuiteAccess
    fund: ValueFund
    money: Any
    euro: Any
    other: Any

    def __getattr__(self, name: str) -> Account:
        if name not in ("admin", "officer", "anna", "ben", "carl", "stranger"):
            raise AttributeError(name)
        return self.chain.account(name)

    @property
    def now(self) -> int:
        return self.chain.now

    @property
    def epoch(self) -> int:
        return self.now // EPOCH

    def spend(self, amount: int, to: Any = None, token: Any = None) -> Any:
        """A grant, to anna where nobody else is named."""
        return self.fund.spend(token or self.money, to or self.anna, amount, PURPOSE, sender=self.admin)

    def open(self, amount: int = 6_000, days: int = 60, **changes: Any) -> int:
        """A stream for anna from now on; its number."""
        return self.fund.openStream(self.terms(amount, days, **changes), PURPOSE, sender=self.admin).returned

    def terms(self, amount: int = 6_000, days: int = 60, **changes: Any) -> structs.FundStreamTerms:
        given: dict[str, Any] = {
            "token": self.money.address,
            "payee": self.anna.address,
            "amount": amount,
            "start": 0,
            "cliff": 0,
            "duration": days * DAY,
        }
        return structs.FundStreamTerms(**(given | changes))

    def has(self, account: Any, token: Any = None) -> int:
        balance: int = (token or self.money).balanceOf(account)
        return balance

    def books(self, token: Any = None) -> tuple[int, int, int, int]:
        """Collected, spent, reserved, available."""
        of = token or self.money
        fund = self.fund
        return fund.collected(of), fund.spent(of), fund.reserved(of), fund.available(of)


def build(chain: Chain | None = None, token: type[Any] = BlacklistToken) -> Fund:
    """Deploys, connects and gives the fund its stock."""
    chain = chain or Revm()
    chain.skip(-chain.now % EPOCH)
    admin, officer = chain.account("admin"), chain.account("officer")
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    money = token.deploy(chain, sender=admin)
    euro = DevnetCurrency.deploy(chain, "EUR", 18, sender=admin)
    other = DevnetCurrency.deploy(chain, "OTH", 6, sender=admin)
    caps = [structs.FundCap(money.address, CAP), structs.FundCap(euro.address, CAP)]
    fund = ValueFund.deploy(chain, access, EPOCH, caps, sender=admin)
    for role, names in ((ROLES["GUARDIAN"], "pause unpause"), (PARAMETERS, "setFundCap")):
        access.grantRole(role, officer, 0, sender=admin)
        selectors = [selector_of(fund.ABI_NAME, name) for name in names.split()]
        access.setTargetFunctionRole(fund, selectors, role, sender=admin)
    made = Fund(chain, access, fund, money, euro, other)
    for one in (money, euro, other):
        one.mint(fund, STOCK, sender=admin)
    return made


__all__ = ["CAP", "DAY", "EPOCH", "NOBODY", "PARAMETERS", "PURPOSE", "STOCK", "Fund", "build"]
