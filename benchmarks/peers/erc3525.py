"""Solv's ERC-3525: a split writes a new token id, value can also move into a token that stands."""

from benchmarks.compiled import artifacts
from benchmarks.measure import FACE, HELD, PART, Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row

SLOT, NEW_SLOT = 1, 2
ONLY_SPLIT = "its only split: transferFrom of value to an address, which mints a new token id"
RECEIVABLE = (
    "mint with a slot; creditor, debtor and due date are not stored. Huma v2 createReceivable is not on npm and "
    "cannot be run here; the figure known for it is 296,514 (measured elsewhere: solc 0.8.23, 13-character reference)"
)


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of ERC-3525 with open minting."""
    cast = Cast.of(node)
    token = node.deploy(artifacts("erc3525", progress)["SolvErc3525"], sender=cast.operator)
    mint = token.functions.mint
    split = token.get_function_by_signature("transferFrom(uint256,address,uint256)")
    move = token.get_function_by_signature("transferFrom(uint256,uint256,uint256)")
    approve = token.get_function_by_signature("approve(uint256,address,uint256)")
    node.send(mint(cast.owner, SLOT, FACE), cast.operator)
    node.send(mint(cast.holder, SLOT, HELD), cast.operator)
    owned, held = 1, 2  # token ids count from one

    table = Table(node, "solv-erc3525", progress)
    existing = f"{ONLY_SPLIT}; the receiver has a token already"
    table.add("certificate.split.existing", split(owned, cast.holder, PART), cast.owner, existing)
    table.add("certificate.split.new", split(owned, cast.newcomer, PART), cast.owner, ONLY_SPLIT)
    merge = move(owned, held, PART)
    table.add("certificate.merge", merge, cast.owner, "value into another holder's token id of the same slot")
    create = mint(cast.owner, NEW_SLOT, FACE)
    table.add("certificate.create", create, cast.operator, "mint with a slot; the owner has a token already")
    table.add("receivable.create", create, cast.operator, RECEIVABLE)
    table.add("approve", approve(owned, cast.newcomer, PART), cast.owner, "a value of one token id")
    return table.rows
