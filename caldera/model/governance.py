"""Votes of ERA and what they decide, in exact integers: sources of votes, proposals, the delay before their effect.

Accounts are names; "" is nobody. Rules raise the contract error's name, and a refusal leaves everything as it was.
Votes are counted anew from what everybody holds after every change, never carried along.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from caldera.model.ledger import Refused
from caldera.model.locks import LockModel
from caldera.model.vesting import VestingModel

HOUR, DAY = 3_600, 86_400
ERA = 10**18
WHOLE = 10_000
GRACE = 14 * DAY
"""So long what succeeded can be queued, and what is queued executed."""
LOWEST_FLOOR, HIGHEST_DELAY = DAY, 30 * DAY
GOVERNOR, TIMELOCK = "governor", "timelock"


class Terms(NamedTuple):
    """The governor's settings, in seconds, basis points and votes."""

    voting_delay: int
    voting_period: int
    extension: int
    quorum_bps: int
    threshold: int


LOWEST = Terms(HOUR, DAY, 6 * HOUR, 100, 1_000 * ERA)
HIGHEST = Terms(14 * DAY, 30 * DAY, 7 * DAY, 2_000, 5_000_000 * ERA)
SETTERS = {
    "setVotingDelay": ("voting_delay", "VotingDelayOutOfBounds"),
    "setVotingPeriod": ("voting_period", "VotingPeriodOutOfBounds"),
    "setLateQuorumVoteExtension": ("extension", "VoteExtensionOutOfBounds"),
    "updateQuorumNumerator": ("quorum_bps", "QuorumOutOfBounds"),
    "setProposalThreshold": ("threshold", "ProposalThresholdOutOfBounds"),
}


class State(IntEnum):
    """As the Governor numbers them."""

    PENDING = 0
    ACTIVE = 1
    CANCELED = 2
    DEFEATED = 3
    SUCCEEDED = 4
    QUEUED = 5
    EXPIRED = 6
    EXECUTED = 7


class Votes(NamedTuple):
    """The votes of one account by source."""

    held: int = 0
    locked: int = 0
    unvested: int = 0


class Act(NamedTuple):
    """One call of a proposal: a setter of the governor, `updateDelay`, `pay`."""

    name: str
    value: int = 0
    account: str = ""


@dataclass
class Proposal:
    """A proposal as it stands. `tally`: against, for, abstain. `used`: votes cast, by account."""

    acts: tuple[Act, ...]
    text: str
    proposer: str
    snapshot: int
    deadline: int
    extended: bool = False
    tally: list[int] = field(default_factory=lambda: [0, 0, 0])
    used: Counter[str] = field(default_factory=Counter)
    eta: int = 0
    canceled: bool = False
    executed: bool = False

    @property
    def names_guardian(self) -> bool:
        """Whether it does nothing else, so that the guardian cannot cancel it."""
        return [act.name for act in self.acts] == ["setProposalGuardian"]


