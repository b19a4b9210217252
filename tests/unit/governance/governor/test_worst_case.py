"""The worst that locks can do to a proposal: every week filled with dust, nothing touched for years.

It can be proposed, voted on, queued and carried out all the same. Gas is that of whole transactions, on a chain whose
slots grow cold.
"""

from collections.abc import Iterator

import pytest

from caldera.evm import Account, Anvil, AnvilMissing
from caldera.evm.anvil_process import find_anvil
from caldera.model.governance import State
from tests.support.governance import ERA, FOR, SUPPLY, TERMS, WEEK, YEAR, Call, Governance, build, calls
from tests.support.suite import DAY

LEAST = 10 * ERA
HELD = 50_000_000 * ERA
WEEKS = range(2, 209)
"""Weeks from now in which a lock can end, three days into a week."""
LONG_WEEKS = range(27, 209)
"""Of these, the ones of locks that vote twice."""
TRANSACTION = 2**24
"""The most gas of one transaction (EIP-7825)."""
TEXT = "a quicker vote"


@pytest.fixture(scope="module")
def node() -> Iterator[Anvil]:
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil() as chain:
        yield chain


@pytest.fixture(scope="module")
def filled(node: Anvil) -> Governance:
    """alice holds votes. The attacker gave her a lock in each week and lets his own of each week vote for her: each
    is a checkpoint of all votes."""
    hall = build(node, least=LEAST)
    hall.holds("alice", HELD)
    mallory = hall.account("mallory")
    hall.give(mallory, 4 * len(WEEKS) * LEAST)
    hall.era.approve(hall.lock, SUPPLY, sender=mallory)
    began = (hall.now // WEEK + 1) * WEEK
    hall.to(began + 3 * DAY)
    for weeks in WEEKS:
        end = (began // WEEK + weeks) * WEEK
        hall.lock.lockFor(hall.account("alice"), LEAST, end - hall.now - 60, sender=mallory)
        hall.lock.lockUntil(LEAST, end, sender=mallory)
    hall.lock.delegate(hall.account("alice"), sender=mallory)
    return hall


@pytest.fixture
def hall(filled: Governance) -> Iterator[Governance]:
    with filled.chain.isolated():
        yield filled


@pytest.mark.parametrize(
    ("years", "bounds"),
    [
        (0, (145_000, 110_000, 110_000, 170_000, 140_000)),
        (4, (1_250_000, 110_000, 1_500_000, 465_000, 435_000)),
        (40, (1_250_000, 110_000, 1_500_000, 465_000, 435_000)),
    ],
)
def test_a_proposal_goes_its_whole_way(hall: Governance, years: int, bounds: tuple[int, ...]) -> None:
    """At once, when the last lock has ended, and after forty years in which nobody touched a lock.

    Args:
        bounds: of proposing, of a vote early on by somebody else, of the last one, of queueing, of execution.
    """
    governor, alice, bank = hall.governor, hall.account("alice"), hall.holds("bank", HELD)
    if years:
        hall.to(hall.now + years * YEAR)
    given: list[Call] = [hall.call(governor, "setVotingPeriod", 3 * DAY)]
    of = calls(given, TEXT)
    hall.to(hall.now + 1)
    proposed = governor.propose(of.targets, of.values, of.datas, TEXT, sender=alice)
    number = proposed.returned
    hall.to_vote(number)
    vote = governor.castVote(number, FOR, sender=bank)
    hall.to(governor.proposalDeadline(number))  # in the last second, where the quorum is asked for as well
    late = governor.castVote(number, FOR, sender=alice)
    doubled = 0 if years else 2 * len(LONG_WEEKS) * LEAST
    assert late.returned == HELD + 2 * len(WEEKS) * LEAST + doubled
    assert governor.quorum(governor.proposalSnapshot(number)) == (SUPPLY + doubled) * TERMS.quorum_bps // 10_000
    hall.to_end(number)
    mallory = hall.account("mallory")
    queued = governor.queue(*of, sender=mallory)
    hall.to(governor.proposalEta(number))
    executed = governor.execute(*of, sender=mallory)
    assert hall.state(number) == State.EXECUTED
    used = [step.gas_used for step in (proposed, vote, late, queued, executed)]
    assert [gas < bound for gas, bound in zip(used, bounds, strict=True)] == [True] * 5, used
    assert max(bounds) < TRANSACTION // 10


@pytest.mark.known_defect("votes-unbounded")
def test_what_all_votes_cost_to_ask_for_is_bounded(hall: Governance) -> None:
    """However long ago the last change was: a proposal could be neither queued nor carried out else."""
    reads = []
    mallory: Account = hall.account("mallory")
    for years in (5, 500):
        hall.to(hall.now + years * YEAR)
        data = hall.lock.calldata.doubledAt(hall.now - 1)
        reads.append(hall.chain.transact(hall.lock.address, data, sender=mallory).gas_used)
        assert hall.lock.doubledAt(hall.now - 1) == 0
    assert max(reads) < 320_000
