"""What in a proposal should make a voter look twice: powers given away, money, code that nobody here knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caldera.deployment.names import ADMIN_ROLE
from caldera.evm.address import to_address

from .calls import Decoded
from .proposals import Governance
from .roles import role_name
from .values import Unit, show

_OF_ACCESS = {
    "revokeRole": "takes a role away",
    "renounceRole": "gives a role back",
    "setRoleAdmin": "changes who grants a role",
    "setRoleGuardian": "changes who may cancel what a role's holders announced",
    "setTargetFunctionRole": "changes who may call functions",
    "setTargetClosed": "closes or opens a whole contract",
    "setTargetAdminDelay": "changes the delay of a contract's administration",
    "setGrantDelay": "changes how long a role's grants wait",
    "updateAuthority": "puts a contract under another authority",
    "sealRole": "fixes the holder of a role for good",
    "seal": "fixes who may call functions for good",
}
_DANGEROUS = ("setRoleAdmin", "setTargetFunctionRole", "updateAuthority", "sealRole", "seal")
_OF_TIMELOCK = ("grantRole", "revokeRole", "renounceRole", "updateDelay")
_OF_FUNDS = (
    *("spend", "openStream", "moveBudget", "award", "createGrants", "transfer", "approve", "setFundCap"),
    *("openAllocation", "openPaid"),
)


@dataclass(frozen=True)
class Alarm:
    """`danger`: it can change who governs, or what nobody here can read. Else it is worth knowing. `call`: its
    place."""

    danger: bool
    call: int
    words: str


def alarms(governance: Governance, calls: Sequence[Decoded]) -> list[Alarm]:
    """Everything about the calls that should be seen, dangers first."""
    found = [
        Alarm(danger, place, words)
        for place, call in enumerate(calls, 1)
        for one in call.every()
        for danger, words in _of(governance, one)
    ]
    return sorted(found, key=lambda one: (not one.danger, one.call))


def _of(governance: Governance, one: Decoded) -> Iterator[tuple[bool, str]]:
    suite = governance.suite
    if one.contract is None:
        yield True, f"{one.call.target} is no contract of this deployment: what it does cannot be told"
    elif one.function is None:
        yield True, f"{one.contract} has no function 0x{one.call.data[:4].hex()} that was compiled here"
    if one.cut:
        yield True, f"{one.title} carries out calls within more calls than are taken apart: what they do is not shown"
    if one.call.value:
        yield True, f"{show(one.call.value, Unit.WAD)} of the chain's own currency leave the timelock"
    if one.contract == suite.access:
        yield from _of_access(governance, one)
    elif one.contract == governance.timelock:
        yield one.function in _OF_TIMELOCK, f"changes the timelock itself: {one.function}"
    elif one.contract == governance.governor:
        yield one.function == "setProposalGuardian", f"changes the governor itself: {one.function}"
    elif one.function == "setAuthority":
        yield True, f"puts {one.contract} under another authority, {governance.coder.who(one.arguments[0].raw)}"
    elif one.function in _OF_FUNDS:
        yield False, f"gives money away or promises it: {one.title}"
    elif one.function == "addFamily":
        yield False, "adds bounds to the parameter book for good"


def _of_access(governance: Governance, one: Decoded) -> Iterator[tuple[bool, str]]:
    suite = governance.suite
    if one.function == "grantRole":
        role, account = one.argument("roleId"), one.argument("account")
        who = governance.coder.who(account)
        if role == ADMIN_ROLE:
            if to_address(account) == to_address(governance.executor):
                yield False, f"grants ADMIN to the timelock, {who}"
            else:
                yield (
                    True,
                    f"grants ADMIN to {who}: it could change everything at once, without a vote and a delay",
                )
        else:
            yield False, f"grants the role {role_name(suite, role)} to {who}"
    elif one.function in ("revokeRole", "renounceRole") and one.argument("roleId") == ADMIN_ROLE:
        who = governance.coder.who(one.argument("account") or one.argument("callerConfirmation"))
        yield True, f"takes ADMIN from {who}: nobody might govern any more"
    elif one.function in _OF_ACCESS:
        yield one.function in _DANGEROUS, f"{_OF_ACCESS[one.function]} ({one.function})"
