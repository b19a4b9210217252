"""What an allocation has room for, by the profile or by the chain, and whether a grant fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from caldera.deployment.economy import Economy
from caldera.deployment.genesis import genesis_settings
from caldera.evm.address import Address

DAY = 86_400


class Terms(NamedTuple):
    """`IVestingVault.GrantTerms`, in its order: wei, seconds since 1970, seconds."""

    beneficiary: Address
    amount: int
    start: int
    cliff: int
    duration: int
    revocable: bool


@dataclass(frozen=True)
class Room:
    """An allocation of the vault. `available`: wei that no grant holds. A grant may start from `earliest` to `latest`,
    seconds since 1970, and last `shortest` to `longest` seconds, all inclusive."""

    name: str
    number: int
    available: int
    earliest: int
    latest: int
    shortest: int
    longest: int
    revocable: bool


def rooms_of(economy: Economy, begins: int, vault: str = "VestingVault") -> dict[str, Room]:
    """The allocations of a vault as genesis leaves them, by name. `begins`: the second from which the months count."""
    rooms = {}
    for setting in genesis_settings(economy, begins):
        if setting.set == f"{vault}.openAllocation" and setting.read_key:
            word, bounds = setting.values
            name = bytes.fromhex(word[2:]).rstrip(b"\0").decode()
            rooms[name] = Room(name, setting.read_key[0], economy.amount(name), *bounds.values())
    return rooms


def misfits(room: Room, terms: Terms) -> Iterator[str]:
    """Each reason why `createGrants` would refuse the terms, whatever the allocation still has."""
    if not room.earliest <= terms.start <= room.latest:
        first, last = moment(room.earliest), moment(room.latest)
        when = f"at {first}" if room.earliest == room.latest else f"from {first} to {last}"
        yield f"a grant of {room.name} starts {when}, not at {moment(terms.start)}"
    if not room.shortest <= terms.duration <= room.longest:
        least, most = span(room.shortest), span(room.longest)
        long = least if room.shortest == room.longest else f"from {least} to {most}"
        yield f"a grant of {room.name} lasts {long}, not {span(terms.duration)}"
    if terms.cliff > terms.duration:
        yield f"the cliff of {span(terms.cliff)} ends after the grant, which lasts {span(terms.duration)}"
    if terms.revocable and not room.revocable:
        yield f"no grant of {room.name} can be revoked: write no"


def moment(seconds: int) -> str:
    """A second since 1970 for people, in UTC."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):  # a year beyond 9999
        return f"second {seconds}"


def span(seconds: int) -> str:
    """Seconds for people, exactly: in months of 365 days / 12 where it is a whole number of them."""
    for unit, size in (("month", 365 * DAY // 12), ("day", DAY)):
        count, rest = divmod(seconds, size)
        if count and not rest:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} seconds"
