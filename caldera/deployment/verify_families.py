"""The parameter book: its families with every bound, its role and its setters sealed, and nothing beyond them."""

from __future__ import annotations

from collections.abc import Iterator

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .families import family_facts, setters
from .findings import Finding, Kind, differs
from .governed import FamilyEntry, Governed
from .parameters import lowered
from .suite import Suite

_ROLE_SEALED = keccak(text="RoleSealed(uint64,address)")
_SEALED = keccak(text="FunctionSealed(address,bytes4,uint64)")
_FACTS = ("target", "setter", "getter", "keys", "skip")
_FIELDS = ("name", "unit", "kept", "lowest", "highest", "step", "interval")


def verify_families(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about what governance may set, and about seals."""
    governed = suite.profile.parameters
    if governed is not None:
        yield from _families(suite, governed)
    yield from _seals(suite, governed, from_block)


def _families(suite: Suite, governed: Governed) -> Iterator[Finding]:
    book, planned = governed.book[1:], set()
    for entry in governed.families:
        facts = family_facts(suite, entry)
        number = suite.read(book, "familyFor", facts[0], facts[1])[0]
        if number:
            planned.add(number)
            yield from _family(suite, book, entry, facts, number)
        else:
            yield Finding(Kind.PARAMETER, f"{book} {entry.set}", "a family", "none")
    for number in range(1, suite.read(book, "familyCount")[0] + 1):
        if number not in planned:
            facts, _ = suite.read(book, "familyOf", number)
            where = f"{book} family {number}"
            yield Finding(Kind.PARAMETER, where, "no such family", f"0x{facts[1].hex()} of {facts[0]}")


def _family(
    suite: Suite, book: str, entry: FamilyEntry, facts: tuple[str, bytes, bytes, int, int], number: int
) -> Iterator[Finding]:
    found, parameters = suite.read(book, "familyOf", number)
    where = f"{book} {entry.set}"
    for field, wanted, value in zip(_FACTS, lowered(facts), lowered(found), strict=True):
        yield from differs(f"{where} {field}", wanted, value)
    yield from differs(f"{where} words", len(entry.words), len(parameters))
    for name, wanted, got in zip(entry.words, entry.parameters, parameters, strict=False):
        for field, expected, value in zip(_FIELDS, wanted, got, strict=True):
            yield from differs(f"{where} {name} {field}", expected, value)


def _seals(suite: Suite, governed: Governed | None, from_block: int) -> Iterator[Finding]:
    roles: dict[int, str] = {}
    functions: dict[tuple[str, bytes], str] = {}
    if governed is not None:
        roles[suite.profile.role_id(governed.role)] = suite.addresses[governed.book[1:]]
        for name, found in setters(suite, governed).items():
            functions |= {(suite.addresses[name], one.selector): f"{name}.{one.name}" for one in found}
    for role_id, holder in roles.items():
        found_holder = str(to_checksum_address(suite.read(suite.access, "sealedHolder", role_id)[0]))
        if found_holder != holder:
            sealed = f"sealed for {found_holder}" if int(found_holder, 16) else "not sealed"
            yield Finding(Kind.ROLE, f"role {role_id}", f"sealed for {holder}", sealed)
    for (target, selector), where in functions.items():
        if not suite.read(suite.access, "isSealed", target, selector)[0]:
            yield Finding(Kind.PERMISSION, where, "sealed", "not sealed")
    access = suite.addresses[suite.access]
    for log in suite.port.logs(access, [_ROLE_SEALED], from_block):
        role_id = int.from_bytes(log.topics[1], "big")
        if role_id not in roles:
            account = to_checksum_address(log.topics[2][12:])
            yield Finding(Kind.ROLE, f"role {role_id}", "not sealed", f"sealed for {account}")
    for log in suite.port.logs(access, [_SEALED], from_block):
        target, selector = str(to_checksum_address(log.topics[1][12:])), log.topics[2][:4]
        if (target, selector) not in functions:
            where = f"0x{selector.hex()} of {target}"
            yield Finding(
                Kind.PERMISSION, where, "not sealed", f"sealed for role {int.from_bytes(log.topics[3], 'big')}"
            )
