"""A quote is what the contracts do, to the unit: real loans, sales and limits on revm, over the same days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from caldera.model.credit import Facts, usd
from caldera.quote import Claim, Factored, Pledge, Terms, load_facts
from caldera.quote.ways import paid_of
from tests.support import credit, factoring
from tests.support.lending import ADVANCE, GRACE_DAYS, TERMS, Bank, open_bank
from tests.support.suite import DAY, RULES, Suite

from .helpers import THOUSAND, claim, terms

DAYS = 60
FACES = (100 * THOUSAND, 73_216_549_183)
"""The second so that nothing divides."""
SCENES = [(0, 0), (-59, 0), (-20, 0), (5, 0), (6, 0), (10, 0), (30, 0), (0, 500), (-7, 1_999), (10, 2_000), (0, 10_000)]
"""Days of lateness, and what is never paid in basis points."""


@pytest.fixture(scope="module")
def _bank() -> Bank:
    bank = open_bank()
    bank.lend(bank.suite.actors["lena"], 1_000 * THOUSAND)
    return bank


@pytest.fixture
def bank(_bank: Bank) -> Iterator[Bank]:
    with _bank.chain.isolated():
        yield _bank


@pytest.fixture(scope="module")
def _desk() -> factoring.Desk:
    return factoring.build()


@pytest.fixture
def desk(_desk: factoring.Desk) -> Iterator[factoring.Desk]:
    with _desk.suite.chain.isolated():
        yield _desk


def assumed() -> Terms:
    """The terms of the bank of the tests."""
    return terms(
        loan={
            "rate_bps": TERMS.rateBps,
            "late_fee_bps": TERMS.lateFeeBps,
            "grace_days": GRACE_DAYS,
            "default_days": TERMS.defaultDays,
            "longest_days": TERMS.longestDays,
            "advance_bps": ADVANCE,
        },
        receivable={"grace_days": RULES.graceDays},
        factoring={"settlement_days": factoring.SETTLEMENT_DAYS},
    )


def morning(suite: Suite, face: int) -> tuple[Claim, int, Callable[[int], None]]:
    """A claim, its certificate, and how to wait for a day: from the first second of the next day on."""
    start = (suite.today + 1) * DAY
    suite.chain.warp(start)
    today = date(1970, 1, 1) + timedelta(days=start // DAY)
    given = claim(face, DAYS, today=today)
    asset = suite.circulating(face=face, dueDate=given.last_second)
    return given, asset, lambda day: suite.chain.warp(start + day * DAY)


def claimed(suite: Suite, asset: int) -> None:
    """The seller takes what there is for it, if anything."""
    seller = suite.seller
    if suite.module.claimable(asset, seller):
        suite.module.claim(asset, seller, sender=seller)


@pytest.mark.parametrize(("late", "unpaid"), SCENES)
@pytest.mark.parametrize("face", FACES)
def test_a_pledge(bank: Bank, face: int, late: int, unpaid: int) -> None:
    suite, seller = bank.suite, bank.suite.seller
    given, asset, wait_for = morning(suite, face)
    quoted = Pledge([given], assumed(), 0)
    bank.pledge(seller, asset, face)
    loan = bank.draw(seller, quoted.advance(given), (asset,), DAYS + 1)
    assert suite.token.balanceOf(seller) == quoted.now
    wait_for(DAYS + late)
    if paid_of(given, unpaid):
        suite.pay(asset, paid_of(given, unpaid))
    own = bank.owed(loan)
    if own:
        bank.repay(loan, own, seller)
    claimed(suite, asset)
    outcome = quoted.outcome(late, unpaid)
    assert suite.token.balanceOf(seller) - own == outcome.total
    assert bank.desk.loanOf(loan).state == 4  # closed


def test_a_loan_beyond_the_pledge(bank: Bank) -> None:
    suite, seller = bank.suite, bank.suite.seller
    given, asset, wait_for = morning(suite, FACES[0])
    bank.limit("seller", 5 * THOUSAND)
    quoted = Pledge([given], assumed(), 5 * THOUSAND, 85 * THOUSAND)
    bank.pledge(seller, asset, FACES[0])
    loan = bank.draw(seller, 85 * THOUSAND, (asset,), DAYS + 1)
    assert bank.desk.loanOf(loan).unsecuredUsd == quoted.unsecured == 5 * THOUSAND
    wait_for(DAYS)
    suite.pay(asset, FACES[0])
    claimed(suite, asset)
    assert suite.token.balanceOf(seller) == quoted.outcome(0, 0).total
    assert bank.owed(loan) == 0


@pytest.mark.parametrize(("late", "unpaid"), [(0, 0), (10, 0), (0, 500), (-7, 1_999), (10, 2_000), (0, 10_000)])
@pytest.mark.parametrize("recourse", [False, True])
@pytest.mark.parametrize(("face", "amount"), [(FACES[0], None), (FACES[1], None), (FACES[1], 31_234_567_891)])
def test_a_sale(desk: factoring.Desk, face: int, amount: int | None, recourse: bool, late: int, unpaid: int) -> None:
    suite: Any = desk.suite
    seller, alice = suite.seller, suite.alice
    given, asset, wait_for = morning(suite, face)
    factors = assumed().factoring
    quoted = Factored(
        [given], assumed(), factors.with_recourse if recourse else factors.without_recourse, recourse, amount
    )
    desk.money(alice, quoted.price(given))
    before = suite.token.balanceOf(seller)
    made = desk.quote(asset, units=face, price=quoted.price(given), leastOwed=face, recourse=recourse)
    desk.fill(made, quoted.units(given))
    assert suite.token.balanceOf(seller) - before == quoted.now
    wait_for(DAYS + late)
    paid = paid_of(given, unpaid)
    if paid:
        suite.pay(asset, paid)
    minted = 0
    if recourse and paid < face:
        desk.default(asset)
        desk.recourse.claim(1, sender=alice)
        minted = sum(desk.recourse.dueOn(1))
        desk.settle(1)
    claimed(suite, asset)
    assert suite.token.balanceOf(seller) - before - minted == quoted.outcome(late, unpaid).total


@pytest.mark.parametrize("late_usd", [0, 300_000])
def test_the_limit(tmp_path: Path, late_usd: int) -> None:
    desk = credit.build_desk()
    figures = Facts(usd(8_123_456) + 789, usd(5_000_000), usd(4_444_444), 77, usd(12_000_000), 1_234)
    desk.bring(desk.facts("supplier", figures))
    if late_usd:
        desk.model.recordLate(desk.entity("supplier"), usd(late_usd), sender=desk.actor("lender"))
    file = tmp_path / "facts.yml"
    file.write_text(
        'turnover: "8123456.000789"\nreceivablesIssued: "5000000"\nreceivablesRepaid: "4444444"\ndaysLate: 77\n'
        f'cargoTurnover: "12000000"\norders: 1234\nconduct: "{-late_usd // 10}"\n'
    )
    today = date(1970, 1, 1) + timedelta(days=desk.suite.today)
    assert load_facts(file, today).assessment == desk.assessed()


def test_the_limit_of_the_example() -> None:
    desk = credit.build_desk()
    desk.bring()
    today = date(1970, 1, 1) + timedelta(days=desk.suite.today)
    assert load_facts(None, today).assessment == desk.assessed()
