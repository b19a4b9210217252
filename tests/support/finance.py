"""A market with several borrowers, lenders, factors and debtors, and everything that can be read of their money."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from eth_utils.crypto import keccak

from caldera.agreements import all_of, digest_under
from caldera.contracts import structs
from caldera.evm import Account, domain_of
from tests.support.market import VALUATION, Market, open_market
from tests.support.outside import open_outside
from tests.support.suite import DAY, FACTOR, MINIMUM, NOBODY

BORROWERS = ("seller", "borrower")
DEBTORS = ("buyer", "retailer")
FACTORS = ("alice", "bank")
LENDERS = ("lena", "leo")
OUTSIDE = "vault"
"""The lending protocol outside of the suite: lends from a pool of its own, and is nobody who acts here."""
HOLDERS = (*BORROWERS, *FACTORS)
ACTORS = (*HOLDERS, *DEBTORS, *LENDERS, "shopper", "relayer", "mallory")
PLENTY = 2**255
PURSE = 2_000 * MINIMUM
CLOSED = 4
"""State of a loan, in the order of the enum."""


@lru_cache(maxsize=50_000)
def signature(who: Account, digest: bytes) -> bytes:
    """Examples repeat each other: what was signed once need not be signed again."""
    return who.sign_hash(digest).packed


@dataclass(frozen=True, slots=True)
class Position:
    """Of one holder in one id. `liens`: units and what was paid on them, by lienholder."""

    units: int
    pledged: int
    claimable: int
    liens: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All that can be seen at one moment."""

    money: dict[str, int]
    ids: dict[int, tuple[structs.Receivable, int, dict[str, Position]]]
    loans: dict[int, tuple[structs.Loan, int, tuple[tuple[int, int], ...]]]
    shares: dict[str, int]
    worth: dict[str, int]
    exits: tuple[tuple[str, int, int], ...]
    pool: tuple[int, int, int]
    theirs: tuple[int, int, int]
    losses: int
    held: dict[str, int]
    held_outside: int
    owed: dict[str, int]
    sales: dict[tuple[int, bytes], structs.RevenueSale]
    recourses: tuple[structs.RecourseSale, ...]


