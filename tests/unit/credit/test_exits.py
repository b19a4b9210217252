"""The queue: in order, at the price of the moment, to the unit."""

import pytest

from caldera.contracts import events
from tests.support.lending import GRACE_DAYS, Bank
from tests.support.suite import DAY, MINIMUM, reverts

SHARE = 10**6


@pytest.fixture
def lent(bank: Bank) -> Bank:
    """All but 10,000.00 is lent: 240,000.00 until day 30, 50,000.00 until day 60."""
    bank.limit("borrower", 240 * MINIMUM)
    bank.limit("seller", 50 * MINIMUM)
    bank.draw(bank.suite.borrower, 240 * MINIMUM, days=30)
    bank.draw(bank.suite.seller, 50 * MINIMUM, days=60)
    return bank


def test_what_can_be_paid_is_served_at_once_and_the_rest_as_money_comes(lent: Bank) -> None:
    suite, pool, where = lent.suite, lent.pool, lent.pool.address
    shares = 100 * MINIMUM * SHARE
    receipt = pool.requestExit(shares, sender=suite.leo)
    assert receipt.returned == 1
    assert receipt.one(events.ExitRequested) == events.ExitRequested(
        1, suite.leo.address, shares, shares, emitter=where
    )
    tenth = 10 * MINIMUM * SHARE
    assert receipt.one(events.ExitsServed) == events.ExitsServed(tenth, 10 * MINIMUM, tenth, emitter=where)
    assert pool.exitOf(1) == ((suite.leo.address, 0, shares), shares - tenth, 0, 10 * MINIMUM)
    assert (pool.books(), pool.balanceOf(pool), pool.balanceOf(suite.leo)) == (
        (0, 10 * MINIMUM, 290 * MINIMUM),
        shares - tenth,
        0,
    )
    paid = pool.payExit(1, sender=suite.stranger)
    assert paid.one(events.ExitPaid) == events.ExitPaid(1, suite.leo.address, 10 * MINIMUM, emitter=where)
    assert suite.token.balanceOf(suite.leo) == 10 * MINIMUM
    with reverts("NothingServed", exit=1):
        pool.payExit(1, sender=suite.leo)
    lent.repay(1, 100 * MINIMUM, suite.borrower)
    assert pool.exitsWaiting() == 0
    assert pool.payExit(1, sender=suite.leo).returned == 90 * MINIMUM
    assert suite.token.balanceOf(suite.leo) == 100 * MINIMUM
    with reverts("NothingServed", exit=1):
        pool.payExit(1, sender=suite.leo)


def test_first_come_first_served(lent: Bank) -> None:
    suite, pool = lent.suite, lent.pool
    pool.requestExit(60 * MINIMUM * SHARE, sender=suite.leo)
    pool.requestExit(50 * MINIMUM * SHARE, sender=suite.lena)
    pool.requestExit(40 * MINIMUM * SHARE, sender=suite.leo)
    assert [pool.exitOf(number)[1:] for number in (1, 2, 3)] == [
        (50 * MINIMUM * SHARE, 0, 10 * MINIMUM),
        (50 * MINIMUM * SHARE, 50 * MINIMUM * SHARE, 0),
        (40 * MINIMUM * SHARE, 100 * MINIMUM * SHARE, 0),
    ]
    lent.repay(1, 70 * MINIMUM, suite.borrower)
    assert [pool.exitOf(number)[1:] for number in (1, 2, 3)] == [
        (0, 0, 60 * MINIMUM),
        (30 * MINIMUM * SHARE, 0, 20 * MINIMUM),
        (40 * MINIMUM * SHARE, 30 * MINIMUM * SHARE, 0),
    ]
    with reverts("NothingServed", exit=3):
        pool.payExit(3, sender=suite.leo)
    lent.lend(suite.bank, 80 * MINIMUM)  # a deposit serves, too
    assert [pool.payExit(number, sender=suite.bank).returned for number in (3, 1, 2)] == [
        40 * MINIMUM,
        60 * MINIMUM,
        50 * MINIMUM,
    ]
    assert pool.books() == (10 * MINIMUM, 0, 220 * MINIMUM)


def test_nobody_withdraws_past_the_queue(lent: Bank) -> None:
    suite, pool = lent.suite, lent.pool
    assert pool.maxWithdraw(suite.lena) == 10 * MINIMUM
    assert pool.maxRedeem(suite.lena) == 10 * MINIMUM * SHARE
    with reverts("ERC4626ExceededMaxWithdraw", assets=10 * MINIMUM + 1, max=10 * MINIMUM):
        pool.withdraw(10 * MINIMUM + 1, suite.lena, suite.lena, sender=suite.lena)
    with lent.chain.isolated():
        pool.withdraw(10 * MINIMUM, suite.lena, suite.lena, sender=suite.lena)
    pool.requestExit(10 * MINIMUM * SHARE + SHARE, sender=suite.leo)
    assert (pool.exitsWaiting(), pool.available()) == (SHARE, 0)
    with reverts("ERC4626ExceededMaxWithdraw", assets=1, max=0):
        pool.withdraw(1, suite.lena, suite.lena, sender=suite.lena)
    with reverts("ERC4626ExceededMaxRedeem", max=0):
        pool.redeem(SHARE, suite.lena, suite.lena, sender=suite.lena)
    lent.limit("seller", 60 * MINIMUM)
    with reverts("ExitsComeFirst", shares=SHARE):
        lent.draw(suite.seller, MINIMUM)
    lent.repay(1, 10 * MINIMUM, suite.borrower)
    assert (pool.exitsWaiting(), pool.available()) == (0, 10 * MINIMUM - 1)
    pool.withdraw(1, suite.lena, suite.lena, sender=suite.lena)
    lent.draw(suite.seller, MINIMUM)


