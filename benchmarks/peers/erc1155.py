"""Plain ERC-1155: a split is a transfer of a part, a batch is one call over three ids."""

from benchmarks.compiled import artifacts
from benchmarks.measure import FACE, HELD, PART, Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row

IDS = [1, 2, 3]
UNUSED_ID = 4


def measure(implementation: str, contract: str, node: Node, progress: Progress) -> list[Row]:
    """Rows of one ERC-1155 library with open minting."""
    cast = Cast.of(node)
    call = node.deploy(artifacts("erc1155", progress)[contract], sender=cast.operator).functions
    for token_id in IDS:
        node.send(call.mint(cast.owner, token_id, FACE), cast.operator)
        node.send(call.mint(cast.holder, token_id, HELD), cast.operator)

    table = Table(node, implementation, progress)
    existing = call.safeTransferFrom(cast.owner, cast.holder, IDS[0], PART, b"")
    table.add("certificate.split.existing", existing, cast.owner)
    new = call.safeTransferFrom(cast.owner, cast.newcomer, IDS[0], PART, b"")
    table.add("certificate.split.new", new, cast.owner)
    mint = call.mint(cast.owner, UNUSED_ID, FACE)
    table.add("certificate.create", mint, cast.operator, "bare mint of a new id, no data of the asset")
    batch = call.safeBatchTransferFrom(cast.owner, cast.holder, IDS, [PART] * len(IDS), b"")
    table.add("certificate.batch.3", batch, cast.owner, "three ids to one existing holder")
    approve = call.setApprovalForAll(cast.newcomer, True)
    table.add("approve", approve, cast.owner, "setApprovalForAll: every id")
    return table.rows
