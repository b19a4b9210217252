"""The formula in Solidity and in Python: the same number to the unit, on any figures and any parameters."""

import random
from dataclasses import replace
from itertools import product
from struct import pack, unpack

import pytest

from caldera.contracts import CreditProbe
from caldera.evm import Revm
from caldera.model import Refused
from caldera.model.credit import DEVNET, FACTORS, FALLING, Curve, Facts, Parameters, assess, usd
from tests.support.credit import SUPPLIER, as_struct
from tests.support.suite import reverts

SETS = 500
PER_SET = 240
U64, U32 = 2**64 - 1, 2**32 - 1
BOUNDS = (U64, U64, U64, 36_500, U64, U32)
"""Of what each curve is asked at."""


@pytest.fixture(scope="module")
def probe() -> CreditProbe:
    chain = Revm()
    return CreditProbe.deploy(chain, sender=chain.account("deployer"))


def curve(draw: random.Random, factor: str, bound: int) -> Curve:
    """Of any number of knots, near together or far apart, steep or flat."""
    count = draw.randint(2, 8)
    width = draw.choice([16, 1_000, 10**6, 10**13, bound])
    xs = sorted(draw.sample(range(min(width, bound) + 1), count)) if width < 10**7 else []
    while len(xs) < count:
        xs = sorted({*xs, draw.randint(0, min(width, bound))})
    height = draw.choice([10, 10**4, 10**12, 2**59])
    falling = factor in FALLING
    ys = sorted((draw.randint(-height, 0 if falling else height) for _ in xs), reverse=falling)
    return Curve(tuple(zip(xs, ys, strict=True)))


def parameters(draw: random.Random) -> Parameters:
    """A set that can be published."""
    curves = tuple(curve(draw, factor, bound) for factor, bound in zip(FACTORS, BOUNDS, strict=False))
    highest, lowest = draw.randint(0, 2**60), -draw.randint(0, 2**60)
    cap = draw.choice([1, 10**6, 10**12, U64, draw.randint(1, U64)])
    return Parameters(
        cap,
        draw.randint(0, U64),
        highest,
        lowest,
        draw.randint(lowest, 0),
        draw.randint(0, U32),
        draw.randint(0, U32),
        curves,
    )


def near(draw: random.Random, given: Curve, bound: int) -> int:
    """At a knot or beside it, between two, or anywhere."""
    kind = draw.randrange(4)
    if kind < 2:
        x = draw.choice(given.knots)[0] + draw.choice((-1, 0, 1))
    elif kind == 2:
        x = draw.randint(given.knots[0][0], given.knots[-1][0])
    else:
        x = draw.randint(0, bound)
    return max(0, min(bound, x))


def figures(draw: random.Random, given: Parameters) -> Facts:
    """Such that repaid and unpaid are near their knots, too."""
    x = [near(draw, one, bound) for one, bound in zip(given.curves, BOUNDS, strict=True)]
    repaid = x[1]
    issued = min(U64, repaid + x[2])
    return Facts(x[0], issued, repaid, x[3], x[4], x[5])


def row(facts: Facts, conduct: int) -> bytes:
    """As the probe takes them."""
    first = (facts.turnover, facts.receivables_issued, facts.receivables_repaid, facts.days_late)
    return pack(">6Q2q", *first, facts.cargo_turnover, facts.orders, conduct, 0)


@pytest.mark.known_defect("set-score")
def test_the_same_number_on_100_000_random_inputs(probe: CreditProbe) -> None:
    draw = random.Random(1)
    compared = 0
    limits = set()
    for _ in range(SETS):
        given = parameters(draw)
        given.check()
        probe.check(as_struct(given))
        packed, unpacked = probe.kept(as_struct(given))
        assert unpacked == as_struct(given)
        asked = [(figures(draw, given), draw.randint(given.lowest, given.highest)) for _ in range(PER_SET)]
        answer = probe.evaluate(packed, b"".join(row(*one) for one in asked))
        for number, (facts, conduct) in enumerate(asked):
            *parts, formula, limit = unpack(">7qQ", answer[64 * number : 64 * number + 64])
            expected = assess(given, facts, conduct)
            found = (tuple(parts), formula, limit)
            assert found == (expected.contributions[:6], expected.formula, expected.limit), (given, facts, conduct)
            limits.add(0 if limit == 0 else 2 if limit == given.cap else 1)
            compared += 1
    assert compared >= 100_000
    assert limits == {0, 1, 2}, "at zero, at the cap, and between"


