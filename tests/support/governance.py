"""Governance handed over: ERA and its three sources of votes, the governor, the timelock as the suite's only admin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from eth_utils.crypto import keccak

from caldera.contracts import CalderaGovernor, CalderaTimelock, EraToken, VestingVault, VoteLock, VotingPower, structs
from caldera.evm import Account, AddressLike, Chain
from caldera.model.governance import State, Terms
from tests.support.economy import Economy
from tests.support.economy import build as build_economy
from tests.support.suite import DAY, NOBODY

ERA = 10**18
SUPPLY = 10**9 * ERA
YEAR = 365 * DAY
HOUR = 3_600
WEEK = 7 * DAY
SHORT = 60 * DAY
"""A term that votes once."""
TERMS = Terms(DAY, 7 * DAY, 2 * DAY, 400, 100_000 * ERA)
FLOOR, DELAY = DAY, 2 * DAY
AGAINST, FOR, ABSTAIN, PARTS = 0, 1, 2, 255
ADMIN = 0
BALLOT = [
    {"name": "proposalId", "type": "uint256"},
    {"name": "support", "type": "uint8"},
    {"name": "voter", "type": "address"},
    {"name": "nonce", "type": "uint256"},
]
EXTENDED_BALLOT = [*BALLOT, {"name": "reason", "type": "string"}, {"name": "params", "type": "bytes"}]


class Call(NamedTuple):
    """One call of a proposal."""

    target: str
    data: bytes
    value: int = 0


class Calls(NamedTuple):
    """A proposal as queue, execute and cancel take it."""

    targets: list[str]
    values: list[int]
    datas: list[bytes]
    text_hash: bytes


def calls(given: Sequence[Call], text: str) -> Calls:
    """The lists, and the hash of the text."""
    return Calls(
        [one.target for one in given], [one.value for one in given], [one.data for one in given], keccak(text=text)
    )


def packed(against: int, for_: int, abstain: int) -> bytes:
    """Parts of a vote."""
    return b"".join(part.to_bytes(16, "big") for part in (against, for_, abstain))


def as_terms(terms: Terms) -> structs.GovernorTerms:
    """As the handle takes them."""
    return structs.GovernorTerms(*terms)


@dataclass
class Governance:
    """alice, bank, carol and seller are people, guardian guards; holder has the ERA; mallory is nobody. The timelock
    holds ADMIN of the suite's access and nobody else does; admin made everything and has nothing left."""

    economy: Economy
    vault: VestingVault
    lock: VoteLock
    power: VotingPower
    timelock: CalderaTimelock
    governor: CalderaGovernor

    def __getattr__(self, name: str) -> Any:
        return getattr(self.economy, name)

    @property
    def chain(self) -> Chain:
        return self.economy.suite.chain

    @property
    def era(self) -> EraToken:
        token: EraToken = self.economy.token
        return token

    @property
    def now(self) -> int:
        return self.chain.now

    def account(self, name: str) -> Account:
        return self.chain.account(name)

    def to(self, time: int) -> None:
        """Lets time pass until this second."""
        self.chain.warp(time)

    def give(self, who: AddressLike, amount: int) -> None:
        """From the holder."""
        self.era.transfer(who, amount, sender=self.account("holder"))

    def holds(self, name: str, amount: int) -> Account:
        """An account with so much ERA that votes for itself."""
        account = self.account(name)
        self.give(account, amount)
        self.era.delegate(account, sender=account)
        return account

    def locks(self, name: str, amount: int, term: int = YEAR) -> Account:
        """An account with so much locked; for more than 183 days, which votes twice."""
        account = self.account(name)
        self.give(account, amount)
        self.era.approve(self.lock, amount, sender=account)
        self.lock.lock(amount, term, sender=account)
        return account

    def granted(self, name: str, amount: int, duration: int = YEAR) -> int:
        """A grant from now on; its id."""
        holder = self.account("holder")
        self.era.approve(self.vault, amount, sender=holder)
        self.vault.grantFor(self.account(name), amount, self.now, 0, duration, sender=holder)
        return self.vault.grantCount()

    def call(self, contract: Any, name: str, *values: Any) -> Call:
        """A call of a contract's function."""
        return Call(contract.address, getattr(contract.calldata, name)(*values))

    def lists(self, given: Sequence[Call], text: str) -> Calls:
        """The same as lists."""
        return calls(given, text)

    def propose(self, given: Sequence[Call], text: str, by: Account) -> int:
        """Proposed a second later, so that what the proposer has counts; its number."""
        self.to(self.now + 1)
        of = calls(given, text)
        return self.governor.propose(of.targets, of.values, of.datas, text, sender=by).returned

    def state(self, number: int) -> State:
        return State(self.governor.state(number))

    def to_vote(self, number: int) -> None:
        """To the first second in which it can be voted on."""
        self.to(self.governor.proposalSnapshot(number) + 1)

    def to_end(self, number: int) -> None:
        """To the first second after the vote."""
        self.to(self.governor.proposalDeadline(number) + 1)

    def vote(self, number: int, by: Account, support: int = FOR) -> int:
        return self.governor.castVote(number, support, sender=by).returned

    def vote_parts(self, number: int, by: Account, *parts: int) -> int:
        """Against, for, abstain."""
        return self.governor.castVoteWithReasonAndParams(number, PARTS, "", packed(*parts), sender=by).returned

    def queue(self, given: Sequence[Call], text: str, by: Account | None = None) -> int:
        """Queued by anyone."""
        return self.governor.queue(*calls(given, text), sender=by or self.account("mallory")).returned

    def execute(self, given: Sequence[Call], text: str, by: Account | None = None) -> Any:
        """Executed by anyone."""
        return self.governor.execute(*calls(given, text), sender=by or self.account("mallory"))

    def cancel(self, given: Sequence[Call], text: str, by: Account) -> Any:
        return self.governor.cancel(*calls(given, text), sender=by)

    def succeeded(self, given: Sequence[Call], text: str, by: Account) -> int:
        """Proposed, voted for by the proposer alone, and its vote is over."""
        number = self.propose(given, text, by)
        self.to_vote(number)
        self.vote(number, by)
        self.to_end(number)
        return number

    def ready(self, given: Sequence[Call], text: str, by: Account) -> int:
        """The same, queued, and the delay is over."""
        number = self.succeeded(given, text, by)
        self.queue(given, text)
        self.to(self.governor.proposalEta(number))
        return number

    def passed(self, given: Sequence[Call], text: str, by: Account) -> int:
        """All the way."""
        number = self.ready(given, text, by)
        self.execute(given, text)
        return number

    def operation(self, given: Sequence[Call], text: str) -> bytes:
        """Its id in the timelock."""
        of = calls(given, text)
        return self.timelock.hashOperationBatch(of.targets, of.values, of.datas, bytes(32), self.salt(text))

    def salt(self, text: str) -> bytes:
        """Of the timelock's operation: the governor's address, then zeros, exclusive or the hash of the text."""
        mine = bytes.fromhex(self.governor.address[2:]) + bytes(12)
        return bytes(a ^ b for a, b in zip(mine, keccak(text=text), strict=True))


def build(
    chain: Chain | None = None,
    terms: Terms = TERMS,
    floor: int = FLOOR,
    delay: int = DELAY,
    guardian: bool = True,
    least: int = 0,
) -> Governance:
    """Deploys, appoints, hands over.

    Args:
        least: the least a lock begins with; nothing, where a test counts by the unit.
    """
    economy = build_economy(chain, moody=False)
    suite, admin = economy.suite, economy.suite.admin
    chain, access = suite.chain, suite.access
    vault = VestingVault.deploy(chain, access, economy.token, sender=admin)
    lock = VoteLock.deploy(chain, access, economy.token, NOBODY, least, sender=admin)
    power = VotingPower.deploy(chain, economy.token, lock, vault, sender=admin)
    timelock = CalderaTimelock.deploy(chain, floor, delay, admin, sender=admin)
    guards = chain.account("guardian") if guardian else NOBODY
    governor = CalderaGovernor.deploy(chain, power, timelock, as_terms(terms), guards, sender=admin)
    timelock.appoint(governor, sender=admin)
    access.grantRole(ADMIN, timelock, 0, sender=admin)
    access.renounceRole(ADMIN, admin, sender=admin)
    return Governance(economy, vault, lock, power, timelock, governor)
