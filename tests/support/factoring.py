"""Factoring on a chain: a desk where quotes are signed and filled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from eth_utils.crypto import keccak

from caldera.agreements import sign
from caldera.contracts import DevnetCurrency, Factoring, FactoringConduct, Recourse, structs
from caldera.evm import Account, AddressLike, Chain, Receipt
from tests.support import suite as base
from tests.support.suite import DAY, EU, FACTOR, MINIMUM, NOBODY, ROLES, YEAR, Suite, selector_of

SETTLEMENT_DAYS = 14
OPEN, CLAIMED, DEFAULTED, SETTLED, WAIVED, ENDED = range(1, 7)
"""States of a recourse, in the order of the enum."""
PERMISSIONS = {"fillFor": "CIRCULATOR", "pause": "GUARDIAN", "unpause": "GUARDIAN"}
PLENTY = 10**30


class Book(NamedTuple):
    """Balances that a sale may change."""

    money: dict[str, int]
    units: dict[str, int]


class Desk:
    """The suite with factoring. Seller sells, alice and bank are factors; all have approved what a sale needs. seller2
    is another account of the seller's entity, alice2 of alice's. The officer is GUARDIAN and CIRCULATOR, too."""

    def __init__(self, suite: Suite, conduct: FactoringConduct, recourse: Recourse, factoring: Factoring) -> None:
        self.suite, self.conduct, self.recourse, self.factoring = suite, conduct, recourse, factoring
        self.numbers = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["suite"], name)

    def actor(self, name: str) -> Account:
        """By name."""
        return self.suite.actors[name]

    def quote(self, asset: int, **changes: Any) -> structs.FactoringQuote:
        """50 minimum units of `asset` at 97% by alice, whole or in parts, for anyone, for an hour; the next number."""
        self.numbers += 1
        given: dict[str, Any] = {
            "factor": self.suite.alice.address,
            "seller": NOBODY,
            "id": asset,
            "units": 50 * MINIMUM,
            "minimumFill": 0,
            "price": 50 * MINIMUM * 97 // 100,
            "leastOwed": 1,
            "currencyId": 1,
            "recourse": False,
            "number": self.numbers,
            "notBefore": 0,
            "deadline": self.suite.chain.now + 3600,
        }
        return structs.FactoringQuote(**(given | changes))

    def signed(self, quote: structs.FactoringQuote, by: Account | None = None) -> bytes:
        """The factor's signature, or another's."""
        return sign(self.factoring, "FactoringQuote", quote, by or self.suite.alice)

    def fill(
        self, quote: structs.FactoringQuote, units: int | None = None, least: int = 0, by: Account | None = None
    ) -> Receipt[Any]:
        """The seller fills a quote of alice, all of it unless told otherwise."""
        units = quote.units if units is None else units
        return self.factoring.fill(quote, self.signed(quote), units, least, sender=by or self.suite.seller)

    def sell(self, asset: int, units: int, **changes: Any) -> int:
        """Sells with recourse at 97%; the number of the recourse."""
        given = {"units": units, "price": units * 97 // 100, "recourse": True} | changes
        self.fill(self.quote(asset, **given))
        return self.recourse.recourseCount()

    def default(self, asset: int) -> None:
        """Lets the receivable fall into default."""
        facts = self.suite.module.receivable(asset)
        self.suite.chain.warp(facts.dueDate + facts.graceDays * DAY + 1)
        self.suite.module.declareDefault(asset & ~0xFFFF, sender=self.suite.stranger)

    def claimed(self, units: int = 50 * MINIMUM, **changes: Any) -> tuple[int, int]:
        """A receivable in default, and the number of a recourse that alice has claimed."""
        asset = self.suite.circulating(**changes)
        number = self.sell(asset, units)
        self.default(asset)
        self.recourse.claim(number, sender=self.suite.alice)
        return asset, number

    def money(self, payer: Account, amount: int) -> None:
        """Gives money and lets both contracts take it."""
        self.suite.token.mint(payer, amount, sender=payer)
        self.suite.token.approve(self.factoring, PLENTY, sender=payer)
        self.suite.token.approve(self.recourse, PLENTY, sender=payer)

    def settle(
        self, number: int, payer: Account | None = None, to: AddressLike | None = None, most: int = PLENTY
    ) -> int:
        """The seller, or somebody for it, pays from new money."""
        payer = payer or self.suite.seller
        self.money(payer, sum(self.recourse.dueOn(number)))
        return self.recourse.settle(number, to or self.suite.seller, most, sender=payer).returned

    def book(self, asset: int) -> Book:
        """Everybody's money and units of `asset`, and the contracts' own."""
        where: dict[str, AddressLike] = {**self.suite.actors, "factoring": self.factoring, "recourse": self.recourse}
        return Book(
            {name: self.suite.token.balanceOf(at) for name, at in where.items()},
            {name: self.suite.ledger.balanceOf(at, asset) for name, at in where.items()},
        )

    @contextmanager
    def unchanged(self, asset: int) -> Iterator[None]:
        """Whatever the block tries, no money and no units move."""
        before = self.book(asset)
        yield
        assert self.book(asset) == before


def build(chain: Chain | None = None, token: type[Any] = DevnetCurrency, decimals: int = 6) -> Desk:
    """Deploys on the suite, grants roles, enrols the contract as a party that may have liens."""
    suite = base.build(chain, token, decimals)
    conduct = FactoringConduct.deploy(suite.chain, suite.access, sender=suite.admin)
    recourse = Recourse.deploy(suite.chain, suite.access, suite.module, conduct, SETTLEMENT_DAYS, sender=suite.admin)
    factoring = Factoring.deploy(suite.chain, suite.access, suite.module, recourse, sender=suite.admin)
    lender = [selector_of("ICreditConduct", name) for name in ("recordInTime", "recordLate", "recordDefault")]
    suite.access.setTargetFunctionRole(conduct, lender, ROLES["LENDER"], sender=suite.admin)
    suite.access.setTargetFunctionRole(recourse, [selector_of("Recourse", "open")], ROLES["LENDER"], sender=suite.admin)
    for contract in (recourse, factoring):
        suite.access.grantRole(ROLES["LENDER"], contract, 0, sender=suite.admin)
    for name, role in PERMISSIONS.items():
        selectors = [selector_of("Factoring", name)]
        suite.access.setTargetFunctionRole(factoring, selectors, ROLES[role], sender=suite.admin)
    entity = suite.registry.createEntity(keccak(text="recourse"), sender=suite.officer).returned
    suite.registry.enrol(recourse, entity, suite.chain.now + 50 * YEAR, EU, FACTOR, sender=suite.officer)
    suite.enrol("seller2", entity=suite.entities["seller"])
    suite.enrol("alice2", qualifications=FACTOR, entity=suite.entities["alice"])
    desk = Desk(suite, conduct, recourse, factoring)
    for name in ("seller", "seller2", "alice", "bank"):
        suite.ledger.setApprovalForAll(factoring, True, sender=suite.actors[name])
        suite.ledger.setApprovalForAll(recourse, True, sender=suite.actors[name])
    for name in ("alice", "bank"):
        desk.money(suite.actors[name], 1000 * MINIMUM)
    return desk
