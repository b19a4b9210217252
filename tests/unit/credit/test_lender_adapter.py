"""LenderAdapter and ClosedPool: a lending protocol outside of the suite lends on its own terms, and on no others."""

from typing import Any

import pytest
from eth_abi.abi import decode
from eth_utils.crypto import keccak

from caldera.contracts import (
    ContractWallet,
    FeeToken,
    LenderAdapter,
    MoodyLender,
    OutsideVault,
    ReentrantToken,
    events,
    structs,
)
from caldera.evm import ContractError
from tests.support.lending import Bank, enrol_contract, open_bank
from tests.support.outside import (
    ACCEPTED,
    NOBODY,
    OUTSIDE_TERMS,
    POLICY,
    Outside,
    open_adapter,
    open_closed_pool,
    open_outside,
)
from tests.support.signatures import spoilt
from tests.support.suite import BANK, DAY, ENTERPRISE, MINIMUM, ROLES, build, name_of, reverts

FEE = -(-20 * MINIMUM * 900 * 60 // (10_000 * 365))
"""Of 20,000.00 for 60 days at 9%: 295.890411, rounded up."""


@pytest.fixture
def outside(bank: Bank) -> Outside:
    """Lena deposited 100,000.00 with the protocol."""
    made = open_outside(bank)
    made.feed(100 * MINIMUM)
    return made


@pytest.fixture
def moody(bank: Bank) -> Outside:
    """A lender that answers as it is told, with 100,000.00 that its adapter may take."""
    lender = MoodyLender.deploy(bank.chain, sender=bank.suite.admin)
    enrol_contract(bank.suite, "moody", lender, BANK)
    adapter, pool, number = open_adapter(bank, lender)
    bank.suite.token.mint(lender, 100 * MINIMUM, sender=bank.suite.admin)
    lender.allow(bank.suite.token, adapter, 2**255, sender=bank.suite.admin)
    return Outside(bank, lender, pool, adapter, number, bank.suite.admin)


def redeemed(brought: int, worth: int) -> int:
    """What all shares of a pool give that were bought at the first price; rounded down."""
    shares = brought * 10**6
    return shares * (worth + 1) // (shares + 10**6)


def untouched(outside: Outside, number: int = 1) -> None:
    """Nothing happened: no money moved, no loan, the number is good."""
    suite = outside.on.suite
    assert not outside.adapter.isUsed(suite.borrower, number)
    assert (outside.pool.totalSupply(), suite.token.balanceOf(outside.vault)) == (0, 100 * MINIMUM)
    assert outside.on.desk.borrowerOf(suite.entities["borrower"]) == ((), 0)


class TestByErc4626Alone:
    """The protocol as an allocator that knows nothing else."""

    def test_funds_and_leaves_a_pool_without_a_door(self, bank: Bank) -> None:
        suite, curator = bank.suite, bank.chain.account("curator")
        vault = OutsideVault.deploy(bank.chain, suite.token, sender=curator)
        pool, number = open_closed_pool(bank, "Outside", vault, NOBODY, OUTSIDE_TERMS)
        vault.setTarget(pool, sender=curator)
        suite.token.mint(suite.lena, 100 * MINIMUM, sender=suite.lena)
        suite.token.approve(vault, 100 * MINIMUM, sender=suite.lena)
        vault.deposit(100 * MINIMUM, suite.lena, sender=suite.lena)
        with reverts("ERC4626ExceededMaxDeposit", receiver=vault.address, assets=90 * MINIMUM, max=0):
            vault.allocate(90 * MINIMUM, sender=curator)  # not a participant yet
        enrol_contract(suite, "outside vault", vault, BANK)
        vault.allocate(90 * MINIMUM, sender=curator)
        assert (pool.balanceOf(vault), pool.totalAssets()) == (90 * MINIMUM * 10**6, 90 * MINIMUM)
        # The desk lends it by the pool's terms, to whom they admit.
        loan = bank.desk.draw(bank.wanted(40 * MINIMUM, pool=number, days=60), sender=suite.borrower).returned
        assert (pool.maxWithdraw(vault), vault.totalAssets()) == (50 * MINIMUM, 100 * MINIMUM)
        bank.chain.skip(60 * DAY)
        interest = -(-40 * MINIMUM * 900 * 60 // (10_000 * 365))
        bank.suite.token.mint(suite.borrower, interest, sender=suite.borrower)
        suite.token.approve(pool, 2**255, sender=suite.borrower)
        assert bank.desk.repay(loan, 2**200, sender=suite.borrower).returned == 40 * MINIMUM + interest
        vault.deallocate(pool.maxWithdraw(vault), sender=curator)
        back = 10 * MINIMUM + redeemed(90 * MINIMUM, 90 * MINIMUM + interest)
        assert suite.token.balanceOf(vault) == back >= 100 * MINIMUM + interest - 1
        vault.redeem(vault.balanceOf(suite.lena), suite.lena, suite.lena, sender=suite.lena)
        assert back - 1 <= suite.token.balanceOf(suite.lena) <= back

    def test_leaves_in_the_queue_of_its_depositors_only_with_cash(self, outside: Outside) -> None:
        outside.lend(outside.request())
        suite = outside.on.suite
        assert outside.vault.maxWithdraw(suite.lena) == 80 * MINIMUM  # what is not lent
        outside.vault.withdraw(80 * MINIMUM, suite.lena, suite.lena, sender=suite.lena)
        with reverts("ERC4626ExceededMaxWithdraw"):
            outside.vault.withdraw(1, suite.lena, suite.lena, sender=suite.lena)


class TestClosedPool:
    def test_only_the_lender_enters(self, outside: Outside) -> None:
        suite, pool = outside.on.suite, outside.pool
        assert (pool.lender(), pool.door()) == (outside.vault.address, outside.adapter.address)
        suite.token.mint(suite.leo, MINIMUM, sender=suite.leo)
        suite.token.approve(pool, MINIMUM, sender=suite.leo)
        assert (pool.maxDeposit(suite.leo), pool.maxMint(suite.leo)) == (0, 0)
        with reverts("ERC4626ExceededMaxDeposit", receiver=suite.leo.address, max=0):
            pool.deposit(MINIMUM, suite.leo, sender=suite.leo)
        with reverts("ERC4626ExceededMaxMint", receiver=suite.leo.address, max=0):
            pool.mint(1, suite.leo, sender=suite.leo)
        assert pool.maxDeposit(outside.vault) == 2**95
        pool.deposit(MINIMUM, outside.vault, sender=suite.leo)  # for the lender anyone may
        assert pool.balanceOf(outside.vault) == MINIMUM * 10**6

    def test_nothing_is_drawn_past_its_door(self, outside: Outside) -> None:
        suite, bank = outside.on.suite, outside.on
        outside.vault.allocate(50 * MINIMUM, sender=outside.curator)
        wanted = bank.wanted(20 * MINIMUM, pool=outside.number)
        with reverts("LoanNotAgreed", borrower=suite.borrower.address, principal=20 * MINIMUM):
            bank.desk.draw(wanted, sender=suite.borrower)
        with reverts("LoanNotAgreed"):
            bank.desk.drawFor(suite.borrower, wanted, sender=suite.officer)
        for anybody in (suite.officer, suite.admin, outside.curator):
            with reverts("OnlyDoor", caller=anybody.address):
                outside.pool.agree(suite.borrower, 20 * MINIMUM, 0, 900, sender=anybody)
        outside.lend(outside.request())

    def test_an_agreement_ends_with_its_transaction(self, bank: Bank) -> None:
        suite = bank.suite
        suite.enrol("lender", qualifications=BANK)
        pool, number = open_closed_pool(bank, "P", suite.actors["lender"], suite.alice, OUTSIDE_TERMS)
        suite.token.mint(suite.actors["lender"], 50 * MINIMUM, sender=suite.admin)
        suite.token.approve(pool, 50 * MINIMUM, sender=suite.actors["lender"])
        pool.deposit(50 * MINIMUM, suite.actors["lender"], sender=suite.actors["lender"])
        wanted = bank.wanted(20 * MINIMUM, pool=number)
        pool.agree(suite.borrower, 20 * MINIMUM, wanted.maturityDay * DAY, 900, sender=suite.alice)
        with reverts("LoanNotAgreed", borrower=suite.borrower.address, principal=20 * MINIMUM):
            bank.desk.draw(wanted, sender=suite.borrower)

    def test_only_the_desk_lends_even_what_nobody_has_to_agree_to(self, bank: Bank) -> None:
        suite = bank.suite
        pool, _ = open_closed_pool(bank, "P", suite.bank, NOBODY, OUTSIDE_TERMS)
        with reverts("OnlyDesk", caller=suite.borrower.address):
            pool.lend(suite.borrower, (1, 0, 2**30, 2**30, 0), sender=suite.borrower)


class TestLend:
    """The lender's own call."""

    def test_the_whole_way_and_back(self, outside: Outside) -> None:
        bank, suite, pool = outside.on, outside.on.suite, outside.pool
        request = outside.request(mostFee=FEE)
        receipt = outside.vault.lend(request, outside.signed(request), FEE, sender=outside.curator)
        shares = 20 * MINIMUM * 10**6
        assert receipt.one(events.LentOnRequest) == events.LentOnRequest(
            1, suite.borrower.address, 20 * MINIMUM, FEE, 20 * MINIMUM, shares, emitter=outside.adapter.address
        )
        assert receipt.returned == 1
        facts = bank.desk.loanOf(1)
        assert (facts.pool, facts.account, facts.principal, facts.rateBps) == (
            2,
            suite.borrower.address,
            20 * MINIMUM,
            900,
        )
        assert facts.maturity == request.maturityDay * DAY
        assert suite.token.balanceOf(suite.borrower) == 20 * MINIMUM
        assert (suite.token.balanceOf(outside.vault), pool.balanceOf(outside.vault)) == (80 * MINIMUM, shares)
        assert suite.token.balanceOf(outside.adapter) == 0 == suite.token.allowance(outside.adapter, pool)
        assert bank.pool.totalAssets() == 300 * MINIMUM  # of others nothing is used
        bank.chain.skip(60 * DAY)
        assert bank.desk.owedOn(1) == (0, FEE, 20 * MINIMUM)  # to the unit
        suite.token.mint(suite.borrower, FEE, sender=suite.borrower)
        suite.token.approve(pool, 2**255, sender=suite.borrower)
        bank.desk.repay(1, 2**200, sender=suite.borrower)
        back = redeemed(20 * MINIMUM, 20 * MINIMUM + FEE)
        assert outside.vault.totalAssets() == 80 * MINIMUM + back >= 100 * MINIMUM + FEE - 1
        outside.vault.deallocate(pool.maxWithdraw(outside.vault), sender=outside.curator)
        assert suite.token.balanceOf(outside.vault) == 80 * MINIMUM + back

    def test_only_the_lender(self, outside: Outside) -> None:
        request = outside.request()
        for anybody in (outside.on.suite.borrower, outside.curator, outside.on.suite.admin):
            with reverts("OnlyLender", caller=anybody.address):
                outside.adapter.lend(request, outside.signed(request), 0, sender=anybody)
        untouched(outside)

    def test_not_below_what_it_wants_nor_above_what_the_borrower_agreed_to(self, outside: Outside) -> None:
        dear, cheap = outside.request(mostFee=FEE - 1), outside.request(mostFee=FEE)
        with reverts("FeeAbove", fee=FEE, most=FEE - 1):
            outside.lend(dear)
        with reverts("FeeBelow", fee=FEE, least=FEE + 1):
            outside.lend(cheap, FEE + 1)
        untouched(outside)
        outside.lend(cheap, FEE)

    def test_terms_that_changed_meanwhile_bind_nobody(self, outside: Outside) -> None:
        request, bank = outside.request(mostFee=FEE), outside.on
        signature = outside.signed(request)
        bank.terms.setLoanTerms(2, OUTSIDE_TERMS._replace(rateBps=901), sender=bank.suite.officer)
        with reverts("FeeAbove", most=FEE):
            outside.lend(request, signature=signature)
        bank.terms.setLoanTerms(2, OUTSIDE_TERMS._replace(rateBps=899), sender=bank.suite.officer)
        with reverts("FeeBelow", least=FEE):
            outside.lend(request, FEE, signature=signature)

    def test_what_lies_in_the_pool_is_lent_first(self, outside: Outside) -> None:
        suite = outside.on.suite
        outside.vault.allocate(15 * MINIMUM, sender=outside.curator)
        request = outside.request()
        receipt = outside.vault.lend(request, outside.signed(request), 0, sender=outside.curator)
        assert receipt.one(events.LentOnRequest).fresh == 5 * MINIMUM
        assert (suite.token.balanceOf(outside.vault), outside.pool.books()[0]) == (80 * MINIMUM, 0)
        outside.vault.allocate(30 * MINIMUM, sender=outside.curator)
        again = outside.request(number=2)
        receipt = outside.vault.lend(again, outside.signed(again), 0, sender=outside.curator)
        done = receipt.one(events.LentOnRequest)
        assert (done.fresh, done.shares, outside.pool.books()[0]) == (0, 0, 10 * MINIMUM)

    def test_money_that_is_not_there(self, outside: Outside) -> None:
        outside.vault.withdraw(81 * MINIMUM, outside.on.suite.lena, outside.on.suite.lena, sender=outside.on.suite.lena)
        with reverts("ERC20InsufficientBalance", needed=20 * MINIMUM):
            outside.lend(outside.request())
        outside.lend(outside.request(amount=19 * MINIMUM))

    def test_no_more_than_is_allowed_to_take(self, moody: Outside) -> None:
        token, admin = moody.on.suite.token, moody.on.suite.admin
        moody.vault.allow(token, moody.adapter, 20 * MINIMUM - 1, sender=admin)
        with reverts("ERC20InsufficientAllowance", allowance=20 * MINIMUM - 1, needed=20 * MINIMUM):
            moody.borrow(moody.request())
        moody.vault.allow(token, moody.adapter, 20 * MINIMUM, sender=admin)
        moody.borrow(moody.request())
        assert token.allowance(moody.vault, moody.adapter) == 0

    def test_on_pledges(self, outside: Outside) -> None:
        """Secured beyond any limit; the debtor's payment repays it."""
        bank, suite = outside.on, outside.on.suite
        asset = suite.circulating()
        bank.pledge(suite.seller, asset, 100 * MINIMUM)
        request = outside.request(
            account=suite.seller.address, amount=60 * MINIMUM, items=(structs.Collateral(False, asset),)
        )
        with reverts("DebtorCap", cap=60 * MINIMUM, wanted=80 * MINIMUM):
            outside.lend(request, signature=outside.signed(request, "seller"))
        bank.terms.setLoanTerms(2, OUTSIDE_TERMS._replace(debtorCap=80_000), sender=suite.officer)
        with reverts("DebtorCap", cap=60 * MINIMUM):  # all of the pool's assets
            outside.lend(request, signature=outside.signed(request, "seller"))
        outside.vault.allocate(80 * MINIMUM, sender=outside.curator)
        loan = outside.lend(request, signature=outside.signed(request, "seller"))
        assert bank.desk.loanOf(loan).secured == 60 * MINIMUM
        suite.pay(asset, 70 * MINIMUM)
        assert bank.desk.loanOf(loan).state == 4
        assert outside.pool.books() == (80 * MINIMUM, 0, 0)


class TestBorrow:
    """Anybody brings the request, the lender is asked."""

    def test_what_the_lender_is_asked(self, moody: Outside) -> None:
        suite, request = moody.on.suite, moody.request()
        receipt = moody.adapter.borrow(request, moody.signed(request), b"mine", sender=suite.carol)
        assert receipt.returned == 1
        kinds = ["address"] * 4 + ["uint256"] * 3 + ["bytes"]
        asked = (moody.adapter, suite.carol, suite.borrower, suite.token)
        assert decode(kinds, moody.vault.asked()) == (
            *(one.address.lower() for one in asked),
            20 * MINIMUM,
            FEE,
            request.maturityDay * DAY,
            b"mine",
        )
        assert receipt.one(events.LentOnRequest).fee == FEE

    @pytest.mark.parametrize("answer", [bytes(32), keccak(text=ACCEPTED)[:31] + b"\0", keccak(text="onLoan")])
    def test_any_other_answer_is_a_no(self, moody: Outside, answer: bytes) -> None:
        moody.vault.setAnswer(answer, sender=moody.on.suite.admin)
        with reverts("LoanNotAccepted", lender=moody.vault.address):
            moody.borrow(moody.request())
        untouched(moody)
        moody.vault.setAnswer(keccak(text=ACCEPTED), sender=moody.on.suite.admin)
        moody.borrow(moody.request())

    def test_a_lender_without_code_cannot_be_asked(self, bank: Bank) -> None:
        suite = bank.suite
        adapter, pool, number = open_adapter(bank, suite.alice)
        suite.token.mint(suite.alice, 20 * MINIMUM, sender=suite.alice)
        suite.token.approve(adapter, 20 * MINIMUM, sender=suite.alice)
        made = Outside(bank, suite.alice, pool, adapter, number, suite.alice)
        request = made.request()
        with reverts("LoanNotAccepted", lender=suite.alice.address):
            made.borrow(request)
        adapter.lend(request, made.signed(request), 0, sender=suite.alice)  # it can lend itself
        assert pool.balanceOf(suite.alice) == 20 * MINIMUM * 10**6

    @pytest.mark.parametrize(
        ("change", "good"),
        [
            ({"amount": 60 * MINIMUM + 1}, {"amount": 60 * MINIMUM}),
            ({"maturityDay": 91}, {"maturityDay": 90}),
        ],
    )
    def test_a_policy_of_its_own(self, outside: Outside, change: dict[str, int], good: dict[str, int]) -> None:
        outside.on.limit("borrower", 60 * MINIMUM)

        def made(values: dict[str, int]) -> structs.LoanRequest:
            today = outside.on.chain.now // DAY
            return outside.request(**{k: v + today if k == "maturityDay" else v for k, v in values.items()})

        with reverts("LoanNotAccepted", lender=outside.vault.address):
            outside.borrow(made(change))
        untouched(outside)
        outside.borrow(made(good))

    def test_its_least_rate_and_its_borrowers(self, outside: Outside) -> None:
        vault, curator, suite = outside.vault, outside.curator, outside.on.suite
        vault.setPolicy(outside.adapter, POLICY._replace(leastBps=901), sender=curator)
        with reverts("LoanNotAccepted"):
            outside.borrow(outside.request())
        vault.setPolicy(outside.adapter, POLICY, sender=curator)
        mine = outside.request(account=suite.seller.address)
        with reverts("LoanNotAccepted"):
            outside.borrow(mine, signature=outside.signed(mine, "seller"))
        untouched(outside)
        outside.borrow(outside.request())

    def test_whoever_else_asks_the_vault_gets_no_approval(self, outside: Outside) -> None:
        suite = outside.on.suite
        other = LenderAdapter.deploy(suite.chain, outside.on.desk, 2, outside.vault, sender=suite.mallory)
        request = outside.request()
        with reverts("NotTheAdapter", caller=other.address):
            other.borrow(request, outside.signed(request), b"", sender=suite.borrower)

    def test_the_borrower_itself_needs_no_signature(self, outside: Outside) -> None:
        outside.borrow(outside.request(), sender=outside.on.suite.borrower, signature=b"")
        assert outside.adapter.isUsed(outside.on.suite.borrower, 1)


class TestSignature:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("amount", 20 * MINIMUM - 1),
            ("mostFee", 2**96 - 2),
            ("maturityDay", 1),
            ("ruleId", 1),
            ("items", (structs.Collateral(False, 7),)),
            ("number", 2),
            ("deadline", 1),
        ],
    )
    def test_holds_for_exactly_this(self, outside: Outside, field: str, value: Any) -> None:
        request = outside.request()
        signature = outside.signed(request)
        if field in ("maturityDay", "deadline"):
            value += getattr(request, field)
        with reverts("InvalidRequest", account=request.account):
            outside.lend(request._replace(**{field: value}), signature=signature)
        with reverts("InvalidRequest"):
            outside.borrow(request._replace(**{field: value}), signature=signature)
        untouched(outside)
        outside.lend(request, signature=signature)

    def test_of_the_account_that_borrows(self, outside: Outside) -> None:
        suite, request = outside.on.suite, outside.request()
        for by in ("seller", "curator", "carol"):
            with reverts("InvalidRequest", account=suite.borrower.address):
                outside.lend(request, signature=outside.signed(request, by))
        for what, bad in spoilt(outside.signed(request)).items():
            with reverts("InvalidRequest"):
                outside.lend(request, signature=bad)
            assert not outside.adapter.isUsed(suite.borrower, 1), what

    def test_for_one_adapter_only(self, outside: Outside) -> None:
        other = open_outside(outside.on)
        other.feed(100 * MINIMUM)
        request = outside.request()
        with reverts("InvalidRequest"):
            other.lend(request, signature=outside.signed(request))
        assert outside.adapter.requestDigest(request) != other.adapter.requestDigest(request)
        other.lend(request)

    def test_items_are_signed_one_by_one(self, outside: Outside) -> None:
        digest = outside.adapter.requestDigest
        one, other = structs.Collateral(False, 1), structs.Collateral(True, 2)
        swapped = structs.Collateral(True, 1), structs.Collateral(False, 2)
        sets = [(), (one,), (one, other), (other, one), swapped]
        assert len({bytes(digest(outside.request(items=items))) for items in sets}) == len(sets)

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_a_contract_signs_as_it_does(self, outside: Outside) -> None:
        bank, suite = outside.on, outside.on.suite
        wallet = ContractWallet.deploy(bank.chain, suite.borrower, sender=suite.borrower)
        enrol_contract(suite, "wallet", wallet, ENTERPRISE)
        bank.limit("wallet", 20 * MINIMUM)
        request = outside.request(account=wallet.address)
        with reverts("InvalidRequest", account=wallet.address):
            outside.lend(request, signature=outside.signed(request, "seller"))
        loan = outside.lend(request, signature=outside.signed(request))
        assert bank.desk.loanOf(loan).account == wallet.address

    def test_is_good_once(self, outside: Outside) -> None:
        suite, request = outside.on.suite, outside.request()
        outside.lend(request)
        with reverts("NumberUsed", account=suite.borrower.address, number=1):
            outside.lend(request)
        with reverts("NumberUsed", number=1):
            outside.borrow(request)
        with reverts("NumberUsed", number=1):
            outside.borrow(request, sender=suite.borrower)
        outside.lend(outside.request(number=2))

    def test_can_be_made_void(self, outside: Outside) -> None:
        suite, request = outside.on.suite, outside.request()
        outside.adapter.cancelRequest(1, sender=suite.seller)  # another's numbers are its own
        outside.adapter.cancelRequest(1, sender=suite.borrower)
        with reverts("NumberUsed", account=suite.borrower.address, number=1):
            outside.adapter.cancelRequest(1, sender=suite.borrower)
        with reverts("NumberUsed", account=suite.borrower.address, number=1):
            outside.lend(request)
        outside.lend(outside.request(number=2))

    def test_until_its_last_second(self, outside: Outside) -> None:
        request = outside.request()
        signature = outside.signed(request)
        outside.on.chain.warp(request.deadline)
        with outside.on.chain.isolated():
            outside.lend(request, signature=signature)
        outside.on.chain.skip(1)
        with reverts("RequestExpired", deadline=request.deadline):
            outside.lend(request, signature=signature)
        with reverts("RequestExpired", deadline=request.deadline):
            outside.borrow(request, outside.on.suite.borrower, signature=b"")


