"""CreditModel: parameters, standings, conduct, and the limit that comes of them."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import pytest

from caldera.contracts import CreditModel, events, structs
from caldera.model import Refused, credit
from caldera.model.credit import DEVNET, FACTORS, FALLING, Curve, Facts, Parameters, usd
from tests.support.credit import EPOCH, LENDER, SUPPLIER, Desk, as_struct
from tests.support.suite import reverts, selector_of

REASON = b"\5" * 32
FLAT = Curve(((0, 0), (1, 0)))
NO_CURVES = (FLAT,) * 6


def by_fractions(knots: tuple[tuple[int, int], ...], x: int) -> int:
    """The height of the line at x, as a fraction, rounded down."""
    x = max(knots[0][0], min(knots[-1][0], x))
    for (x0, y0), (x1, y1) in pairwise(knots):
        if x0 <= x <= x1:
            return floor(y0 + Fraction(y1 - y0, x1 - x0) * (x - x0))
    raise AssertionError(x)


def with_curve(number: int, *knots: tuple[int, int]) -> Parameters:
    """The development chain's, with one curve replaced."""
    curves = list(DEVNET.curves)
    curves[number] = Curve(knots)
    return replace(DEVNET, curves=tuple(curves))


class TestParameters:
    """Only what keeps the limit monotone and bounded is published."""

    def test_published_and_readable_by_version(self, desk: Desk) -> None:
        other = replace(DEVNET, cap=usd(7), raise_cap=1, highest=2, lowest=-3, thawed=-1, in_time_bps=4, late_bps=5)
        receipt = desk.model.publish(as_struct(other), sender=desk.officer)
        assert receipt.returned == 2
        assert receipt.events == (events.CreditModelPublished(2, as_struct(other), emitter=desk.model.address),)
        assert desk.model.version() == 2
        assert desk.model.parametersOf(1) == as_struct(DEVNET)
        assert desk.model.parametersOf(2) == as_struct(other)
        for version in (0, 3):
            with reverts("UnknownCreditModel", version=version):
                desk.model.parametersOf(version)

    def test_the_largest_and_the_smallest_numbers_are_kept(self, desk: Desk) -> None:
        high, low = 2**63 - 1, -(2**63)
        rising = Curve((*((i, i) for i in range(7)), (2**64 - 1, high)))
        falling = Curve(((0, 0), (2**64 - 1, low)))
        curves = tuple(falling if factor in FALLING else rising for factor in FACTORS[:6])
        extreme = Parameters(2**64 - 1, 2**64 - 1, high, low, low, 2**32 - 1, 2**32 - 1, curves)
        desk.publish(extreme)
        assert desk.model.parametersOf(2) == as_struct(extreme)
        most = 2**64 - 1
        facts = Facts(most, most, most, 36_500, most, 2**32 - 1)
        desk.bring(desk.facts(figures=facts))
        assert desk.assessed() == credit.assess(extreme, facts)
        desk.bring(desk.facts(figures=replace(facts, receivables_repaid=0)))
        assert desk.assessed() == credit.assess(extreme, replace(facts, receivables_repaid=0))

    def test_they_hold_at_once(self, desk: Desk) -> None:
        desk.bring()
        before = desk.assessed()
        desk.publish(replace(DEVNET, cap=before.limit - 1))
        assert desk.assessed().limit == before.limit - 1
        assert desk.model.assess(desk.entity("supplier")).version == 2

    def test_a_cap(self, desk: Desk) -> None:
        with reverts("NoCreditCap"):
            desk.publish(replace(DEVNET, cap=0))
        desk.publish(replace(DEVNET, cap=1))

    @pytest.mark.parametrize(
        ("lowest", "thawed", "highest", "good"),
        [
            (0, 0, 0, True),
            (-5, -5, 0, True),
            (-5, 0, 5, True),
            (1, 0, 5, False),
            (-5, -6, 5, False),
            (-5, 1, 5, False),
            (-5, -1, -1, False),
            (1, 1, 5, False),
        ],
    )
    def test_conduct_bounds(self, desk: Desk, lowest: int, thawed: int, highest: int, good: bool) -> None:
        given = replace(DEVNET, lowest=lowest, thawed=thawed, highest=highest)
        if good:
            desk.publish(given)
            return
        with reverts("ConductBoundsOutOfOrder", lowest=lowest, thawed=thawed, highest=highest):
            desk.publish(given)
        with pytest.raises(Refused, match="ConductBoundsOutOfOrder"):
            given.check()

    @pytest.mark.parametrize("number", range(6))
    def test_knots(self, desk: Desk, number: int) -> None:
        sign = -1 if FACTORS[number] in FALLING else 1
        wrong: list[tuple[str, dict[str, int], tuple[tuple[int, int], ...]]] = [
            ("KnotCountOutOfRange", {"count": 0, "least": 2, "most": 8}, ()),
            ("KnotCountOutOfRange", {"count": 1, "least": 2, "most": 8}, ((0, 0),)),
            ("KnotCountOutOfRange", {"count": 9, "least": 2, "most": 8}, tuple((i, 0) for i in range(9))),
            ("KnotsNotAscending", {"index": 1}, ((5, 0), (5, 0))),
            ("KnotsNotAscending", {"index": 2}, ((4, 0), (5, 0), (4, 0))),
            ("CurveNotMonotone", {"index": 1}, ((0, 0), (1, -sign))),
            ("CurveNotMonotone", {"index": 2}, ((0, 0), (1, 5 * sign), (2, 4 * sign))),
        ]
        for name, values, knots in wrong:
            with reverts(name, factor=number, **values):
                desk.publish(with_curve(number, *knots))
            with pytest.raises(Refused, match=name):
                with_curve(number, *knots).check()
        for knots in (((0, 0), (1, 0)), tuple((i, i * sign) for i in range(8)), ((4, 0), (5, 0), (6, 0))):
            desk.publish(with_curve(number, *knots))

    @pytest.mark.parametrize("number", range(6))
    def test_penalties_are_never_above_zero(self, desk: Desk, number: int) -> None:
        above = with_curve(number, (0, 1), (9, 1))
        below = with_curve(number, (0, -1), (9, -1))
        if FACTORS[number] in FALLING:
            with reverts("PenaltyAboveZero", factor=number, y=1):
                desk.publish(above)
        else:
            desk.publish(above)
        desk.publish(below)

    def test_by_who_keeps_the_standard(self, desk: Desk) -> None:
        with reverts("AccessManagedUnauthorized", caller=desk.lender.address):
            desk.model.publish(as_struct(DEVNET), sender=desk.lender)