class VotingModel:
    """Who has how many votes at the end of each second: what `locks` and `grants` say, and the token's own. All three
    share the wallets and the clock."""

    def __init__(self, grants: VestingModel, locks: LockModel) -> None:
        self.grants, self.locks = grants, locks
        locks.wallets = grants.wallets
        self.chosen: dict[str, str] = {}
        """Who votes for the ERA in whose wallet; who is not in it has chosen nobody."""
        self._history: list[tuple[int, Counter[str], int]] = []

    @property
    def now(self) -> int:
        """This second."""
        return self.grants.now

    @now.setter
    def now(self, time: int) -> None:
        self.grants.now = self.locks.now = time

    @property
    def wallets(self) -> Counter[str]:
        """ERA by account."""
        return self.grants.wallets

    def held(self) -> Counter[str]:
        """The votes of everybody in the token, now."""
        found: Counter[str] = Counter()
        for name, amount in self.wallets.items():
            if chosen := self.chosen.get(name):
                found[chosen] += amount
        return found

    def votes(self) -> dict[str, Votes]:
        """Of everybody who has any, now."""
        return self._together(self.held(), self.locks.votes(self.now), self.grants.votes())

    def idle(self) -> int:
        """ERA that votes for nobody in the token now, but for what is locked or granted."""
        elsewhere = self.locks.locked() + self.grants.balance()
        return sum(amount for name, amount in self.wallets.items() if not self.chosen.get(name)) - elsewhere

    def past(self, time: int) -> tuple[dict[str, Votes], int]:
        """Votes by account at the end of a second, and what doubling added to all."""
        held, _ = self._then(time)
        votes = self._together(held, self.locks.votes(time), self.grants.past(time)[0])
        return votes, self.locks.doubled(time)

    def nobodys(self, time: int) -> int:
        """Votes that nobody had at the end of a second: of ERA that was delegated to nobody, wherever it lay."""
        unvested, granted = self.grants.past(time)
        return self._then(time)[1] + self.locks.votes(time)[""] + granted - unvested.total()

    def _then(self, time: int) -> tuple[Counter[str], int]:
        for at, held, idle in reversed(self._history):
            if at <= time:
                return held, idle
        return Counter(), 0

    @staticmethod
    def _together(held: Counter[str], locked: Counter[str], unvested: Counter[str]) -> dict[str, Votes]:
        names = {*held, *locked, *unvested} - {""}
        return {name: Votes(held[name], locked[name], unvested[name]) for name in names}

    def past_votes(self, account: str, time: int) -> int:
        """All votes of one account at the end of a second."""
        return sum(self.past(time)[0].get(account, Votes()))

    def total(self, time: int) -> int:
        """All weighted votes: each ERA once, and once more where it doubled."""
        return self.wallets.total() + self.locks.doubled(time)

    def note(self) -> None:
        """Writes down how the token's votes stand, after anything that moved ERA."""
        if self._history and self._history[-1][0] == self.now:
            self._history.pop()
        self._history.append((self.now, self.held(), self.idle()))

    def transfer(self, source: str, target: str, amount: int) -> None:
        """Moves ERA."""
        if amount > self.wallets[source]:
            raise Refused("ERC20InsufficientBalance")
        self.wallets[source] -= amount
        self.wallets[target] += amount
        self.note()

    def delegate(self, by: str, to: str) -> None:
        """`to` votes for the ERA in the wallet of `by`."""
        self.chosen[by] = to
        self.note()