def test_sets_that_are_refused_are_refused_by_both(probe: CreditProbe) -> None:
    """A random change of one number of a good set."""
    draw = random.Random(2)
    refused = 0
    for _ in range(300):
        given = parameters(draw)
        number = draw.randrange(6)
        knots = list(given.curves[number].knots)
        at = draw.randrange(len(knots))
        x, y = knots[at]
        knots[at] = (near(draw, given.curves[number], BOUNDS[number]), y) if draw.random() < 0.5 else (x, -y)
        curves = [*given.curves[:number], Curve(tuple(knots)), *given.curves[number + 1 :]]
        given = replace(given, curves=tuple(curves))
        try:
            given.check()
        except Refused as error:
            refused += 1
            with reverts(error.name):
                probe.check(as_struct(given))
        else:
            probe.check(as_struct(given))
    assert 0 < refused < 300


class TestFormula:
    """What the formula promises, of the Python form; the contract's is the same."""

    def test_more_of_a_good_fact_never_lowers_and_of_a_bad_one_never_raises(self) -> None:
        draw = random.Random(3)
        sets = [parameters(draw) for _ in range(400)]
        for given in sets * 50:
            facts, conduct = figures(draw, given), draw.randint(given.lowest, given.highest)
            here = assess(given, facts, conduct).limit
            assert 0 <= here <= given.cap
            step = draw.choice([1, 1, 2, 10**6, 2**50])
            for name, bound in (("turnover", U64), ("cargo_turnover", U64), ("orders", U32)):
                more = replace(facts, **{name: min(bound, getattr(facts, name) + step)})
                assert assess(given, more, conduct).limit >= here
            repaid = min(facts.receivables_issued, facts.receivables_repaid + step)
            assert assess(given, replace(facts, receivables_repaid=repaid), conduct).limit >= here
            issued = min(U64, facts.receivables_issued + step)
            assert assess(given, replace(facts, receivables_issued=issued), conduct).limit <= here
            late = min(36_500, facts.days_late + step)
            assert assess(given, replace(facts, days_late=late), conduct).limit <= here
            assert assess(given, facts, conduct + step).limit >= here

    def test_no_contribution_leaves_the_range_of_its_knots(self) -> None:
        draw = random.Random(4)
        for _ in range(2_000):
            given = parameters(draw)
            found = assess(given, figures(draw, given), draw.randint(-(2**62), 2**62))
            for one, part in zip(given.curves, found.contributions, strict=False):
                heights = [y for _, y in one.knots]
                assert min(heights) <= part <= max(heights)
            assert given.lowest <= found.conduct <= given.highest
            assert found.limit == max(0, min(given.cap, sum(found.contributions)))

    def test_bad_factors_never_help(self) -> None:
        draw = random.Random(5)
        for _ in range(2_000):
            given = parameters(draw)
            found = assess(given, figures(draw, given))
            assert all(found.contributions[FACTORS.index(factor)] <= 0 for factor in FALLING)

    @pytest.mark.parametrize("standing", ["Frozen", "NoRecord", "Revoked", "Stale"])
    def test_any_standing_but_open_makes_it_zero(self, standing: str) -> None:
        good = assess(DEVNET, SUPPLIER)
        assert assess(DEVNET, SUPPLIER, standing=standing) == replace(good, limit=0, standing=standing)

    def test_without_parameters_there_is_nothing(self) -> None:
        found = assess(None, SUPPLIER, 5, "NoModel")
        assert (found.limit, found.formula, found.contributions) == (0, 0, (0,) * 7)

    def test_the_development_chains_parameters_are_sound_and_sensible(self) -> None:
        DEVNET.check()
        assert assess(DEVNET, Facts()).limit == 0
        for month, late in product((10**6, 10**7, 3 * 10**7), (0, 20)):
            grown = Facts(usd(2 * month), usd(month * 9 // 5), usd(month * 171 // 100), late, usd(month), 400)
            share = 100 * assess(DEVNET, grown).limit // grown.turnover
            assert 5 <= share <= 35, (month, late, share)
        careless = replace(SUPPLIER, receivables_repaid=SUPPLIER.receivables_issued // 2, days_late=300)
        assert assess(DEVNET, careless).limit == 0
