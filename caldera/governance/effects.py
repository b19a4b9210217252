"""What calls of the parameter book would do as of now, also of proposals that were made long ago or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caldera.deployment.errors import CallReverted

from .book import Book, Family, Spot
from .calls import Decoded
from .errors import UnknownParameter
from .keys import Key


@dataclass(frozen=True)
class Effect:
    """One parameter that a call of the book gives a value that differs from the present one. `set_back`: it was changed
    after this was proposed, and this would undo that."""

    name: str
    before: str
    after: str
    set_back: bool = False


@dataclass(frozen=True)
class _Set:
    family: Family
    key: Key
    values: tuple[int, ...]


def effects(book: Book | None, calls: Sequence[Decoded], since: tuple[int, int] | None = None) -> list[Effect]:
    """The parameters that calls would change now. `since`: block and place of the proposal."""
    if book is None:
        return []
    return [one for call in calls for inner in call.every() for one in _of(book, inner, since)]


def _of(book: Book, one: Decoded, since: tuple[int, int] | None) -> Iterator[Effect]:
    found = _set(book, one)
    if found is None:
        return
    try:
        states = book.states(found.family, found.key)
    except CallReverted:
        return
    names = book.keys.names(found.family.setter, found.key)
    for place, (state, wanted) in enumerate(zip(states, found.values, strict=True)):
        if state.present != wanted:
            spot = Spot(found.family, found.key, place, found.family.name(names, place))
            later = since is not None and any(
                change.place > since
                and (change.family, change.key, change.word) == (found.family.number, found.key, spot.word.name)
                for change in book.history
            )
            yield Effect(spot.name, state.word.show(state.present), state.word.show(wanted), later)


def _set(book: Book, one: Decoded) -> _Set | None:
    """A call of `ParameterBook.set` that fits one of its families."""
    if (one.contract, one.function) != (book.name, "set"):
        return None
    number, keys, values = (argument.raw for argument in one.arguments)
    try:
        family = book.family(number)
    except UnknownParameter:
        return None
    if len(keys) != family.key_count or len(values) != len(family.words):
        return None
    return _Set(family, tuple(keys), tuple(values))
