"""CreditDesk: default, the sale of pledges, what is left over, what is given up."""

import pytest

from caldera.contracts import BlacklistToken, ContractWallet, HostileReceiver, events, structs
from tests.support.lending import GRACE_DAYS, TERMS, Bank, enrol_contract, open_bank
from tests.support.suite import BANK, DAY, FACTOR, MINIMUM, build, reverts
from tests.support.yard import open_yard

DEFAULT_DAY = 30 + GRACE_DAYS + TERMS.defaultDays
# Fee 2%, interest for 60 days 789.041095 89…, principal.
FEE, INTEREST, PRINCIPAL = 800_000_000, 789_041_096, 40 * MINIMUM
OWED = FEE + INTEREST + PRINCIPAL


@pytest.fixture
def asset(bank: Bank) -> int:
    """100,000.00, half of it pledged for loan 1 of 40,000.00 to the seller until day 30; due only after a year."""
    made = bank.suite.circulating(dueDate=bank.chain.now + 365 * DAY)
    bank.pledge(bank.suite.seller, made, 50 * MINIMUM)
    bank.draw(bank.suite.seller, PRINCIPAL, (made,), days=30)
    return made


def default(bank: Bank, loan: int = 1) -> None:
    """Waits for the default day and declares it."""
    bank.chain.skip(DEFAULT_DAY * DAY)
    bank.desk.declareDefault(loan, sender=bank.suite.stranger)


class TestDeclaring:
    """By anyone, from the first second after grace and default days."""

    def test_not_a_second_early(self, bank: Bank, asset: int) -> None:
        suite, entity = bank.suite, bank.suite.entities["seller"]
        bank.chain.skip(DEFAULT_DAY * DAY - 1)
        with reverts("DefaultTooEarly", loan=1, from_=bank.chain.now + 1):
            bank.desk.declareDefault(1, sender=suite.stranger)
        bank.chain.skip(1)
        assert bank.desk.owedOn(1) == (FEE, INTEREST, PRINCIPAL)
        receipt = bank.desk.declareDefault(1, sender=suite.stranger)
        where = bank.desk.address
        assert receipt.one(events.BecameLate) == events.BecameLate(1, PRINCIPAL, emitter=where)
        assert receipt.one(events.Defaulted) == events.Defaulted(1, OWED, emitter=where)
        facts = bank.desk.loanOf(1)
        assert (facts.state, facts.defaultedAt, facts.late) == (2, bank.chain.now, True)
        assert bank.limits.isFrozen(entity)
        with reverts("WrongLoanState", loan=1, state=2):
            bank.desk.declareDefault(1, sender=suite.stranger)
        with reverts("WrongLoanState", loan=1, state=2):
            bank.desk.markLate(1, sender=suite.stranger)
        with reverts("CreditFrozen", entity=entity):
            bank.draw(suite.seller2, MINIMUM)

    def test_a_loan_in_default_earns_nothing_more(self, bank: Bank, asset: int) -> None:
        default(bank)
        bank.chain.skip(400 * DAY)
        assert bank.desk.owedOn(1) == (FEE, INTEREST, PRINCIPAL)

    def test_it_can_still_be_repaid(self, bank: Bank, asset: int) -> None:
        suite = bank.suite
        default(bank)
        bank.fund(suite.seller, OWED)
        part = bank.desk.repay(1, FEE + INTEREST + 1, sender=suite.seller)
        assert part.one(events.Recovered) == events.Recovered(
            1, suite.seller.address, FEE, INTEREST, 1, emitter=bank.desk.address
        )
        assert not part.all(events.Repaid)
        bank.desk.repay(1, 10**15, sender=suite.seller)
        assert bank.desk.loanOf(1).state == 4
        assert suite.ledger.lienOf(asset, suite.seller, bank.desk) == 0
        assert bank.limits.inTime(suite.entities["seller"]) == 0

    def test_the_debtor_can_still_pay(self, bank: Bank, asset: int) -> None:
        default(bank)
        bank.suite.pay(asset, 100 * MINIMUM)
        assert bank.desk.loanOf(1).state == 4
        assert bank.suite.module.claimable(asset, bank.suite.seller) == 100 * MINIMUM - OWED


