"""What is measured of proposals, the same for ours and for the peers; and our own rows.

A proposal of one small call, after one that went the whole way: what a governor writes only once has been written, and
the two who vote have voted before. Time is the same in every run.
"""

from dataclasses import dataclass

from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.errors import BenchmarkError
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.staking import DAY, ERA, now, paced, wait

VOTING_DELAY, PERIOD, TIMELOCK_DELAY = DAY, 7 * DAY, 2 * DAY
THRESHOLD = 100_000 * ERA
OWNED, HELD, SMALL = 50_000_000 * ERA, 10_000_000 * ERA, 1_000 * ERA
LEAST = 10 * ERA
FOR = 1
EXECUTED = 7
NOBODY = "0x" + "00" * 20


@dataclass(frozen=True, slots=True)
class Stand:
    """A token with votes, of which the operator has all, and a governor that acts through its timelock."""

    token: Contract
    governor: Contract
    note: str = ""


def decisions(table: Table, cast: Cast, stand: Stand) -> None:
    """Rows of one proposal by the owner, from its first step to its last; the holder votes before the owner does."""
    node, token, governor = table.node, stand.token, stand.governor
    for account, amount in ((cast.owner, OWNED), (cast.holder, HELD)):
        node.send(token.functions.transfer(account, amount), cast.operator)
        node.send(token.functions.delegate(account), account)
    wait(node, DAY)
    _decide(table, cast, stand, 1, measured=False)
    _decide(table, cast, stand, 2, measured=True)
    last = token.functions.allowance(governor.functions.timelock().call(), cast.operator).call()
    if last != 2:
        raise BenchmarkError(f"{table.implementation}: the proposals did not carry out what they say")


def _decide(table: Table, cast: Cast, stand: Stand, allowance: int, *, measured: bool) -> None:
    node, governor = table.node, stand.governor.functions
    call = stand.token.functions.approve(cast.operator, allowance)._encode_transaction_data()
    text = f"proposal {allowance}"
    lists = [stand.token.address], [0], [bytes.fromhex(call.removeprefix("0x"))]
    by_hash = (*lists, keccak(text=text))

    def step(operation: str, act: object, sender: object, note: str = "") -> None:
        if measured:
            notes = "; ".join(one for one in (note, stand.note) if one)
            table.add(operation, act, sender, notes)  # type: ignore[arg-type]
        node.send(act, sender)  # type: ignore[arg-type]

    propose = governor.propose(*lists, text)
    number = propose.call({"from": cast.owner})
    step("gov.propose", propose, cast.owner)
    wait(node, VOTING_DELAY)
    node.send(governor.castVote(number, FOR), cast.holder)
    wait(node, DAY)
    step("gov.vote", governor.castVote(number, FOR), cast.owner)
    wait(node, PERIOD)
    step("gov.queue", governor.queue(*by_hash), cast.holder)
    wait(node, TIMELOCK_DELAY)
    step("gov.execute", governor.execute(*by_hash), cast.holder)
    if governor.state(number).call() != EXECUTED:
        raise BenchmarkError(f"{table.implementation}: proposal {allowance} was not carried out")


def measure(node: Node, progress: Progress) -> list[Row]:
    """The project's own rows; the last is a vote of somebody whose votes lie in all three places."""
    cast = Cast.of(node)
    progress("caldera: deploying governance")
    kit = project()
    table = Table(node, OURS, progress)
    with paced(node):
        access = node.deploy(kit["SuiteAccess"], cast.operator)
        era = node.deploy(kit["EraToken"], cast.operator)
        vault = node.deploy(kit["VestingVault"], access.address, era.address)
        lock = node.deploy(kit["VoteLock"], access.address, era.address, NOBODY, LEAST)
        power = node.deploy(kit["VotingPower"], era.address, lock.address, vault.address)
        timelock = node.deploy(kit["CalderaTimelock"], DAY, TIMELOCK_DELAY, cast.operator)
        terms = (VOTING_DELAY, PERIOD, 2 * DAY, 400, THRESHOLD)
        governor = node.deploy(kit["CalderaGovernor"], power.address, timelock.address, terms, cast.operator)
        node.send(timelock.functions.appoint(governor.address), cast.operator)
        decisions(table, cast, Stand(era, governor, "reads held, locked and unvested ERA"))
        _everywhere(table, cast, era, lock, vault, governor)
    return table.rows


def _everywhere(table: Table, cast: Cast, era: Contract, lock: Contract, vault: Contract, governor: Contract) -> None:
    """Of the owner's votes some are locked and some unvested, with the owner's own held ones."""
    node = table.node
    for place in (lock, vault):
        node.send(era.functions.approve(place.address, HELD), cast.owner)
    node.send(lock.functions.lock(HELD, 365 * DAY), cast.owner)
    node.send(vault.functions.grantFor(cast.owner, HELD, now(node), 0, 365 * DAY), cast.owner)
    wait(node, DAY)
    lists = [era.address], [0], [b""]
    propose = governor.functions.propose(*lists, "everywhere")
    number = propose.call({"from": cast.owner})
    node.send(propose, cast.owner)
    wait(node, VOTING_DELAY)
    node.send(governor.functions.castVote(number, FOR), cast.holder)
    wait(node, DAY)
    vote = governor.functions.castVote(number, FOR)
    table.add("gov.vote.everywhere", vote, cast.owner, "held, locked and unvested votes, early in the vote")
    wait(node, PERIOD - 2 * DAY)
    late = "in the last two days, where the quorum is asked for"
    table.add("gov.vote.late", vote, cast.owner, late)
