"""The governor of a deployment: its settings, and every proposal, found on the chain by its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from caldera.deployment.abi import decode
from caldera.deployment.errors import CallReverted
from caldera.deployment.manifest import Manifest
from caldera.deployment.planner import require_chain
from caldera.deployment.port import Log
from caldera.deployment.suite import Suite
from caldera.deployment.verifier import deployed_suite

from .book import Book
from .calls import Call, Coder, Decoded
from .compose import Proposal, bare, compose, title_of
from .draft import Draft
from .errors import NotGoverned, UnknownProposal

GOVERNOR, TIMELOCK, BOOK = "CalderaGovernor", "CalderaTimelock", "ParameterBook"
_CREATED = keccak(text="ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)")
_CREATED_WORDS = ("uint256", "address", "address[]", "uint256[]", "string[]", "bytes[]", "uint256", "uint256", "string")


class ProposalState(IntEnum):
    """`IGovernor.ProposalState`."""

    PENDING = 0
    ACTIVE = 1
    CANCELED = 2
    DEFEATED = 3
    SUCCEEDED = 4
    QUEUED = 5
    EXPIRED = 6
    EXECUTED = 7

    @property
    def over(self) -> bool:
        """Whether nothing can come of it any more."""
        return self in (self.CANCELED, self.DEFEATED, self.EXPIRED, self.EXECUTED)

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Settings:
    """How the governor works now. Seconds; votes in wei of ERA. `delay`: of the timelock."""

    voting_delay: int
    voting_period: int
    delay: int
    threshold: int
    quorum_bps: int

    @property
    def whole(self) -> int:
        """Seconds from submitting to executing, at least: a second more to be past the deadline."""
        return self.voting_delay + self.voting_period + 1 + self.delay


@dataclass(frozen=True)
class Submitted:
    """A proposal as the governor's event has it."""

    id: int
    proposer: str
    calls: tuple[Call, ...]
    snapshot: int
    text: str
    place: tuple[int, int]

    @property
    def title(self) -> str:
        """The first line of its description."""
        return title_of(self.text)

    def proposal(self) -> Proposal:
        """What was proposed."""
        return Proposal(self.title, self.text, self.calls)


@dataclass(frozen=True)
class Standing:
    """Where a proposal stands at the second `now`. Votes in wei of ERA. `quorum`: none before the snapshot. `eta`: when
    the timelock lets it through; 0 while it is not queued."""

    submitted: Submitted
    state: ProposalState
    now: int
    deadline: int
    eta: int
    against: int
    in_favour: int
    abstained: int
    quorum: int | None
    delay: int

    @property
    def counted(self) -> int:
        """Votes that count for the quorum."""
        return self.in_favour + self.abstained

    @property
    def queueable(self) -> int:
        """The first second in which it can be queued, if it succeeds."""
        return self.deadline + 1

    @property
    def executable(self) -> int:
        """The first second in which it can be executed, if all is done as soon as it can be."""
        return self.eta or max(self.queueable, self.now) + self.delay


