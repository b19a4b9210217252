"""ReceivableModule: lienholders that collect, listeners that are told, and a debtor's payment that always stands."""

import pytest

from caldera.contracts import BlacklistToken, HostileListener, ReentrantToken, events
from caldera.evm import Account
from tests.support.lending import Bank, open_bank
from tests.support.suite import MINIMUM, NOBODY, Suite, build, reverts

LISTEN, REFUSE, BURN, REENTER = range(4)


def listener(suite: Suite) -> HostileListener:
    """One that is admitted."""
    made = HostileListener.deploy(suite.chain, suite.module, sender=suite.mallory)
    suite.module.addListener(made, sender=suite.admin)
    return made


def pledged(suite: Suite, to: Account | None = None) -> int:
    """40,000.00 of 100,000.00 stand under a lien of the bank's, and 10,000.00 are paid."""
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, to or suite.bank, asset, 40 * MINIMUM, sender=suite.seller)
    suite.pay(asset, 10 * MINIMUM)
    return asset


class TestCollecting:
    """What was paid on units under a lien, for its lienholder alone."""

    def test_up_to_what_is_asked_and_wherever_it_is_wanted(self, suite: Suite) -> None:
        asset = pledged(suite)
        receipt = suite.module.collect(asset, suite.seller, 3 * MINIMUM, suite.stranger, sender=suite.bank)
        assert receipt.returned == 3 * MINIMUM
        assert receipt.one(events.LienCollected) == events.LienCollected(
            asset,
            suite.seller.address,
            suite.bank.address,
            suite.stranger.address,
            3 * MINIMUM,
            emitter=suite.module.address,
        )
        assert suite.token.balanceOf(suite.stranger) == 3 * MINIMUM
        assert suite.module.proceedsUnderLien(asset, suite.seller, suite.bank) == MINIMUM
        again = suite.module.collect(asset, suite.seller, 10**15, suite.bank, sender=suite.bank)
        assert again.returned == MINIMUM
        none = suite.module.collect(asset, suite.seller, 10**15, suite.bank, sender=suite.bank)
        assert none.returned == 0
        assert not none.events
        assert suite.module.claimable(asset, suite.seller) == 6 * MINIMUM
        assert suite.token.balanceOf(suite.module) == 6 * MINIMUM

    def test_who_has_no_lien_collects_nothing(self, suite: Suite) -> None:
        asset = pledged(suite)
        for who in (suite.seller, suite.alice, suite.mallory):
            assert suite.module.collect(asset, suite.seller, 10**15, who, sender=who).returned == 0
        assert suite.module.collect(asset, suite.seller, 0, suite.bank, sender=suite.bank).returned == 0
        assert suite.module.collect(asset, suite.bank, 10**15, suite.bank, sender=suite.bank).returned == 0
        with reverts("UnknownReceivable", id=asset + 1):
            suite.module.collect(asset + 1, suite.seller, 1, suite.bank, sender=suite.bank)

    def test_two_lienholders_each_his_own(self, suite: Suite) -> None:
        asset = pledged(suite)
        suite.ledger.pledge(suite.seller, suite.alice, asset, 20 * MINIMUM, sender=suite.seller)
        suite.pay(asset, 10 * MINIMUM)
        collected = [
            suite.module.collect(asset, suite.seller, 10**15, who, sender=who).returned
            for who in (suite.bank, suite.alice)
        ]
        # What was paid before the second lien on units that are under it now stays the holder's.
        assert collected == [8 * MINIMUM, 2 * MINIMUM]
        assert suite.module.claimable(asset, suite.seller) == 10 * MINIMUM

    def test_a_suspended_lienholder_waits(self, suite: Suite) -> None:
        asset = pledged(suite)
        suite.registry.suspend(suite.bank, sender=suite.officer)
        with reverts("NotActive", account=suite.bank.address):
            suite.module.collect(asset, suite.seller, 10**15, suite.bank, sender=suite.bank)
        suite.registry.reinstate(suite.bank, sender=suite.officer)
        assert suite.module.collect(asset, suite.seller, 10**15, suite.bank, sender=suite.bank).returned == 4 * MINIMUM

    def test_frozen_units_under_the_lien_give_nothing_until_the_freeze_ends(self, suite: Suite) -> None:
        asset = pledged(suite)
        suite.ledger.setFrozenTokens(suite.seller, asset, 60 * MINIMUM + 1, sender=suite.officer)
        assert suite.module.collect(asset, suite.seller, 10**15, suite.bank, sender=suite.bank).returned == 0
        suite.ledger.setFrozenTokens(suite.seller, asset, 60 * MINIMUM, sender=suite.officer)  # the free ones first
        assert suite.module.collect(asset, suite.seller, 10**15, suite.bank, sender=suite.bank).returned == 4 * MINIMUM

    def test_calling_back(self) -> None:
        suite = build(token=ReentrantToken)
        asset = pledged(suite)
        again = suite.module.calldata.collect(asset, suite.seller, 10**15, suite.bank)
        suite.token.arm(suite.module, again, sender=suite.mallory)
        with reverts("ReentrancyGuardReentrantCall"):
            suite.module.collect(asset, suite.seller, 10**15, suite.bank, sender=suite.bank)


