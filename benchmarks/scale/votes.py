"""Accounts with many locks, voters with many checkpoints, many proposals, proposals of many calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.governance import FOR, HELD, LEAST, PERIOD, THRESHOLD, TIMELOCK_DELAY, VOTING_DELAY
from benchmarks.locks import WEEK, YEAR
from benchmarks.measure import Cast
from benchmarks.node import Node
from benchmarks.scale.crowd import many
from benchmarks.scale.curve import Curve, Sheet, flat, linear, log
from benchmarks.staking import DAY, ERA, now, paced, wait
from benchmarks.suite import NOBODY

AMOUNT = 100 * ERA
SOME = ERA


@dataclass(frozen=True, slots=True)
class Forum:
    """Token, lock, vault and governor; the owner has HELD, votes for itself, and has approved the lock."""

    access: Contract
    era: Contract
    lock: Contract
    vault: Contract
    governor: Contract

    @classmethod
    def build(cls, node: Node, cast: Cast) -> "Forum":
        """Deploys; the operator administers and holds the rest."""
        kit = project()
        access = node.deploy(kit["SuiteAccess"], cast.operator)
        era = node.deploy(kit["EraToken"], cast.operator)
        vault = node.deploy(kit["VestingVault"], access.address, era.address)
        lock = node.deploy(kit["VoteLock"], access.address, era.address, NOBODY, LEAST)
        power = node.deploy(kit["VotingPower"], era.address, lock.address, vault.address)
        timelock = node.deploy(kit["CalderaTimelock"], DAY, TIMELOCK_DELAY, cast.operator)
        terms = (VOTING_DELAY, PERIOD, 2 * DAY, 400, THRESHOLD)
        governor = node.deploy(kit["CalderaGovernor"], power.address, timelock.address, terms, cast.operator)
        node.send(timelock.functions.appoint(governor.address), cast.operator)
        for account in (cast.owner, cast.holder):
            node.send(era.functions.transfer(account, 5 * HELD), cast.operator)
            node.send(era.functions.delegate(account), account)
            node.send(era.functions.approve(lock.address, HELD), account)
        return cls(access, era, lock, vault, governor)


def _locks(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        forum = Forum.build(node, cast)
        lock, there = forum.lock.functions, 1
        first, last = (int(lock.endOf(term).call()) for term in (YEAR // 2, 4 * YEAR))
        node.send(lock.lockUntil(AMOUNT, last), cast.holder)
        node.send(lock.lockUntil(AMOUNT, first), cast.owner)
        for count in points:
            sheet.step(f"locks: {count:,}")
            ends = [last - (place - 1) * WEEK for place in range(there, count)]
            many(node, cast.owner, forum.lock, "lockUntil", [(AMOUNT, end) for end in ends])
            there = count
            with node.undone():
                wait(node, DAY)
                # Two checkpoints share a slot: the dearer of two in a row.
                more = lock.lockUntil(AMOUNT, last)
                first_of_two = node.gas(more, cast.owner)
                with node.undone():
                    node.send(more, cast.owner)
                    sheet.put("lock more", count, max(first_of_two, node.gas(more, cast.owner)))
                sheet.gas("extend", count, lock.extend(first, AMOUNT, 4 * YEAR), cast.owner)
                sheet.gas("delegate", count, lock.delegate(cast.holder), cast.owner)
                wait(node, 5 * YEAR)
                read = lock.getPastVotes(cast.owner, now(node) - DAY)
                sheet.gas("votes, all of them ended", count, read, cast.newcomer)
                sheet.gas("withdraw one", count, lock.withdraw([last]), cast.owner)


def _checkpoints(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        forum = Forum.build(node, cast)
        era, lock, vault = forum.era.functions, forum.lock.functions, forum.vault.functions
        many(node, cast.owner, forum.era, "approve", [(forum.vault.address, HELD)])
        end, begun = int(lock.endOf(4 * YEAR).call()), now(node)
        calls = (
            era.transfer(cast.holder, SOME),
            lock.lockUntil(10 * SOME, end),
            vault.grantFor(cast.owner, SOME, begun, 0, YEAR),
        )
        there = 0
        for count in points:
            for number in range(there, count):
                if number % 100 == 0:
                    sheet.step(f"checkpoints: {number:,} of {count:,}")
                node.together(calls, cast.owner)
            there = count
            with node.undone():
                wait(node, 60)
                early = begun + (now(node) - begun) // 3
                sheet.gas("transfer of ERA", count, calls[0], cast.owner)
                sheet.gas("lock more", count, calls[1], cast.owner)
                sheet.gas("a grant more", count, calls[2], cast.owner)
                for name, call in (("ERA", era), ("locks", lock), ("grants", vault)):
                    sheet.gas(f"votes of {name}, long ago", count, call.getPastVotes(cast.owner, early), cast.newcomer)


def _proposal(forum: Forum, cast: Cast, text: str, calls: int = 1) -> tuple[list[str], list[int], list[bytes], str]:
    """Targets, values, data and text of a proposal."""
    data = forum.era.functions.approve(cast.operator, 1)._encode_transaction_data()
    one = bytes.fromhex(data.removeprefix("0x"))
    return [forum.era.address] * calls, [0] * calls, [one] * calls, text


def _proposals(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        forum = Forum.build(node, cast)
        governor, there = forum.governor.functions, 0
        for count in points:
            sheet.step(f"proposals: {count:,}")
            for number in range(there, count):
                node.send(governor.propose(*_proposal(forum, cast, f"number {number:06}")), cast.owner)
            there = count
            with node.undone():
                another = governor.propose(*_proposal(forum, cast, "one more than"))
                number = another.call({"from": cast.owner})
                sheet.gas("propose", count, another, cast.owner)
                node.send(another, cast.owner)
                wait(node, VOTING_DELAY)
                sheet.gas("vote", count, governor.castVote(number, FOR), cast.owner)


def _calls(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        forum = Forum.build(node, cast)
        governor = forum.governor.functions
        for account in (cast.owner, cast.holder):  # more than the quorum of all ERA
            node.send(forum.era.functions.transfer(account, 4 * HELD), cast.operator)
        for count in points:
            sheet.step(f"calls: {count:,}")
            with node.undone():
                lists = _proposal(forum, cast, "many", count)
                propose = governor.propose(*lists)
                number = propose.call({"from": cast.owner})
                sheet.gas("propose", count, propose, cast.owner)
                node.send(propose, cast.owner)
                wait(node, VOTING_DELAY)
                sheet.gas("vote", count, governor.castVote(number, FOR), cast.owner)
                node.send(governor.castVote(number, FOR), cast.owner)
                wait(node, PERIOD)
                by_hash = (*lists[:3], keccak(text="many"))
                sheet.gas("queue", count, governor.queue(*by_hash), cast.holder)
                node.send(governor.queue(*by_hash), cast.holder)
                wait(node, TIMELOCK_DELAY)
                sheet.gas("execute", count, governor.execute(*by_hash), cast.holder)


SEARCH = "a binary search; two checkpoints a slot in locks and grants"
LAST = "only the latest checkpoint is read and written"

CURVES = (
    Curve(
        "locks",
        "locks of one account, each with an end of its own",
        (2, 4, 16, 64, 180),
        3,
        _locks,
        {
            "lock more": flat("one lock and the latest checkpoint"),
            "extend": flat("two locks"),
            "delegate": linear("each end at which votes fall moves along; 184 at most"),
            "votes, all of them ended": linear("each end since the last checkpoint is read, 209 at most"),
            "withdraw one": linear("its checkpoint sums up the ends since the last one"),
        },
    ),
    Curve(
        "checkpoints",
        "checkpoints of one voter",
        (1, 10, 100, 1_000),
        2,
        _checkpoints,
        {
            "transfer of ERA": flat(LAST),
            "lock more": flat(LAST),
            "a grant more": flat(LAST),
            "votes of ERA, long ago": log(SEARCH),
            "votes of locks, long ago": log(SEARCH),
            "votes of grants, long ago": log(SEARCH),
        },
    ),
    Curve(
        "proposals",
        "proposals before this one",
        (1, 10, 100),
        2,
        _proposals,
        {
            "propose": flat("a slot set of its own"),
            "vote": flat("the same"),
        },
    ),
    Curve(
        "calls",
        "calls of one proposal",
        (1, 3, 10, 30),
        3,
        _calls,
        {
            "propose": linear("all of it is call data and kept as a hash; its proposer pays"),
            "vote": flat("by number"),
            "queue": linear("hashed and kept in the timelock"),
            "execute": linear("each is made; a proposal that does not fit into a block harms its proposer only"),
        },
    ),
)
