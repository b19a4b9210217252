"""What is done about a proposal: submit, vote, queue, execute, cancel, delegate. Each looks first, and says why it
would fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caldera.deployment.errors import CallReverted
from caldera.evm.address import to_address

from .ballots import Ballot, SignedBallot, Support, in_parts
from .compose import Proposal
from .errors import (
    AlreadyProposed,
    BallotInvalid,
    BelowThreshold,
    MayNotCancel,
    NobodySigns,
    NoVotes,
    TooEarly,
    UnknownProposal,
    WouldRevert,
    WrongState,
)
from .proposals import Governance, ProposalState, Submitted
from .times import moment
from .values import Unit, show

SOURCES = ("era", "lock", "vault")
"""Where votes lie, as `VotingPower` names them."""


@dataclass(frozen=True)
class Sent:
    """A transaction that was mined."""

    what: str
    gas_used: int


@dataclass(frozen=True)
class Votes:
    """What an account has for one proposal, in wei of ERA."""

    weight: int
    used: int

    @property
    def left(self) -> int:
        """What it can still cast."""
        return max(self.weight - self.used, 0)


class Actions:
    """Acts as the account of the governance's port."""

    def __init__(self, governance: Governance) -> None:
        self.governance = governance

    @property
    def sender(self) -> str:
        """Who acts. Raises `NobodySigns`."""
        found = self.governance.suite.port.deployer
        if found is None:
            raise NobodySigns("nobody signs: name the environment variable of a key, or --sender with --unlocked")
        return to_address(found)

    def require_submittable(self, proposal: Proposal, proposer: str) -> None:
        """Nothing where it can be submitted now.

        Raises:
            AlreadyProposed: the same calls with the same description are there, and open; or anything like it by this
                account. BelowThreshold: too few votes.
        """
        read, exact = self.governance.read, self.governance.find(proposal.by(proposer))
        for one in self.governance.alike(proposal):
            state = self.governance.state(one.id)
            if not state.over or one.id == exact:
                again = "" if not state.over else ": change the description to propose it again"
                raise AlreadyProposed(
                    one.id, f"the same calls with the same description are proposal {one.id}, {state}{again}"
                )
        # What it has now is what it has a second before the block that takes this.
        threshold, power = int(read("proposalThreshold")), self.governance.coder.contract(str(read("token")))
        if power is None:
            votes = int(read("getVotes", proposer, self.governance.now - 1))
        else:
            votes = int(self.governance.suite.read(power, "getVotes(address)", proposer)[0])
        if votes < threshold:
            raise BelowThreshold(
                f"{proposer} has {show(votes, Unit.ERA)} of votes, and a proposal needs {show(threshold, Unit.ERA)}: "
                "let others delegate to it, and let it delegate to itself, or its own ERA does not vote"
            )

    def submit(self, proposal: Proposal) -> tuple[int, Sent]:
        """Proposes it, bound to the sender: nobody who sees it on its way can submit it first. Its number."""
        self.require_submittable(proposal, self.sender)
        bound = proposal.by(self.sender)
        sent = self._send("propose", bound.targets, bound.amounts, bound.payloads, bound.text)
        number = self.governance.find(bound)
        if number is None:
            raise UnknownProposal("the proposal was mined, and the node does not show it; see that it is in step")
        return number, sent

    def votes(self, number: int, voter: str) -> Votes:
        """What an account has for a proposal whose snapshot is past.

        Raises:
            WrongState: voting has not begun, or is over.
        """
        state = self.governance.state(number)
        if state is not ProposalState.ACTIVE:
            snapshot = int(self.governance.read("proposalSnapshot", number))
            when = f"voting begins after {moment(snapshot)}" if state is ProposalState.PENDING else "voting is over"
            raise WrongState(f"proposal {number} is {state}: {when}")
        snapshot = int(self.governance.read("proposalSnapshot", number))
        weight = int(self.governance.read("getVotes", voter, snapshot))
        return Votes(weight, int(self.governance.read("usedVotes", number, voter)))

    def ballot(
        self, number: int, voter: str, support: Support | None, parts: Mapping[Support, str], reason: str = ""
    ) -> Ballot:
        """A ballot that the governor would take: all one way, or in parts.

        Raises:
            BallotInvalid: neither, both, or more votes than there are.
            NoVotes: there is nothing to cast.
        """
        if (support is None) == (not parts):
            raise BallotInvalid("vote for, against or abstain; or in parts, as in --for 60% --against 40%")
        votes = self.votes(number, voter)
        if not votes.left:
            cast = (
                "has cast all its votes" if votes.used else "had no votes at the snapshot; delegate before the next one"
            )
            raise NoVotes(f"{voter} {cast}")
        return Ballot(support, reason) if support is not None else in_parts(parts, votes.left, reason)

    def vote(self, number: int, ballot: Ballot) -> Sent:
        """Casts it. What is cast cannot be taken back."""
        return self._send("castVoteWithReasonAndParams", number, ballot.code, ballot.reason, ballot.params)

    def unsigned(self, number: int, voter: str, ballot: Ballot) -> SignedBallot:
        """A ballot for the voter to sign and anybody to send."""
        suite = self.governance.suite
        _, name, version, chain, contract, _, _ = suite.read(self.governance.governor, "eip712Domain")
        domain = {"name": name, "version": version, "chainId": chain, "verifyingContract": to_address(contract)}
        nonce = int(self.governance.read("nonces", voter))
        return SignedBallot(number, ballot.code, to_address(voter), nonce, ballot.reason, ballot.params, domain)

    def vote_signed(self, signed: SignedBallot) -> Sent:
        """Casts a ballot that its voter signed, whoever sends it.

        Raises:
            BallotInvalid: it is for another governor, or was used; or its signature is wrong.
        """
        mine = self.unsigned(signed.proposal, signed.voter, Ballot(None))
        if signed.domain != mine.domain:
            raise BallotInvalid("the ballot was signed for another governor or another chain")
        if signed.nonce != mine.nonce:
            raise BallotInvalid(
                f"the ballot has the nonce {signed.nonce}, the voter's next one is {mine.nonce}: sign it anew"
            )
        votes = self.votes(signed.proposal, signed.voter)
        if not votes.left:
            raise NoVotes(f"{signed.voter} has nothing left to cast")
        parts = (signed.proposal, signed.support, signed.voter, signed.reason, signed.params, signed.signature)
        return self._send("castVoteWithReasonAndParamsBySig", *parts)

    def queue(self, number: int) -> Sent:
        """Hands a proposal that succeeded to the timelock. Anyone may. Raises `WrongState`."""
        one = self.governance.get(number)
        self._require(one, ProposalState.SUCCEEDED, "queued")
        return self._send("queue", *one.proposal().key())

    def execute(self, number: int) -> Sent:
        """Carries out what was queued. Anyone may.

        Raises:
            WrongState: it is not queued.
            TooEarly: the timelock's delay is not over.
            WouldRevert: a call would fail.
        """
        one = self.governance.get(number)
        self._require(one, ProposalState.QUEUED, "executed")
        standing = self.governance.standing(one)
        if standing.now < standing.eta:
            raise TooEarly(
                f"proposal {number} can be executed from {moment(standing.eta)} on; now it is {moment(standing.now)}"
            )
        return self._send("execute", *one.proposal().key())

    def cancel(self, number: int) -> Sent:
        """Ends a proposal. Raises `MayNotCancel`, `WrongState`."""
        one = self.governance.get(number)
        state = self.governance.state(number)
        if state.over:
            raise WrongState(f"proposal {number} is {state} already")
        guardian = to_address(self.governance.read("proposalGuardian"))
        early = state is ProposalState.PENDING and self.sender == to_address(one.proposer)
        if self.sender != guardian and not early:
            raise MayNotCancel(
                f"{self.sender} may not cancel proposal {number}: the guardian {guardian} may, and its proposer "
                f"{one.proposer} while it is pending"
            )
        return self._send("cancel", *one.proposal().key())

    def delegate(self, to: str, sources: tuple[str, ...] = SOURCES) -> list[Sent]:
        """Gives the sender's votes to an account, in each source that is named and not done yet."""
        suite, power = self.governance.suite, str(self.governance.read("token"))
        name = self.governance.coder.contract(power)
        if name is None:
            raise WouldRevert(f"the governor counts votes of {power}, which the manifest does not know")
        made = []
        for source in sources:
            at = to_address(suite.read(name, source)[0])
            contract = self.governance.coder.contract(at)
            if contract is None:
                raise WouldRevert(f"votes of {source} lie at {at}, which the manifest does not know")
            if to_address(suite.read(contract, "delegates", self.sender)[0]) != to_address(to):
                made.append(self._send("delegate", to_address(to), contract=contract))
        return made

    def _require(self, one: Submitted, wanted: ProposalState, done: str) -> None:
        state = self.governance.state(one.id)
        if state is not wanted:
            raise WrongState(f"proposal {one.id} is {state}: only what is {wanted} can be {done}")

    def _send(self, name: str, *values: Any, contract: str | None = None) -> Sent:
        suite = self.governance.suite
        target = contract or self.governance.governor
        to, data, sender = suite.addresses[target], suite.function(target, name).encode(*values), self.sender
        try:
            suite.call(to, data, sender)
        except CallReverted as error:
            raise WouldRevert(f"{target}.{name} would be refused: {error}; nothing was sent") from None
        receipt = suite.port.send(to, data, suite.port.nonce(sender))
        return Sent(f"{target}.{name}", receipt.gas_used)
