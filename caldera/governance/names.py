"""Readable names: of families of parameters, of their words, and of keys.

`LendingTerms.loan_terms[EUR].rate` is the word `rateBps` that `LendingTerms.setLoanTerms` sets for the pool of that
currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_SUFFIXES = ("bps", "usd", "era", "days", "seconds")
_PATH = re.compile(r"^\s*(\w+)\.(\w+)\s*(?:\[([^\]]*)\])?\s*(?:\.(\w+))?\s*$")


def snake(name: str) -> str:
    """`minimumUnitUsd` as `minimum_unit_usd`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def plain(name: str) -> str:
    """A name without case and underscores: how names are compared."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def family_label(setter: str, getter: str) -> str:
    """What a setter sets: `setLoanTerms` sets `loan_terms`. One that does not begin with `set` is named after its
    getter: `publish`, read by `latestRules`, sets `rules`."""
    if re.match(r"^set[A-Z]", setter):
        return snake(setter[3:])
    return snake(re.sub(r"^latest(?=[A-Z])", "", getter))


def short(name: str) -> str | None:
    """A word's name without its unit, where it has one in it: `rateBps` as `rate`."""
    parts = snake(name).split("_")
    return "_".join(parts[:-1]) if len(parts) > 1 and parts[-1] in _SUFFIXES else None


def word_matches(names: Iterable[str], asked: str) -> list[int]:
    """Places of the words that a name stands for: those it is, else those it is without their unit."""
    known = list(names)
    exact = [place for place, name in enumerate(known) if plain(name) == plain(asked)]
    if exact:
        return exact
    return [place for place, name in enumerate(known) if (cut := short(name)) and plain(cut) == plain(asked)]


def split(path: str) -> tuple[str, str, tuple[str, ...], str | None] | None:
    """Contract, family, keys and word of a name; none where it has not that form."""
    found = _PATH.match(path)
    if not found:
        return None
    keys = tuple(part.strip() for part in found[3].split(",")) if found[3] and found[3].strip() else ()
    return found[1], found[2], keys, found[4]


def joined(contract: str, label: str, keys: Iterable[str], word: str | None) -> str:
    """The whole name."""
    inside = ", ".join(keys)
    return f"{contract}.{label}" + (f"[{inside}]" if inside else "") + (f".{word}" if word else "")


def near(asked: str, known: Iterable[str], most: int = 4) -> str:
    """The names most like one that is not there, as the end of a message."""
    found = get_close_matches(asked, list(known), most, 0.5)
    return f"; near it: {', '.join(found)}" if found else ""
