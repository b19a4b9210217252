"""Names of roles, and who holds one."""

from __future__ import annotations

from eth_utils.crypto import keccak

from caldera.deployment.names import ADMIN, ADMIN_ROLE
from caldera.deployment.suite import Suite
from caldera.evm.address import to_address

_GRANTED = keccak(text="RoleGranted(uint64,address,uint32,uint48,bool)")


def role_name(suite: Suite, role: int) -> str:
    """A role by the profile's name; by its number where it has none."""
    names = {entry.id: name for name, entry in suite.profile.roles.items()} | {ADMIN_ROLE: ADMIN}
    return names.get(role, str(role))


def members(suite: Suite, from_block: int, role: int) -> list[str]:
    """Who holds a role of the AccessManager, those counted whose grant waits."""
    logs = suite.port.logs(suite.addresses[suite.access], [_GRANTED, role.to_bytes(32, "big")], from_block)
    seen = sorted({to_address("0x" + log.topics[2][12:].hex()) for log in logs})
    return [one for one in seen if suite.read(suite.access, "getAccess", role, one)[0]]
