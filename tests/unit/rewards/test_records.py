"""What nodes verified: counters by epoch, and the scores that anyone computes from the events alone."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.contracts import NodeRecords, events
from caldera.model.rewards import Event, score
from tests.support.rewards import EPOCH, ERA, Rewards
from tests.support.suite import DAY, reverts

STAKE = 10_000 * ERA
KINDS = {"ResultsSigned": "signed", "ResultFoundWrong": "wrong", "DutyMissed": "missed"}


def heard(logs: list[Any]) -> list[Event]:
    """The model's events, of those of a chain."""
    found = []
    for log in logs:
        kind = KINDS[type(log).__name__]
        if kind == "signed":
            found += [Event(kind, log.epoch, node, log.volume) for node in log.nodes]
        else:
            found.append(Event(kind, log.epoch, log.node))
    return found


class TestCounters:
    def test_signed(self, rewards: Rewards) -> None:
        records, epoch = rewards.records, rewards.epoch
        call = records.recordSigned([1, 2], 30 * ERA, sender=rewards.officer)
        event = call.one(events.ResultsSigned)
        assert (event.epoch, list(event.nodes), event.volume) == (epoch, [1, 2], 30 * ERA)
        rewards.signed([2], ERA)
        rewards.chain.skip(EPOCH)
        rewards.signed([2], 5)
        assert records.currentEpoch() == epoch + 1
        assert records.recordOf(1, epoch) == (1, 0, 0, 30 * ERA)
        assert records.recordOf(2, epoch) == (2, 0, 0, 31 * ERA)
        assert records.recordOf(2, epoch + 1) == (1, 0, 0, 5)
        assert (records.volumeOf(epoch), records.volumeOf(epoch + 1)) == (61 * ERA, 5)

    def test_a_volume_beyond_its_bits_stands_still_and_touches_nothing_else(self, rewards: Rewards) -> None:
        most = 2**96 - 1
        for number in range(1, 4):
            rewards.signed([1], most)
            assert rewards.records.recordOf(1, rewards.epoch) == (number, 0, 0, most)
        assert rewards.records.volumeOf(rewards.epoch) == 3 * most

    def test_wrong_and_missed(self, rewards: Rewards) -> None:
        records, epoch = rewards.records, rewards.epoch
        wrong = records.recordWrong(3, sender=rewards.officer).one(events.ResultFoundWrong)
        missed = records.recordMissed(3, sender=rewards.officer).one(events.DutyMissed)
        records.recordMissed(3, sender=rewards.officer)
        assert (wrong.epoch, wrong.node) == (missed.epoch, missed.node) == (epoch, 3)
        assert records.recordOf(3, epoch) == (0, 1, 2, 0)

    def test_31_sign_at_most(self, rewards: Rewards) -> None:
        with reverts("TooManySigners", signers=32, most=31):
            rewards.signed(list(range(1, 33)), 1)
        rewards.signed(list(range(1, 32)), 1)
        assert rewards.records.recordOf(31, rewards.epoch).signed == 1
        rewards.signed([], ERA)
        assert rewards.records.volumeOf(rewards.epoch) == 31

    def test_only_who_verifies(self, rewards: Rewards) -> None:
        records, nobody = rewards.records, rewards.admin
        calls: tuple[Callable[[], Any], ...] = (
            lambda: records.recordSigned([1], 1, sender=nobody),
            lambda: records.recordWrong(1, sender=nobody),
            lambda: records.recordMissed(1, sender=nobody),
        )
        for call in calls:
            with reverts("AccessManagedUnauthorized"):
                call()


