"""What somebody can do with prices that are true: choose among them, or let them grow old."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.support import incentives
from tests.support.economy import RATE, RATE_TERMS, Economy, build
from tests.support.factoring import Desk
from tests.support.factoring import build as build_factoring
from tests.support.lending import open_bank
from tests.support.suite import DAY, MINIMUM, NOBODY, ROLES, reverts

STEP = Fraction(RATE_TERMS.step_bps, 10_000)


@pytest.fixture
def economy() -> Economy:
    return build()


@pytest.mark.parametrize("favour", [1, -1])
def test_whoever_chooses_among_signed_prices_moves_the_mean_by_its_step_at_most(economy: Economy, favour: int) -> None:
    """Attestors signed a price for each of the last minutes. Mallory brings at every turn the one that suits it best,
    and before anybody else does. A turn moves the mean by one step for one interval of the window at most, and never
    past what was signed; honest prices that are brought afterwards bring it back."""
    swing, turns = RATE // 2, RATE_TERMS.window // RATE_TERMS.interval
    economy.chain.skip(RATE_TERMS.interval)
    for _ in range(turns):
        before = economy.oracle.usdRate()[0]
        economy.bring(RATE + favour * swing, economy.now - 1)
        with reverts("ObservationTooSoon"):
            economy.bring(RATE)
        stands = economy.oracle.lastObservation()[0]
        assert 0 < favour * (stands - before) <= STEP * before
        economy.chain.skip(RATE_TERMS.interval)
        # What falls out of the window is the honest rate, or a price of an earlier turn that was nearer to it.
        moved = favour * (economy.oracle.usdRate()[0] - before)
        assert 0 <= moved <= swing
        assert economy.oracle.usdRate()[0] * favour <= (RATE + favour * swing) * favour
        if before == RATE:
            assert moved <= STEP * RATE * Fraction(RATE_TERMS.interval, RATE_TERMS.window) + 1
    for _ in range(20 * turns):
        economy.chain.skip(RATE_TERMS.interval)
        economy.bring(RATE)
        if economy.oracle.usdRate()[0] == RATE:
            return
    raise AssertionError("honest prices do not bring it back")


def test_no_way_out_of_a_receivable_or_a_loan_asks_a_rate() -> None:
    """The currency's rate is years old: nothing new is created, and everybody is paid and gets out."""
    bank = open_bank()
    suite, usd = bank.suite, 10**18
    bank.lend(suite.lena, 300 * MINIMUM)
    asset = suite.circulating(dueDate=bank.chain.now + 60 * DAY)
    bank.pledge(suite.seller, asset, 50 * MINIMUM)
    bank.draw(suite.seller, 40 * MINIMUM, (asset,), days=30)
    suite.standard.setRateSource(1, NOBODY, usd // 2, usd * 2, 60, sender=suite.officer)
    bank.chain.skip(20 * DAY)
    with reverts("StaleRate"):
        suite.create(number="INV-2", dueDate=bank.chain.now + DAY, issueDay=suite.today)
    suite.pay(asset, 100 * MINIMUM)
    assert bank.desk.loanOf(1).state == 4
    suite.module.claim(asset, suite.seller, sender=suite.stranger)
    lena = suite.lena
    shares = bank.pool.balanceOf(lena)
    assert shares > 0
    bank.pool.requestExit(shares, sender=lena)
    assert bank.pool.balanceOf(lena) == bank.pool.exitsWaiting() == 0


def test_nothing_is_lent_at_a_stale_rate() -> None:
    """Limits are in USD: at a rate of long ago they would be another sum. So it is until the rate is told anew."""
    bank = open_bank()
    suite, usd = bank.suite, 10**18
    bank.lend(suite.lena, 300 * MINIMUM)
    bank.limit("borrower", 50 * MINIMUM)
    asset = suite.circulating(dueDate=bank.chain.now + 60 * DAY)
    bank.pledge(suite.seller, asset, 50 * MINIMUM)
    suite.standard.setRateSource(1, NOBODY, usd // 2, usd * 2, DAY, sender=suite.officer)
    suite.standard.setRate(1, usd, sender=suite.officer)
    good_until = bank.chain.now + DAY
    bank.chain.warp(good_until)
    with bank.chain.isolated():
        bank.draw(suite.borrower, MINIMUM, days=30)
        bank.draw(suite.seller, 40 * MINIMUM, (asset,), days=30)
    bank.chain.warp(good_until + 1)
    for account, items in ((suite.borrower, ()), (suite.seller, (asset,))):
        with reverts("StaleRate", currencyId=1, maxAge=DAY):
            bank.draw(account, MINIMUM, items, days=30)
    suite.standard.setRate(1, usd, sender=suite.officer)
    bank.draw(suite.borrower, MINIMUM, days=30)


def test_what_a_stale_rate_counted_is_taken_back() -> None:
    """A payment waits for no rate: what it counts for rewards is by the last one, however old and wrong, nothing of it
    vests at once, and it is clawed back."""
    economy = incentives.build()
    suite, usd = economy.suite, 10**18
    suite.module.setRecorder(economy.incentives, sender=suite.admin)
    suite.access.grantRole(ROLES["SETTLER"], suite.module, 0, sender=suite.admin)
    asset = suite.circulating(face=1_000 * MINIMUM, dueDate=economy.now + 60 * DAY)
    suite.standard.setRateSource(1, NOBODY, usd // 2, usd * 2, 60, sender=suite.officer)
    suite.chain.skip(30 * DAY)
    epoch = economy.epoch
    suite.pay(asset, 1_000 * MINIMUM)
    assert economy.flow("buyer", "seller", epoch) == incentives.MILLION
    economy.when_countable(epoch)
    assert economy.count("seller", "buyer", epoch) == 12_000 * incentives.ERA
    seller, counted = economy.number("seller"), economy.epoch
    assert economy.incentives.claimableOf(seller) == 0
    taken = economy.incentives.clawBack(seller, counted, 2**255, incentives.EVIDENCE, sender=economy.officer)
    assert taken.returned == 12_000 * incentives.ERA
    assert economy.incentives.unvestedOf(seller) == 0


@pytest.fixture
def desk() -> Desk:
    return build_factoring()


def test_no_way_out_of_a_recourse_asks_a_rate(desk: Desk) -> None:
    suite, usd = desk.suite, 10**18
    asset, number = desk.claimed()
    suite.standard.setRateSource(1, NOBODY, usd // 2, usd * 2, 60, sender=suite.officer)
    desk.suite.chain.skip(DAY)
    owed = desk.recourse.recourseOf(number).owed
    desk.money(suite.seller, owed)
    desk.recourse.settle(number, suite.seller, owed, sender=suite.seller)
    assert suite.ledger.balanceOf(suite.seller, asset) >= 50 * MINIMUM
