"""Who can do what, and after which delay: read from a chain's history and state, not from the profile's word.

The profile gives names only. A call comes about in one or more ways: somebody begins it, it goes through contracts (a
governor, a timelock, the book of parameters), and it waits for each of them and for its role's own delay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .exits import Exit


class HolderKind(StrEnum):
    """What a holder is."""

    ACCOUNT = "account"
    WALLET = "contract outside of the suite"
    CONTRACT = "contract of the suite"
    TIMELOCK = "timelock"
    GOVERNOR = "governor"
    VOTERS = "voters"
    ANYONE = "anyone"


@dataclass(frozen=True)
class Holder:
    """Who holds a role or begins a call. `name`: the profile's, or the address. Voters and anyone have no address."""

    name: str
    kind: HolderKind
    address: str | None = None

    @property
    def person(self) -> bool:
        """Somebody decides, and not code of the suite: an account, a wallet, voters."""
        return self.kind in (HolderKind.ACCOUNT, HolderKind.WALLET, HolderKind.VOTERS, HolderKind.ANYONE)


@dataclass(frozen=True)
class Wait:
    """One thing that a call waits for, at least so many seconds."""

    what: str
    seconds: int


@dataclass(frozen=True)
class Way:
    """How a call comes about. `by`: who begins it. `through`: the contracts on the way, in order."""

    by: Holder
    through: tuple[str, ...] = ()
    waits: tuple[Wait, ...] = ()

    @property
    def seconds(self) -> int:
        """From the beginning to the call, at least."""
        return sum(wait.seconds for wait in self.waits)

    def then(self, contract: str, *waits: Wait) -> Way:
        """The same, going through one more contract."""
        return Way(self.by, (*self.through, contract), (*self.waits, *(wait for wait in waits if wait.seconds)))

    def after(self, *waits: Wait) -> Way:
        """The same, waiting for more."""
        return Way(self.by, self.through, (*self.waits, *(wait for wait in waits if wait.seconds)))


@dataclass(frozen=True)
class Member:
    """A holder of a role. `since`: from when on; `delay`: seconds between announcing a call and making it."""

    holder: Holder
    since: int
    delay: int
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Role:
    """A role, its holders and what it can call, as `Contract.function`. `admin` grants and revokes it, which takes
    effect after `grant_delay` seconds; `guardian` may cancel what its holders announced. `sealed`: neither holder nor
    functions can change any more. `bounded`: its holder keeps every number within bounds."""

    name: str
    id: int
    admin: str
    guardian: str
    grant_delay: int
    members: tuple[Member, ...]
    functions: tuple[str, ...]
    sealed: bool = False
    bounded: bool = False


@dataclass(frozen=True)
class Outside:
    """A power that the AccessManager does not know: a timelock's roles, a governor's guardian, a contract's owner."""

    contract: str
    power: str
    can: str
    holders: tuple[Holder, ...]
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Wire:
    """Functions of a contract that obey one other contract of the suite, or its participants' own modules, by its own
    check: `error` is what everybody else is refused with."""

    contract: str
    functions: tuple[str, ...]
    error: str
    callers: tuple[str, ...]


@dataclass(frozen=True)
class PowerMap:
    """Everything. `unmanaged`: contracts that ask no AccessManager. `delegating`: contracts whose code can run other
    code in its own place, or end itself. `closed`: contracts whose restricted functions refuse everybody now."""

    network: str
    chain_id: int
    roles: tuple[Role, ...]
    outside: tuple[Outside, ...]
    wires: tuple[Wire, ...]
    exits: tuple[Exit, ...]
    unmanaged: tuple[str, ...]
    delegating: tuple[str, ...]
    closed: tuple[str, ...]

    def role(self, name: str) -> Role:
        """A role by its name."""
        return next(role for role in self.roles if role.name == name)

    def restricted(self) -> dict[str, str]:
        """Every restricted function, as `Contract.function`, and its role."""
        return dict(sorted((function, role.name) for role in self.roles for function in role.functions))

    def rows(self) -> Iterator[tuple[Role, Member | None, Way | None]]:
        """Each role with each holder and each way to it; a role that nobody holds stands once."""
        for role in self.roles:
            if not role.members:
                yield role, None, None
            for member in role.members:
                for way in member.ways:
                    yield role, member, way


def duration(seconds: int) -> str:
    """Seconds in words, exactly: `7 days`, `1 day 12 h`, `at once`."""
    if not seconds:
        return "at once"
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [(days, " day" if days == 1 else " days"), (hours, " h"), (minutes, " min"), (left, " s")]
    return " ".join(f"{count}{unit}" for count, unit in parts if count)


def grouped(functions: tuple[str, ...]) -> dict[str, list[str]]:
    """Functions as `Contract.function` by contract."""
    found: dict[str, list[str]] = {}
    for function in functions:
        contract, _, name = function.partition(".")
        found.setdefault(contract, []).append(name)
    return found