class Finance:
    """The market. seller and borrower own receivables; buyer and retailer owe them; alice and bank are factors and buy
    pledges; lena and leo lend, and so does a vault outside; shopper pays for sales; relayer and mallory have nothing to
    say."""

    def __init__(self, market: Market) -> None:
        self.market, self.suite, self.chain = market, market.suite, market.chain
        suite, actors = market.suite, market.suite.actors
        suite.enrol("leo", qualifications=FACTOR)
        suite.enrol("borrower")
        suite.enrol("retailer")
        actors["shopper"] = self.chain.account("shopper")
        self.outside = open_outside(market)
        self.contracts: dict[str, Any] = {
            "module": suite.module,
            "pool": market.pool,
            "revenue": market.revenue,
            "fund": market.fund,
            "desk": market.desk,
            "factoring": market.factoring,
            "recourse": market.recourse,
            "router": market.router,
            "terms": market.terms,
            "ledger": suite.ledger,
            "closed pool": self.outside.pool,
            "adapter": self.outside.adapter,
        }
        self.domains = {
            "module": domain_of(suite.module),
            "router": domain_of(market.router),
            "factoring": domain_of(market.factoring),
            "record": domain_of(market.record),
        }
        self.names = {one.address: name for name, one in (actors | self.contracts).items()}
        self.names[self.outside.vault.address] = OUTSIDE
        self.by_entity = {number: name for name, number in suite.entities.items()}
        for name in ACTORS:
            who = actors[name]
            suite.token.mint(who, PURSE, sender=who)
            for spender in (
                suite.module,
                market.pool,
                self.outside.pool,
                market.factoring,
                market.recourse,
                market.revenue,
            ):
                suite.token.approve(spender, PLENTY, sender=who)
        for name in HOLDERS:
            for operator in (market.router, market.factoring, market.recourse):
                suite.ledger.setApprovalForAll(operator, True, sender=actors[name])
        for name in BORROWERS:
            facts = market.facts(entity=suite.entities[name])
            market.record.record(facts, market.vouched(facts), sender=actors["relayer"])
        market.pool.deposit(200 * MINIMUM, actors["leo"], sender=actors["leo"])
        suite.token.mint(self.outside.vault, PURSE, sender=actors["mallory"])
        shares = [
            structs.RevenueShare(actors["seller"].address, 0, 3333),
            structs.RevenueShare(actors["borrower"].address, 0, 3333),
            structs.RevenueShare(actors["alice"].address, 0, 3334),
        ]
        self.schemes = [
            market.revenue.openScheme(1, window, shares, sender=actors["seller"]).returned for window in (0, 7)
        ]
        self.supply = suite.token.totalSupply()
        idle = [one for name, one in actors.items() if name not in ACTORS]
        self.idle = sum(suite.token.balanceOf(one) for one in idle)

    def actor(self, name: str) -> Account:
        return self.suite.actors[name]

    # --- what people sign

    def invoice(self, number: int, debtor: str, face: int, days: int) -> structs.Invoice:
        return self.suite.invoice(
            number=f"F{number}",
            debtor=self.actor(debtor).address,
            face=face,
            dueDate=self.chain.now + days * DAY,
            documentHash=keccak(text=f"F{number}"),
        )

    def id_of(self, creditor: str, debtor: str, invoice: structs.Invoice) -> int:
        entities = self.suite.entities
        return int(
            self.suite.module.fingerprintOf(entities[creditor], entities[debtor], invoice.number, invoice.issueDay)
        )

    def word(
        self, creditor: str, debtor: str, invoice: structs.Invoice, lines: tuple[int, ...] = ()
    ) -> structs.DebtorsWord:
        """The debtor's acknowledgement."""
        deadline = self.chain.now + 3600
        message = invoice._asdict() | {
            "id": self.id_of(creditor, debtor, invoice),
            "lines": list(lines),
            "creditor": self.suite.entities[creditor],
            "debtor": self.suite.entities[debtor],
            "deadline": deadline,
        }
        who = self.actor(debtor)
        digest = digest_under(self.domains["module"], "Acknowledgement", message)
        return structs.DebtorsWord(who.address, deadline, signature(who, digest))

    def statement(self, asset: int, amount: int) -> tuple[structs.Statement, bytes]:
        """A valuation by both attestors, and its digest."""
        until = self.chain.now + 90 * DAY
        digest = bytes(self.market.router.statementDigest(asset, VALUATION, amount, until))
        signers = sorted((self.actor("auditor"), self.actor("notary")), key=lambda one: int(one.address, 16))
        given = tuple(structs.Attestation(one.address, signature(one, digest)) for one in signers)
        return structs.Statement(0, VALUATION, amount, until, given), digest

    def renewal(self, asset: int, amount: int, as_of: int, until: int, names: tuple[str, ...]) -> structs.Renewal:
        """A later valuation by these."""
        digest = bytes(self.market.router.renewalDigest(asset, VALUATION, amount, as_of, until))
        signers = sorted((self.actor(name) for name in names), key=lambda one: int(one.address, 16))
        given = tuple(structs.Attestation(one.address, signature(one, digest)) for one in signers)
        return structs.Renewal(VALUATION, amount, as_of, until, given)

    def evidence(
        self, creditor: str, debtor: str, invoice: structs.Invoice, valued: bool, lines: tuple[int, ...] = ()
    ) -> tuple[structs.Evidence, bytes]:
        """Word and, where `valued`, one statement; and how a request names it."""
        said = [self.statement(self.id_of(creditor, debtor, invoice), invoice.face)] if valued else []
        facts = self.market.facts(entity=self.suite.entities[creditor])
        evidence = structs.Evidence(
            self.word(creditor, debtor, invoice, lines), tuple(statement for statement, _ in said), facts, (), ()
        )
        return evidence, all_of([digest for _, digest in said])

    def request_signature(self, kind: str, request: Any, by: str) -> bytes:
        """Over a request to the router."""
        router = self.market.router
        digest = router.financingDigest(request) if kind == "Financing" else router.discountingDigest(request)
        return signature(self.actor(by), bytes(digest))

    def quote(self, factor: str, asset: int, number: int, units: int, percent: int, recourse: bool) -> Any:
        """A factor's, and its signature."""
        quote = structs.FactoringQuote(
            self.actor(factor).address,
            NOBODY,
            asset,
            units,
            0,
            max(1, units * percent // 100),
            1,
            1,
            recourse,
            number,
            0,
            self.chain.now + 3600,
        )
        return quote, signature(self.actor(factor), bytes(self.market.factoring.quoteDigest(quote)))

    # --- what can be seen

    def look(
        self, ids: list[int], loans: int, exits: int, sales: list[tuple[int, bytes]], known: Picture | None
    ) -> Picture:
        """Everything. Loans that were closed in `known` stay as they were."""
        market, token, pools = self.market, self.suite.token, (self.market.pool, self.outside.pool)
        seen = {}
        for number in range(1, loans + 1):
            if known and number in known.loans and known.loans[number][0].state == CLOSED:
                seen[number] = known.loans[number]
                continue
            items, units = market.desk.itemsOf(number)
            backing = tuple((item.id, count) for item, count in zip(items, units, strict=True))
            seen[number] = market.desk.loanOf(number), sum(market.desk.owedOn(number)), backing
        shares = {name: market.pool.balanceOf(self.actor(name)) for name in LENDERS}
        places = []
        for exit in range(1, exits + 1):
            place, waiting, _, payable = market.pool.exitOf(exit)
            places.append((self.names[place.owner], waiting, payable))
        return Picture(
            money={name: token.balanceOf(self.actor(name)) for name in ACTORS}
            | {name: token.balanceOf(contract) for name, contract in self.contracts.items()}
            | {OUTSIDE: token.balanceOf(self.outside.vault)},
            ids={asset: self._receivable(asset) for asset in ids},
            loans=seen,
            shares=shares,
            worth={name: market.pool.previewRedeem(count) if count else 0 for name, count in shares.items()}
            | {OUTSIDE: self.outside.pool.previewRedeem(self.outside.pool.balanceOf(self.outside.vault))},
            exits=tuple((name, market.pool.previewRedeem(n) if n else 0, payable) for name, n, payable in places),
            pool=market.pool.books(),
            theirs=self.outside.pool.books(),
            losses=market.pool.unrealizedLosses(),
            held={name: sum(pool.heldFor(self.actor(name)) for pool in pools) for name in BORROWERS},
            held_outside=sum(self.outside.pool.heldFor(self.actor(name)) for name in BORROWERS),
            owed={name: market.revenue.owed(self.actor(name), 1) for name in (*BORROWERS, "alice", "shopper")},
            sales={key: market.revenue.saleOf(*key) for key in sales},
            recourses=tuple(market.recourse.recourseOf(one) for one in range(1, market.recourse.recourseCount() + 1)),
        )

    def _receivable(self, asset: int) -> tuple[structs.Receivable, int, dict[str, Position]]:
        module, ledger = self.suite.module, self.suite.ledger
        facts = module.receivable(asset)
        held = {}
        for name in HOLDERS:
            who = self.actor(name)
            units, pledged, _ = ledger.holdingOf(asset, who)
            liens = []
            for lienholder in ("desk", "recourse") if pledged else ():
                there = self.contracts[lienholder]
                count = ledger.lienOf(asset, who, there)
                if count:
                    liens.append((lienholder, count, module.proceedsUnderLien(asset, who, there)))
            claimable = module.claimable(asset, who)
            if units or claimable:
                held[name] = Position(units, pledged, claimable, tuple(liens))
        return facts, module.owedOn(asset), held

    def value(self, picture: Picture, asset: int, units: int) -> Fraction:
        """What the debtor owes on units, exactly."""
        facts, owed, _ = picture.ids[asset]
        return Fraction(units * owed, facts.face) if facts.face else Fraction(0)

    def wealth(self, picture: Picture) -> dict[str, Fraction]:
        """Of everybody: money, what it can claim anywhere, units at what is owed on them, less what it owes."""
        total = {name: Fraction(picture.money[name]) for name in (*ACTORS, OUTSIDE, "fund")}
        for amounts in (picture.worth, picture.held, picture.owed):
            for name, amount in amounts.items():
                total[name] += amount
        for name, waiting, payable in picture.exits:
            total[name] += waiting + payable
        for loan, owed, _ in picture.loans.values():
            total[self.names[loan.account]] -= owed
        for asset, (facts, owed, held) in picture.ids.items():
            total[self.by_entity[facts.debtor]] -= owed
            for name, position in held.items():
                proceeds = sum(paid for _, _, paid in position.liens)
                total[name] += self.value(picture, asset, position.units) + position.claimable + proceeds
        return total


def build() -> Finance:
    """Deployed, enrolled, funded; facts of both borrowers are recorded."""
    return Finance(open_market())


__all__ = ["ACTORS", "BORROWERS", "DEBTORS", "FACTORS", "HOLDERS", "LENDERS", "OUTSIDE", "Finance", "Picture", "build"]
