"""A lending protocol outside of the suite, with a closed pool and an adapter of its own, beside the bank's pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caldera.agreements import sign
from caldera.contracts import ClosedPool, LenderAdapter, OutsideVault, structs
from caldera.evm import Account, AddressLike
from tests.support.lending import TERMS, enrol_contract
from tests.support.suite import BANK, DAY, MINIMUM, NOBODY, ROLES, selector_of

OUTSIDE_TERMS = TERMS._replace(
    rateBps=900,
    lateFeeBps=300,
    borrowerCapBps=10_000,
    debtorCapBps=10_000,
    longestDays=120,
    fundBps=250,
    defaultDays=10,
    auctionDays=20,
    floorBps=1_000,
    borrowerCap=80_000,
    debtorCap=60_000,
)
POLICY = structs.Policy(leastBps=900, longest=90 * DAY, most=60 * MINIMUM)
ACCEPTED = "ILoanConsent.onLoan"


@dataclass
class Outside:
    """`vault` is the protocol, run by `curator`; `on` is the bank or market whose desk lends, `name` its entity. Lena
    deposits with it."""

    on: Any
    vault: Any  # OutsideVault, or another lender
    pool: ClosedPool
    adapter: LenderAdapter
    number: int
    curator: Account
    name: str = ""

    def request(self, **changes: Any) -> structs.LoanRequest:
        """20,000.00 for the borrower, for 60 days, at 9% at most."""
        suite = self.on.suite
        given: dict[str, Any] = {
            "account": suite.borrower.address,
            "amount": 20 * MINIMUM,
            "mostFee": 2**96 - 1,
            "maturityDay": self.on.chain.now // DAY + 60,
            "ruleId": self.on.loan_rule,
            "items": (),
            "number": 1,
            "deadline": self.on.chain.now + 3600,
        }
        return structs.LoanRequest(**(given | changes))

    def signed(self, request: structs.LoanRequest, by: str = "borrower") -> bytes:
        """The borrower's signature."""
        return sign(self.adapter, "LoanRequest", request, self.on.suite.actors[by])

    def feed(self, amount: int) -> None:
        """Lena deposits new money with the protocol."""
        suite = self.on.suite
        suite.token.mint(suite.lena, amount, sender=suite.lena)
        suite.token.approve(self.vault, amount, sender=suite.lena)
        self.vault.deposit(amount, suite.lena, sender=suite.lena)

    def lend(self, request: structs.LoanRequest, least: int = 0, **changes: Any) -> int:
        """The curator lends."""
        signature = changes.get("signature", self.signed(request))
        return int(self.vault.lend(request, signature, least, sender=self.curator).returned)

    def borrow(self, request: structs.LoanRequest, sender: Account | None = None, **changes: Any) -> int:
        """Carol brings it, who has nothing to do with it."""
        signature = changes.get("signature", self.signed(request))
        return self.adapter.borrow(request, signature, b"", sender=sender or self.on.suite.carol).returned


def open_closed_pool(on: Any, name: str, lender: AddressLike, door: AddressLike | str, terms: Any) -> tuple[Any, int]:
    """A pool of `lender` at the desk of a bank or market, with these terms, and its number."""
    suite = on.suite
    chain, admin = suite.chain, suite.admin
    pool = ClosedPool.deploy(
        chain, suite.access, suite.registry, on.desk, suite.token, name, "cOUT", lender, door, sender=admin
    )
    selectors = [selector_of("ClosedPool", one) for one in ("pause", "unpause")]
    suite.access.setTargetFunctionRole(pool, selectors, ROLES["GUARDIAN"], sender=admin)
    number = on.desk.addPool(1, pool, sender=admin).returned
    on.terms.setLoanTerms(number, terms, sender=suite.officer)
    return pool, number


def open_adapter(on: Any, lender: AddressLike, terms: Any = OUTSIDE_TERMS) -> tuple[LenderAdapter, Any, int]:
    """Adapter and pool of a lender that is enrolled."""
    suite = on.suite
    adapter = LenderAdapter.deploy(suite.chain, on.desk, on.desk.poolCount() + 1, lender, sender=suite.admin)
    suite.access.grantRole(ROLES["CIRCULATOR"], adapter, 0, sender=suite.admin)
    pool, number = open_closed_pool(on, "Outside", lender, adapter, terms)
    return adapter, pool, number


def open_outside(on: Any, terms: Any = OUTSIDE_TERMS) -> Outside:
    """Deploys the protocol, enrols it, opens its pool; it accepts the borrower's requests by `POLICY`."""
    suite = on.suite
    curator = suite.actors.setdefault("curator", suite.chain.account("curator"))
    vault = OutsideVault.deploy(suite.chain, suite.token, sender=curator)
    name = f"outside vault {on.desk.poolCount()}"
    enrol_contract(suite, name, vault, BANK)
    adapter, pool, number = open_adapter(on, vault, terms)
    vault.setTarget(pool, sender=curator)
    vault.setPolicy(adapter, POLICY, sender=curator)
    vault.setAccepted(suite.borrower, True, sender=curator)
    return Outside(on, vault, pool, adapter, number, curator, name)


__all__ = [
    "ACCEPTED",
    "NOBODY",
    "OUTSIDE_TERMS",
    "POLICY",
    "Outside",
    "open_adapter",
    "open_closed_pool",
    "open_outside",
]
