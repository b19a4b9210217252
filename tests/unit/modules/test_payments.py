"""ReceivableModule: money in, money out."""

import pytest

from caldera.contracts import BlacklistToken, FeeToken, ReentrantToken, SilentToken, events
from tests.support.suite import MINIMUM, Suite, build, reverts


def test_a_payment_moves_money_and_is_shared_pro_rata_to_the_unit(suite: Suite) -> None:
    asset = suite.circulating(face=100 * MINIMUM + 1)
    suite.send(suite.seller, suite.alice, asset, 33 * MINIMUM)
    assert suite.pay(asset, 50 * MINIMUM) == 50 * MINIMUM
    suite.module.claim(asset, suite.alice, sender=suite.stranger)
    suite.module.claim(asset, suite.seller, sender=suite.stranger)
    face = 100 * MINIMUM + 1
    assert suite.token.balanceOf(suite.alice) == 33 * MINIMUM * 50 * MINIMUM // face
    assert suite.token.balanceOf(suite.seller) == (67 * MINIMUM + 1) * 50 * MINIMUM // face
    assert suite.token.balanceOf(suite.module) == 1  # the two fractions, below one unit each


def test_full_payment_settles_retires_the_units_and_leaves_nothing_behind(suite: Suite) -> None:
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 30 * MINIMUM)
    suite.pay(asset, 7)
    suite.send(suite.alice, suite.bank, asset, 11 * MINIMUM)
    suite.pay(asset, 100 * MINIMUM)
    assert suite.module.stateOf(asset) == 7
    for holder in (suite.alice, suite.bank, suite.seller):
        suite.module.claim(asset, holder, sender=holder)
        assert suite.ledger.balanceOf(holder, asset) == 0
    assert suite.token.balanceOf(suite.module) == 0
    assert suite.ledger.totalSupply(asset) == 0


def test_more_than_owed_is_not_taken(suite: Suite) -> None:
    asset = suite.circulating()
    assert suite.pay(asset, 101 * MINIMUM) == 100 * MINIMUM
    assert suite.token.balanceOf(suite.buyer) == MINIMUM
    with reverts("NothingOwed", id=asset):
        suite.module.pay(asset, 1, sender=suite.buyer)


def test_what_was_paid_before_a_sale_stays_with_the_seller(suite: Suite) -> None:
    asset = suite.circulating()
    suite.pay(asset, 10 * MINIMUM)
    suite.send(suite.seller, suite.alice, asset, 50 * MINIMUM)
    assert suite.module.claimable(asset, suite.seller) == 10 * MINIMUM
    assert suite.module.claimable(asset, suite.alice) == 0
    suite.pay(asset, 10 * MINIMUM)
    assert suite.module.claimable(asset, suite.seller) == 15 * MINIMUM
    assert suite.module.claimable(asset, suite.alice) == 5 * MINIMUM


def test_what_is_paid_on_pledged_units_goes_with_them(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, 40 * MINIMUM, sender=suite.seller)
    suite.pay(asset, 10 * MINIMUM)
    assert suite.module.claimable(asset, suite.seller) == 6 * MINIMUM
    assert suite.module.proceedsUnderLien(asset, suite.seller, suite.bank) == 4 * MINIMUM
    suite.ledger.release(suite.seller, asset, 10 * MINIMUM, sender=suite.bank)
    assert suite.module.claimable(asset, suite.seller) == 7 * MINIMUM
    suite.ledger.seize(suite.seller, suite.bank, asset, 30 * MINIMUM, sender=suite.bank)
    assert suite.module.claimable(asset, suite.bank) == 3 * MINIMUM