class TestScores:
    def test_rounded_down(self, rewards: Rewards) -> None:
        rewards.signed([1], 10**20 // 3)
        rewards.signed([1], 0)
        rewards.signed([1], 0)
        rewards.records.recordWrong(1, sender=rewards.officer)
        rewards.records.recordMissed(1, sender=rewards.officer)
        assert rewards.records.scoreOf(1, rewards.epoch, STAKE) == (3_333, 6_666, 7_500)

    @pytest.mark.parametrize(
        ("volume", "active", "bps"),
        [
            (0, 0, 0),
            (1, 0, 10_000),
            (0, STAKE, 0),
            (10**20 - 1, STAKE, 9_999),
            (10**20, STAKE, 10_000),
            (2**95, 1, 10_000),
        ],
    )
    def test_volume(self, rewards: Rewards, volume: int, active: int, bps: int) -> None:
        rewards.signed([1], volume)
        assert rewards.records.scoreOf(1, rewards.epoch, active)[0] == bps

    def test_more_wrong_than_signed(self, rewards: Rewards) -> None:
        rewards.signed([1], 1)
        for expected in (10_000, 0, 0):
            assert rewards.records.scoreOf(1, rewards.epoch, STAKE)[1] == expected
            rewards.records.recordWrong(1, sender=rewards.officer)

    def test_trailing_epochs(self, rewards: Rewards) -> None:
        records, first = rewards.records, rewards.epoch
        rewards.signed([1], 10**20)
        records.recordWrong(1, sender=rewards.officer)
        assert [records.scoreOf(1, first + ahead, STAKE) for ahead in range(4)] == [
            (10_000, 0, 10_000),
            (0, 0, 10_000),
            (0, 0, 10_000),
            (0, 0, 0),
        ]
        records.setScoreTerms(6, 100, sender=rewards.admin)
        assert records.scoreOf(1, first + 5, STAKE) == (0, 0, 10_000)
        assert records.scoreOf(1, first + 6, STAKE) == (0, 0, 0)
        assert records.scoreOf(1, 0, STAKE) == (0, 0, 0)

    def test_terms(self, rewards: Rewards) -> None:
        records = rewards.records
        assert records.scoreTerms() == (3, 100)
        for trailing, bps in ((0, 1), (7, 1), (1, 0), (1, 10_001)):
            with reverts("ScoreTermsOutOfRange", trailing=trailing, targetBps=bps):
                records.setScoreTerms(trailing, bps, sender=rewards.admin)
            with reverts("ScoreTermsOutOfRange"):
                NodeRecords.deploy(rewards.chain, rewards.access, EPOCH, trailing, bps, sender=rewards.admin)
        for trailing, bps in ((1, 1), (6, 10_000)):
            event = records.setScoreTerms(trailing, bps, sender=rewards.admin).one(events.ScoreTermsSet)
            assert (event.trailing, event.targetBps) == (trailing, bps) == records.scoreTerms()

    def test_length_of_an_epoch(self, rewards: Rewards) -> None:
        for length in (DAY - 1, 366 * DAY + 1):
            with reverts("RecordEpochOutOfRange", length=length, least=DAY, most=366 * DAY):
                NodeRecords.deploy(rewards.chain, rewards.access, length, 3, 100, sender=rewards.admin)
        for length in (DAY, 366 * DAY):
            made = NodeRecords.deploy(rewards.chain, rewards.access, length, 3, 100, sender=rewards.admin)
            assert (made.epochLength(), made.currentEpoch()) == (length, rewards.now // length)


nodes = st.integers(1, 3)
acts = st.one_of(
    st.tuples(st.just("signed"), st.lists(nodes, unique=True), st.integers(0, 2 * 10**20)),
    st.tuples(st.sampled_from(["wrong", "missed"]), nodes, st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 2 * EPOCH), st.just(0)),
)


@pytest.mark.known_defect("eigenlayer-trusted-root")
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(
    acts=st.lists(acts, max_size=25),
    node=nodes,
    back=st.integers(0, 4),
    active=st.sampled_from([0, 1, STAKE, 10**27]),
    trailing=st.integers(1, 6),
    target=st.integers(1, 10_000),
)
def test_anyone_computes_scores_from_events_alone(
    built: Rewards, acts: list[Any], node: int, back: int, active: int, trailing: int, target: int
) -> None:
    rewards = built
    logs: list[Any] = []
    with rewards.chain.isolated():
        rewards.records.setScoreTerms(trailing, target, sender=rewards.admin)
        for kind, what, volume in acts:
            if kind == "wait":
                rewards.chain.skip(what)
            elif kind == "signed":
                logs += rewards.records.recordSigned(what, volume, sender=rewards.officer).events
            else:
                call = rewards.records.recordWrong if kind == "wrong" else rewards.records.recordMissed
                logs += call(what, sender=rewards.officer).events
        epoch = rewards.epoch - back
        wanted = score(heard(logs), node, epoch, active, trailing, target)
        assert rewards.records.scoreOf(node, epoch, active) == wanted
