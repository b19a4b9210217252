"""Certificates with many holders, holdings with many liens, registries with many participants."""

from collections.abc import Sequence

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.measure import Cast
from benchmarks.node import Node
from benchmarks.scale.crowd import many, people
from benchmarks.scale.curve import Curve, Sheet, flat, linear
from benchmarks.staking import paced
from benchmarks.suite import DUE, EXPIRES, ISSUED, Suite, stand

USD = 10**6
UNIT = 1_000 * USD
FACE = 100_000_000 * USD
PART = 50_000 * USD


def enrol(node: Node, cast: Cast, registry: Contract, accounts: Sequence[ChecksumAddress]) -> None:
    """Each as an entity of its own."""
    if not accounts:
        return
    legal = [keccak(text=f"entity of {account}") for account in accounts]
    first = int(registry.functions.createEntity(legal[0]).call({"from": cast.operator}))
    many(node, cast.operator, registry, "createEntity", [(one,) for one in legal])
    rows = [(account, first + place, EXPIRES, 1, 1) for place, account in enumerate(accounts)]
    many(node, cast.operator, registry, "enrol", rows)


def registry_of(node: Node, suite: Suite) -> Contract:
    """The registry that the ledger follows."""
    return node.at(project()["ParticipantRegistry"], suite.ledger.functions.registry().call())


def receivable(node: Node, cast: Cast, suite: Suite, number: str) -> int:
    """An acknowledged invoice over FACE, all of it the owner's."""
    given = (cast.newcomer, FACE, DUE, ISSUED, 1, 1, keccak(text=number), number)
    create = suite.module.functions.create(given, [])
    identity = int(create.call({"from": cast.owner}))
    node.send(create, cast.owner)
    node.send(suite.module.functions.acknowledge(identity), cast.newcomer)
    return identity


