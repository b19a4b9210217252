"""Entering late and leaving early: no sequence within one moment gives anybody more than he brought."""

from tests.support.lending import GRACE_DAYS, TERMS, Bank, open_bank
from tests.support.suite import DAY, MINIMUM, build, reverts

SHARE = 10**6


def leave(bank: Bank, name: str) -> int:
    """Redeems all that can be redeemed at once; what came of it."""
    account, pool = bank.suite.actors[name], bank.pool
    return pool.redeem(pool.maxRedeem(account), account, account, sender=account).returned


def test_late_fee_and_late_interest_are_not_shared_with_who_enters_before_the_payment(bank: Bank) -> None:
    suite = bank.suite
    loan = bank.draw(suite.borrower, 50 * MINIMUM, days=30)
    bank.chain.skip((30 + GRACE_DAYS) * DAY)
    fee = 50 * MINIMUM * TERMS.lateFeeBps // 10_000
    assert bank.desk.owedOn(loan)[0] == fee == MINIMUM
    bank.lend(suite.bank, 3_000 * MINIMUM)
    bank.repay(loan, 10**15, suite.borrower)
    assert leave(bank, "bank") <= 3_000 * MINIMUM


def test_what_comes_in_after_a_write_off_is_not_shared_with_who_enters_before_it(bank: Bank) -> None:
    suite = bank.suite
    loan = bank.draw(suite.borrower, 50 * MINIMUM, days=30)
    bank.chain.skip((30 + GRACE_DAYS + TERMS.defaultDays) * DAY)
    bank.desk.declareDefault(loan, sender=suite.carol)
    bank.desk.writeOff(loan, sender=suite.officer)
    bank.lend(suite.bank, 3_000 * MINIMUM)
    bank.repay(loan, 50 * MINIMUM, suite.borrower)
    assert leave(bank, "bank") <= 3_000 * MINIMUM


def test_serving_the_queue_again_and_again_burns_nothing_for_nothing() -> None:
    bank = open_bank(build(decimals=2))
    suite, pool = bank.suite, bank.pool
    bank.limit("borrower", 50 * MINIMUM)
    bank.lend(suite.lena, 300_000)
    bank.draw(suite.borrower, 200_000, days=30)
    bank.chain.skip(29 * DAY)
    pool.requestExit(pool.balanceOf(suite.lena), sender=suite.lena)
    bank.repay(1, 3, suite.borrower)
    shares, served = pool.exitsWaiting(), pool.exitOf(1)[3]
    for _ in range(20):
        pool.serveExits(sender=suite.leo)
    assert (pool.exitsWaiting(), pool.exitOf(1)[3]) == (shares, served)


def test_nobody_buys_out_the_queue_at_the_price_of_a_loan_that_is_repaid_a_moment_later(bank: Bank) -> None:
    suite, pool = bank.suite, bank.pool
    bank.limit("borrower", 240 * MINIMUM)
    bank.limit("seller", 60 * MINIMUM)
    loan = bank.draw(suite.borrower, 240 * MINIMUM, days=30)
    bank.draw(suite.seller, 60 * MINIMUM, days=180)
    pool.requestExit(pool.balanceOf(suite.lena), sender=suite.lena)
    bank.chain.skip((30 + GRACE_DAYS) * DAY - 1)
    assert pool.maxDeposit(suite.bank) > 0
    bank.chain.skip(1)
    # 30,000.00 would have bought out 108,000.00 shares of hers: 60,000.00 are sound of 304,000.00.
    bank.fund(suite.bank, 30 * MINIMUM)
    with reverts("ERC4626ExceededMaxDeposit", receiver=suite.bank.address, assets=30 * MINIMUM, max=0):
        pool.deposit(30 * MINIMUM, suite.bank, sender=suite.bank)
    with reverts("ERC4626ExceededMaxMint", receiver=suite.bank.address, max=0):
        pool.mint(1, suite.bank, sender=suite.bank)
    bank.repay(loan, bank.owed(loan), suite.borrower)
    assert pool.exitsWaiting() == 0
    assert pool.payExit(1, sender=suite.lena).returned >= 200 * MINIMUM
    bank.lend(suite.bank, 30 * MINIMUM)


def test_a_pool_that_lost_all_sells_no_shares_in_what_its_loans_still_bring(bank: Bank) -> None:
    suite, pool = bank.suite, bank.pool
    bank.terms.setLoanTerms(1, TERMS._replace(borrowerCapBps=10_000), sender=suite.officer)
    bank.limit("borrower", 300 * MINIMUM)
    loan = bank.draw(suite.borrower, 300 * MINIMUM, days=30)
    bank.chain.skip((30 + GRACE_DAYS + TERMS.defaultDays) * DAY)
    bank.desk.declareDefault(loan, sender=suite.carol)
    bank.desk.writeOff(loan, sender=suite.officer)
    assert (pool.totalAssets(), pool.maxDeposit(suite.bank), pool.maxMint(suite.bank)) == (0, 0, 0)
    # It opens again at a thousandth of the first price: 300.00 for 300,000.00.
    bank.repay(loan, 300_000_000 - 2, suite.borrower)
    bank.chain.skip(30 * DAY)
    assert (pool.totalAssets(), pool.maxDeposit(suite.bank)) == (300_000_000 - 2, 0)
    bank.repay(loan, 1, suite.borrower)
    bank.chain.skip(30 * DAY)
    assert (pool.totalAssets(), pool.maxDeposit(suite.bank)) == (300_000_000 - 1, 2**95 - 300_000_000 + 1)
    bank.lend(suite.bank, MINIMUM)


def test_a_gift_is_nobodys(bank: Bank) -> None:
    suite, pool = bank.suite, bank.pool
    before = pool.totalAssets(), pool.previewRedeem(SHARE), pool.maxDeposit(suite.bank), pool.books()
    suite.token.mint(pool, 10**15, sender=suite.carol)
    assert (pool.totalAssets(), pool.previewRedeem(SHARE), pool.maxDeposit(suite.bank), pool.books()) == before
