"""What is measured of a token with votes, the same for ours and for the peers."""

from web3.contract import Contract

from benchmarks.measure import FACE, PART, Cast, Table
from benchmarks.node import Node


def votes(node: Node, cast: Cast, table: Table, token: Contract) -> None:
    """The operator holds the supply. Owner and holder hold some, and so does everybody else who receives."""
    for account in (cast.owner, cast.holder, *cast.others):
        node.send(token.functions.transfer(account, FACE), cast.operator)
    transfer = token.functions.transfer(cast.holder, PART)
    _later(node)
    table.add("era.transfer", transfer, cast.owner, "neither of the two is delegated")
    for account in (cast.owner, cast.holder, *cast.others):
        node.send(token.functions.delegate(account), account)
    _later(node)
    table.add("era.transfer.delegated", transfer, cast.owner, "each to itself, with votes before: two checkpoints")
    delegate = token.functions.delegate(cast.holder)
    table.add("era.delegate", delegate, cast.owner, "from oneself to another who has votes: two checkpoints")


def _later(node: Node) -> None:
    """In a second of its own: a checkpoint of the same second would be written over instead of a new one."""
    node.rpc("evm_increaseTime", 60)
    node.rpc("evm_mine")
