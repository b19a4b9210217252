"""LendingPool: entry, what it is worth, money of others, and who may do what."""

from collections.abc import Callable

import pytest

from caldera.contracts import (
    BlacklistToken,
    FeeToken,
    HostileReceiver,
    LendingPool,
    ReentrantToken,
    SilentToken,
    events,
    structs,
)
from caldera.evm import Chain
from tests.support.lending import GRACE_DAYS, TERMS, Bank, open_bank
from tests.support.suite import DAY, MINIMUM, NOBODY, build, reverts

SHARE = 10**6
SCALE = 10_000 * 365 * DAY
INTEREST = 493_150_684  # 50,000.00 × 12% × 30/365, rounded down


def alone(bank: Bank) -> LendingPool:
    """A pool whose desk is the officer, so that its books can be written by hand; lena lent 1,000,000 units."""
    suite = bank.suite
    pool = LendingPool.deploy(
        bank.chain, suite.access, suite.registry, suite.officer, suite.token, "Pool", "P", sender=suite.admin
    )
    put(bank, pool, 1_000_000)
    return pool


def put(bank: Bank, pool: LendingPool, amount: int) -> None:
    lena = bank.suite.lena
    bank.suite.token.mint(lena, amount, sender=lena)
    bank.suite.token.approve(pool, amount, sender=lena)
    pool.deposit(amount, lena, sender=lena)


def claim(chain: Chain, principal: int, days: int, interest: int = 0, grace: int = 5) -> structs.Claim:
    maturity = chain.now // DAY + days
    return structs.Claim(principal, interest, maturity * DAY, (maturity + grace) * DAY, 1_200)


NOTHING = structs.Claim(0, 0, 0, 0, 0)


