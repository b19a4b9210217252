"""Polls: hidden, then open; who may, once, and in time."""

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import events
from tests.support.court import DAY, Court, salt
from tests.support.suite import reverts


@pytest.fixture
def poll(court: Court) -> int:
    """A poll of nodes 4, 5 and 6: a day to commit, a day to reveal."""
    until = court.now + DAY
    return court.ballots.openPoll([4, 5, 6], until, until + DAY, sender=court.officer).returned


class TestOpen:
    """By courts alone."""

    def test_is_written_down(self, court: Court) -> None:
        now = court.now
        call = court.ballots.openPoll([4, 5], now, now + 1, sender=court.officer)
        assert call.returned == court.ballots.pollCount() == 1
        here, officer = court.ballots.address, court.officer.address
        assert list(call.events) == [events.PollOpened(1, officer, (4, 5), now, now + 1, emitter=here)]
        assert court.ballots.panellistsOf(1) == (4, 5)
        read = court.ballots.pollAt(1)
        assert (read.commitUntil, read.revealUntil, read.size, read.recorded) == (now, now + 1, 2, False)

    def test_bounds(self, court: Court) -> None:
        now = court.now
        with reverts("AccessManagedUnauthorized"):
            court.ballots.openPoll([4], now, now + 1, sender=court.mallory)
        for size in (0, 32):
            with reverts("PanelSizeOutOfRange", size=size, most=31):
                court.ballots.openPoll(list(range(1, size + 1)), now, now + 1, sender=court.officer)
        for times in ((now - 1, now + 1), (now, now)):
            with reverts("PollTimesOutOfOrder", commitUntil=times[0], revealUntil=times[1]):
                court.ballots.openPoll([4], *times, sender=court.officer)
        court.ballots.openPoll(list(range(1, 32)), now, now + 1, sender=court.officer)

    def test_unknown_polls(self, court: Court) -> None:
        for call in (
            lambda: court.ballots.pollAt(1),
            lambda: court.ballots.commit(1, 4, salt(9), sender=court.key(4)),
            lambda: court.ballots.voidLeaked(1, 4, True, salt(9), sender=court.key(4)),
            lambda: court.ballots.reveal(1, 4, True, salt(9), sender=court.key(4)),
            lambda: court.ballots.recordMissed(1, sender=court.key(4)),
        ):
            with reverts("UnknownPoll", poll=1):
                call()


class TestCommit:
    """Once, by the node's present key, until the last second."""

    def test_is_written_down(self, court: Court, poll: int) -> None:
        commitment = court.ballots.commitmentOf(poll, 4, True, salt(1))
        here = court.ballots.address
        exact = encode(
            ["uint256", "address", "uint256", "uint32", "bool", "bytes32"],
            [court.suite.chain.chain_id, here, poll, 4, True, salt(1)],
        )
        assert commitment == keccak(exact)
        call = court.ballots.commit(poll, 4, commitment, sender=court.key(4))
        assert list(call.events) == [events.VoteCommitted(poll, 4, commitment, emitter=here)]
        assert court.ballots.ballotOf(poll, 4) == commitment

    def test_a_second_one_is_refused(self, court: Court, poll: int) -> None:
        court.commit(poll, 4, True)
        for uphold in (True, False):
            with reverts("AlreadyCommitted", poll=poll, node=4):
                court.commit(poll, 4, uphold)
        court.commit(poll, 5, True)

    def test_by_panellists_alone(self, court: Court, poll: int) -> None:
        with reverts("NotAPanellist", poll=poll, node=7):
            court.commit(poll, 7, True)

    def test_by_the_present_key_alone(self, court: Court, poll: int) -> None:
        commitment = court.ballots.commitmentOf(poll, 4, True, salt(1))
        for account in (court.owner(4), court.key(5), court.mallory):
            with reverts("NotTheOperator", node=4, account=account.address):
                court.ballots.commit(poll, 4, commitment, sender=account)
        court.nodes.setKey(4, court.owner(4), sender=court.admin)
        with reverts("NotTheOperator", node=4):
            court.ballots.commit(poll, 4, commitment, sender=court.key(4))
        court.ballots.commit(poll, 4, commitment, sender=court.owner(4))

    def test_by_an_active_account_of_the_nodes_entity(self, court: Court, poll: int) -> None:
        commitment = court.ballots.commitmentOf(poll, 4, True, salt(1))
        court.registry.suspend(court.key(4), sender=court.officer)
        with reverts("NotTheOperator", node=4):
            court.ballots.commit(poll, 4, commitment, sender=court.key(4))
        court.nodes.setKey(4, court.key(9), sender=court.admin)
        with reverts("NotTheOperator", node=4):
            court.ballots.commit(poll, 4, commitment, sender=court.key(9))
        court.nodes.setKey(4, court.key(4), sender=court.admin)
        court.registry.reinstate(court.key(4), sender=court.officer)
        court.ballots.commit(poll, 4, commitment, sender=court.key(4))

    @pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
    def test_what_is_no_hash_is_refused(self, court: Court, poll: int, number: int) -> None:
        """A vote that nobody had to reveal, or that was rewarded before it was cast."""
        if number == 4:
            court.ballots.commit(poll, 4, salt(number), sender=court.key(4))
            return
        with reverts("NotACommitment"):
            court.ballots.commit(poll, 4, salt(number), sender=court.key(4))

    def test_until_the_last_second(self, court: Court, poll: int) -> None:
        until = court.ballots.pollAt(poll).commitUntil
        court.suite.chain.warp(until)
        court.commit(poll, 4, True)
        court.suite.chain.skip(1)
        with reverts("CommitOver", poll=poll, until=until):
            court.commit(poll, 5, True)


