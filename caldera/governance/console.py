"""`gov` in the console: proposals on a development chain of one's own, whose clock can be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from caldera import artifacts
from caldera.deployment.chain_port import ChainPort
from caldera.deployment.profile import Profile
from caldera.deployment.suite import Suite
from caldera.evm.address import AddressLike, to_address
from caldera.evm.anvil import Anvil

from .ballots import Support
from .desk import Desk, Look
from .draft import Draft, parse_draft
from .errors import NotGoverned, WrongState
from .proposals import Governance, ProposalState, Standing, Submitted
from .simulate import Simulation


class Gov:
    """Everything about proposals, for the accounts of a development chain. `proposer`: who acts where nobody is
    named."""

    def __init__(
        self,
        chain: Anvil,
        addresses: Mapping[str, str],
        profile: Profile,
        proposer: AddressLike,
        voters: Sequence[AddressLike] = (),
    ) -> None:
        self.chain, self.profile = chain, profile
        self._addresses, self._proposer = addresses, proposer
        self._voters = tuple(voters) or (proposer,)

    def desk(self, sender: AddressLike | None = None) -> Desk:
        """The desk of an account; of the proposer if none is named."""
        port = ChainPort(self.chain, sender or self._proposer)
        suite = Suite(self.profile, artifacts.load(), port, to_address(self._proposer), self._addresses)
        return _ConsoleDesk(Governance(suite), self.chain)

    def draft(
        self, title: str, why: str = "", parameters: Mapping[str, Any] | None = None, calls: Sequence[Any] = ()
    ) -> Draft:
        """A draft, as a file says it: `calls` as in {"call": "Treasury.spend", "args": [...]}."""
        return parse_draft({"title": title, "why": why, "parameters": dict(parameters or {}), "calls": list(calls)})

    def look(self, subject: int | Draft | Path | str) -> Look:
        """A proposal or a draft, taken apart."""
        return self.desk().look(subject)

    def simulate(self, subject: int | Draft | Path | str) -> Simulation:
        """What would come of it, on a copy."""
        return self.desk().simulate(subject)

    def submit(self, draft: Draft | Path | str, sender: AddressLike | None = None, force: bool = False) -> int:
        """Proposes what the simulation shows to be sound; its number."""
        return self.desk(sender).submit(draft, force)[0]

    def vote(
        self, number: int, support: str = "for", sender: AddressLike | None = None, reason: str = "", **parts: str
    ) -> Standing:
        """Casts votes; in parts as in `vote(1, support="", in_favour="60%", against="40%")`. Waits for voting to
        begin."""
        desk = self.desk(sender)
        if self.state(number) is ProposalState.PENDING:
            self._until(int(desk.governance.read("proposalSnapshot", number)) + 1)
        names = {"in_favour": Support.FOR, "against": Support.AGAINST, "abstain": Support.ABSTAIN}
        given = {names[name]: text for name, text in parts.items()}
        chosen = None if given else Support.of(support)
        desk.actions.vote(number, desk.actions.ballot(number, desk.actions.sender, chosen, given, reason))
        return self.standing(number)

    def queue(self, number: int, sender: AddressLike | None = None) -> Standing:
        """Waits for the end of the vote and hands the proposal to the timelock."""
        if self.state(number) is ProposalState.ACTIVE:
            self._until(int(self.desk().governance.read("proposalDeadline", number)) + 1)
        self.desk(sender).actions.queue(number)
        return self.standing(number)

    def execute(self, number: int, sender: AddressLike | None = None) -> Standing:
        """Waits for the timelock and carries the proposal out."""
        self._until(int(self.desk().governance.read("proposalEta", number)))
        self.desk(sender).actions.execute(number)
        return self.standing(number)

    def cancel(self, number: int, sender: AddressLike | None = None) -> Standing:
        """Ends a proposal."""
        self.desk(sender).actions.cancel(number)
        return self.standing(number)

    def delegate(self, to: AddressLike, sender: AddressLike | None = None) -> None:
        """Lets an account vote with all that the sender has."""
        self.desk(sender).actions.delegate(to_address(to))

    def state(self, number: int) -> ProposalState:
        """Where a proposal is."""
        return self.desk().governance.state(number)

    def standing(self, number: int) -> Standing:
        """The same with votes and dates."""
        governance = self.desk().governance
        return governance.standing(governance.get(number))

    def list(self) -> list[Submitted]:
        """Every proposal there ever was."""
        return self.desk().governance.submitted()

    def parameters(self, name: str | None = None) -> dict[str, str]:
        """Governed numbers by name, as they are now."""
        _, found = self.desk().parameters(name)
        return {spot.name: state.word.show(state.present) for spot, state in found}

    def govern(self, title: str, calls: Sequence[Any] = (), parameters: Mapping[str, Any] | None = None) -> int:
        """The whole way, from the draft to the last call: simulated, submitted, voted for by all voters, queued,
        executed. The chain's clock moves as long as it takes. The proposal's number.

        Raises:
            GovernanceError: any step is refused.
        """
        number = self.submit(self.draft(title, parameters=parameters, calls=calls))
        for voter in self._voters:
            self.vote(number, sender=voter)
        self.queue(number)
        done = self.execute(number)
        if done.state is not ProposalState.EXECUTED:
            raise WrongState(f"proposal {number} is {done.state}")
        return number

    def _until(self, second: int) -> None:
        if second > self.chain.now:
            self.chain.warp(second)


def ready(chain: Anvil, addresses: Mapping[str, str], profile: Profile) -> dict[str, Gov]:
    """`gov`, by its name in the console; nothing where nobody governs. The actors of the profile that have votes vote,
    and the one with the most proposes."""
    try:
        any_of_them = next(iter(profile.actors.values()))
        governance = Gov(chain, addresses, profile, any_of_them).desk().governance
    except (NotGoverned, StopIteration):
        return {}
    power = governance.coder.contract(str(governance.read("token")))
    votes = {
        actor: int(governance.suite.read(power, "getVotes(address)", actor)[0]) if power else 0
        for actor in profile.actors.values()
    }
    voters = sorted((actor for actor, has in votes.items() if has), key=lambda actor: -votes[actor])
    return {"gov": Gov(chain, addresses, profile, voters[0] if voters else any_of_them, voters)}


class _ConsoleDesk(Desk):
    """Copies the chain at its own time, which is ahead of its latest block while nobody sends anything."""

    def __init__(self, governance: Governance, chain: Anvil) -> None:
        super().__init__(governance, chain.url)
        self._chain = chain

    @property
    def now(self) -> int:
        """The chain's clock."""
        return self._chain.now