class TestEntry:
    """Shares for money."""

    def test_the_first_price_is_a_million_shares_for_a_unit(self, empty: Bank) -> None:
        assert empty.lend(empty.suite.lena, 7) == 7 * SHARE
        assert empty.pool.decimals() == 12
        assert (empty.pool.totalAssets(), empty.pool.totalSupply()) == (7, 7 * SHARE)

    def test_entry_is_at_cash_principal_and_interest(self, bank: Bank) -> None:
        bank.draw(bank.suite.borrower, 50 * MINIMUM, days=30)
        bank.chain.skip(30 * DAY)
        assert bank.pool.totalAssets() == 300 * MINIMUM + INTEREST
        supply = 300 * MINIMUM * SHARE
        made = bank.lend(bank.suite.bank, MINIMUM)
        assert made == MINIMUM * (supply + SHARE) // (300 * MINIMUM + INTEREST + 1) == 998_358_862_147_520

    def test_no_shares(self, bank: Bank) -> None:
        lena, pool = bank.suite.lena, bank.pool
        bank.fund(lena, 1)
        calls: tuple[Callable[[], object], ...] = (
            lambda: pool.deposit(0, lena, sender=lena),
            lambda: pool.mint(0, lena, sender=lena),
            lambda: pool.withdraw(0, lena, lena, sender=lena),
            lambda: pool.redeem(0, lena, lena, sender=lena),
            lambda: pool.requestExit(0, sender=lena),
        )
        for call in calls:
            with reverts("NoShares"):
                call()
        pool.deposit(1, lena, sender=lena)
        assert pool.withdraw(1, lena, lena, sender=lena).returned == SHARE

    def test_only_active_parties_hold_shares(self, bank: Bank) -> None:
        suite, pool = bank.suite, bank.pool
        bank.fund(suite.mallory, MINIMUM)
        with reverts("ERC4626ExceededMaxDeposit", receiver=suite.mallory.address, max=0):
            pool.deposit(MINIMUM, suite.mallory, sender=suite.mallory)
        pool.deposit(MINIMUM, suite.leo, sender=suite.mallory)  # who pays is another question
        with reverts("NotAParticipant", account=suite.mallory.address):
            pool.transfer(suite.mallory, 1, sender=suite.lena)
        with reverts("NotAParticipant", account=pool.address):
            pool.transfer(pool, 1, sender=suite.lena)
        pool.transfer(suite.leo, 1, sender=suite.lena)

    def test_a_suspended_lender_keeps_all_and_moves_nothing(self, bank: Bank) -> None:
        suite, pool, lena = bank.suite, bank.pool, bank.suite.lena
        shares = pool.balanceOf(lena)
        pool.requestExit(SHARE, sender=lena)
        suite.registry.suspend(lena, sender=suite.officer)
        assert (pool.maxWithdraw(lena), pool.maxRedeem(lena), pool.maxDeposit(lena), pool.maxMint(lena)) == (0, 0, 0, 0)
        for call in (
            lambda: pool.transfer(suite.leo, 1, sender=lena),
            lambda: pool.requestExit(1, sender=lena),
            lambda: pool.payExit(1, sender=suite.leo),
        ):
            with reverts("NotAParticipant", account=lena.address):
                call()
        with reverts("ERC4626ExceededMaxRedeem", owner=lena.address, max=0):
            pool.redeem(1, lena, lena, sender=lena)
        with reverts("NotAParticipant", account=lena.address):
            pool.withdraw(1, lena, suite.leo, sender=suite.leo)
        suite.registry.reinstate(lena, sender=suite.officer)
        assert pool.payExit(1, sender=suite.leo).returned == 1
        assert pool.balanceOf(lena) == shares - SHARE
        pool.withdraw(1, lena, suite.leo, sender=suite.leo)

    def test_an_expired_lender_may_leave_but_not_enter(self, bank: Bank) -> None:
        lena, pool = bank.suite.lena, bank.pool
        bank.chain.skip(6 * 365 * DAY)
        assert pool.maxDeposit(lena) == 0
        assert pool.redeem(pool.maxRedeem(lena), lena, lena, sender=lena).returned == 200 * MINIMUM

    def test_the_most_it_holds_leaves_room_in_96_bits(self, empty: Bank) -> None:
        assert empty.pool.maxDeposit(empty.suite.lena) == 2**95
        empty.lend(empty.suite.lena, 2**95 - 1)
        assert empty.pool.maxDeposit(empty.suite.lena) == 1
        empty.fund(empty.suite.lena, 2)
        with reverts("ERC4626ExceededMaxDeposit", assets=2, max=1):
            empty.pool.deposit(2, empty.suite.lena, sender=empty.suite.lena)
        empty.pool.deposit(1, empty.suite.lena, sender=empty.suite.lena)
        assert empty.pool.maxDeposit(empty.suite.lena) == 0

    def test_a_pause_closes_entries_and_no_exit(self, bank: Bank) -> None:
        suite, pool, lena = bank.suite, bank.pool, bank.suite.lena
        with reverts("AccessManagedUnauthorized", caller=lena.address):
            pool.pause(DAY, sender=lena)
        pool.pause(DAY, sender=suite.officer)
        until = bank.chain.now + DAY
        bank.fund(lena, 2)
        with reverts("Paused", until=until):
            pool.deposit(1, lena, sender=lena)
        with reverts("Paused", until=until):
            pool.mint(SHARE, lena, sender=lena)
        assert (pool.maxDeposit(lena), pool.maxMint(lena)) == (0, 0)
        pool.withdraw(1, lena, lena, sender=lena)
        pool.redeem(SHARE, lena, lena, sender=lena)
        pool.requestExit(SHARE, sender=lena)
        pool.payExit(1, sender=lena)
        bank.chain.skip(DAY)
        pool.deposit(1, lena, sender=lena)
        pool.mint(SHARE, lena, sender=lena)


