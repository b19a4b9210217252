"""The parameter book of a deployment: every governed number by name, and what a change of it would meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from eth_abi.abi import decode
from eth_utils.crypto import keccak

from caldera.deployment.encoding import Function, functions
from caldera.deployment.errors import CallReverted
from caldera.deployment.names import ALL_OF, FIELDS
from caldera.deployment.reverts import explain
from caldera.deployment.suite import Suite
from caldera.evm.address import to_address

from .errors import (
    AmbiguousParameter,
    KeptForGood,
    NotGoverned,
    OutOfBounds,
    StepTooLarge,
    TooSoon,
    UnknownParameter,
)
from .keys import Key, Keys
from .names import family_label, joined, near, plain, snake, split, word_matches
from .times import moment
from .values import Unit, show

TYPE = "ParameterBook"
_CHANGED = keccak(text="ParameterChanged(uint256,bytes32,bytes32[],uint256,uint256)")


@dataclass(frozen=True)
class Word:
    """One governed number of a family: what the book says of it. See `IParameterBook.Parameter`."""

    name: str
    unit: Unit
    kept: bool
    lowest: int
    highest: int
    step: int
    interval: int
    flags: Mapping[str, int] = field(default_factory=dict, compare=False)
    accounts: Mapping[int, str] = field(default_factory=dict, compare=False)

    def show(self, value: int) -> str:
        """A value for people: bits and accounts by name, where they have one."""
        if self.unit is Unit.ACCOUNT and value in self.accounts:
            return self.accounts[value]
        return show(value, self.unit, self.flags)

    @property
    def stepped(self) -> bool:
        """Whether one change may only go so far."""
        return self.unit not in (Unit.FLAGS, Unit.ACCOUNT)

    def within(self, value: int) -> bool:
        """Whether the value is inside the hard bounds."""
        if self.unit is Unit.FLAGS:
            return not value & ~self.highest and not self.lowest & ~value
        return self.lowest <= value <= self.highest


@dataclass(frozen=True)
class State:
    """A word of one key as it stands. `changeable_from`: the first second in which it may change again; 0: now."""

    word: Word
    present: int
    changeable_from: int

    def farthest(self, wanted: int) -> int:
        """The value nearest to `wanted` that one change can reach."""
        low, high, step = self.word.lowest, self.word.highest, self.word.step
        start = min(max(self.present, low), high)
        return min(start + step, wanted, high) if wanted > start else max(start - step, wanted, low)


@dataclass(frozen=True)
class Family:
    """One setter that the book calls. `contract`: the target's name in the profile."""

    number: int
    contract: str
    label: str
    setter: Function
    key_count: int
    words: tuple[Word, ...]

    def name(self, keys: tuple[str, ...], place: int | None) -> str:
        """The name of a word; of the whole family and key where no place is given. A family of one word goes without
        it."""
        word = None if place is None or len(self.words) == 1 else snake(self.words[place].name)
        return joined(self.contract, self.label, keys, word)


@dataclass(frozen=True)
class Spot:
    """Where a value stands: a word of a key of a family."""

    family: Family
    key: Key
    place: int
    name: str

    @property
    def word(self) -> Word:
        """What the book says of it."""
        return self.family.words[self.place]


@dataclass(frozen=True)
class Changed:
    """A change that was made through the book. `place`: block and number there."""

    family: int
    key: Key
    word: str
    before: int
    present: int
    place: tuple[int, int]