class TestLimit:
    """What it is, and why."""

    def test_the_worked_example(self, desk: Desk) -> None:
        """By hand: see docs/credit-limit.md."""
        desk.bring()
        read = desk.model.assess(desk.entity("supplier"))
        assert read.contributions == (
            135_000_000_000,
            229_875_000_000,
            -36_000_000_000,
            0,
            60_000_000_000,
            26_666_666_666,
            0,
        )
        assert read.formula == read.limit == 415_541_666_666
        facts = desk.facts()
        assert (read.standing, read.version, read.epoch, read.validUntil) == (0, 1, facts.epoch, facts.validUntil)
        assert 20 <= 100 * read.limit // SUPPLIER.turnover <= 30

    @pytest.mark.parametrize(("sum_", "limit"), [(-1, 0), (0, 0), (1, 1), (99, 99), (100, 100), (101, 100)])
    def test_neither_below_zero_nor_above_the_cap(self, desk: Desk, sum_: int, limit: int) -> None:
        curves = (Curve(((0, sum_), (1, sum_))), *NO_CURVES[1:])
        desk.publish(replace(DEVNET, cap=100, curves=curves))
        desk.bring()
        read = desk.assessed()
        assert (read.formula, read.limit) == (sum_, limit)
        assert read == credit.assess(replace(DEVNET, cap=100, curves=curves), SUPPLIER)

    @pytest.mark.parametrize("x", [0, 9, 10, 11, 13, 14, 16, 17, 18, 29, 30, 31, 2**32 - 1])
    @pytest.mark.parametrize("knots", [((10, -7), (17, 3), (30, 4)), ((10, 0), (17, -3), (30, -50))])
    def test_between_knots_it_is_rounded_down(self, desk: Desk, x: int, knots: tuple[tuple[int, int], ...]) -> None:
        """By fractions, not by the model's own arithmetic."""
        number, name = (3, "days_late") if knots[0][1] == 0 else (5, "orders")
        x = min(x, 36_500) if number == 3 else x
        curves = list(NO_CURVES)
        curves[number] = Curve(knots)
        desk.publish(replace(DEVNET, curves=tuple(curves)))
        desk.bring(desk.facts(figures=replace(SUPPLIER, **{name: x})))
        assert desk.assessed().contributions[number] == by_fractions(knots, x)

    def test_each_standing(self, desk: Desk) -> None:
        """The first that applies, in the order in which the interface names them."""
        entity = desk.entity("supplier")
        bare = CreditModel.deploy(desk.suite.chain, desk.suite.access, desk.record, sender=desk.admin)
        assert desk.assessed().standing == "NoRecord"
        assert desk.model.assess(entity).version == 1
        assert bare.assess(entity).standing == 2
        desk.bring()
        good = desk.assessed()
        assert (good.standing, good.limit > 0) == ("Open", True)
        unpublished = bare.assess(entity)
        assert (unpublished.standing, unpublished.version, unpublished.limit) == (2, 0, 0)
        assert (unpublished.formula, unpublished.contributions) == (0, (0,) * 7)
        assert unpublished.epoch == desk.last_epoch()
        desk.suite.chain.warp(desk.record.factsOf(entity).validUntil)
        assert desk.assessed() == good
        desk.suite.chain.skip(1)
        assert desk.assessed() == replace(good, limit=0, standing="Stale")
        desk.record.revoke(entity, REASON, sender=desk.officer)
        assert desk.assessed() == replace(good, limit=0, standing="Revoked")
        desk.model.recordDefault(entity, sender=desk.lender)
        assert desk.assessed() == replace(good, limit=0, standing="Frozen")
        desk.model.thaw(entity, sender=desk.admin)
        assert desk.assessed().standing == "Revoked"

    def test_of_whom_nothing_is_known(self, desk: Desk) -> None:
        read = desk.model.assess(999)
        assert (read.limit, read.standing, read.epoch, read.validUntil) == (0, 3, 0, 0)

    def test_where_the_figures_come_from(self, desk: Desk) -> None:
        assert desk.model.operatingRecord() == desk.record.address


