"""Makes a `PowerMap` of what a chain says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from eth_utils.crypto import keccak

from .access_log import AccessLog, answer, known, managed, refuses, role_name, writers
from .exits import read_exits
from .governance import CANCELLER, DEFAULT_ADMIN, EXECUTOR, PROPOSER, Asking, Governor, Timelock
from .names import ADMIN_ROLE, PUBLIC_ROLE, ZERO_ADDRESS
from .power_map import Holder, HolderKind, Member, Outside, PowerMap, Role, Wait, Way
from .suite import Suite
from .wires import read_wires, references

OWNERS = ("owner", "pendingOwner", "admin", "governance", "governor", "controller", "minter", "appointer")
"""Getters with which a contract names somebody with powers of its own, whatever the AccessManager says."""
_MANAGERS_OWN = keccak(text="AccessManagerUnauthorizedAccount(address,uint64)")[:4]
_BY_ROLE_ADMIN = ("grantRole", "revokeRole")
_DELEGATING = {0xF2: "CALLCODE", 0xF4: "DELEGATECALL", 0xFF: "SELFDESTRUCT"}
_COMPILERS_DATA = re.compile(rb"\xa2\x64ipfs\x58\x22.{34}\x64solc\x43.{3}\x00\x33", re.DOTALL)
"""A hash and a version, as it ends all code, also that of contracts that a contract carries to make them."""
_ANYONE = Holder("anyone", HolderKind.ANYONE)


def power_map(suite: Suite, from_block: int) -> PowerMap:
    """Every power over the contracts of the profile, from the events since `from_block` and the present state."""
    return Reader(suite, from_block).read()


@dataclass(frozen=True)
class Reader:
    """Reads once what several parts of the map need."""

    suite: Suite
    from_block: int
    _timelocks: dict[str, Timelock | None] = field(default_factory=dict)
    _references: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def read(self) -> PowerMap:
        """The map."""
        suite, roles = self.suite, tuple(self._roles())
        contracts = set(managed(suite))
        return PowerMap(
            suite.profile.network,
            suite.profile.chain_id,
            roles,
            tuple(self._outside()),
            read_wires(suite, self.from_block, self.references),
            read_exits(suite),
            tuple(
                one.name for one in suite.profile.contracts if one.name not in contracts and one.name != suite.access
            ),
            tuple(one.name for one in suite.profile.contracts if _opcodes(suite.port.code(suite.addresses[one.name]))),
            tuple(
                name for name in managed(suite) if suite.read(suite.access, "isTargetClosed", suite.addresses[name])[0]
            ),
        )

    @cached_property
    def timelocks(self) -> dict[str, Timelock]:
        """Timelocks of the suite, and those outside of it that hold a role or that a governor names."""
        accounts = [*self._answering("getMinDelay"), *self._holders_outside]
        accounts += [one.timelock for one in self._own_governors.values() if one.timelock]
        return {one: found for one in dict.fromkeys(accounts) if (found := self._timelock(one))}

    @cached_property
    def governors(self) -> dict[str, Governor]:
        """Governors of the suite, and those outside of it that hold a role or put calls into a timelock."""
        found = dict(self._own_governors)
        proposers = [one for timelock in self.timelocks.values() for one in timelock.holders(PROPOSER)]
        outside = [one for one in proposers if one not in self._own and self.suite.port.code(one)]
        return found | self._governors_among([*self._holders_outside, *outside])

    def references(self, name: str) -> list[tuple[str, str]]:
        """Every address that a contract names by a getter without arguments, and the getter."""
        if name not in self._references:
            self._references[name] = list(references(self.suite, name))
        return self._references[name]

    def own_governors(self, timelock: Timelock) -> set[str]:
        """Addresses of the suite's governors that work through this timelock. What stands outside of the suite may say
        so too, and nobody has looked at its code."""
        return {address for address, one in self._own_governors.items() if one.timelock == timelock.address}

    def own_timelocks(self) -> dict[str, Timelock]:
        """Timelocks of the suite alone, by name."""
        return {
            name: self.timelocks[address] for name, address in self.suite.addresses.items() if address in self.timelocks
        }

    def foreign_operations(self, timelock: Timelock) -> list[bytes]:
        """What waits in a timelock and no governor has put there."""
        own = [self._own_governors[address] for address in sorted(self.own_governors(timelock))]
        return self._asking.foreign_operations(timelock, own, self._since(timelock.address))

    def holder(self, account: str) -> Holder:
        """An account by its name, and what it is."""
        name = known(self.suite).get(account, account)
        if account == ZERO_ADDRESS:
            return _ANYONE
        if account in self.timelocks:
            return Holder(name, HolderKind.TIMELOCK, account)
        if account in self.governors:
            return Holder(name, HolderKind.GOVERNOR, account)
        if account in self._own:
            return Holder(name, HolderKind.CONTRACT, account)
        code = self.suite.port.code(account)
        # An account that lets code act for it (EIP-7702) still has its key.
        plain = not code or code[:3] == b"\xef\x01\x00"
        return Holder(name, HolderKind.ACCOUNT if plain else HolderKind.WALLET, account)

    def ways(self, account: str, seen: tuple[str, ...] = ()) -> tuple[Way, ...]:
        """Who can make an account call something, and after which delay."""
        holder = self.holder(account)
        if account in seen:
            return ()
        if timelock := self.timelocks.get(account):
            wait = Wait(f"{holder.name}: delay", timelock.delay)
            begun = [way for one in timelock.holders(PROPOSER) for way in self.ways(one, (*seen, account))]
            # Nothing leaves a timelock that nobody may execute.
            return tuple(way.then(holder.name, wait) for way in begun) if timelock.holders(EXECUTOR) else ()
        if governor := self.governors.get(account):
            voters = Holder(f"voters of {self._named(governor.token)}", HolderKind.VOTERS)
            delay = Wait(f"{holder.name}: until the vote", governor.voting_delay)
            return (Way(voters).then(holder.name, delay, Wait("vote", governor.voting_period)),)
        if holder.kind is HolderKind.CONTRACT and self._is_book(holder.name):
            return tuple(way.then(holder.name) for way in self._callers(holder.name, "set", (*seen, account)))
        return (Way(holder),)

    @cached_property
    def _asking(self) -> Asking:
        return Asking(self.suite.port)

    @cached_property
    def _log(self) -> AccessLog:
        return AccessLog(self.suite, self.from_block)

    @cached_property
    def _granted(self) -> list[tuple[int, str]]:
        return sorted(self._log.granted())

    @cached_property
    def _own_governors(self) -> dict[str, Governor]:
        return self._governors_among(self._answering("votingPeriod"))

    def _governors_among(self, accounts: list[str]) -> dict[str, Governor]:
        found = {one: self._asking.governor(one) for one in dict.fromkeys(accounts)}
        return {address: one for address, one in found.items() if one}

    @cached_property
    def _holders_outside(self) -> list[str]:
        """Contracts outside of the suite that hold a role, or once did."""
        accounts = dict.fromkeys(account for _, account in self._granted)
        return [one for one in accounts if one not in self._own and self.suite.port.code(one)]

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(self.suite.addresses.values())

    def _answering(self, function: str) -> list[str]:
        names = (entry.name for entry in self.suite.profile.contracts)
        return [self.suite.addresses[name] for name in names if self.suite.has(name, function)]

    def _since(self, address: str) -> int:
        return self.from_block if address in self._own else 0

    def _timelock(self, address: str) -> Timelock | None:
        if address not in self._timelocks:
            self._timelocks[address] = self._asking.timelock(address, self._since(address))
        return self._timelocks[address]

    def _named(self, address: str | None) -> str:
        return known(self.suite).get(address, address) if address else "nothing"

    def _is_book(self, name: str) -> bool:
        return self.suite.has(name, "familyFor")

    def _callers(self, contract: str, function: str, seen: tuple[str, ...]) -> Iterator[Way]:
        for role_id, name in self._functions.items():
            if f"{contract}.{function}" in name:
                for held, account in self._granted:
                    if held == role_id and (member := self._member(role_id, account, seen)):
                        yield from member.ways

    @cached_property
    def _functions(self) -> dict[int, list[str]]:
        """Restricted functions by role. Beside what refuses a stranger, what a role was given for: a check that comes
        before the manager's cannot hide it."""
        found: dict[int, list[str]] = {}
        for name in managed(self.suite):
            for function in writers(self.suite, name):
                role_id = self.suite.read(
                    self.suite.access, "getTargetFunctionRole", self.suite.addresses[name], function.selector
                )[0]
                if role_id not in (ADMIN_ROLE, PUBLIC_ROLE) or refuses(self.suite, name, function):
                    found.setdefault(role_id, []).append(f"{name}.{function.name}")
        for function in writers(self.suite, self.suite.access):
            refusal = answer(self.suite, self.suite.access, function)
            if refusal[:4] == _MANAGERS_OWN and function.name not in _BY_ROLE_ADMIN:
                role_id = int.from_bytes(refusal[36:68], "big")
                found.setdefault(role_id, []).append(f"{self.suite.access}.{function.name}")
        return found

    def _roles(self) -> Iterator[Role]:
        ids = {ADMIN_ROLE, *(role.id for role in self.suite.profile.roles.values())}
        ids |= {role_id for role_id, _ in self._granted} | set(self._functions)
        for role_id in sorted(ids - {PUBLIC_ROLE}):
            found = [self._member(role_id, account) for held, account in self._granted if held == role_id]
            members = tuple(sorted((one for one in found if one), key=lambda one: one.holder.name))
            yield Role(
                role_name(self.suite, role_id),
                role_id,
                role_name(self.suite, self._of_role("getRoleAdmin", role_id)),
                role_name(self.suite, self._of_role("getRoleGuardian", role_id)),
                self._of_role("getRoleGrantDelay", role_id),
                members,
                tuple(sorted(self._functions.get(role_id, []))),
                self._sealed(role_id),
                any(one.holder.kind is HolderKind.CONTRACT and self._is_book(one.holder.name) for one in members),
            )

    def _of_role(self, getter: str, role_id: int) -> int:
        return int(self.suite.read(self.suite.access, getter, role_id)[0])

    def _sealed(self, role_id: int) -> bool:
        if not self.suite.has(self.suite.access, "sealedHolder"):
            return False
        return bool(int(self.suite.read(self.suite.access, "sealedHolder", role_id)[0], 16))

    def _member(self, role_id: int, account: str, seen: tuple[str, ...] = ()) -> Member | None:
        since, delay, pending, effect = self.suite.read(self.suite.access, "getAccess", role_id, account)
        if not since:
            return None
        # A shorter delay that is on its way counts already.
        least = min(delay, pending) if effect else delay
        ways = tuple(way.after(Wait("role's delay", least)) for way in self.ways(account, seen))
        return Member(self.holder(account), since, least, ways)

    def _cancelling(self, account: str) -> str | None:
        """Who has a canceller cancel: of a governor its guardian, without a vote."""
        governor = self.governors.get(account)
        return governor.guardian if governor else account

    def _outside(self) -> Iterator[Outside]:
        words = {
            DEFAULT_ADMIN: "gives and takes its roles",
            PROPOSER: "puts calls into it",
            CANCELLER: "cancels calls that wait in it",
            EXECUTOR: "makes calls that have waited",
        }
        for address, timelock in self.timelocks.items():
            name = self._named(address)
            for role, accounts in sorted(timelock.members.items()):
                holders = tuple(self.holder(one) for one in accounts)
                by = (self._cancelling(one) if role == CANCELLER else one for one in accounts if one != ZERO_ADDRESS)
                ways = tuple(way for one in by if one for way in self.ways(one))
                yield Outside(name, role, words.get(role, "a role without a known name"), holders, ways)
        for address, governor in self.governors.items():
            name = self._named(address)
            voters = Holder(f"voters of {self._named(governor.token)}", HolderKind.VOTERS)
            yield Outside(name, "propose, vote", "decides what goes into the timelock", (voters,), (Way(voters),))
            if governor.guardian:
                ways = self.ways(governor.guardian)
                yield Outside(name, "proposalGuardian", "cancels proposals", (self.holder(governor.guardian),), ways)
        for entry in self.suite.profile.contracts:
            for getter, account in self.owners(entry.name):
                yield Outside(
                    entry.name, getter, "what the contract lets it do", (self.holder(account),), self.ways(account)
                )

    def owners(self, name: str) -> Iterator[tuple[str, str]]:
        """Whom a contract names as one with powers of its own."""
        for getter, account in self.references(name):
            if getter in OWNERS and account != ZERO_ADDRESS:
                yield getter, account


def _opcodes(code: bytes) -> list[str]:
    """Instructions of the code by which it could be another tomorrow. Read from the start, over the data of pushes, up
    to the compiler's own data at the end; the same data of code that is carried along is no instruction either."""
    end = len(code) - 2 - int.from_bytes(code[-2:], "big") if len(code) > 2 else 0
    code = _COMPILERS_DATA.sub(lambda found: bytes(len(found[0])), code)
    found, place = [], 0
    while place < (end if end > 0 else len(code)):
        one = code[place]
        if one in _DELEGATING:
            found.append(_DELEGATING[one])
        place += one - 0x5E if 0x60 <= one <= 0x7F else 1
    return found
