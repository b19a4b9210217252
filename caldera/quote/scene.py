"""One claim on the stage of the reference models: registered, acknowledged, financed, paid, claimed.

What happens here is what the contracts do: the property suite holds contracts and models equal after every step. Time
starts at the first second of the day that is asked for; a day later is the same second of the next day.
"""

from __future__ import annotations

from fractions import Fraction

from caldera.model import LedgerModel, Party, ReceivablesModel, Refused
from caldera.model.factoring import SELF, FactoringModel, Quote
from caldera.model.lending import BPS, LendingModel, LoanTerms
from caldera.model.pool import PoolModel
from caldera.model.receivables import DAY, Receivable

from .claims import Claim
from .inputs import Terms

ROOT = 1 << 16
ACTORS = ("seller", "buyer", "lender", "desk", "factor", SELF)
SELLER, BUYER = 1, 2
NEVER = 2**40


class Scene:
    """The models with one claim in them, held by `seller`, owed by `buyer`, and time at its start."""

    def __init__(self, claim: Claim, terms: Terms) -> None:
        self.given, self.terms = claim, terms
        self.ledger = LedgerModel(claim.start)
        self.receivables = ReceivablesModel(self.ledger)
        for entity, name in enumerate(ACTORS, 1):
            self.ledger.parties[name] = Party(entity, NEVER, 1, 1)
        record = Receivable(SELLER, BUYER, claim.last_second, terms.receivable.grace_days, [ROOT])
        least = claim.currency.units_up(terms.receivable.minimum_usd)
        self.receivables.create(ROOT, record, {ROOT: claim.owed}, "seller", (least, 0, 0, False, 0))
        self.receivables.acknowledge(ROOT, "buyer")

    def wait_for(self, day: int) -> None:
        """Until the start of the scene and so many days."""
        self.ledger.now = self.given.start + day * DAY

    def pays(self, amount: int) -> None:
        """The buyer pays, if anything."""
        if amount:
            self.receivables.pay(ROOT, amount)

    def claims(self) -> int:
        """The seller takes what was paid on its units."""
        try:
            return self.receivables.claim(ROOT, "seller")
        except Refused as refusal:
            if refusal.name != "NothingToClaim":
                raise
            return 0

    def bank(self, limit: int) -> LendingModel:
        """A credit desk with a pool that has money enough for its caps to be far; the claim is pledged to it."""
        loan, currency = self.terms.loan, self.given.currency
        pool = PoolModel()
        pool.deposit(self.ledger.now, "lender", 2 * max(self.given.owed, 1))
        terms = LoanTerms(
            rate_bps=loan.rate_bps,
            late_fee_bps=loan.late_fee_bps,
            borrower_cap_bps=BPS,
            debtor_cap_bps=BPS,
            longest_days=loan.longest_days,
            default_days=loan.default_days,
            auction_days=1,
            floor_bps=0,
            grace_days=loan.grace_days,
            minimum=currency.units_up(loan.minimum_usd),
            advance_bps=loan.advance_bps,
            usd_rate=currency.usd,
            decimals=currency.decimals,
        )
        desk = LendingModel(self.ledger, self.receivables, pool, terms, lambda _: limit, lambda _: True)
        self.ledger.pledge(ROOT, "seller", "desk", self.given.owed)
        return desk

    def factor(self, price: int, recourse: bool) -> tuple[FactoringModel, Quote]:
        """A factor that has signed a quote over all units, and has the money."""
        currency, owed = self.given.currency, self.given.owed
        desk = FactoringModel(
            self.receivables, self.terms.factoring.settlement_days, currency.decimals, Fraction(currency.usd, 10**18)
        )
        desk.cash["factor"] = desk.allowed["factor"] = price
        # Whatever it has to pay back, the seller has it.
        desk.cash["seller"] = desk.allowed_to_settle["seller"] = 2 * owed
        desk.operators, desk.lien_operators = {"seller"}, {"factor"}
        now = self.ledger.now
        return desk, Quote("factor", "seller", ROOT, owed, 0, price, owed, recourse, 1, now, now)
