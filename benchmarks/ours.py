"""The project's own contracts in the gas table. Empty until they are measured: the table holds measured figures only."""

from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row


def measure(node: Node, progress: Progress) -> list[Row]:
    """Deploys the project's contracts on the node and returns their rows under the implementation name `caldera`.

    Use `benchmarks.artifact.project()` for the compiled contracts, `benchmarks.measure.Cast` for the same accounts
    as the peers, its FACE, PART and HELD for the same amounts, and `Table(node, OURS, progress).add(operation, call,
    sender, note)` to measure. See README.md in this folder.
    """
    return []
