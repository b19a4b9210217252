"""The chart: accounts, and which event is posted how from whose point of view. Read from YAML, every name checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from caldera.deployment.errors import ProfileNotReadable
from caldera.deployment.yaml_reader import read_yaml

from . import sums
from .declaration import Declaration, declare
from .errors import ChartInvalid, ChartNotReadable

DEFAULT = Path(__file__).parent / "charts" / "default.yml"

FACTS = ("sound", "doubtful", "proceeds", "recovered", "rounding", "moved", "owed", "cost")
"""What is known of certificates and shares beside the event's own fields; see docs/vouchers.md."""
OWN_FACTS = frozenset(FACTS) - {"owed"}
"""Those that are zero for everyone whose certificates were not touched."""


def _sum(text: str) -> str:
    sums.parse(text)
    return text


def _event(text: str) -> str:
    declare(text)
    return text


Sum = Annotated[str, AfterValidator(_sum)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Account(_Strict):
    """An account. `memo`: outside the balance sheet."""

    number: str = Field(min_length=1, max_length=16)
    name: str = Field(min_length=1, max_length=80)
    kind: Literal["asset", "liability", "equity", "income", "expense", "memo"]


class Posting(_Strict):
    """`amount` from `credit` to `debit`; a sum below zero swaps the sides, zero is left out."""

    debit: str
    credit: str
    amount: Sum


class Rule(_Strict):
    """How the event is posted as `perspective`. It applies if each field of `ours` is this party, none of `others` is,
    none of `nonzero` is zero, all of `zero` are, fields have the values of `where`, and the party has the `role`."""

    perspective: str = Field(min_length=1, max_length=24, pattern=r"^[a-z][a-z0-9_]*$")
    ours: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    nonzero: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    where: dict[str, int] = {}
    role: str | None = None
    counterparty: str | None = None
    text: str = Field(min_length=1)
    lines: tuple[Posting, ...] = Field(min_length=1)


class EventRules(_Strict):
    """One event. `key`: the field under which things are remembered. `remember`: names that later events of the
    contract with the same key know, too. `tally`: running sums by key. `memory`: where they are kept, if not under the
    contract's name. `look_up`: other memories that are used, and the field with the key there. `currency`: the field
    with the currency's number or its token; or `asset`: the one the contract is a vault of; or `money`: the one the
    contract received or paid in the transaction, known as `currencyId` then. `document`: the field printed as
    reference. `each`: arrays whose elements are events of their own, and what an element is called. `handed`: the field
    with an amount that the contract sends the party, or keeps for it; what it sent is known as `handed`."""

    event: Annotated[str, AfterValidator(_event)]
    key: str | None = None
    remember: tuple[str, ...] = ()
    tally: dict[str, Sum] = {}
    memory: str | None = None
    look_up: dict[str, str] = {}
    handed: str | None = None
    currency: str | None = None
    document: str | None = None
    each: dict[str, str] = {}
    post: tuple[Rule, ...] = ()

    @cached_property
    def declaration(self) -> Declaration:
        """The event, ready to read logs."""
        return declare(self.event)

    @property
    def fields(self) -> set[str]:
        """The names that the event itself brings, and `emitter`: the contract that wrote it."""
        own = {name for name in self.declaration.fields if name not in self.each}
        for array, element in self.each.items():
            own |= self.declaration.named(array, element) if array in self.declaration.fields else set()
        return own | {"emitter"} | ({"currencyId"} if self.currency == "money" else set())


class ContractRules(_Strict):
    """A contract by its name in the deployment. `root_bits`: low bits of a key in which lines of one root differ."""

    root_bits: int = Field(default=0, ge=0, le=64)
    events: tuple[EventRules, ...] = Field(min_length=1)


class Chart(_Strict):
    """`cash`: the account of the money itself. `suspense`: where money goes that moved without a rule."""

    name: str = Field(min_length=1)
    cash: str
    suspense: str
    accounts: dict[str, Account]
    contracts: dict[str, ContractRules]

    def problems(self) -> Iterator[tuple[tuple[Any, ...], str]]:
        """Names that stand for nothing, with where they stand."""
        for place, account in ((("cash",), self.cash), (("suspense",), self.suspense)):
            if account not in self.accounts:
                yield place, _no_account(account)
        numbers: dict[str, str] = {}
        for name, entry in self.accounts.items():
            if (other := numbers.setdefault(entry.number, name)) != name:
                yield ("accounts", name), f"number {entry.number} is {other}'s already; give it another"
        for contract, rules in self.contracts.items():
            for number, event in enumerate(rules.events):
                for inner, problem in self._of_event(contract, event):
                    yield ("contracts", contract, "events", number, *inner), problem

    def memories(self) -> Iterator[tuple[str, EventRules]]:
        """Every event that remembers something, with the name of the memory."""
        for contract, rules in self.contracts.items():
            yield from ((event.memory or contract, event) for event in rules.events)

    def known_to(self, contract: str, event: EventRules, but: EventRules | None = None) -> set[str]:
        """Every name that the rules of an event can use, save what only the event `but` remembers."""
        known, used = set(event.fields), {event.memory or contract, *event.look_up}
        for memory, each in self.memories():
            if memory in used and each is not but:
                known.update(each.remember, each.tally)
        return known

    def _of_event(self, contract: str, event: EventRules) -> Iterator[tuple[tuple[Any, ...], str]]:
        known = self.known_to(contract, event)
        named = {"key": event.key, "document": event.document, "handed": event.handed}
        if event.currency not in ("asset", "money"):
            named["currency"] = event.currency
        for place, name in named.items():
            if name is not None and name not in known:
                yield (place,), _no_name(name, event, known)
        memories = {memory for memory, _ in self.memories()}
        for memory, name in event.look_up.items():
            if memory not in memories:
                yield ("look_up",), f"{memory!r} is no contract and no memory of this chart"
            if name not in known:
                yield ("look_up",), _no_name(name, event, known)
        if (event.remember or event.tally) and event.key is None:
            yield (), "what is remembered needs a 'key: field' to be found again"
        brought = self.known_to(contract, event, but=event)
        for name in event.remember:
            if name not in brought:
                yield ("remember",), _no_name(name, event, brought)
        for name in event.each:
            if name not in event.declaration.fields:
                yield ("each",), _no_name(name, event, set(event.declaration.fields))
        numbers = known | set(FACTS)
        for name, text in event.tally.items():
            yield from ((("tally", name), problem) for problem in _unknown(text, event, numbers))
        if event.post and event.currency is None:
            yield (), "vouchers need a currency: add 'currency: field'"
        for number, rule in enumerate(event.post):
            for inner, problem in self._of_rule(event, rule, known):
                yield ("post", number, *inner), problem

    def _of_rule(self, event: EventRules, rule: Rule, known: set[str]) -> Iterator[tuple[tuple[Any, ...], str]]:
        used = {name for line in rule.lines for _, name in sums.parse(line.amount)}
        if not rule.ours and rule.role is None and not used <= OWN_FACTS:
            yield (), "this would post what others did: add 'ours: [field]' or 'role: name'"
        numbers = known | set(FACTS) | ({"handed"} if event.handed else set())
        for place in ("ours", "others", "nonzero", "zero", "where"):
            for name in getattr(rule, place):
                if name not in (known if place in ("ours", "others") else numbers):
                    yield (place,), _no_name(name, event, known)
        if rule.counterparty is not None and rule.counterparty not in known:
            yield ("counterparty",), _no_name(rule.counterparty, event, known)
        for name in placeholders(rule.text):
            if name not in known:
                yield ("text",), _no_name(name, event, known)
        for number, line in enumerate(rule.lines):
            at = ("lines", number)
            for account in {line.debit, line.credit} - self.accounts.keys():
                yield at, _no_account(account)
            if line.debit == line.credit:
                yield at, f"{line.debit!r} stands on both sides"
            for problem in _unknown(line.amount, event, numbers):
                yield at, problem


def placeholders(text: str) -> list[str]:
    """The names in braces."""
    return [part.partition("}")[0] for part in text.split("{")[1:]]


def load_chart(path: Path | str | None = None) -> Chart:
    """The chart in the file; without one, the one that comes along.

    Raises:
        ChartNotReadable: no file, or not YAML.
        ChartInvalid: something in it is missing, unknown or wrong; every place is named with its line.
    """
    where = Path(path) if path else DEFAULT
    try:
        content = read_yaml(where)
        root = yaml.compose(where.read_text(encoding="utf-8"), yaml.SafeLoader)
        lines = dict(_lines(root)) if root else {}
    except ProfileNotReadable as error:
        text = str(error).replace(
            "a profile is a mapping that starts with 'network: …'", "a chart starts with 'name: …'"
        )
        raise ChartNotReadable(text) from None
    try:
        chart = Chart.model_validate_json(json.dumps(content))
        problems = list(chart.problems())
    except ValidationError as error:
        found = [(tuple(each["loc"]), each) for each in error.errors()]
        # A list is also called too short where all its elements were wrong.
        within = {place[:end] for place, _ in found for end in range(len(place))}
        problems = [(p, _words(each)) for p, each in found if each["type"] != "too_short" or p not in within]
    if problems:
        raise ChartInvalid(str(where), [_placed(place, problem, lines) for place, problem in problems])
    return chart


def _words(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown; remove it or correct its spelling"
    if error["type"] == "missing":
        return "is missing; add it"
    return str(error["msg"]).removeprefix("Value error, ")


def _placed(place: tuple[Any, ...], problem: str, lines: dict[tuple[Any, ...], int]) -> str:
    at = next((lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in lines), 1)
    return f"line {at}: {'.'.join(map(str, place)) or 'chart'}: {problem}"


def _lines(node: yaml.Node, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value)
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*path, number))


def _no_account(name: str) -> str:
    return f"{name!r} is no account of this chart; add it under 'accounts'"


def _no_name(name: str, event: EventRules, known: set[str]) -> str:
    return f"{name!r} is not known to {event.declaration.name}; it knows {', '.join(sorted(known))}"


def _unknown(text: str, event: EventRules, known: set[str]) -> Iterator[str]:
    for _, name in sums.parse(text):
        if name not in known:
            yield _no_name(name, event, known)
