"""Points for interactions in exact integers: awards, expiry, redemption for ERA, for fees, for rights.

Entities are numbers. Rules raise the contract error's name; a refusal leaves everything as it was.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from caldera.model.ledger import Refused

WHOLE = 10_000
LEAST_COEFFICIENT, MOST_COEFFICIENT = 10_000, 30_000


@dataclass
class Offer:
    """A right for points."""

    operator: int
    until: int
    good_for: int
    stock: int
    price: int


@dataclass
class Entitlement:
    """A right that an entity took, and the points it gave by the period of their award."""

    entity: int
    offer: int
    good_until: int
    points: dict[int, int]
    state: str = "Held"


class PointsModel:
    """All points. The caller keeps `now` and `entities`, those that exist."""

    def __init__(self, now: int, period: int, rate_epoch: int, coefficient: int) -> None:
        self.now = now
        self.period_length, self.rate_epoch, self.coefficient = period, rate_epoch, coefficient
        self.entities: set[int] = set()
        self.points: Counter[tuple[int, int]] = Counter()
        self.rewarded: set[object] = set()
        self.rates: dict[int, int] = {}
        self.offers: dict[int, Offer] = {}
        self.rights: dict[int, Entitlement] = {}
        self.fee_credit = False
        self.fees: Counter[int] = Counter()
        self.left = self.paid = 0

    @property
    def period(self) -> int:
        """The present period of points."""
        return self.now // self.period_length

    def held(self, entity: int) -> tuple[int, int]:
        """Points of this period, and of the one before."""
        return self.points[entity, self.period], self.points[entity, self.period - 1]

    @property
    def outstanding(self) -> int:
        """All points that are good now."""
        return sum(amount for (_, period), amount in self.points.items() if period >= self.period - 1)

    def award(self, entity: int, interaction: object, points: int, high_value: bool) -> int:
        """Awards points for an interaction, once."""
        if not interaction:
            raise Refused("NoInteraction")
        if interaction in self.rewarded:
            raise Refused("InteractionRewarded")
        if points == 0:
            raise Refused("NoPoints")
        if entity not in self.entities:
            raise Refused("NoSuchEntity")
        self.rewarded.add(interaction)
        credited = points * self.coefficient // WHOLE if high_value else points
        self.points[entity, self.period] += credited
        return credited

    def rate_of(self, epoch: int) -> int:
        """What a point is given for in `epoch`."""
        return next((self.rates[start] for start in sorted(self.rates, reverse=True) if start <= epoch), 0)

    def set_rate(self, rate: int) -> None:
        """From the next epoch on."""
        self.rates[self.now // self.rate_epoch + 1] = rate

    def set_coefficient(self, bps: int) -> None:
        """What points of high-value scenarios count."""
        if not LEAST_COEFFICIENT <= bps <= MOST_COEFFICIENT:
            raise Refused("CoefficientOutOfRange")
        self.coefficient = bps

    def redeem(self, entity: int, points: int, least: int = 0, to_fees: bool = False) -> int:
        """Gives points for ERA."""
        if to_fees and not self.fee_credit:
            raise Refused("NoFeeCredit")
        if points == 0:
            raise Refused("NoPoints")
        rate = self.rate_of(self.now // self.rate_epoch)
        if rate == 0:
            raise Refused("RedemptionClosed")
        amount = points * rate
        if amount < least:
            raise Refused("WorthLess")
        self._require(entity, points)
        if amount > self.left:
            raise Refused("BudgetTooSmall")
        self._spend(entity, points)
        self.left -= amount
        self.paid += amount
        if to_fees:
            self.fees[entity] += amount
        return amount

    def offer(self, operator: int, until: int, good_for: int, stock: int, price: int) -> int:
        """Publishes a right for points."""
        if not (price and stock and good_for) or until < self.now or operator not in self.entities:
            raise Refused("InvalidOffer")
        self.offers[len(self.offers) + 1] = Offer(operator, until, good_for, stock, price)
        return len(self.offers)

    def end_offer(self, number: int) -> None:
        """Ends an offer."""
        offer = self.offers.get(number)
        if offer is None or offer.until < self.now:
            raise Refused("OfferUnavailable")
        offer.until = self.now - 1

    def take(self, entity: int, number: int, most: int) -> int:
        """Gives points for a right."""
        offer = self.offers.get(number)
        if offer is None or offer.until < self.now or offer.stock == 0:
            raise Refused("OfferUnavailable")
        if offer.price > most:
            raise Refused("TooFewPoints")
        self._require(entity, offer.price)
        given = self._spend(entity, offer.price)
        offer.stock -= 1
        right = len(self.rights) + 1
        self.rights[right] = Entitlement(entity, number, self.now + offer.good_for, given)
        return right

    def surrender(self, entity: int, number: int) -> None:
        """Surrenders a right where it is granted."""
        right = self._held(number)
        if right.entity != entity:
            raise Refused("EntitlementOfAnother")
        if self.now > right.good_until:
            raise Refused("EntitlementLapsed")
        right.state = "Surrendered"

    def decline(self, operator: int, number: int) -> None:
        """The operator gives the points back, as old as they are."""
        right = self._held(number)
        offer = self.offers[right.offer]
        if offer.operator != operator:
            raise Refused("EntitlementOfAnother")
        right.state = "Declined"
        offer.stock += 1
        for period, points in right.points.items():
            self.points[right.entity, period] += points

    def _held(self, number: int) -> Entitlement:
        right = self.rights.get(number)
        if right is None:
            raise Refused("UnknownEntitlement")
        if right.state != "Held":
            raise Refused("EntitlementClosed")
        return right

    def _require(self, entity: int, points: int) -> None:
        if points > sum(self.held(entity)):
            raise Refused("TooFewPoints")

    def _spend(self, entity: int, points: int) -> dict[int, int]:
        older = min(points, self.points[entity, self.period - 1])
        self.points[entity, self.period - 1] -= older
        self.points[entity, self.period] -= points - older
        return {self.period - 1: older, self.period: points - older}
