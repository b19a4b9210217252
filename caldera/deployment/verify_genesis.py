"""Nothing happened to the supply while the deployer was ADMIN, but what the economy says.

Balances move for good reasons later, so the past is asked: events before the one by which the deployer gave ADMIN up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from eth_abi.abi import decode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .economy import SUPPLY
from .findings import Finding, Kind
from .genesis import allocation_numbers
from .grants import first_grants
from .names import ADMIN_ROLE, ZERO_ADDRESS
from .port import Log
from .suite import Suite

_TRANSFER = keccak(text="Transfer(address,address,uint256)")
_REVOKED = keccak(text="RoleRevoked(uint64,address)")
_GRANTED = keccak(text="VestingGranted(uint256,address,uint8,uint96,uint40,uint32,uint32,bool)")
_ENTITY = keccak(text="EntityCreated(uint48,bytes32)")
_TOKEN, _GENESIS = "EraToken", "Genesis"


def verify_genesis(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about what came before the handover. That it is still to come is one of `verify_powers`."""
    if suite.profile.economy is None:
        return
    revoked = suite.port.logs(suite.addresses[suite.access], [_REVOKED], from_block)
    handover = next((log for log in revoked if _is_handover(suite, log)), None)
    if handover is None:
        return
    for log in revoked:
        if log.place < handover.place:
            role, account = int.from_bytes(log.topics[1], "big"), _account(log.topics[2])
            yield Finding(Kind.ROLE, "before the handover", "nobody loses a role", f"role {role} of {account} revoked")
    yield from _transfers(suite, from_block, handover)
    yield from _grants(suite, from_block, handover)
    early = _before(suite, suite.registry, _ENTITY, from_block, handover)
    if early:
        yield Finding(Kind.TOKEN, f"{suite.registry}, before the handover", "no entity", f"{len(early)} made")


def _grants(suite: Suite, from_block: int, handover: Log) -> Iterator[Finding]:
    """What the profile grants before the handover, and no more."""
    wanted = Counter((one.vault, one.number, one.allocation, *one.terms) for one in first_grants(suite))
    found: Counter[tuple[Any, ...]] = Counter()
    for vault in sorted({name for name, _ in allocation_numbers(suite.profile).values()}):
        for log in _before(suite, vault, _GRANTED, from_block, handover):
            number, allocation = int.from_bytes(log.topics[1], "big"), int.from_bytes(log.topics[3], "big")
            terms = decode(["uint96", "uint40", "uint32", "uint32", "bool"], log.data)
            found[vault, number, allocation, _account(log.topics[2]), *terms] += 1
    for grants, expected in ((found - wanted, False), (wanted - found, True)):
        for vault, number, _, account, amount, *_ in grants.elements():
            shown = f"{amount} wei to {account}"
            where = f"{vault} grant {number}, before the handover"
            yield Finding(Kind.TOKEN, where, *((shown, "no such grant") if expected else ("no such grant", shown)))


def _transfers(suite: Suite, from_block: int, handover: Log) -> Iterator[Finding]:
    assert suite.profile.economy
    genesis = suite.addresses[_GENESIS]
    wanted = Counter([(ZERO_ADDRESS, genesis, SUPPLY)])
    wanted.update((genesis, suite.address(one.holder), one.amount) for one in suite.profile.economy.allocations)
    found = Counter(
        (_account(log.topics[1]), _account(log.topics[2]), int.from_bytes(log.data, "big"))
        for log in _before(suite, _TOKEN, _TRANSFER, from_block, handover)
    )
    where = f"{_TOKEN}, before the handover"
    for source, target, amount in (found - wanted).elements():
        yield Finding(Kind.TOKEN, where, "no such transfer", f"{amount} from {source} to {target}")
    for source, target, amount in (wanted - found).elements():
        yield Finding(Kind.TOKEN, where, f"{amount} from {source} to {target}", "no such transfer")


def _before(suite: Suite, name: str, topic: bytes, from_block: int, handover: Log) -> list[Log]:
    found = suite.port.logs(suite.addresses[name], [topic], from_block, handover.place[0])
    return [log for log in found if log.place < handover.place]


def _is_handover(suite: Suite, log: Log) -> bool:
    role, account = int.from_bytes(log.topics[1], "big"), _account(log.topics[2])
    return role == ADMIN_ROLE and account.lower() == suite.deployer.lower()


def _account(topic: bytes) -> str:
    return str(to_checksum_address(topic[12:]))
