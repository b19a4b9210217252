"""A proposal carried out on a copy of the chain as it stands, from the vote to the last call, and what comes of it.

Everything is done by the contracts themselves: the proposal is submitted, voted for, queued and executed, in the same
batch and after the same delays as it would be in earnest. Only the votes are made up: while it is submitted and while
the one vote is cast, code stands in the place of the copy's vote lock that gives every account more votes than there
are ERA.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from caldera.deployment.chain_port import ChainPort
from caldera.deployment.errors import DeploymentError
from caldera.deployment.findings import Finding, Kind
from caldera.deployment.manifest import Manifest
from caldera.deployment.suite import Suite
from caldera.deployment.verifier import verify
from caldera.evm.account import account
from caldera.evm.errors import ContractError
from caldera.evm.events import Event, Log
from caldera.evm.fork import Fork

from .compose import Proposal
from .errors import GovernanceError, SimulationFailed
from .invariants import Check, check_all, holdings
from .power_changes import PowerChange, power_changes, touched
from .proposals import Governance, ProposalState, Submitted

_VOTES = 1 << 100
_STUB = bytes([0x7F]) + _VOTES.to_bytes(32, "big") + bytes.fromhex("5f5260205ff3")
"""Code that answers every call with this number."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Parameter:
    """A governed number before and after. Values for people; `before` is none where the key was not there."""

    name: str
    before: str | None
    after: str

    @property
    def changed(self) -> bool:
        """Whether the proposal changes it."""
        return self.before != self.after


@dataclass(frozen=True)
class Moved:
    """Units of a token that a contract of the suite holds, before and after."""

    holder: str
    token: str
    before: int
    after: int


