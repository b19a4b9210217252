"""Roles and permissions: nobody but those the profile names, read from the events and asked of the chain."""

from __future__ import annotations

from collections.abc import Iterator

from eth_utils.address import to_checksum_address

from .access_log import AccessLog, managed, refuses, role_name, who, writers
from .findings import Finding, Kind
from .names import ADMIN, ADMIN_ROLE
from .powers import holders, permissions
from .suite import Suite

_ADMIN_CHANGED = "RoleAdminChanged(uint64,uint64)"
_GUARDIAN_CHANGED = "RoleGuardianChanged(uint64,uint64)"
_GRANT_DELAY = "RoleGrantDelayChanged(uint64,uint32,uint48)"
_FUNCTION_ROLE = "TargetFunctionRoleUpdated(address,bytes4,uint64)"
_CLOSED = "TargetClosed(address,bool)"
_TARGET_DELAY = "TargetAdminDelayUpdated(address,uint32,uint48)"


def verify_powers(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about roles and permissions."""
    events = AccessLog(suite, from_block)
    yield from _members(suite, events)
    yield from _role_settings(suite, events)
    yield from _functions(suite, events)
    yield from _targets(suite, events)


def _members(suite: Suite, events: AccessLog) -> Iterator[Finding]:
    expected = holders(suite)
    for role_id, account in sorted(events.granted() | set(expected)):
        where = f"{role_name(suite, role_id)} held by {who(suite, account)}"
        since, delay, pending, effect = suite.read(suite.access, "getAccess", role_id, account)
        wanted = expected.get((role_id, account))
        if wanted is None and since:
            yield Finding(Kind.ROLE, where, "no such holder", f"a holder since {since}, delay {delay} s")
        elif wanted is not None and not suite.read(suite.access, "hasRole", role_id, account)[0]:
            yield Finding(Kind.ROLE, where, f"a holder, delay {wanted} s", "no holder")
        elif wanted is not None and delay != wanted:
            yield Finding(Kind.ROLE, where, f"delay {wanted} s", f"delay {delay} s")
        elif wanted is not None and effect and pending != wanted:
            yield Finding(Kind.ROLE, where, f"delay {wanted} s", f"delay {pending} s from {effect} on")


def _role_settings(suite: Suite, events: AccessLog) -> Iterator[Finding]:
    entries = {role.id: role for role in suite.profile.roles.values()}
    changed = (_ADMIN_CHANGED, _GUARDIAN_CHANGED, _GRANT_DELAY)
    seen = {int.from_bytes(topic, "big") for signature in changed for topic in events.indexed(signature, 1)}
    for role_id in sorted({*entries, *seen}):
        role, name = entries.get(role_id), role_name(suite, role_id)
        for field, getter in (("admin", "getRoleAdmin"), ("guardian", "getRoleGuardian")):
            wanted = suite.profile.role_id(getattr(role, field)) if role else ADMIN_ROLE
            found = suite.read(suite.access, getter, role_id)[0]
            if found != wanted:
                yield Finding(Kind.ROLE, f"{field} of {name}", role_name(suite, wanted), role_name(suite, found))
        delay = suite.read(suite.access, "getRoleGrantDelay", role_id)[0]
        if delay:
            yield Finding(Kind.ROLE, f"grant delay of {name}", "0 s", f"{delay} s")
    for topics, data in events.all(_GRANT_DELAY):
        delay, since = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:64], "big")
        if delay:
            where = f"grant delay of {role_name(suite, int.from_bytes(topics[1], 'big'))}"
            yield Finding(Kind.ROLE, where, "never set", f"{delay} s from {since} on")


def _functions(suite: Suite, events: AccessLog) -> Iterator[Finding]:
    named = permissions(suite)
    planned: set[tuple[str, bytes]] = set()
    for name in managed(suite):
        for function in writers(suite, name):
            planned.add((suite.addresses[name], function.selector))
            role = named.get((name, function.selector), (function, ADMIN))[1]
            yield from _functionrole_name(suite, f"{name}.{function.name}", name, function.selector, role)
            if (name, function.selector) in named and not refuses(suite, name, function):
                yield Finding(Kind.PERMISSION, f"{name}.{function.name}", f"restricted to {role}", "anyone may call it")
    for topics, data in events.all(_FUNCTION_ROLE):
        target, selector = to_checksum_address(topics[1][12:]), data[:4]
        found = suite.read(suite.access, "getTargetFunctionRole", target, selector)[0]
        if (target, selector) not in planned and found:
            where = f"{who(suite, target)} 0x{selector.hex()}"
            yield Finding(Kind.PERMISSION, where, "no role was given", role_name(suite, found))


def _functionrole_name(suite: Suite, where: str, name: str, selector: bytes, role: str) -> Iterator[Finding]:
    found = suite.read(suite.access, "getTargetFunctionRole", suite.addresses[name], selector)[0]
    if found != suite.profile.role_id(role):
        yield Finding(Kind.PERMISSION, where, role, role_name(suite, found))


def _targets(suite: Suite, events: AccessLog) -> Iterator[Finding]:
    touched = {
        to_checksum_address(topic[12:]) for sign in (_CLOSED, _TARGET_DELAY) for topic in events.indexed(sign, 1)
    }
    for target in sorted({*(suite.addresses[name] for name in managed(suite)), *touched}):
        if suite.read(suite.access, "isTargetClosed", target)[0]:
            yield Finding(Kind.PERMISSION, who(suite, target), "open", "closed: every restricted call is refused")
        delay = suite.read(suite.access, "getTargetAdminDelay", target)[0]
        if delay:
            yield Finding(Kind.PERMISSION, f"admin delay of {who(suite, target)}", "0 s", f"{delay} s")
    for topics, data in events.all(_TARGET_DELAY):
        delay, since = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:64], "big")
        if delay:
            where = f"admin delay of {who(suite, to_checksum_address(topics[1][12:]))}"
            yield Finding(Kind.PERMISSION, where, "never set", f"{delay} s from {since} on")
