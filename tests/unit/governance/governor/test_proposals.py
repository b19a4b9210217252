"""CalderaGovernor: a proposal from its first second to its last; who cancels it; what can never be carried out."""

import pytest

from caldera.contracts import CalderaTimelock, events
from caldera.evm import Account
from caldera.model.governance import GRACE, State
from tests.support.governance import (
    AGAINST,
    DELAY,
    ERA,
    FOR,
    TERMS,
    Call,
    Governance,
    build,
)
from tests.support.suite import DAY, NOBODY, reverts

TEXT = "a quicker vote"


@pytest.fixture
def given(hall: Governance) -> list[Call]:
    """What the proposals here would do."""
    return [hall.call(hall.governor, "setVotingPeriod", 3 * DAY)]


@pytest.fixture
def alice(hall: Governance) -> Account:
    return hall.holds("alice", 50_000_000 * ERA)


class TestProposing:
    """Who may, and what it becomes."""

    def test_ids_count_from_one(self, hall: Governance, given: list[Call], alice: Account) -> None:
        assert hall.propose(given, "one", alice) == 1
        assert hall.propose(given, "two", alice) == 2  # the same calls again: another proposal
        assert hall.governor.latestProposalId() == 2
        of = hall.lists(given, "two")
        assert hall.governor.getProposalId(*of) == 2
        with reverts("GovernorNonexistentProposal", proposalId=0):
            hall.governor.getProposalId(*hall.lists(given, "three"))

    def test_its_event_holds_all_that_queue_and_execute_need(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        hall.to(hall.now + 1)
        of = hall.lists(given, TEXT)
        receipt = hall.governor.propose(of.targets, of.values, of.datas, TEXT, sender=alice)
        snapshot = hall.now + TERMS.voting_delay
        assert list(receipt.events) == [
            events.ProposalCreated(
                1,
                alice.address,
                tuple(of.targets),
                tuple(of.values),
                ("",),
                tuple(of.datas),
                snapshot,
                snapshot + TERMS.voting_period,
                TEXT,
                emitter=hall.governor.address,
            )
        ]
        assert hall.governor.proposalSnapshot(1) == snapshot
        assert hall.governor.proposalDeadline(1) == snapshot + TERMS.voting_period
        assert hall.governor.proposalProposer(1) == alice.address

    def test_the_threshold_is_what_was_there_a_second_before(self, hall: Governance, given: list[Call]) -> None:
        bank = hall.holds("bank", TERMS.threshold - 1)
        with reverts("GovernorInsufficientProposerVotes", votes=TERMS.threshold - 1):
            hall.propose(given, TEXT, bank)
        hall.give(bank, 1)
        of = hall.lists(given, TEXT)
        with reverts("GovernorInsufficientProposerVotes"):  # borrowed in this very second
            hall.governor.propose(of.targets, of.values, of.datas, TEXT, sender=bank)
        assert hall.propose(given, TEXT, bank) == 1

    def test_locked_and_unvested_era_propose_too(self, hall: Governance, given: list[Call]) -> None:
        bank = hall.locks("bank", TERMS.threshold // 2 - 1)
        hall.granted("bank", 2)
        assert hall.propose(given, TEXT, bank) == 1

    def test_lists_of_different_lengths(self, hall: Governance, alice: Account) -> None:
        hall.to(hall.now + 1)
        here = hall.governor.address
        for lists in (([], [], []), ([here], [], [b""]), ([here], [0], []), ([here, here], [0, 0], [b""])):
            with reverts("GovernorInvalidProposalLength"):
                hall.governor.propose(*lists, TEXT, sender=alice)
        assert hall.governor.propose([here], [0], [b""], TEXT, sender=alice).returned == 1

    def test_word_for_word_the_same_is_refused(self, hall: Governance, given: list[Call], alice: Account) -> None:
        hall.propose(given, TEXT, alice)
        with reverts("GovernorUnexpectedProposalState", proposalId=1, current=State.PENDING):
            hall.propose(given, TEXT, alice)

    def test_nobody_takes_a_proposal_from_its_author(self, hall: Governance, given: list[Call], alice: Account) -> None:
        """Copying what waits to be mined, and cancelling the copy, would block its words."""
        bank = hall.holds("bank", TERMS.threshold)
        mine = f"{TEXT} #proposer={alice.address}"
        with reverts("GovernorRestrictedProposer", proposer=bank.address):
            hall.propose(given, mine, bank)
        number = hall.propose(given, mine, alice)
        hall.propose(given, TEXT, bank)
        hall.cancel(given, TEXT, bank)
        assert hall.state(number) == State.PENDING

    def test_the_same_calls_twice_are_carried_out_twice(self, hall: Governance, alice: Account) -> None:
        hall.give(hall.timelock, 10)
        carol = hall.account("carol")
        pay = [hall.call(hall.era, "transfer", carol, 5)]
        for text in ("one", "two"):
            hall.propose(pay, text, alice)
        hall.to_vote(2)
        for number in (1, 2):
            hall.vote(number, alice)
        hall.to_end(2)
        for text in ("one", "two"):
            hall.queue(pay, text)
        assert hall.operation(pay, "one") != hall.operation(pay, "two")
        hall.to(hall.now + DELAY)
        hall.execute(pay, "one")
        assert hall.era.balanceOf(carol) == 5
        with reverts("GovernorUnexpectedProposalState", current=State.EXECUTED):
            hall.execute(pay, "one")
        hall.execute(pay, "two")
        assert hall.era.balanceOf(carol) == 10


class TestCourse:
    """Each second of it."""

    def test_from_pending_to_executed(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = hall.propose(given, TEXT, alice)
        snapshot, end = hall.governor.proposalSnapshot(number), hall.governor.proposalDeadline(number)
        hall.to(snapshot)
        assert hall.state(number) == State.PENDING
        hall.to(snapshot + 1)
        assert hall.state(number) == State.ACTIVE
        hall.vote(number, alice)
        hall.to(end)
        assert hall.state(number) == State.ACTIVE
        with reverts("GovernorUnexpectedProposalState", current=State.ACTIVE):
            hall.queue(given, TEXT)
        hall.to(end + 1)
        assert hall.state(number) == State.SUCCEEDED
        with reverts("GovernorUnexpectedProposalState", current=State.SUCCEEDED):
            hall.execute(given, TEXT)
        hall.queue(given, TEXT)
        assert hall.governor.proposalEta(number) == hall.now + DELAY
        hall.to(end + DELAY)
        assert hall.state(number) == State.QUEUED
        with reverts("TimelockUnexpectedOperationState"):
            hall.execute(given, TEXT)
        hall.to(end + 1 + DELAY)
        receipt = hall.execute(given, TEXT)
        assert receipt.one(events.ProposalExecuted).proposalId == number
        assert (hall.state(number), hall.governor.votingPeriod()) == (State.EXECUTED, 3 * DAY)

    def test_anyone_may_execute_at_the_timelock(self, hall: Governance, alice: Account) -> None:
        hall.give(hall.timelock, 5)
        pay = [hall.call(hall.era, "transfer", alice, 5)]
        number = hall.ready(pay, TEXT, alice)
        of = hall.lists(pay, TEXT)
        hall.timelock.executeBatch(
            of.targets, of.values, of.datas, bytes(32), hall.salt(TEXT), sender=hall.account("mallory")
        )
        assert hall.state(number) == State.EXECUTED
        with reverts("GovernorUnexpectedProposalState", current=State.EXECUTED):
            hall.execute(pay, TEXT)
        with reverts("GovernorUnexpectedProposalState", current=State.EXECUTED):
            hall.cancel(pay, TEXT, hall.account("guardian"))

    def test_the_governors_own_settings_only_through_the_governor(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        hall.ready(given, TEXT, alice)
        of = hall.lists(given, TEXT)
        with reverts("Panic", code=0x31):
            hall.timelock.executeBatch(of.targets, of.values, of.datas, bytes(32), hall.salt(TEXT), sender=alice)
        hall.execute(given, TEXT)
        assert hall.governor.votingPeriod() == 3 * DAY

    @pytest.mark.parametrize("support", [None, AGAINST])
    def test_what_was_defeated_is_never_carried_out(
        self, hall: Governance, given: list[Call], alice: Account, support: int | None
    ) -> None:
        number = hall.propose(given, TEXT, alice)
        hall.to_vote(number)
        if support is not None:
            hall.vote(number, alice, support)
        hall.to_end(number)
        for _ in range(3):
            assert hall.state(number) == State.DEFEATED
            for act in (hall.queue, hall.execute):
                with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED):
                    act(given, TEXT)
            hall.to(hall.now + GRACE)

    def test_what_nobody_queued_in_time_expires(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = hall.succeeded(given, TEXT, alice)
        end = hall.governor.proposalDeadline(number)
        hall.to(end + GRACE)
        with hall.chain.isolated():
            hall.queue(given, TEXT)
        hall.to(end + GRACE + 1)
        assert hall.state(number) == State.EXPIRED
        with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
            hall.queue(given, TEXT)
        with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
            hall.cancel(given, TEXT, hall.account("guardian"))

    @pytest.mark.known_defect("endless-execution")
    def test_what_nobody_executed_in_time_lapses_in_the_timelock_too(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        number = hall.ready(given, TEXT, alice)
        hall.to(hall.governor.proposalEta(number) + GRACE)
        with hall.chain.isolated():
            hall.execute(given, TEXT)
        assert hall.timelock.isOperationReady(hall.operation(given, TEXT))
        hall.to(hall.now + 1)
        assert hall.state(number) == State.EXPIRED
        assert not hall.timelock.isOperation(hall.operation(given, TEXT))
        with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
            hall.execute(given, TEXT)
        of = hall.lists(given, TEXT)
        with reverts("TimelockUnexpectedOperationState"):
            hall.timelock.executeBatch(of.targets, of.values, of.datas, bytes(32), hall.salt(TEXT), sender=alice)
        with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
            hall.cancel(given, TEXT, hall.account("guardian"))

    def test_what_cannot_be_carried_out_now_can_be_later(self, hall: Governance, alice: Account) -> None:
        pay = [hall.call(hall.era, "transfer", alice, 5)]
        number = hall.ready(pay, TEXT, alice)
        with reverts("ERC20InsufficientBalance"):
            hall.execute(pay, TEXT)
        assert hall.state(number) == State.QUEUED
        hall.give(hall.timelock, 5)
        hall.execute(pay, TEXT)
        assert hall.state(number) == State.EXECUTED

    def test_calls_stand_or_fall_together(self, hall: Governance, alice: Account) -> None:
        both = [hall.call(hall.governor, "setVotingPeriod", 3 * DAY), hall.call(hall.era, "transfer", alice, 5)]
        hall.ready(both, TEXT, alice)
        with reverts("ERC20InsufficientBalance"):
            hall.execute(both, TEXT)
        assert hall.governor.votingPeriod() == TERMS.voting_period


class TestCancelling:
    """The guardian, at any time; a proposer, until the vote; nobody else, ever."""

    def test_a_proposer_until_the_snapshot(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = hall.propose(given, TEXT, alice)
        hall.to(hall.governor.proposalSnapshot(number))
        for who in ("bank", "admin", "holder", "mallory"):
            with reverts("GovernorUnableToCancel", proposalId=number, account=hall.account(who).address):
                hall.cancel(given, TEXT, hall.account(who))
        with hall.chain.isolated():
            receipt = hall.cancel(given, TEXT, alice)
            assert receipt.one(events.ProposalCanceled).proposalId == number
            assert hall.state(number) == State.CANCELED
        hall.to_vote(number)
        with reverts("GovernorUnableToCancel"):
            hall.cancel(given, TEXT, alice)

    @pytest.mark.parametrize("when", ["pending", "active", "defeated", "succeeded", "queued", "ready"])
    def test_the_guardian_at_any_time(self, hall: Governance, given: list[Call], alice: Account, when: str) -> None:
        number = hall.propose(given, TEXT, alice)
        if when != "pending":
            hall.to_vote(number)
        if when in ("succeeded", "queued", "ready"):
            hall.vote(number, alice)
        if when not in ("pending", "active"):
            hall.to_end(number)
        if when in ("queued", "ready"):
            hall.queue(given, TEXT)
        if when == "ready":
            hall.to(hall.governor.proposalEta(number))
        hall.cancel(given, TEXT, hall.account("guardian"))
        assert hall.state(number) == State.CANCELED
        hall.to(hall.now + 30 * DAY)
        for act in (hall.queue, hall.execute):
            with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
                act(given, TEXT)
        with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
            hall.cancel(given, TEXT, hall.account("guardian"))

    def test_what_was_queued_is_cancelled_in_the_timelock_too(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        pay = [hall.call(hall.era, "transfer", alice, 0)]
        hall.ready(pay, TEXT, alice)
        assert hall.timelock.isOperationReady(hall.operation(pay, TEXT))
        receipt = hall.cancel(pay, TEXT, hall.account("guardian"))
        assert receipt.one(events.Cancelled).id == hall.operation(pay, TEXT)
        assert not hall.timelock.isOperation(hall.operation(pay, TEXT))
        of = hall.lists(pay, TEXT)
        with reverts("TimelockUnexpectedOperationState"):
            hall.timelock.executeBatch(of.targets, of.values, of.datas, bytes(32), hall.salt(TEXT), sender=alice)

    @pytest.mark.known_defect("proposer-cancels")
    def test_without_a_guardian_nobody_takes_back_what_is_voted_on(self, given: list[Call]) -> None:
        """OpenZeppelin's extension lets the proposer cancel at any time where there is no guardian."""
        hall = build(guardian=False)
        alice = hall.holds("alice", 50_000_000 * ERA)
        change = [hall.call(hall.governor, "setVotingPeriod", 3 * DAY)]
        number = hall.propose(change, TEXT, alice)
        hall.to_vote(number)
        hall.vote(number, alice)
        with reverts("GovernorUnableToCancel"):
            hall.cancel(change, TEXT, alice)
        hall.to_end(number)
        hall.queue(change, TEXT)
        for who in ("alice", "admin", "guardian", "mallory"):
            with reverts("GovernorUnableToCancel"):
                hall.cancel(change, TEXT, hall.account(who))
        hall.to(hall.now + DELAY)
        hall.execute(change, TEXT)

    def test_the_guardian_can_do_nothing_else(self, hall: Governance, given: list[Call], alice: Account) -> None:
        guardian = hall.account("guardian")
        with reverts("GovernorInsufficientProposerVotes"):
            hall.propose(given, TEXT, guardian)
        number = hall.propose(given, TEXT, alice)
        hall.to_vote(number)
        with reverts("NoVotesAtSnapshot"):
            hall.vote(number, guardian)
        with reverts("GovernorOnlyExecutor"):
            hall.governor.setProposalGuardian(guardian, sender=guardian)
        for role in (hall.timelock.PROPOSER_ROLE(), hall.timelock.CANCELLER_ROLE(), hall.timelock.EXECUTOR_ROLE()):
            assert not hall.timelock.hasRole(role, guardian)
        with reverts("AccessControlUnauthorizedAccount"):
            hall.timelock.cancel(bytes(32), sender=guardian)

    def test_the_guardian_cannot_keep_its_office(self, hall: Governance, alice: Account) -> None:
        guardian, carol = hall.account("guardian"), hall.account("carol")
        change = [hall.call(hall.governor, "setProposalGuardian", carol)]
        number = hall.propose(change, TEXT, alice)
        assert hall.governor.namesGuardian(number)
        with reverts("GovernorUnableToCancel", proposalId=number, account=guardian.address):
            hall.cancel(change, TEXT, guardian)
        hall.to_vote(number)
        hall.vote(number, alice)
        hall.to_end(number)
        hall.queue(change, TEXT)
        with reverts("GovernorUnableToCancel"):
            hall.cancel(change, TEXT, guardian)
        hall.to(hall.now + DELAY)
        receipt = hall.execute(change, TEXT)
        assert receipt.one(events.ProposalGuardianSet) == events.ProposalGuardianSet(
            guardian.address, carol.address, emitter=hall.governor.address
        )
        again = [hall.call(hall.governor, "setProposalGuardian", NOBODY)]
        hall.propose(again, "none", alice)
        hall.cancel(again, "none", alice)  # its proposer can, until the vote
        with reverts("GovernorUnableToCancel"):
            hall.cancel(again, "none", guardian)

    def test_more_than_that_in_one_proposal_it_can_cancel(self, hall: Governance, alice: Account) -> None:
        guardian = hall.account("guardian")
        change = hall.call(hall.governor, "setProposalGuardian", alice)
        other = hall.call(hall.governor, "setVotingPeriod", 3 * DAY)
        elsewhere = change._replace(target=hall.era.address)
        for text, given in {"two": [change, other], "period": [other], "else": [elsewhere]}.items():
            number = hall.propose(given, text, alice)
            assert not hall.governor.namesGuardian(number)
            hall.cancel(given, text, guardian)
            assert hall.state(number) == State.CANCELED

    def test_a_call_of_no_bytes_is_none_that_names_a_guardian(self, hall: Governance, alice: Account) -> None:
        number = hall.propose([Call(hall.governor.address, b"")], TEXT, alice)
        assert not hall.governor.namesGuardian(number)


def test_support_of_interfaces(hall: Governance) -> None:
    """ERC-165, and that it is a Governor; the last is none."""
    wanted = {"01ffc9a7": True, "4e2312e0": True, "ffffffff": False}
    for id_, yes in wanted.items():
        assert hall.governor.supportsInterface(bytes.fromhex(id_)) == yes


def test_a_timelock_that_never_appointed_it_queues_nothing(hall: Governance, alice: Account) -> None:
    """A governor beside the one that was appointed is powerless."""
    mallory = hall.account("mallory")
    rogue = type(hall.governor).deploy(
        hall.chain, hall.power, CalderaTimelock.at(hall.chain, hall.timelock.address), hall.governor.governorTerms(),
        mallory, sender=mallory,
    )  # fmt: skip
    given = [hall.call(hall.era, "transfer", mallory, 0)]
    of = hall.lists(given, TEXT)
    hall.to(hall.now + 1)
    number = rogue.propose(of.targets, of.values, of.datas, TEXT, sender=alice).returned
    hall.to(rogue.proposalSnapshot(number) + 1)
    rogue.castVote(number, FOR, sender=alice)
    hall.to(rogue.proposalDeadline(number) + 1)
    with reverts("AccessControlUnauthorizedAccount", account=rogue.address):
        rogue.queue(*of, sender=mallory)
