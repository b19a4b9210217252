"""Recourse: what the seller owes when the debtor does not pay, and what becomes of the units."""

from collections.abc import Iterator

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import (
    BlacklistToken,
    HostileReceiver,
    ReentrantToken,
    SilentToken,
    ThriftyCaller,
    events,
    structs,
)
from tests.support.factoring import (
    CLAIMED,
    DEFAULTED,
    ENDED,
    OPEN,
    PLENTY,
    SETTLED,
    SETTLEMENT_DAYS,
    WAIVED,
    Desk,
    build,
)
from tests.support.suite import DAY, ENTERPRISE, EU, FACTOR, MINIMUM, NOBODY, YEAR, reverts

PRICE = 48_500_000_000
"""Of 50 minimum units at 97%."""
NEVER = 99


@pytest.fixture(scope="module")
def _desk() -> Desk:
    return build()


@pytest.fixture
def desk(_desk: Desk) -> Iterator[Desk]:
    with _desk.suite.chain.isolated():
        yield _desk


def state(desk: Desk, number: int) -> int:
    return desk.recourse.recourseOf(number).state


class TestOpening:
    """Units sold with recourse are the factor's, and stay where they are."""

    def test_it_is_kept_with_what_was_sold(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        suite.pay(asset, 10 * MINIMUM)
        quote = desk.quote(asset, recourse=True)
        receipt = desk.fill(quote)
        sold = receipt.one(events.Factored)
        opened = receipt.one(events.RecourseOpened)
        assert sold.recourse == opened.recourse == 1
        assert (opened.id, opened.factor, opened.seller) == (asset, suite.alice.address, suite.seller.address)
        assert (opened.units, opened.price, opened.owed) == (50 * MINIMUM, PRICE, 90 * MINIMUM)
        assert desk.recourse.recourseOf(1) == structs.RecourseSale(
            suite.alice.address,
            suite.entities["seller"],
            0,
            OPEN,
            50 * MINIMUM,
            PRICE,
            suite.entities["alice"],
            1,
            False,
            suite.seller.address,
            90 * MINIMUM,
            asset,
        )
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 50 * MINIMUM
        assert desk.recourse.recourseCount() == 1

    def test_without_recourse_there_is_none(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        receipt = desk.fill(desk.quote(asset))
        sold = receipt.one(events.Factored)
        assert sold.recourse == desk.recourse.recourseCount() == 0
        assert desk.suite.ledger.lienOf(asset, desk.suite.alice, desk.recourse) == 0

    def test_units_under_recourse_are_neither_sold_on_nor_pledged(self, desk: Desk) -> None:
        """Nobody can sell them dear, buy them back for nothing when the debtor fails, and claim the price."""
        suite, asset = desk.suite, desk.suite.circulating()
        desk.sell(asset, 50 * MINIMUM)
        with reverts("PledgedUnits", free=0):
            suite.send(suite.alice, suite.bank, asset, MINIMUM)
        with reverts("PledgedUnits", free=0):
            suite.ledger.pledge(suite.alice, suite.bank, asset, MINIMUM, sender=suite.alice)

    def test_too_few_to_go_back(self, desk: Desk) -> None:
        """The seller may have none left: what goes back must be a position of its own."""
        suite, asset = desk.suite, desk.suite.circulating()
        suite.send(suite.seller, suite.alice, asset, 10 * MINIMUM)
        with desk.unchanged(asset), reverts("RecourseTooSmall", units=MINIMUM - 1, minimum=MINIMUM):
            desk.sell(asset, MINIMUM - 1)
        desk.sell(asset, MINIMUM)

    def test_the_factor_must_let_it_have_a_lien(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        suite.ledger.setApprovalForAll(desk.recourse, False, sender=suite.alice)
        with desk.unchanged(asset), reverts("LienNotApproved", factor=suite.alice.address):
            desk.sell(asset, 50 * MINIMUM)
        suite.ledger.setApprovalForAll(desk.recourse, True, sender=suite.alice)
        desk.sell(asset, 50 * MINIMUM)

    def test_the_contract_must_be_enrolled(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        facts = suite.registry.participant(desk.recourse)
        suite.registry.suspend(desk.recourse, sender=suite.officer)
        with desk.unchanged(asset), reverts("RecourseUnavailable", id=asset):
            desk.sell(asset, 50 * MINIMUM)
        suite.registry.reinstate(desk.recourse, sender=suite.officer)
        suite.registry.setFacts(desk.recourse, facts.expires, 2, FACTOR, sender=suite.officer)
        with reverts("RecourseUnavailable", id=asset):
            desk.sell(asset, 50 * MINIMUM)
        suite.registry.setFacts(desk.recourse, facts.expires, EU, FACTOR, sender=suite.officer)
        desk.sell(asset, 50 * MINIMUM)

    def test_only_lenders_open_one(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        desk.sell(asset, 50 * MINIMUM)
        facts = desk.recourse.recourseOf(1)
        for caller in (suite.mallory, suite.alice, suite.seller):
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                desk.recourse.open(facts, sender=caller)

    def test_what_is_said_of_state_and_deadline_does_not_count(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        desk.sell(asset, 50 * MINIMUM)
        suite.send(suite.seller, suite.alice, asset, 50 * MINIMUM)
        facts = desk.recourse.recourseOf(1)._replace(state=CLAIMED, deadline=1, late=True)
        second = desk.recourse.open(facts, sender=suite.officer).returned
        assert second == 2
        assert desk.recourse.recourseOf(2) == desk.recourse.recourseOf(1)
        assert state(desk, 2) == OPEN


class TestClaiming:
    """In default the seller owes the price of what is unpaid."""

    def test_only_in_default(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        due = suite.module.receivable(asset).dueDate
        for second, stands in ((suite.chain.now, 2), (due + 1, 3), (due + 30 * DAY + 1, 3)):
            suite.chain.warp(second)
            with reverts("NotInDefault", id=asset, state=stands):
                desk.recourse.claim(number, sender=suite.alice)
        suite.module.declareDefault(asset, sender=suite.stranger)
        desk.recourse.claim(number, sender=suite.alice)

    def test_a_written_off_receivable_is_in_default(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        desk.default(asset)
        suite.module.writeOff(asset, sender=suite.officer)
        desk.recourse.claim(number, sender=suite.alice)
        assert desk.settle(number) == PRICE

    def test_the_delay_is_told_at_once(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        desk.default(asset)
        receipt = desk.recourse.claim(number, sender=suite.alice)
        told = receipt.one(events.RecourseClaimed)
        deadline = suite.chain.now + SETTLEMENT_DAYS * DAY
        assert (told.recourse, told.id, told.sellerEntity) == (number, asset, suite.entities["seller"])
        assert (told.amount, told.amountUsd, told.deadline) == (PRICE, PRICE, deadline)
        assert desk.recourse.recourseOf(number).deadline == deadline
        assert desk.conduct.lateUsd(suite.entities["seller"]) == PRICE
        assert desk.conduct.lates(suite.entities["seller"]) == 1
        assert desk.conduct.defaults(suite.entities["seller"]) == 0
        assert desk.conduct.lates(suite.entities["alice"]) == 0

    def test_nobody_claims_twice(self, desk: Desk) -> None:
        _, number = desk.claimed()
        with reverts("WrongRecourseState", recourse=number, state=CLAIMED):
            desk.recourse.claim(number, sender=desk.suite.alice)

    def test_only_the_factors_entity_claims(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        desk.default(asset)
        for caller in (suite.bank, suite.seller, suite.mallory):
            with reverts("NotTheFactor", recourse=number, caller=caller.address):
                desk.recourse.claim(number, sender=caller)
        suite.registry.suspend(suite.alice2, sender=suite.officer)
        with reverts("NotActive", account=suite.alice2.address):
            desk.recourse.claim(number, sender=suite.alice2)
        suite.registry.reinstate(suite.alice2, sender=suite.officer)
        desk.recourse.claim(number, sender=suite.alice2)
        assert state(desk, number) == CLAIMED

    def test_nobody_claims_what_it_could_not_deliver(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        desk.default(asset)
        suite.ledger.setFrozenTokens(suite.alice, asset, 1, sender=suite.officer)
        with reverts("NotDeliverable", recourse=number):
            desk.recourse.claim(number, sender=suite.alice)
        assert desk.conduct.lates(suite.entities["seller"]) == 0
        suite.ledger.setFrozenTokens(suite.alice, asset, 0, sender=suite.officer)
        desk.recourse.claim(number, sender=suite.alice)

    def test_no_recourse_without_a_number(self, desk: Desk) -> None:
        for number in (0, NEVER):
            for call in (
                lambda number: desk.recourse.claim(number, sender=desk.suite.alice),
                lambda number: desk.recourse.settle(number, desk.suite.seller, PLENTY, sender=desk.suite.seller),
                lambda number: desk.recourse.reportDefault(number, sender=desk.suite.alice),
                lambda number: desk.recourse.waive(number, sender=desk.suite.alice),
                lambda number: desk.recourse.end(number, sender=desk.suite.alice),
                lambda number: desk.recourse.collect(number, sender=desk.suite.alice),
                desk.recourse.dueOn,
            ):
                with reverts("WrongRecourseState", recourse=number, state=0):
                    call(number)

    def test_what_was_paid_before_the_sale_is_no_part_of_it(self, desk: Desk) -> None:
        """The price was for what was owed then: 60 of 100."""
        suite, asset = desk.suite, desk.suite.circulating()
        suite.pay(asset, 40 * MINIMUM)
        number = desk.sell(asset, 50 * MINIMUM, price=29 * MINIMUM)
        suite.pay(asset, 20 * MINIMUM)
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        amount, proceeds = desk.recourse.dueOn(number)
        assert (amount, proceeds) == (29 * MINIMUM * 40 // 60, 10 * MINIMUM)

    def test_the_amount_is_rounded_down(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM, price=49 * MINIMUM)
        desk.default(asset)
        suite.pay(asset, 1)
        assert desk.recourse.dueOn(number)[0] == 49 * MINIMUM - 1  # 48,999,999,999.51
        suite.pay(asset, 100 * MINIMUM - 3)
        assert desk.recourse.dueOn(number)[0] == 0  # 0.98
        with reverts("NothingDue", recourse=number):
            desk.recourse.claim(number, sender=suite.alice)

    @pytest.mark.parametrize(
        ("decimals", "rate", "usd"), [(18, 3 * 10**18 // 2, 1), (6, 3 * 10**18 // 2, 728), (0, 10**18, 485 * 10**6)]
    )
    def test_dollars_are_rounded_up(self, decimals: int, rate: int, usd: int) -> None:
        """485 of the smallest units, owed by the seller."""
        desk = build(decimals=decimals)
        suite = desk.suite
        suite.standard.setRate(1, rate, sender=suite.officer)
        rules = structs.Rules(1, 0, 30, 0, 0b111111, 1, EU, FACTOR | ENTERPRISE)
        rule = suite.standard.publish(b"small".ljust(32, b"\0"), rules, sender=suite.officer).returned
        asset = suite.circulating(face=1000, ruleId=rule)
        desk.money(suite.alice, 10**6)
        number = desk.sell(asset, 1000, price=485)
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        assert desk.recourse.dueOn(number)[0] == 485
        assert desk.conduct.lateUsd(suite.entities["seller"]) == usd

    def test_a_stale_rate_holds_up_no_claim(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        usd = 10**18
        suite.standard.setRateSource(1, NOBODY, usd // 2, usd * 2, 60, sender=suite.officer)
        desk.default(asset)
        with reverts("StaleRate"):
            suite.create(number="INV-2", dueDate=suite.chain.now + DAY, issueDay=suite.today)
        desk.recourse.claim(number, sender=suite.alice)
        assert desk.conduct.lateUsd(suite.entities["seller"]) == PRICE


class TestSettling:
    """Money for units, both or nothing."""

    def test_the_seller_pays_and_has_its_units_back(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        desk.money(suite.seller, PRICE)
        before = desk.book(asset)
        receipt = desk.recourse.settle(number, suite.seller, PRICE, sender=suite.seller)
        after = desk.book(asset)
        assert receipt.returned == PRICE
        for change, side in ((-1, "seller"), (1, "alice")):
            assert after.money[side] - before.money[side] == change * PRICE
            assert before.units[side] - after.units[side] == change * 50 * MINIMUM
        assert after.money["recourse"] == after.units["recourse"] == 0
        told = receipt.one(events.RecourseSettled)
        assert (told.recourse, told.id, told.to, told.payer) == (
            number,
            asset,
            suite.seller.address,
            suite.seller.address,
        )
        assert (told.factor, told.units, told.amount, told.proceeds) == (suite.alice.address, 50 * MINIMUM, PRICE, 0)
        assert state(desk, number) == SETTLED
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 0

    def test_never_twice(self, desk: Desk) -> None:
        asset, number = desk.claimed()
        desk.settle(number)
        with desk.unchanged(asset):
            with reverts("WrongRecourseState", state=SETTLED):
                desk.recourse.settle(number, desk.suite.seller, PLENTY, sender=desk.suite.seller)
            for call in (desk.recourse.claim, desk.recourse.waive, desk.recourse.end, desk.recourse.collect):
                with reverts("WrongRecourseState", state=SETTLED):
                    call(number, sender=desk.suite.alice)

    def test_not_before_it_is_claimed(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        with reverts("WrongRecourseState", state=OPEN):
            desk.settle(number)

    def test_anyone_pays_for_the_seller_and_only_the_seller_gets_the_units(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        for to in (suite.stranger, suite.bank, suite.alice):
            with reverts("NotTheSeller", recourse=number, account=to.address):
                desk.settle(number, payer=suite.stranger, to=to)
        assert desk.settle(number, payer=suite.stranger, to=suite.seller2) == PRICE
        assert suite.ledger.balanceOf(suite.seller2, asset) == 50 * MINIMUM

    def test_a_seller_who_may_not_hold_them_pays_nothing(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        suite.registry.suspend(suite.seller, sender=suite.officer)
        desk.money(suite.seller, PRICE)
        with desk.unchanged(asset), reverts("ERC7943CannotReceive", account=suite.seller.address):
            desk.recourse.settle(number, suite.seller, PLENTY, sender=suite.seller)
        desk.recourse.settle(number, suite.seller2, PLENTY, sender=suite.seller)

    def test_the_payer_names_the_most(self, desk: Desk) -> None:
        asset, number = desk.claimed()
        desk.money(desk.suite.seller, PRICE)
        with desk.unchanged(asset), reverts("AboveMost", amount=PRICE, most=PRICE - 1):
            desk.recourse.settle(number, desk.suite.seller, PRICE - 1, sender=desk.suite.seller)
        desk.recourse.settle(number, desk.suite.seller, PRICE, sender=desk.suite.seller)

    def test_what_the_debtor_paid_meanwhile_is_the_factors(self, desk: Desk) -> None:
        """20 of 100 before the default, 30 after the claim: the factor keeps its half of 50, and the rest's price."""
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.pay(asset, 20 * MINIMUM)
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        assert desk.conduct.lateUsd(suite.entities["seller"]) == PRICE * 80 // 100
        suite.pay(asset, 30 * MINIMUM)
        assert desk.recourse.dueOn(number) == (PRICE // 2, 25 * MINIMUM)
        before = desk.book(asset).money
        paid = desk.settle(number)
        assert paid == PRICE // 2 + 25 * MINIMUM
        assert desk.book(asset).money["alice"] - before["alice"] == paid
        suite.module.claim(asset, suite.seller, sender=suite.seller)
        assert suite.module.claimable(asset, suite.alice) == 0
        # The seller has its own half of what was paid, and has the proceeds back that it bought.
        assert desk.book(asset).money["seller"] - before["seller"] == 25 * MINIMUM + 25 * MINIMUM
        suite.pay(asset, 50 * MINIMUM)
        assert suite.module.claimable(asset, suite.seller) == 50 * MINIMUM

    def test_proceeds_of_one_of_two(self, desk: Desk) -> None:
        """Two recourses of one id between the same two share one lien, and neither pays for the other."""
        suite, asset = desk.suite, desk.suite.circulating()
        first, second = desk.sell(asset, 20 * MINIMUM), desk.sell(asset, 30 * MINIMUM + 1)
        suite.pay(asset, 7)
        desk.default(asset)
        for number in (first, second):
            desk.recourse.claim(number, sender=suite.alice)
        lien = 50 * MINIMUM + 1
        assert suite.module.proceedsUnderLien(asset, suite.alice, desk.recourse) == 3
        assert desk.recourse.dueOn(first)[1] == 3 * 20 * MINIMUM // lien == 1
        desk.settle(first)
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 30 * MINIMUM + 1
        assert suite.module.claimable(asset, suite.seller) >= 1
        assert desk.recourse.dueOn(second)[1] == 2
        desk.settle(second)
        assert suite.ledger.balanceOf(suite.alice, asset) == 0
        assert suite.ledger.balanceOf(suite.seller, asset) == 100 * MINIMUM

    def test_frozen_units_and_a_suspended_factor_hold_it_up(self, desk: Desk) -> None:
        """Who cannot deliver claims nothing and makes nobody default."""
        suite = desk.suite
        asset, number = desk.claimed()
        late = suite.chain.now + SETTLEMENT_DAYS * DAY + 1

        def held_up() -> None:
            with desk.unchanged(asset):
                with reverts("NotDeliverable", recourse=number):
                    desk.recourse.settle(number, suite.seller, PLENTY, sender=suite.seller)
                with suite.chain.isolated():
                    suite.chain.warp(late)
                    with reverts("NotDeliverable", recourse=number):
                        desk.recourse.reportDefault(number, sender=suite.alice)

        desk.money(suite.seller, PRICE)
        for frozen in (1, 2**256 - 1):
            suite.ledger.setFrozenTokens(suite.alice, asset, frozen, sender=suite.officer)
            held_up()
        suite.ledger.setFrozenTokens(suite.alice, asset, 0, sender=suite.officer)
        suite.registry.suspend(suite.alice, sender=suite.officer)
        held_up()
        suite.registry.reinstate(suite.alice, sender=suite.officer)
        suite.registry.suspend(desk.recourse, sender=suite.officer)
        held_up()
        suite.registry.reinstate(desk.recourse, sender=suite.officer)
        desk.recourse.settle(number, suite.seller, PLENTY, sender=suite.seller)

    def test_units_frozen_beside_those_under_lien(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        suite.send(suite.seller, suite.alice, asset, 10 * MINIMUM)
        suite.ledger.setFrozenTokens(suite.alice, asset, 10 * MINIMUM + 1, sender=suite.officer)
        with reverts("NotDeliverable"):
            desk.settle(number)
        suite.ledger.setFrozenTokens(suite.alice, asset, 10 * MINIMUM, sender=suite.officer)
        assert desk.settle(number) == PRICE

    def test_an_expired_factor_is_paid(self, desk: Desk) -> None:
        suite = desk.suite
        _, number = desk.claimed()
        suite.registry.setFacts(suite.alice, suite.chain.now + 1, EU, FACTOR, sender=suite.officer)
        suite.chain.skip(2)
        assert desk.settle(number) == PRICE

    def test_a_stray_unit_stands_in_nobodys_way(self, desk: Desk) -> None:
        """A factor that adds a unit to the lien would leave less than the minimum unit: the unit goes along."""
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.send(suite.seller, suite.alice, asset, MINIMUM + 1)
        suite.ledger.pledge(suite.alice, desk.recourse, asset, 1, sender=suite.alice)
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        desk.settle(number)
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 0
        assert suite.ledger.balanceOf(suite.alice, asset) == MINIMUM
        assert suite.ledger.balanceOf(suite.seller, asset) == 99 * MINIMUM

    def test_strays_of_a_minimum_unit_stay(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.send(suite.seller, suite.alice, asset, MINIMUM)
        suite.ledger.pledge(suite.alice, desk.recourse, asset, MINIMUM, sender=suite.alice)
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        desk.settle(number)
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == MINIMUM
        suite.ledger.breakLien(suite.alice, desk.recourse, asset, MINIMUM, sender=suite.officer)


class TestDefaulting:
    """Who does not settle in time is told of, once."""

    def test_after_the_last_second(self, desk: Desk) -> None:
        suite = desk.suite
        _, number = desk.claimed()
        deadline = desk.recourse.recourseOf(number).deadline
        assert deadline == suite.chain.now + SETTLEMENT_DAYS * DAY
        suite.chain.warp(deadline)
        with reverts("SettlementRunning", recourse=number, deadline=deadline):
            desk.recourse.reportDefault(number, sender=suite.stranger)
        suite.chain.warp(deadline + 1)
        told = desk.recourse.reportDefault(number, sender=suite.stranger).one(events.RecourseDefaulted)
        assert (told.recourse, told.sellerEntity) == (number, suite.entities["seller"])
        assert desk.conduct.defaults(suite.entities["seller"]) == 1
        assert state(desk, number) == DEFAULTED
        with reverts("WrongRecourseState", state=DEFAULTED):
            desk.recourse.reportDefault(number, sender=suite.stranger)

    def test_not_without_a_claim(self, desk: Desk) -> None:
        asset = desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        desk.default(asset)
        with reverts("WrongRecourseState", state=OPEN):
            desk.recourse.reportDefault(number, sender=desk.suite.alice)

    def test_it_can_still_be_settled(self, desk: Desk) -> None:
        _, number = desk.claimed()
        desk.suite.chain.skip(SETTLEMENT_DAYS * DAY + 1)
        desk.recourse.reportDefault(number, sender=desk.suite.alice)
        assert desk.settle(number) == PRICE
        assert state(desk, number) == SETTLED

    def test_not_for_what_the_debtor_paid(self, desk: Desk) -> None:
        asset, number = desk.claimed()
        desk.suite.pay(asset, 100 * MINIMUM)
        desk.suite.chain.skip(SETTLEMENT_DAYS * DAY + 1)
        with reverts("NothingDue", recourse=number):
            desk.recourse.reportDefault(number, sender=desk.suite.alice)
        with reverts("NothingDue", recourse=number):
            desk.settle(number)

    def test_days_are_governed_and_running_claims_keep_theirs(self, desk: Desk) -> None:
        suite = desk.suite
        _, number = desk.claimed()
        deadline = desk.recourse.recourseOf(number).deadline
        for count in (0, 91):
            with reverts("SettlementDaysOutOfRange", count=count, most=90):
                desk.recourse.setSettlementDays(count, sender=suite.admin)
        with reverts("AccessManagedUnauthorized"):
            desk.recourse.setSettlementDays(30, sender=suite.officer)
        for count in (1, 90):
            told = desk.recourse.setSettlementDays(count, sender=suite.admin).one(events.SettlementDaysSet)
            assert told.count == desk.recourse.settlementDays() == count
        assert desk.recourse.recourseOf(number).deadline == deadline


class TestEnding:
    """No recourse is for ever, and none keeps units longer than itself."""

    def test_the_factor_waives_and_sells_on(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        for caller in (suite.seller, suite.bank, suite.mallory):
            with reverts("NotTheFactor", caller=caller.address):
                desk.recourse.waive(number, sender=caller)
        receipt = desk.recourse.waive(number, sender=suite.alice2)
        told = receipt.one(events.RecourseClosed)
        assert (told.recourse, told.state, state(desk, number)) == (number, WAIVED, WAIVED)
        suite.send(suite.alice, suite.bank, asset, 50 * MINIMUM)
        desk.default(asset)
        for caller in (suite.alice, suite.bank):
            with reverts("WrongRecourseState", state=WAIVED):
                desk.recourse.claim(number, sender=caller)

    @pytest.mark.parametrize("defaulted", [False, True])
    def test_a_claim_can_be_waived(self, desk: Desk, defaulted: bool) -> None:
        _, number = desk.claimed()
        if defaulted:
            desk.suite.chain.skip(SETTLEMENT_DAYS * DAY + 1)
            desk.recourse.reportDefault(number, sender=desk.suite.alice)
        desk.recourse.waive(number, sender=desk.suite.alice)
        with reverts("WrongRecourseState", state=WAIVED):
            desk.recourse.settle(number, desk.suite.seller, PLENTY, sender=desk.suite.seller)

    def test_it_ends_when_the_debtor_has_paid(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.pay(asset, 100 * MINIMUM - 1)
        with reverts("RecourseRunning", recourse=number):
            desk.recourse.end(number, sender=suite.stranger)
        suite.pay(asset, 1)
        receipt = desk.recourse.end(number, sender=suite.stranger)
        told = receipt.one(events.RecourseClosed)
        assert (told.recourse, told.state) == (number, ENDED)
        before = suite.token.balanceOf(suite.alice)
        suite.module.claim(asset, suite.alice, sender=suite.stranger)
        assert suite.token.balanceOf(suite.alice) - before == 50 * MINIMUM
        assert suite.ledger.balanceOf(suite.alice, asset) == 0

    def test_it_ends_when_all_was_conceded(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
        suite.module.resolveDispute(asset, [100 * MINIMUM], sender=suite.officer)
        desk.recourse.end(number, sender=suite.stranger)
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 0

    def test_a_line_that_is_paid_ends_its_own(self, desk: Desk) -> None:
        suite = desk.suite
        root = suite.circulating((50 * MINIMUM, 50 * MINIMUM))
        first, second = desk.sell(root + 1, 50 * MINIMUM), desk.sell(root + 2, 50 * MINIMUM)
        suite.pay(root + 1, 50 * MINIMUM)
        desk.default(root + 2)
        with reverts("NothingDue", recourse=first):
            desk.recourse.claim(first, sender=suite.alice)
        desk.recourse.end(first, sender=suite.stranger)
        desk.recourse.claim(second, sender=suite.alice)
        assert desk.settle(second) == PRICE

    def test_a_broken_lien_ends_it(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        suite.ledger.breakLien(suite.alice, desk.recourse, asset, 10 * MINIMUM, sender=suite.officer)
        with reverts("NotDeliverable"):
            desk.settle(number)
        desk.recourse.end(number, sender=suite.stranger)
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 0

    def test_a_lien_that_is_gone_ends_it(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        suite.ledger.breakLien(suite.alice, desk.recourse, asset, 50 * MINIMUM, sender=suite.officer)
        with reverts("NotDeliverable"):
            desk.settle(number)
        desk.recourse.end(number, sender=suite.stranger)
        assert state(desk, number) == ENDED

    def test_ending_one_of_two_leaves_the_other(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        first, second = desk.sell(asset, 20 * MINIMUM), desk.sell(asset, 30 * MINIMUM)
        desk.recourse.waive(first, sender=suite.alice)
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 30 * MINIMUM
        desk.default(asset)
        desk.recourse.claim(second, sender=suite.alice)
        desk.settle(second)
        assert suite.ledger.balanceOf(suite.alice, asset) == 20 * MINIMUM


class TestCollecting:
    """What the debtor pays in parts does not wait for the end."""

    def test_the_factor_has_what_was_paid(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.pay(asset, 20 * MINIMUM)
        assert suite.module.claimable(asset, suite.alice) == 0
        with reverts("NotTheFactor"):
            desk.recourse.collect(number, sender=suite.seller)
        desk.recourse.collect(number, sender=suite.alice)
        assert suite.module.claimable(asset, suite.alice) == 10 * MINIMUM
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 50 * MINIMUM
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        assert desk.recourse.dueOn(number) == (PRICE * 80 // 100, 0)

    def test_not_once_it_is_overdue_or_claimed(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.pay(asset, 20 * MINIMUM)
        suite.chain.warp(suite.module.receivable(asset).dueDate + 1)
        with reverts("WrongState", id=asset, state=3):
            desk.recourse.collect(number, sender=suite.alice)
        assert suite.ledger.lienOf(asset, suite.alice, desk.recourse) == 50 * MINIMUM
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        with reverts("WrongRecourseState", state=CLAIMED):
            desk.recourse.collect(number, sender=suite.alice)

    def test_not_without_the_approval(self, desk: Desk) -> None:
        suite, asset = desk.suite, desk.suite.circulating()
        number = desk.sell(asset, 50 * MINIMUM)
        suite.ledger.setApprovalForAll(desk.recourse, False, sender=suite.alice)
        with reverts("ERC1155MissingApprovalForAll"):
            desk.recourse.collect(number, sender=suite.alice)
        desk.default(asset)
        desk.recourse.claim(number, sender=suite.alice)
        assert desk.settle(number) == PRICE  # which needs no approval: nobody can take it back to be in the way


class TestTokens:
    """A seller that can pay must be able to."""

    @pytest.fixture
    def listed(self) -> Desk:
        return build(token=BlacklistToken)

    def test_a_listed_factor_makes_nobody_default(self, listed: Desk) -> None:
        suite = listed.suite
        asset, number = listed.claimed()
        suite.token.setBlacklisted(suite.alice, True, sender=suite.alice)
        listed.money(suite.seller, PRICE)
        with listed.unchanged(asset):
            receipt = listed.recourse.settle(number, suite.seller, PRICE, sender=suite.seller)
        assert receipt.returned == 0
        told = receipt.one(events.ClaimDropped)
        assert (told.recourse, told.payer) == (number, suite.seller.address)
        assert state(listed, number) == OPEN
        suite.chain.skip(SETTLEMENT_DAYS * DAY + 1)
        with reverts("WrongRecourseState", state=OPEN):
            listed.recourse.reportDefault(number, sender=suite.alice)
        # Once the account is free again it claims anew; the delay is not told twice.
        suite.token.setBlacklisted(suite.alice, False, sender=suite.alice)
        listed.recourse.claim(number, sender=suite.alice)
        assert listed.conduct.lates(suite.entities["seller"]) == 1
        assert listed.recourse.settle(number, suite.seller, PRICE, sender=suite.seller).returned == PRICE

    def test_after_a_default_it_stays_one(self, listed: Desk) -> None:
        suite = listed.suite
        _, number = listed.claimed()
        suite.chain.skip(SETTLEMENT_DAYS * DAY + 1)
        listed.recourse.reportDefault(number, sender=suite.alice)
        suite.token.setBlacklisted(suite.alice, True, sender=suite.alice)
        assert listed.settle(number) == 0
        assert state(listed, number) == DEFAULTED
        suite.token.setBlacklisted(suite.alice, False, sender=suite.alice)
        assert listed.settle(number) == PRICE

    def test_who_has_no_money_drops_no_claim(self, listed: Desk) -> None:
        suite = listed.suite
        _, number = listed.claimed()
        listed.money(suite.mallory, PRICE - 1)
        suite.token.setBlacklisted(suite.alice, True, sender=suite.alice)
        with reverts("ERC20InsufficientBalance", needed=PRICE):
            listed.recourse.settle(number, suite.seller, PLENTY, sender=suite.mallory)
        assert state(listed, number) == CLAIMED

    def test_little_gas_drops_no_claim(self, listed: Desk) -> None:
        """Whatever the gas, the call ends with the units paid for or with nothing done."""
        suite = listed.suite
        asset, number = listed.claimed()
        payer = ThriftyCaller.deploy(suite.chain, sender=suite.stranger)
        suite.token.mint(payer, PRICE, sender=suite.stranger)
        everything = 10**6
        approval = suite.token.calldata.approve(listed.recourse, PLENTY)
        assert payer.act(suite.token, approval, everything, sender=suite.stranger).returned[0]
        payload = listed.recourse.calldata.settle(number, suite.seller, PLENTY)
        ends = set()
        for gas in range(20_000, 300_000, 1_000):
            with suite.chain.isolated():
                done = payer.act(listed.recourse, payload, gas, sender=suite.stranger).returned[0]
                assert state(listed, number) == (SETTLED if done else CLAIMED)
                assert suite.ledger.balanceOf(suite.seller, asset) == (100 if done else 50) * MINIMUM
                ends.add(done)
        assert ends == {False, True}

    def test_a_token_without_a_return_value(self) -> None:
        desk = build(token=SilentToken)
        _, number = desk.claimed()
        before = desk.suite.token.balanceOf(desk.suite.alice)
        assert desk.settle(number) == PRICE
        assert desk.suite.token.balanceOf(desk.suite.alice) - before == PRICE

    def test_a_token_that_calls_back_settles_nothing_twice(self) -> None:
        desk = build(token=ReentrantToken)
        suite = desk.suite
        asset, number = desk.claimed()
        desk.money(suite.seller, 3 * PRICE)
        for payload in (
            desk.recourse.calldata.settle(number, suite.seller, PLENTY),
            desk.recourse.calldata.waive(number),
            desk.recourse.calldata.end(number),
            desk.recourse.calldata.claim(number),
            desk.recourse.calldata.reportDefault(number),
            desk.recourse.calldata.collect(number),
        ):
            suite.token.arm(desk.recourse, payload, sender=suite.seller)
            with desk.unchanged(asset), reverts("ReentrancyGuardReentrantCall"):
                desk.recourse.settle(number, suite.seller, PLENTY, sender=suite.seller)
        suite.token.arm(NOBODY, b"", sender=suite.seller)
        assert desk.recourse.settle(number, suite.seller, PLENTY, sender=suite.seller).returned == PRICE


class TestHostileWallets:
    """Contracts that are asked when they receive units."""

    def wallet(self, desk: Desk, entity: str, qualifications: int) -> HostileReceiver:
        suite = desk.suite
        made = HostileReceiver.deploy(suite.chain, sender=suite.stranger)
        expires = suite.chain.now + YEAR
        suite.registry.enrol(made, suite.entities[entity], expires, EU, qualifications, sender=suite.officer)
        return made

    def test_a_seller_that_refuses_its_units_is_late_all_the_same(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        wallet = self.wallet(desk, "seller", ENTERPRISE)
        wallet.behave(5, sender=suite.stranger)
        desk.money(suite.seller, PRICE)
        with desk.unchanged(asset), reverts("Unwilling"):
            desk.recourse.settle(number, wallet, PLENTY, sender=suite.seller)
        suite.chain.skip(SETTLEMENT_DAYS * DAY + 1)
        desk.recourse.reportDefault(number, sender=suite.alice)
        assert desk.conduct.defaults(suite.entities["seller"]) == 1

    def test_a_seller_that_calls_back(self, desk: Desk) -> None:
        suite = desk.suite
        asset, number = desk.claimed()
        wallet = self.wallet(desk, "seller", ENTERPRISE)
        for payload in (
            desk.recourse.calldata.settle(number, wallet, PLENTY),
            desk.recourse.calldata.end(number),
            desk.recourse.calldata.waive(number),
        ):
            wallet.plan(desk.recourse, payload, sender=suite.stranger)
        desk.settle(number, to=wallet)
        outcomes = wallet.outcomes()
        assert len(outcomes) == 3
        guard = keccak(text="ReentrancyGuardReentrantCall()")[:4]
        assert all(not outcome.succeeded and outcome.answer == guard for outcome in outcomes)
        assert suite.ledger.balanceOf(wallet, asset) == 50 * MINIMUM

    def test_a_factor_that_moves_the_units_away_buys_nothing(self, desk: Desk) -> None:
        """In the moment between having the units and the lien."""
        suite = desk.suite
        asset = suite.circulating()
        wallet = self.wallet(desk, "alice", FACTOR)
        away = suite.ledger.calldata.safeTransferFrom(wallet, suite.bank, asset, 50 * MINIMUM, b"")
        wallet.plan(suite.ledger, away, sender=suite.stranger)
        wallet.act(suite.ledger, suite.ledger.calldata.setApprovalForAll(desk.recourse, True), sender=suite.stranger)
        sale = desk.recourse.recourseOf(0)._replace(
            factor=wallet.address,
            factorEntity=suite.entities["alice"],
            seller=suite.seller.address,
            sellerEntity=suite.entities["seller"],
            units=50 * MINIMUM,
            price=PRICE,
            owed=100 * MINIMUM,
            currencyId=1,
            id=asset,
        )
        suite.send(suite.seller, wallet, asset, 50 * MINIMUM)
        assert suite.ledger.balanceOf(wallet, asset) == 0
        with reverts("PledgedUnits", free=0):
            desk.recourse.open(sale, sender=suite.officer)


def test_what_it_was_built_upon(desk: Desk) -> None:
    suite, recourse = desk.suite, desk.recourse
    assert (recourse.receivables(), recourse.ledger(), recourse.standard(), recourse.conduct()) == (
        suite.module.address,
        suite.ledger.address,
        suite.standard.address,
        desk.conduct.address,
    )
