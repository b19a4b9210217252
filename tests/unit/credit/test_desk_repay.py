"""CreditDesk: what a loan owes to the unit, and what a payment does."""

import pytest

from caldera.contracts import BlacklistToken, ReentrantToken, events
from tests.support.lending import GRACE_DAYS, TERMS, Bank, open_bank
from tests.support.suite import DAY, MINIMUM, NOBODY, build, reverts

# 50,000.00 at 12% earn 190.258… units a second: 493.150684 93… in 30 days and 575.342465 75… in 35, each rounded up.
IN_TIME, IN_GRACE = 493_150_685, 575_342_466


@pytest.fixture
def loan(bank: Bank) -> int:
    """50,000.00 to the borrower until day 30."""
    return bank.draw(bank.suite.borrower, 50 * MINIMUM, days=30)


class TestWhatIsOwed:
    """Simple interest by the second, rounded up; the fee once grace is over."""

    def test_nothing_in_the_second_of_the_draw(self, bank: Bank, loan: int) -> None:
        assert bank.desk.owedOn(loan) == (0, 0, 50 * MINIMUM)
        bank.chain.skip(1)
        assert bank.desk.owedOn(loan) == (0, 191, 50 * MINIMUM)  # 190.25…

    def test_at_maturity_and_on(self, bank: Bank, loan: int) -> None:
        bank.chain.skip(30 * DAY)
        assert bank.desk.owedOn(loan) == (0, IN_TIME, 50 * MINIMUM)
        bank.chain.skip(1)
        assert bank.desk.owedOn(loan) == (0, 493_150_876, 50 * MINIMUM)

    def test_around_the_end_of_grace(self, bank: Bank, loan: int) -> None:
        """The fee is 2% of the principal, from the first second after grace."""
        bank.chain.skip((30 + GRACE_DAYS) * DAY - 1)
        assert bank.desk.owedOn(loan) == (0, 575_342_276, 50 * MINIMUM)
        bank.chain.skip(1)
        assert bank.desk.owedOn(loan) == (MINIMUM, IN_GRACE, 50 * MINIMUM)
        bank.chain.skip(1)
        assert bank.desk.owedOn(loan) == (MINIMUM, 575_342_657, 50 * MINIMUM)

    def test_the_fee_is_on_what_is_left_then_and_rounded_up(self, bank: Bank, loan: int) -> None:
        bank.repay(loan, 20 * MINIMUM - 1, bank.suite.borrower)
        bank.chain.skip((30 + GRACE_DAYS) * DAY)
        fee, _, principal = bank.desk.owedOn(loan)
        assert (fee, principal) == (600_000_001, 30 * MINIMUM + 1)
        bank.repay(loan, 700_000_001, bank.suite.borrower)
        bank.chain.skip(DAY)
        assert bank.desk.owedOn(loan)[0] == 0  # once

    def test_an_unknown_loan(self, bank: Bank, loan: int) -> None:
        for number in (0, loan + 1):
            for call in (
                lambda n=number: bank.desk.loanOf(n),
                lambda n=number: bank.desk.owedOn(n),
                lambda n=number: bank.desk.itemsOf(n),
                lambda n=number: bank.desk.repay(n, 1, sender=bank.suite.borrower),
                lambda n=number: bank.desk.collect(n, sender=bank.suite.borrower),
                lambda n=number: bank.desk.markLate(n, sender=bank.suite.borrower),
                lambda n=number: bank.desk.declareDefault(n, sender=bank.suite.borrower),
                lambda n=number: bank.desk.buy(n, 0, 1, 1, sender=bank.suite.borrower),
                lambda n=number: bank.desk.priceOf(n, 0, 1),
                lambda n=number: bank.desk.writeOff(n, sender=bank.suite.officer),
            ):
                with reverts("UnknownLoan", loan=number):
                    call()
        bank.desk.loanOf(loan)


