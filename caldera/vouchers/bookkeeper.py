"""From logs to vouchers: the rules of a chart, applied in the order of the chain."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from caldera.evm.address import ZERO, Address

from . import sums
from .chart import Chart, ContractRules, EventRules, Rule
from .declaration import declare
from .errors import UnknownCurrencyNumber
from .logs import ChainLog
from .money import Currency
from .party import Party
from .positions import EVENTS as OF_CERTIFICATES
from .positions import LEDGER, WRITTEN_OFF, Positions, Worth
from .shares import EVENTS as OF_SHARES
from .shares import POOL, PoolShares
from .voucher import Key, Line, Voucher

REGISTRY, STANDARD = "ParticipantRegistry", "ValueStandard"
ENROLLED = declare(
    "ParticipantChanged(address indexed account, uint48 indexed entity, "
    "(uint8,uint40,uint48,uint80,uint64) participant)"
)
CURRENCY_ADDED = declare(
    "CurrencyAdded(uint8 indexed currencyId, bytes3 indexed code, address indexed token, uint8 decimals)"
)
_PLACE = re.compile(r"\{([^}]*)\}")
SEEN = {
    (contract, found.topic): found
    for contract, texts in {**OF_CERTIFICATES, **OF_SHARES}.items()
    for found in map(declare, texts)
}
"""What is read of contracts whatever the chart says."""
TRANSFER = declare("Transfer(address indexed from, address indexed to, uint256 value)")


@dataclass
class _Movement:
    """Money of one token from one account to another. `net`: for the party. `used`: a voucher speaks of it.
    `handed`: it is what an event said would be handed over."""

    log: ChainLog
    source: Address
    target: Address
    net: int
    used: bool = False
    handed: bool = False


@dataclass
class _Transaction:
    """What one transaction did, beside its events. `moved`: worth that certificates brought, by id. `cost`: of shares
    that went, by log."""

    changes: dict[int, dict[int, Worth]] = field(default_factory=dict)
    owed: dict[int, int] = field(default_factory=dict)
    states: dict[int, int] = field(default_factory=dict)
    cost: dict[int, int] = field(default_factory=dict)
    moved: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    money: defaultdict[Address, list[_Movement]] = field(default_factory=lambda: defaultdict(list))
    booked: defaultdict[Address, int] = field(default_factory=lambda: defaultdict(int))
    last: ChainLog | None = None


class Bookkeeper:
    """Keeps the books of one party of one deployment. Give it every log since the deployment, in order and in whole
    blocks."""

    def __init__(
        self,
        chain_id: int,
        chart: Chart,
        party: Party,
        contracts: Mapping[Address, str],
        time: Callable[[int, str], int],
        asset: Callable[[Address], Address | None] = lambda _: None,
    ) -> None:
        """Args:
        contracts: names of the contracts by address; a log of any other address is money or nothing.
        time: timestamp of a block by number and hash, asked only where a voucher is made.
        asset: the token of a vault.
        """
        self.chart, self.party, self.contracts = chart, party, dict(contracts)
        self.positions, self.shares = Positions(), PoolShares()
        self.currencies: dict[int, Currency] = {}
        self._tokens: dict[Address, Currency] = {}
        self._chain_id, self._time, self._asset, self._since = chain_id, time, asset, 0
        self._memory: defaultdict[str, dict[Any, dict[str, Any]]] = defaultdict(dict)
        self._rules: defaultdict[tuple[str, bytes], list[EventRules]] = defaultdict(list)
        for name, rules in chart.contracts.items():
            for event in rules.events:
                self._rules[name, event.declaration.topic].append(event)

    def keep(self, logs: Iterable[ChainLog], since: int = 0) -> Iterator[Voucher]:
        """The vouchers of these logs; those of blocks before `since` are only learnt from."""
        self._since = since
        for (block, _), of_one in groupby(logs, key=lambda log: (log.block, log.tx)):
            for voucher in self._keep(list(of_one)):
                if block >= since:
                    yield voucher

    def _keep(self, logs: list[ChainLog]) -> Iterator[Voucher]:
        done = _Transaction(last=logs[-1])
        for log in logs:
            self._take_in(log, done)
        for log in logs:
            name = self.contracts.get(log.emitter)
            for event in self._rules.get((name, log.topics[0]), ()) if name and log.topics else ():
                values = event.declaration.read(log.topics, log.data)
                if values is not None:
                    yield from self._post(log, name or "", event, values, done)
        yield from self._suspense(done)

    def _take_in(self, log: ChainLog, done: _Transaction) -> None:
        """What must be known before a rule is applied."""
        name, topic = self.contracts.get(log.emitter), log.topics[0] if log.topics else b""
        if name == REGISTRY and topic == ENROLLED.topic:
            found = ENROLLED.read(log.topics, log.data)
            if found and found["entity"] == self.party.entity != 0:
                self.party.accounts.add(found["account"])
        elif name == STANDARD and topic == CURRENCY_ADDED.topic:
            if found := CURRENCY_ADDED.read(log.topics, log.data):
                code = found["code"].rstrip(b"\0").decode("ascii", "replace")
                added = Currency(code, found["decimals"], found["token"])
                self.currencies[found["currencyId"]] = self._tokens[added.token] = added
        elif log.emitter in self._tokens and topic == TRANSFER.topic:
            if found := TRANSFER.read(log.topics, log.data):
                out, in_ = self.party.is_us(found["from"]), self.party.is_us(found["to"])
                movement = _Movement(log, found["from"], found["to"], (in_ - out) * found["value"])
                done.money[log.emitter].append(movement)
        elif name and (declaration := SEEN.get((name, topic))):
            values = declaration.read(log.topics, log.data)
            if values is None:
                return
            if name == POOL:
                done.cost[log.index] = self.shares.see(log.emitter, declaration.name, values, self.party.is_us)
            else:
                self._take_in_certificate(log, name, declaration.name, values, done)

    def _take_in_certificate(
        self, log: ChainLog, contract: str, name: str, values: dict[str, Any], done: _Transaction
    ) -> None:
        asset = values.get("id", 0)
        done.owed[log.index], done.states[log.index] = self.positions.owed(asset), self.positions.state(asset)
        touched = self.positions.touched(name, values)
        before = {each: self.positions.worth([each], self.party.is_us) for each in touched}
        self.positions.see(name, values)
        changes = {each: self.positions.worth([each], self.party.is_us).since(before[each]) for each in touched}
        done.changes[log.index] = changes
        minted = ZERO in (values.get("from"), values.get("to"))
        if contract == LEDGER and not minted:
            for each, change in changes.items():
                done.moved[each] += change.total

    def _post(
        self, log: ChainLog, contract: str, event: EventRules, values: dict[str, Any], done: _Transaction
    ) -> Iterator[Voucher]:
        if event.currency == "money":
            values = {**values, "currencyId": self._moved_by(log, done)}
        for number, each in enumerate(_each(event, values)):
            memory = self._recall(contract, event, each)
            known = {**self._facts(log, event, each, done), **memory, **each}
            applied: set[str] = set()
            for rule in event.post:
                if rule.perspective in applied or not self._applies(rule, known):
                    continue
                applied.add(rule.perspective)
                perspective = rule.perspective + (f".{number}" if number else "")
                voucher = self._voucher(log, contract, event, rule, known, perspective, done)
                if voucher is not None:
                    yield voucher
            self._remember(contract, event, each, known)

    def _facts(self, log: ChainLog, event: EventRules, values: Mapping[str, Any], done: _Transaction) -> dict[str, Any]:
        changes, asset = done.changes.get(log.index, {}), values.get("id", 0)
        # An id may stand several times in a batch: its first element speaks for all.
        chosen = [changes.pop(asset, Worth())] if event.each else list(changes.values())
        sound, doubtful, proceeds = (sum(parts) for parts in zip(*chosen, strict=True)) if chosen else (0, 0, 0)
        # An event that names no id speaks of all that moved.
        ids = [asset] if "id" in values else list(done.moved)
        written_off, total = done.states.get(log.index) == WRITTEN_OFF, sound + doubtful + proceeds
        return {
            "sound": sound,
            "doubtful": doubtful,
            "proceeds": proceeds,
            "recovered": total if written_off else 0,
            "rounding": 0 if written_off else total,
            "owed": done.owed.get(log.index, 0),
            "moved": sum(done.moved.get(each, 0) for each in ids),
            "ids": ids,
            "cost": done.cost.get(log.index, 0),
            "emitter": log.emitter,
        }

    def _applies(self, rule: Rule, known: Mapping[str, Any]) -> bool:
        us = self.party.is_us
        return (
            all(name in known and us(known[name]) for name in rule.ours)
            and all(name in known and not us(known[name]) for name in rule.others)
            and all(known.get(name) not in (None, 0, ZERO) for name in rule.nonzero)
            and all(known.get(name) in (None, 0, ZERO) for name in rule.zero)
            and all(known.get(name) == value for name, value in rule.where.items())
            and (rule.role is None or rule.role in self.party.roles)
        )

    def _voucher(
        self,
        log: ChainLog,
        contract: str,
        event: EventRules,
        rule: Rule,
        known: dict[str, Any],
        perspective: str,
        done: _Transaction,
    ) -> Voucher | None:
        totals: defaultdict[str, int] = defaultdict(int)
        lines = [(posting, sums.parse(posting.amount)) for posting in rule.lines]
        used = {name for _, terms in lines for _, name in terms}
        if "handed" in used:
            known = {**known, "handed": self._handed(log, event, known, done)}
        for posting, terms in lines:
            amount = sums.add_up(terms, known)
            totals[posting.debit] += amount
            totals[posting.credit] -= amount
        if "moved" in used:
            for asset in known["ids"]:
                done.moved.pop(asset, None)
        if not any(totals.values()):
            return None
        currency = self._currency(log, event, known)
        if currency is None:
            return None
        cash = totals[self.chart.cash]
        own, other = self._parties(currency, cash, done)
        done.booked[currency.token] += cash
        reference = known.get(event.document) if event.document else None
        # In one pass: what is put in is free text of others and may hold braces itself.
        text = _PLACE.sub(lambda found: _shown(known.get(found[1], "?")), rule.text)
        return Voucher(
            key=Key(self._chain_id, log.tx, log.index, self.party.name, perspective),
            block=log.block,
            block_hash=log.block_hash,
            timestamp=self._time(log.block, log.block_hash) if log.block >= self._since else 0,
            contract=contract,
            event=event.declaration.name,
            reference=_shown(reference) if reference is not None else "",
            document=_shown(known[event.key]) if event.key and event.key in known else "",
            text=text,
            currency=currency,
            lines=self._lines(totals),
            cash=cash,
            own=own,
            other=other,
        )

    def _lines(self, totals: Mapping[str, int]) -> tuple[Line, ...]:
        made = [
            Line(name, self.chart.accounts[name].number, self.chart.accounts[name].name, amount)
            for name, amount in totals.items()
            if amount
        ]
        return tuple(sorted(made, key=lambda line: (line.amount < 0, line.number)))

    def _handed(self, log: ChainLog, event: EventRules, known: Mapping[str, Any], done: _Transaction) -> int:
        """The amount that is to be handed over, if the contract sent just that; it counts once."""
        currency, amount = self._currency(log, event, known), known.get(event.handed or "", 0)
        for each in done.money[currency.token] if currency else ():
            if each.source == log.emitter and each.net == amount and not each.handed:
                each.handed = True
                return int(amount)
        return 0

    def _currency(self, log: ChainLog, event: EventRules, known: Mapping[str, Any]) -> Currency | None:
        """None: a token that is no currency of the standard, which is nobody's money here."""
        field_ = "currencyId" if event.currency == "money" else event.currency or ""
        if isinstance(known.get(field_), str):
            return self._tokens.get(known[field_])
        if event.currency == "asset":
            token = self._asset(log.emitter)
            found = self._tokens.get(token) if token else None
        else:
            found = self.currencies.get(known.get(field_, 0))
        if found is None:
            what = f"the asset of {log.emitter}" if event.currency == "asset" else f"currency {known.get(field_, '?')}"
            raise UnknownCurrencyNumber(
                f"{event.declaration.name} in block {log.block} is in {what}, which the value standard has not added "
                "in the blocks read: read from the first block of the deployment on"
            )
        return found

    def _moved_by(self, log: ChainLog, done: _Transaction) -> int:
        """The currency that the contract was paid or paid after it wrote the log; 0 where none moved."""
        numbers = {currency.token: number for number, currency in self.currencies.items()}
        moved = [each for of_token in done.money.values() for each in of_token]
        touching = [each for each in moved if log.emitter in (each.source, each.target) and each.log.index > log.index]
        return numbers[min(touching, key=lambda each: each.log.index).log.emitter] if touching else 0

    def _parties(self, currency: Currency, cash: int, done: _Transaction) -> tuple[Address, Address]:
        """Between which accounts the money went: the transfer of just that amount, or else the first that is left."""
        if not cash:
            return "", ""
        left = [each for each in done.money[currency.token] if each.net and not each.used]
        for each in sorted(left, key=lambda each: each.net != cash):
            each.used = True
            return (each.source, each.target) if each.net < 0 else (each.target, each.source)
        return "", ""

    def _suspense(self, done: _Transaction) -> Iterator[Voucher]:
        """What moved and no rule spoke of, so that the account of money is always what the token says."""
        for token in {**done.money, **done.booked}:
            movements = [each for each in done.money.get(token, []) if each.net]
            difference = sum(each.net for each in movements) - done.booked[token]
            if not difference:
                continue
            log = movements[-1].log if movements else done.last
            assert log is not None
            own, other = self._parties(self._tokens[token], difference, done)
            totals = {self.chart.cash: difference, self.chart.suspense: -difference}
            yield Voucher(
                key=Key(self._chain_id, log.tx, log.index, self.party.name, "money"),
                block=log.block,
                block_hash=log.block_hash,
                timestamp=self._time(log.block, log.block_hash) if log.block >= self._since else 0,
                contract="",
                event=TRANSFER.name,
                reference="",
                document=log.tx,
                text="Money moved without a rule of the chart",
                currency=self._tokens[token],
                lines=self._lines(totals),
                cash=difference,
                own=own,
                other=other,
            )

    def _recall(self, contract: str, event: EventRules, values: Mapping[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] = {}
        places = {**event.look_up, **({event.memory or contract: event.key} if event.key else {})}
        for memory, name in places.items():
            if values.get(name) is not None:
                known |= self._memory[memory].get(self._place(memory, values[name]), {})
        return known

    def _remember(self, contract: str, event: EventRules, values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        if event.key is None or not (event.remember or event.tally):
            return
        memory = event.memory or contract
        kept = self._memory[memory].setdefault(self._place(memory, values[event.key]), {})
        sums_now = {name: sums.add_up(sums.parse(text), known) for name, text in event.tally.items()}
        for name, amount in sums_now.items():
            kept[name] = kept.get(name, 0) + amount
        kept.update({name: known[name] for name in event.remember if name in known})

    def _place(self, memory: str, key: Any) -> Any:
        rules: ContractRules | None = self.chart.contracts.get(memory)
        bits = rules.root_bits if rules else 0
        return key >> bits << bits if bits else key


def _each(event: EventRules, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The event, or each element of its arrays as an event."""
    if not event.each:
        yield values
        return
    rest = {name: value for name, value in values.items() if name not in event.each}
    parts = event.declaration.parts
    for elements in zip(*(values[name] for name in event.each), strict=True):
        one = dict(rest)
        for (array, called), element in zip(event.each.items(), elements, strict=True):
            one |= parts(array, called, element)
        yield one


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, int) and value >= 1 << 64:
        return f"0x{value:064x}"
    return str(value)