class GovernanceModel:
    """The governor and its timelock, on a model of votes."""

    def __init__(self, voting: VotingModel, terms: Terms, floor: int, delay: int, guardian: str = "") -> None:
        self.voting = voting
        self.terms = terms
        self.floor, self.delay = floor, delay
        self.guardian = guardian
        self.proposals: list[Proposal] = []
        self._quorums: list[tuple[int, int]] = [(voting.now, terms.quorum_bps)]

    @property
    def now(self) -> int:
        """This second."""
        return self.voting.now

    def quorum(self, snapshot: int) -> int:
        """What for and abstain must reach: basis points of that second, of all weighted votes then, rounded down."""
        bps = 0
        for at, value in self._quorums:
            if at <= snapshot:
                bps = value
        return self.voting.total(snapshot) * bps // WHOLE

    def reached(self, proposal: Proposal) -> bool:
        """Whether the quorum is there."""
        return proposal.tally[1] + proposal.tally[2] >= self.quorum(proposal.snapshot)

    def state(self, number: int) -> State:
        """Where the proposal stands this second."""
        proposal = self._proposal(number)
        if proposal.executed:
            return State.EXECUTED
        if proposal.canceled:
            return State.CANCELED
        if self.now <= proposal.snapshot:
            return State.PENDING
        if self.now <= proposal.deadline:
            return State.ACTIVE
        if not self.reached(proposal) or proposal.tally[1] <= proposal.tally[0]:
            return State.DEFEATED
        if self.now > (proposal.eta or proposal.deadline) + GRACE:
            return State.EXPIRED
        return State.QUEUED if proposal.eta else State.SUCCEEDED

    def propose(self, by: str, acts: Sequence[Act], text: str) -> int:
        """Gives back its number; the first is 1."""
        if self.voting.past_votes(by, self.now - 1) < self.terms.threshold:
            raise Refused("GovernorInsufficientProposerVotes")
        if not acts:
            raise Refused("GovernorInvalidProposalLength")
        if any((proposal.acts, proposal.text) == (tuple(acts), text) for proposal in self.proposals):
            raise Refused("GovernorUnexpectedProposalState")
        snapshot = self.now + self.terms.voting_delay
        self.proposals.append(Proposal(tuple(acts), text, by, snapshot, snapshot + self.terms.voting_period))
        return len(self.proposals)

    def vote(self, by: str, number: int, support: int, parts: Sequence[int] = ()) -> int:
        """`support`: 0 against, 1 for, 2 abstain, with all that is left; 255: with `parts`. Gives the votes cast."""
        proposal = self._in(number, State.ACTIVE)
        weight = self.voting.past_votes(by, proposal.snapshot)
        if not weight:
            raise Refused("NoVotesAtSnapshot")
        left = weight - proposal.used[by]
        if not left:
            raise Refused("GovernorAlreadyCastVote")
        if support not in (0, 1, 2, 255):
            raise Refused("GovernorInvalidVoteType")
        if (support == 255) != bool(parts):
            raise Refused("GovernorInvalidVoteParams")
        cast = list(parts) if parts else [left if place == support else 0 for place in range(3)]
        if sum(cast) > left:
            raise Refused("GovernorExceedRemainingWeight")
        if not sum(cast):
            raise Refused("EmptyBallot")
        before = self.reached(proposal)
        proposal.tally = [old + new for old, new in zip(proposal.tally, cast, strict=True)]
        proposal.used[by] += sum(cast)
        late = self.now + self.terms.extension
        if not before and self.reached(proposal) and late > proposal.deadline:
            proposal.deadline, proposal.extended = late, True
        return sum(cast)

    def queue(self, number: int) -> None:
        """Into the timelock."""
        self._in(number, State.SUCCEEDED).eta = self.now + self.delay

    def execute(self, number: int) -> None:
        """All calls, or none."""
        proposal = self._in(number, State.QUEUED)
        if self.now < proposal.eta:
            raise Refused("TimelockUnexpectedOperationState")
        self._carry_out(proposal)

    def execute_at_timelock(self, number: int) -> None:
        """Past the governor, which then does not know that its own settings are governance's."""
        proposal = self._proposal(number)
        if self.state(number) != State.QUEUED or self.now < proposal.eta:
            raise Refused("TimelockUnexpectedOperationState")
        self._carry_out(proposal, past_governor=True)

    def cancel(self, by: str, number: int) -> None:
        """By the guardian, or by the proposer until the snapshot."""
        proposal = self._proposal(number)
        guards = bool(by) and by == self.guardian and not proposal.names_guardian
        if not guards and not (by == proposal.proposer and self.state(number) == State.PENDING):
            raise Refused("GovernorUnableToCancel")
        if self.state(number) in (State.CANCELED, State.EXPIRED, State.EXECUTED):
            raise Refused("GovernorUnexpectedProposalState")
        proposal.canceled = True

    def _carry_out(self, proposal: Proposal, past_governor: bool = False) -> None:
        # What happens is one transaction: nothing is written where one of the calls refuses.
        terms, delay, guardian, wallets = self.terms, self.delay, self.guardian, deepcopy(self.voting.wallets)
        try:
            for act in proposal.acts:
                if past_governor and (act.name in SETTERS or act.name == "setProposalGuardian"):
                    raise Refused("Panic")
                terms, delay, guardian = self._apply(act, wallets, terms, delay, guardian)
        except KeyError as unknown:
            raise AssertionError(f"no such call: {unknown}") from unknown
        if terms.quorum_bps != self.terms.quorum_bps:
            self._quorums.append((self.now, terms.quorum_bps))
        self.terms, self.delay, self.guardian = terms, delay, guardian
        self.voting.wallets.clear()
        self.voting.wallets.update(wallets)
        self.voting.note()
        proposal.executed = True

    def _apply(
        self, act: Act, wallets: Counter[str], terms: Terms, delay: int, guardian: str
    ) -> tuple[Terms, int, str]:
        if act.name == "setProposalGuardian":
            return terms, delay, act.account
        if act.name == "updateDelay":
            if not self.floor <= act.value <= HIGHEST_DELAY:
                raise Refused("TimelockDelayOutOfBounds")
            return terms, act.value, guardian
        if act.name == "pay":
            if act.value > wallets[TIMELOCK]:
                raise Refused("ERC20InsufficientBalance")
            wallets[TIMELOCK] -= act.value
            wallets[act.account] += act.value
            return terms, delay, guardian
        setting, error = SETTERS[act.name]
        if not getattr(LOWEST, setting) <= act.value <= getattr(HIGHEST, setting):
            raise Refused(error)
        return terms._replace(**{setting: act.value}), delay, guardian

    def _proposal(self, number: int) -> Proposal:
        if not 0 < number <= len(self.proposals):
            raise Refused("GovernorNonexistentProposal")
        return self.proposals[number - 1]

    def _in(self, number: int, wanted: State) -> Proposal:
        proposal = self._proposal(number)
        if self.state(number) != wanted:
            raise Refused("GovernorUnexpectedProposalState")
        return proposal