class TestConduct:
    """Told by lenders, in the transaction in which it happens."""

    def state(self, desk: Desk) -> tuple[int, int, bool]:
        read = desk.model.conductOf(desk.entity("supplier"))
        return read.conduct, read.raised, read.frozen

    def test_interest_paid_in_time_raises(self, desk: Desk) -> None:
        desk.bring()
        before, entity = desk.assessed().limit, desk.entity("supplier")
        receipt = desk.model.recordInTime(entity, usd(4_000), sender=desk.lender)
        epoch, where = desk.now // EPOCH, desk.model.address
        assert receipt.events == (
            events.ConductRaised(entity, epoch, usd(4_000), usd(8_000), usd(8_000), emitter=where),
        )
        assert self.state(desk) == (usd(8_000), usd(8_000), False)
        assert desk.assessed().limit == before + usd(8_000)

    def test_at_most_so_much_an_epoch(self, desk: Desk) -> None:
        entity = desk.entity("supplier")
        desk.model.recordInTime(entity, usd(12_500) - 1, sender=desk.lender)
        assert self.state(desk)[1] == usd(25_000) - 2
        receipt = desk.model.recordInTime(entity, usd(10), sender=desk.lender)
        assert [one.byUsd for one in receipt.events if isinstance(one, events.ConductRaised)] == [2]
        receipt = desk.model.recordInTime(entity, usd(10), sender=desk.lender)
        assert [one.byUsd for one in receipt.events if isinstance(one, events.ConductRaised)] == [0]
        desk.suite.chain.warp((desk.now // EPOCH + 1) * EPOCH - 1)
        desk.model.recordInTime(entity, 1, sender=desk.lender)
        assert self.state(desk) == (usd(25_000), usd(25_000), False)
        desk.suite.chain.skip(1)
        assert self.state(desk) == (usd(25_000), 0, False)
        desk.model.recordInTime(entity, 1, sender=desk.lender)
        assert self.state(desk) == (usd(25_000) + 2, 2, False)

    def test_a_fall_gives_no_room_for_a_raise(self, desk: Desk) -> None:
        entity = desk.entity("supplier")
        desk.model.recordInTime(entity, usd(20_000), sender=desk.lender)
        desk.model.recordLate(entity, usd(50_000), sender=desk.lender)
        desk.model.recordInTime(entity, usd(20_000), sender=desk.lender)
        assert self.state(desk) == (usd(20_000), usd(25_000), False)

    def test_rounded_in_the_lenders_favour(self, desk: Desk) -> None:
        desk.publish(replace(DEVNET, in_time_bps=9_999, late_bps=1))
        entity = desk.entity("supplier")
        desk.model.recordInTime(entity, 1, sender=desk.lender)
        assert self.state(desk)[0] == 0
        desk.model.recordInTime(entity, 10_000, sender=desk.lender)
        assert self.state(desk)[0] == 9_999
        desk.model.recordLate(entity, 1, sender=desk.lender)
        assert self.state(desk)[0] == 9_998
        desk.model.recordLate(entity, 10_001, sender=desk.lender)
        assert self.state(desk)[0] == 9_996

    def test_lateness_lowers_at_once(self, desk: Desk) -> None:
        desk.bring()
        before, entity = desk.assessed().limit, desk.entity("supplier")
        receipt = desk.model.recordLate(entity, usd(300_000), sender=desk.lender)
        said = events.ConductLowered(entity, usd(300_000), usd(-30_000), emitter=desk.model.address)
        assert receipt.events == (said,)
        assert desk.assessed().limit == before - usd(30_000)

    def test_between_its_bounds(self, desk: Desk) -> None:
        """Also from sums that no loan can have: a lender is never refused."""
        entity = desk.entity("supplier")
        for amount in (usd(10**9), 2**128, 2**256 - 1):
            desk.model.recordLate(entity, amount, sender=desk.lender)
            assert self.state(desk) == (DEVNET.lowest, 0, False)
        desk.publish(replace(DEVNET, raise_cap=2**64 - 1))
        for amount in (usd(10**9), 2**128, 2**256 - 1):
            desk.model.recordInTime(entity, amount, sender=desk.lender)
            assert self.state(desk) == (DEVNET.highest, DEVNET.highest - DEVNET.lowest, False)

    def test_narrower_bounds_hold_for_what_was_before(self, desk: Desk) -> None:
        entity = desk.entity("supplier")
        desk.model.recordInTime(entity, usd(12_500), sender=desk.lender)
        desk.publish(replace(DEVNET, highest=usd(10_000), raise_cap=usd(5_000)))
        assert self.state(desk) == (usd(10_000), usd(25_000), False)
        desk.bring()
        assert desk.assessed().conduct == usd(10_000)
        desk.model.recordInTime(entity, usd(12_500), sender=desk.lender)
        assert self.state(desk) == (usd(10_000), usd(25_000), False)
        desk.model.recordLate(entity, usd(300_000), sender=desk.lender)
        assert self.state(desk)[0] == usd(-20_000)
        desk.publish(replace(DEVNET, lowest=usd(-5_000), thawed=0))
        assert self.state(desk)[0] == usd(-5_000)
        desk.model.recordInTime(entity, usd(1), sender=desk.lender)
        assert self.state(desk) == (usd(-5_000), usd(25_000), False)

    def test_default_freezes_until_governance_thaws(self, desk: Desk) -> None:
        desk.bring()
        entity, before = desk.entity("supplier"), desk.assessed()
        desk.model.recordInTime(entity, usd(20_000), sender=desk.lender)
        receipt = desk.model.recordDefault(entity, sender=desk.lender)
        assert receipt.events == (events.LimitFrozen(entity, emitter=desk.model.address),)
        assert desk.model.isFrozen(entity)
        assert not desk.model.isFrozen(desk.entity("maker"))
        assert self.state(desk) == (usd(25_000), usd(25_000), True)
        desk.model.recordInTime(entity, usd(1), sender=desk.lender)
        desk.model.recordDefault(entity, sender=desk.lender)
        assert (desk.assessed().limit, desk.assessed().standing) == (0, "Frozen")
        with reverts("AccessManagedUnauthorized", caller=desk.officer.address):
            desk.model.thaw(entity, sender=desk.officer)
        receipt = desk.model.thaw(entity, sender=desk.admin)
        assert receipt.events == (events.LimitThawed(entity, DEVNET.thawed, emitter=desk.model.address),)
        assert self.state(desk) == (DEVNET.thawed, usd(25_000), False)
        assert desk.assessed().limit == before.limit + DEVNET.thawed
        desk.model.recordInTime(entity, usd(1), sender=desk.lender)
        assert self.state(desk)[0] == DEVNET.thawed
        with reverts("NotFrozen", entity=entity):
            desk.model.thaw(entity, sender=desk.admin)

    def test_before_anything_is_published_nothing_moves(self, desk: Desk) -> None:
        suite, entity = desk.suite, desk.entity("supplier")
        bare = CreditModel.deploy(suite.chain, suite.access, desk.record, sender=desk.admin)
        selectors = [selector_of("CreditModel", name) for name in ("recordInTime", "recordLate", "recordDefault")]
        suite.access.setTargetFunctionRole(bare, selectors, LENDER, sender=desk.admin)
        bare.recordInTime(entity, usd(1), sender=desk.lender)
        bare.recordLate(entity, usd(1), sender=desk.lender)
        assert bare.conductOf(entity) == structs.CreditConductState(0, 0, False)
        bare.recordDefault(entity, sender=desk.lender)
        assert bare.assess(entity).standing == 1
        bare.thaw(entity, sender=desk.admin)
        assert bare.conductOf(entity) == structs.CreditConductState(0, 0, False)

    @pytest.mark.parametrize("name", ["recordInTime", "recordLate", "recordDefault"])
    @pytest.mark.parametrize("by", ["supplier", "mallory", "auditor"])
    def test_only_by_lenders(self, desk: Desk, name: str, by: str) -> None:
        arguments: tuple[Any, ...] = (desk.entity("supplier"),) if name == "recordDefault" else (1, usd(1))
        with reverts("AccessManagedUnauthorized", caller=desk.actor(by).address):
            getattr(desk.model, name)(*arguments, sender=desk.actor(by))
        getattr(desk.model, name)(*arguments, sender=desk.lender)
