"""From a file to a `Profile` whose names all resolve, and whose contracts stand in an order they can be created in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .errors import CyclicReference, PlaceholdersLeft, ProfileInvalid, UnknownName
from .genesis import require_grants, with_economy
from .governed import Governed
from .include import economy_of, with_included
from .names import ADMIN
from .placeholders import placeholders
from .profile import ContractEntry, Profile

DEPLOYER = "deployer"


def load_profile(
    path: Path | str, actors: Mapping[str, str] | None = None, economy: Path | str | None = None
) -> Profile:
    """Reads and checks a profile. `actors`: label to address, in front of those the file names. `economy`: a file whose
    economy takes the place of the profile's.

    :raises ProfileNotReadable: no file or no YAML
    :raises PlaceholdersLeft: what the example leaves to fill in is still there
    :raises ProfileInvalid: fields missing, unknown, out of range or twice; each with its path
    :raises UnknownName: a `$Name` that stands for nothing
    :raises CyclicReference: contracts that need each other first
    """
    content = with_included(Path(path))
    if economy is not None:
        content["economy"] = economy_of(Path(economy))
    return parse_profile(content, actors, source=str(path))


def parse_profile(
    content: Mapping[str, Any], actors: Mapping[str, str] | None = None, source: str = "profile"
) -> Profile:
    """The same from a mapping, for profiles that are made in memory."""
    merged = dict(content)
    if actors:
        merged["actors"] = {**(merged.get("actors") or {}), **actors}
    left = list(placeholders(merged))
    if left:
        raise PlaceholdersLeft(source, left)
    try:
        profile = Profile.model_validate(merged)
    except ValidationError as error:
        raise ProfileInvalid(source, [_line(problem) for problem in error.errors()]) from None
    problems = list(_problems(profile))
    if problems:
        raise ProfileInvalid(source, problems)
    profile = with_governed(with_economy(profile))
    require_grants(profile)
    _require_names(profile)
    return profile.model_copy(update={"contracts": in_order(profile.contracts)})


def with_governed(profile: Profile) -> Profile:
    """The setters of the parameter book's families are its role's."""
    if profile.parameters is None:
        return profile
    role = profile.parameters.role
    own = {entry.set: role for entry in profile.parameters.families}
    return profile.model_copy(update={"permissions": {**profile.permissions, **own}})


def references(value: Any) -> Iterable[str]:
    """Names behind every `$` in a value, however deep."""
    if isinstance(value, str):
        if value.startswith("$"):
            yield value[1:]
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from references(item)


def in_order(entries: list[ContractEntry]) -> list[ContractEntry]:
    """The entries, each after those its arguments need, otherwise as written.

    :raises CyclicReference: with the circle spelled out
    """
    by_name = {entry.name: entry for entry in entries}
    done: dict[str, ContractEntry] = {}

    def visit(entry: ContractEntry, path: tuple[str, ...]) -> None:
        if entry.name in done:
            return
        if entry.name in path:
            circle = " -> ".join((*path[path.index(entry.name) :], entry.name))
            raise CyclicReference(f"contracts: {circle}: break the circle by setting one address after construction")
        for name in references(entry.args):
            if name in by_name:
                visit(by_name[name], (*path, entry.name))
        done[entry.name] = entry

    for entry in entries:
        visit(entry, ())
    return list(done.values())


def _line(problem: Any) -> str:
    path = ".".join(str(part) for part in problem["loc"]) or "profile"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = "there is no such field; remove it or correct its name"
    elif problem["type"] == "missing":
        message = "this field is missing; add it"
    return f"{path}: {message}"


def _problems(profile: Profile) -> Iterable[str]:
    if profile.chain_id == 0:
        yield "chain_id: 0 is a placeholder; write the id of the chain that is meant"
    yield from _twice("contracts", "name", [entry.name for entry in profile.contracts])
    yield from _twice("currencies", "code", [entry.code for entry in profile.currencies])
    yield from _twice("rules", "name", [entry.name for entry in profile.rules])
    yield from _twice("modules", "kind", [(entry.ledger, entry.kind) for entry in profile.modules])
    yield from _twice("modules", "module", [(entry.ledger, entry.module) for entry in profile.modules])
    yield from _twice("subscriptions", "ledger", [(entry.registry, entry.ledger) for entry in profile.subscriptions])
    yield from _twice("regions", "bit", [region.bit for region in profile.regions.values()])
    for name, region in profile.regions.items():
        for around in region.within:
            if around not in profile.regions:
                yield f"regions.{name}.within: {around!r} has no bit; add it under 'regions'"
    yield from _twice("qualifications", "bit", list(profile.qualifications.values()))
    yield from _twice("roles", "id", [role.id for role in profile.roles.values()])
    for number, rule in enumerate(profile.rules):
        for field, known in (("regions", profile.regions), ("qualifications", profile.qualifications)):
            for name in getattr(rule, field):
                if name not in known:
                    yield f"rules.{number}.{field}: {name!r} has no bit; add it under '{field}'"
    known_roles = {ADMIN, *profile.roles}
    if ADMIN in profile.roles:
        yield "roles.ADMIN: ADMIN is the role 0 of the AccessManager; name its holder under 'admin'"
    for name, role in profile.roles.items():
        for field in ("admin", "guardian"):
            if getattr(role, field) not in known_roles:
                yield f"roles.{name}.{field}: the role {getattr(role, field)!r} is not defined; add it under 'roles'"
        yield from _twice(f"roles.{name}.holders", "account", [holder.account for holder in role.holders])
    for function, role_name in profile.permissions.items():
        if role_name not in known_roles:
            yield f"permissions.{function}: the role {role_name!r} is not defined; add it under 'roles'"
    if profile.parameters is not None:
        yield from _governed_problems(profile, profile.parameters)
    names = {entry.name for entry in profile.contracts}
    for label in (*profile.actors, DEPLOYER):
        if label in names:
            yield f"actors.{label}: a contract has this name too; rename one of them"
    if DEPLOYER in profile.actors:
        yield "actors.deployer: the deployer is whoever signs; rename this actor"


def _governed_problems(profile: Profile, governed: Governed) -> Iterable[str]:
    yield from governed.problems()
    role = profile.roles.get(governed.role)
    if role is None:
        yield f"parameters.role: the role {governed.role!r} is not defined; add it under 'roles'"
    elif [holder.account for holder in role.holders] != [governed.book] or role.holders[0].delay:
        yield f"roles.{governed.role}.holders: it is sealed for {governed.book} alone, without delay"
    elif (role.admin, role.guardian) != (ADMIN, ADMIN):
        yield f"roles.{governed.role}: a sealed role has neither admin nor guardian of its own"
    for entry in governed.families:
        if entry.set in profile.permissions:
            yield f"permissions.{entry.set}: it is sealed for {governed.book} by 'parameters'; remove the line"
    for function, name in profile.permissions.items():
        if name == governed.role:
            yield f"permissions.{function}: {name} has the setters under 'parameters' only; give it a family there"


def _twice(path: str, field: str, values: list[Any]) -> Iterable[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{path}: the {field} {value!r} stands {count} times; it may stand once"


def _require_names(profile: Profile) -> None:
    known = {entry.name for entry in profile.contracts} | set(profile.actors) | {DEPLOYER}
    content = profile.model_dump(exclude={"actors", "permissions"})
    for section, value in content.items():
        for name in references(value):
            if name not in known:
                raise UnknownName(
                    f"{section}: ${name} is neither a contract of this profile nor an actor; add one of them"
                )
    contracts = {entry.name for entry in profile.contracts}
    if profile.parameters is not None:
        for entry in profile.parameters.families:
            if entry.contract not in contracts:
                raise UnknownName(f"parameters: {entry.set}: there is no contract {entry.contract} in this profile")
        if profile.parameters.book[1:] not in contracts:
            raise UnknownName("parameters.book: name a contract of this profile, as in $Name")
    for function in profile.permissions:
        if function.split(".")[0] not in contracts:
            raise UnknownName(f"permissions.{function}: there is no contract of that name in this profile")
    for number, setting in enumerate(profile.settings):
        if setting.contract not in contracts:
            raise UnknownName(f"settings.{number}.set: there is no contract {setting.contract} in this profile")
    for section, field in (("modules", "ledger"), ("subscriptions", "registry")):
        for number, entry in enumerate(getattr(profile, section)):
            if getattr(entry, field)[1:] not in contracts:
                raise UnknownName(f"{section}.{number}.{field}: name a contract of this profile, as in $Name")
    needed = {"access": True, "standard": profile.currencies or profile.rules, "registry": profile.regions}
    for section, used in needed.items():
        if used and getattr(profile, section)[1:] not in contracts:
            raise UnknownName(f"{section}: name a contract of this profile, as in $Name")
