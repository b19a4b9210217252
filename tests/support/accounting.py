"""Chains whose logs are kept as a node would give them, and the vouchers made of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from eth_abi.abi import encode

from caldera.contracts import DevnetCurrency
from caldera.evm import Address, AddressLike, Receipt, Revm
from caldera.evm.hashing import keccak
from caldera.vouchers import ChainLog, Chart, Party, Reading, Suite, load_chart, read, trial_balance
from caldera.vouchers.bookkeeper import CURRENCY_ADDED, TRANSFER
from caldera.vouchers.declaration import Declaration
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


@contextmanager
def undone(suite: suites.Suite) -> Iterator[None]:
    """Whatever happens inside to a suite on a watched chain is undone and forgotten."""
    chain, actors, entities = suite.chain, dict(suite.actors), dict(suite.entities)
    assert isinstance(chain, Watched)
    begun = len(chain.receipts)
    with chain.isolated():
        yield
    del chain.receipts[begun:]
    suite.__dict__.update(actors=actors, entities=entities)


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


@dataclass
class Audit:
    """The books of anybody on a watched chain, held against the tokens. `vaults`: token by lending pool."""

    chain: Watched
    deployment: Suite
    tokens: Sequence[Any]
    vaults: dict[Address, Address]
    chart: Chart

    @property
    def source(self) -> Memory:
        """All that happened so far."""
        return replace(self.chain.source, assets=self.vaults)

    def reading(self, party: Party) -> Reading:
        """What happened, in the books of a party."""
        return read(self.source, self.deployment, self.chart, party)

    def sums(self, party: Party, code: str = "USD") -> dict[str, int]:
        """The trial balance in one currency, after the books were compared with the tokens."""
        balance = trial_balance(self.checked(party).vouchers)
        return {account: amount for (each, account), amount in balance.items() if amount and each.code == code}

    def checked(self, party: Party) -> Reading:
        """The books of a party, after they were compared with the tokens."""
        reading = self.reading(party)
        balance = trial_balance(reading.vouchers)
        assert all(voucher.debits == voucher.credits > 0 for voucher in reading.vouchers)
        assert sum(balance.values()) == 0
        found = {(currency.token, account): amount for (currency, account), amount in balance.items()}
        accounts = reading.keeper.party.accounts
        for token in self.tokens:
            assert found.get((token.address, "cash"), 0) == sum(token.balanceOf(account) for account in accounts)
            assert found.get((token.address, "suspense"), 0) == -self.given(token.address, accounts)
        return reading

    def given(self, token: Address, accounts: Collection[Address]) -> int:
        """What the accounts were minted and sent by calls of the token itself, of which the suite does not know."""
        total = 0
        for log in (log for receipt in self.chain.receipts if receipt.to == token for log in receipt.logs):
            values = TRANSFER.read(log.topics, log.data)
            if values and log.topics[0] == TRANSFER.topic and log.emitter == token:
                total += ((values["to"] in accounts) - (values["from"] in accounts)) * values["value"]
        return total


def audit(chain: Watched, contracts: Sequence[Any], *tokens: Any) -> Audit:
    """An audit of these contracts, each under its own name."""
    pools = {each.address: each.asset() for each in contracts if each.ABI_NAME == "LendingPool"}
    suite = Suite({each.address: each.ABI_NAME for each in contracts})
    return Audit(chain, suite, tokens, pools, load_chart())


class Script:
    """Logs by hand, for contracts whose handles are not there: one transaction a block. `currencies`: code, decimals
    and token by number."""

    def __init__(
        self, chart: Chart, contracts: dict[str, Address], currencies: dict[int, tuple[str, int, Address]]
    ) -> None:
        self.chart = chart
        self.deployment = Suite({address: name for name, address in contracts.items()})
        self._at = contracts
        self.memory = Memory(1, [])
        for number, (code, decimals, token) in currencies.items():
            self.transaction(self.log("ValueStandard", CURRENCY_ADDED, number, code.encode(), token, decimals))

    def log(self, contract: str, event: Declaration, *values: Any) -> ChainLog:
        """A log of an event with these values, in the order of its parameters."""
        return self.at(self._at[contract], event, *values)

    def at(self, emitter: Address, event: Declaration, *values: Any) -> ChainLog:
        """As `log`, of any address."""
        topics, kinds, rest = [event.topic], [], []
        for param, value in zip(event.params, values, strict=True):
            if param.indexed:
                topics.append(encode([param.type.text], [value]))
            else:
                kinds.append(param.type.text)
                rest.append(value)
        return ChainLog(emitter, tuple(topics), encode(kinds, rest), 0, "", "", 0)

    def event(self, contract: str, name: str, *values: Any) -> ChainLog:
        """A log of an event as the chart declares it."""
        declared = [each.declaration for each in self.chart.contracts[contract].events]
        (event,) = [each for each in declared if each.name == name]
        return self.log(contract, event, *values)

    def money(self, token: Address, source: Address, target: Address, amount: int) -> ChainLog:
        """A transfer of a token."""
        return self.at(token, TRANSFER, source, target, amount)

    def transaction(self, *logs: ChainLog) -> None:
        """A block with these logs."""
        block = self.memory.end = self.memory.end + 1
        placed = [replace(log, block=block, block_hash=hash_of(block), tx=tx_of(block)) for log in logs]
        self.memory.found += [replace(log, index=number) for number, log in enumerate(placed)]

    def sums(self, party: Party) -> dict[str, int]:
        """The trial balance of a party."""
        return sums_of(read(self.memory, self.deployment, self.chart, party))
