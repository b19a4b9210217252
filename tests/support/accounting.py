"""Chains whose logs are kept as a node would give them, and the vouchers made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from caldera.contracts import DevnetCurrency
from caldera.evm import Address, AddressLike, Receipt, Revm
from caldera.evm.hashing import keccak
from caldera.vouchers import ChainLog, Chart, Party, Reading, Suite, load_chart, read
from tests.support import estate as estates
from tests.support import suite as suites


def tx_of(block: int) -> str:
    """A hash for the one transaction of a block."""
    return "0x" + keccak(b"tx %d" % block).hex()


def hash_of(block: int, fork: int = 0) -> str:
    """A hash for a block; another one on another fork."""
    return "0x" + keccak(b"block %d %d" % (block, fork)).hex()


class Watched(Revm):
    """Revm that keeps what its transactions logged. `source` reads it as a node is read."""

    def __init__(self) -> None:
        super().__init__()
        self.receipts: list[Receipt[Any]] = []

    def deploy_raw(self, code: bytes, sender: AddressLike, value: int = 0) -> Receipt[None]:
        receipt = super().deploy_raw(code, sender, value)
        self.receipts.append(receipt)
        return receipt

    def _transact(self, to: AddressLike, data: bytes, sender: AddressLike, value: int, function: Any) -> Receipt[Any]:
        receipt: Receipt[Any] = super()._transact(to, data, sender, value, function)
        self.receipts.append(receipt)
        return receipt

    @property
    def source(self) -> Memory:
        """All that happened so far."""
        logs = [
            ChainLog(
                log.emitter, log.topics, log.data, r.block_number, hash_of(r.block_number), tx_of(r.block_number), n
            )
            for r in self.receipts
            for n, log in enumerate(r.logs)
        ]
        times = {r.block_number: r.timestamp for r in self.receipts}
        return Memory(self.chain_id, logs, times, max(times, default=0))


@dataclass
class Memory:
    """A source of logs that are there already."""

    chain_id: int
    found: list[ChainLog]
    times: dict[int, int] = field(default_factory=dict)
    end: int = 0
    assets: dict[Address, Address] = field(default_factory=dict)

    def latest(self) -> int:
        return self.end

    def logs(
        self, emitters: Sequence[Address], topics: Sequence[Sequence[bytes] | None], first: int, last: int
    ) -> list[ChainLog]:
        def fits(log: ChainLog) -> bool:
            places = zip(log.topics, topics, strict=False)
            return len(log.topics) >= len(topics) and all(place is None or topic in place for topic, place in places)

        return [each for each in self.found if each.emitter in emitters and first <= each.block <= last and fits(each)]

    def time(self, block: int, block_hash: str) -> int:
        return self.times.get(block, 1_800_000_000 + block)

    def asset(self, vault: Address) -> Address | None:
        return self.assets.get(vault)


@dataclass
class Office:
    """The suite of receivables with its chain watched, and the books of any of its actors."""

    suite: suites.Suite
    chain: Watched
    chart: Chart

    @property
    def contracts(self) -> Suite:
        """The deployment."""
        of = self.suite
        named = (of.registry, of.standard, of.ledger, of.module)
        return Suite({contract.address: contract.ABI_NAME for contract in named})

    def party(self, name: str) -> Party:
        """The entity of an actor."""
        return Party.of(f"books of {name}", self.suite.entities[name])

    def books(self, name: str, first: int | None = None, last: int | None = None) -> Reading:
        """What happened, in the books of an actor."""
        return read(self.chain.source, self.contracts, self.chart, self.party(name), first, last)

    def sums(self, name: str) -> dict[str, int]:
        """The trial balance of an actor, by account, without accounts that stand at zero."""
        return sums_of(self.books(name))


def sums_of(reading: Reading) -> dict[str, int]:
    """Debits less credits by account, of books in one currency."""
    found: dict[str, int] = {}
    for voucher in reading.vouchers:
        for line in voucher.lines:
            found[line.account] = found.get(line.account, 0) + line.amount
    return {account: amount for account, amount in found.items() if amount}


def build(token: type[Any] = DevnetCurrency, decimals: int = 6) -> Office:
    """Deploys, connects and enrols."""
    chain = Watched()
    return Office(suites.build(chain, token, decimals), chain, load_chart())


def build_estate() -> tuple[estates.Estate, Watched, Suite]:
    """Rights, leases and land, watched."""
    chain = Watched()
    made = estates.build(chain)
    named = (made.registry, made.standard, made.ledger, made.rights, made.leases, made.land)
    return made, chain, Suite({contract.address: contract.ABI_NAME for contract in named})
