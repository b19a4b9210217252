"""What every implementation is given and has to give back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from eth_typing import ChecksumAddress
from web3.contract.contract import ContractFunction

from benchmarks.errors import BenchmarkError
from benchmarks.node import Node
from benchmarks.operations import OPERATIONS
from benchmarks.progress import Progress
from benchmarks.rows import Row

Measure = Callable[[Node, Progress], list[Row]]
"""Deploys an implementation on the node, prepares balances and returns its rows."""

# The same figures for everybody: USD with six decimals.
FACE = 1_000_000_000_000  # a certificate over 1,000,000.00 USD
PART = 250_000_000_000  # the part that changes hands: 250,000.00 USD
HELD = 10_000_000_000  # what the existing holder has before: 10,000.00 USD


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part, the same accounts for every implementation."""

    operator: ChecksumAddress  # deploys and administers
    owner: ChecksumAddress  # holds the certificate and keeps a remainder after every operation
    holder: ChecksumAddress  # holds some already
    newcomer: ChecksumAddress  # holds nothing; registered where the implementation asks for it
    others: tuple[ChecksumAddress, ChecksumAddress]  # two more existing holders

    @classmethod
    def of(cls, node: Node) -> "Cast":
        """The first accounts of the node."""
        a = node.accounts
        return cls(a[0], a[1], a[2], a[3], (a[4], a[5]))


@dataclass(slots=True)
class Table:
    """Collects the rows of one implementation."""

    node: Node
    implementation: str
    progress: Progress
    rows: list[Row] = field(default_factory=list)

    def add(
        self, operation: str, call: ContractFunction, sender: ChecksumAddress, note: str = "", value: int = 0
    ) -> None:
        """Measures one operation of `OPERATIONS` as one whole transaction and takes it back."""
        if operation not in OPERATIONS:
            raise BenchmarkError(f"{operation} is not described; add a sentence to benchmarks/operations.py")
        self.progress(f"{self.implementation}: {operation}")
        self.rows.append(Row(operation, self.implementation, self.node.gas(call, sender, value), True, note))