class TestListeners:
    """Contracts of the suite, admitted for good, told of what they watch."""

    def test_who_is_admitted(self, suite: Suite) -> None:
        made = HostileListener.deploy(suite.chain, suite.module, sender=suite.mallory)
        with reverts("AccessManagedUnauthorized", caller=suite.officer.address):
            suite.module.addListener(made, sender=suite.officer)
        with reverts("CannotAddListener", listener=suite.alice.address):  # no contract
            suite.module.addListener(suite.alice, sender=suite.admin)
        receipt = suite.module.addListener(made, sender=suite.admin)
        assert receipt.one(events.ListenerAdded) == events.ListenerAdded(made.address, emitter=suite.module.address)
        with reverts("CannotAddListener", listener=made.address):
            suite.module.addListener(made, sender=suite.admin)

    def test_eight_and_each_is_told_of_its_own(self, suite: Suite) -> None:
        all_ = [listener(suite) for _ in range(8)]
        ninth = HostileListener.deploy(suite.chain, suite.module, sender=suite.mallory)
        with reverts("CannotAddListener", listener=ninth.address):
            suite.module.addListener(ninth, sender=suite.admin)
        asset = suite.circulating()
        for number in (1, 7):
            all_[number].watch(asset, True, sender=suite.mallory)
        suite.pay(asset, 1)
        assert [one.heardOf() == asset for one in all_] == [number in (1, 7) for number in range(8)]

    def test_watching(self, suite: Suite) -> None:
        one, asset, other = listener(suite), suite.circulating(), suite.circulating(number="INV-2")
        with reverts("NotAListener", caller=suite.mallory.address):
            suite.module.watch(asset, True, sender=suite.mallory)
        with reverts("UnknownReceivable", id=asset + 1):
            one.watch(asset + 1, True, sender=suite.mallory)
        one.watch(asset, True, sender=suite.mallory)
        suite.pay(other, 1)
        assert one.heardOf() == 0
        suite.fund(suite.buyer, 2)
        suite.module.payMany([other, asset], [1, 1], sender=suite.buyer)
        assert one.heardOf() == asset
        one.watch(other, True, sender=suite.mallory)
        one.watch(asset, False, sender=suite.mallory)
        one.watch(asset, False, sender=suite.mallory)
        suite.pay(other, 1)
        assert one.heardOf() == other
        suite.pay(asset, 1)
        assert one.heardOf() == other

    @pytest.mark.parametrize("conduct", [REFUSE, REENTER])
    def test_a_payment_stands_whatever_becomes_of_it(self, suite: Suite, conduct: int) -> None:
        one, two, asset = listener(suite), listener(suite), suite.circulating()
        one.watch(asset, True, sender=suite.mallory)
        two.watch(asset, True, sender=suite.mallory)
        one.behave(conduct, sender=suite.mallory)
        suite.fund(suite.buyer, 10)
        receipt = suite.module.pay(asset, 10, sender=suite.buyer)
        assert receipt.returned == 10
        assert receipt.one(events.ListenerFailed) == events.ListenerFailed(
            asset, one.address, emitter=suite.module.address
        )
        assert (one.heardOf(), two.heardOf()) == (0, asset)
        assert suite.module.owedOn(asset) == 100 * MINIMUM - 10

    def test_what_failed_for_want_of_gas_is_asked_for(self, suite: Suite) -> None:
        one, asset = listener(suite), suite.circulating()
        one.watch(asset, True, sender=suite.mallory)
        one.behave(BURN, sender=suite.mallory)
        suite.fund(suite.buyer, 10)
        with reverts("MoreGasNeeded", listener=one.address):
            suite.module.pay(asset, 10, sender=suite.buyer)
        assert suite.token.balanceOf(suite.buyer) == 10
        one.behave(LISTEN, sender=suite.mallory)
        suite.module.pay(asset, 10, sender=suite.buyer)

    def test_whatever_gas_is_brought_a_payment_repays_or_does_not_happen(self, bank: Bank) -> None:
        suite, desk = bank.suite, bank.desk
        payer = HostileListener.deploy(bank.chain, suite.module, sender=suite.mallory)
        suite.token.mint(payer, MINIMUM, sender=suite.mallory)
        asset = suite.circulating()
        bank.pledge(suite.seller, asset, 40 * MINIMUM)
        bank.draw(suite.seller, 30 * MINIMUM, (asset,))
        outcomes = set()
        for gas in range(40_000, 500_000, 6_500):
            with bank.chain.isolated():
                try:
                    receipt = payer.pay(suite.token, asset, MINIMUM, gas, sender=suite.mallory)
                except Exception:
                    outcomes.add("nothing")
                    assert suite.module.owedOn(asset) == 100 * MINIMUM
                    continue
                assert suite.module.owedOn(asset) == 99 * MINIMUM
                outcomes.add("later" if receipt.all(events.ListenerFailed) else "at once")
                assert desk.owedOn(1)[2] == 30 * MINIMUM - 400_000_000
        assert outcomes == {"nothing", "at once"}