def test_nothing_to_claim(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("NothingToClaim", id=asset, holder=suite.seller.address):
        suite.module.claim(asset, suite.seller, sender=suite.seller)
    suite.pay(asset, 1)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    assert suite.token.balanceOf(suite.seller) == 1


def test_units_of_what_was_conceded_whole_retire_for_nothing(suite: Suite) -> None:
    asset = suite.circulating()
    suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
    suite.module.resolveDispute(asset, [100 * MINIMUM], sender=suite.officer)
    receipt = suite.module.claim(asset, suite.seller, sender=suite.stranger)
    assert receipt.returned == 0
    said = events.Claimed(asset, suite.seller.address, 0, 100 * MINIMUM, emitter=suite.module.address)
    assert said in receipt.events
    assert suite.ledger.totalSupply(asset) == 0
    with reverts("NothingToClaim", id=asset, holder=suite.seller.address):
        suite.module.claim(asset, suite.seller, sender=suite.stranger)


def test_a_suspended_or_frozen_holder_is_not_paid_and_loses_nothing(suite: Suite) -> None:
    asset = suite.circulating()
    suite.pay(asset, MINIMUM)
    suite.registry.suspend(suite.seller, sender=suite.officer)
    with reverts("NotActive", account=suite.seller.address):
        suite.module.claim(asset, suite.seller, sender=suite.seller)
    suite.registry.reinstate(suite.seller, sender=suite.officer)
    suite.ledger.setFrozenTokens(suite.seller, asset, 1, sender=suite.officer)
    with reverts("ProceedsFrozen", frozen=1):
        suite.module.claim(asset, suite.seller, sender=suite.seller)
    suite.ledger.setFrozenTokens(suite.seller, asset, 0, sender=suite.officer)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    assert suite.token.balanceOf(suite.seller) == MINIMUM


def test_tokens_that_take_a_fee_are_refused() -> None:
    suite = build(token=FeeToken)
    asset = suite.circulating()
    suite.fund(suite.buyer, MINIMUM)
    with reverts("InexactToken", expected=MINIMUM, received=MINIMUM - MINIMUM // 100):
        suite.module.pay(asset, MINIMUM, sender=suite.buyer)


def test_tokens_without_a_return_value_work() -> None:
    suite = build(token=SilentToken)
    asset = suite.circulating()
    suite.pay(asset, MINIMUM)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    assert suite.token.balanceOf(suite.seller) == MINIMUM


def test_a_blacklisted_holder_stops_nobody_else() -> None:
    suite = build(token=BlacklistToken)
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 50 * MINIMUM)
    suite.token.setBlacklisted(suite.alice, True, sender=suite.alice)
    suite.pay(asset, 100 * MINIMUM)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    with reverts("Blacklisted", account=suite.alice.address):
        suite.module.claim(asset, suite.alice, sender=suite.alice)
    suite.token.setBlacklisted(suite.alice, False, sender=suite.alice)
    suite.module.claim(asset, suite.alice, sender=suite.alice)
    assert suite.token.balanceOf(suite.alice) == suite.token.balanceOf(suite.seller) == 50 * MINIMUM


def test_a_token_that_calls_back_cannot_claim_twice() -> None:
    suite = build(token=ReentrantToken)
    asset = suite.circulating()
    suite.pay(asset, MINIMUM)
    suite.token.arm(suite.module, suite.module.calldata.claim(asset, suite.seller), sender=suite.mallory)
    with reverts("ReentrancyGuardReentrantCall"):
        suite.module.claim(asset, suite.seller, sender=suite.seller)
    with reverts("ReentrancyGuardReentrantCall"):
        suite.module.claimMany([asset], suite.seller, sender=suite.seller)


def test_lines_are_paid_one_by_one(suite: Suite) -> None:
    root = suite.circulating(lines=(60 * MINIMUM, 40 * MINIMUM))
    with reverts("UseTheLines", lines=2):
        suite.module.pay(root, 1, sender=suite.buyer)
    suite.fund(suite.buyer, 100 * MINIMUM)
    suite.module.payMany([root + 1, root + 2], [60 * MINIMUM, 10 * MINIMUM], sender=suite.buyer)
    assert suite.module.stateOf(root) == 2
    assert suite.module.owedOn(root) == suite.module.owedOn(root + 2) == 30 * MINIMUM
    with reverts("NotCirculating", id=root + 1):
        suite.send(suite.seller, suite.alice, root + 1, MINIMUM)
    suite.module.pay(root + 2, 30 * MINIMUM, sender=suite.buyer)
    assert suite.module.stateOf(root) == 7
    claimed = suite.module.claimMany([root, root + 1, root + 2], suite.seller, sender=suite.seller)
    assert claimed.returned == 100 * MINIMUM
    assert suite.module.claimMany([root, root + 1], suite.seller, sender=suite.seller).events == ()
    assert suite.token.balanceOf(suite.seller) == 100 * MINIMUM


def test_the_last_to_claim_takes_what_fractions_left(suite: Suite) -> None:
    asset = suite.circulating(face=3 * MINIMUM)
    for target in (suite.alice, suite.bank):
        suite.send(suite.seller, target, asset, MINIMUM)
    suite.pay(asset, 1)  # a third of a unit each
    suite.send(suite.alice, suite.bank, asset, MINIMUM)
    suite.pay(asset, 3 * MINIMUM)
    paid = [suite.module.claim(asset, holder, sender=holder).returned for holder in (suite.bank, suite.seller)]
    assert sum(paid) + suite.token.balanceOf(suite.alice) == 3 * MINIMUM
    assert suite.token.balanceOf(suite.module) == 0


def test_proceeds_of_a_lost_account_go_to_another_of_the_same_entity(suite: Suite) -> None:
    asset = suite.circulating()
    suite.pay(asset, MINIMUM)
    spare = suite.enrol("spare", entity=suite.entities["seller"])
    with reverts("DifferentEntities"):
        suite.module.moveProceeds(asset, suite.seller, suite.alice, sender=suite.officer)
    suite.module.moveProceeds(asset, suite.seller, spare, sender=suite.officer)
    suite.module.claim(asset, spare, sender=spare)
    assert suite.token.balanceOf(spare) == MINIMUM


def test_each_movement_of_pledged_units_carries_its_share(suite: Suite) -> None:
    """40 of 100 under a lien while half is paid and the rest claimed: 15 released, 5 broken, 10 seized, 10 new."""
    asset, seller = suite.circulating(), suite.seller
    suite.ledger.pledge(seller, suite.bank, asset, 40 * MINIMUM, sender=seller)
    suite.pay(asset, 50 * MINIMUM)
    assert suite.module.claim(asset, seller, sender=seller).returned == 30 * MINIMUM
    assert suite.module.proceedsUnderLien(asset, seller, suite.bank) == 20 * MINIMUM
    suite.ledger.release(seller, asset, 15 * MINIMUM, sender=suite.bank)
    assert suite.module.claimable(asset, seller) == 7 * MINIMUM + MINIMUM // 2
    assert suite.module.claim(asset, seller, sender=seller).returned == 7 * MINIMUM + MINIMUM // 2
    suite.ledger.breakLien(seller, suite.bank, asset, 5 * MINIMUM, sender=suite.officer)
    assert suite.module.claim(asset, seller, sender=seller).returned == 2 * MINIMUM + MINIMUM // 2
    suite.ledger.seize(seller, suite.alice, asset, 10 * MINIMUM, sender=suite.bank)
    assert suite.module.claim(asset, suite.alice, sender=seller).returned == 5 * MINIMUM
    assert suite.module.proceedsUnderLien(asset, seller, suite.bank) == 5 * MINIMUM
    suite.ledger.pledge(seller, suite.bank, asset, 10 * MINIMUM, sender=seller)
    assert suite.module.claimable(asset, seller) == 0
    assert suite.module.proceedsUnderLien(asset, seller, suite.bank) == 5 * MINIMUM
    suite.pay(asset, 50 * MINIMUM)
    assert suite.module.claimable(asset, seller) == 35 * MINIMUM
    assert suite.module.claimable(asset, suite.alice) == 5 * MINIMUM
    assert suite.module.proceedsUnderLien(asset, seller, suite.bank) == 15 * MINIMUM


def test_who_sells_keeps_what_was_paid_until_then(suite: Suite) -> None:
    asset = suite.circulating()
    suite.pay(asset, 50 * MINIMUM)
    suite.send(suite.seller, suite.alice, asset, 20 * MINIMUM)
    suite.ledger.forcedTransfer(suite.seller, suite.bank, asset, 20 * MINIMUM, sender=suite.officer)
    assert suite.module.claimable(asset, suite.seller) == 50 * MINIMUM
    assert suite.module.claimable(asset, suite.alice) == suite.module.claimable(asset, suite.bank) == 0
    suite.pay(asset, 50 * MINIMUM)
    assert suite.module.claimable(asset, suite.seller) == 80 * MINIMUM
    assert suite.module.claimable(asset, suite.alice) == suite.module.claimable(asset, suite.bank) == 10 * MINIMUM


@pytest.mark.known_defect("rounding-sums")
def test_fractions_add_up_however_often_a_position_is_touched(suite: Suite) -> None:
    """A third of 2 units, three times: 2/3, 4/3, 2."""
    asset = suite.circulating(face=3 * MINIMUM)
    suite.send(suite.seller, suite.alice, asset, MINIMUM)
    for whole in (0, 1, 2):
        suite.pay(asset, 2)
        suite.send(suite.seller, suite.alice, asset, 0)  # credits both positions and moves nothing
        assert suite.module.claimable(asset, suite.alice) == whole
        assert suite.module.claimable(asset, suite.seller) == 2 * (whole + 1) * 2 // 3
    suite.pay(asset, 3 * MINIMUM)
    assert suite.module.claim(asset, suite.alice, sender=suite.alice).returned == MINIMUM
    assert suite.module.claim(asset, suite.seller, sender=suite.seller).returned == 2 * MINIMUM


def test_moved_proceeds_are_moved_and_not_copied(suite: Suite) -> None:
    """Of the free units only, once; what is under a lien stays with it."""
    asset, seller = suite.circulating(), suite.seller
    suite.enrol("new wallet", entity=suite.entities["seller"])
    wallet = suite.actors["new wallet"]
    suite.ledger.pledge(seller, suite.bank, asset, 40 * MINIMUM, sender=seller)
    suite.pay(asset, 10 * MINIMUM)
    suite.module.moveProceeds(asset, seller, wallet, sender=suite.officer)
    assert suite.module.claimable(asset, seller) == 0
    assert suite.module.proceedsUnderLien(asset, seller, suite.bank) == 4 * MINIMUM
    with reverts("NothingToClaim", holder=seller.address):
        suite.module.moveProceeds(asset, seller, wallet, sender=suite.officer)
    with reverts("NothingToClaim", holder=seller.address):
        suite.module.claim(asset, seller, sender=seller)
    assert suite.module.claim(asset, wallet, sender=wallet).returned == 6 * MINIMUM


def test_concessions_add_up(suite: Suite) -> None:
    asset = suite.circulating()
    for total in (7, 14):
        suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
        suite.module.resolveDispute(asset, [7], sender=suite.officer)
        assert suite.module.receivable(asset).conceded == total
        assert suite.module.owedOn(asset) == 100 * MINIMUM - total


def test_one_concession_for_each_line(suite: Suite) -> None:
    asset = suite.circulating((60 * MINIMUM, 40 * MINIMUM))
    suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
    for wrong in ([], [1], [1, 2, 3]):
        with reverts("LinesDoNotAddUp", sum=len(wrong), face=2):
            suite.module.resolveDispute(asset, wrong, sender=suite.officer)
    with reverts("ExceedsOwed", id=asset + 2, amount=40 * MINIMUM + 1, owed=40 * MINIMUM):
        suite.module.resolveDispute(asset, [1, 40 * MINIMUM + 1], sender=suite.officer)
    suite.module.resolveDispute(asset, [1, 2], sender=suite.officer)
    assert [suite.module.receivable(asset + line).conceded for line in (0, 1, 2)] == [3, 1, 2]
    single = suite.circulating(number="INV-2")
    suite.module.dispute(single, b"\1" * 32, sender=suite.buyer)
    for wrong in ([], [1, 2]):
        with reverts("LinesDoNotAddUp", sum=len(wrong), face=0):
            suite.module.resolveDispute(single, wrong, sender=suite.officer)


def test_a_payment_opens_nothing_that_is_shut(suite: Suite) -> None:
    """Before the acknowledgement and during a dispute money is welcome, and units stay where they are."""
    fresh, disputed = suite.create(number="A"), suite.circulating(number="B")
    suite.module.dispute(disputed, b"\1" * 32, sender=suite.buyer)
    for asset in (fresh, disputed):
        suite.pay(asset, MINIMUM)
        with reverts("NotCirculating", id=asset):
            suite.send(suite.seller, suite.alice, asset, MINIMUM)
    late = suite.circulating(number="C")
    suite.chain.skip(91 * 86_400)
    suite.module.declareDefault(late, sender=suite.stranger)
    suite.pay(late, MINIMUM)
    suite.send(suite.seller, suite.alice, late, MINIMUM)
    suite.module.writeOff(late, sender=suite.officer)
    suite.pay(late, MINIMUM)
    suite.send(suite.seller, suite.alice, late, MINIMUM)
