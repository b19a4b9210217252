"""ReceivableModule: every edge of the state machine, allowed and forbidden."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.suite import DAY, MINIMUM, Suite, reverts

NONE, REGISTERED, ACKNOWLEDGED, OVERDUE, DISPUTED, DEFAULTED, WRITTEN_OFF, SETTLED, CANCELLED = range(9)
NAMES = {
    REGISTERED: "registered",
    ACKNOWLEDGED: "acknowledged",
    OVERDUE: "overdue",
    DISPUTED: "disputed",
    DEFAULTED: "defaulted",
    WRITTEN_OFF: "written off",
    SETTLED: "settled",
    CANCELLED: "cancelled",
}
FACE = 100 * MINIMUM


def bring(suite: Suite, state: int) -> int:
    """A receivable in the state."""
    asset = suite.create()
    if state in (REGISTERED, CANCELLED):
        if state == CANCELLED:
            suite.module.cancel(asset, sender=suite.seller)
        return asset
    suite.module.acknowledge(asset, sender=suite.buyer)
    if state in (OVERDUE, DEFAULTED, WRITTEN_OFF):
        suite.chain.skip(61 * DAY if state == OVERDUE else 91 * DAY)
    if state in (DEFAULTED, WRITTEN_OFF):
        suite.module.declareDefault(asset, sender=suite.stranger)
    if state == WRITTEN_OFF:
        suite.module.writeOff(asset, sender=suite.officer)
    if state == DISPUTED:
        suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
    if state == SETTLED:
        suite.pay(asset, FACE)
    return asset


ACTIONS: dict[str, Callable[[Suite, int], Any]] = {
    "acknowledge": lambda s, a: s.module.acknowledge(a, sender=s.buyer),
    "cancel": lambda s, a: s.module.cancel(a, sender=s.seller),
    "credit a part": lambda s, a: s.module.creditNote(a, MINIMUM, "C1", 1, b"\2" * 32, sender=s.seller),
    "credit all": lambda s, a: s.module.creditNote(a, FACE, "C1", 1, b"\2" * 32, sender=s.seller),
    "dispute": lambda s, a: s.module.dispute(a, b"\1" * 32, sender=s.buyer),
    "withdraw the dispute": lambda s, a: s.module.withdrawDispute(a, sender=s.buyer),
    "resolve, conceding a part": lambda s, a: s.module.resolveDispute(a, [MINIMUM], sender=s.officer),
    "resolve, conceding all": lambda s, a: s.module.resolveDispute(a, [FACE], sender=s.officer),
    "pay a part": lambda s, a: s.pay(a, MINIMUM),
    "pay all": lambda s, a: s.pay(a, FACE),
    "declare default": lambda s, a: s.module.declareDefault(a, sender=s.stranger),
    "write off": lambda s, a: s.module.writeOff(a, sender=s.officer),
    "transfer": lambda s, a: s.send(s.seller, s.alice, a, MINIMUM),
    "pledge": lambda s, a: s.ledger.pledge(s.seller, s.bank, a, MINIMUM, sender=s.seller),
}
WRONG = "WrongState"
# What each action makes of each state: the state it leads to, or the error that refuses it.
TABLE: dict[str, dict[int, int | str]] = {
    "acknowledge": {REGISTERED: ACKNOWLEDGED},
    "cancel": {REGISTERED: CANCELLED},
    "credit a part": {REGISTERED: REGISTERED, ACKNOWLEDGED: ACKNOWLEDGED, OVERDUE: OVERDUE},
    "credit all": {REGISTERED: CANCELLED, ACKNOWLEDGED: CANCELLED, OVERDUE: CANCELLED},
    "dispute": {ACKNOWLEDGED: DISPUTED, OVERDUE: DISPUTED},
    "withdraw the dispute": {DISPUTED: ACKNOWLEDGED},
    "resolve, conceding a part": {DISPUTED: ACKNOWLEDGED},
    "resolve, conceding all": {DISPUTED: SETTLED},
    "pay a part": {
        REGISTERED: REGISTERED,
        ACKNOWLEDGED: ACKNOWLEDGED,
        OVERDUE: OVERDUE,
        DISPUTED: DISPUTED,
        DEFAULTED: DEFAULTED,
        WRITTEN_OFF: WRITTEN_OFF,
        SETTLED: "NothingOwed",
        CANCELLED: "NothingOwed",
    },
    "pay all": dict.fromkeys((REGISTERED, ACKNOWLEDGED, OVERDUE, DISPUTED, DEFAULTED, WRITTEN_OFF), SETTLED)
    | {SETTLED: "NothingOwed", CANCELLED: "NothingOwed"},
    "declare default": {ACKNOWLEDGED: "GraceRunning", OVERDUE: "GraceRunning"},
    "write off": {DEFAULTED: WRITTEN_OFF},
    "transfer": {
        ACKNOWLEDGED: ACKNOWLEDGED,
        OVERDUE: OVERDUE,
        DEFAULTED: DEFAULTED,
        WRITTEN_OFF: WRITTEN_OFF,
        REGISTERED: "NotCirculating",
        DISPUTED: "NotCirculating",
        SETTLED: "NotCirculating",
        CANCELLED: "NotCirculating",
    },
    "pledge": {
        ACKNOWLEDGED: ACKNOWLEDGED,
        REGISTERED: "NotCirculating",
        DISPUTED: "NotCirculating",
        SETTLED: "NotCirculating",
        CANCELLED: "NotCirculating",
    },
}
EDGES = [(action, state) for action in ACTIONS for state in NAMES]


@pytest.mark.parametrize(("action", "state"), EDGES, ids=[f"{a} when {NAMES[s]}" for a, s in EDGES])
def test_edge(suite: Suite, action: str, state: int) -> None:
    asset = bring(suite, state)
    assert suite.module.stateOf(asset) == state
    expected = TABLE[action].get(state, WRONG)
    if isinstance(expected, str):
        with reverts(expected):
            ACTIONS[action](suite, asset)
        expected = state
    else:
        ACTIONS[action](suite, asset)
    assert suite.module.stateOf(asset) == expected


def test_default_is_possible_one_second_after_the_grace_period_and_not_before(suite: Suite) -> None:
    asset = suite.circulating()
    due = suite.module.receivable(asset).dueDate
    suite.chain.warp(due + 30 * DAY)
    with reverts("GraceRunning", earliest=due + 30 * DAY + 1):
        suite.module.declareDefault(asset, sender=suite.stranger)
    suite.chain.skip(1)
    suite.module.declareDefault(asset, sender=suite.stranger)
    assert suite.module.stateOf(asset) == DEFAULTED


def test_overdue_begins_the_second_after_the_due_date(suite: Suite) -> None:
    asset = suite.circulating()
    suite.chain.warp(suite.module.receivable(asset).dueDate)
    assert suite.module.stateOf(asset) == ACKNOWLEDGED
    suite.chain.skip(1)
    assert suite.module.stateOf(asset) == OVERDUE


def test_a_recovery_after_the_write_off_is_shared(suite: Suite) -> None:
    asset = bring(suite, WRITTEN_OFF)
    suite.send(suite.seller, suite.alice, asset, 25 * MINIMUM)
    suite.pay(asset, 8 * MINIMUM)
    suite.module.claim(asset, suite.alice, sender=suite.alice)
    assert suite.token.balanceOf(suite.alice) == 2 * MINIMUM


def test_a_concession_is_borne_by_all_holders(suite: Suite) -> None:
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 25 * MINIMUM)
    suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
    with reverts("ExceedsOwed", amount=FACE + 1, owed=FACE):
        suite.module.resolveDispute(asset, [FACE + 1], sender=suite.officer)
    suite.module.resolveDispute(asset, [20 * MINIMUM], sender=suite.officer)
    assert suite.pay(asset, FACE) == 80 * MINIMUM
    for holder in (suite.alice, suite.seller):
        suite.module.claim(asset, holder, sender=holder)
    assert suite.token.balanceOf(suite.alice) == 20 * MINIMUM
    assert suite.token.balanceOf(suite.seller) == 60 * MINIMUM


@pytest.mark.parametrize("action", ["dispute", "withdraw the dispute", "acknowledge"])
def test_only_the_debtor(suite: Suite, action: str) -> None:
    needs = {"dispute": ACKNOWLEDGED, "withdraw the dispute": DISPUTED, "acknowledge": REGISTERED}
    asset = bring(suite, needs[action])
    calls = {
        "dispute": lambda who: suite.module.dispute(asset, b"\1" * 32, sender=who),
        "withdraw the dispute": lambda who: suite.module.withdrawDispute(asset, sender=who),
        "acknowledge": lambda who: suite.module.acknowledge(asset, sender=who),
    }
    with reverts("NotTheDebtor", signer=suite.seller.address):
        calls[action](suite.seller)
    with reverts("NotActive", account=suite.mallory.address):
        calls[action](suite.mallory)
    colleague = suite.enrol("colleague", entity=suite.entities["buyer"])
    calls[action](colleague)
    assert suite.module.stateOf(asset) != needs[action]
