"""Nodes with many delegators, stakes in many unbondings, nodes that were slashed often."""

from collections.abc import Sequence
from dataclasses import dataclass

from web3.contract.contract import ContractFunction

from benchmarks.measure import Cast
from benchmarks.node import Node
from benchmarks.nodes import TERMS, Staked, register, staked
from benchmarks.scale.crowd import many, people
from benchmarks.scale.curve import Curve, Sheet, flat, linear
from benchmarks.staking import DAY, ERA, SMALL, STAKE, WITHOUT_LIMIT, era, now, paced, wait

PART = 100 * ERA
"""What is delegated or left, and the least of which something is slashed."""
LIGHT = 2
"""A contradiction of a device, the offence that costs least."""
MILLION = 1_000_000 * ERA


@dataclass(frozen=True, slots=True)
class Hostel:
    """Node 1 is the owner's, with stakes of owner and holder; node 2 is the holder's, and was slashed before."""

    node: Node
    cast: Cast
    staked: Staked

    @classmethod
    def build(cls, node: Node, cast: Cast) -> "Hostel":
        """Deploys and stakes; the other has approved its ERA and staked nothing."""
        token = era(node, cast)
        stand = staked(node, cast, token)
        first = register(node, stand, cast.owner)
        for account in (cast.operator, cast.owner, cast.holder, cast.others[0]):
            node.send(token.functions.approve(stand.nodes.address, WITHOUT_LIMIT), account)
        second = register(node, stand, cast.holder, STAKE)
        node.send(stand.nodes.functions.stake(first, STAKE, 0), cast.owner)
        node.send(stand.nodes.functions.stake(first, STAKE, 0), cast.holder)
        made = cls(node, cast, stand)
        wait(node, DAY)
        node.send(made.slash(second, STAKE), cast.operator)
        return made

    def slash(self, number: int, base: int) -> ContractFunction:
        """A false attestation of a node, a tenth of the slash the newcomer's."""
        return self.staked.slasher.functions.slash(number, base, 0, self.cast.newcomer, now(self.node))

    def crowd(self, first: int, last: int) -> None:
        """Delegators of node 1, each with a stake of its own."""
        rows = [(account, 1, SMALL, 0) for account in people("delegator", first, last)]
        many(self.node, self.cast.operator, self.staked.nodes, "stakeFor", rows)


