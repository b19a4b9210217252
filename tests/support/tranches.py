"""The suite with a bank and securitised deals, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import DealVault, DevnetCurrency, Securitisation, structs
from caldera.evm import Account, AddressLike, Chain
from tests.support.lending import Bank, enrol_contract, open_bank
from tests.support.suite import BANK, ENTERPRISE, EU, FACTOR, MINIMUM, ROLES, Suite, selector_of

TRANCHE_KIND = 10
REQUIRED = 0b111101  # creditor, due date, face, currency, document
TRANCHE_RULES = structs.Rules(TRANCHE_KIND, 0, 0, 0, REQUIRED, MINIMUM, EU, ENTERPRISE | FACTOR | BANK)
DEAL_TERMS = structs.DealTerms(leastCoverageBps=1_000, saleDays=10, floorBps=2_000)
RATE, COVERAGE, DAYS = 600, 2_000, 90
PERMISSIONS = {"STANDARD": "setDealTerms", "GUARDIAN": "pause unpause"}


@dataclass
class Market:
    """Deals over a bank. The arranger is alice; bank, lena, leo and borrower invest; the seller sold his invoices."""

    bank: Bank
    deals: Securitisation
    rule: int

    @property
    def suite(self) -> Suite:
        """Contracts and actors."""
        return self.bank.suite

    @property
    def chain(self) -> Chain:
        """Where it all stands."""
        return self.suite.chain

    def spec(self, **changes: Any) -> structs.DealSpec:
        """6% a year, a fifth of the value in the junior tranche, 90 days."""
        given: dict[str, Any] = {
            "currencyId": 1,
            "ruleId": self.rule,
            "rateBps": RATE,
            "coverageBps": COVERAGE,
            "maturityDay": self.bank.day(DAYS),
            "documentHash": keccak(text="prospectus"),
        }
        return structs.DealSpec(**(given | changes))

    def open(self, arranger: Account | None = None, **changes: Any) -> tuple[int, DealVault]:
        """Opens a deal and enrols its vault."""
        by = arranger or self.suite.alice
        deal, address = self.deals.open(self.spec(**changes), sender=by).returned
        vault = DealVault(self.chain, address)
        enrol_contract(self.suite, f"vault {deal}", vault, BANK)
        return deal, vault

    def bring(self, vault: AddressLike, number: str = "INV-1", face: int = 100 * MINIMUM, **changes: Any) -> int:
        """An invoice of the seller, all of whose units go to a vault by way of the arranger."""
        asset = self.suite.circulating(number=number, face=face, **changes)
        self.suite.send(self.suite.seller, self.suite.alice, asset, face)
        self.suite.send(self.suite.alice, vault, asset, face)
        return asset

    def deposit(self, vault: AddressLike, amount: int) -> int:
        """Pool shares for new money of the arranger, in a vault."""
        shares = self.bank.lend(self.suite.alice, amount)
        self.bank.pool.transfer(vault, shares, sender=self.suite.alice)
        return shares

    def issued(self, senior: int = 80 * MINIMUM, face: int = 100 * MINIMUM) -> tuple[int, DealVault, int]:
        """A deal over one invoice, issued."""
        deal, vault = self.open()
        asset = self.bring(vault, face=face)
        self.deals.issue(deal, [asset], [], senior, sender=self.suite.alice)
        return deal, vault, asset

    def fund(self, payer: Account, amount: int) -> None:
        """Gives money and lets the deals take it."""
        self.suite.token.mint(payer, amount, sender=payer)
        self.suite.token.approve(self.deals, amount, sender=payer)

    def gift(self, vault: AddressLike, amount: int) -> None:
        """Money for a vault, out of nowhere."""
        self.suite.token.mint(vault, amount, sender=self.suite.stranger)


def open_market(suite: Suite | None = None, token: type[Any] = DevnetCurrency, decimals: int = 6) -> Market:
    """Deploys and connects; the bank's pool is admitted."""
    bank = open_bank(suite, token, decimals)
    suite = bank.suite
    deals = Securitisation.deploy(suite.chain, suite.access, suite.module, sender=suite.admin)
    suite.ledger.setModule(TRANCHE_KIND, deals, sender=suite.admin)
    for role, names in PERMISSIONS.items():
        selectors = [selector_of(deals.ABI_NAME, name) for name in names.split()]
        suite.access.setTargetFunctionRole(deals, selectors, ROLES[role], sender=suite.admin)
    rule = suite.standard.publish(b"EU/tranche".ljust(32, b"\0"), TRANCHE_RULES, sender=suite.officer).returned
    deals.setDealTerms(DEAL_TERMS, sender=suite.officer)
    deals.admitPool(bank.pool, sender=suite.admin)
    bank.terms.setAdvance(False, TRANCHE_KIND, 9_000, sender=suite.officer)
    return Market(bank, deals, rule)
