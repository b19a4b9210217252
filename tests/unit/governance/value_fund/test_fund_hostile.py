"""Tokens and payees that mean no good harm nobody else."""

import pytest

from caldera.contracts import FeeToken, GreedyToken, ReentrantToken, SilentToken
from caldera.evm import Revm
from tests.support.fund import DAY, PURPOSE, STOCK, Fund, build
from tests.support.suite import reverts


def test_a_payee_that_the_token_refuses_stops_only_itself(stand: Fund) -> None:
    anna, ben = stand.open(6_000, 60), stand.open(6_000, 60, payee=stand.ben.address)
    stand.money.setBlacklisted(stand.anna, True, sender=stand.stranger)
    stand.chain.skip(10 * DAY)
    with reverts("Blacklisted"):
        stand.fund.withdraw(anna, sender=stand.stranger)
    assert stand.fund.withdraw(ben, sender=stand.ben).returned == 1_000
    assert stand.fund.due(anna) == 1_000
    assert stand.fund.withdrawTo(anna, stand.carl, sender=stand.anna).returned == 1_000
    with reverts("Blacklisted"):
        stand.spend(1)
    assert stand.fund.committed(stand.money, stand.epoch) == 5_998
    stand.spend(1, to=stand.ben)


def test_a_token_that_says_nothing_is_paid() -> None:
    stand = build(Revm(), SilentToken)
    stand.spend(5)
    stand.chain.skip(DAY)
    assert stand.has(stand.anna) == 5
    assert stand.books() == (STOCK, 5, 0, STOCK - 5)


def test_a_fee_is_the_receivers_and_never_the_funds() -> None:
    stand = build(Revm(), FeeToken)
    stand.spend(1_000)
    assert stand.has(stand.anna) == 990
    assert stand.books() == (STOCK, 1_000, 0, STOCK - 1_000)


def test_a_token_that_takes_more_than_it_was_told_is_refused() -> None:
    """The unit that is missing would be one that others were promised."""
    stand = build(Revm(), GreedyToken)
    number = stand.open(6_000, 60)
    stand.chain.skip(10 * DAY)
    with reverts("InexactToken", token=stand.money.address, expected=5, received=6):
        stand.spend(5)
    with reverts("InexactToken", expected=1_000, received=1_001):
        stand.fund.withdraw(number, sender=stand.anna)
    assert stand.books() == (STOCK, 0, 6_000, STOCK - 6_000)


@pytest.mark.parametrize("what", ["spend", "withdraw", "withdrawTo", "openStream"])
def test_nothing_comes_back_in_while_money_moves(what: str) -> None:
    """Though the token were governance and payee itself."""
    stand = build(Revm(), ReentrantToken)
    number, own = stand.open(6_000, 60), stand.open(6_000, 60, payee=stand.money.address)
    stand.access.grantRole(0, stand.money, 0, sender=stand.admin)
    stand.chain.skip(10 * DAY)
    calldata = stand.fund.calldata
    calls = {
        "spend": calldata.spend(stand.money, stand.ben, 1, PURPOSE),
        "withdraw": calldata.withdraw(own),
        "withdrawTo": calldata.withdrawTo(own, stand.ben),
        "openStream": calldata.openStream(stand.terms(), PURPOSE),
    }
    stand.money.arm(stand.fund, calls[what], sender=stand.stranger)
    with reverts("ReentrancyGuardReentrantCall"):
        stand.fund.withdraw(number, sender=stand.anna)
    with reverts("ReentrancyGuardReentrantCall"):
        stand.spend(1)
    stand.fund.spend(stand.euro, stand.anna, 1, PURPOSE, sender=stand.admin)


def test_a_stream_cancelled_while_it_is_paid_keeps_its_books() -> None:
    """Ending a stream moves no money, so it may happen then: what it reads is written before the token is called."""
    stand = build(Revm(), ReentrantToken)
    number, other = stand.open(6_000, 60), stand.open(6_000, 60)
    stand.access.grantRole(0, stand.money, 0, sender=stand.admin)
    stand.chain.skip(10 * DAY)
    stand.money.arm(stand.fund, stand.fund.calldata.cancelStream(number), sender=stand.stranger)
    assert stand.fund.withdraw(number, sender=stand.anna).returned == 1_000
    assert stand.books() == (STOCK, 1_000, 6_000, STOCK - 7_000)
    with reverts("StreamOver"):
        stand.fund.withdraw(other, sender=stand.anna)  # the token insists, and has itself only
