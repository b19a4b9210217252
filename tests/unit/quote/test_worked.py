"""Worked by hand: 100,000.00 USD due in 73 days, a fifth of a year, on the terms that come along."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from caldera.model.ledger import Refused
from caldera.model.receivables import DAY
from caldera.model.tranches import Deal, most_senior
from caldera.quote import Factored, Pledge, Tranched, Way
from caldera.quote.money import percent
from caldera.quote.scene import ROOT, Scene
from caldera.quote.ways import paid_of

from .helpers import THOUSAND, claim, terms

TERMS = terms()
OWED = claim()


def pledge(**given: int) -> Pledge:
    return Pledge([OWED], TERMS, 0, **given)


def factored(recourse: bool, **given: int) -> Factored:
    asked = TERMS.factoring.with_recourse if recourse else TERMS.factoring.without_recourse
    return Factored([OWED], TERMS, asked, recourse, **given)


def tranched(**given: int) -> Tranched:
    return Tranched([OWED], TERMS, **given)


@pytest.mark.parametrize(
    ("way", "now", "cost", "rate"),
    [
        (pledge(), 80_000_000_000, 1_280_000_000, "8.00%"),  # 80,000 × 8% / 5
        (factored(False), 97_700_000_000, 2_300_000_000, "11.77%"),  # 1,800 + 500; 2,300 / 97,700 × 5
        (factored(True), 98_000_000_000, 2_000_000_000, "10.20%"),  # 1,500 + 500; 2,000 / 98,000 × 5
        (tranched(), 80_000_000_000, 960_000_000, "6.00%"),  # 80,000 × 6% / 5
    ],
)
def test_paid_when_due(way: Way, now: int, cost: int, rate: str) -> None:
    outcome = way.outcome(0, 0)
    assert (way.now, outcome.cost, percent(outcome.rate)) == (now, cost, rate)
    assert outcome.total == 100 * THOUSAND - cost


@pytest.mark.parametrize(
    ("late", "cost"),
    [
        (-72, 17_534_247),  # one day, rounded up
        (5, 1_367_671_233),  # five days after, in time: grace ends with the fifth day after the due date's end
        (6, 2_985_205_480),  # 79 days of interest and 2% of 80,000
        (10, 3_055_342_466),
        (30, 3_406_027_398),
    ],
)
def test_a_pledge_that_is_paid_early_or_late(late: int, cost: int) -> None:
    assert pledge().outcome(late, 0).cost == cost


def test_lateness_costs_a_sale_nothing_and_a_tranche_its_interest() -> None:
    assert factored(False).outcome(30, 0).cost == factored(True).outcome(30, 0).cost + 300_000_000 == 2_300_000_000
    assert tranched().outcome(30, 0).cost == 1_354_520_547  # 80,000 × 6% × 103 / 365, rounded down


@pytest.mark.parametrize(
    ("unpaid", "totals"),
    [
        (500, (93_720_000_000, 97_700_000_000, 93_100_000_000, 94_040_000_000)),
        (1_000, (88_720_000_000, 97_700_000_000, 88_200_000_000, 89_040_000_000)),
        # The senior tranche gets 80,000 of 80,960, the seller nothing more.
        (2_000, (78_720_000_000, 97_700_000_000, 78_400_000_000, 80_000_000_000)),
        (10_000, (-1_280_000_000, 97_700_000_000, 0, 80_000_000_000)),
    ],
)
def test_what_is_left_when_a_part_is_never_paid(unpaid: int, totals: tuple[int, ...]) -> None:
    ways = (pledge(), factored(False), factored(True), tranched())
    assert tuple(way.outcome(0, unpaid).total for way in ways) == totals


def test_a_loss_that_the_first_loss_does_not_bear_is_the_investors() -> None:
    assert tranched().lost(1_900) == 0
    assert tranched().lost(2_000) == 960_000_000
    assert tranched().lost(10_000) == 80_000_000_000


def test_a_sale_of_a_part_sells_the_fewest_units() -> None:
    way = factored(False, amount=48_850_000_000)
    assert way.units(OWED) == 50 * THOUSAND
    assert way.outcome(0, 0).now == 48_850_000_000
    assert way.outcome(0, 0).later == 50 * THOUSAND  # the rest is the seller's
    assert factored(False, amount=48_850_000_001).units(OWED) == 50 * THOUSAND + 2  # one more brings 0.977


@pytest.mark.parametrize(
    ("amount", "units"),
    [
        (1, THOUSAND),
        (96_723_000_000, 99 * THOUSAND),
        (96_723_000_001, 100 * THOUSAND),
        (97_700_000_000, 100 * THOUSAND),
    ],
)
def test_a_sale_leaves_no_rest_below_the_minimum_unit(amount: int, units: int) -> None:
    assert factored(True, amount=amount).offered
    assert factored(False, amount=amount).units(OWED) == units


def test_with_recourse_a_part_of_a_part_goes_back() -> None:
    way = factored(True, amount=49 * THOUSAND)
    outcome = way.outcome(0, 1_000)
    # 50,000 units were sold; a tenth is unpaid: 4,900 goes back; own units got 45,000.
    assert (outcome.now, outcome.later) == (49 * THOUSAND, 45 * THOUSAND - 4_900_000_000)


def test_beyond_the_advance_the_limit_counts() -> None:
    drawn = Pledge([OWED], TERMS, 5 * THOUSAND, amount=85 * THOUSAND)
    assert drawn.offered
    assert drawn.unsecured == 5 * THOUSAND
    assert drawn.outcome(0, 0).cost == 1_360_000_000
    refused = Pledge([OWED], TERMS, 5 * THOUSAND - 1, amount=85 * THOUSAND)
    assert refused.refused[0].name == "ExceedsLimit"
    assert not refused.offered
    assert refused.outcome(0, 0).total == 100 * THOUSAND  # it waits for its debtor
    assert refused.outcome(0, 0).rate is None


@pytest.mark.parametrize(
    ("way", "name"),
    [
        (Pledge([claim(1_249_999_999)], TERMS, 0), "BelowMinimumLoan"),
        (Pledge([claim(days=366)], TERMS, 0), "MaturityOutOfRange"),
        (Pledge([OWED], terms(loan={"currencies": ["EUR"]}), 0), "NoLoansIn"),
        (factored(False, amount=97_700_000_001), "ExceedsQuote"),
        (
            Factored(
                [claim(days=3649)],
                TERMS,
                TERMS.factoring.without_recourse.model_copy(update={"discount_bps": 10_000}),
                False,
            ),
            "QuoteOutOfRange",
        ),
        (tranched(amount=80_000_000_001), "CoverageTooLow"),
        (Tranched([claim(1)], TERMS), "NoSeniorUnits"),
    ],
)
def test_what_the_rules_refuse(way: Way, name: str) -> None:
    assert {refusal.name for refusal in way.refused.values()} == {name}
    assert way.now == 0


@pytest.mark.parametrize(
    "way",
    [
        Pledge([claim(1_250_000_000)], TERMS, 0),
        Pledge([claim(days=364)], TERMS, 0),
        factored(False, amount=97_700_000_000),
        tranched(amount=80_000_000_000),
        Tranched([claim(2)], TERMS),
    ],
)
def test_what_they_just_admit(way: Way) -> None:
    assert way.now > 0


def test_the_first_refused_loan_is_due_a_day_after_the_longest() -> None:
    """It is due when the due date is over."""
    assert Pledge([claim(days=365)], TERMS, 0).refused[0].name == "MaturityOutOfRange"


def test_a_claim_that_is_refused_does_not_stop_the_others() -> None:
    both = Pledge([OWED, claim(THOUSAND)], TERMS, 0)
    assert list(both.refused) == [1]
    assert both.financed == [OWED]
    alone = pledge().outcome(0, 500)
    assert both.outcome(0, 500).total == alone.total + 950_000_000
    assert both.outcome(0, 500).rate == alone.rate


def test_several_claims_are_one_deal() -> None:
    early, late = claim(40 * THOUSAND, 30), claim(60 * THOUSAND, 90)
    deal = Tranched([late, early], TERMS)
    assert (deal.senior, deal.junior) == (80 * THOUSAND, 20 * THOUSAND)
    # 30 days of 80,000 at 6%, rounded down, out of 40,000; 60 days of what was left, fractions carried on.
    first = 394_520_547
    left = 80 * THOUSAND - (40 * THOUSAND - first)
    outcome = deal.outcome(0, 0)
    interest = (80 * THOUSAND * 30 + left * 60) * 600 // (10_000 * 365)
    assert outcome.cost == interest
    assert outcome.waited == 80 * THOUSAND * 30 + left * 60
    assert percent(outcome.rate) == "6.00%"


def test_the_waterfall() -> None:
    assert most_senior(101, 2_000) == 80
    deal = Deal("", "", 1_000, 2_000, 0, "Issued", principal=1_000_000)
    assert deal.share(50_000, 365 * DAY) == (50_000, 0, 0)
    assert deal.share(2_000_000, 730 * DAY) == (150_000, 1_000_000, 850_000)
    assert deal.principal == 0


def test_rates_are_rounded_half_away_from_zero() -> None:
    assert [percent(Fraction(n, 100_000)) for n in (5, 4, -5, -4)] == ["0.01%", "0.00%", "-0.01%", "0.00%"]
    assert percent(None) == "–"


def test_models_refuse_by_name() -> None:
    with pytest.raises(Refused, match="ExceedsQuote"):
        factored(False, amount=97_700_000_001).units(OWED)


def test_every_rounding_is_against_the_seller_or_the_debtor() -> None:
    assert paid_of(claim(3), 1) == 2  # a ten-thousandth of 3 is unpaid: one
    assert paid_of(claim(3), 0) == 3
    # discount 1,800,000,000.018 and fee 500,000,000.005, both rounded up
    assert factored(False).price(claim(100 * THOUSAND + 1)) == 100 * THOUSAND + 1 - 1_800_000_001 - 500_000_001


def test_in_euros_limit_and_minimum_count_in_dollars() -> None:
    euros = claim(currency=TERMS.currencies["EUR"])
    assert euros.currency.units_up(1_000_000_000) == 925_925_926
    assert euros.currency.usd_up(1) == 2
    for limit, offered in ((5_400_000_000, True), (5_399_999_999, False)):
        assert Pledge([euros], TERMS, limit, 85 * THOUSAND).offered is offered
    for amount, offered in ((925_925_926, True), (925_925_925, False)):
        assert Pledge([euros], TERMS, 0, amount).offered is offered


def test_it_is_in_time_until_the_last_second_of_the_due_date() -> None:
    assert datetime.fromtimestamp(OWED.last_second, UTC).isoformat() == "2026-07-24T23:59:59+00:00"
    assert Scene(OWED, TERMS).receivables.records[ROOT].due == OWED.last_second
