"""Points: awarded once for an interaction, good for a while, given for ERA, for fees, for rights."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from caldera.contracts import ConnectionPoints, ReentrantToken, events, structs
from caldera.model import Refused
from caldera.model.points import PointsModel
from tests.support.incentives import BUDGET, ERA, EVIDENCE, NOBODY, Economy, build
from tests.support.suite import DAY, reverts

PERIOD, EPOCH = 360 * DAY, 30 * DAY
NONE = b"\0" * 32
HELD, SURRENDERED, DECLINED = 1, 2, 3
REASON = b"\1" * 32


def offer(economy: Economy, **changes: Any) -> int:
    """A right of the carrier's for 10 points, twice."""
    given: dict[str, Any] = {
        "operator": economy.number("carrier"),
        "until": economy.now + 10 * DAY,
        "goodFor": DAY,
        "stock": 2,
        "price": 10,
        "termsHash": EVIDENCE,
    }
    return economy.points.offerRight(structs.RightOffer(**(given | changes)), sender=economy.admin).returned


class TestAward:
    @pytest.mark.parametrize(
        ("points", "high", "credited"),
        [(10, False, 10), (10, True, 15), (7, True, 10), (1, True, 1), (2**64 - 1, True, (2**64 - 1) * 3 // 2)],
    )
    def test_coefficient(self, economy: Economy, points: int, high: bool, credited: int) -> None:
        mill, interaction = economy.number("mill"), economy.interaction()
        call = economy.points.awardPoints(mill, interaction, points, high, sender=economy.officer)
        assert call.returned == credited
        here = economy.points.address
        assert list(call.events) == [events.PointsAwarded(mill, interaction, points, high, credited, emitter=here)]
        assert economy.points.pointsOf(mill) == (credited, 0)
        assert economy.points.pointsOutstanding() == credited

    def test_an_interaction_once(self, economy: Economy) -> None:
        mill, maker, interaction = economy.number("mill"), economy.number("maker"), economy.interaction()
        assert not economy.points.isRewarded(interaction)
        economy.points.awardPoints(mill, interaction, 5, False, sender=economy.officer)
        assert economy.points.isRewarded(interaction)
        with reverts("InteractionRewarded", interaction=interaction):
            economy.points.awardPoints(maker, interaction, 5, False, sender=economy.officer)
        with reverts("NoInteraction"):
            economy.points.awardPoints(mill, NONE, 5, False, sender=economy.officer)

    def test_points_and_entity(self, economy: Economy) -> None:
        with reverts("NoPoints"):
            economy.award("mill", 0)
        for unknown in (0, 99):
            with reverts("NoSuchEntity", entity=unknown):
                economy.points.awardPoints(unknown, economy.interaction(), 5, False, sender=economy.officer)
        assert economy.award("mill", 1) == 1

    @pytest.mark.parametrize(("bps", "good"), [(9_999, False), (10_000, True), (30_000, True), (30_001, False)])
    def test_bounds_of_the_coefficient(self, economy: Economy, bps: int, good: bool) -> None:
        assert economy.points.coefficient() == 15_000
        if not good:
            with reverts("CoefficientOutOfRange", bps=bps):
                economy.points.setCoefficient(bps, sender=economy.admin)
            return
        call = economy.points.setCoefficient(bps, sender=economy.admin)
        assert list(call.events) == [events.CoefficientSet(bps, emitter=economy.points.address)]
        assert economy.award("mill", 100, True) == bps // 100


class TestExpiry:
    """Good to the end of the period after the one of the award."""

    def test_two_periods(self, economy: Economy) -> None:
        mill = economy.number("mill")
        economy.suite.chain.skip(100)
        economy.award("mill", 5)
        end = (economy.now // PERIOD + 1) * PERIOD
        for at, held in ((end - 1, (5, 0)), (end, (0, 5)), (end + PERIOD - 1, (0, 5)), (end + PERIOD, (0, 0))):
            economy.suite.chain.warp(at)
            assert economy.points.pointsOf(mill) == held
            assert economy.points.pointsOutstanding() == sum(held)

    def test_the_older_ones_go_first(self, economy: Economy) -> None:
        mill = economy.number("mill")
        economy.award("mill", 5)
        economy.suite.chain.skip(PERIOD)
        economy.award("mill", 7)
        economy.point_rate(ERA)
        assert economy.points.pointsOf(mill) == (7, 5)
        economy.points.redeem(3, 0, sender=economy.mill)
        assert economy.points.pointsOf(mill) == (7, 2)
        economy.points.redeem(4, 0, sender=economy.mill)
        assert economy.points.pointsOf(mill) == (5, 0)
        assert economy.points.pointsOutstanding() == 5

    def test_after_a_long_absence(self, economy: Economy) -> None:
        economy.award("mill", 5)
        economy.suite.chain.skip(3 * PERIOD)
        assert economy.award("mill", 2) == 2
        assert economy.points.pointsOf(economy.number("mill")) == (2, 0)
        assert economy.points.pointsOutstanding() == 2


class TestRedeem:
    def test_at_the_rate_of_the_epoch(self, economy: Economy) -> None:
        mill, points = economy.number("mill"), economy.points
        economy.award("mill", 10)
        epoch = economy.now // EPOCH
        with reverts("RedemptionClosed", epoch=epoch):
            points.redeem(4, 0, sender=economy.mill)
        call = points.setPointRate(3 * ERA, sender=economy.admin)
        assert list(call.events) == [events.PointRateSet(epoch + 1, 3 * ERA, emitter=points.address)]
        with reverts("RedemptionClosed"):
            points.redeem(4, 0, sender=economy.mill)
        economy.suite.chain.warp((epoch + 1) * EPOCH)
        points.setPointRate(0, sender=economy.admin)
        assert [points.rateOf(epoch + i) for i in (0, 1, 2, 9)] == [0, 3 * ERA, 0, 0]
        assert points.rateEpochAt(economy.now) == epoch + 1
        call_ = points.redeem(4, 12 * ERA, sender=economy.account("mill2"))
        second = economy.account("mill2").address
        assert call_.returned == economy.has(second) == 12 * ERA
        assert events.PointsRedeemed(mill, second, 4, 12 * ERA, False, emitter=points.address) in call_.events
        assert (points.budgetLeft(), points.pointsOf(mill)) == (BUDGET // 10 - 12 * ERA, (6, 0))
        economy.suite.chain.warp((epoch + 2) * EPOCH)
        with reverts("RedemptionClosed"):
            points.redeem(4, 0, sender=economy.mill)

    def test_no_more_than_there_is(self, economy: Economy) -> None:
        points, mill = economy.points, economy.number("mill")
        economy.award("mill", 10)
        economy.award("maker", 10)
        economy.point_rate(ERA)
        with reverts("TooFewPoints", entity=mill, held=10, needed=11):
            points.redeem(11, 0, sender=economy.mill)
        with reverts("NoPoints"):
            points.redeem(0, 0, sender=economy.mill)
        with reverts("WorthLess", amount=10 * ERA, least=10 * ERA + 1):
            points.redeem(10, 10 * ERA + 1, sender=economy.mill)
        points.moveBudget(economy.alice, BUDGET // 10 - 10 * ERA + 1, sender=economy.admin)
        with reverts("BudgetTooSmall", needed=10 * ERA, left=10 * ERA - 1):
            points.redeem(10, 0, sender=economy.mill)
        economy.fund(points, 1)
        points.redeem(10, 10 * ERA, sender=economy.mill)
        assert points.budgetLeft() == economy.has(points) == 0

    def test_by_who_is_active_and_while_nothing_is_paused(self, economy: Economy) -> None:
        economy.award("mill", 10)
        economy.point_rate(ERA)
        number = offer(economy)
        economy.points.setFeeCredit(economy.fees, sender=economy.admin)
        calls: tuple[Callable[[Any], Any], ...] = (
            lambda who: economy.points.redeem(1, 0, sender=who),
            lambda who: economy.points.redeemForFees(1, 0, sender=who),
            lambda who: economy.points.redeemForRight(number, 10, sender=who),
        )
        for call in calls:
            with reverts("NotActive", account=economy.mallory.address):
                call(economy.mallory)
        economy.award("mill", 10)
        economy.points.pause(DAY, sender=economy.officer)
        for call in calls:
            with reverts("Paused"):
                call(economy.mill)
        economy.suite.chain.skip(DAY)
        for call in calls:
            call(economy.mill)


class TestFees:
    def test_into_the_fee_account(self, economy: Economy) -> None:
        points, mill = economy.points, economy.number("mill")
        economy.award("mill", 10)
        economy.point_rate(ERA)
        with reverts("NoFeeCredit"):
            points.redeemForFees(4, 0, sender=economy.mill)
        call = points.setFeeCredit(economy.fees, sender=economy.admin)
        assert list(call.events) == [events.FeeCreditSet(economy.fees.address, emitter=points.address)]
        call_ = points.redeemForFees(4, 4 * ERA, sender=economy.mill)
        assert call_.returned == economy.fees.creditOf(mill) == economy.has(economy.fees) == 4 * ERA
        who = economy.mill.address
        assert events.PointsRedeemed(mill, who, 4, 4 * ERA, True, emitter=points.address) in call_.events
        assert (points.budgetLeft(), economy.has(points)) == (BUDGET // 10 - 4 * ERA,) * 2
        points.setFeeCredit(NOBODY, sender=economy.admin)
        with reverts("NoFeeCredit"):
            points.redeemForFees(4, 0, sender=economy.mill)
        with reverts("NotAContract", feeCredit=economy.mallory.address):
            points.setFeeCredit(economy.mallory, sender=economy.admin)

    def test_an_account_that_takes_less_or_comes_back_in(self, economy: Economy) -> None:
        points, fees = economy.points, economy.fees
        economy.award("mill", 10)
        economy.point_rate(ERA)
        points.setFeeCredit(fees, sender=economy.admin)
        fees.misbehave(1, NOBODY, b"", sender=economy.mallory)
        with reverts("InexactCredit", amount=4 * ERA, taken=4 * ERA - 1):
            points.redeemForFees(4, 0, sender=economy.mill)
        expires = economy.now + DAY
        economy.registry.enrol(fees, economy.number("mill"), expires, 1, 1, sender=economy.officer)
        for payload in (
            points.calldata.redeem(1, 0),
            points.calldata.redeemForFees(1, 0),
            points.calldata.absorb(),
            points.calldata.fund(1),
        ):
            fees.misbehave(0, points, payload, sender=economy.mallory)
            with reverts("ReentrancyGuardReentrantCall"):
                points.redeemForFees(4, 0, sender=economy.mill)
        fees.misbehave(0, NOBODY, b"", sender=economy.mallory)
        points.redeemForFees(4, 0, sender=economy.mill)

    def test_a_token_that_calls_back(self) -> None:
        def token(suite: Any) -> Any:
            made = ReentrantToken.deploy(suite.chain, sender=suite.admin)
            made.mint(suite.admin, 10 * BUDGET, sender=suite.admin)
            return made

        economy = build(token=token)
        points, era = economy.points, economy.era
        economy.award("mill", 10)
        economy.point_rate(ERA)
        expires = economy.now + DAY
        economy.registry.enrol(era, economy.number("mill"), expires, 1, 1, sender=economy.officer)
        era.arm(points, points.calldata.redeem(1, 0), sender=economy.mallory)
        with reverts("ReentrancyGuardReentrantCall"):
            points.redeem(5, 0, sender=economy.mill)
        era.arm(NOBODY, b"", sender=economy.mallory)
        points.redeem(5, 0, sender=economy.mill)


class TestRights:
    def test_taken_and_surrendered(self, economy: Economy) -> None:
        points, mill, carrier, here = economy.points, economy.number("mill"), economy.number("carrier"), None
        here = points.address
        terms = structs.RightOffer(carrier, economy.now + 10 * DAY, DAY, 2, 10, EVIDENCE)
        made = points.offerRight(terms, sender=economy.admin)
        assert list(made.events) == [events.RightOffered(1, carrier, terms, emitter=here)]
        assert points.offerOf(1) == terms
        economy.award("mill", 25)
        call = points.redeemForRight(1, 10, sender=economy.mill)
        until = economy.now + DAY
        assert call.returned == 1
        assert list(call.events) == [events.EntitlementTaken(1, 1, mill, 10, until, emitter=here)]
        assert points.entitlementOf(1) == structs.Entitlement(mill, 1, until, HELD, 10, 0)
        assert (points.pointsOf(mill), points.offerOf(1).stock) == ((15, 0), 1)
        with reverts("EntitlementOfAnother", number=1, entity=carrier):
            points.surrender(1, sender=economy.carrier)
        with reverts("NotActive"):
            points.surrender(1, sender=economy.mallory)
        points.pause(DAY, sender=economy.officer)
        done = points.surrender(1, sender=economy.account("mill2"))
        assert list(done.events) == [events.EntitlementSurrendered(1, mill, carrier, emitter=here)]
        with reverts("EntitlementClosed", number=1, state=SURRENDERED):
            points.surrender(1, sender=economy.mill)
        with reverts("EntitlementClosed", number=1, state=SURRENDERED):
            points.decline(1, REASON, sender=economy.carrier)
        for number in (0, 2):
            with reverts("UnknownEntitlement", number=number):
                points.surrender(number, sender=economy.mill)

    def test_lapses(self, economy: Economy) -> None:
        points = economy.points
        number = offer(economy)
        economy.award("mill", 20)
        first = points.redeemForRight(number, 10, sender=economy.mill).returned
        second = points.redeemForRight(number, 10, sender=economy.mill).returned
        until = points.entitlementOf(first).goodUntil
        economy.suite.chain.warp(until)
        points.surrender(first, sender=economy.mill)
        economy.suite.chain.warp(until + 1)
        with reverts("EntitlementLapsed", number=second, goodUntil=until):
            points.surrender(second, sender=economy.mill)

    def test_declined(self, economy: Economy) -> None:
        points, mill = economy.points, economy.number("mill")
        number = offer(economy)
        economy.award("mill", 25)
        right = points.redeemForRight(number, 10, sender=economy.mill).returned
        with reverts("EntitlementOfAnother", number=right, entity=mill):
            points.decline(right, REASON, sender=economy.mill)
        call = points.decline(right, REASON, sender=economy.carrier)
        assert list(call.events) == [events.EntitlementDeclined(right, mill, 10, REASON, emitter=points.address)]
        assert (points.pointsOf(mill), points.offerOf(number).stock) == ((25, 0), 2)
        assert points.pointsOutstanding() == 25
        assert points.entitlementOf(right).state == DECLINED
        with reverts("EntitlementClosed", state=DECLINED):
            points.surrender(right, sender=economy.mill)

    @pytest.mark.parametrize(
        ("periods", "back", "left"), [(0, 10, (12, 7)), (1, 3, (0, 12)), (2, 0, (0, 0)), (3, 0, (0, 0))]
    )
    def test_declining_makes_no_points_younger(
        self, economy: Economy, periods: int, back: int, left: tuple[int, int]
    ) -> None:
        """7 points of one period and 12 of the next; 10 are given, 7 of them the older ones."""
        points, mill = economy.points, economy.number("mill")
        economy.award("mill", 7)
        economy.suite.chain.skip(PERIOD)
        economy.award("mill", 12)
        number = offer(economy, goodFor=4 * PERIOD)
        right = points.redeemForRight(number, 10, sender=economy.mill).returned
        assert points.entitlementOf(right).older == 7
        economy.suite.chain.skip(periods * PERIOD)
        call = points.decline(right, REASON, sender=economy.carrier)
        assert list(call.events) == [events.EntitlementDeclined(right, mill, back, REASON, emitter=points.address)]
        assert points.pointsOf(mill) == left
        assert points.pointsOutstanding() == sum(left)

    def test_offers_end(self, economy: Economy) -> None:
        points = economy.points
        economy.award("mill", 100)
        number = offer(economy, stock=1)
        with reverts("TooFewPoints", held=9, needed=10):
            points.redeemForRight(number, 9, sender=economy.mill)
        with reverts("TooFewPoints", held=0, needed=10):
            points.redeemForRight(number, 10, sender=economy.maker)
        points.redeemForRight(number, 10, sender=economy.mill)
        with reverts("OfferUnavailable", offer=number):
            points.redeemForRight(number, 10, sender=economy.mill)
        timed = offer(economy, until=economy.now + 5)
        economy.suite.chain.skip(5)
        points.redeemForRight(timed, 10, sender=economy.mill)
        economy.suite.chain.skip(1)
        with reverts("OfferUnavailable", offer=timed):
            points.redeemForRight(timed, 10, sender=economy.mill)
        ended = offer(economy)
        call = points.endOffer(ended, sender=economy.admin)
        assert list(call.events) == [events.RightOfferEnded(ended, emitter=points.address)]
        with reverts("OfferUnavailable", offer=ended):
            points.redeemForRight(ended, 10, sender=economy.mill)
        for none in (ended, 99):
            with reverts("OfferUnavailable", offer=none):
                points.endOffer(none, sender=economy.admin)

    @pytest.mark.parametrize(
        "change", [{"operator": 99}, {"price": 0}, {"stock": 0}, {"termsHash": NONE}, {"goodFor": 0}, {"until": 1}]
    )
    def test_offers_that_are_none(self, economy: Economy, change: dict[str, Any]) -> None:
        with reverts("InvalidOffer"):
            offer(economy, **change)
        assert offer(economy, until=economy.now) == 1


@pytest.mark.parametrize(
    ("period", "epoch", "good"),
    [
        (30 * DAY, DAY, True),
        (730 * DAY, 90 * DAY, True),
        (30 * DAY - 1, DAY, False),
        (730 * DAY + 1, DAY, False),
        (30 * DAY, DAY - 1, False),
        (30 * DAY, 90 * DAY + 1, False),
    ],
)
def test_periods(economy: Economy, period: int, epoch: int, good: bool) -> None:
    given = (economy.chain, economy.access, economy.era, economy.registry, period, epoch, 15_000)
    if good:
        made = ConnectionPoints.deploy(*given, sender=economy.admin)
        assert (made.pointPeriod(), made.rateEpochLength()) == (period, epoch)
        return
    with reverts("PointPeriodOutOfRange"):
        ConnectionPoints.deploy(*given, sender=economy.admin)


def test_powers(economy: Economy) -> None:
    points = economy.points
    number = offer(economy)
    mill, interaction = economy.number("mill"), economy.interaction()
    calls: tuple[Callable[[Any], Any], ...] = (
        lambda who: points.setCoefficient(10_000, sender=who),
        lambda who: points.setPointRate(1, sender=who),
        lambda who: points.setFeeCredit(economy.fees, sender=who),
        lambda who: points.moveBudget(economy.alice, 1, sender=who),
        lambda who: points.endOffer(number, sender=who),
    )
    for call in calls:
        for who in (economy.mallory, economy.officer):
            with reverts("AccessManagedUnauthorized", caller=who.address):
                call(who)
        call(economy.admin)
    with reverts("AccessManagedUnauthorized"):
        points.awardPoints(mill, interaction, 5, False, sender=economy.mallory)
    with reverts("AccessManagedUnauthorized"):
        points.offerRight(points.offerOf(number), sender=economy.officer)
    with reverts("AccessManagedUnauthorized"):
        points.pause(1, sender=economy.mallory)


class Both:
    """The contract beside the exact model."""

    NAMES = ("mill", "maker", "carrier")

    def __init__(self, economy: Economy) -> None:
        self.economy, self.points = economy, economy.points
        self.model = PointsModel(economy.now, PERIOD, EPOCH, 15_000)
        self.model.entities = {economy.number(name) for name in self.NAMES}
        self.model.left = self.points.budgetLeft()
        self.model.fee_credit = True
        self.points.setFeeCredit(economy.fees, sender=economy.admin)
        self.done = self.refused = 0

    def award(self, name: str, interaction: int, points: int, high: bool) -> None:
        entity, number = self.economy.number(name), interaction.to_bytes(32)
        self.same(
            lambda: self.model.award(entity, interaction, points, high),
            lambda: self.points.awardPoints(entity, number, points, high, sender=self.economy.officer).returned,
        )

    def redeem(self, name: str, points: int, fees: bool) -> None:
        call = self.points.redeemForFees if fees else self.points.redeem
        who = self.economy.account(name)
        self.same(
            lambda: self.model.redeem(self.economy.number(name), points, 0, fees),
            lambda: call(points, 0, sender=who).returned,
        )

    def offer(self, price: int, stock: int) -> None:
        until, operator = self.economy.now + 40 * DAY, self.economy.number("carrier")
        self.same(
            lambda: self.model.offer(operator, until, 50 * DAY, stock, price),
            lambda: offer(self.economy, until=until, goodFor=50 * DAY, stock=stock, price=price),
        )

    def take(self, name: str, number: int) -> None:
        who = self.economy.account(name)
        self.same(
            lambda: self.model.take(self.economy.number(name), number, 100),
            lambda: self.points.redeemForRight(number, 100, sender=who).returned,
        )

    def surrender(self, name: str, number: int) -> None:
        who = self.economy.account(name)
        self.same(
            lambda: self.model.surrender(self.economy.number(name), number),
            lambda: self.points.surrender(number, sender=who).returned,
        )

    def decline(self, name: str, number: int) -> None:
        who = self.economy.account(name)
        self.same(
            lambda: self.model.decline(self.economy.number(name), number),
            lambda: self.points.decline(number, REASON, sender=who).returned,
        )

    def rate(self, rate: int) -> None:
        self.model.now = self.economy.now
        self.model.set_rate(rate)
        self.points.setPointRate(rate, sender=self.economy.admin)

    def same(self, expected: Callable[[], Any], actual: Callable[[], Any]) -> None:
        economy, model = self.economy, self.model
        model.now = economy.now
        try:
            wanted = expected()
        except Refused as refusal:
            self.refused += 1
            with reverts(refusal.name):
                actual()
        else:
            self.done += 1
            assert actual() == wanted
        self.agree()

    def agree(self) -> None:
        self.model.now = self.economy.now
        assert self.points.budgetLeft() == self.economy.has(self.points) == self.model.left
        assert self.points.budgetOwed() == 0
        assert self.points.pointsOutstanding() == self.model.outstanding
        for name in self.NAMES:
            entity = self.economy.number(name)
            assert self.points.pointsOf(entity) == self.model.held(entity)
            assert self.economy.fees.creditOf(entity) == self.model.fees[entity]


@pytest.mark.parametrize("seed", [1, 2])
def test_long_runs_agree_with_the_model(economy: Economy, seed: int) -> None:
    """Points paid for are points awarded, and ERA paid is ERA funded, whatever the order."""
    random, both = Random(seed), Both(economy)
    kinds = ["award"] * 5 + ["redeem", "redeem", "offer", "take", "take", "surrender", "decline", "rate", "skip"]
    for _ in range(400):
        kind, name = random.choice(kinds), random.choice(both.NAMES)
        if kind == "award":
            both.award(name, random.randint(0, 300), random.choice([0, 1, 7, 60]), random.random() < 0.5)
        elif kind == "redeem":
            both.redeem(name, random.choice([0, 1, 5, 40]), random.random() < 0.5)
        elif kind == "offer":
            both.offer(random.choice([0, 3, 20]), random.choice([0, 1, 5]))
        elif kind == "take":
            both.take(name, random.randint(0, len(both.model.offers) + 1))
        elif kind == "surrender":
            both.surrender(name, random.randint(0, len(both.model.rights) + 1))
        elif kind == "decline":
            both.decline(random.choice([name, "carrier"]), random.randint(0, len(both.model.rights) + 1))
        elif kind == "rate":
            both.rate(random.choice([0, 1, ERA, 50_000 * ERA]))
        else:
            economy.suite.chain.skip(random.choice([1, 10 * DAY, 45 * DAY, 200 * DAY]))
            both.agree()
    assert both.done > 100
    assert both.refused > 60
