"""Plain ERC-721: items move between holders who have some already; batches; ERC-4907's user."""

from benchmarks.compiled import artifacts
from benchmarks.measure import Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import Row

FOREVER = GENESIS_TIME + 10**9


def openzeppelin(node: Node, progress: Progress) -> list[Row]:
    """Rows of OpenZeppelin's ERC-721 with open minting."""
    cast = Cast.of(node)
    call = node.deploy(artifacts("erc721", progress)["OpenZeppelinErc721"], sender=cast.operator).functions
    node.send(call.mintMany(cast.owner, 1, 3), cast.operator)
    node.send(call.mintMany(cast.holder, 4, 2), cast.operator)
    table = Table(node, "openzeppelin-erc721", progress)
    table.add("goods.transfer", call.transferFrom(cast.owner, cast.holder, 1), cast.owner, "nothing checked")
    table.add("goods.issue.100", call.mintMany(cast.owner, 1000, 100), cast.operator, "one by one, a slot each")
    return table.rows


def consecutive(node: Node, progress: Progress) -> list[Row]:
    """Rows of OpenZeppelin's ERC721Consecutive: what a batch adds to the creation that alone can mint it."""
    cast = Cast.of(node)
    kit = artifacts("erc721", progress)["OpenZeppelinConsecutive"]
    factory = node.w3.eth.contract(abi=kit.abi, bytecode=kit.initcode)
    bare = node.gas(factory.constructor(cast.owner, 0), cast.operator)
    rows = []
    for count in (100, 1000):
        progress(f"openzeppelin-consecutive: goods.issue.{count}")
        added = node.gas(factory.constructor(cast.owner, count), cast.operator) - bare
        note = f"only when its contract is created, which costs {bare:,} more; one event for all; nothing checked"
        rows.append(Row(f"goods.issue.{count}", "openzeppelin-consecutive", added, False, note))
    return rows


def erc721a(node: Node, progress: Progress) -> list[Row]:
    """Rows of ERC721A with its ERC-4907 extension and open minting."""
    cast = Cast.of(node)
    call = node.deploy(artifacts("erc721", progress)["Erc721A"], sender=cast.operator).functions
    node.send(call.mintMany(cast.owner, 3), cast.operator)
    node.send(call.mintMany(cast.holder, 2), cast.operator)
    for item in (1, 2):  # so that both have slots of their own
        node.send(call.transferFrom(cast.owner, cast.holder, item), cast.owner)
        node.send(call.transferFrom(cast.holder, cast.owner, item), cast.holder)
    table = Table(node, "erc721a", progress)
    note = "nothing checked; the next item has a slot already"
    table.add("goods.transfer", call.transferFrom(cast.owner, cast.holder, 1), cast.owner, note)
    for count in (100, 1000):
        table.add(f"goods.issue.{count}", call.mintMany(cast.owner, count), cast.operator, "nothing checked")
    table.add("right.set_user.first", call.setUser(1, cast.newcomer, FOREVER), cast.owner, "nothing checked")
    node.send(call.setUser(1, cast.newcomer, FOREVER), cast.owner)
    table.add("right.set_user.renew", call.setUser(1, cast.newcomer, FOREVER + 1), cast.owner, "nothing checked")
    return table.rows