def _holders(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        suite = stand(node, cast)
        registry, identity = registry_of(node, suite), receivable(node, cast, suite, "wide")
        ledger, module = suite.ledger.functions, suite.module.functions
        node.send(suite.currency.functions.mint(cast.newcomer, 2 * FACE), cast.operator)
        node.send(suite.currency.functions.mint(cast.holder, 1), cast.operator)
        node.send(suite.currency.functions.approve(suite.module.address, 2 * FACE), cast.newcomer)
        node.send(ledger.safeTransferFrom(cast.owner, cast.holder, identity, PART, b""), cast.owner)
        there = 1
        for count in points:
            crowd = people("holder", there, count)
            sheet.step(f"holders: {count:,}")
            enrol(node, cast, registry, crowd)
            rows = [(cast.owner, account, identity, UNIT, 5 * 32, 0) for account in crowd]
            many(node, cast.owner, suite.ledger, "safeTransferFrom", rows)
            there = count
            split = ledger.safeTransferFrom(cast.owner, cast.others[0], identity, UNIT, b"")
            sheet.gas("split to a new holder", count, split, cast.owner)
            more = ledger.safeTransferFrom(cast.owner, cast.holder, identity, UNIT, b"")
            sheet.gas("transfer to a holder", count, more, cast.owner)
            sheet.gas("pledge", count, ledger.pledge(cast.owner, cast.holder, identity, UNIT), cast.owner)
            with node.undone():
                sheet.gas("a first payment", count, module.pay(identity, PART), cast.newcomer)
                node.send(module.pay(identity, PART), cast.newcomer)
                sheet.gas("a later payment", count, module.pay(identity, PART), cast.newcomer)
                sheet.gas("claim", count, module.claim(identity, cast.holder), cast.holder)
                sheet.gas("transfer once paid on", count, more, cast.owner)
                sheet.gas("the last payment", count, module.pay(identity, FACE), cast.newcomer)
                node.send(module.pay(identity, FACE), cast.newcomer)
                sheet.gas("claim and retire", count, module.claim(identity, cast.holder), cast.holder)


def _liens(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        suite = stand(node, cast)
        registry, identity, ledger = registry_of(node, suite), receivable(node, cast, suite, "laden"), suite.ledger
        call = ledger.functions
        node.send(call.safeTransferFrom(cast.owner, cast.others[0], identity, UNIT, b""), cast.owner)
        node.send(call.pledge(cast.owner, cast.holder, identity, 4 * UNIT), cast.owner)
        there = 1
        for count in points:
            crowd = people("lienholder", there, count)
            sheet.step(f"liens: {count:,}")
            enrol(node, cast, registry, crowd)
            many(node, cast.owner, ledger, "pledge", [(cast.owner, one, identity, UNIT) for one in crowd])
            there = count
            sheet.gas("pledge to another", count, call.pledge(cast.owner, cast.others[1], identity, UNIT), cast.owner)
            sheet.gas("pledge more to one", count, call.pledge(cast.owner, cast.holder, identity, UNIT), cast.owner)
            sheet.gas("release a part", count, call.release(cast.owner, identity, UNIT), cast.holder)
            sheet.gas("release all", count, call.release(cast.owner, identity, 4 * UNIT), cast.holder)
            sheet.gas("seize", count, call.seize(cast.owner, cast.others[0], identity, UNIT), cast.holder)
            free = call.safeTransferFrom(cast.owner, cast.others[0], identity, UNIT, b"")
            sheet.gas("transfer of free units", count, free, cast.owner)


def _participants(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        suite = stand(node, cast)
        registry, there = registry_of(node, suite), 5
        act = registry.functions
        node.send(act.createEntity(keccak(text="one more")), cast.operator)
        last = len((cast.owner, cast.holder, *cast.others, cast.newcomer)) + 1
        for count in points:
            sheet.step(f"participants: {count:,}")
            for first in range(there, count, 10_000):
                sheet.step(f"participants: {first:,} of {count:,}")
                enrol(node, cast, registry, people("participant", first, min(count, first + 10_000)))
            there = max(there, count)
            entity = act.createEntity(keccak(text="yet another"))
            sheet.gas("a new entity", count, entity, cast.operator)
            new = act.enrol(people("new", 0, 1)[0], last, EXPIRES, 1, 1)
            sheet.gas("enrol an account", count, new, cast.operator)
            sheet.gas("suspend", count, act.suspend(cast.others[0]), cast.operator)
            sheet.gas("suspend an entity", count, act.suspendEntity(3), cast.operator)
            move = suite.ledger.functions.safeTransferFrom(cast.owner, cast.holder, suite.receivable, PART, b"")
            sheet.gas("transfer, both checked", count, move, cast.owner)


def _accounts(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        suite = stand(node, cast)
        registry, there = registry_of(node, suite), 1  # the owner
        act = registry.functions
        for count in points:
            crowd = people("branch", there, count)
            many(node, cast.operator, registry, "enrol", [(account, 1, EXPIRES, 1, 1) for account in crowd])
            there = count
            sheet.gas("suspend the entity", count, act.suspendEntity(1), cast.operator)
            sheet.gas("suspend one account", count, act.suspend(cast.owner), cast.operator)
            move = suite.ledger.functions.safeTransferFrom(cast.owner, cast.holder, suite.receivable, PART, b"")
            sheet.gas("transfer, both checked", count, move, cast.owner)


MIRRORED = "one word a party, beside the ledger's own copy"

CURVES = (
    Curve(
        "holders",
        "holders of one certificate",
        (1, 10, 100, 1_000, 10_000),
        3,
        _holders,
        {
            "split to a new holder": flat("the part keeps its id; only two holdings are written"),
            "transfer to a holder": flat("two holdings"),
            "pledge": flat("one holding and one lien"),
            "a first payment": flat("money is counted once for all units, never holder by holder"),
            "a later payment": flat("the same counter again"),
            "claim": flat("a holder's part is its units times the counter"),
            "transfer once paid on": flat("both positions are credited first, nobody else's"),
            "the last payment": flat("the same counter again"),
            "claim and retire": flat("a holder at a time, by itself"),
        },
    ),
    Curve(
        "liens",
        "liens on one holding",
        (1, 3, 10, 30, 100),
        3,
        _liens,
        {
            "pledge to another": flat("each lien in a slot of its own, the sum in the holding's"),
            "pledge more to one": flat("the same"),
            "release a part": flat("the lienholder's own slot and the sum"),
            "release all": flat("the same"),
            "seize": flat("the same, and the receiver's holding"),
            "transfer of free units": flat("free units are the balance less one sum"),
        },
    ),
    Curve(
        "participants",
        "participants of the registry",
        (10, 100, 1_000, 10_000, 100_000),
        2,
        _participants,
        {
            "a new entity": flat("two slots of its own"),
            "enrol an account": flat(MIRRORED),
            "suspend": flat(MIRRORED),
            "suspend an entity": flat("grows with this entity's accounts only"),
            "transfer, both checked": flat("one read a party"),
        },
    ),
    Curve(
        "accounts",
        "accounts of one entity",
        (1, 4, 8, 16, 32),
        3,
        _accounts,
        {
            "suspend the entity": linear("all its accounts at once; 32 is the most, and only officers enrol"),
            "suspend one account": flat(MIRRORED),
            "transfer, both checked": flat("one read a party"),
        },
    ),
)
