"""Governed numbers in exact integers: families of words with bounds, steps and intervals.

What contracts keep is a dict of words by family and key. Rules raise the contract error's name; a refusal leaves
everything as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from caldera.model.ledger import Refused

DAY = 86_400
SHORTEST, LONGEST = DAY, 366 * DAY
MOST_WORDS, MOST_KEYS = 12, 2
NUMBERS = ("Count", "Bps", "Seconds", "Days", "Usd", "Era", "Wad", "Whole")
UNITS = ("Count", "Flags", "Account", *NUMBERS[1:])
"""In the order of `IParameterBook.ParameterUnit`."""

Words = tuple[int, ...]


@dataclass(frozen=True)
class Parameter:
    """One value word; `IParameterBook.Parameter`."""

    name: str
    unit: str = "Count"
    lowest: int = 0
    highest: int = 10_000
    step: int = 1_000
    interval: int = DAY
    kept: bool = False

    @property
    def is_number(self) -> bool:
        """Neither a bit set nor an address."""
        return self.unit in NUMBERS

    def is_within(self, value: int) -> bool:
        """Whether the bounds allow the value."""
        if self.unit == "Flags":
            return value | self.highest == self.highest and value & self.lowest == self.lowest
        return self.lowest <= value <= self.highest

    def require_sound(self) -> None:
        """That it can be changed to something, and never at once to anything."""
        reversed_ = self.lowest & ~self.highest if self.unit == "Flags" else self.lowest > self.highest
        if reversed_:
            raise Refused("ParameterBoundsReversed")
        if (self.is_number and not self.kept) != (self.step != 0):
            raise Refused("ParameterStepWrong")
        if not (self.interval == 0 if self.kept else SHORTEST <= self.interval <= LONGEST):
            raise Refused("ParameterIntervalWrong")

    def require_step(self, present: int, value: int, changeable: int, now: int) -> None:
        """That a word which was set before may become the value now."""
        if self.kept:
            raise Refused("ParameterKept")
        if now < changeable:
            raise Refused("ParameterTooSoon")
        start = min(max(present, self.lowest), self.highest)
        if self.is_number and abs(value - start) > self.step:
            raise Refused("ParameterStepTooLarge")


@dataclass
class Family:
    """A setter: what is accepted by its contract, what stands there by key, and when each word changed here."""

    parameters: tuple[Parameter, ...]
    keys: int = 0
    accepts: Callable[[Words, Words], str | None] = lambda key, values: None
    """The name of the error with which the contract itself refuses, if it does."""
    taken: Callable[[Words], Words] = lambda values: values
    """What a contract makes of what it accepted."""
    present: dict[Words, Words] = field(default_factory=dict)
    changed: dict[Words, list[int]] = field(default_factory=dict)

    def words(self, key: Words) -> Words:
        """As they stand; zeros where nothing was ever set."""
        return self.present.get(key, (0,) * len(self.parameters))

    def times(self, key: Words) -> list[int]:
        """When each word changed through the book; 0: never."""
        return self.changed.get(key, [0] * len(self.parameters))


class ParameterModel:
    """The book. The caller keeps `now`."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.families: list[Family] = []
        self.setters: dict[object, int] = {}

    def add_family(self, setter: object, family: Family, keys: Sequence[Words] = (), sealed: bool = True) -> int:
        """Adds a family for `setter`, whatever tells one from another; gives its number, from 1."""
        if not sealed:
            raise Refused("SetterNotSealed")
        if setter in self.setters:
            raise Refused("FamilyExists")
        if family.keys > MOST_KEYS:
            raise Refused("KeyCountOutOfRange")
        if not 1 <= len(family.parameters) <= MOST_WORDS:
            raise Refused("ParameterCountOutOfRange")
        for one in family.parameters:
            one.require_sound()
        for key in keys:
            if len(key) != family.keys:
                raise Refused("WrongKeyWords")
            for one, value in zip(family.parameters, family.words(key), strict=True):
                self._require_within(one, value)
        self.families.append(family)
        self.setters[setter] = len(self.families)
        return len(self.families)

    def set(self, number: int, key: Words, values: Words) -> None:
        """Sets the values of one key."""
        family = self.require_settable(number, key, values)
        refusal = family.accepts(key, values)
        if refusal is not None:
            raise Refused(refusal)
        before = family.words(key)
        if family.taken(values) != values:
            raise Refused("ParameterNotTaken")
        times = list(family.times(key))
        for place, (old, new) in enumerate(zip(before, values, strict=True)):
            if old != new:
                times[place] = self.now
        family.present[key], family.changed[key] = values, times

    def require_settable(self, number: int, key: Words, values: Words) -> Family:
        """What the book itself checks."""
        if not 1 <= number <= len(self.families):
            raise Refused("UnknownFamily")
        family = self.families[number - 1]
        if len(values) != len(family.parameters):
            raise Refused("WrongValueWords")
        if len(key) != family.keys:
            raise Refused("WrongKeyWords")
        present, times = family.words(key), family.times(key)
        first = not any(present) and not any(times)
        for one, old, new, changed in zip(family.parameters, present, values, times, strict=True):
            self._require_within(one, new)
            if old != new and not first:
                one.require_step(old, new, changed + one.interval if changed else 0, self.now)
        if present == values:
            raise Refused("NoParameterChanges")
        return family

    def changeable_from(self, number: int, key: Words) -> list[int]:
        """The first second in which each word may change; 0: now."""
        family = self.families[number - 1]
        due = [
            changed + one.interval if changed else 0
            for one, changed in zip(family.parameters, family.times(key), strict=True)
        ]
        return [at if at > self.now else 0 for at in due]

    @staticmethod
    def _require_within(one: Parameter, value: int) -> None:
        if not one.is_within(value):
            raise Refused("ParameterOutOfBounds")