class TestWhatStandsInTheWay:
    def test_the_desks_pause_holds(self, outside: Outside) -> None:
        bank, suite = outside.on, outside.on.suite
        bank.desk.pause(DAY, sender=suite.officer)
        assert outside.adapter.maxLoan(suite.borrower) == 0
        with reverts("Paused"):
            outside.lend(outside.request())
        untouched(outside)

    def test_the_pools_pause_keeps_new_money_out(self, outside: Outside) -> None:
        suite = outside.on.suite
        outside.vault.allocate(20 * MINIMUM, sender=outside.curator)
        outside.pool.pause(DAY, sender=suite.officer)
        with reverts("Paused"):
            outside.lend(outside.request(amount=20 * MINIMUM + 1))
        outside.lend(outside.request())

    def test_a_suspended_lender_lends_nothing_not_even_what_lies_in_its_pool(self, outside: Outside) -> None:
        suite = outside.on.suite
        outside.vault.allocate(40 * MINIMUM, sender=outside.curator)
        suite.registry.suspend(outside.vault, sender=suite.officer)
        assert outside.adapter.maxLoan(suite.borrower) == 0
        with reverts("NotAParticipant", account=outside.vault.address):
            outside.lend(outside.request())
        with reverts("NotAParticipant", account=outside.vault.address):
            outside.borrow(outside.request())
        suite.registry.reinstate(outside.vault, sender=suite.officer)
        outside.lend(outside.request())

    def test_who_waits_to_leave_comes_first(self, moody: Outside) -> None:
        suite, pool, lender = moody.on.suite, moody.pool, moody.vault
        moody.borrow(moody.request())
        assert moody.adapter.maxLoan(suite.borrower) == 30 * MINIMUM
        # While it is asked, the lender queues with shares whose money is lent: what it brings now would pay itself out.
        lender.arm(pool, pool.calldata.requestExit(10**6 * MINIMUM), sender=suite.admin)
        other = moody.request(account=suite.seller.address)
        with reverts("InsufficientCash", available=19 * MINIMUM, wanted=20 * MINIMUM):
            moody.borrow(other, signature=moody.signed(other, "seller"))
        with moody.on.chain.isolated():
            lender.setAnswer(bytes(32), sender=suite.admin)
            lender.onLoan(NOBODY, NOBODY, NOBODY, 0, 0, 0, b"", sender=suite.admin)
            assert (pool.exitsWaiting(), moody.adapter.maxLoan(suite.borrower)) == (10**6 * MINIMUM, 0)
        lender.arm(NOBODY, b"", sender=suite.admin)
        moody.borrow(other, signature=moody.signed(other, "seller"))

    def test_a_day_that_has_begun(self, outside: Outside) -> None:
        today = outside.on.chain.now // DAY
        for day in (0, today - 1, today):
            with reverts("MaturityPassed", day=day):
                outside.lend(outside.request(maturityDay=day))
            with reverts("MaturityPassed", day=day):
                outside.adapter.loanFee(outside.on.suite.token, 1, day)
        with reverts("MaturityOutOfRange", day=today + 121):
            outside.lend(outside.request(maturityDay=today + 121))
        outside.lend(outside.request(maturityDay=today + 1))

    def test_the_desk_does_not_know_the_pool_yet(self, bank: Bank) -> None:
        suite = bank.suite
        adapter = LenderAdapter.deploy(bank.chain, bank.desk, 2, suite.alice, sender=suite.admin)
        made = Outside(bank, suite.alice, bank.pool, adapter, 2, suite.alice)  # type: ignore[arg-type]
        request = made.request()
        for call in (
            lambda: adapter.pool(),
            lambda: adapter.maxLoan(suite.borrower),
            lambda: adapter.loanFee(suite.token, 1, request.maturityDay),
            lambda: adapter.lend(request, made.signed(request), 0, sender=suite.alice),
        ):
            with reverts("NoLoansFrom", poolNumber=2):
                call()
        assert (adapter.desk(), adapter.poolNumber(), adapter.lender()) == (bank.desk.address, 2, suite.alice.address)

    def test_it_lends_from_no_pool_but_its_own(self, outside: Outside) -> None:
        """One that was given the number of another's pool: that pool has another door, or none at all."""
        bank, suite = outside.on, outside.on.suite
        outside.vault.allocate(50 * MINIMUM, sender=outside.curator)
        for number in (1, 2):
            adapter = LenderAdapter.deploy(bank.chain, bank.desk, number, suite.lena, sender=suite.mallory)
            suite.access.grantRole(ROLES["CIRCULATOR"], adapter, 0, sender=suite.admin)
            made = Outside(bank, suite.lena, outside.pool, adapter, number, suite.lena)
            request = made.request()
            with pytest.raises(ContractError) as caught:
                adapter.lend(request, made.signed(request), 0, sender=suite.lena)
            if number == 2:
                assert name_of(caught.value) == "OnlyDoor"
        assert bank.desk.borrowerOf(suite.entities["borrower"]) == ((), 0)

    def test_a_token_that_takes_a_fee(self) -> None:
        bank = open_bank(build(token=FeeToken))
        outside = open_outside(bank)
        suite = bank.suite
        suite.token.mint(outside.vault, 100 * MINIMUM, sender=suite.lena)
        bank.limit("borrower", 50 * MINIMUM)
        with reverts("InexactToken", expected=20 * MINIMUM, received=20 * MINIMUM * 99 // 100):
            outside.lend(outside.request())

    @pytest.mark.parametrize("how", ["lend", "borrow"])
    def test_nobody_gets_in_while_the_lender_is_asked(self, moody: Outside, how: str) -> None:
        suite, again = moody.on.suite, moody.request(number=2)
        signature = moody.signed(again)
        arguments = (again, signature, 0) if how == "lend" else (again, signature, b"")
        moody.vault.arm(moody.adapter, getattr(moody.adapter.calldata, how)(*arguments), sender=suite.admin)
        moody.borrow(moody.request())
        assert not moody.vault.succeeded()
        assert moody.vault.returned() == keccak(text="ReentrancyGuardReentrantCall()")[:4]
        assert not moody.adapter.isUsed(suite.borrower, 2)
        assert moody.on.desk.borrowerOf(suite.entities["borrower"])[0] == (1,)

    def test_money_taken_out_while_the_lender_is_asked_is_not_lent_twice(self, moody: Outside) -> None:
        suite, pool = moody.on.suite, moody.pool
        moody.borrow(moody.request())
        suite.token.mint(suite.borrower, MINIMUM, sender=suite.borrower)
        suite.token.approve(pool, 2**255, sender=suite.borrower)
        moody.on.desk.repay(1, 2**200, sender=suite.borrower)
        assert pool.books()[0] == 20 * MINIMUM
        taken = pool.calldata.withdraw(20 * MINIMUM, moody.vault, moody.vault)
        moody.vault.arm(pool, taken, sender=suite.admin)
        moody.borrow(moody.request(number=2))
        assert moody.vault.succeeded()
        assert pool.books() == (0, 0, 20 * MINIMUM)
        assert suite.token.balanceOf(moody.vault) == 80 * MINIMUM


class TestWhatCouldBeLent:
    def test_fee_to_the_unit(self, outside: Outside) -> None:
        bank, suite, adapter = outside.on, outside.on.suite, outside.adapter
        bank.chain.skip(12_345)
        day = bank.day(60)
        for number, amount in enumerate((MINIMUM, 7 * MINIMUM + 1, 11 * MINIMUM + 999_999), 1):
            fee = adapter.loanFee(suite.token, amount, day)
            loan = outside.lend(outside.request(number=number, amount=amount, maturityDay=day, mostFee=fee), fee)
            with bank.chain.isolated():
                bank.chain.warp(day * DAY)
                assert bank.desk.owedOn(loan) == (0, fee, amount)
        with reverts("OtherToken", token=suite.alice.address, asset=suite.token.address):
            adapter.loanFee(suite.alice, 1, day)

    @pytest.mark.parametrize("allocated", [0, 5 * MINIMUM, 30 * MINIMUM])
    @pytest.mark.parametrize("owed", [0, 10 * MINIMUM])
    @pytest.mark.parametrize(
        ("terms", "limit", "refusal"),
        [
            ({}, 31_234_567_891, "ExceedsLimit"),
            ({"borrowerCap": 33_333}, 10**15, "BorrowerCap"),
            ({"borrowerCapBps": 3_333}, 10**15, "BorrowerCap"),
            ({"borrowerCapBps": 9_000}, 10**15, "BorrowerCap"),
            ({"borrowerCapBps": 10_000}, 10**15, "ERC20InsufficientBalance"),
        ],
    )
    def test_the_most_is_exact_whatever_binds(
        self, moody: Outside, terms: dict[str, int], limit: int, refusal: str, allocated: int, owed: int
    ) -> None:
        bank, suite, adapter, token = moody.on, moody.on.suite, moody.adapter, moody.on.suite.token
        if owed:
            moody.borrow(moody.request(amount=owed, number=5))
        if allocated:
            bank.fund_for(moody.pool, suite.lena, allocated)
            moody.pool.deposit(allocated, moody.vault, sender=suite.lena)
        bank.limit("borrower", limit)
        agreed = OUTSIDE_TERMS._replace(borrowerCap=2**64 - 1)._replace(**terms)
        bank.terms.setLoanTerms(2, agreed, sender=suite.officer)

        def fits(amount: int) -> bool:
            fresh = max(0, amount - allocated)
            part = (owed + allocated + fresh) * agreed.borrowerCapBps // 10_000
            within = owed + amount <= min(part, agreed.borrowerCap * 10**6, limit)
            return within and fresh <= token.balanceOf(moody.vault)

        most = adapter.maxLoan(suite.borrower)
        assert most == 0 or fits(most)
        assert not fits(most + 1)
        if most < MINIMUM:
            with reverts("BorrowerCap"):
                moody.borrow(moody.request(number=77, amount=MINIMUM))
            return
        with reverts(refusal):
            moody.borrow(moody.request(number=77, amount=most + 1))
        moody.borrow(moody.request(number=77, amount=most))

    @pytest.mark.parametrize(
        "why", ["frozen", "suspended", "unknown", "six loans", "overdue", "no new loans", "used up", "not allowed"]
    )
    def test_nothing_where_the_borrower_could_not_draw_at_all(self, moody: Outside, why: str) -> None:
        bank, suite, entity = moody.on, moody.on.suite, moody.on.suite.entities["borrower"]
        who: Any = suite.borrower
        loan = bank.draw(suite.borrower, MINIMUM, days=30)
        assert moody.adapter.maxLoan(who) == 49 * MINIMUM
        match why:
            case "frozen":
                bank.limits.recordDefault(entity, sender=suite.officer)
            case "suspended":
                suite.registry.suspend(suite.borrower, sender=suite.officer)
            case "unknown":
                who = suite.mallory
            case "six loans":
                for _ in range(4):
                    bank.draw(suite.borrower, MINIMUM)
                assert moody.adapter.maxLoan(who) == 45 * MINIMUM
                bank.draw(suite.borrower, MINIMUM)
            case "overdue":
                bank.chain.warp(bank.desk.loanOf(loan).maturity)
                assert moody.adapter.maxLoan(who) == 49 * MINIMUM
                bank.chain.skip(1)
            case "no new loans":
                bank.terms.setLoanTerms(2, OUTSIDE_TERMS._replace(longestDays=0), sender=suite.officer)
            case "used up":
                bank.limit("borrower", MINIMUM)
            case "not allowed":
                moody.vault.allow(suite.token, moody.adapter, 0, sender=suite.admin)
        assert moody.adapter.maxLoan(who) == 0


class TestConduct:
    """A lender that knows the borrower could hand its interest back."""

    @pytest.mark.parametrize("door", [True, False])
    def test_interest_to_one_lender_raises_no_limit_but_delay_counts(self, outside: Outside, door: bool) -> None:
        bank, suite, entity = outside.on, outside.on.suite, outside.on.suite.entities["borrower"]
        pool, number = outside.pool, outside.number
        if not door:
            pool, number = open_closed_pool(bank, "Bare", suite.bank, NOBODY, OUTSIDE_TERMS)
            bank.fund_for(pool, suite.bank, 40 * MINIMUM)
            pool.deposit(40 * MINIMUM, suite.bank, sender=suite.bank)
        assert (pool.lender() != NOBODY, bank.pool.lender()) == (True, NOBODY)

        def lent(request: int) -> int:
            if door:
                return int(outside.lend(outside.request(number=request, maturityDay=bank.day(30))))
            wanted = bank.wanted(20 * MINIMUM, pool=number, days=30)
            return int(bank.desk.draw(wanted, sender=suite.borrower).returned)

        def paid(loan: int, into: Any) -> None:
            bank.fund_for(into, suite.borrower, 30 * MINIMUM)
            bank.desk.repay(loan, 2**200, sender=suite.borrower)

        loan = lent(1)
        bank.chain.skip(30 * DAY)
        paid(loan, pool)
        assert bank.desk.loanOf(loan).state == 4
        assert bank.limits.inTime(entity) == 0
        mine = bank.draw(suite.borrower, 20 * MINIMUM, days=30)
        bank.chain.skip(30 * DAY)
        paid(mine, bank.pool)
        assert bank.limits.inTime(entity) == -(-20 * MINIMUM * 1_200 * 30 // (10_000 * 365))
        late = lent(2)
        bank.chain.skip(30 * DAY + 1)
        paid(late, pool)
        assert bank.limits.late(entity) == 20 * MINIMUM


class TestLosses:
    """A loan that is given up is the loss of who lent it, and of nobody else."""

    def test_each_pool_bears_its_own(self, outside: Outside) -> None:
        bank, suite = outside.on, outside.on.suite
        mine = bank.draw(suite.seller, 30 * MINIMUM, days=30)
        theirs = outside.lend(outside.request(maturityDay=bank.day(30)))
        days = 30 + 5 + max(OUTSIDE_TERMS.defaultDays, bank.terms.loanTerms(1).defaultDays)
        bank.chain.skip(days * DAY)
        before = bank.pool.totalAssets(), bank.pool.unrealizedLosses()
        bank.desk.declareDefault(theirs, sender=suite.carol)
        bank.desk.writeOff(theirs, sender=suite.officer)
        assert (bank.pool.totalAssets(), bank.pool.unrealizedLosses()) == before
        assert (outside.pool.totalAssets(), outside.vault.totalAssets()) == (0, 80 * MINIMUM)
        bank.desk.declareDefault(mine, sender=suite.carol)
        bank.desk.writeOff(mine, sender=suite.officer)
        assert bank.pool.totalAssets() == 270 * MINIMUM
        # What comes in after all is the outside lender's alone.
        bank.fund_for(outside.pool, suite.carol, 5 * MINIMUM)
        bank.desk.repay(theirs, 5 * MINIMUM, sender=suite.carol)
        bank.chain.skip(30 * DAY)
        assert (outside.pool.totalAssets(), bank.pool.totalAssets()) == (5 * MINIMUM, 270 * MINIMUM)


def test_a_token_that_calls_back_finds_the_door_closed() -> None:
    """The borrower is called while it is paid: it asks for the next loan, and draws past the door."""
    bank = open_bank(build(token=ReentrantToken))
    outside = open_outside(bank)
    suite = bank.suite
    suite.token.mint(outside.vault, 100 * MINIMUM, sender=suite.lena)
    bank.limit("borrower", 50 * MINIMUM)
    second = outside.request(number=2)
    outside.vault.allocate(60 * MINIMUM, sender=outside.curator)
    calls: list[tuple[Any, bytes]] = [
        (outside.adapter, outside.adapter.calldata.borrow(second, outside.signed(second), b"")),
        (bank.desk, bank.desk.calldata.draw(bank.wanted(MINIMUM, pool=2))),
        (outside.pool, outside.pool.calldata.redeem(1, suite.borrower, suite.borrower)),
    ]
    for target, payload in calls:
        with bank.chain.isolated():
            suite.token.arm(target, payload, sender=suite.mallory)
            with reverts("ReentrancyGuardReentrantCall"):
                outside.lend(outside.request())
    outside.lend(outside.request())
