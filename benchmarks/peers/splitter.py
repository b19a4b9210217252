"""OpenZeppelin's PaymentSplitter of 4.9.6 (removed in 5): money that came in is released by fixed shares."""

from benchmarks.artifact import project
from benchmarks.compiled import artifacts
from benchmarks.measure import FACE, HELD, PART, Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row


def measure(node: Node, progress: Progress) -> list[Row]:
    """The same three payees with the same shares, who hold some already and were released to before."""
    cast = Cast.of(node)
    payees = [cast.owner, cast.holder, cast.others[0]]
    currency = node.deploy(project()["DevnetCurrency"], "USD", 6)
    contract = artifacts("splitter", progress)["OpenZeppelinPaymentSplitter"]
    splitter = node.deploy(contract, payees, [60, 30, 10], sender=cast.operator)
    for account in payees:
        node.send(currency.functions.mint(account, HELD), cast.operator)
    node.send(currency.functions.mint(splitter.address, FACE), cast.operator)
    everybody = splitter.functions.releaseAll(currency.address)
    node.send(everybody, cast.operator)
    node.send(currency.functions.mint(splitter.address, PART), cast.operator)
    one = splitter.get_function_by_signature("release(address,address)")
    alone = 0
    with node.undone():
        for account in payees:
            alone += int(node.send(one(currency.address, account), cast.operator)["gasUsed"])
    table = Table(node, "openzeppelin-payment-splitter", progress)
    note = (
        f"all three in one transaction by a loop of ours; its own calls, one a payee, come to {alone:,}; no sale, no "
        "refund, no change of shares. 0xSplits is not on npm and cannot be run here; published for it: 79,000 pushed, "
        "95,000 and 50,000 a payee pulled"
    )
    table.add("revenue.split.3", everybody, cast.operator, note)
    return table.rows
