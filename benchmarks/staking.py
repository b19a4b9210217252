"""What is measured of staked ERA, the same for ours and for the peers: who stakes how much, in which order and when.

An implementation describes itself as a `Pool`; `stakes` and `slashes` do the rest, and refuse a figure where the ERA
did not move as it should. The project's own rows come from a `measure(node, progress)` here that calls these two, and
from this module's place in `benchmarks.gas.PARTS`. Time is the same in every run: a block comes every `PACE` seconds,
so that neither rewards nor the width of a time in call data depend on how fast the node is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from benchmarks.artifact import project
from benchmarks.errors import BenchmarkError
from benchmarks.measure import Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.nodes import TERMS, Staked, register, staked
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row

DAY = 86_400
BEGIN = GENESIS_TIME + DAY
PACE = 12
ERA = 10**18
HELD = 1_000_000 * ERA  # what everybody has at first
STAKE = 10_000 * ERA
PART = 1_000 * ERA
SMALL = 100 * ERA  # what each delegator of a crowd stakes
CROWDS = (1, 100, 10_000)
BLOCKFUL = 100  # so many of a crowd stake in one block
WITHOUT_LIMIT = 2**256 - 1
ROUNDING = 2  # units by which a slash may take more than was asked

Call = ContractFunction


@dataclass(frozen=True, slots=True)
class Pool:
    """A node, a vault or a pool as its users call it; they approve `holder` once, without limit."""

    holder: ChecksumAddress
    """Whoever has the staked ERA."""
    stake: Callable[[ChecksumAddress, int], Call]
    """For an account, an amount of the sender's ERA."""
    withdraw: Callable[[ChecksumAddress], Call]
    """Brings PART of the account's stake back to it, after `unbond` where there is one; sent by the account."""
    unbond: Callable[[ChecksumAddress], Call] | None = None
    """Asks for PART of the account's stake, sent by it."""
    delay: int = 0
    """Seconds after which what was asked for can be withdrawn."""
    claim: Callable[[ChecksumAddress], Call] | None = None
    """Takes the account's rewards, sent by it."""
    note: str = ""
    """Of every row of `stakes`."""
    atstake: Callable[[], int] | None = None
    """All that can be slashed, where what is slashed stays with the holder until it is asked for."""


@dataclass(frozen=True, slots=True)
class Offence:
    """What is slashed: a stake as it was, and what became of it."""

    amount: int
    """40 % of all the stake, in wei of ERA."""
    when: int
    """The second after the last stake, which lies before the slash."""
    changes: int
    """Blocks in which stake came or went."""


Slash = Callable[[Pool, Offence], tuple[Call, str]]
"""The slash, sent by the operator, and its note."""


@contextmanager
def paced(node: Node) -> Iterator[None]:
    """The clock of all measurements here."""
    with node.paced(PACE):
        _mine_at(node, BEGIN)
        yield


def wait(node: Node, seconds: int) -> None:
    """Lets time pass inside `paced`."""
    _mine_at(node, now(node) + seconds)


def now(node: Node) -> int:
    """Time of the last block."""
    return int(node.w3.eth.get_block("latest")["timestamp"])


def era(node: Node, cast: Cast) -> Contract:
    """The token that all stake: everybody has some and nobody delegated votes; the operator has the rest."""
    token = node.deploy(project()["EraToken"], cast.operator)
    for account in (cast.owner, cast.holder, *cast.others):
        node.send(token.functions.transfer(account, HELD), cast.operator)
    return token


def stakes(table: Table, cast: Cast, token: Contract, pool: Pool) -> None:
    """Rows of the owner's stake, from its first to its last step; the holder and others stake before and go on."""
    node = table.node

    def add(operation: str, call: Call, gain: int, note: str = "") -> None:
        before = _of(token, cast.owner)
        table.add(operation, call, cast.owner, "; ".join(text for text in (note, pool.note) if text))
        node.send(call, cast.owner)
        _expect(f"{operation} of {table.implementation}", _of(token, cast.owner) - before, gain, gain)

    for account in (cast.owner, cast.holder, *cast.others):
        node.send(token.functions.approve(pool.holder, WITHOUT_LIMIT), account)
    for account in (cast.holder, *cast.others):
        node.send(pool.stake(account, STAKE), account)
    wait(node, DAY)
    add("stake.first", pool.stake(cast.owner, STAKE), -STAKE)
    wait(node, DAY)
    add("stake.more", pool.stake(cast.owner, PART), -PART)
    wait(node, DAY)
    if pool.claim is not None:
        node.send(pool.claim(cast.owner), cast.owner)
        wait(node, DAY)
        table.add("stake.claim", pool.claim(cast.owner), cast.owner, pool.note)
        before = _of(token, cast.owner)
        node.send(pool.claim(cast.owner), cast.owner)
        _expect(f"stake.claim of {table.implementation}", _of(token, cast.owner) - before, 1, STAKE)
        wait(node, DAY)
    if pool.unbond is None:
        add(
            "stake.withdraw",
            pool.withdraw(cast.owner),
            PART,
            "at once: there is no unbonding, and nothing that could slash",
        )
        return
    node.send(pool.unbond(cast.holder), cast.holder)
    wait(node, PACE)
    add("stake.unbond", pool.unbond(cast.owner), 0)
    wait(node, pool.delay)
    add("stake.withdraw", pool.withdraw(cast.owner), PART)