class TestRepaying:
    """Fee first, then interest, then principal; never more than is owed."""

    def test_early_repayment_costs_the_days_it_ran(self, bank: Bank, loan: int) -> None:
        """Ten days: 164.383562 rounded up."""
        suite, entity = bank.suite, bank.suite.entities["borrower"]
        bank.chain.skip(10 * DAY)
        bank.fund(suite.carol, 60 * MINIMUM)  # anyone may pay
        receipt = bank.desk.repay(loan, 60 * MINIMUM, sender=suite.carol)
        where, interest = bank.desk.address, 164_383_562
        assert receipt.returned == 50 * MINIMUM + interest
        assert receipt.one(events.Repaid) == events.Repaid(
            loan, suite.carol.address, 0, interest, 50 * MINIMUM, emitter=where
        )
        assert receipt.one(events.LoanClosed) == events.LoanClosed(loan, emitter=where)
        assert receipt.one(events.Returned) == events.Returned(
            suite.carol.address, 50 * MINIMUM + interest, 50 * MINIMUM, 0, emitter=bank.pool.address
        )
        assert bank.suite.token.balanceOf(suite.carol) == 10 * MINIMUM - interest
        assert bank.pool.books() == (300 * MINIMUM + interest, 0, 0)
        assert bank.desk.borrowerOf(entity) == ((), 0)
        assert bank.desk.exposureOf(1, entity) == (0, 0)
        assert (bank.limits.inTime(entity), bank.limits.late(entity)) == (interest, 0)
        assert bank.limits.fundShareOf(entity) == 0
        closed = bank.desk.loanOf(loan)
        assert (closed.state, closed.principal, closed.since, closed.maturity) == (4, 0, 0, 0)
        assert (closed.account, closed.entity, closed.rateBps) == (suite.borrower.address, entity, 1_200)

    def test_in_parts(self, bank: Bank, loan: int) -> None:
        """20,000.00 after ten days, 164.383562 of it interest; twenty days more on 30,164.383562."""
        borrower = bank.suite.borrower
        bank.chain.skip(10 * DAY)
        bank.repay(loan, 20 * MINIMUM, borrower)
        left = 30 * MINIMUM + 164_383_562
        assert bank.desk.owedOn(loan) == (0, 0, left)
        assert bank.desk.loanOf(loan).unsecuredUsd == left
        bank.chain.skip(20 * DAY)
        more = -(-left * 12 * 20 // (100 * 365))
        assert bank.desk.owedOn(loan) == (0, more, left)
        bank.repay(loan, left + more, borrower)
        assert bank.limits.inTime(bank.suite.entities["borrower"]) == 164_383_562 + more

    def test_interest_alone_leaves_the_principal(self, bank: Bank, loan: int) -> None:
        bank.chain.skip(10 * DAY)
        bank.repay(loan, 100 * 10**6, bank.suite.borrower)
        assert bank.desk.owedOn(loan) == (0, 64_383_562, 50 * MINIMUM)

    def test_fee_then_interest_then_principal(self, bank: Bank, loan: int) -> None:
        borrower = bank.suite.borrower
        bank.chain.skip((30 + GRACE_DAYS) * DAY)
        owed = (MINIMUM, IN_GRACE, 50 * MINIMUM)
        assert bank.desk.owedOn(loan) == owed
        bank.repay(loan, MINIMUM - 1, borrower)
        assert bank.desk.owedOn(loan) == (1, owed[1], owed[2])
        bank.repay(loan, 1 + owed[1], borrower)
        assert bank.desk.owedOn(loan) == (0, 0, owed[2])
        assert bank.repay(loan, 60 * MINIMUM, borrower) == 50 * MINIMUM

    def test_nothing_to_pay(self, bank: Bank, loan: int) -> None:
        borrower = bank.suite.borrower
        with reverts("NothingToPay", loan=loan):
            bank.desk.repay(loan, 0, sender=borrower)
        assert bank.repay(loan, 10**15, borrower) == 50 * MINIMUM
        with reverts("WrongLoanState", loan=loan, state=4):
            bank.desk.repay(loan, 1, sender=borrower)

    def test_without_money_nothing_happens(self, bank: Bank, loan: int) -> None:
        bank.suite.token.approve(bank.pool, 10, sender=bank.suite.alice)
        with reverts("ERC20InsufficientBalance"):
            bank.desk.repay(loan, 10, sender=bank.suite.alice)
        assert bank.desk.owedOn(loan)[2] == 50 * MINIMUM
        assert bank.pool.books() == (250 * MINIMUM, 0, 50 * MINIMUM)

    def test_a_suspended_borrower_may_repay(self, bank: Bank, loan: int) -> None:
        bank.suite.registry.suspend(bank.suite.borrower, sender=bank.suite.officer)
        bank.repay(loan, 10**15, bank.suite.borrower)
        assert bank.desk.loanOf(loan).state == 4

    def test_paid_interest_counts_only_in_time(self, bank: Bank, loan: int) -> None:
        borrower, entity = bank.suite.borrower, bank.suite.entities["borrower"]
        bank.chain.skip(30 * DAY)
        with bank.chain.isolated():
            bank.repay(loan, 10**15, borrower)
            assert (bank.limits.inTime(entity), bank.limits.late(entity)) == (IN_TIME, 0)
        bank.chain.skip(1)
        bank.repay(loan, 10**15, borrower)
        assert (bank.limits.inTime(entity), bank.limits.late(entity)) == (0, 50 * MINIMUM)

    def test_the_fund_takes_its_part_until_the_last_loan_is_closed(self, bank: Bank, loan: int) -> None:
        entity = bank.suite.entities["borrower"]
        bank.limit("borrower", 60 * MINIMUM)
        second = bank.draw(bank.suite.borrower, MINIMUM)
        bank.repay(loan, 10**15, bank.suite.borrower)
        assert bank.limits.fundShareOf(entity) == TERMS.fundBps
        bank.repay(second, 10**15, bank.suite.borrower)
        assert bank.limits.fundShareOf(entity) == 0


class TestLate:
    """Told once, by whoever touches the loan first."""

    def test_marking(self, bank: Bank, loan: int) -> None:
        suite, entity = bank.suite, bank.suite.entities["borrower"]
        bank.chain.skip(30 * DAY)
        with reverts("NotLate", loan=loan, from_=bank.chain.now + 1):
            bank.desk.markLate(loan, sender=suite.stranger)
        bank.chain.skip(1)
        receipt = bank.desk.markLate(loan, sender=suite.stranger)
        assert receipt.one(events.BecameLate) == events.BecameLate(loan, 50 * MINIMUM, emitter=bank.desk.address)
        assert bank.limits.late(entity) == 50 * MINIMUM
        assert bank.desk.loanOf(loan).late
        with reverts("WrongLoanState", loan=loan, state=1):
            bank.desk.markLate(loan, sender=suite.stranger)
        bank.repay(loan, 1, suite.carol)
        assert bank.limits.late(entity) == 50 * MINIMUM

    def test_a_late_payment_tells_it_too(self, bank: Bank, loan: int) -> None:
        bank.chain.skip(31 * DAY)
        bank.fund(bank.suite.borrower, 2)
        assert bank.desk.repay(loan, 1, sender=bank.suite.borrower).all(events.BecameLate)
        assert not bank.desk.repay(loan, 1, sender=bank.suite.borrower).all(events.BecameLate)
        assert bank.limits.late(bank.suite.entities["borrower"]) == 50 * MINIMUM

    def test_a_closed_loan_is_not_late(self, bank: Bank, loan: int) -> None:
        bank.repay(loan, 10**15, bank.suite.borrower)
        bank.chain.skip(31 * DAY)
        with reverts("WrongLoanState", loan=loan, state=4):
            bank.desk.markLate(loan, sender=bank.suite.stranger)


class TestDebtor:
    """The debtor's payment repays the loan in the same transaction."""

    def test_what_falls_to_the_lien_repays_and_the_rest_is_the_holders(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        loan = bank.draw(suite.seller, 60 * MINIMUM, (asset,))
        suite.fund(suite.buyer, 40 * MINIMUM)
        receipt = suite.module.pay(asset, 40 * MINIMUM, sender=suite.buyer)
        assert receipt.one(events.LienCollected) == events.LienCollected(
            asset,
            suite.seller.address,
            bank.desk.address,
            bank.pool.address,
            20 * MINIMUM,
            emitter=suite.module.address,
        )
        assert receipt.one(events.Repaid) == events.Repaid(loan, NOBODY, 0, 0, 20 * MINIMUM, emitter=bank.desk.address)
        facts = bank.desk.loanOf(loan)
        # The debtor's money pays off what the pledge secured; what is unsecured stays so.
        assert (facts.principal, facts.secured, facts.unsecuredUsd) == (40 * MINIMUM, 20 * MINIMUM, 20 * MINIMUM)
        assert bank.desk.exposureOf(1, suite.entities["buyer"]) == (0, 20 * MINIMUM)
        assert suite.module.claimable(asset, suite.seller) == 20 * MINIMUM
        assert suite.token.balanceOf(suite.module) == 20 * MINIMUM
        # The borrower's own money pays off what is unsecured.
        bank.repay(loan, 15 * MINIMUM, suite.seller)
        facts = bank.desk.loanOf(loan)
        assert (facts.principal, facts.secured, facts.unsecuredUsd) == (25 * MINIMUM, 20 * MINIMUM, 5 * MINIMUM)

    def test_more_than_is_owed_stays_the_holders(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        loan = bank.draw(suite.seller, 10 * MINIMUM, (asset,))
        suite.fund(suite.buyer, 100 * MINIMUM)
        receipt = suite.module.pay(asset, 100 * MINIMUM, sender=suite.buyer)
        assert receipt.one(events.UnitsReleased) == events.UnitsReleased(
            loan, suite.ledger.address, asset, 50 * MINIMUM, emitter=bank.desk.address
        )
        assert receipt.all(events.LoanClosed)
        assert suite.module.claimable(asset, suite.seller) == 90 * MINIMUM
        suite.module.claim(asset, suite.seller, sender=suite.seller)
        assert suite.token.balanceOf(suite.module) == 0

    def test_a_partly_secured_limit_in_proportion(self, bank: Bank) -> None:
        """20,000.00 of 60,000.00 are unsecured; own money pays these off first."""
        suite, asset = bank.suite, bank.suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        loan = bank.draw(suite.seller, 60 * MINIMUM, (asset,))
        bank.repay(loan, 13 * MINIMUM + 1, suite.seller)
        assert bank.desk.loanOf(loan).unsecuredUsd == 7 * MINIMUM - 1
        bank.repay(loan, 20 * MINIMUM, suite.seller)
        assert bank.desk.loanOf(loan).unsecuredUsd == 0
        assert bank.desk.borrowerOf(suite.entities["seller"]) == ((loan,), 0)

    def test_units_whose_lien_compliance_broke_are_not_missed(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        loan = bank.draw(suite.seller, 10 * MINIMUM, (asset,))
        suite.ledger.breakLien(suite.seller, bank.desk, asset, 50 * MINIMUM, sender=suite.officer)
        suite.pay(asset, 10 * MINIMUM)
        assert bank.desk.owedOn(loan)[2] == 10 * MINIMUM
        bank.fund(suite.seller, 10 * MINIMUM)
        receipt = bank.desk.repay(loan, 10 * MINIMUM, sender=suite.seller)
        assert receipt.all(events.LoanClosed)
        assert not receipt.all(events.UnitsReleased)


class TestHostileTokens:
    """Calling back, and payers that are refused."""

    def test_calling_back(self) -> None:
        bank = open_bank(build(token=ReentrantToken))
        suite, desk = bank.suite, bank.desk
        bank.limit("seller", 30 * MINIMUM)
        bank.lend(suite.lena, 100 * MINIMUM)
        loan = bank.draw(suite.seller, 10 * MINIMUM)
        bank.fund(suite.seller, 20 * MINIMUM)
        for payload in (
            desk.calldata.repay(loan, 1),
            desk.calldata.draw(bank.wanted(MINIMUM)),
            desk.calldata.collect(loan),
            desk.calldata.markLate(loan),
            desk.calldata.declareDefault(loan),
            desk.calldata.buy(loan, 0, 1, 1),
        ):
            suite.token.arm(desk, payload, sender=suite.mallory)
            with reverts("ReentrancyGuardReentrantCall"):
                desk.repay(loan, 1, sender=suite.seller)
            with reverts("ReentrancyGuardReentrantCall"):
                desk.draw(bank.wanted(MINIMUM), sender=suite.seller)
        suite.token.arm(NOBODY, b"", sender=suite.mallory)
        desk.repay(loan, 1, sender=suite.seller)

    def test_a_blacklisted_payer_pays_nothing_and_others_do(self) -> None:
        bank = open_bank(build(token=BlacklistToken))
        suite = bank.suite
        bank.limit("seller", 30 * MINIMUM)
        bank.lend(suite.lena, 100 * MINIMUM)
        loan = bank.draw(suite.seller, 10 * MINIMUM)
        suite.token.setBlacklisted(suite.seller, True, sender=suite.officer)
        bank.suite.token.approve(bank.pool, MINIMUM, sender=suite.seller)
        with reverts("Blacklisted", account=suite.seller.address):
            bank.desk.repay(loan, MINIMUM, sender=suite.seller)
        assert bank.repay(loan, 20 * MINIMUM, suite.seller2) == 10 * MINIMUM
