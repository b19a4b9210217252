"""Staking over tokens that misbehave. It is made for ERA, which does not; its money is safe all the same."""

from collections.abc import Iterator
from typing import Any

import pytest

from caldera.contracts import BlacklistToken, FeeToken, ReentrantToken
from tests.support.staking import DAY, ERA, NOBODY, Staking, build
from tests.support.suite import reverts

LATER = 21 * DAY


@pytest.fixture(scope="module")
def _calling_back() -> Staking:
    return build(token=ReentrantToken)


@pytest.fixture
def calling(_calling_back: Staking) -> Iterator[Staking]:
    entities, actors = dict(_calling_back.suite.entities), dict(_calling_back.suite.actors)
    with _calling_back.suite.chain.isolated():
        yield _calling_back
    _calling_back.suite.entities, _calling_back.suite.actors = entities, actors


NAMES = [
    *("stake", "stakeFor", "unbond", "redelegate", "redirect", "complete", "withdraw", "withdrawAll", "retireNode"),
    *("refreshNode", "announceCommission", "applyCommission", "acceptOwner", "takeSlashed"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("within", ["stake", "withdraw", "withdrawAll", "takeSlashed"])
def test_a_token_that_calls_back(calling: Staking, name: str, within: str) -> None:
    nodes, token = calling.nodes, calling.era
    node, other = calling.node(calling.alice), calling.node(calling.carol)
    calling.stake(calling.bank, node, 100)
    calling.unbond(calling.bank, node, 50)
    calling.slash(node, 5)
    calling.later(LATER)
    data = nodes.calldata
    given: dict[str, Any] = {
        "stake": data.stake(node, 1, 0),
        "stakeFor": data.stakeFor(token, node, 1, 0),
        "unbond": data.unbond(node, 1, 0),
        "redelegate": data.redelegate(node, 1, other, 0),
        "redirect": data.redirect(0, other),
        "complete": data.complete(calling.holder(calling.bank), 0),
        "withdraw": data.withdraw(0, 0),
        "withdrawAll": data.withdrawAll(),
        "retireNode": data.retireNode(node),
        "refreshNode": data.refreshNode(node),
        "announceCommission": data.announceCommission(node, 1),
        "applyCommission": data.applyCommission(node),
        "acceptOwner": data.acceptOwner(node),
        "takeSlashed": data.takeSlashed(NOBODY, True, token),
    }
    calls: dict[str, Any] = {
        "stake": lambda: nodes.stake(node, 5, 5, sender=calling.bank),
        "withdraw": lambda: nodes.withdraw(0, 49, sender=calling.bank),
        "withdrawAll": lambda: nodes.withdrawAll(sender=calling.bank),
        "takeSlashed": lambda: nodes.takeSlashed(NOBODY, False, calling.bank, sender=calling.officer),
    }
    token.arm(nodes, given[name], sender=calling.stranger)
    with reverts("ReentrancyGuardReentrantCall"):
        calls[within]()
    token.arm(NOBODY, b"", sender=calling.stranger)
    calls[within]()


def test_a_slasher_is_not_entered_twice(calling: Staking) -> None:
    node = calling.node(calling.alice)
    calling.nodes.setSlasher(calling.slasher, sender=calling.admin)
    calling.slasher.slash(node, 10_000 * ERA, 0, calling.carol, calling.now, sender=calling.officer)
    slasher, token, carol = calling.slasher, calling.era, calling.carol
    pays = {
        slasher.payReporter: (slasher.calldata.payFund(carol), slasher.calldata.payReporter(carol)),
        slasher.payFund: (slasher.calldata.payReporter(carol), slasher.calldata.payFund(carol)),
    }
    for pay, (other, same) in pays.items():
        token.arm(slasher, other, sender=calling.stranger)
        with reverts("ReentrancyGuardReentrantCall"):
            pay(carol, sender=carol)
        token.arm(slasher, same, sender=calling.stranger)
        with reverts("NothingForReporter" if pay == slasher.payReporter else "NothingForFund", reporter=carol.address):
            pay(carol, sender=carol)
    token.arm(NOBODY, b"", sender=calling.stranger)
    assert [pay(carol, sender=carol).returned for pay in pays] == [400 * ERA, 3_600 * ERA]


def test_a_token_with_a_fee_is_refused() -> None:
    staking = build(token=FeeToken)
    node = staking.node(staking.alice, 0)
    with reverts("InexactToken", token=staking.era.address, expected=100, received=99):
        staking.stake(staking.alice, node, 100)
    assert tuple(staking.nodes.stakeOf(node)) == (0, 0, False)
    staking.stake(staking.alice, node, 99)  # a hundredth of it is nothing


def test_who_cannot_be_paid_stops_nobody_else() -> None:
    staking = build(token=BlacklistToken)
    node = staking.node(staking.alice)
    for account in (staking.bank, staking.carol):
        staking.stake(account, node, 100)
        staking.unbond(account, node, 100)
    staking.later(LATER)
    staking.era.setBlacklisted(staking.bank, True, sender=staking.stranger)
    with reverts("Blacklisted", account=staking.bank.address):
        staking.nodes.withdraw(0, 0, sender=staking.bank)
    staking.nodes.withdraw(0, 100, sender=staking.carol)
    staking.nodes.setSlasher(staking.slasher, sender=staking.admin)
    staking.slasher.slash(node, 10_000 * ERA, 0, staking.bank, staking.now, sender=staking.officer)
    staking.era.setBlacklisted(staking.bank, False, sender=staking.stranger)
    staking.nodes.withdraw(0, 60, sender=staking.bank)