class TestBuying:
    """A falling price, by the second: the whole value at first, a fifth of it after ten days and for ever."""

    def test_the_price_at_its_start_in_the_middle_at_the_end_and_beyond(self, bank: Bank, asset: int) -> None:
        default(bank)
        prices = []
        for wait in (0, 1, 5 * DAY - 1, 5 * DAY - 1, 1, 300 * DAY):
            bank.chain.skip(wait)
            prices.append(bank.desk.priceOf(1, 0, 50 * MINIMUM))
        # 40,000.00 fall in 864,000 seconds: 46,296.29… a second.
        assert prices == [
            50 * MINIMUM,
            50 * MINIMUM - 46_296,
            30 * MINIMUM,
            10 * MINIMUM + 46_297,
            10 * MINIMUM,
            10 * MINIMUM,
        ]

    def test_what_is_paid_beyond_the_debt_waits_for_the_borrower(self, bank: Bank, asset: int) -> None:
        suite, surplus = bank.suite, 50 * MINIMUM - OWED
        default(bank)
        bank.fund(suite.alice, 50 * MINIMUM)
        receipt = bank.desk.buy(1, 0, 50 * MINIMUM, 50 * MINIMUM, sender=suite.alice)
        assert receipt.returned == 50 * MINIMUM
        assert receipt.one(events.UnitsSold) == events.UnitsSold(
            1, suite.alice.address, suite.ledger.address, asset, 50 * MINIMUM, 50 * MINIMUM, emitter=bank.desk.address
        )
        assert receipt.one(events.Recovered) == events.Recovered(
            1, suite.alice.address, FEE, INTEREST, PRINCIPAL, emitter=bank.desk.address
        )
        assert receipt.one(events.SurplusHeld) == events.SurplusHeld(
            suite.seller.address, surplus, emitter=bank.pool.address
        )
        assert receipt.all(events.LoanClosed)
        assert suite.ledger.balanceOf(suite.alice, asset) == 50 * MINIMUM
        assert bank.pool.heldFor(suite.seller) == surplus
        assert bank.pool.books() == (260 * MINIMUM + OWED, surplus, 0)
        bank.pool.payHeld(suite.seller, sender=suite.stranger)
        assert suite.token.balanceOf(suite.seller) == PRINCIPAL + surplus
        assert bank.desk.exposureOf(1, suite.entities["buyer"]) == (0, 0)

    def test_in_parts_and_the_rest_goes_back_once_the_debt_is_paid(self, bank: Bank, asset: int) -> None:
        """After five days 25,000.00 cost 15,000.00."""
        suite = bank.suite
        default(bank)
        bank.chain.skip(5 * DAY)
        bank.fund(suite.alice, 60 * MINIMUM)
        bank.desk.buy(1, 0, 25 * MINIMUM, 15 * MINIMUM, sender=suite.alice)
        assert bank.desk.owedOn(1) == (0, 0, OWED - 15 * MINIMUM)
        assert bank.desk.itemsOf(1)[1] == (25 * MINIMUM,)
        bank.repay(1, 20 * MINIMUM, suite.seller)
        left = OWED - 35 * MINIMUM
        receipt = bank.desk.buy(1, 0, 20 * MINIMUM, 12 * MINIMUM, sender=suite.alice)
        assert receipt.one(events.SurplusHeld).amount == 12 * MINIMUM - left
        assert receipt.one(events.UnitsReleased).units == 5 * MINIMUM
        assert suite.ledger.holdingOf(asset, suite.seller) == (55 * MINIMUM, 0, 0)

    def test_exactly_the_debt_leaves_no_surplus(self, bank: Bank, asset: int) -> None:
        suite = bank.suite
        default(bank)
        bank.fund(suite.alice, 60 * MINIMUM)
        receipt = bank.desk.buy(1, 0, OWED, OWED, sender=suite.alice)
        assert receipt.all(events.LoanClosed)
        assert not receipt.all(events.SurplusHeld)
        with reverts("NoSurplus"):
            bank.pool.payHeld(suite.seller, sender=suite.seller)

    def test_what_the_debtor_paid_meanwhile_is_not_paid_for(self, bank: Bank, asset: int) -> None:
        """40,000.00 of 100,000.00 are paid: 50,000.00 units are worth 30,000.00."""
        suite = bank.suite
        default(bank)
        suite.pay(asset, 40 * MINIMUM)
        assert bank.desk.owedOn(1) == (0, 0, OWED - 20 * MINIMUM)
        assert bank.desk.priceOf(1, 0, 50 * MINIMUM) == 30 * MINIMUM
        bank.fund(suite.alice, 30 * MINIMUM)
        bank.desk.buy(1, 0, 50 * MINIMUM, 30 * MINIMUM, sender=suite.alice)
        assert bank.desk.loanOf(1).state == 4
        suite.pay(asset, 60 * MINIMUM)
        assert suite.module.claimable(asset, suite.alice) == 30 * MINIMUM

    def test_who_and_what(self, bank: Bank, asset: int) -> None:
        suite, desk = bank.suite, bank.desk
        units = 50 * MINIMUM
        for call in (
            lambda: desk.buy(1, 0, units, units, sender=suite.alice),
            lambda: desk.priceOf(1, 0, units),
        ):
            with reverts("WrongLoanState", loan=1, state=1):
                call()
        default(bank)
        for who in (suite.alice, suite.seller2, suite.carol, suite.stranger):
            bank.fund(who, units)
        with reverts("UnknownItem", loan=1, index=1):
            desk.buy(1, 1, units, units, sender=suite.alice)
        with reverts("UnknownItem", loan=1, index=1):
            desk.priceOf(1, 1, units)
        with reverts("OwnPledge", loan=1):
            desk.buy(1, 0, units, units, sender=suite.seller2)
        with reverts("PriceAbove", price=units, most=units - 1):
            desk.buy(1, 0, units, units - 1, sender=suite.alice)
        with reverts("OutsideScope", account=suite.carol.address):
            desk.buy(1, 0, units, units, sender=suite.carol)
        with reverts("ERC7943CannotReceive"):
            desk.buy(1, 0, units, units, sender=suite.stranger)
        with reverts("InsufficientLien", pledged=units, needed=units + 1):
            desk.buy(1, 0, units + 1, 2 * units, sender=suite.alice)
        with reverts("NoKnownValue", id=asset):
            desk.buy(1, 0, 0, 0, sender=suite.alice)
        desk.buy(1, 0, units, units, sender=suite.alice)
        with reverts("WrongLoanState", loan=1, state=4):
            desk.buy(1, 0, units, units, sender=suite.alice)

    def test_a_contract_buys_for_itself(self, bank: Bank, asset: int) -> None:
        """And not for the account that made it act."""
        suite, desk, keeper = bank.suite, bank.desk, bank.suite.stranger
        wallet = ContractWallet.deploy(bank.chain, keeper, sender=keeper)
        enrol_contract(suite, "wallet", wallet, FACTOR)
        default(bank)
        units = 50 * MINIMUM
        suite.token.mint(wallet, units, sender=keeper)
        wallet.act(suite.token, suite.token.calldata.approve(bank.pool, units), sender=keeper)
        receipt = wallet.act(desk, desk.calldata.buy(1, 0, units, units), sender=keeper)
        (sold,) = receipt.all(events.UnitsSold)
        assert (sold.buyer, sold.units, sold.price) == (wallet.address, units, units)
        assert suite.ledger.balanceOf(wallet, asset) == units
        assert suite.token.balanceOf(wallet) == 0

    def test_a_buyer_that_calls_back_before_it_paid_gets_nowhere(self, bank: Bank, asset: int) -> None:
        suite, desk, pool = bank.suite, bank.desk, bank.pool
        buyer = HostileReceiver.deploy(bank.chain, sender=suite.mallory)
        entity = suite.registry.createEntity(b"\5" * 32, sender=suite.officer).returned
        suite.registry.enrol(buyer, entity, bank.chain.now + 900 * DAY, 1, FACTOR, sender=suite.officer)
        default(bank)
        suite.token.mint(buyer, 50 * MINIMUM, sender=suite.mallory)
        buyer.act(suite.token, suite.token.calldata.approve(pool, 2**255), sender=suite.mallory)
        tries = (
            desk.calldata.buy(1, 0, MINIMUM, MINIMUM),
            desk.calldata.repay(1, 1),
            desk.calldata.collect(1),
            desk.calldata.takeBack(structs.Collateral(False, asset)),
            desk.calldata.declareDefault(1),
        )
        for data in tries:
            buyer.plan(desk, data, sender=suite.mallory)
        buyer.plan(suite.module, suite.module.calldata.claim(asset, buyer), sender=suite.mallory)
        buyer.watch(pool, pool.calldata.totalAssets(), sender=suite.mallory)
        worth = pool.totalAssets()
        buyer.act(desk, desk.calldata.buy(1, 0, 50 * MINIMUM, 50 * MINIMUM), sender=suite.mallory)
        assert [outcome.succeeded for outcome in buyer.outcomes()] == [False] * 6
        assert int.from_bytes(buyer.seen()[0]) == worth
        assert suite.token.balanceOf(buyer) == 0
        assert bank.desk.loanOf(1).state == 4

    def test_a_debtor_who_pays_while_pledges_are_sold_pays_all_the_same(self, bank: Bank, asset: int) -> None:
        """The buyer is called in the middle of the sale and pays the receivable: the desk does not listen then."""
        suite, desk = bank.suite, bank.desk
        buyer = HostileReceiver.deploy(bank.chain, sender=suite.mallory)
        entity = suite.registry.createEntity(b"\5" * 32, sender=suite.officer).returned
        suite.registry.enrol(buyer, entity, bank.chain.now + 900 * DAY, 1, FACTOR, sender=suite.officer)
        default(bank)
        suite.token.mint(buyer, 60 * MINIMUM, sender=suite.mallory)
        for spender in (bank.pool, suite.module):
            buyer.act(suite.token, suite.token.calldata.approve(spender, 2**255), sender=suite.mallory)
        buyer.plan(suite.module, suite.module.calldata.pay(asset, 10 * MINIMUM), sender=suite.mallory)
        receipt = buyer.act(desk, desk.calldata.buy(1, 0, 30 * MINIMUM, 30 * MINIMUM), sender=suite.mallory)
        assert receipt.one(events.ListenerFailed).listener == desk.address
        assert suite.module.receivable(asset).paid == 10 * MINIMUM
        # A fifth of the units still stands under the lien, and so does a fifth of the payment.
        assert sum(desk.owedOn(1)) == OWED - 30 * MINIMUM
        assert desk.collect(1, sender=suite.stranger).returned == 2 * MINIMUM
        assert sum(desk.owedOn(1)) == OWED - 32 * MINIMUM

    def test_frozen_units_are_not_sold(self, bank: Bank, asset: int) -> None:
        suite = bank.suite
        default(bank)
        bank.fund(suite.alice, 50 * MINIMUM)
        suite.ledger.setFrozenTokens(suite.seller, asset, 50 * MINIMUM + 1, sender=suite.officer)
        with reverts("ERC7943InsufficientUnfrozenBalance"):
            bank.desk.buy(1, 0, 50 * MINIMUM, 50 * MINIMUM, sender=suite.alice)
        suite.ledger.setFrozenTokens(suite.seller, asset, 50 * MINIMUM, sender=suite.officer)
        bank.desk.buy(1, 0, 50 * MINIMUM, 50 * MINIMUM, sender=suite.alice)

    def test_a_blacklisted_borrower_loses_no_surplus(self) -> None:
        bank = open_bank(build(token=BlacklistToken))
        suite = bank.suite
        bank.lend(suite.lena, 300 * MINIMUM)
        made = suite.circulating(dueDate=bank.chain.now + 365 * DAY)
        bank.pledge(suite.seller, made, 50 * MINIMUM)
        bank.draw(suite.seller, PRINCIPAL, (made,), days=30)
        default(bank)
        suite.token.setBlacklisted(suite.seller, True, sender=suite.officer)
        bank.fund(suite.alice, 50 * MINIMUM)
        bank.desk.buy(1, 0, 50 * MINIMUM, 50 * MINIMUM, sender=suite.alice)
        held = bank.pool.heldFor(suite.seller)
        assert held > 8 * MINIMUM
        with reverts("Blacklisted", account=suite.seller.address):
            bank.pool.payHeld(suite.seller, sender=suite.alice)
        assert bank.pool.heldFor(suite.seller) == held
        suite.token.setBlacklisted(suite.seller, False, sender=suite.officer)
        assert bank.pool.payHeld(suite.seller, sender=suite.alice).returned == held

    def test_a_title_is_sold_in_the_loans_currency(self, bank: Bank) -> None:
        """Worth USD 50,000.00 at a rate that is 1 then and 2 at the sale: 25,000.00."""
        suite, yard = bank.suite, open_yard(bank)
        title = yard.title(suite.seller, 50 * MINIMUM, days=10)
        bank.rights.pledge(suite.seller, bank.desk, title, 1, sender=suite.seller)
        wanted = bank.wanted(20 * MINIMUM, days=30)._replace(items=(structs.Collateral(True, title),))
        bank.desk.draw(wanted, sender=suite.seller)
        default(bank)  # the valuation is stale by then; it is the last one all the same
        suite.registry.sync(bank.rights, [suite.alice], sender=suite.admin)
        suite.registry.setFacts(suite.alice, bank.chain.now + DAY, 1, BANK, sender=suite.officer)
        suite.standard.setRate(1, 2 * 10**18, sender=suite.officer)
        assert bank.desk.priceOf(1, 0, 1) == 25 * MINIMUM
        bank.fund(suite.alice, 25 * MINIMUM)
        bank.desk.buy(1, 0, 1, 25 * MINIMUM, sender=suite.alice)
        assert bank.rights.ownerOf(title) == suite.alice.address
        assert bank.desk.loanOf(1).state == 4


