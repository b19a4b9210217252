"""What a proposal does to the power map: roles granted and taken, functions given to others, authorities, the
governor's own settings. Told by what stands in the contracts before and after; events only say where to look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from caldera.deployment.errors import DeploymentError
from caldera.evm.address import to_address
from caldera.evm.events import Event, Log
from caldera.evm.hashing import keccak

from .proposals import Governance
from .roles import role_name
from .times import moment
from .values import Unit, show

_TIMELOCK_ROLES = {
    bytes(32): "DEFAULT_ADMIN",
    **{bytes(keccak(f"{name}_ROLE".encode())): name for name in ("PROPOSER", "EXECUTOR", "CANCELLER")},
}
_GOVERNOR = (
    ("votingDelay", Unit.SECONDS),
    ("votingPeriod", Unit.SECONDS),
    ("lateQuorumVoteExtension", Unit.SECONDS),
    ("proposalThreshold", Unit.ERA),
    ("quorumNumerator()", Unit.BPS),
    ("proposalGuardian", Unit.ACCOUNT),
    ("timelock", Unit.ACCOUNT),
)


@dataclass(frozen=True)
class Place:
    """Something that says who can do what. `kind`: what; `of`: in which contract, with the arguments of its view."""

    kind: str
    of: tuple[Any, ...]

    def read(self, governance: Governance) -> str:
        """What stands there, in words."""
        try:
            return _READERS[self.kind](governance, *self.of)
        except DeploymentError as error:
            return f"cannot be read: {error}"

    def title(self, governance: Governance) -> str:
        """Whose it is, in words."""
        return _TITLES[self.kind](governance, *self.of)


@dataclass(frozen=True)
class PowerChange:
    """One difference of the power map."""

    what: str
    before: str
    after: str


def touched(governance: Governance, events: Iterable[Event | Log]) -> list[Place]:
    """Where the events of a transaction say that powers may have changed, and the governor's own settings."""
    found: dict[Place, None] = {Place("governor", one): None for one in _GOVERNOR}
    found[Place("delay", ())] = None
    access, timelock = (
        to_address(governance.suite.addresses[governance.suite.access]),
        to_address(governance.executor),
    )
    for event in events:
        if isinstance(event, Log):
            continue
        name = type(event).abi_signature.split("(")[0]
        values = {one: getattr(event, one, None) for one in ("role", "account")}
        if event.emitter == access:
            for place in _of_access(name, event):
                found[place] = None
        elif event.emitter == timelock and name in ("RoleGranted", "RoleRevoked"):
            found[Place("timelock role", (values["role"], values["account"]))] = None
        elif name == "AuthorityUpdated":
            found[Place("authority", (event.emitter,))] = None
    return list(found)


def power_changes(governance: Governance, before: Mapping[Place, str]) -> tuple[PowerChange, ...]:
    """What differs now."""
    made = []
    for place, was in before.items():
        now = place.read(governance)
        if now != was:
            made.append(PowerChange(place.title(governance), was, now))
    return tuple(made)


def _of_access(name: str, event: Event) -> Iterable[Place]:
    values = {one: getattr(event, one, None) for one in ("roleId", "account", "target", "selector")}
    role, account, target, selector = values.values()
    if name in ("RoleGranted", "RoleRevoked"):
        yield Place("role", (role, account))
    elif name == "RoleAdminChanged":
        yield Place("role admin", (role,))
    elif name == "RoleGuardianChanged":
        yield Place("role guardian", (role,))
    elif name == "RoleGrantDelayChanged":
        yield Place("grant delay", (role,))
    elif name == "TargetFunctionRoleUpdated":
        yield Place("function", (target, selector))
    elif name == "TargetClosed":
        yield Place("closed", (target,))
    elif name == "TargetAdminDelayUpdated":
        yield Place("target delay", (target,))
    elif name == "FunctionSealed":
        yield Place("function", (target, selector))
        yield Place("seal", (target, selector))
    elif name == "RoleSealed":
        yield Place("role seal", (role,))


