"""What the AccessManager of a suite answers and has logged, and which functions it guards."""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .encoding import Function
from .errors import CallReverted
from .names import ADMIN, ADMIN_ROLE, PUBLIC_ROLE
from .suite import Suite

STRANGER = "0x00000000000000000000000000000000Ca1dE7a1"
"""Holds nothing anywhere."""
_GRANTED = "RoleGranted(uint64,address,uint32,uint48,bool)"
UNAUTHORIZED = keccak(text="AccessManagedUnauthorized(address)")[:4]
"""What a contract refuses with whom its AccessManager does not know."""
_NOTHING = bytes(1024)
"""Arguments of any function: every offset leads to an empty list or text."""


@dataclass(frozen=True)
class AccessLog:
    """Events of the AccessManager since `from_block`."""

    suite: Suite
    from_block: int

    def indexed(self, signature: str, place: int) -> list[bytes]:
        """Topic `place` of every event of that signature."""
        return [topics[place] for topics, _ in self.all(signature)]

    def all(self, signature: str) -> list[tuple[tuple[bytes, ...], bytes]]:
        """Topics and data."""
        address = self.suite.addresses[self.suite.access]
        found = self.suite.port.logs(address, [keccak(text=signature)], self.from_block)
        return [(log.topics, log.data) for log in found]

    def granted(self) -> set[tuple[int, str]]:
        """Every role and account that the role was ever granted to."""
        return {
            (int.from_bytes(topics[1], "big"), to_checksum_address(topics[2][12:])) for topics, _ in self.all(_GRANTED)
        }


def managed(suite: Suite) -> list[str]:
    """Contracts that ask an AccessManager."""
    return [entry.name for entry in suite.profile.contracts if suite.has(entry.name, "authority")]


def writers(suite: Suite, name: str) -> list[Function]:
    """Functions that a role can be given for. `setAuthority` is the manager's own and cannot."""
    return [one for one in suite.functions(name) if one.writes and one.name != "setAuthority"]


def answer(suite: Suite, name: str, function: Function, sender: str = STRANGER) -> bytes:
    """What the function refuses `sender` with where all arguments are zero; empty where it does not."""
    try:
        suite.port.call(suite.addresses[name], function.selector + _NOTHING, sender)
    except CallReverted as error:
        return error.data
    return b""


def refuses(suite: Suite, name: str, function: Function) -> bool:
    """True where the manager is asked, and does not know the caller."""
    return answer(suite, name, function)[:4] == UNAUTHORIZED


def role_name(suite: Suite, role_id: int) -> str:
    """A role in the profile's words."""
    names = {role.id: name for name, role in suite.profile.roles.items()} | {ADMIN_ROLE: ADMIN, PUBLIC_ROLE: "anyone"}
    return names.get(role_id, f"role {role_id}")


def known(suite: Suite) -> dict[str, str]:
    """Every address that the profile has a name for."""
    names = {suite.deployer: "deployer"}
    names |= {address: label for label, address in suite.profile.actors.items()}
    return names | {address: name for name, address in suite.addresses.items()}


def who(suite: Suite, account: str) -> str:
    """An account in the profile's words, with its address."""
    names = known(suite)
    return f"${names[account]} ({account})" if account in names else account
