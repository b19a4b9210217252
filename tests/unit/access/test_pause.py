"""BoundedPause: at most seven days, then as long a rest, exits open."""

from typing import Any

import pytest

from caldera.contracts import events
from tests.support.suite import DAY, MINIMUM, Suite, reverts

WEEK = 7 * DAY


@pytest.fixture(params=["ledger", "module"])
def paused(request: pytest.FixtureRequest, suite: Suite) -> Any:
    return getattr(suite, request.param)


def test_durations(suite: Suite, paused: Any) -> None:
    for duration in (0, WEEK + 1, 2**256 - 1):
        with reverts("PauseOutOfRange", duration=duration, longest=WEEK):
            paused.pause(duration, sender=suite.officer)
    receipt = paused.pause(WEEK, sender=suite.officer)
    assert paused.pausedUntil() == suite.chain.now + WEEK
    assert list(receipt.events) == [events.PausedUntil(suite.chain.now + WEEK, emitter=paused.address)]


def test_it_ends_by_itself(suite: Suite) -> None:
    until = suite.chain.now + 10
    suite.module.pause(10, sender=suite.officer)
    suite.chain.warp(until - 1)
    with reverts("Paused", until=until):
        suite.create()
    suite.chain.warp(until)
    suite.create()


def test_after_it_the_suite_runs_for_a_week(suite: Suite, paused: Any) -> None:
    start = suite.chain.now
    paused.pause(10, sender=suite.officer)
    suite.chain.warp(start + 10 + WEEK - 1)
    with reverts("PauseTooSoon", earliest=start + 10 + WEEK):
        paused.pause(1, sender=suite.officer)
    suite.chain.warp(start + 10 + WEEK)
    paused.pause(1, sender=suite.officer)


def test_ending_it_early_brings_no_earlier_next_one(suite: Suite, paused: Any) -> None:
    start = suite.chain.now
    paused.pause(DAY, sender=suite.officer)
    suite.chain.skip(5)
    receipt = paused.unpause(sender=suite.officer)
    assert paused.pausedUntil() == start + 5
    assert list(receipt.events) == [events.PausedUntil(start + 5, emitter=paused.address)]
    assert list(paused.unpause(sender=suite.officer).events) == []
    with reverts("PauseTooSoon", earliest=start + DAY + WEEK):
        paused.pause(1, sender=suite.officer)


def test_only_the_guardian(suite: Suite, paused: Any) -> None:
    for caller in (suite.mallory, suite.admin):
        with reverts("AccessManagedUnauthorized", caller=caller.address):
            paused.pause(1, sender=caller)
        with reverts("AccessManagedUnauthorized", caller=caller.address):
            paused.unpause(sender=caller)


def test_entries_are_shut_and_exits_are_open(suite: Suite) -> None:
    asset, fresh = suite.circulating(), suite.create(number="INV-2")
    suite.send(suite.seller, suite.alice, asset, 50 * MINIMUM)
    suite.ledger.pledge(suite.alice, suite.bank, asset, 10 * MINIMUM, sender=suite.alice)
    suite.ledger.pause(WEEK, sender=suite.officer)
    suite.module.pause(WEEK, sender=suite.officer)
    until = suite.chain.now + WEEK
    for entry in (
        lambda: suite.create(number="INV-3"),
        lambda: suite.module.acknowledge(fresh, sender=suite.buyer),
        lambda: suite.ledger.pledge(suite.alice, suite.bank, asset, MINIMUM, sender=suite.alice),
    ):
        with reverts("Paused", until=until):
            entry()
    suite.send(suite.alice, suite.seller, asset, MINIMUM)
    suite.ledger.release(suite.alice, asset, 5 * MINIMUM, sender=suite.bank)
    suite.ledger.seize(suite.alice, suite.bank, asset, 5 * MINIMUM, sender=suite.bank)
    assert suite.pay(asset, 100 * MINIMUM) == 100 * MINIMUM
    assert suite.module.claim(asset, suite.bank, sender=suite.bank).returned == 5 * MINIMUM
