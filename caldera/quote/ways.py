"""The ways in which a seller can have money for claims today, each played out on the reference models.

An outcome is counted from the seller's side, in smallest units: money now, what comes later (below zero: what it pays),
and what the debtor paid. Its cost is what the seller would have had by waiting, less what it had. The annual rate is
the cost over money × days for which the seller had it, simple, a year of 365 days: a fraction, not rounded.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from caldera.model.ledger import Refused
from caldera.model.lending import LendingModel, ceil_div
from caldera.model.receivables import DAY
from caldera.model.tranches import BPS, Deal, most_senior

from .claims import Claim
from .inputs import Discount, Terms, days
from .scene import ROOT, Scene

YEAR = 365


@dataclass(frozen=True)
class Outcome:
    """What came of it. `waited`: money × days."""

    now: int = 0
    later: int = 0
    paid: int = 0
    waited: int = 0

    @property
    def total(self) -> int:
        """All that the seller has in the end."""
        return self.now + self.later

    @property
    def cost(self) -> int:
        """Below zero where others bear more of a loss than they were paid for."""
        return self.paid - self.total

    @property
    def rate(self) -> Fraction | None:
        """A year, simple; None where no money was had."""
        return Fraction(self.cost * YEAR, self.waited) if self.waited else None

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.now + other.now, self.later + other.later, self.paid + other.paid, self.waited + other.waited
        )


def paid_of(claim: Claim, unpaid_bps: int) -> int:
    """What a debtor pays who leaves that part unpaid; rounded down."""
    return claim.owed - ceil_div(claim.owed * unpaid_bps, BPS)


class Way(ABC):
    """A way for all of some claims. `refused`: what is not financed, by its place, with the rule that refuses it."""

    key: str
    label: str

    def __init__(self, claims: Sequence[Claim], terms: Terms) -> None:
        self.claims, self.terms = tuple(claims), terms
        self.refused: dict[int, Refused] = {}
        self.outcome = cache(self._play)

    @property
    def offered(self) -> bool:
        """Whether any claim is financed."""
        return bool(self.financed)

    @property
    def financed(self) -> list[Claim]:
        """Those that are not refused."""
        return [claim for place, claim in enumerate(self.claims) if place not in self.refused]

    @property
    def now(self) -> int:
        """Money at once."""
        return self.outcome(0, 0).now

    @abstractmethod
    def _play(self, late: int, unpaid_bps: int) -> Outcome:
        """All debtors pay `late` days after the due date (below zero: before it), and leave a part unpaid for good."""


class EachWay(Way):
    """Each claim is financed for itself."""

    def __init__(self, claims: Sequence[Claim], terms: Terms) -> None:
        super().__init__(claims, terms)
        for place, claim in enumerate(self.claims):
            try:
                self._one(claim, 0, 0)
            except Refused as refusal:
                self.refused[place] = refusal

    def _play(self, late: int, unpaid_bps: int) -> Outcome:
        total = Outcome()
        for place, claim in enumerate(self.claims):
            paid = paid_of(claim, unpaid_bps)
            total += Outcome(0, paid, paid) if place in self.refused else self._one(claim, late, unpaid_bps)
        return total

    @abstractmethod
    def _one(self, claim: Claim, late: int, unpaid_bps: int) -> Outcome:
        """Of one claim. Raises `Refused` if it cannot be financed."""


class Pledge(EachWay):
    """A loan against the pledged claim until the end of its due date. The debtor's payment repays it; what is missing,
    the seller pays on the same day. What is beyond the advance counts against the limit."""

    key, label = "pledge", "pledge"

    def __init__(self, claims: Sequence[Claim], terms: Terms, limit: int, amount: int | None = None) -> None:
        self.limit, self.amount = limit, amount
        super().__init__(claims, terms)

    def advance(self, claim: Claim) -> int:
        """What the pledge is good for."""
        return Scene(claim, self.terms).bank(self.limit).advance("seller", ROOT)

    @property
    def unsecured(self) -> int:
        """Of the loans, what is beyond the pledges' advances and counts against the limit."""
        drawn = [self._drawn(Scene(claim, self.terms), claim) for claim in self.financed]
        return sum(bank.loans[number].unsecured for bank, number in drawn)

    def _drawn(self, scene: Scene, claim: Claim) -> tuple[LendingModel, int]:
        if claim.invoice.currency not in self.terms.loan.currencies:
            raise Refused("NoLoansIn")
        bank = scene.bank(self.limit)
        amount = bank.advance("seller", ROOT) if self.amount is None else self.amount
        return bank, bank.draw("seller", amount, days(claim.due) + 1, [ROOT])

    def _one(self, claim: Claim, late: int, unpaid_bps: int) -> Outcome:
        scene = Scene(claim, self.terms)
        bank, number = self._drawn(scene, claim)
        loan = bank.loans[number]
        now, paid = loan.principal, paid_of(claim, unpaid_bps)
        scene.wait_for(claim.days + late)
        scene.pays(paid)
        bank.on_payment(ROOT)
        own = bank.repay(number, loan.owed) if loan.state != "Closed" else 0
        return Outcome(now, scene.claims() - own, paid, now * (claim.days + late))