def slashes(table: Table, cast: Cast, stand: Callable[[Contract], Pool], slash: Slash) -> None:
    """Rows of a slash of `CROWDS` delegators, each crowd at a stand of its own: `stand` builds it on the token."""
    node = table.node
    for number in CROWDS:
        with node.undone():
            token = era(node, cast)
            pool = stand(token)
            for account in (cast.operator, cast.owner):
                node.send(token.functions.approve(pool.holder, WITHOUT_LIMIT), account)
            node.send(pool.stake(cast.owner, STAKE), cast.owner)
            changes = 1 + _crowd(table, cast, pool, number - 1)
            if pool.unbond is not None:
                wait(node, DAY)
                node.send(pool.unbond(cast.owner), cast.owner)
                changes += 1
            when = now(node) + 1
            wait(node, DAY)
            amount = (STAKE + (number - 1) * SMALL) * 40 // 100
            call, note = slash(pool, Offence(amount, when, changes))
            table.add(f"slash.{number}", call, cast.operator, note)
            before = _at_stake(token, pool)
            node.send(call, cast.operator)
            taken = before - _at_stake(token, pool)
            _expect(f"slash.{number} of {table.implementation}", taken, amount, amount + ROUNDING)


def _crowd(table: Table, cast: Cast, pool: Pool, number: int) -> int:
    """So many accounts of which each has a stake; the blocks that took."""
    people = [to_checksum_address(keccak(text=f"delegator {place}")[12:]) for place in range(number)]
    blocks = range(0, number, BLOCKFUL)
    for first in blocks:
        if first % 1_000 == 0:
            table.progress(f"{table.implementation}: {number:,} delegators, {first:,} have staked")
        table.node.together([pool.stake(who, SMALL) for who in people[first : first + BLOCKFUL]], cast.operator)
    return len(blocks)


def _at_stake(token: Contract, pool: Pool) -> int:
    return _of(token, pool.holder) if pool.atstake is None else pool.atstake()


def _of(token: Contract, account: ChecksumAddress) -> int:
    return int(token.functions.balanceOf(account).call())


def _expect(what: str, moved: int, least: int, most: int) -> None:
    """Gas of a call that did something else is no figure."""
    if not least <= moved <= most:
        raise BenchmarkError(f"{what} moved {moved} wei of ERA, not {least} to {most}")


def _mine_at(node: Node, time: int) -> None:
    node.rpc("evm_setNextBlockTimestamp", time)
    node.rpc("evm_mine")


def measure(node: Node, progress: Progress) -> list[Row]:
    """The project's own rows: stakes with a node of somebody else, and slashes of a node by the court's account."""
    cast = Cast.of(node)
    table = Table(node, OURS, progress)
    progress("caldera: deploying staking")
    with paced(node):
        with node.undone():
            token = era(node, cast)
            stand = staked(node, cast, token)
            node.send(token.functions.approve(stand.nodes.address, STAKE), cast.operator)
            stakes(table, cast, token, _pool(stand, register(node, stand, cast.newcomer, STAKE)))
        court = _Court(node, cast)
        slashes(table, cast, court.stand, court.slash)
    return table.rows


def _pool(stand: Staked, number: int) -> Pool:
    """A node, as its delegators call it; a share is a unit here."""
    call = stand.nodes.functions
    return Pool(
        stand.nodes.address,
        stake=lambda account, amount: call.stake(number, amount, 0),
        unbond=lambda account: call.unbond(number, PART, 0),
        withdraw=lambda account: call.withdraw(0, 0),
        delay=TERMS[1],
        claim=lambda account: stand.rewards.functions.claim([number], account),
        note="with a node: slashable, a rate of the node, the owner's commission",
    )


class _Court:
    """Slashes the owner's node, after another by the same reporter: what a slash writes was written before."""

    def __init__(self, node: Node, cast: Cast) -> None:
        self._node, self._cast = node, cast
        self._slasher: Contract | None = None

    def stand(self, token: Contract) -> Pool:
        """The owner's node is number 1; the one that was slashed before is the holder's."""
        node, cast = self._node, self._cast
        stand = staked(node, cast, token)
        register(node, stand, cast.owner)
        node.send(token.functions.approve(stand.nodes.address, STAKE), cast.operator)
        other = register(node, stand, cast.holder, STAKE)
        self._slasher = stand.slasher
        node.send(self._call(other, STAKE, cast.newcomer), cast.operator)
        call = stand.nodes.functions
        return replace(
            _pool(stand, 1),
            stake=lambda account, amount: call.stakeFor(account, 1, amount, 0),
            atstake=lambda: sum(call.stakeOf(1).call()[:2]),
        )

    def slash(self, pool: Pool, offence: Offence) -> tuple[Call, str]:
        """A false attestation: 40 % of the whole stake, a tenth of it the reporter's."""
        base = offence.amount * 100 // 40
        assert self._slasher is not None
        new = self._node.gas(self._call(1, base, self._cast.others[0]), self._cast.operator)
        call = self._call(1, base, self._cast.newcomer)
        with self._node.undone():
            self._node.send(call, self._cast.operator)
            slasher, reporter, anyone = self._slasher.functions, self._cast.newcomer, self._cast.holder
            paid = [self._node.gas(pay(reporter), anyone) for pay in (slasher.payReporter, slasher.payFund)]
        note = f"by the court, of a reporter that reported before (else {new:,}); no token moves: anyone has"
        return call, f"{note} the reporter paid later ({paid[0]:,}) and the fund ({paid[1]:,})"

    def _call(self, number: int, base: int, reporter: ChecksumAddress) -> Call:
        assert self._slasher is not None
        return self._slasher.functions.slash(number, base, 0, reporter, now(self._node))
