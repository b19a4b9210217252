"""Roles and permissions: nobody but those the profile names, read from the events and asked of the chain."""

from __future__ import annotations

from collections.abc import Iterator

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .encoding import Function
from .errors import CallReverted
from .findings import Finding, Kind
from .names import ADMIN, ADMIN_ROLE
from .powers import holders, permissions
from .suite import Suite

_GRANTED = "RoleGranted(uint64,address,uint32,uint48,bool)"
_ADMIN_CHANGED = "RoleAdminChanged(uint64,uint64)"
_GUARDIAN_CHANGED = "RoleGuardianChanged(uint64,uint64)"
_GRANT_DELAY = "RoleGrantDelayChanged(uint64,uint32,uint48)"
_FUNCTION_ROLE = "TargetFunctionRoleUpdated(address,bytes4,uint64)"
_CLOSED = "TargetClosed(address,bool)"
_TARGET_DELAY = "TargetAdminDelayUpdated(address,uint32,uint48)"
_STRANGER = "0x00000000000000000000000000000000Ca1dE7a1"
_UNAUTHORIZED = keccak(text="AccessManagedUnauthorized(address)")[:4]


def verify_powers(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about roles and permissions."""
    events = _Events(suite, from_block)
    yield from _members(suite, events)
    yield from _role_settings(suite, events)
    yield from _functions(suite, events)
    yield from _targets(suite, events)


def restricted_functions(suite: Suite) -> dict[str, str]:
    """Every function that refuses a stranger, as `Contract.function`, and the role that may call it by the profile.

    Asked of the chain: each function is called with empty arguments by an account that holds nothing.
    """
    named = permissions(suite)
    found = {}
    for name in _managed(suite):
        for function in _writers(suite, name):
            if _refuses(suite, name, function):
                role = named.get((name, function.selector), (function, ADMIN))[1]
                found[f"{name}.{function.name}"] = role
    return found


class _Events:
    """Topics and data of the AccessManager's own log."""

    def __init__(self, suite: Suite, from_block: int) -> None:
        self._suite, self._from_block = suite, from_block

    def indexed(self, signature: str, place: int) -> list[bytes]:
        """Topic `place` of every event of that signature."""
        return [topics[place] for topics, _ in self.all(signature)]

    def all(self, signature: str) -> list[tuple[tuple[bytes, ...], bytes]]:
        """Topics and data."""
        address = self._suite.addresses[self._suite.access]
        found = self._suite.port.logs(address, [keccak(text=signature)], self._from_block)
        return [(log.topics, log.data) for log in found]


def _members(suite: Suite, events: _Events) -> Iterator[Finding]:
    expected = holders(suite)
    granted = {
        (int.from_bytes(topics[1], "big"), to_checksum_address(topics[2][12:])) for topics, _ in events.all(_GRANTED)
    }
    for role_id, account in sorted(granted | set(expected)):
        where = f"{_role(suite, role_id)} held by {_who(suite, account)}"
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


def _role_settings(suite: Suite, events: _Events) -> Iterator[Finding]:
    entries = {role.id: role for role in suite.profile.roles.values()}
    changed = (_ADMIN_CHANGED, _GUARDIAN_CHANGED, _GRANT_DELAY)
    seen = {int.from_bytes(topic, "big") for signature in changed for topic in events.indexed(signature, 1)}
    for role_id in sorted({*entries, *seen}):
        role, name = entries.get(role_id), _role(suite, role_id)
        for field, getter in (("admin", "getRoleAdmin"), ("guardian", "getRoleGuardian")):
            wanted = suite.profile.role_id(getattr(role, field)) if role else ADMIN_ROLE
            found = suite.read(suite.access, getter, role_id)[0]
            if found != wanted:
                yield Finding(Kind.ROLE, f"{field} of {name}", _role(suite, wanted), _role(suite, found))
        delay = suite.read(suite.access, "getRoleGrantDelay", role_id)[0]
        if delay:
            yield Finding(Kind.ROLE, f"grant delay of {name}", "0 s", f"{delay} s")
    for topics, data in events.all(_GRANT_DELAY):
        delay, since = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:64], "big")
        if delay:
            where = f"grant delay of {_role(suite, int.from_bytes(topics[1], 'big'))}"
            yield Finding(Kind.ROLE, where, "never set", f"{delay} s from {since} on")