class Factored(EachWay):
    """A sale under a factor's quote; with recourse, the seller takes back at its price what is in default."""

    def __init__(
        self, claims: Sequence[Claim], terms: Terms, asked: Discount, recourse: bool, amount: int | None = None
    ) -> None:
        self.asked, self.recourse, self.amount = asked, recourse, amount
        self.key = "recourse" if recourse else "factoring"
        self.label = "factoring with recourse" if recourse else "factoring without recourse"
        super().__init__(claims, terms)

    def price(self, claim: Claim) -> int:
        """What the factor pays for all: what is owed, less discount and fee, both rounded up."""
        discount = ceil_div(claim.owed * self.asked.discount_bps * claim.days, BPS * YEAR)
        return max(0, claim.owed - discount - ceil_div(claim.owed * self.asked.fee_bps, BPS))

    def units(self, claim: Claim) -> int:
        """The fewest units that bring the amount, with no rest below the minimum unit."""
        price = self.price(claim)
        if self.amount is None or not price:
            return claim.owed
        if self.amount > price:
            raise Refused("ExceedsQuote")
        least = min(claim.owed, claim.currency.units_up(self.terms.receivable.minimum_usd))
        units = max(least, ceil_div(self.amount * claim.owed, price))
        return units if claim.owed - units >= least else claim.owed

    def _one(self, claim: Claim, late: int, unpaid_bps: int) -> Outcome:
        scene = Scene(claim, self.terms)
        desk, quote = scene.factor(self.price(claim), self.recourse)
        price = desk.fill("seller", quote, True, self.units(claim))
        paid = paid_of(claim, unpaid_bps)
        scene.wait_for(claim.days + late)
        scene.pays(paid)
        back = 0
        if self.recourse and paid < claim.owed:
            # The earliest second at which the debtor is in default; later, if it paid a part after that.
            default = claim.last_second + self.terms.receivable.grace_days * DAY + 1
            scene.ledger.now = max(scene.ledger.now, default)
            scene.receivables.declare_default(ROOT)
            if desk.due(desk.recourse[1]):
                desk.claim(1, "factor")
                back = desk.settle(1, "seller", "seller", 2 * claim.owed)
        return Outcome(price, scene.claims() - back, paid, price * (claim.days + late))


class Tranched(Way):
    """All claims in one deal: investors pay for the senior tranche, the seller keeps the junior one as first loss."""

    key, label = "tranche", "tranche"

    def __init__(self, claims: Sequence[Claim], terms: Terms, amount: int | None = None) -> None:
        super().__init__(claims, terms)
        self.value = sum(claim.owed for claim in self.claims)
        most = most_senior(self.value, terms.tranche.coverage_bps)
        self.senior = most if amount is None else amount
        refusal = "NoSeniorUnits" if not self.senior else "CoverageTooLow" if self.senior > most else ""
        if refusal:
            self.refused = dict.fromkeys(range(len(self.claims)), Refused(refusal))
            self.senior = 0

    @property
    def junior(self) -> int:
        """What bears losses first."""
        return self.value - self.senior

    def _play(self, late: int, unpaid_bps: int) -> Outcome:
        _, junior, waited = self.shared(late, unpaid_bps)
        return Outcome(self.senior, junior, sum(paid_of(claim, unpaid_bps) for claim in self.claims), waited)

    def lost(self, unpaid_bps: int) -> int:
        """What investors lose of the senior principal."""
        return self.shared(0, unpaid_bps)[0].principal

    def shared(self, late: int, unpaid_bps: int) -> tuple[Deal, int, int]:
        """The deal after all payments, what the junior tranche had of them, and senior principal × days."""
        assumed = self.terms.tranche
        deal = Deal("", "", assumed.senior_bps, assumed.coverage_bps, 0, "Issued", principal=self.senior)
        junior = waited = last = 0
        for claim in sorted(self.claims, key=lambda one: one.days):
            day = claim.days + late
            waited += deal.principal * (day - last)
            junior += deal.share(paid_of(claim, unpaid_bps), day * DAY)[2]
            last = day
        return deal, junior, waited