class TestWritingOff:
    """The loss is the pool's from then on; debt and pledges remain."""

    def test_who_and_when(self, bank: Bank, asset: int) -> None:
        suite, entity = bank.suite, bank.suite.entities["seller"]
        with reverts("WrongLoanState", loan=1, state=1):
            bank.desk.writeOff(1, sender=suite.officer)
        default(bank)
        with reverts("AccessManagedUnauthorized", caller=suite.seller.address):
            bank.desk.writeOff(1, sender=suite.seller)
        receipt = bank.desk.writeOff(1, sender=suite.officer)
        assert receipt.one(events.WrittenOff) == events.WrittenOff(1, PRINCIPAL, emitter=bank.desk.address)
        assert bank.desk.loanOf(1).state == 3
        assert bank.desk.borrowerOf(entity) == ((), 0)
        assert bank.desk.exposureOf(1, entity) == (0, 0)
        assert bank.limits.fundShareOf(entity) == 0
        assert bank.pool.books() == (260 * MINIMUM, 0, 0)
        assert bank.desk.owedOn(1) == (FEE, INTEREST, PRINCIPAL)
        assert suite.ledger.lienOf(asset, suite.seller, bank.desk) == 50 * MINIMUM
        with reverts("WrongLoanState", loan=1, state=3):
            bank.desk.writeOff(1, sender=suite.officer)

    def test_what_it_still_brings_is_earned_over_thirty_days(self, bank: Bank, asset: int) -> None:
        suite, pool = bank.suite, bank.pool
        default(bank)
        bank.desk.writeOff(1, sender=suite.officer)
        bank.fund(suite.alice, 10 * MINIMUM)
        bank.chain.skip(10 * DAY)
        receipt = bank.desk.buy(1, 0, 30 * MINIMUM, 6 * MINIMUM, sender=suite.alice)
        assert receipt.one(events.Recovered) == events.Recovered(
            1, suite.alice.address, FEE, INTEREST, 6 * MINIMUM - FEE - INTEREST, emitter=bank.desk.address
        )
        end = bank.chain.now + 30 * DAY
        assert receipt.one(events.GainSpread) == events.GainSpread(6 * MINIMUM, end, emitter=pool.address)
        assert (pool.totalAssets(), pool.unearned()) == (260 * MINIMUM, 6 * MINIMUM)
        suite.pay(asset, 100 * MINIMUM)  # 20,000.00 units are left under the lien
        left = OWED - 26 * MINIMUM
        assert sum(bank.desk.owedOn(1)) == left
        bank.repay(1, left, suite.seller)
        assert bank.desk.loanOf(1).state == 4
        assert bank.desk.borrowerOf(suite.entities["seller"]) == ((), 0)
        bank.chain.skip(30 * DAY)
        assert (pool.totalAssets(), pool.unearned()) == (260 * MINIMUM + OWED, 0)

    def test_limits_come_back_with_the_loan_given_up(self, bank: Bank) -> None:
        suite, entity = bank.suite, bank.suite.entities["borrower"]
        bank.draw(suite.borrower, 50 * MINIMUM, days=30)
        default(bank)
        assert bank.desk.borrowerOf(entity) == ((1,), 50 * MINIMUM)
        bank.desk.writeOff(1, sender=suite.officer)
        assert bank.desk.borrowerOf(entity) == ((), 0)
        bank.repay(1, 10 * MINIMUM, suite.borrower)
        assert bank.desk.borrowerOf(entity) == ((), 0)
        assert bank.pool.books()[2] == 0
