"""The suite with a credit desk and a pool of lenders, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import CreditDesk, DevnetCurrency, FixedLimits, LendingPool, LendingTerms, UsageRight, structs
from caldera.evm import Account, AddressLike, Chain
from caldera.model.lending import LoanTerms
from tests.support.suite import BANK, DAY, ENTERPRISE, EU, FACTOR, KIND, MINIMUM, ROLES, Suite, build, selector_of

LOAN_KIND = 16
GRACE_DAYS = 5
LOAN_RULES = structs.Rules(LOAN_KIND, 0, GRACE_DAYS, 0, 0, 1_000_000_000, EU, ENTERPRISE)
TERMS = structs.LoanTerms(
    rateBps=1_200,
    lateFeeBps=200,
    borrowerCapBps=8_000,
    debtorCapBps=6_000,
    longestDays=180,
    fundBps=500,
    defaultDays=25,
    auctionDays=10,
    floorBps=2_000,
    borrowerCap=1_000_000_000,
    debtorCap=1_000_000_000,
)
ADVANCE = 8_000
PERMISSIONS = {
    "terms": {"STANDARD": "setLoanTerms setAdvance"},
    "desk": {"SERVICER": "writeOff", "CIRCULATOR": "drawFor", "GUARDIAN": "pause unpause"},
    "pool": {"GUARDIAN": "pause unpause"},
    "module": {"CIRCULATOR": "createFor"},
}


@dataclass
class Bank:
    """Desk, pool and what they ask, over a suite. Lenders: lena and leo; seller, seller2 and borrower borrow."""

    suite: Suite
    rights: UsageRight
    limits: FixedLimits
    terms: LendingTerms
    desk: CreditDesk
    pool: LendingPool
    loan_rule: int

    @property
    def chain(self) -> Chain:
        """Where it all stands."""
        return self.suite.chain

    def day(self, days: int) -> int:
        """The day that begins in `days` days, counted from 1970-01-01."""
        return self.chain.now // DAY + days

    def lend(self, lender: Account, amount: int) -> int:
        """Deposits new money."""
        self.suite.token.mint(lender, amount, sender=lender)
        self.suite.token.approve(self.pool, amount, sender=lender)
        return self.pool.deposit(amount, lender, sender=lender).returned

    def pledge(self, holder: Account, asset: int, units: int) -> None:
        """Puts units under a lien of the desk."""
        self.suite.ledger.pledge(holder, self.desk, asset, units, sender=holder)

    def wanted(self, amount: int, items: tuple[int, ...] = (), days: int = 60, **changes: Any) -> structs.Draw:
        """A loan to be, backed by certificates."""
        given: dict[str, Any] = {
            "pool": 1,
            "amount": amount,
            "maturityDay": self.day(days),
            "ruleId": self.loan_rule,
            "items": [structs.Collateral(False, item) for item in items],
        }
        return structs.Draw(**(given | changes))

    def draw(self, borrower: Account, amount: int, items: tuple[int, ...] = (), days: int = 60) -> int:
        """Draws a loan."""
        return self.desk.draw(self.wanted(amount, items, days), sender=borrower).returned

    def repay(self, loan: int, amount: int, payer: Account) -> int:
        """Repays from new money."""
        self.fund(payer, amount)
        return self.desk.repay(loan, amount, sender=payer).returned

    def fund(self, payer: Account, amount: int) -> None:
        """Gives money and lets the pool take it."""
        self.fund_for(self.pool, payer, amount)

    def fund_for(self, pool: AddressLike, payer: Account, amount: int) -> None:
        """Gives money and lets any pool take it."""
        self.suite.token.mint(payer, amount, sender=payer)
        self.suite.token.approve(pool, amount, sender=payer)

    def owed(self, loan: int) -> int:
        """What closes the loan now."""
        return sum(self.desk.owedOn(loan))

    def limit(self, name: str, usd: int) -> None:
        """Sets an enterprise's limit."""
        self.limits.setLimit(self.suite.entities[name], usd, sender=self.suite.officer)


def open_bank(suite: Suite | None = None, token: type[Any] = DevnetCurrency, decimals: int = 6) -> Bank:
    """Deploys desk, terms and pool, enrols the desk as lienholder, and lenders and a second borrower."""
    suite = suite or build(token=token, decimals=decimals)
    chain, admin, officer = suite.chain, suite.admin, suite.officer
    rights = UsageRight.deploy(chain, suite.access, suite.registry, "ipfs://", sender=admin)
    suite.registry.subscribe(rights, sender=admin)
    limits = FixedLimits.deploy(chain, sender=admin)
    terms = LendingTerms.deploy(chain, suite.access, suite.ledger, rights, suite.standard, sender=admin)
    desk = CreditDesk.deploy(chain, suite.access, terms, rights, suite.module, limits, limits, sender=admin)
    pool = LendingPool.deploy(
        chain, suite.access, suite.registry, desk, suite.token, "Lenders of USD", "cUSD", sender=admin
    )
    rule = suite.standard.publish(b"EU/loan".ljust(32, b"\0"), LOAN_RULES, sender=officer).returned
    bank = Bank(suite, rights, limits, terms, desk, pool, rule)
    for target, roles in PERMISSIONS.items():
        contract = suite.module if target == "module" else getattr(bank, target)
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            suite.access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    suite.module.addListener(desk, sender=admin)
    desk.addPool(1, pool, sender=admin)
    terms.setLoanTerms(1, TERMS, sender=officer)
    terms.setAdvance(False, KIND, ADVANCE, sender=officer)
    enrol_contract(suite, "desk", desk, BANK)
    suite.enrol("lena", qualifications=BANK)
    suite.enrol("leo", qualifications=FACTOR)
    suite.enrol("borrower")
    suite.enrol("seller2", entity=suite.entities["seller"])
    return bank


def as_model(terms: structs.LoanTerms) -> LoanTerms:
    """The terms as the exact model has them."""
    return LoanTerms(
        rate_bps=terms.rateBps,
        late_fee_bps=terms.lateFeeBps,
        borrower_cap_bps=terms.borrowerCapBps,
        debtor_cap_bps=terms.debtorCapBps,
        longest_days=terms.longestDays,
        default_days=terms.defaultDays,
        auction_days=terms.auctionDays,
        floor_bps=terms.floorBps,
        grace_days=GRACE_DAYS,
        minimum=MINIMUM,
        advance_bps=ADVANCE,
        borrower_cap=terms.borrowerCap,
        debtor_cap=terms.debtorCap,
    )


def enrol_contract(suite: Suite, name: str, contract: AddressLike, qualifications: int) -> None:
    """Enrols a contract of the suite as a participant of its own."""
    entity = suite.registry.createEntity(keccak(text=name), sender=suite.officer).returned
    suite.registry.enrol(contract, entity, suite.chain.now + 5 * 365 * DAY, EU, qualifications, sender=suite.officer)
    suite.entities[name] = entity


__all__ = ["ADVANCE", "GRACE_DAYS", "MINIMUM", "TERMS", "Bank", "as_model", "open_bank"]
