"""The queue: in order, at the price of the moment, to the unit."""

import pytest

from caldera.contracts import LendingPool, events, structs
from tests.support.lending import GRACE_DAYS, TERMS, Bank
from tests.support.suite import DAY, MINIMUM, NOBODY, reverts

SHARE = 10**6
NOTHING = structs.Claim(0, 0, 0, 0, 0)


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


class TestCancel:
    """A place that is taken back."""

    def test_what_is_not_served_comes_back_and_who_stands_behind_moves_up(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(60 * MINIMUM * SHARE, sender=suite.leo)
        pool.requestExit(50 * MINIMUM * SHARE, sender=suite.lena)
        pool.requestExit(40 * MINIMUM * SHARE, sender=suite.leo)
        lent.repay(1, 20 * MINIMUM, suite.borrower)
        worth, supply = pool.totalAssets(), pool.totalSupply()
        receipt = pool.cancelExit(1, sender=suite.leo)
        assert receipt.returned == 30 * MINIMUM * SHARE
        assert receipt.one(events.ExitCancelled) == events.ExitCancelled(
            1, suite.leo.address, 30 * MINIMUM * SHARE, emitter=pool.address
        )
        assert (pool.totalAssets(), pool.totalSupply()) == (worth, supply)
        assert [pool.exitOf(number) for number in (1, 2, 3)] == [
            ((suite.leo.address, 0, 30 * MINIMUM * SHARE), 0, 0, 30 * MINIMUM),
            ((suite.lena.address, 30 * MINIMUM * SHARE, 80 * MINIMUM * SHARE), 50 * MINIMUM * SHARE, 0, 0),
            (
                (suite.leo.address, 80 * MINIMUM * SHARE, 120 * MINIMUM * SHARE),
                40 * MINIMUM * SHARE,
                50 * MINIMUM * SHARE,
                0,
            ),
        ]
        assert pool.balanceOf(suite.leo) == 30 * MINIMUM * SHARE
        assert pool.exitsWaiting() == pool.balanceOf(pool) == 90 * MINIMUM * SHARE
        lent.repay(1, 70 * MINIMUM, suite.borrower)
        paid = [pool.payExit(number, sender=suite.bank).returned for number in (3, 1, 2)]
        assert paid == [20 * MINIMUM, 30 * MINIMUM, 50 * MINIMUM]
        assert pool.books() == (0, 0, 200 * MINIMUM)

    def test_all_others_get_what_they_would_get_had_nobody_stood_there(self, lent: Bank) -> None:
        """Places 2 and 4 are taken back at different times; without them the others are 1, 2 and 3."""
        suite, pool = lent.suite, lent.pool
        lena, leo = suite.lena, suite.leo
        parts = [(lena, 30 * MINIMUM + 1), (leo, 20 * MINIMUM + 7), (lena, 5 * MINIMUM + 3), (leo, 9), (lena, MINIMUM)]

        def run(leavers: bool) -> list[int]:
            numbers = []
            with lent.chain.isolated():
                for at, (who, units) in enumerate(parts):
                    if leavers or at not in (1, 3):
                        numbers.append(pool.requestExit(units * SHARE + at, sender=who).returned)
                lent.chain.skip(3 * DAY)
                lent.repay(2, 7 * MINIMUM, suite.seller)
                if leavers:
                    pool.cancelExit(4, sender=leo)
                lent.chain.skip(DAY)
                lent.repay(2, 5 * MINIMUM + 11, suite.seller)
                if leavers:
                    assert pool.cancelExit(2, sender=leo).returned == (20 * MINIMUM + 7) * SHARE + 1
                    numbers = [1, 3, 5]
                lent.chain.skip(DAY)
                lent.repay(2, 12 * MINIMUM, suite.seller)
                assert pool.exitsWaiting() != 0
                lent.chain.skip(DAY)
                lent.repay(2, 10 * MINIMUM, suite.seller)
                assert pool.exitsWaiting() == 0
                assert not leavers or pool.balanceOf(leo) == 100 * MINIMUM * SHARE
                return [pool.payExit(number, sender=suite.bank).returned for number in numbers]

        assert run(leavers=True) == run(leavers=False)

    def test_only_the_owner(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(20 * MINIMUM * SHARE, sender=suite.leo)
        for who in (suite.lena, suite.officer, suite.admin):
            with reverts("NotOwnerOfExit", exit=1, caller=who.address):
                pool.cancelExit(1, sender=who)
        pool.cancelExit(1, sender=suite.leo)

    def test_a_place_that_is_not_there(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(20 * MINIMUM * SHARE, sender=suite.leo)
        for number in (0, 2):
            with reverts("UnknownExit", exit=number):
                pool.cancelExit(number, sender=suite.leo)
        pool.cancelExit(1, sender=suite.leo)

    def test_not_twice_and_not_what_is_served(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        for _ in range(3):
            pool.requestExit(8 * MINIMUM * SHARE, sender=suite.leo)
        with reverts("NothingWaiting", exit=1):
            pool.cancelExit(1, sender=suite.leo)
        assert pool.cancelExit(2, sender=suite.leo).returned == 6 * MINIMUM * SHARE
        with reverts("NothingWaiting", exit=2):
            pool.cancelExit(2, sender=suite.leo)
        assert pool.cancelExit(3, sender=suite.leo).returned == 8 * MINIMUM * SHARE
        with reverts("NothingServed", exit=3):
            pool.payExit(3, sender=suite.leo)
        lent.repay(1, 50 * MINIMUM, suite.borrower)
        assert pool.exitOf(3)[1:] == (0, 0, 0)
        with reverts("NothingServed", exit=3):
            pool.payExit(3, sender=suite.leo)
        with reverts("NothingWaiting", exit=3):
            pool.cancelExit(3, sender=suite.leo)
        assert [pool.payExit(number, sender=suite.leo).returned for number in (1, 2)] == [8 * MINIMUM, 2 * MINIMUM]

    def test_up_to_the_last_share(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        shares = 10 * MINIMUM * SHARE + SHARE
        pool.requestExit(shares, sender=suite.leo)
        pool.requestExit(1, sender=suite.leo)
        assert pool.exitOf(2)[1:] == (1, SHARE, 0)
        assert pool.cancelExit(2, sender=suite.leo).returned == 1
        assert pool.cancelExit(1, sender=suite.leo).returned == SHARE
        assert (pool.exitsWaiting(), pool.exitOf(1)[3]) == (0, 10 * MINIMUM)

    def test_suspended_it_moves_nothing(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(20 * MINIMUM * SHARE, sender=suite.leo)
        suite.registry.suspend(suite.leo, sender=suite.officer)
        with reverts("NotAParticipant", account=suite.leo.address):
            pool.cancelExit(1, sender=suite.leo)
        suite.registry.reinstate(suite.leo, sender=suite.officer)
        assert pool.cancelExit(1, sender=suite.leo).returned == 10 * MINIMUM * SHARE

    def test_who_is_no_participant_any_more_has_its_own_shares_again(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(20 * MINIMUM * SHARE, sender=suite.leo)
        suite.registry.remove(suite.leo, sender=suite.officer)
        assert pool.cancelExit(1, sender=suite.leo).returned == 10 * MINIMUM * SHARE
        assert pool.balanceOf(suite.leo) == 90 * MINIMUM * SHARE
        with reverts("NotAParticipant", account=suite.leo.address):
            pool.transfer(suite.leo, 1, sender=suite.lena)

    def test_a_pause_does_not_close_it(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(20 * MINIMUM * SHARE, sender=suite.leo)
        pool.pause(DAY, sender=suite.officer)
        pool.cancelExit(1, sender=suite.leo)

    def test_who_joins_again_stands_at_the_end(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(30 * MINIMUM * SHARE, sender=suite.leo)
        pool.requestExit(30 * MINIMUM * SHARE, sender=suite.lena)
        back = pool.cancelExit(1, sender=suite.leo).returned
        assert pool.requestExit(back, sender=suite.leo).returned == 3
        assert [pool.exitOf(number)[2] for number in (2, 3)] == [0, 30 * MINIMUM * SHARE]
        lent.repay(1, 30 * MINIMUM, suite.borrower)
        assert [pool.exitOf(number)[3] for number in (1, 2, 3)] == [10 * MINIMUM, 30 * MINIMUM, 0]

    def test_once_nobody_waits_the_pool_lends_and_pays_again(self, lent: Bank) -> None:
        suite, pool = lent.suite, lent.pool
        pool.requestExit(20 * MINIMUM * SHARE, sender=suite.leo)
        lent.chain.skip((30 + GRACE_DAYS) * DAY)
        assert (pool.available(), pool.maxDeposit(suite.bank)) == (0, 0)
        pool.cancelExit(1, sender=suite.leo)
        lent.lend(suite.bank, 5 * MINIMUM)
        assert pool.available() == 5 * MINIMUM
        pool.withdraw(5 * MINIMUM, suite.lena, suite.lena, sender=suite.lena)

    def test_dust_makes_it_dearer_for_others_by_the_logarithm_only(self, lent: Bank) -> None:
        """A thousand places of one share, every other one taken back: at most ten slots are read, and ten written."""
        suite, pool = lent.suite, lent.pool
        pool.requestExit(20 * MINIMUM * SHARE, sender=suite.leo)

        def costs() -> tuple[int, int]:
            number = pool.requestExit(5 * MINIMUM * SHARE, sender=suite.lena).returned
            with lent.chain.isolated():
                cancel = pool.cancelExit(number, sender=suite.lena).gas_used
            lent.repay(1, 20 * MINIMUM, suite.borrower)
            return cancel, pool.payExit(number, sender=suite.lena).gas_used

        with lent.chain.isolated():
            cancel, pay = costs()
        for number in range(2, 1024):
            pool.requestExit(1, sender=suite.leo)
            if number % 2:
                pool.cancelExit(number, sender=suite.leo)
        dear_cancel, dear_pay = costs()
        assert pay < dear_pay <= pay + 10 * 2_100 + 10 * 400
        assert dear_cancel <= cancel + 10 * (22_100 + 2_100 + 800)


class TestNextToNothing:
    """All loans are late at once: exits are worth nothing for a while, though everything will be repaid."""

    @pytest.fixture
    def late(self, bank: Bank) -> Bank:
        bank.limit("borrower", 240 * MINIMUM)
        bank.limit("seller", 60 * MINIMUM)
        bank.draw(bank.suite.borrower, 240 * MINIMUM, days=30)
        bank.draw(bank.suite.seller, 60 * MINIMUM, days=30)
        bank.pool.requestExit(200 * MINIMUM * SHARE, sender=bank.suite.lena)
        bank.chain.skip((30 + GRACE_DAYS) * DAY)
        return bank

    def test_nobody_takes_all_shares_that_wait_for_nothing(self, late: Bank) -> None:
        suite, pool = late.suite, late.pool
        assert pool.unrealizedLosses() == pool.totalAssets() > 300 * MINIMUM
        pool.serveExits(sender=suite.leo)
        late.repay(1, 1, suite.leo)  # of the late fee
        late.chain.skip(DAY)
        pool.serveExits(sender=suite.leo)
        assert (pool.exitsWaiting(), pool.books()[0]) == (200 * MINIMUM * SHARE, 1)
        late.repay(1, 10**15, suite.borrower)
        # 240,000.00 and 2,367.12 of interest are sound now, and two thirds of the shares wait.
        assert pool.exitsWaiting() == 0
        assert abs(pool.exitOf(1)[3] - 161_578_082_191) <= 1

    def test_from_a_thousandth_on_it_is_served(self, late: Bank) -> None:
        suite, pool = late.suite, late.pool
        fee, _, _ = late.desk.owedOn(1)
        beyond = fee + 394_520_548  # and the interest of five days of grace, rounded up: not earned yet
        late.repay(1, beyond, suite.borrower)
        assert (pool.totalAssets() - pool.unrealizedLosses(), pool.unearned()) == (1, beyond - 1)
        least = -(-(pool.totalAssets() + beyond) // 1000)
        late.repay(1, least - 2, suite.borrower)  # interest that was in the books
        assert (pool.exitsWaiting(), pool.available()) == (200 * MINIMUM * SHARE, 0)
        assert pool.totalAssets() - pool.unrealizedLosses() == least - 1
        late.repay(1, 1, suite.borrower)
        assert pool.exitsWaiting() == 0
        assert pool.exitOf(1)[3] == 200 * MINIMUM * SHARE * (least + 1) // (300 * MINIMUM * SHARE + SHARE)

    @pytest.mark.parametrize(("sound", "served"), [(999, False), (1_000, True)])
    def test_a_thousandth_is_enough(self, bank: Bank, sound: int, served: bool) -> None:
        suite, officer, day = bank.suite, bank.suite.officer, bank.chain.now // DAY
        pool = LendingPool.deploy(
            bank.chain, suite.access, suite.registry, officer, suite.token, "Pool", "P", sender=suite.admin
        )
        for who in (suite.lena, officer):
            suite.token.mint(who, 10**6, sender=who)
            suite.token.approve(pool, 10**6, sender=who)
        pool.deposit(10**6, suite.lena, sender=suite.lena)
        bad = structs.Claim(10**6 - sound, 0, (day + 1) * DAY, (day + 6) * DAY, 0)
        good = structs.Claim(sound, 0, (day + 90) * DAY, (day + 95) * DAY, 0)
        for loan in (bad, good):
            pool.lend(suite.borrower, loan, sender=officer)
        pool.requestExit(10**12, sender=suite.lena)
        bank.chain.skip(6 * DAY)
        pool.settle(good, good._replace(principal=sound - 10), officer, 10, sender=officer)
        assert (pool.exitOf(1)[3], pool.books()[:2]) == ((10, (0, 10)) if served else (0, (10, 0)))

    def test_who_waits_in_a_pool_that_has_nothing_left_gets_nothing(self, late: Bank) -> None:
        suite, pool = late.suite, late.pool
        late.chain.skip(TERMS.defaultDays * DAY)
        for loan in (1, 2):
            late.desk.declareDefault(loan, sender=suite.carol)
            late.desk.writeOff(loan, sender=suite.officer)
        assert (pool.totalAssets(), pool.exitsWaiting()) == (0, 0)  # nothing is left, and that is what it got

    def test_who_took_the_place_back_has_its_part_of_what_comes_in_after_all(self, late: Bank) -> None:
        suite, pool = late.suite, late.pool
        pool.cancelExit(1, sender=suite.lena)
        late.chain.skip(TERMS.defaultDays * DAY)
        for loan in (1, 2):
            late.desk.declareDefault(loan, sender=suite.carol)
            late.desk.writeOff(loan, sender=suite.officer)
        late.repay(1, 30 * MINIMUM, suite.borrower)
        pool.requestExit(200 * MINIMUM * SHARE, sender=suite.lena)
        assert pool.exitsWaiting() == 200 * MINIMUM * SHARE  # of 30,000.00 nothing is earned yet
        late.chain.skip(30 * DAY)
        pool.serveExits(sender=suite.lena)
        assert pool.exitOf(2)[3] == 200 * MINIMUM * SHARE * (30 * MINIMUM + 1) // (300 * MINIMUM * SHARE + SHARE)


class TestTheLongestLine:
    """So many shares that positions reach 128 bits: a pool that lost 99.9% takes 2^95 units in."""

    @pytest.fixture
    def vast(self, empty: Bank) -> tuple[Bank, LendingPool, int]:
        """Of the shares of lena nearly all are of the second deposit."""
        suite, day = empty.suite, empty.chain.now // DAY
        pool = LendingPool.deploy(
            empty.chain, suite.access, suite.registry, suite.officer, suite.token, "Pool", "P", sender=suite.admin
        )
        suite.token.mint(suite.lena, 2**97, sender=suite.lena)
        suite.token.approve(pool, 2**255, sender=suite.lena)
        pool.deposit(10**6, suite.lena, sender=suite.lena)
        lost = structs.Claim(10**6 - 1_000, 0, (day + 1) * DAY, (day + 6) * DAY, 0)
        pool.lend(suite.borrower, lost, sender=suite.officer)
        pool.settle(lost, NOTHING, NOBODY, 0, sender=suite.officer)
        pool.deposit(2**95 - 2_000, suite.lena, sender=suite.lena)
        shares = pool.balanceOf(suite.lena)
        assert 2**124 < shares < 2**125
        return empty, pool, shares

    def test_who_joins_and_leaves_again_and_again_does_not_use_it_up(self, vast: tuple[Bank, LendingPool, int]) -> None:
        bank, pool, shares = vast
        suite, lena, leo = bank.suite, bank.suite.lena, bank.suite.leo
        pool.transfer(leo, 1_000 * 10**9, sender=lena)
        shares -= 1_000 * 10**9
        cash, day = pool.books()[0], bank.chain.now // DAY
        loan = structs.Claim(cash, 0, (day + 9) * DAY, (day + 14) * DAY, 0)
        pool.lend(suite.borrower, loan, sender=suite.officer)
        for turn in range(20):  # 2^128 is passed in the ninth
            exit_ = pool.requestExit(shares, sender=lena).returned
            behind = pool.requestExit(10**9, sender=leo).returned
            assert exit_ == 2 * turn + 1
            assert pool.exitOf(behind)[1:3] == (10**9, shares + turn * 10**9)
            assert pool.cancelExit(exit_, sender=lena).returned == shares
            at = turn * 10**9
            assert pool.exitOf(behind) == ((leo.address, at, at + 10**9), 10**9, at, 0)
        last = pool.requestExit(shares, sender=lena).returned
        suite.token.approve(pool, 2**255, sender=suite.officer)
        suite.token.mint(suite.officer, 120, sender=suite.officer)
        left = loan._replace(principal=cash - 120)
        sold = -(-120 * (pool.totalSupply() + SHARE) // (pool.totalAssets() + 1))
        pool.settle(loan, left, suite.officer, 120, sender=suite.officer)
        # Twenty places of 10^9 shares each stay ahead of the last one.
        worth = [120 * 10**9 * places // sold for places in range(21)]
        wanted = [part for at in range(20) for part in (0, worth[at + 1] - worth[at])]
        assert [pool.exitOf(number)[3] for number in range(1, last + 1)] == [*wanted, 120 - worth[20]]
        assert pool.payExit(last, sender=leo).returned == 120 - worth[20]
        rest = pool.cancelExit(last, sender=lena).returned
        assert rest == pool.balanceOf(lena) < shares
        assert (pool.exitsWaiting(), pool.exitOf(last)[1:]) == (0, (0, 0, 0))

    def test_what_is_served_uses_it_up(self, vast: tuple[Bank, LendingPool, int]) -> None:
        bank, pool, _ = vast
        lena = bank.suite.lena
        served = 0
        while served + pool.balanceOf(lena) < 2**128:
            served += pool.balanceOf(lena)
            exit_ = pool.requestExit(pool.balanceOf(lena), sender=lena).returned
            pool.payExit(exit_, sender=lena)
            pool.deposit(2**95 - 1, lena, sender=lena)
        left = 2**128 - 1 - served
        with reverts("SafeCastOverflowedUintDowncast", bits=128, value=2**128):
            pool.requestExit(left + 1, sender=lena)
        pool.requestExit(left, sender=lena)
        pool.redeem(10**9, lena, lena, sender=lena)  # the pool pays out as before