class TestBooks:
    """What the loans are worth, by the second and with nobody's help."""

    def test_interest_runs_by_the_second_until_maturity(self, bank: Bank) -> None:
        bank.draw(bank.suite.borrower, 50 * MINIMUM, days=30)
        bank.chain.skip(1)
        assert bank.pool.totalAssets() == 300 * MINIMUM + 190  # 190.25…
        bank.chain.skip(30 * DAY - 1)
        assert bank.pool.totalAssets() == 300 * MINIMUM + INTEREST
        bank.chain.skip(300 * DAY)
        assert bank.pool.totalAssets() == 300 * MINIMUM + INTEREST

    def test_a_loan_is_an_unrealised_loss_from_the_first_second_beyond_its_grace(self, bank: Bank) -> None:
        pool = bank.pool
        bank.draw(bank.suite.borrower, 50 * MINIMUM, days=30)
        bank.chain.skip((30 + GRACE_DAYS) * DAY - 1)
        assert pool.unrealizedLosses() == 0
        bank.chain.skip(1)
        assert pool.unrealizedLosses() == 50 * MINIMUM + INTEREST
        assert pool.totalAssets() == 300 * MINIMUM + INTEREST
        sound, supply = 250 * MINIMUM, 300 * MINIMUM * SHARE
        assert pool.previewRedeem(SHARE * MINIMUM) == SHARE * MINIMUM * (sound + 1) // (supply + SHARE) == 833_333_333
        assert pool.previewWithdraw(MINIMUM) == -(-MINIMUM * (supply + SHARE) // (sound + 1)) == 1_199_999_999_999_201

    def test_loans_of_many_days_over_more_than_a_word_of_days(self, bank: Bank) -> None:
        bank.limit("seller", 300 * MINIMUM)
        days = (1, 2, 30, 100, 179, 180)
        for number in days:
            bank.draw(bank.suite.seller, MINIMUM, days=number)
        bank.chain.skip(400 * DAY)
        earned = sum(MINIMUM * 1_200 * number * DAY for number in days)
        assert bank.pool.totalAssets() == 300 * MINIMUM + earned // SCALE
        assert bank.pool.unrealizedLosses() == 6 * MINIMUM + earned // SCALE

    def test_written_by_hand_it_says_what_moved(self, bank: Bank) -> None:
        pool, officer, borrower = alone(bank), bank.suite.officer, bank.suite.borrower
        loan = claim(bank.chain, 400_000, 365)
        receipt = pool.lend(borrower, loan, sender=officer)
        assert receipt.one(events.Lent) == events.Lent(borrower.address, 400_000, emitter=pool.address)
        assert pool.books() == (600_000, 0, 400_000)
        bank.chain.skip(loan.maturity - bank.chain.now - 300 * DAY)
        due = 400_000 * 1_200 * (bank.chain.now - (loan.maturity - 365 * DAY)) // SCALE
        assert pool.totalAssets() == 1_000_000 + due

    def test_a_gain_is_earned_by_the_second_over_thirty_days(self, bank: Bank) -> None:
        pool, officer, lena = alone(bank), bank.suite.officer, bank.suite.lena
        bank.suite.token.mint(lena, 10_000, sender=lena)
        bank.suite.token.approve(pool, 10_000, sender=lena)
        receipt = pool.settle(NOTHING, NOTHING, lena, 3_000, sender=officer)
        end = bank.chain.now + 30 * DAY
        assert receipt.one(events.GainSpread) == events.GainSpread(3_000, end, emitter=pool.address)
        assert receipt.one(events.Returned) == events.Returned(lena.address, 3_000, 0, 0, emitter=pool.address)
        assert (pool.unearned(), pool.totalAssets(), pool.books()[0]) == (3_000, 1_000_000, 1_003_000)
        bank.chain.skip(1)
        assert (pool.unearned(), pool.totalAssets()) == (3_000, 1_000_000)
        bank.chain.skip(DAY - 1)
        assert (pool.unearned(), pool.totalAssets()) == (2_900, 1_000_100)
        bank.chain.skip(14 * DAY)
        assert (pool.unearned(), pool.totalAssets(), pool.maxWithdraw(lena)) == (1_500, 1_001_500, 1_001_499)
        # 1,500 with 15 days to go and 500 with 30: 2,000 until (1,500 × 15 + 500 × 30) / 2,000 = 18.75 days.
        receipt = pool.settle(NOTHING, NOTHING, lena, 500, sender=officer)
        end = bank.chain.now + 18 * DAY + 64_800
        assert receipt.one(events.GainSpread) == events.GainSpread(500, end, emitter=pool.address)
        assert (pool.unearned(), pool.totalAssets()) == (2_000, 1_001_500)
        bank.chain.warp(end - 1)
        assert (pool.unearned(), pool.totalAssets()) == (1, 1_003_499)
        bank.chain.skip(1)
        assert (pool.unearned(), pool.totalAssets()) == (0, 1_003_500)

    def test_losses_beyond_what_is_not_earned_leave_nothing_and_everything_answers(self, bank: Bank) -> None:
        pool, officer, lena = alone(bank), bank.suite.officer, bank.suite.lena
        bank.suite.token.mint(lena, 500, sender=lena)
        bank.suite.token.approve(pool, 500, sender=lena)
        pool.settle(NOTHING, NOTHING, lena, 500, sender=officer)
        loan = claim(bank.chain, 1_000_500, 1)
        pool.lend(bank.suite.borrower, loan, sender=officer)
        assert pool.totalAssets() == 1_000_000
        pool.settle(loan, NOTHING, NOBODY, 0, sender=officer)
        assert (pool.totalAssets(), pool.unearned(), pool.unrealizedLosses(), pool.books()) == (0, 500, 0, (0, 0, 0))
        assert pool.previewRedeem(pool.balanceOf(lena)) == 0

    def test_in_time_money_is_no_gain(self, bank: Bank) -> None:
        bank.draw(bank.suite.borrower, 50 * MINIMUM, days=30)
        bank.chain.skip(7 * DAY + 11)
        bank.fund(bank.suite.borrower, 100 * MINIMUM)
        part = bank.desk.repay(1, 17 * MINIMUM, sender=bank.suite.borrower)
        rest = bank.desk.repay(1, 10**15, sender=bank.suite.borrower)
        assert not part.all(events.GainSpread)
        assert not rest.all(events.GainSpread)
        assert bank.pool.unearned() == 0

    def test_a_loss_is_said(self, bank: Bank) -> None:
        loan = bank.draw(bank.suite.borrower, 50 * MINIMUM, days=30)
        bank.chain.skip((30 + GRACE_DAYS + TERMS.defaultDays) * DAY)
        bank.desk.declareDefault(loan, sender=bank.suite.carol)
        receipt = bank.desk.writeOff(loan, sender=bank.suite.officer)
        where = bank.pool.address
        assert receipt.one(events.LossRealised) == events.LossRealised(50 * MINIMUM, INTEREST, emitter=where)
        assert receipt.one(events.Returned) == events.Returned(NOBODY, 0, 50 * MINIMUM, 0, emitter=where)
        assert (bank.pool.totalAssets(), bank.pool.unrealizedLosses()) == (250 * MINIMUM, 0)


class TestDesk:
    """Only the desk lends, settles and holds."""

    def test_nobody_else(self, bank: Bank) -> None:
        pool, officer, loan = alone(bank), bank.suite.officer, claim(bank.chain, 1, 30)
        for who in (bank.suite.admin, bank.suite.mallory):
            with reverts("OnlyDesk", caller=who.address):
                pool.lend(who, loan, sender=who)
            with reverts("OnlyDesk", caller=who.address):
                pool.settle(loan, NOTHING, who, 1, sender=who)
            with reverts("OnlyDesk", caller=who.address):
                pool.hold(who, who, 1, sender=who)
        pool.lend(bank.suite.borrower, loan, sender=officer)

    def test_no_more_than_the_cash(self, bank: Bank) -> None:
        pool, officer = alone(bank), bank.suite.officer
        with reverts("InsufficientCash", available=1_000_000, wanted=1_000_001):
            pool.lend(bank.suite.borrower, claim(bank.chain, 1_000_001, 30), sender=officer)
        pool.lend(bank.suite.borrower, claim(bank.chain, 1_000_000, 30), sender=officer)
        assert pool.available() == 0

    def test_not_while_somebody_waits_to_leave(self, bank: Bank) -> None:
        pool, officer, lena = alone(bank), bank.suite.officer, bank.suite.lena
        loan = claim(bank.chain, 1_000_000, 30)
        pool.lend(bank.suite.borrower, loan, sender=officer)
        pool.requestExit(1, sender=lena)  # worth nothing, and so served with nothing
        assert (pool.exitsWaiting(), pool.available()) == (0, 0)
        pool.requestExit(2 * SHARE, sender=lena)
        with reverts("ExitsComeFirst", shares=2 * SHARE):
            pool.lend(bank.suite.borrower, claim(bank.chain, 1, 30), sender=officer)
        put(bank, pool, 3)
        assert (pool.exitsWaiting(), pool.available()) == (0, 1)
        pool.lend(bank.suite.borrower, claim(bank.chain, 1, 30), sender=officer)

    def test_money_that_is_said_to_be_here_must_be(self, bank: Bank) -> None:
        pool, officer = alone(bank), bank.suite.officer
        loan = claim(bank.chain, 1_000, 30)
        pool.lend(bank.suite.borrower, loan, sender=officer)
        with reverts("MissingMoney", balance=999_000, needed=1_000_000):
            pool.settle(loan, NOTHING, NOBODY, 1_000, sender=officer)
        bank.suite.token.mint(pool, 999, sender=officer)
        with reverts("MissingMoney", balance=999_999, needed=1_000_000):
            pool.settle(loan, NOTHING, NOBODY, 1_000, sender=officer)
        bank.suite.token.mint(pool, 1, sender=officer)
        pool.settle(loan, NOTHING, NOBODY, 1_000, sender=officer)

    def test_a_surplus_waits_for_its_owner(self, bank: Bank) -> None:
        pool, officer, lena, alice = alone(bank), bank.suite.officer, bank.suite.lena, bank.suite.alice
        bank.suite.token.mint(lena, 70, sender=lena)
        bank.suite.token.approve(pool, 70, sender=lena)
        with reverts("NoSurplus", owner=alice.address):
            pool.payHeld(alice, sender=lena)
        receipt = pool.hold(lena, alice, 70, sender=officer)
        assert receipt.one(events.SurplusHeld) == events.SurplusHeld(alice.address, 70, emitter=pool.address)
        assert (pool.heldFor(alice), pool.books(), pool.totalAssets()) == (70, (1_000_000, 70, 0), 1_000_000)
        bank.suite.registry.suspend(alice, sender=officer)
        with reverts("NotAParticipant", account=alice.address):
            pool.payHeld(alice, sender=lena)
        bank.suite.registry.reinstate(alice, sender=officer)
        paid = pool.payHeld(alice, sender=lena)
        assert paid.one(events.SurplusPaid) == events.SurplusPaid(alice.address, 70, emitter=pool.address)
        assert (paid.returned, bank.suite.token.balanceOf(alice), pool.heldFor(alice)) == (70, 70, 0)
        with reverts("NoSurplus", owner=alice.address):
            pool.payHeld(alice, sender=lena)


class TestHostileTokens:
    """Tokens that take fees are refused, silent ones work, those that call back find the door closed."""

    def test_a_fee_is_refused(self) -> None:
        bank = open_bank(build(token=FeeToken))
        lena, token, pool = bank.suite.lena, bank.suite.token, bank.pool
        token.mint(lena, 1_000, sender=lena)
        token.approve(pool, 1_000, sender=lena)
        with reverts("InexactToken", token=token.address, expected=1_000, received=990):
            pool.deposit(1_000, lena, sender=lena)
        pool.deposit(99, lena, sender=lena)  # a fee of nothing

    def test_a_silent_token_goes_all_the_way(self) -> None:
        bank = open_bank(build(token=SilentToken))
        bank.limit("borrower", 50 * MINIMUM)
        lena = bank.suite.lena
        bank.lend(lena, 100 * MINIMUM)
        loan = bank.draw(bank.suite.borrower, 50 * MINIMUM)
        bank.pool.requestExit(bank.pool.balanceOf(lena), sender=lena)
        bank.repay(loan, 10**15, bank.suite.borrower)
        assert bank.suite.token.balanceOf(lena) == 0
        assert bank.pool.payExit(1, sender=lena).returned == 100 * MINIMUM
        assert bank.suite.token.balanceOf(lena) == 100 * MINIMUM

    def test_a_blacklisted_lender_hurts_nobody_else(self) -> None:
        bank = open_bank(build(token=BlacklistToken))
        suite, pool = bank.suite, bank.pool
        bank.lend(suite.lena, 10)
        bank.lend(suite.leo, 10)
        for who in (suite.lena, suite.leo):
            pool.requestExit(10 * SHARE, sender=who)
        suite.token.setBlacklisted(suite.lena, True, sender=suite.officer)
        with reverts("Blacklisted", account=suite.lena.address):
            pool.payExit(1, sender=suite.lena)
        assert pool.payExit(2, sender=suite.lena).returned == 10
        suite.token.setBlacklisted(suite.lena, False, sender=suite.officer)
        assert pool.payExit(1, sender=suite.lena).returned == 10

    @pytest.mark.parametrize(
        "name", ["withdraw", "deposit", "requestExit", "cancelExit", "serveExits", "payExit", "payHeld"]
    )
    def test_calling_back(self, name: str) -> None:
        bank = open_bank(build(token=ReentrantToken))
        suite, pool = bank.suite, bank.pool
        lena, data = suite.lena, bank.pool.calldata
        bank.lend(lena, 1_000)
        suite.token.mint(lena, 1_000, sender=lena)
        suite.token.approve(pool, 1_000, sender=lena)
        attempts = {
            "withdraw": data.withdraw(1, lena, lena),
            "deposit": data.deposit(1, lena),
            "requestExit": data.requestExit(1),
            "cancelExit": data.cancelExit(1),
            "serveExits": data.serveExits(),
            "payExit": data.payExit(1),
            "payHeld": data.payHeld(lena),
        }
        pool.requestExit(SHARE, sender=lena)
        suite.token.arm(pool, attempts[name], sender=suite.mallory)
        calls: tuple[Callable[[], object], ...] = (
            lambda: pool.deposit(1, lena, sender=lena),
            lambda: pool.withdraw(1, lena, lena, sender=lena),
            lambda: pool.payExit(1, sender=lena),
        )
        for call in calls:
            with reverts("ReentrancyGuardReentrantCall"):
                call()
        suite.token.arm(NOBODY, b"", sender=suite.mallory)
        pool.payExit(1, sender=lena)

    def test_whoever_is_called_while_money_moves_finds_the_price_unmoved(self) -> None:
        bank = open_bank(build(token=ReentrantToken))
        suite, pool = bank.suite, bank.pool
        bank.lend(suite.lena, 1_000)
        suite.token.mint(suite.lena, 1_000, sender=suite.lena)
        suite.token.approve(pool, 1_000, sender=suite.lena)
        watcher = HostileReceiver.deploy(bank.chain, sender=suite.mallory)
        watcher.watch(pool, pool.calldata.convertToAssets(10**9), sender=suite.mallory)
        heard = watcher.calldata.onERC1155Received(suite.mallory, suite.mallory, 0, 0, b"")
        suite.token.arm(watcher, heard, sender=suite.mallory)
        price = pool.convertToAssets(10**9)
        pool.deposit(1_000, suite.lena, sender=suite.lena)
        pool.withdraw(1_999, suite.lena, suite.lena, sender=suite.lena)
        assert [int.from_bytes(answer) for answer in watcher.seen()] == [price, price]