class Book:
    """Reads the book. `name`: of its contract in the profile."""

    def __init__(self, suite: Suite, from_block: int, name: str) -> None:
        self.suite, self.name, self._from_block = suite, name, from_block
        self.keys = Keys(suite, from_block)

    @classmethod
    def of(cls, suite: Suite, from_block: int) -> Book:
        """That of a deployment.

        Raises:
            NotGoverned: it has none.
        """
        for entry in suite.profile.contracts:
            if entry.contract_type == TYPE and entry.name in suite.addresses:
                return cls(suite, from_block, entry.name)
        raise NotGoverned(f"the profile {suite.profile.network} has no {TYPE}: no parameter is governed by one")

    @property
    def address(self) -> str:
        """Where the book is."""
        return self.suite.addresses[self.name]

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Every family, by number."""
        count = int(self.suite.read(self.name, "familyCount")[0])
        return tuple(self._family(number) for number in range(1, count + 1))

    def family(self, number: int) -> Family:
        """The family of a number. Raises `UnknownParameter`."""
        if not 1 <= number <= len(self.families):
            raise UnknownParameter(f"{self.name} has no family {number}; it has {len(self.families)}")
        return self.families[number - 1]

    def states(self, family: Family, key: Key) -> tuple[State, ...]:
        """The words of one key as they stand."""
        found = self.suite.read(self.name, "parametersOf", family.number, list(key))[0]
        return tuple(State(word, one[1], one[2]) for word, one in zip(family.words, found, strict=True))

    def known_keys(self, family: Family) -> list[Key]:
        """Every key of a family that the profile or the chain tells of."""
        said = self.keys.every(family.setter, family.key_count)
        return list(dict.fromkeys([*said, *self._changed.get(family.number, [])]))

    def everything(self) -> Iterator[tuple[Spot, State]]:
        """Every parameter of every known key. A key whose values cannot be read is left out."""
        for family in self.families:
            for key in self.known_keys(family):
                try:
                    states = self.states(family, key)
                except CallReverted:
                    continue
                names = self.keys.names(family.setter, key)
                for place, state in enumerate(states):
                    yield Spot(family, key, place, family.name(names, place)), state

    def spot(self, path: str) -> Spot:
        """What a readable name stands for.

        Raises:
            UnknownParameter: nothing; the message says which names are near.
            AmbiguousParameter: several words of the family.
            UnknownKey: what is in brackets is no key of it.
        """
        parts = split(path)
        if parts is None:
            raise UnknownParameter(
                f"{path!r}: write Contract.family[key].word, as in LendingTerms.loan_terms[EUR].rate"
            )
        contract, label, keys, word = parts
        families = [
            one
            for one in self.families
            if plain(one.contract) == plain(contract) and plain(label) in (plain(one.label), plain(one.setter.name))
        ]
        if not families:
            raise UnknownParameter(f"no parameter is called {path}{near(path, self._examples())}")
        family = families[0]
        key = self.keys.words(family.setter, family.key_count, keys)
        names = self.keys.names(family.setter, key)
        place = self._place(family, word, path)
        return Spot(family, key, place, family.name(names, place))

    def require_settable(self, spot: Spot, state: State, wanted: int, at: int, first: bool) -> None:
        """Nothing where the book would take this change at the second `at`; the twin of its own check, in its own
        order.

        Raises:
            OutOfBounds, KeptForGood, TooSoon, StepTooLarge: each with the value that would be taken.
        """
        word = state.word
        if not word.within(wanted):
            raise OutOfBounds(f"{spot.name}: {word.show(wanted)} is outside its bounds, {self.bounds(word)}")
        if wanted == state.present or first:
            return
        if word.kept:
            raise KeptForGood(f"{spot.name}: it was set to {word.show(state.present)} for good and never changes")
        if at < state.changeable_from:
            raise TooSoon(
                f"{spot.name}: it changed not long ago and may change from {moment(state.changeable_from)} on; this "
                f"could be executed at {moment(at)} at the earliest: propose it later"
            )
        if word.stepped and state.farthest(wanted) != wanted:
            raise StepTooLarge(
                f"{spot.name}: from {word.show(state.present)} one change goes by {word.show(word.step)} at most, not "
                f"to {word.show(wanted)}; the farthest that is allowed now is {word.show(state.farthest(wanted))}"
            )

    def is_first(self, family: Family, key: Key, states: tuple[State, ...]) -> bool:
        """Whether this would be the first setting of the key, for which only the bounds count."""
        return all(not one.present for one in states) and key not in self._changed.get(family.number, [])

    def refusal(self, family: Family, key: Key, values: list[int]) -> str | None:
        """What the book itself answers as of now: none, or its error in words."""
        answer = bytes(self.suite.read(self.name, "canSet", family.number, list(key), values)[0])
        return explain(self.suite.artifacts, answer) if answer else None

    @staticmethod
    def bounds(word: Word) -> str:
        """The hard bounds in words."""
        if word.unit is Unit.ACCOUNT:
            return "any account" if word.lowest else "any account, or none"
        if word.unit is not Unit.FLAGS:
            return f"{word.show(word.lowest)} to {word.show(word.highest)}"
        must = f"{word.show(word.lowest)} must be there, " if word.lowest else ""
        unnamed = word.highest & ~sum({*word.flags.values()})
        if unnamed and not word.highest & (word.highest + 1):
            return f"{must}any of {word.highest.bit_length()} bits"
        return f"{must}of {word.show(word.highest)}"

    def _place(self, family: Family, word: str | None, path: str) -> int:
        names = [one.name for one in family.words]
        if word is None:
            if len(names) == 1:
                return 0
            raise UnknownParameter(f"{path}: say which of {', '.join(snake(one) for one in names)}")
        places = word_matches(names, word)
        if not places:
            raise UnknownParameter(
                f"{path}: {family.contract}.{family.label} has no {word}"
                f"{near(word, [snake(one) for one in names]) or '; it has ' + ', '.join(snake(one) for one in names)}"
            )
        if len(places) > 1:
            raise AmbiguousParameter(f"{path}: could be {' or '.join(snake(names[place]) for place in places)}")
        return places[0]

    def _examples(self) -> Iterator[str]:
        for family in self.families:
            for key in self.known_keys(family):
                names = self.keys.names(family.setter, key)
                yield from (family.name(names, place) for place in range(len(family.words)))

    def _family(self, number: int) -> Family:
        facts, parameters = self.suite.read(self.name, "familyOf", number)
        target, setter, getter, key_count, _ = facts
        contract = next(
            (name for name, at in self.suite.addresses.items() if to_address(at) == to_address(target)), None
        )
        if contract is None:
            raise NotGoverned(f"family {number} of {self.name} is of {target}, which the manifest does not know")
        known = {one.selector: one for one in functions(self.suite.artifact(contract))}
        if setter not in known or getter not in known:
            raise NotGoverned(f"family {number}: what was compiled of {contract} is not what stands at {target}")
        # The name of the contract in the profile, not that of its type: a profile may have several of one type.
        function = Function(contract, known[setter].entry)
        words = tuple(self._word(contract, one) for one in parameters)
        label = family_label(function.name, known[getter].name)
        return Family(number, contract, label, function, key_count, words)

    def _word(self, contract: str, one: tuple[Any, ...]) -> Word:
        raw, unit, kept, lowest, highest, step, interval = one
        name = raw.rstrip(b"\0").decode("utf-8", "replace")
        flags = self._flags(contract, name) if Unit(unit) is Unit.FLAGS else {}
        return Word(name, Unit(unit), kept, lowest, highest, step, interval, flags, self._accounts)

    @cached_property
    def _accounts(self) -> Mapping[int, str]:
        named = {**self.suite.profile.actors, **self.suite.addresses}
        return {0: "none"} | {int(address, 16): f"${name}" for name, address in named.items()}

    def _flags(self, contract: str, name: str) -> Mapping[str, int]:
        profile = self.suite.profile
        if contract != self.suite.standard:
            return {}
        return {
            "flags": {"ALL_OF": ALL_OF},
            "requiredFields": {field: 1 << bit for bit, field in enumerate(FIELDS)},
            "regions": {region: 1 << entry.bit for region, entry in profile.regions.items()},
            "qualifications": {one: 1 << bit for one, bit in profile.qualifications.items()},
        }.get(name, {})

    @property
    def _changed(self) -> dict[int, list[Key]]:
        """Keys of which a word was changed through the book, by family."""
        found: dict[int, list[Key]] = {}
        for one in self.history:
            found.setdefault(one.family, []).append(one.key)
        return found

    @cached_property
    def history(self) -> tuple[Changed, ...]:
        """Every change through the book, oldest first."""
        logs = self.suite.port.logs(self.address, [_CHANGED], self._from_block)
        found = []
        for log in logs:
            keys, before, present = decode(["bytes32[]", "uint256", "uint256"], log.data)
            family, name = int.from_bytes(log.topics[1], "big"), log.topics[2].rstrip(b"\0").decode("utf-8", "replace")
            found.append(Changed(family, tuple(keys), name, before, present, log.place))
        return tuple(found)