def _functions(suite: Suite, events: _Events) -> Iterator[Finding]:
    named = permissions(suite)
    planned: set[tuple[str, bytes]] = set()
    for name in _managed(suite):
        for function in _writers(suite, name):
            planned.add((suite.addresses[name], function.selector))
            role = named.get((name, function.selector), (function, ADMIN))[1]
            yield from _function_role(suite, f"{name}.{function.name}", name, function.selector, role)
            if (name, function.selector) in named and not _refuses(suite, name, function):
                yield Finding(Kind.PERMISSION, f"{name}.{function.name}", f"restricted to {role}", "anyone may call it")
    for topics, data in events.all(_FUNCTION_ROLE):
        target, selector = to_checksum_address(topics[1][12:]), data[:4]
        found = suite.read(suite.access, "getTargetFunctionRole", target, selector)[0]
        if (target, selector) not in planned and found:
            where = f"{_who(suite, target)} 0x{selector.hex()}"
            yield Finding(Kind.PERMISSION, where, "no role was given", _role(suite, found))


def _function_role(suite: Suite, where: str, name: str, selector: bytes, role: str) -> Iterator[Finding]:
    found = suite.read(suite.access, "getTargetFunctionRole", suite.addresses[name], selector)[0]
    if found != suite.profile.role_id(role):
        yield Finding(Kind.PERMISSION, where, role, _role(suite, found))


def _targets(suite: Suite, events: _Events) -> Iterator[Finding]:
    touched = {
        to_checksum_address(topic[12:]) for sign in (_CLOSED, _TARGET_DELAY) for topic in events.indexed(sign, 1)
    }
    for target in sorted({*(suite.addresses[name] for name in _managed(suite)), *touched}):
        if suite.read(suite.access, "isTargetClosed", target)[0]:
            yield Finding(Kind.PERMISSION, _who(suite, target), "open", "closed: every restricted call is refused")
        delay = suite.read(suite.access, "getTargetAdminDelay", target)[0]
        if delay:
            yield Finding(Kind.PERMISSION, f"admin delay of {_who(suite, target)}", "0 s", f"{delay} s")
    for topics, data in events.all(_TARGET_DELAY):
        delay, since = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:64], "big")
        if delay:
            where = f"admin delay of {_who(suite, to_checksum_address(topics[1][12:]))}"
            yield Finding(Kind.PERMISSION, where, "never set", f"{delay} s from {since} on")


def _managed(suite: Suite) -> list[str]:
    return [entry.name for entry in suite.profile.contracts if suite.has(entry.name, "authority")]


def _writers(suite: Suite, name: str) -> list[Function]:
    """Functions that a role can be given for. `setAuthority` is the manager's own and cannot."""
    return [one for one in suite.functions(name) if one.writes and one.name != "setAuthority"]


def _refuses(suite: Suite, name: str, function: Function) -> bool:
    data = function.selector + bytes(1024)  # zeroes: every offset leads to an empty list or text
    try:
        suite.port.call(suite.addresses[name], data, _STRANGER)
    except CallReverted as error:
        return error.data[:4] == _UNAUTHORIZED
    return False


def _role(suite: Suite, role_id: int) -> str:
    names = {role.id: name for name, role in suite.profile.roles.items()} | {ADMIN_ROLE: ADMIN}
    return names.get(role_id, f"role {role_id}")


def _who(suite: Suite, account: str) -> str:
    names = {suite.deployer: "$deployer"}
    names |= {address: f"${label}" for label, address in suite.profile.actors.items()}
    names |= {address: f"${name}" for name, address in suite.addresses.items()}
    return f"{names[account]} ({account})" if account in names else account