class TestReveal:
    """By anybody who knows the salt, after everybody has committed."""

    def test_counts(self, court: Court, poll: int) -> None:
        votes = {4: True, 5: False, 6: True}
        for node, vote in votes.items():
            court.commit(poll, node, vote)
        court.suite.chain.skip(DAY + 1)
        for node, vote in votes.items():
            call = court.ballots.reveal(poll, node, vote, salt(node), sender=court.mallory)
            assert list(call.events) == [events.VoteRevealed(poll, node, vote, emitter=court.ballots.address)]
            assert int.from_bytes(court.ballots.ballotOf(poll, node), "big") == (1 if vote else 2)
        read = court.ballots.pollAt(poll)
        assert (read.upholds, read.rejects) == (2, 1)

    def test_not_before_and_not_after(self, court: Court, poll: int) -> None:
        for node in (4, 5):
            court.commit(poll, node, True)
        read = court.ballots.pollAt(poll)
        for time, good in ((read.commitUntil, 0), (read.commitUntil + 1, 4), (read.revealUntil, 5), (0, 0)):
            court.suite.chain.warp(time or read.revealUntil + 1)
            if good:
                court.reveal(poll, good, True)
                continue
            with reverts("NotTimeToReveal", poll=poll, until=read.revealUntil):
                court.reveal(poll, 5, True)

    def test_only_what_was_committed_and_once(self, court: Court, poll: int) -> None:
        court.commit(poll, 4, True)
        court.suite.chain.skip(DAY + 1)
        for node, vote, of in ((4, False, 4), (4, True, 5), (5, True, 5)):
            with reverts("NotWhatWasCommitted", poll=poll, node=node):
                court.reveal(poll, node, vote, of)
        court.reveal(poll, 4, True)
        for vote in (True, False):
            with reverts("NotWhatWasCommitted", poll=poll, node=4):
                court.reveal(poll, 4, vote)
        assert court.ballots.pollAt(poll).upholds == 1

    def test_after_the_key_changed_and_the_node_retired(self, court: Court, poll: int) -> None:
        court.commit(poll, 4, True)
        court.nodes.setKey(4, court.mallory, sender=court.admin)
        court.nodes.setStake(4, 0, 0, False, sender=court.admin)
        court.registry.suspend(court.key(4), sender=court.officer)
        court.suite.chain.skip(DAY + 1)
        court.reveal(poll, 4, True)
        assert court.ballots.pollAt(poll).upholds == 1


