"""Somebody fills blocks so that nobody else can send for a while: the shortest deadlines, and what a while costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from caldera.deployment import load_profile
from tests.adversaries.matrix import ROOT, read
from tests.support.lending import Bank, open_bank
from tests.support.suite import DAY, MINIMUM

HOUR, MINUTE = 3_600, 60
SPANS = {"minutes": MINUTE, "hour": HOUR, "hours": HOUR, "day": DAY, "days": DAY}
# Words of governed parameters that are such deadlines, and what the page says is the shortest of each.
GOVERNED = {
    ("VerificationDesk.setResultRules", "window"): HOUR,
    ("VerificationDesk.setRequestRules", "shortest"): 10 * MINUTE,
    ("LendingTerms.setLoanTerms", "defaultDays"): 10 * DAY,
    ("LendingTerms.setLoanTerms", "auctionDays"): 2 * DAY,
    ("Securitisation.setDealTerms", "saleDays"): 2 * DAY,
    ("Recourse.setSettlementDays", "count"): 3 * DAY,
    ("VestingVault.setRotationDelay", "delay"): DAY,
    ("NodeStaking.setStakeTerms", "notice"): DAY,
    ("DisputeCourt.setCourtTerms", "secretPeriod"): HOUR,
    ("DisputeCourt.setCourtTerms", "commitPeriod"): 4 * HOUR,
    ("DisputeCourt.setCourtTerms", "revealPeriod"): 4 * HOUR,
    ("DisputeCourt.setCourtTerms", "appealPeriod"): DAY,
    ("DisputeCourt.setCourtTerms", "governancePeriod"): DAY,
    ("FeeRouter.setFeeRateTerms", "maxAge"): HOUR,
    ("EnergyModule.setLifetime", "lifetime"): 30 * DAY,
}


def shortest() -> Iterator[tuple[str, int]]:
    """Spans that the page gives as the shortest a deadline can be."""
    for what, _, text, _, _ in read("deadlines"):
        if found := re.fullmatch(r"(\d+) (minutes|hours?|days?)( each)?", str(text)):
            yield what, int(found[1]) * SPANS[found[2]]


def test_no_deadline_about_money_is_shorter_than_the_page_says() -> None:
    """Nobody, governance included, sets a governed one below its bound, which `deploy verify` finds on the chain."""
    governed = load_profile(ROOT / "profiles" / "devnet.yml").parameters
    assert governed is not None
    by_setter = {entry.set: entry for entry in governed.families}
    for (setter, name), wanted in GOVERNED.items():
        word = by_setter[setter].words[name]
        lowest = word.bounds[0] * (DAY if word.unit == "days" else 1)
        assert lowest >= wanted, (setter, name, lowest)
    short = {what for what, span in shortest() if span < HOUR}
    assert short == {"a request gets its result"}  # after which the fee comes back
    assert dict(shortest())["a request gets its result"] == 10 * MINUTE
    assert set(GOVERNED.values()) <= {span for _, span in shortest()}


@pytest.fixture
def bank() -> Bank:
    return open_bank()


def test_an_hour_of_full_blocks_cheapens_a_sale_by_its_part_of_the_time(bank: Bank) -> None:
    """Who alone can buy waits for the price to fall: an hour of a sale of ten days brings a 240th of the fall, and no
    wait brings the price below the floor."""
    suite = bank.suite
    bank.lend(suite.lena, 300 * MINIMUM)
    asset = suite.circulating(dueDate=bank.chain.now + 365 * DAY)
    bank.pledge(suite.seller, asset, 50 * MINIMUM)
    bank.draw(suite.seller, 40 * MINIMUM, (asset,), days=30)
    bank.chain.skip(200 * DAY)
    bank.desk.declareDefault(1, sender=suite.stranger)
    whole = bank.desk.priceOf(1, 0, 50 * MINIMUM)
    terms = bank.terms.loanTerms(1)
    fall = Fraction(whole * (10_000 - terms.floorBps), 10_000)
    bank.chain.skip(DAY)
    before = bank.desk.priceOf(1, 0, 50 * MINIMUM)
    bank.chain.skip(HOUR)
    after = bank.desk.priceOf(1, 0, 50 * MINIMUM)
    assert abs((before - after) - fall * HOUR / (terms.auctionDays * DAY)) <= 1
    bank.chain.skip(3650 * DAY)
    assert bank.desk.priceOf(1, 0, 50 * MINIMUM) == whole - fall
