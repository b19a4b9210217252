"""Steps that give setters to the parameter book for good: its role is sealed, then setters, then bounds are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .encoding import AbiEntry, Function, encode_values
from .errors import ProfileInvalid, UnknownFunction
from .governed import FamilyEntry, Governed
from .parameters import call, module_values, rule_number, rule_values, template_id
from .steps import Step
from .suite import Suite

Key = tuple[bytes, ...]


def family_steps(suite: Suite) -> Iterator[Step]:
    """While the deployer is still ADMIN, and after every role was granted.

    :raises ProfileInvalid: what the profile sets is outside the bounds that it gives
    :raises UnknownFunction: setter and view are not as the family says
    """
    governed = suite.profile.parameters
    if governed is None:
        return
    facts = {entry.set: family_facts(suite, entry) for entry in governed.families}
    _require_within(suite, governed)
    book, role_id = governed.book[1:], suite.profile.role_id(governed.role)
    holder = suite.addresses[book]
    yield call(
        suite,
        suite.access,
        "sealRole",
        (role_id, holder),
        _sealed_for(suite, role_id, holder),
        f"{governed.role}, {book}",
    )
    for name, functions in setters(suite, governed).items():
        target = suite.addresses[name]
        # One that is sealed already cannot be again, and need not.
        functions = [one for one in functions if not _is_sealed(suite, target, one.selector)] or functions
        selectors = [function.selector for function in functions]
        shown = f"{name}: {', '.join(function.name for function in functions)} -> {governed.role}"
        yield call(
            suite, suite.access, "seal", (target, selectors, role_id), _all_sealed(suite, target, selectors), shown
        )
    for entry in governed.families:
        target, selector = facts[entry.set][:2]
        values = (facts[entry.set], entry.parameters, list(present_keys(suite, entry)))
        yield call(suite, book, "addFamily", values, _has_family(suite, book, target, selector), entry.set)


def setters(suite: Suite, governed: Governed) -> dict[str, list[Function]]:
    """The sealed functions by contract."""
    found: dict[str, list[Function]] = {}
    for entry in governed.families:
        found.setdefault(entry.contract, []).append(suite.function(entry.contract, entry.function))
    return found


def family_facts(suite: Suite, entry: FamilyEntry) -> tuple[str, bytes, bytes, int, int]:
    """The struct `ParameterFamily`, once setter and view were found to be as the family says.

    :raises UnknownFunction: other words, other names, or words that are not flat
    """
    setter, getter = (suite.function(entry.contract, name) for name in (entry.function, entry.read))
    given, asked, answered = (_flat(setter, "inputs"), _flat(getter, "inputs"), _flat(getter, "outputs"))
    kinds, names = [kind for kind, _ in given[entry.keys :]], [name for _, name in given[entry.keys :]]
    if names != list(entry.words):
        raise UnknownFunction(
            f"parameters: {entry.set} takes the words {', '.join(names)} after the key, in this order"
        )
    for kind, (name, word) in zip(kinds, entry.words.items(), strict=True):
        switch = word.unit == "flags" and word.bounds == (0, 1)
        if (kind == "address") != (word.unit == "account") or (kind == "bool" and not switch):
            raise UnknownFunction(f"parameters: {entry.set}: {name} is a {kind} and cannot be of the unit {word.unit}")
        if kind.startswith("uint") and word.bounds[1] >= 1 << int(kind[4:]):
            raise UnknownFunction(f"parameters: {entry.set}: {name} is a {kind}; its highest does not fit")
    if [kind for kind, _ in asked] != [kind for kind, _ in given[: entry.keys]]:
        raise UnknownFunction(f"parameters: {entry.contract}.{entry.read} does not take the key of {entry.function}")
    if len(answered) < entry.skip + len(names):
        raise UnknownFunction(
            f"parameters: {entry.contract}.{entry.read} answers with fewer words than {entry.function} takes"
        )
    return suite.addresses[entry.contract], setter.selector, getter.selector, entry.keys, entry.skip


def present_keys(suite: Suite, entry: FamilyEntry) -> Iterator[Key]:
    """The keys that stand when the bounds are written: none where the family has no key words but the empty one."""
    if not entry.keys:
        yield ()
        return
    setter = suite.function(entry.contract, entry.function)
    seen: set[Key] = set()
    for key, _ in (*_set_by_profile(suite, entry), *((one, None) for one in entry.present)):
        words = key_words(setter, suite.resolve(key))
        if words not in seen:
            seen.add(words)
            yield words


def key_words(setter: Function, values: Sequence[Any]) -> Key:
    """Key words as the setter takes them: its first arguments, of which none is a struct."""
    inputs = setter.entry["inputs"][: len(values)]
    data = encode_values(f"{setter.contract}.{setter.name}", inputs, values)
    return tuple(data[at : at + 32] for at in range(0, len(data), 32))


def value_words(setter: Function, arguments: Sequence[Any], keys: int) -> tuple[int, ...]:
    """Value words as the setter takes them, of all its arguments."""
    data = encode_values(f"{setter.contract}.{setter.name}", setter.entry["inputs"], arguments)
    words = [int.from_bytes(data[at : at + 32], "big") for at in range(0, len(data), 32)]
    return tuple(words[keys:])


def _set_by_profile(suite: Suite, entry: FamilyEntry) -> Iterator[tuple[Sequence[Any], Sequence[Any] | None]]:
    """What the profile sets by this setter: key, and all arguments."""
    profile = suite.profile
    if (entry.contract, entry.function) == (suite.standard, "publish"):
        for rule in profile.rules:
            key = template_id(rule.name)
            yield [key], [key, rule_values(suite, rule)]
    for rule, module, function, _, values in module_values(suite):
        if (module, function) == (entry.contract, entry.function):
            number = rule_number(suite, rule)
            yield [number], [number, *values]
    for setting in profile.settings:
        if setting.set == entry.set:
            arguments = [*setting.key, *setting.values]
            yield arguments[: entry.keys], arguments


def _require_within(suite: Suite, governed: Governed) -> None:
    problems = []
    for entry in governed.families:
        setter = suite.function(entry.contract, entry.function)
        for _, arguments in _set_by_profile(suite, entry):
            if arguments is None:
                continue
            values = value_words(setter, suite.resolve(list(arguments)), entry.keys)
            for (name, word), value in zip(entry.words.items(), values, strict=True):
                if not word.is_within(value):
                    lowest, highest = word.bounds
                    problems.append(f"{entry.set}: {name} is {value}, and its bounds are {lowest} to {highest}")
    if problems:
        raise ProfileInvalid("parameters", problems)


def _flat(function: Function, side: str) -> list[tuple[str, str]]:
    """Type and name of every word. A struct is its fields."""

    def walk(entries: Sequence[AbiEntry]) -> Iterator[tuple[str, str]]:
        for entry in entries:
            kind = str(entry["type"])
            if kind == "tuple":
                yield from walk(entry["components"])
            elif kind.endswith("]") or kind in ("bytes", "string") or kind.startswith("int"):
                raise UnknownFunction(
                    f"parameters: {function.contract}.{function.name}: {entry['name'] or 'a value'} is a {kind}; the "
                    "book has unsigned words of fixed size only"
                )
            else:
                yield kind, str(entry["name"]).strip("_")

    return list(walk(function.entry[side]))


def _sealed_for(suite: Suite, role_id: int, holder: str) -> Callable[[], bool]:
    return lambda: str(suite.read(suite.access, "sealedHolder", role_id)[0]).lower() == holder.lower()


def _all_sealed(suite: Suite, target: str, selectors: list[bytes]) -> Callable[[], bool]:
    return lambda: all(_is_sealed(suite, target, selector) for selector in selectors)


def _is_sealed(suite: Suite, target: str, selector: bytes) -> bool:
    return suite.exists(suite.access) and bool(suite.read(suite.access, "isSealed", target, selector)[0])


def _has_family(suite: Suite, book: str, target: str, selector: bytes) -> Callable[[], bool]:
    # One with other bounds cannot be replaced: `verify` names it.
    return lambda: bool(suite.read(book, "familyFor", target, selector)[0])