def _access(governance: Governance, name: str, *values: Any) -> tuple[Any, ...]:
    suite = governance.suite
    return suite.read(suite.access, name, *values)


def _role(governance: Governance, role: int) -> str:
    return role_name(governance.suite, role)


def _member(governance: Governance, role: int, account: str) -> str:
    since, delay, pending, effect = _access(governance, "getAccess", role, account)
    if not since:
        return "no holder"
    waits = f" from {moment(since)} on" if since > governance.now else ""
    delayed = f", delay {show(delay, Unit.SECONDS)}" if delay else ""
    later = f", {show(pending, Unit.SECONDS)} from {moment(effect)} on" if effect else ""
    return f"holder{waits}{delayed}{later}"


def _function(governance: Governance, target: str, selector: bytes) -> str:
    return _role(governance, _access(governance, "getTargetFunctionRole", target, selector)[0])


def _function_title(governance: Governance, target: str, selector: bytes) -> str:
    contract = governance.coder.contract(target)
    known = {one.selector: one.name for one in governance.suite.functions(contract)} if contract else {}
    return f"{contract or target}.{known.get(selector, '0x' + selector.hex())}"


def _setting(governance: Governance, name: str, unit: Unit) -> str:
    value = governance.read(name)
    return governance.coder.who(value) if unit is Unit.ACCOUNT else show(int(value), unit)


def _in_timelock(governance: Governance, role: bytes, account: str) -> str:
    return "holder" if governance.suite.read(governance.timelock, "hasRole", role, account)[0] else "no holder"


def _authority(governance: Governance, target: str) -> str:
    contract = governance.coder.contract(target)
    return governance.coder.who(governance.suite.read(contract, "authority")[0]) if contract else "unknown"


def _seconds(governance: Governance, name: str, *values: Any) -> str:
    return show(_access(governance, name, *values)[0], Unit.SECONDS)


_READERS: dict[str, Callable[..., str]] = {
    "role": _member,
    "role admin": lambda g, role: _role(g, _access(g, "getRoleAdmin", role)[0]),
    "role guardian": lambda g, role: _role(g, _access(g, "getRoleGuardian", role)[0]),
    "grant delay": lambda g, role: _seconds(g, "getRoleGrantDelay", role),
    "function": _function,
    "closed": lambda g, target: "closed" if _access(g, "isTargetClosed", target)[0] else "open",
    "target delay": lambda g, target: _seconds(g, "getTargetAdminDelay", target),
    "seal": lambda g, target, selector: "sealed" if _access(g, "isSealed", target, selector)[0] else "not sealed",
    "role seal": lambda g, role: g.coder.who(_access(g, "sealedHolder", role)[0]),
    "timelock role": _in_timelock,
    "authority": _authority,
    "governor": _setting,
    "delay": lambda g: show(int(g.suite.read(g.timelock, "getMinDelay")[0]), Unit.SECONDS),
}
_TITLES: dict[str, Callable[..., str]] = {
    "role": lambda g, role, account: f"role {_role(g, role)} of {g.coder.who(account)}",
    "role admin": lambda g, role: f"who grants the role {_role(g, role)}",
    "role guardian": lambda g, role: f"guardian of the role {_role(g, role)}",
    "grant delay": lambda g, role: f"grant delay of the role {_role(g, role)}",
    "function": _function_title,
    "closed": lambda g, target: g.coder.who(target),
    "target delay": lambda g, target: f"admin delay of {g.coder.who(target)}",
    "seal": lambda g, target, selector: f"seal of {_function_title(g, target, selector)}",
    "role seal": lambda g, role: f"seal of the role {_role(g, role)}",
    "timelock role": lambda g, role, account: (
        f"role {_TIMELOCK_ROLES.get(role, '0x' + role.hex())} of the timelock: {g.coder.who(account)}"
    ),
    "authority": lambda g, target: f"authority of {g.coder.who(target)}",
    "governor": lambda g, name, unit: f"the governor's {name.removesuffix('()')}",
    "delay": lambda g: "the timelock's delay",
}
