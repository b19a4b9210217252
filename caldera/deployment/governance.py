"""Timelocks and governors, found by what they answer: powers that the AccessManager knows nothing of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .errors import CallReverted
from .names import ZERO_ADDRESS
from .port import Port

DEFAULT_ADMIN, PROPOSER, CANCELLER, EXECUTOR = "DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"
TIMELOCK_ROLES = {
    b"\0" * 32: DEFAULT_ADMIN,
    keccak(text=PROPOSER): PROPOSER,
    keccak(text=CANCELLER): CANCELLER,
    keccak(text=EXECUTOR): EXECUTOR,
}
_GRANTED = keccak(text="RoleGranted(bytes32,address,address)")
_SCHEDULED = keccak(text="CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)")
_PROPOSAL = "uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string"
_CREATED = keccak(text=f"ProposalCreated({_PROPOSAL})")


@dataclass(frozen=True)
class Timelock:
    """OpenZeppelin's TimelockController, or one that answers as it does. `delay`: seconds from proposing an operation
    to its execution, at least. `members`: accounts by role; a role without a known name is named by its hash. The zero
    address as executor is anyone."""

    address: str
    delay: int
    members: dict[str, tuple[str, ...]]

    def holders(self, role: str) -> tuple[str, ...]:
        """Who has a role."""
        return self.members.get(role, ())

    @property
    def open(self) -> bool:
        """Anyone may execute what is ready."""
        return ZERO_ADDRESS in self.holders(EXECUTOR)


@dataclass(frozen=True)
class Governor:
    """OpenZeppelin's Governor, or one that answers as it does. `voting_delay`, `voting_period`: seconds. `guardian`:
    may cancel proposals; none where nobody may."""

    address: str
    voting_delay: int
    voting_period: int
    clock: str
    token: str | None
    timelock: str | None
    guardian: str | None


class Asking:
    """Reads of contracts whose ABI the profile does not have."""

    def __init__(self, port: Port) -> None:
        self._port = port

    def value(self, address: str, signature: str, kind: str, *values: Any) -> Any:
        """The first output, an address checksummed; none where the contract does not answer so."""
        inputs = [one for one in signature[signature.index("(") + 1 : -1].split(",") if one]
        try:
            found = self._port.call(address, keccak(text=signature)[:4] + encode(inputs, values))
            value = decode([kind], found)[0]
        except (CallReverted, DecodingError):
            return None
        return str(to_checksum_address(value)) if kind == "address" else value

    def party(self, address: str, signature: str) -> str | None:
        """An address that is not zero."""
        found = self.value(address, signature, "address")
        return None if found in (None, ZERO_ADDRESS) else str(found)

    def timelock(self, address: str, from_block: int) -> Timelock | None:
        """What stands there as a timelock; none where it is no timelock."""
        delay = self.value(address, "getMinDelay()", "uint256")
        if delay is None or self.value(address, "PROPOSER_ROLE()", "bytes32") != keccak(text=PROPOSER):
            return None
        ever: dict[bytes, set[str]] = {}
        for log in self._port.logs(address, [_GRANTED], from_block):
            ever.setdefault(log.topics[1], set()).add(to_checksum_address(log.topics[2][12:]))
        members = {
            TIMELOCK_ROLES.get(role, "0x" + role.hex()): tuple(
                account
                for account in sorted(accounts)
                if self.value(address, "hasRole(bytes32,address)", "bool", role, account)
            )
            for role, accounts in ever.items()
        }
        return Timelock(address, int(delay), {role: found for role, found in members.items() if found})

    def governor(self, address: str) -> Governor | None:
        """What stands there as a governor; none where it is none."""
        delay = self.value(address, "votingDelay()", "uint256")
        period = self.value(address, "votingPeriod()", "uint256")
        if delay is None or period is None:
            return None
        clock = self.value(address, "CLOCK_MODE()", "string")
        parties = (self.party(address, f"{name}()") for name in ("token", "timelock", "proposalGuardian"))
        return Governor(address, int(delay), int(period), str(clock or ""), *parties)

    def foreign_operations(self, timelock: Timelock, governors: Sequence[Governor], from_block: int) -> list[bytes]:
        """Operations that wait in the timelock and belong to no proposal of these governors: whoever could propose once
        can have left them there, and they can be executed after it has lost its role."""
        scheduled = {log.topics[1] for log in self._port.logs(timelock.address, [_SCHEDULED], from_block)}
        waiting = [
            one for one in sorted(scheduled) if self.value(timelock.address, "isOperationPending(bytes32)", "bool", one)
        ]
        if not waiting:
            return []
        own = {operation for one in governors for operation in self._operations(timelock, one, from_block)}
        return [one for one in waiting if one not in own]

    def _operations(self, timelock: Timelock, governor: Governor, from_block: int) -> list[bytes]:
        """What the governor's proposals are called in the timelock: GovernorTimelockControl's salt is made of its own
        address and the hash of the description."""
        found = []
        for log in self._port.logs(governor.address, [_CREATED], from_block):
            kinds = _PROPOSAL.split(",")
            _, _, targets, values, _, calls, _, _, description = decode(kinds, log.data)
            own = bytes.fromhex(governor.address[2:]).ljust(32, b"\0")
            salt = bytes(a ^ b for a, b in zip(own, keccak(text=description), strict=True))
            signature = "hashOperationBatch(address[],uint256[],bytes[],bytes32,bytes32)"
            found.append(
                self.value(timelock.address, signature, "bytes32", targets, values, calls, b"\0" * 32, salt),
            )
        return [bytes(one) for one in found if one is not None]
