"""CalderaGovernor: who votes with what, in whole, in parts, by signature; when a vote is prolonged."""

from typing import Any

import pytest

from caldera.contracts import ContractWallet, ReentrantToken, events
from caldera.evm import Account, domain_of
from caldera.model.governance import State
from tests.support.governance import (
    ABSTAIN,
    AGAINST,
    BALLOT,
    ERA,
    EXTENDED_BALLOT,
    FOR,
    HOUR,
    PARTS,
    SHORT,
    TERMS,
    WEEK,
    YEAR,
    Call,
    Governance,
    packed,
)
from tests.support.signatures import spoilt
from tests.support.suite import DAY, reverts

TEXT = "a quicker vote"


@pytest.fixture
def given(hall: Governance) -> list[Call]:
    """What the proposals here would do."""
    return [hall.call(hall.governor, "setVotingPeriod", 3 * DAY)]


@pytest.fixture
def alice(hall: Governance) -> Account:
    return hall.holds("alice", 50_000_000 * ERA)


def open_vote(hall: Governance, given: list[Call], by: Account) -> int:
    """Proposed, in the first second of its vote."""
    number = hall.propose(given, TEXT, by)
    hall.to_vote(number)
    return number


class TestSnapshot:
    """What counts is what was there at the end of the snapshot's second."""

    def test_all_three_sources_vote(self, hall: Governance, given: list[Call], alice: Account) -> None:
        hall.locks("alice", 30)
        hall.granted("alice", 7)
        number = open_vote(hall, given, alice)
        receipt = hall.governor.castVoteWithReason(number, FOR, "because", sender=alice)
        weight = 50_000_000 * ERA + 60 + 7
        assert receipt.returned == weight
        assert list(receipt.events) == [
            events.VoteCast(alice.address, number, FOR, weight, "because", emitter=hall.governor.address)
        ]
        assert hall.governor.proposalVotes(number) == (0, weight, 0)

    def test_bought_after_the_snapshot_counts_nothing(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        number = open_vote(hall, given, alice)
        bank = hall.holds("bank", 100_000_000 * ERA)
        with reverts("NoVotesAtSnapshot", account=bank.address, snapshot=hall.governor.proposalSnapshot(number)):
            hall.vote(number, bank)
        hall.to(hall.now + DAY)
        with reverts("NoVotesAtSnapshot"):
            hall.vote(number, bank, AGAINST)

    def test_bought_in_the_second_of_the_snapshot_counts_and_a_second_later_does_not(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        number = hall.propose(given, TEXT, alice)
        hall.to(hall.governor.proposalSnapshot(number))
        bank = hall.holds("bank", 7)
        hall.to_vote(number)
        carol = hall.holds("carol", 7)
        assert hall.vote(number, bank) == 7
        with reverts("NoVotesAtSnapshot"):
            hall.vote(number, carol)

    def test_sold_after_the_snapshot_still_votes_and_the_buyer_does_not(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        number = open_vote(hall, given, alice)
        bank = hall.account("bank")
        hall.era.delegate(bank, sender=bank)
        hall.era.transfer(bank, 50_000_000 * ERA, sender=alice)
        assert hall.vote(number, alice) == 50_000_000 * ERA
        with reverts("NoVotesAtSnapshot"):
            hall.vote(number, bank)

    def test_borrowed_within_a_second_counts_nothing(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = hall.propose(given, TEXT, alice)
        hall.to(hall.governor.proposalSnapshot(number))
        bank = hall.holds("bank", 500_000_000 * ERA)  # the flash loan comes
        with reverts("GovernorUnexpectedProposalState"):
            hall.vote(number, bank)  # in its own second nobody votes yet
        hall.era.transfer(hall.account("holder"), 500_000_000 * ERA, sender=bank)  # and goes
        hall.to_vote(number)
        with reverts("NoVotesAtSnapshot"):
            hall.vote(number, bank)

    def test_a_release_within_a_vote_moves_nothing(self, hall: Governance, given: list[Call], alice: Account) -> None:
        """Vesting, then release, inside a proposal: neither lost nor twice."""
        bank = hall.account("bank")
        hall.era.delegate(bank, sender=bank)
        began, grant = hall.now, hall.granted("bank", YEAR)
        number = open_vote(hall, given, alice)
        hall.to(hall.now + 100)
        hall.vault.release(grant, sender=hall.account("mallory"))
        assert hall.era.balanceOf(bank) == hall.now - began > DAY
        assert hall.vote(number, bank) == YEAR

    def test_delegating_after_the_snapshot_moves_nothing(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        number = open_vote(hall, given, alice)
        bank = hall.account("bank")
        hall.era.delegate(bank, sender=alice)
        with reverts("NoVotesAtSnapshot"):
            hall.vote(number, bank)
        assert hall.vote(number, alice) == 50_000_000 * ERA

    def test_a_lock_that_falls_after_the_snapshot_voted_double(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        bank = hall.locks("bank", 10)
        end = -(-(hall.now + YEAR) // WEEK) * WEEK
        hall.to(end - TERMS.voting_delay - 2)
        number = open_vote(hall, given, alice)
        assert hall.governor.proposalSnapshot(number) == end - 1
        assert hall.lock.getVotes(bank) == 10
        assert hall.vote(number, bank) == 20

    @pytest.mark.known_defect("lock-at-snapshot")
    def test_a_lock_that_falls_in_the_second_of_the_snapshot_votes_once(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        bank = hall.locks("bank", 10)
        end = -(-(hall.now + YEAR) // WEEK) * WEEK
        hall.to(end - TERMS.voting_delay - 1)
        number = open_vote(hall, given, alice)
        assert hall.governor.proposalSnapshot(number) == end
        assert hall.vote(number, bank) == 10

    def test_locked_after_the_snapshot_nothing_votes_twice(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        """Held, then locked, then delegated inside a proposal: what counted when it was held counts once."""
        number = open_vote(hall, given, alice)
        carol = hall.account("carol")
        hall.era.approve(hall.lock, 50_000_000 * ERA, sender=alice)
        end = hall.lock.lock(50_000_000 * ERA, YEAR, sender=alice).returned
        hall.lock.delegate(carol, sender=alice)
        assert hall.lock.getVotes(carol) == 100_000_000 * ERA
        with reverts("NoVotesAtSnapshot"):
            hall.vote(number, carol)
        assert hall.vote(number, alice) == 50_000_000 * ERA
        with reverts("StillLocked", end=end):
            hall.lock.withdraw([end], sender=alice)

    @pytest.mark.known_defect("lock-at-snapshot")
    def test_an_extension_after_the_snapshot_adds_nothing(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        bank = hall.locks("bank", 10, SHORT)
        end = -(-(hall.now + SHORT) // WEEK) * WEEK
        number = open_vote(hall, given, alice)
        hall.lock.extend(end, 10, YEAR, sender=bank)
        assert hall.lock.getVotes(bank) == 20
        assert hall.vote(number, bank) == 10


class TestWhole:
    """Against, for, abstain, with all that is left."""

    @pytest.mark.parametrize("support", [AGAINST, FOR, ABSTAIN])
    def test_once(self, hall: Governance, given: list[Call], alice: Account, support: int) -> None:
        number = open_vote(hall, given, alice)
        assert not hall.governor.hasVoted(number, alice)
        hall.vote(number, alice, support)
        assert hall.governor.proposalVotes(number)[support] == 50_000_000 * ERA
        assert sum(hall.governor.proposalVotes(number)) == hall.governor.usedVotes(number, alice) == 50_000_000 * ERA
        assert hall.governor.hasVoted(number, alice)
        for other in (AGAINST, FOR, ABSTAIN):  # nor is it changed
            with reverts("GovernorAlreadyCastVote", voter=alice.address):
                hall.vote(number, alice, other)

    def test_nothing_else_is_a_vote(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        for support in (3, 254):
            with reverts("GovernorInvalidVoteType"):
                hall.vote(number, alice, support)
        with reverts("GovernorInvalidVoteParams"):
            hall.governor.castVoteWithReasonAndParams(number, FOR, "", packed(0, 1, 0), sender=alice)
        with reverts("GovernorNonexistentProposal", proposalId=number + 1):
            hall.vote(number + 1, alice)

    def test_only_while_the_vote_lasts(self, hall: Governance, given: list[Call], alice: Account) -> None:
        bank = hall.holds("bank", 5)
        number = hall.propose(given, TEXT, alice)
        hall.to(hall.governor.proposalSnapshot(number))
        with reverts("GovernorUnexpectedProposalState", current=State.PENDING):
            hall.vote(number, alice)
        hall.to_vote(number)
        hall.vote(number, alice)
        hall.to(hall.governor.proposalDeadline(number))
        assert hall.vote(number, bank) == 5
        hall.to_end(number)
        with reverts("GovernorUnexpectedProposalState", current=State.SUCCEEDED):
            hall.vote(number, hall.account("carol"))


class TestParts:
    """Several ballots, each with a part."""

    def test_less_then_equal(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        assert hall.vote_parts(number, alice, 1, 2, 3) == 6
        assert hall.governor.usedVotes(number, alice) == 6
        left = 50_000_000 * ERA - 6
        assert hall.vote_parts(number, alice, left - 30, 10, 20) == left
        assert hall.governor.proposalVotes(number) == (left - 29, 12, 23)
        with reverts("GovernorAlreadyCastVote"):
            hall.vote_parts(number, alice, 0, 1, 0)

    def test_less_then_more(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        hall.vote_parts(number, alice, 0, 0, 10)
        left = 50_000_000 * ERA - 10
        for parts in ((left + 1, 0, 0), (0, left + 1, 0), (1, left - 1, 1)):
            with reverts("GovernorExceedRemainingWeight", usedVotes=left + 1, remainingWeight=left):
                hall.vote_parts(number, alice, *parts)
        assert hall.governor.proposalVotes(number) == (0, 0, 10)
        assert hall.vote_parts(number, alice, 1, left - 2, 1) == left

    def test_a_part_then_all_the_rest(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        hall.vote_parts(number, alice, 7, 0, 0)
        assert hall.vote(number, alice, FOR) == 50_000_000 * ERA - 7
        assert hall.governor.proposalVotes(number) == (7, 50_000_000 * ERA - 7, 0)

    def test_the_greatest_parts_do_not_wrap_round(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        most = 2**128 - 1
        with reverts("GovernorExceedRemainingWeight", usedVotes=3 * most):
            hall.vote_parts(number, alice, most, most, most)

    def test_nothing_in_all_is_no_ballot(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        with reverts("EmptyBallot", account=alice.address):
            hall.vote_parts(number, alice, 0, 0, 0)
        assert hall.vote_parts(number, alice, 0, 1, 0) == 1

    def test_parts_have_48_bytes(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        for params in (b"", packed(1, 1, 1)[:-1], packed(1, 1, 1) + b"\0"):
            with reverts("GovernorInvalidVoteParams"):
                hall.governor.castVoteWithReasonAndParams(number, PARTS, "", params, sender=alice)


class TestBySignature:
    """The voter signs, anyone brings it."""

    def ballot(self, hall: Governance, signer: Account, voter: Any, **changes: Any) -> Any:
        given = {"support": FOR, "nonce": hall.governor.nonces(voter)} | changes
        message = {"voter": getattr(voter, "address", voter), **given}
        return signer.sign_typed(domain_of(hall.governor), {"Ballot": BALLOT}, message).packed

    def test_its_domain(self, hall: Governance) -> None:
        assert domain_of(hall.governor) == {
            "name": "Caldera Governor",
            "version": "1",
            "chainId": hall.chain.chain_id,
            "verifyingContract": hall.governor.address,
        }

    def test_once_as_signed(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number, mallory = open_vote(hall, given, alice), hall.account("mallory")
        signed = self.ballot(hall, alice, alice, proposalId=number)
        with reverts("GovernorInvalidSignature", voter=alice.address):
            hall.governor.castVoteBySig(number, AGAINST, alice, signed, sender=mallory)
        with reverts("GovernorInvalidSignature", voter=mallory.address):
            hall.governor.castVoteBySig(number, FOR, mallory, signed, sender=mallory)
        assert hall.governor.castVoteBySig(number, FOR, alice, signed, sender=mallory).returned == 50_000_000 * ERA
        with reverts("GovernorInvalidSignature", voter=alice.address):
            hall.governor.castVoteBySig(number, FOR, alice, signed, sender=mallory)

    def test_no_other_signature_will_do(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number, mallory = open_vote(hall, given, alice), hall.account("mallory")
        good = self.ballot(hall, alice, alice, proposalId=number)
        for bad in (*spoilt(good).values(), self.ballot(hall, mallory, alice, proposalId=number)):
            with reverts("GovernorInvalidSignature", voter=alice.address):
                hall.governor.castVoteBySig(number, FOR, alice, bad, sender=mallory)
        hall.governor.castVoteBySig(number, FOR, alice, good, sender=mallory)

    def test_a_contract_wallet_signs_as_erc_1271_says(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        owner, mallory = hall.account("carol"), hall.account("mallory")
        wallet = ContractWallet.deploy(hall.chain, owner, sender=owner)
        hall.give(wallet, 9)
        wallet.act(hall.era, hall.era.calldata.delegate(wallet), sender=owner)
        number = open_vote(hall, given, alice)
        with reverts("GovernorInvalidSignature", voter=wallet.address):
            wrong = self.ballot(hall, mallory, wallet, proposalId=number)
            hall.governor.castVoteBySig(number, FOR, wallet, wrong, sender=mallory)
        signed = self.ballot(hall, owner, wallet, proposalId=number)
        assert hall.governor.castVoteBySig(number, FOR, wallet, signed, sender=mallory).returned == 9

    def test_parts_by_signature_cannot_be_brought_twice(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        """Parts leave votes over, which a replay would cast again."""
        number, mallory = open_vote(hall, given, alice), hall.account("mallory")
        params = packed(0, 5, 0)
        message = {
            "proposalId": number,
            "support": PARTS,
            "voter": alice.address,
            "nonce": 0,
            "reason": "why",
            "params": params,
        }
        signed = alice.sign_typed(domain_of(hall.governor), {"ExtendedBallot": EXTENDED_BALLOT}, message).packed
        bring = hall.governor.castVoteWithReasonAndParamsBySig
        with reverts("GovernorInvalidSignature"):
            bring(number, PARTS, alice, "why", packed(5, 0, 0), signed, sender=mallory)
        with reverts("GovernorInvalidSignature"):
            bring(number, PARTS, alice, "why not", params, signed, sender=mallory)
        assert bring(number, PARTS, alice, "why", params, signed, sender=mallory).returned == 5
        with reverts("GovernorInvalidSignature"):
            bring(number, PARTS, alice, "why", params, signed, sender=mallory)
        assert hall.governor.usedVotes(number, alice) == 5
        assert hall.governor.nonces(alice) == 1


class TestResult:
    """Quorum and majority."""

    def test_for_and_abstain_make_the_quorum(self, hall: Governance, given: list[Call]) -> None:
        """4 % of 1,000,000,000 is 40,000,000."""
        for name, missing in (("bank", 1), ("alice", 0)):
            with hall.chain.isolated():
                proposer = hall.holds(name, 10_000_000 * ERA)
                other = hall.holds("carol", 30_000_000 * ERA - missing)
                number = open_vote(hall, given, proposer)
                hall.vote(number, proposer)
                hall.vote(number, other, ABSTAIN)
                hall.to_end(number)
                assert hall.state(number) == (State.DEFEATED if missing else State.SUCCEEDED)

    def test_against_makes_no_quorum(self, hall: Governance, given: list[Call], alice: Account) -> None:
        bank = hall.holds("bank", 1 * ERA)
        number = open_vote(hall, given, alice)
        hall.vote(number, alice, AGAINST)
        hall.vote(number, bank)
        hall.to_end(number)
        assert hall.state(number) == State.DEFEATED

    def test_a_tie_is_a_defeat(self, hall: Governance, given: list[Call], alice: Account) -> None:
        bank = hall.holds("bank", 50_000_001 * ERA)
        for against, wanted in (
            (50_000_000 * ERA, State.DEFEATED),
            (50_000_000 * ERA - 1, State.SUCCEEDED),
            (50_000_000 * ERA + 1, State.DEFEATED),
        ):
            with hall.chain.isolated():
                number = open_vote(hall, given, alice)
                hall.vote(number, alice)
                hall.vote_parts(number, bank, against, 0, 0)
                hall.to_end(number)
                assert hall.state(number) == wanted

    def test_doubling_raises_the_quorum_for_who_does_not_double(self, hall: Governance, given: list[Call]) -> None:
        proposer = hall.holds("alice", 40_000_000 * ERA)
        with hall.chain.isolated():
            number = open_vote(hall, given, proposer)
            hall.vote(number, proposer)
            hall.to_end(number)
            assert hall.state(number) == State.SUCCEEDED
        hall.locks("bank", 25)  # 4 % of 25 is one
        number = open_vote(hall, given, proposer)
        hall.vote(number, proposer)
        hall.to_end(number)
        assert hall.state(number) == State.DEFEATED


class TestLateQuorum:
    """Whoever brings the quorum at the last minute leaves the others `voteExtension` to answer."""

    def test_in_the_last_second(self, hall: Governance, given: list[Call], alice: Account) -> None:
        bank = hall.holds("bank", 60_000_000 * ERA)
        number = open_vote(hall, given, alice)
        end = hall.governor.proposalDeadline(number)
        hall.to(end)
        receipt = hall.governor.castVote(number, FOR, sender=alice)
        assert receipt.one(events.ProposalExtended).extendedDeadline == end + TERMS.extension
        assert hall.governor.proposalDeadline(number) == end + TERMS.extension
        hall.to(end + TERMS.extension)
        receipt = hall.governor.castVote(number, AGAINST, sender=bank)
        assert receipt.all(events.ProposalExtended) == []
        hall.to(end + TERMS.extension + 1)
        assert hall.state(number) == State.DEFEATED

    def test_exactly_so_long_before_the_end_prolongs_nothing(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        number = open_vote(hall, given, alice)
        end = hall.governor.proposalDeadline(number)
        hall.to(end - TERMS.extension)
        with hall.chain.isolated():
            assert hall.governor.castVote(number, FOR, sender=alice).all(events.ProposalExtended) == []
            assert hall.governor.proposalDeadline(number) == end
        hall.to(end - TERMS.extension + 1)
        hall.vote(number, alice)
        assert hall.governor.proposalDeadline(number) == end + 1

    def test_what_was_reached_early_is_not_reached_again(
        self, hall: Governance, given: list[Call], alice: Account
    ) -> None:
        bank = hall.holds("bank", 60_000_000 * ERA)
        number = open_vote(hall, given, alice)
        end = hall.governor.proposalDeadline(number)
        hall.vote(number, alice)
        hall.to(end)
        hall.vote(number, bank)
        assert hall.governor.proposalDeadline(number) == end

    def test_short_of_the_quorum_prolongs_nothing(self, hall: Governance, given: list[Call], alice: Account) -> None:
        number = open_vote(hall, given, alice)
        end = hall.governor.proposalDeadline(number)
        hall.to(end)
        hall.vote_parts(number, alice, 1, 40_000_000 * ERA - 1, 0)
        assert hall.governor.proposalDeadline(number) == end
        hall.vote_parts(number, alice, 0, 0, 1)
        assert hall.governor.proposalDeadline(number) == end + TERMS.extension

    def test_once(self, hall: Governance, given: list[Call], alice: Account) -> None:
        bank = hall.holds("bank", 60_000_000 * ERA)
        number = open_vote(hall, given, alice)
        end = hall.governor.proposalDeadline(number)
        hall.to(end - HOUR)
        hall.vote(number, alice)
        hall.to(end + HOUR)
        hall.vote(number, bank)
        assert hall.governor.proposalDeadline(number) == end - HOUR + TERMS.extension


def test_voting_calls_nothing_that_could_call_back(hall: Governance, given: list[Call], alice: Account) -> None:
    """All that a ballot calls are views: a hostile token cannot even be a source."""
    token = ReentrantToken.deploy(hall.chain, sender=alice)
    with reverts("NotAVotesSource", source=token.address):
        type(hall.power).deploy(hall.chain, token, hall.lock, hall.vault, sender=alice)