@dataclass(frozen=True)
class Simulation:
    """What came of it. `executed_at`: the second on the copy. `error`: why it was not executed, where it was not.
    `consequences`: what `caldera deploy verify` finds afterwards and did not find before."""

    submitted_at: int
    executed_at: int
    gas_used: int
    error: str | None = None
    parameters: tuple[Parameter, ...] = ()
    events: tuple[Event | Log, ...] = field(default=(), repr=False)
    moved: tuple[Moved, ...] = ()
    powers: tuple[PowerChange, ...] = ()
    checks: tuple[Check, ...] = ()
    broken_before: frozenset[str] = frozenset()
    consequences: tuple[Finding, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """Why it must not be submitted; nothing where it may."""
        found = [f"the proposal would not be executed: {self.error}"] if self.error else []
        for check in self.checks:
            if not check.holds:
                since = " (neither did it before)" if check.sentence in self.broken_before else ""
                found.append(f"does not hold afterwards{since}: {check.sentence}: {check.figures}")
        return found

    def require(self) -> None:
        """Nothing where all is well. Raises `SimulationFailed`."""
        if self.reasons:
            raise SimulationFailed(self.reasons)


def simulate(
    governance: Governance,
    subject: Proposal | Submitted,
    url: str,
    proposer: str | None = None,
    manifest: Manifest | None = None,
    now: int = 0,
    progress: Progress | None = None,
) -> Simulation:
    """Carries a draft's proposal, or one that is on the chain, out on a copy of the chain behind `url`.

    `proposer`: who submits a draft; anybody does for the simulation. `manifest`: where given, the deployment is
    verified before and after. `now`: the chain's time, where its clock is ahead of its latest block.

    Raises:
        GovernanceError: a proposal on the chain is over already.
        EngineError: no copy can be made.
    """
    told = progress or (lambda words: None)
    told("copying the chain")
    with Fork(url, governance.suite.profile.chain_id, now) as fork:
        copy = _on(governance, fork)
        stage = _Stage(copy, fork, proposer or account("simulated proposer").address, told)
        submitted_at = fork.now
        try:
            ready = stage.until_executable(subject)
        except ContractError as error:
            return Simulation(submitted_at, fork.now, 0, f"{stage.step}: {error}")
        return _execute(copy, fork, ready, submitted_at, manifest, told)


def _on(governance: Governance, fork: Fork) -> Governance:
    suite = governance.suite
    port = ChainPort(fork)
    return Governance(
        Suite(suite.profile, suite.artifacts, port, suite.deployer, suite.addresses), governance.from_block
    )


class _Stage:
    """Brings a proposal to the second in which it can be executed."""

    def __init__(self, governance: Governance, fork: Fork, proposer: str, told: Progress) -> None:
        self._governance, self._fork, self._proposer, self._told = governance, fork, proposer, told
        self.step = ""

    def until_executable(self, subject: Proposal | Submitted) -> Proposal:
        """Submits it unless that is done, votes, queues, waits."""
        if isinstance(subject, Submitted):
            number, proposal = subject.id, subject.proposal()
            self._require_open(number)
        else:
            proposal = subject.by(self._proposer)
            with _EverybodyVotes(self._governance, self._fork):
                self._send("propose", proposal.targets, proposal.amounts, proposal.payloads, proposal.text)
            found = self._governance.find(proposal)
            assert found is not None
            number = found
        self._vote(number)
        if self._governance.state(number) is ProposalState.SUCCEEDED:
            self._send("queue", *proposal.key())
        self._wait(int(self._governance.read("proposalEta", number)))
        return proposal

    def _require_open(self, number: int) -> None:
        state = self._governance.state(number)
        if state.over:
            raise GovernanceError(f"proposal {number} is {state}: nothing can come of it any more")

    def _vote(self, number: int) -> None:
        read = self._governance.read
        if self._governance.state(number) is ProposalState.PENDING:
            self._wait(int(read("proposalSnapshot", number)) + 1)
        if self._governance.state(number) is not ProposalState.ACTIVE:
            return
        with _EverybodyVotes(self._governance, self._fork):
            self._send("castVote", number, 1)
        self._wait(int(read("proposalDeadline", number)) + 1)

    def _wait(self, second: int) -> None:
        if second > self._fork.now:
            self._fork.warp(second)
            self._fork.mine()

    def _send(self, name: str, *values: Any) -> None:
        self.step = name
        self._told(name)
        data = self._governance.suite.function(self._governance.governor, name).encode(*values)
        self._fork.transact(self._governance.address, data, sender=self._proposer)


class _EverybodyVotes:
    """While it lasts, every account of the copy has votes beyond measure, and so has nobody afterwards."""

    def __init__(self, governance: Governance, fork: Fork) -> None:
        self._fork, self._source = fork, _source(governance)
        self._code = fork.code(self._source)

    def __enter__(self) -> None:
        self._fork.rpc("anvil_setCode", self._source, "0x" + _STUB.hex())

    def __exit__(self, *_: object) -> None:
        self._fork.rpc("anvil_setCode", self._source, "0x" + self._code.hex())


def _source(governance: Governance) -> str:
    """Where the made-up votes come from: the lock, which the governor asks itself; else what it names as its token."""
    token = str(governance.read("token"))
    name = governance.coder.contract(token)
    if name is None or not governance.suite.has(name, "lock"):
        return token
    return str(governance.suite.read(name, "lock")[0])


def _execute(
    governance: Governance,
    fork: Fork,
    proposal: Proposal,
    submitted_at: int,
    manifest: Manifest | None,
    told: Progress,
) -> Simulation:
    suite = governance.suite
    told("reading what stands before")
    parameters, held = _parameters(governance), holdings(suite)
    before = check_all(governance)
    found_before = _findings(governance, manifest)
    data = suite.function(governance.governor, "execute").encode(*proposal.key())
    sender = account("simulated proposer").address
    with fork.isolated():
        tried = fork.transact_raw(governance.address, data, sender=sender)
        if not tried.ok:
            return Simulation(submitted_at, fork.now, tried.gas_used, _why(governance, fork, proposal, tried.error))
        places = touched(governance, tried.events)
    powers_before = {place: place.read(governance) for place in places}
    told("execute")
    receipt = fork.transact(governance.address, data, sender=sender)
    events = receipt.events
    told("reading what stands after")
    return Simulation(
        submitted_at,
        fork.now,
        receipt.gas_used,
        None,
        _compared(parameters, _parameters(governance)),
        events,
        _moves(held, holdings(suite)),
        power_changes(governance, powers_before),
        tuple(check_all(governance)),
        frozenset(one.sentence for one in before if not one.holds),
        tuple(one for one in _findings(governance, manifest) if one not in found_before),
    )


def _why(governance: Governance, fork: Fork, proposal: Proposal, error: ContractError | None) -> str:
    """The first call that fails, named: the timelock passes its error on without saying whose it is."""
    timelock = governance.executor
    with fork.isolated():
        for place, call in enumerate(proposal.calls, 1):
            tried = fork.transact_raw(call.target, call.data, sender=timelock)
            if not tried.ok:
                title = governance.coder.decode(call).title
                return f"call {place} of {len(proposal.calls)}, {title}: {tried.error}"
    return str(error)


def _findings(governance: Governance, manifest: Manifest | None) -> list[Finding]:
    if manifest is None:
        return []
    suite = governance.suite
    try:
        return verify(suite.profile, suite.artifacts, suite.port, manifest)
    except (DeploymentError, ArithmeticError, ValueError) as error:
        return [Finding(Kind.CODE, "the deployment", "can be verified", f"it cannot: {error}")]


def _parameters(governance: Governance) -> dict[str, str]:
    book = governance.book_if_any()
    return {} if book is None else {spot.name: state.word.show(state.present) for spot, state in book.everything()}


def _compared(before: dict[str, str], after: dict[str, str]) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, before.get(name), value) for name, value in after.items())


def _moves(before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> tuple[Moved, ...]:
    found = []
    for holder, tokens in after.items():
        for token in sorted({*tokens, *before.get(holder, {})}):
            was, now = before.get(holder, {}).get(token, 0), tokens.get(token, 0)
            if was != now:
                found.append(Moved(holder, token, was, now))
    return tuple(found)
