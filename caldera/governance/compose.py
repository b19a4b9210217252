"""From a draft to the calls of a proposal, checked against the parameter book before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from caldera.deployment.errors import DeploymentError
from caldera.deployment.suite import Suite

from .book import Book, Family, Spot, State
from .calls import Call, Coder
from .draft import Draft
from .errors import NoChange, NothingProposed, OtherwiseRefused, SetTwice, ValueUnreadable
from .keys import Key
from .names import plain, split
from .printable import printable
from .values import Unit, parse

PROPOSER = "#proposer="
"""What OpenZeppelin's governor reads at the end of a description: nobody else can submit it."""
_MARK = re.compile(rf"\s*{PROPOSER}0x[0-9a-fA-F]{{40}}\Z")


@dataclass(frozen=True)
class Change:
    """One parameter that a call sets to another value."""

    spot: Spot
    state: State
    wanted: int

    @property
    def before(self) -> str:
        """The present value for people."""
        return self.spot.word.show(self.state.present)

    @property
    def after(self) -> str:
        """The value to be."""
        return self.spot.word.show(self.wanted)


@dataclass(frozen=True)
class Proposal:
    """What is proposed. `text`: the description as it is submitted. `changes`: of parameters."""

    title: str
    text: str
    calls: tuple[Call, ...]
    changes: tuple[Change, ...] = ()

    @property
    def targets(self) -> list[str]:
        """Where the calls go."""
        return [one.target for one in self.calls]

    @property
    def amounts(self) -> list[int]:
        """Wei of each."""
        return [one.value for one in self.calls]

    @property
    def payloads(self) -> list[bytes]:
        """Calldata of each."""
        return [one.data for one in self.calls]

    @property
    def text_hash(self) -> bytes:
        """What the governor keeps of the description: also of one that is no UTF-8."""
        return bytes(keccak(self.text.encode("utf-8", "surrogateescape")))

    def key(self) -> tuple[Any, ...]:
        """What names it in the governor, together with the calls."""
        return self.targets, self.amounts, self.payloads, self.text_hash

    def by(self, proposer: str) -> Proposal:
        """The same, bound to who submits it: somebody who sees it on its way could submit it first, and cancel it."""
        return Proposal(self.title, f"{bare(self.text)}\n\n{PROPOSER}{proposer}", self.calls, self.changes)


def bare(text: str) -> str:
    """A description without the mark of its proposer, which is one at the very end alone."""
    return _MARK.sub("", text)


def title_of(text: str) -> str:
    """The first line of a description, without the marks of a heading."""
    lines = printable(bare(text)).strip().split("\n")
    return lines[0].lstrip("# ").strip()


def compose(draft: Draft, suite: Suite, book: Book | None, earliest: int) -> Proposal:
    """The calls that a draft stands for: one `set` for each family and key, then its other calls, in the file's order.

    `earliest`: the second in which it could be executed, if it were submitted now: intervals are counted until then.

    Raises:
        GovernanceError: a name, a value or a call that cannot be; or a refusal of the book, with the nearest value it
        takes.
    """
    coder = Coder(suite)
    changes, calls = _parameters(draft.parameters, suite, book, earliest)
    for place, one in enumerate(draft.calls):
        calls.append(coder.encode(f"calls.{place} {one.call}", one.call, one.args, one.value))
    if not calls:
        raise NothingProposed(f"{draft.title!r}: name parameters or calls")
    return Proposal(draft.title, draft.text, tuple(calls), tuple(changes))


def _parameters(
    given: Sequence[tuple[str, Any]], suite: Suite, book: Book | None, earliest: int
) -> tuple[list[Change], list[Call]]:
    if not given:
        return [], []
    if book is None:
        book = Book.of(suite, 0)  # raises NotGoverned
    wanted: dict[tuple[int, Key], dict[int, tuple[Spot, int]]] = {}
    book.keys.coming = _published(book, [path for path, _ in given])
    for path, raw in given:
        spot = book.spot(path)
        value = value_of(spot, suite, raw)
        group = wanted.setdefault((spot.family.number, spot.key), {})
        if spot.place in group:
            raise SetTwice(f"{spot.name} stands twice, as {group[spot.place][0].name} and {path}: keep one of them")
        group[spot.place] = (spot, value)
    changes: list[Change] = []
    calls: list[Call] = []
    setter = suite.function(book.name, "set")
    for (number, key), group in wanted.items():
        family = book.family(number)
        made, values = _group(book, family, key, group, earliest)
        changes += made
        calls.append(Call(book.address, 0, setter.encode(number, list(key), values)))
    return changes, calls


def _published(book: Book, paths: Sequence[str]) -> dict[str, int]:
    """The rules that the draft publishes, each with the number it gets if nothing else is published before."""
    found: dict[str, int] = {}
    for path in paths:
        parts = split(path)
        if parts and len(parts[2]) == 1 and plain(parts[0]) == plain(book.suite.standard):
            found.setdefault(parts[2][0], book.keys.latest_rule + len(found) + 1)
    return found


def _group(
    book: Book, family: Family, key: Key, group: Mapping[int, tuple[Spot, int]], earliest: int
) -> tuple[list[Change], list[int]]:
    """All words of one key with those that are wanted in their places."""
    states = book.states(family, key)
    first = book.is_first(family, key, states)
    values = [state.present for state in states]
    for place, (spot, value) in group.items():
        book.require_settable(spot, states[place], value, earliest, first)
        values[place] = value
    changes = [
        Change(spot, states[place], value) for place, (spot, value) in group.items() if value != states[place].present
    ]
    if not changes:
        names = ", ".join(f"{spot.name} is {spot.word.show(value)}" for spot, value in group.values())
        raise NoChange(f"{names} already: nothing would change")
    waiting = any(states[place].changeable_from for place in group)
    refusal = None if waiting else book.refusal(family, key, values)
    if refusal:
        what = ", ".join(spot.name for spot, _ in group.values())
        raise OtherwiseRefused(f"{what}: the parameter book would refuse: {refusal}")
    return changes, values


def value_of(spot: Spot, suite: Suite, raw: Any) -> int:
    """What a draft says, as the word that the chain has. `$Name`s stand for addresses.

    Raises:
        ValueUnreadable: it is none of the parameter's unit.
    """
    word = spot.word
    if word.unit is Unit.ACCOUNT and isinstance(raw, str) and raw.startswith("$"):
        try:
            raw = suite.address(raw)
        except DeploymentError as error:
            raise ValueUnreadable(f"{spot.name}: {error}") from None
    try:
        return parse(raw, word.unit, word.flags)
    except ValueUnreadable as error:
        raise ValueUnreadable(f"{spot.name}: {error}") from None
