"""Plain ERC-4626: a vault of one token, with nothing lent."""

from benchmarks.artifact import project
from benchmarks.compiled import artifacts
from benchmarks.measure import FACE, PART, Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row


def openzeppelin(node: Node, progress: Progress) -> list[Row]:
    """Rows of OpenZeppelin's ERC-4626 over the same token as ours."""
    cast = Cast.of(node)
    token = node.deploy(project()["DevnetCurrency"], "USD", 6)
    vault = node.deploy(artifacts("erc4626", progress)["OpenZeppelinErc4626"], token.address)
    for lender in (cast.holder, cast.others[0]):
        node.send(token.functions.mint(lender, 4 * FACE), cast.operator)
        node.send(token.functions.approve(vault.address, 2**256 - 1), lender)
        node.send(vault.functions.deposit(FACE, lender), lender)
    table = Table(node, "openzeppelin-erc4626", progress)
    table.add("pool.deposit", vault.functions.deposit(PART, cast.holder), cast.holder, "nothing checked, nothing lent")
    withdraw = vault.functions.withdraw(PART, cast.holder, cast.holder)
    table.add("pool.withdraw", withdraw, cast.holder, "nothing checked, nothing lent")
    return table.rows