class TestTheDesk:
    """It watches what backs its loans, no longer and no less."""

    def test_only_the_module_tells(self, bank: Bank) -> None:
        with reverts("OnlyReceivables", caller=bank.suite.officer.address):
            bank.desk.onPayment(1, sender=bank.suite.officer)

    def test_from_the_first_loan_on_an_id_to_the_last(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        suite.send(suite.seller, suite.seller2, asset, 40 * MINIMUM)
        for who in (suite.seller, suite.seller2):
            bank.pledge(who, asset, 30 * MINIMUM)
            bank.draw(who, 10 * MINIMUM, (asset,))
        bank.repay(1, 10 * MINIMUM, suite.seller)
        suite.pay(asset, 10 * MINIMUM)
        assert bank.desk.owedOn(2)[2] == 7 * MINIMUM  # still watched
        bank.repay(2, 10 * MINIMUM, suite.seller)
        suite.fund(suite.buyer, MINIMUM)
        receipt = suite.module.pay(asset, MINIMUM, sender=suite.buyer)
        assert [event.emitter for event in receipt.events if event.emitter == bank.desk.address] == []

    def test_a_frozen_borrower_repays_once_the_freeze_ends(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        suite.send(suite.seller, suite.seller2, asset, 40 * MINIMUM)
        for who in (suite.seller, suite.seller2):
            bank.pledge(who, asset, 40 * MINIMUM)
            bank.draw(who, 30 * MINIMUM, (asset,))
        suite.ledger.setFrozenTokens(suite.seller, asset, 60 * MINIMUM, sender=suite.officer)
        suite.pay(asset, 10 * MINIMUM)
        assert [bank.desk.owedOn(number)[2] for number in (1, 2)] == [30 * MINIMUM, 26 * MINIMUM]  # nobody else's loan
        with reverts("NothingToPay", loan=1):
            bank.desk.collect(1, sender=suite.stranger)
        suite.ledger.setFrozenTokens(suite.seller, asset, 0, sender=suite.officer)
        assert bank.desk.collect(1, sender=suite.stranger).returned == 4 * MINIMUM
        assert bank.desk.owedOn(1)[2] == 26 * MINIMUM
        with reverts("NothingToPay", loan=1):
            bank.desk.collect(1, sender=suite.stranger)

    def test_what_was_paid_before_the_draw_is_brought_in(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        suite.pay(asset, 10 * MINIMUM)  # nobody watches yet
        bank.draw(suite.seller, 30 * MINIMUM, (asset,))
        assert bank.desk.collect(1, sender=suite.stranger).returned == 5 * MINIMUM
        assert bank.desk.owedOn(1)[2] == 25 * MINIMUM

    def test_collecting_stops_where_the_loan_is_closed(self, bank: Bank) -> None:
        suite = bank.suite
        assets = [suite.circulating(number=f"N{number}") for number in range(2)]
        for asset in assets:
            bank.pledge(suite.seller, asset, 50 * MINIMUM)
            suite.pay(asset, 40 * MINIMUM)
        bank.draw(suite.seller, 15 * MINIMUM, tuple(assets))
        receipt = bank.desk.collect(1, sender=suite.stranger)
        assert receipt.returned == 15 * MINIMUM
        assert len(receipt.all(events.LienCollected)) == 1
        with reverts("WrongLoanState", loan=1, state=4):
            bank.desk.collect(1, sender=suite.stranger)

    def test_whichever_of_its_pledges_is_paid(self, bank: Bank) -> None:
        suite = bank.suite
        assets = tuple(suite.circulating(number=f"N{number}") for number in range(3))
        for asset in assets:
            bank.pledge(suite.seller, asset, 50 * MINIMUM)
        bank.draw(suite.seller, 30 * MINIMUM, assets)
        for left, asset in ((25, assets[2]), (20, assets[0]), (15, assets[1]), (10, assets[2])):
            suite.pay(asset, 10 * MINIMUM)
            assert bank.desk.owedOn(1)[2] == left * MINIMUM

    def test_a_blacklisted_pool_stops_no_debtor(self) -> None:
        bank = open_bank(build(token=BlacklistToken))
        suite = bank.suite
        bank.lend(suite.lena, 300 * MINIMUM)
        asset = suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        bank.draw(suite.seller, 30 * MINIMUM, (asset,))
        suite.token.setBlacklisted(bank.pool, True, sender=suite.officer)
        suite.fund(suite.buyer, 100 * MINIMUM)
        receipt = suite.module.pay(asset, 100 * MINIMUM, sender=suite.buyer)
        assert receipt.one(events.ListenerFailed).listener == bank.desk.address
        assert suite.module.stateOf(asset) == 7
        with reverts("Blacklisted", account=bank.pool.address):
            bank.desk.collect(1, sender=suite.stranger)
        suite.module.claim(asset, suite.seller, sender=suite.stranger)  # the free half is paid out
        suite.token.setBlacklisted(bank.pool, False, sender=suite.officer)
        assert bank.desk.collect(1, sender=suite.stranger).returned == 30 * MINIMUM
        suite.module.claim(asset, suite.seller, sender=suite.stranger)
        assert suite.token.balanceOf(suite.seller) == 30 * MINIMUM + 50 * MINIMUM + 20 * MINIMUM
        assert (suite.token.balanceOf(suite.module), suite.token.balanceOf(NOBODY)) == (0, 0)

    def test_a_suspended_desk_stops_no_debtor(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        bank.draw(suite.seller, 30 * MINIMUM, (asset,))
        suite.registry.suspend(bank.desk, sender=suite.officer)
        suite.pay(asset, 10 * MINIMUM)
        with reverts("NotActive", account=bank.desk.address):
            bank.desk.collect(1, sender=suite.stranger)
        suite.registry.reinstate(bank.desk, sender=suite.officer)
        assert bank.desk.collect(1, sender=suite.stranger).returned == 5 * MINIMUM

    def test_a_suspended_borrower_repays_all_the_same(self, bank: Bank) -> None:
        suite, asset = bank.suite, bank.suite.circulating()
        bank.pledge(suite.seller, asset, 50 * MINIMUM)
        bank.draw(suite.seller, 30 * MINIMUM, (asset,))
        suite.registry.suspend(suite.seller, sender=suite.officer)
        suite.pay(asset, 100 * MINIMUM)
        assert bank.desk.loanOf(1).state == 4
