"""Steps that give away every power: who may call what, who holds which role, and at last the deployer renounces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .encoding import Function
from .errors import ProfileInvalid, UnknownFunction, WrongDeployer
from .families import family_steps
from .names import ADMIN_ROLE
from .parameters import call
from .steps import Step
from .suite import Suite


def permissions(suite: Suite) -> dict[tuple[str, bytes], tuple[Function, str]]:
    """The profile's permissions by contract name and selector: the function and the role's name.

    :raises UnknownFunction: not in the ABI, or it writes nothing
    :raises ProfileInvalid: one function under two spellings
    """
    found: dict[tuple[str, bytes], tuple[Function, str]] = {}
    for written, role in suite.profile.permissions.items():
        name, _, function_name = written.partition(".")
        function = suite.function(name, function_name)
        if not function.writes:
            raise UnknownFunction(f"permissions.{written}: it only reads, anyone may call it; remove the line")
        if not suite.has(name, "authority"):
            raise UnknownFunction(f"permissions.{written}: {name} is not AccessManaged, roles mean nothing to it")
        if (name, function.selector) in found:
            raise ProfileInvalid("permissions", [f"{written}: this function stands twice; keep one line"])
        found[name, function.selector] = (function, role)
    return found


def holders(suite: Suite) -> dict[tuple[int, str], int]:
    """Who holds which role after the deployment: role id and account to the delay in seconds.

    :raises WrongDeployer: the deployer would keep a role
    """
    profile = suite.profile
    found = {(ADMIN_ROLE, suite.address(profile.admin.account)): profile.admin.delay}
    for role in profile.roles.values():
        for holder in role.holders:
            found[role.id, suite.address(holder.account)] = holder.delay
    for role_id, account in found:
        if account.lower() == suite.deployer.lower():
            raise WrongDeployer(
                f"role {role_id}: the deployer {account} holds nothing at the end; name another account"
            )
    return found


def power_steps(suite: Suite) -> Iterator[Step]:
    """Roles are granted before their admin changes and sealed after it; the admin is there before the deployer goes."""
    profile = suite.profile
    yield from _permission_steps(suite)
    final = holders(suite)
    for (role_id, account), delay in final.items():
        if role_id != ADMIN_ROLE:
            yield _grant(suite, role_id, account, delay)
    for name, role in profile.roles.items():
        for field, setter, getter in (
            ("guardian", "setRoleGuardian", "getRoleGuardian"),
            ("admin", "setRoleAdmin", "getRoleAdmin"),
        ):
            other = getattr(role, field)
            if profile.role_id(other) != ADMIN_ROLE:
                check = _reads(suite, getter, role.id, profile.role_id(other))
                yield call(suite, suite.access, setter, (role.id, profile.role_id(other)), check, f"{name}, {other}")
    yield from family_steps(suite)
    admin = suite.address(profile.admin.account)
    yield _grant(suite, ADMIN_ROLE, admin, profile.admin.delay)
    gone = _has_not(suite, ADMIN_ROLE, suite.deployer)
    yield call(suite, suite.access, "renounceRole", (ADMIN_ROLE, suite.deployer), gone, "ADMIN, $deployer")


def _permission_steps(suite: Suite) -> Iterator[Step]:
    grouped: dict[tuple[str, str], list[Function]] = {}
    governed = suite.profile.parameters
    for (name, _), (function, role) in permissions(suite).items():
        # Sealing gives a function to its role as well.
        if suite.profile.role_id(role) != ADMIN_ROLE and not (governed and role == governed.role):
            grouped.setdefault((name, role), []).append(function)
    for (name, role), functions in grouped.items():
        role_id, target = suite.profile.role_id(role), suite.addresses[name]
        selectors = [function.selector for function in functions]
        shown = f"{name}: {', '.join(function.name for function in functions)} -> {role}"
        check = _functions_have(suite, target, selectors, role_id)
        yield call(suite, suite.access, "setTargetFunctionRole", (target, selectors, role_id), check, shown)


def _grant(suite: Suite, role_id: int, account: str, delay: int) -> Step:
    names = {role.id: name for name, role in suite.profile.roles.items()} | {ADMIN_ROLE: "ADMIN"}
    shown = f"{names[role_id]}, {account}" + (f", delay {delay} s" if delay else "")

    def check() -> bool:
        return suite.read(suite.access, "hasRole", role_id, account) == (True, delay)

    return call(suite, suite.access, "grantRole", (role_id, account, delay), check, shown)


def _has_not(suite: Suite, role_id: int, account: str) -> Callable[[], bool]:
    return lambda: not suite.read(suite.access, "hasRole", role_id, account)[0]


def _reads(suite: Suite, getter: str, role_id: int, wanted: int) -> Callable[[], bool]:
    return lambda: bool(suite.read(suite.access, getter, role_id)[0] == wanted)


def _functions_have(suite: Suite, target: str, selectors: list[bytes], role_id: int) -> Callable[[], bool]:
    return lambda: all(
        suite.read(suite.access, "getTargetFunctionRole", target, selector)[0] == role_id for selector in selectors
    )