class TestAttacks:
    """Copies, leaks, replays."""

    def test_a_copied_commitment_is_worth_nothing(self, court: Court, poll: int) -> None:
        """The node's number is in it: the copier cannot reveal it even when it learns vote and salt."""
        court.commit(poll, 4, True)
        court.ballots.commit(poll, 5, court.ballots.ballotOf(poll, 4), sender=court.key(5))
        court.suite.chain.skip(DAY + 1)
        court.reveal(poll, 4, True)
        with reverts("NotWhatWasCommitted", poll=poll, node=5):
            court.reveal(poll, 5, True, of=4)

    def test_a_commitment_is_for_one_poll(self, court: Court, poll: int) -> None:
        again = court.ballots.openPoll([4], court.now + DAY, court.now + 2 * DAY, sender=court.officer).returned
        court.commit(poll, 4, True)
        court.ballots.commit(again, 4, court.ballots.ballotOf(poll, 4), sender=court.key(4))
        court.suite.chain.skip(DAY + 1)
        with reverts("NotWhatWasCommitted", poll=again, node=4):
            court.reveal(again, 4, True)

    def test_a_vote_known_too_early_is_void(self, court: Court, poll: int) -> None:
        court.commit(poll, 4, True)
        for vote, of in ((False, 4), (True, 5)):
            with reverts("NotWhatWasCommitted", poll=poll, node=4):
                court.ballots.voidLeaked(poll, 4, vote, salt(of), sender=court.mallory)
        call = court.ballots.voidLeaked(poll, 4, True, salt(4), sender=court.mallory)
        here, mallory = court.ballots.address, court.mallory.address
        assert list(call.events) == [events.VoteVoided(poll, 4, mallory, emitter=here)]
        with reverts("AlreadyCommitted", poll=poll, node=4):
            court.commit(poll, 4, False)
        court.suite.chain.skip(DAY + 1)
        with reverts("NotWhatWasCommitted", poll=poll, node=4):
            court.reveal(poll, 4, True)

    def test_votes_are_not_void_once_they_may_be_open(self, court: Court, poll: int) -> None:
        court.commit(poll, 4, True)
        court.suite.chain.skip(DAY)
        with court.suite.chain.isolated():
            court.ballots.voidLeaked(poll, 4, True, salt(4), sender=court.mallory)
        court.suite.chain.skip(1)
        with reverts("CommitOver", poll=poll):
            court.ballots.voidLeaked(poll, 4, True, salt(4), sender=court.mallory)


class TestMissed:
    """Who did not reveal, or let its vote be known, is recorded once."""

    def test_is_recorded(self, court: Court, poll: int) -> None:
        court.commit(poll, 4, True)
        court.commit(poll, 5, True)
        court.ballots.voidLeaked(poll, 5, True, salt(5), sender=court.mallory)
        until = court.ballots.pollAt(poll).revealUntil
        court.suite.chain.warp(court.ballots.pollAt(poll).commitUntil + 1)
        court.reveal(poll, 4, True)
        court.suite.chain.warp(until)
        with reverts("PollRunning", poll=poll, until=until):
            court.ballots.recordMissed(poll, sender=court.mallory)
        court.suite.chain.skip(1)
        call = court.ballots.recordMissed(poll, sender=court.mallory)
        here = court.ballots.address
        assert list(call.events) == [events.VoteMissed(poll, node, emitter=here) for node in (5, 6)]
        assert [court.records.missed(node) for node in (4, 5, 6)] == [0, 1, 1]
        assert court.ballots.pollAt(poll).recorded
        with reverts("MissedRecorded", poll=poll):
            court.ballots.recordMissed(poll, sender=court.mallory)

    def test_who_rejected_did_its_duty(self, court: Court, poll: int) -> None:
        court.commit(poll, 4, False)
        court.suite.chain.skip(DAY + 1)
        court.reveal(poll, 4, False)
        court.suite.chain.skip(2 * DAY)
        court.ballots.recordMissed(poll, sender=court.mallory)
        assert [court.records.missed(node) for node in (4, 5, 6)] == [0, 1, 1]

    def test_a_book_that_refuses_holds_up_no_case(self, court: Court) -> None:
        case = court.challenge()
        panel = court.draw(case)
        court.records.setClosed(True, sender=court.admin)
        poll = court.poll(case)
        court.vote(case, [True, True, None])
        assert court.advance(case) == 3
        assert not court.ballots.pollAt(poll).recorded
        court.records.setClosed(False, sender=court.admin)
        court.ballots.recordMissed(poll, sender=court.mallory)
        assert [court.records.missed(node) for node in panel] == [0, 0, 1]
