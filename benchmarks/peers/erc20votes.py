"""Tokens with votes as the libraries give them: ERC20Votes of OpenZeppelin and of Solady."""

from benchmarks.compiled import artifacts
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row
from benchmarks.votes import votes


def measure(implementation: str, contract: str, node: Node, progress: Progress) -> list[Row]:
    """Rows of one of the two, whose supply the operator holds."""
    cast = Cast.of(node)
    token = node.deploy(artifacts("erc20votes", progress)[contract], 10**27, sender=cast.operator)
    table = Table(node, implementation, progress)
    votes(node, cast, table, token)
    return table.rows