def _delegators(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        place = Hostel.build(node, cast)
        nodes, rewards = place.staked.nodes.functions, place.staked.rewards.functions
        there = 1
        for count in points:
            sheet.step(f"delegators: {count:,}")
            place.crowd(there, count)
            there = count
            with node.undone():
                wait(node, DAY)
                sheet.gas("delegate", count, nodes.stake(1, PART, 0), cast.others[0])
                sheet.gas("delegate more", count, nodes.stake(1, PART, 0), cast.holder)
                sheet.gas("claim rewards", count, rewards.claim([1], cast.holder), cast.holder)
                sheet.gas("new rate of rewards", count, rewards.poke(1), cast.newcomer)
                whole = sum(int(one) for one in nodes.stakeOf(1).call()[:2])
                slash = place.slash(1, whole)
                sheet.gas("unbond", count, nodes.unbond(1, PART, 0), cast.holder)
                with node.undone():
                    node.send(nodes.unbond(1, PART, 0), cast.holder)
                    wait(node, TERMS[1])
                    sheet.gas("withdraw", count, nodes.withdraw(0, 0), cast.holder)
                sheet.gas("slash all of them", count, slash, cast.operator)
                node.send(slash, cast.operator)
                sheet.gas("unbond after a slash", count, nodes.unbond(1, PART, 0), cast.holder)
                paid = place.staked.slasher.functions.payFund(cast.newcomer)
                sheet.gas("the slash goes to the fund", count, paid, cast.others[0])


def _unbondings(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        place = Hostel.build(node, cast)
        nodes, rewards, there = place.staked.nodes.functions, place.staked.rewards.functions, 0
        for count in points:
            sheet.step(f"unbondings: {count:,}")
            many(node, cast.holder, place.staked.nodes, "unbond", [(1, PART, 0)] * (count - there))
            there = count
            with node.undone():
                wait(node, DAY)
                sheet.gas("stake more", count, nodes.stake(1, PART, 0), cast.holder)
                sheet.gas("claim rewards", count, rewards.claim([1], cast.holder), cast.holder)
                sheet.gas("slash", count, place.slash(1, STAKE), cast.operator)
                wait(node, TERMS[1])
                sheet.gas("withdraw one", count, nodes.withdraw(0, 0), cast.holder)
                sheet.gas("withdraw all", count, nodes.withdrawAll(), cast.holder)


def _slashes(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        place = Hostel.build(node, cast)
        nodes, there = place.staked.nodes.functions, 0
        for count in points:
            sheet.step(f"slashes: {count:,}")
            rows = [(1, PART, LIGHT, cast.newcomer, now(node) - 1)] * (count - there)
            many(node, cast.operator, place.staked.slasher, "slash", rows)
            there = count
            with node.undone():
                wait(node, DAY)
                sheet.gas("delegate more", count, nodes.stake(1, PART, 0), cast.holder)
                sheet.gas("unbond", count, nodes.unbond(1, PART, 0), cast.holder)
                sheet.gas("claim rewards", count, place.staked.rewards.functions.claim([1], cast.holder), cast.holder)
                sheet.gas("another slash", count, place.slash(1, PART), cast.operator)


def _nodes_of_one(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        place = Hostel.build(node, cast)
        nodes, rewards, there = place.staked.nodes.functions, place.staked.rewards.functions, 1
        for count in points:
            sheet.step(f"nodes of a delegator: {count:,}")
            for owner in people("owner", there, count):
                node.rpc("anvil_setBalance", owner, hex(10**18))
                number = register(node, place.staked, owner, STAKE)
                node.send(nodes.stake(number, PART, 0), cast.holder)
            there = count
            with node.undone():
                wait(node, DAY)
                sheet.gas("stake more", count, nodes.stake(1, PART, 0), cast.holder)
                sheet.gas("unbond", count, nodes.unbond(1, PART, 0), cast.holder)
                # The owner's is number 1, the holder's own number 2.
                every = [1, *range(3, count + 2)]
                sheet.gas("claim from one", count, rewards.claim([1], cast.holder), cast.holder)
                sheet.gas("claim from all", count, rewards.claim(every, cast.holder), cast.holder)


SHARES = "a delegator's stake is shares of the pool; nobody else's is touched"

CURVES = (
    Curve(
        "delegators",
        "delegators of one node",
        (1, 10, 100, 1_000, 10_000),
        3,
        _delegators,
        {
            "delegate": flat(SHARES),
            "delegate more": flat(SHARES),
            "claim rewards": flat("an index of the pool times the delegator's shares"),
            "new rate of rewards": flat("one word of the node"),
            "unbond": flat(SHARES),
            "withdraw": flat(SHARES),
            "slash all of them": flat("one write to the pool makes each share worth less"),
            "unbond after a slash": flat(SHARES),
            "the slash goes to the fund": flat("one sum a reporter"),
        },
    ),
    Curve(
        "unbondings",
        "unbondings of one account at once",
        (1, 3, 8, 16),
        3,
        _unbondings,
        {
            "stake more": flat("its unbondings are not looked at"),
            "claim rewards": flat("what is leaving earns nothing"),
            "slash": flat("what is leaving is a pool of shares, too"),
            "withdraw one": flat("a place each"),
            "withdraw all": linear("its own places, 16 at most; one at a time is always possible"),
        },
    ),
    Curve(
        "slashes",
        "slashes of one node before",
        (1, 10, 100, 1_000),
        3,
        _slashes,
        {
            "delegate more": flat("a slash leaves only the price of a share"),
            "unbond": flat("the same"),
            "claim rewards": flat("the same"),
            "another slash": flat("the same"),
        },
    ),
    Curve(
        "nodes of a delegator",
        "nodes that one account has delegated to",
        (1, 3, 10, 30),
        2,
        _nodes_of_one,
        {
            "stake more": flat("each node's position by itself"),
            "unbond": flat("the same"),
            "claim from one": flat("the same"),
            "claim from all": linear("the caller names the nodes; one at a time is always possible"),
        },
    ),
)
