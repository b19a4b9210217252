"""The books of one party: read the chain, keep the journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from caldera.deployment.manifest import Manifest
from caldera.evm.address import Address, parse, to_address

from .bookkeeper import CURRENCY_ADDED, ENROLLED, REGISTRY, SEEN, STANDARD, TRANSFER, Bookkeeper
from .chart import Chart
from .errors import BlocksOutOfRange, UnknownParty
from .journal import Imported, Journal
from .logs import ChainLog, Source
from .party import Party
from .voucher import Voucher


@dataclass(frozen=True)
class Suite:
    """A deployment. `contracts`: what stands at each address, such as `ReceivableModule`; several may be of one kind.
    `from_block`: nothing of it is older."""

    contracts: Mapping[Address, str]
    from_block: int = 0

    @classmethod
    def of(cls, manifest: Manifest) -> Suite:
        """The deployment that a manifest describes."""
        contracts = {to_address(intent.address): intent.type for intent in manifest.contracts.values()}
        return cls(contracts, manifest.from_block)

    def at(self, kinds: Collection[str]) -> list[Address]:
        """The addresses of all contracts of these kinds."""
        return [address for address, kind in self.contracts.items() if kind in kinds]


@dataclass(frozen=True)
class Reading:
    """What was read. `keeper`: the bookkeeper, who knows what is owed. `vouchers`: of the blocks asked for."""

    keeper: Bookkeeper
    vouchers: list[Voucher]
    first: int
    last: int


def entity_of(source: Source, suite: Suite, account: Address) -> int:
    """The entity that the registry has for an account.

    Raises:
        UnknownParty: it has none.
    """
    topics = [[ENROLLED.topic], [bytes(12) + parse(account)]]
    found = source.logs(suite.at([REGISTRY]), topics, suite.from_block, source.latest())
    values = ENROLLED.read(found[-1].topics, found[-1].data) if found else None
    if values is None:
        raise UnknownParty(f"{account} was never enrolled: name the entity by its number, or give the account a role")
    entity: int = values["entity"]
    return entity


def read(
    source: Source, suite: Suite, chart: Chart, party: Party, first: int | None = None, last: int | None = None
) -> Reading:
    """The vouchers of the blocks `first` to `last`. All blocks of the deployment before are read, too, because what an
    event means depends on them.

    Raises:
        BlocksOutOfRange: there are no such blocks.
        UnknownParty: no account of the party is known by the last block.
        SourceError: the chain could not be read.
    """
    latest = source.latest()
    first = suite.from_block if first is None else first
    last = latest if last is None else last
    if not 0 <= first <= last <= latest:
        raise BlocksOutOfRange(f"blocks {first} to {last}: the chain has 0 to {latest}; choose from them, in order")
    mine = Party(party.name, party.entity, set(party.accounts), party.roles)
    keeper = Bookkeeper(source.chain_id, chart, mine, suite.contracts, source.time, source.asset)
    vouchers = list(keeper.keep(_logs(source, suite, chart, mine, last), since=first))
    if not mine.accounts:
        raise UnknownParty(
            f"entity {party.entity} has no account up to block {last}: check its number, or name an account"
        )
    return Reading(keeper, vouchers, first, last)


def bring_up(source: Source, suite: Suite, chart: Chart, party: Party, journal: Journal, reading: Reading) -> Imported:
    """Takes what was read into the journal. Doing it again adds nothing.

    Raises:
        OtherChart: the journal was made with another chart, deployment or party.
    """
    made_with = {
        "chart": chart.model_dump(mode="json"),
        "contracts": sorted(suite.contracts.items()),
        "party": [party.entity, sorted(party.accounts), sorted(party.roles)],
    }
    digest = hashlib.sha256(json.dumps(made_with, sort_keys=True).encode()).hexdigest()
    journal.bind(party.name, source.chain_id, digest)
    return journal.take(party.name, source.chain_id, reading.first, reading.last, reading.vouchers)


def _logs(source: Source, suite: Suite, chart: Chart, party: Party, last: int) -> list[ChainLog]:
    wanted: dict[str, set[bytes]] = {REGISTRY: {ENROLLED.topic}, STANDARD: {CURRENCY_ADDED.topic}}
    for name, topic in SEEN:
        wanted.setdefault(name, set()).add(topic)
    paid_by_money = set()
    for name, rules in chart.contracts.items():
        wanted.setdefault(name, set()).update(event.declaration.topic for event in rules.events)
        if any(event.currency == "money" for event in rules.events):
            paid_by_money.add(name)
    topics = sorted(set().union(*wanted.values()))
    found = source.logs(suite.at(wanted), [topics], suite.from_block, last)

    # Transfers are asked for by account: a currency's token has those of the whole world.
    accounts = party.accounts | set(suite.at(paid_by_money))
    tokens = []
    for log in found:
        if log.topics[0] == ENROLLED.topic and (values := ENROLLED.read(log.topics, log.data)):
            if values["entity"] == party.entity != 0:
                accounts.add(values["account"])
        elif log.topics[0] == CURRENCY_ADDED.topic and (values := CURRENCY_ADDED.read(log.topics, log.data)):
            tokens.append(values["token"])
    words = [bytes(12) + parse(account) for account in sorted(accounts)]
    if words and tokens:
        for place in ([words, None], [None, words]):
            found += source.logs(sorted(set(tokens)), [[TRANSFER.topic], *place], suite.from_block, last)
    return sorted({(log.block, log.index): log for log in found}.values(), key=lambda log: (log.block, log.index))