def test_who_waits_earns_and_loses_until_he_is_served(lent: Bank) -> None:
    suite, pool = lent.suite, lent.pool
    pool.requestExit(100 * MINIMUM * SHARE, sender=suite.leo)
    lent.chain.skip(30 * DAY)
    earned = pool.totalAssets() - 290 * MINIMUM
    assert earned == (290 * MINIMUM * 1_200 * 30 * DAY) // (10_000 * 365 * DAY) == 2_860_273_972
    lent.repay(2, 10**15, suite.seller)
    price = pool.totalAssets() + 1, pool.totalSupply() + SHARE
    money = 50 * MINIMUM + 493_150_685
    # All the cash went: 10,000.00 at first and this now, for shares rounded up.
    assert pool.books()[:2] == (0, 10 * MINIMUM + money)
    served = 90 * MINIMUM * SHARE - pool.exitsWaiting()
    assert abs(served * price[0] // price[1] - money) <= 1
    # Beyond grace the other loan counts for nothing. Of 10,000.00 paid on it 4,800.00 are the late fee and 394.52 late
    # interest, not earned yet: the rest is what shares are worth to who waits.
    lent.chain.skip(GRACE_DAYS * DAY)
    waiting, supply = pool.exitsWaiting(), pool.totalSupply()
    lent.repay(1, 10 * MINIMUM, suite.borrower)
    assert (pool.unearned(), pool.exitsWaiting()) == (5_194_520_548, 0)
    sound = 10 * MINIMUM - 5_194_520_548
    assert pool.exitOf(1)[3] == 10 * MINIMUM + money + waiting * (sound + 1) // (supply + SHARE)


def test_many_places_over_many_marks_get_exactly_what_was_set_aside(lent: Bank) -> None:
    suite, pool = lent.suite, lent.pool
    parts = [7, 11, 13, 17, 19, 23]
    for number, part in enumerate(parts):
        who = (suite.lena, suite.leo)[number % 2]
        pool.requestExit(part * 1_000_003 * SHARE + number, sender=who)
    pool.requestExit(60 * MINIMUM * SHARE, sender=suite.leo)
    for amount in (1, 3_000_001, 5, 7, 20 * MINIMUM, 1):
        lent.chain.skip(DAY + 1)
        lent.repay(2, amount, suite.seller)
    reserved = pool.books()[1]
    owed = [pool.exitOf(number)[3] for number in range(1, 8)]
    assert sum(owed) == reserved
    for number in range(7, 0, -1):
        assert pool.payExit(number, sender=suite.bank).returned == owed[number - 1]
    assert pool.books()[1] == 0


def test_a_place_that_is_not_there(lent: Bank) -> None:
    for call in (lambda: lent.pool.payExit(1, sender=lent.suite.leo), lambda: lent.pool.exitOf(1)):
        with reverts("UnknownExit", exit=1):
            call()
    lent.pool.requestExit(SHARE, sender=lent.suite.leo)
    lent.pool.exitOf(1)
    lent.pool.payExit(1, sender=lent.suite.leo)
    with reverts("UnknownExit", exit=0):
        lent.pool.exitOf(0)


def test_no_more_shares_than_one_has(lent: Bank) -> None:
    shares = lent.pool.balanceOf(lent.suite.leo)
    with reverts("ERC20InsufficientBalance", needed=shares + 1):
        lent.pool.requestExit(shares + 1, sender=lent.suite.leo)
    lent.pool.requestExit(shares, sender=lent.suite.leo)


def test_shares_too_few_for_a_unit_leave_for_nothing_and_stop_nobody(lent: Bank) -> None:
    suite, pool = lent.suite, lent.pool
    pool.withdraw(10 * MINIMUM, suite.lena, suite.lena, sender=suite.lena)
    assert pool.requestExit(SHARE - 1, sender=suite.leo).returned == 1
    assert (pool.exitsWaiting(), pool.exitOf(1)[3]) == (0, 0)
    paid = pool.payExit(1, sender=suite.leo)
    assert paid.one(events.ExitPaid) == events.ExitPaid(1, suite.leo.address, 0, emitter=pool.address)
    assert suite.token.balanceOf(suite.leo) == 0
    with reverts("NothingServed", exit=1):
        pool.payExit(1, sender=suite.leo)