class Governance:
    """A deployment as its governor sees it. `suite`: at the addresses of the manifest. `from_block`: nothing is older.

    Raises:
        NotGoverned: the profile has no governor or no timelock.
    """

    def __init__(self, suite: Suite, from_block: int = 0) -> None:
        self.suite, self.from_block = suite, from_block
        self.governor, self.timelock = self._of_type(GOVERNOR), self._of_type(TIMELOCK)
        self.coder = Coder(suite)

    @classmethod
    def of(cls, profile: Any, artifacts: Any, port: Any, manifest: Manifest) -> Governance:
        """That of a manifest.

        Raises:
            WrongChain: node, profile and manifest are not of one chain. The same account deploys to the same addresses
                on every chain: nothing else would tell that a vote goes to another one.
        """
        require_chain(profile, port, manifest)
        return cls(deployed_suite(profile, artifacts, port, manifest), manifest.from_block)

    @property
    def address(self) -> str:
        """Where the governor is."""
        return self.suite.addresses[self.governor]

    @property
    def executor(self) -> str:
        """Who makes the calls: the timelock."""
        return self.suite.addresses[self.timelock]

    @property
    def now(self) -> int:
        """The chain's time, as the governor sees it."""
        return int(self.read("clock"))

    def book(self) -> Book:
        """The parameter book as it is now. Raises `NotGoverned`."""
        return Book.of(self.suite, self.from_block)

    def book_if_any(self) -> Book | None:
        """The same, or none."""
        try:
            return self.book()
        except NotGoverned:
            return None

    def read(self, name: str, *values: Any) -> Any:
        """The first output of a view of the governor."""
        return self.suite.read(self.governor, name, *values)[0]

    def settings(self) -> Settings:
        """How the governor works now."""
        delay = self.suite.read(self.timelock, "getMinDelay")[0]
        names = ("votingDelay", "votingPeriod", "proposalThreshold", "quorumNumerator()")
        voting_delay, period, threshold, quorum = (int(self.read(name)) for name in names)
        return Settings(
            voting_delay, period, int(delay), threshold, quorum * 10_000 // int(self.read("quorumDenominator"))
        )

    def compose(self, draft: Draft) -> Proposal:
        """The calls of a draft, checked for the second in which it could be executed if it were submitted now."""
        return compose(draft, self.suite, self.book_if_any(), self.now + self.settings().whole)

    def submitted(self) -> list[Submitted]:
        """Every proposal there ever was, oldest first."""
        return [_submitted(log) for log in self.suite.port.logs(self.address, [_CREATED], self.from_block)]

    def get(self, number: int) -> Submitted:
        """One of them. Raises `UnknownProposal`."""
        for one in self.submitted():
            if one.id == number:
                return one
        raise UnknownProposal(f"{self.governor} has no proposal {number}: `list` shows all")

    def alike(self, proposal: Proposal) -> list[Submitted]:
        """Proposals of the same calls with the same description, whoever proposed them."""
        return [
            one for one in self.submitted() if one.calls == proposal.calls and bare(one.text) == bare(proposal.text)
        ]

    def find(self, proposal: Proposal) -> int | None:
        """The number under which exactly this was submitted, if it was."""
        try:
            return int(self.read("getProposalId", *proposal.key()))
        except CallReverted:
            return None

    def state(self, number: int) -> ProposalState:
        """The state of a proposal. Raises `UnknownProposal`."""
        try:
            return ProposalState(self.read("state", number))
        except CallReverted as error:
            raise UnknownProposal(f"{self.governor} has no proposal {number}: {error}") from None

    def standing(self, one: Submitted) -> Standing:
        """Where a proposal stands now."""
        now, state = self.now, self.state(one.id)
        against, in_favour, abstained = self.suite.read(self.governor, "proposalVotes", one.id)
        quorum = int(self.read("quorum", one.snapshot)) if one.snapshot < now else None
        deadline, eta = int(self.read("proposalDeadline", one.id)), int(self.read("proposalEta", one.id))
        delay = int(self.suite.read(self.timelock, "getMinDelay")[0])
        return Standing(one, state, now, deadline, eta, against, in_favour, abstained, quorum, delay)

    def decoded(self, calls: Sequence[Call]) -> list[Decoded]:
        """What calls do."""
        return [self.coder.decode(one) for one in calls]

    def _of_type(self, kind: str) -> str:
        for entry in self.suite.profile.contracts:
            if entry.contract_type == kind and entry.name in self.suite.addresses:
                return entry.name
        raise NotGoverned(f"the profile {self.suite.profile.network} has no {kind}: nobody votes there")


def _submitted(log: Log) -> Submitted:
    number, proposer, targets, values, _, payloads, snapshot, _, text = decode(_CREATED_WORDS, log.data)
    calls = tuple(
        Call(str(to_checksum_address(to)), value, data)
        for to, value, data in zip(targets, values, payloads, strict=True)
    )
    return Submitted(number, str(to_checksum_address(proposer)), calls, snapshot, text, log.place)
