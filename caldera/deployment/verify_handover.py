"""The handover: nobody but the timelock has power over everything, the deployer has none, and ways out are open."""

from __future__ import annotations

from collections.abc import Iterator

from .encoding import constructor_inputs
from .exits import read_exits, verify_exits
from .findings import Finding, Kind
from .governance import CANCELLER, DEFAULT_ADMIN, EXECUTOR, PROPOSER, TIMELOCK_ROLES, Timelock
from .load import DEPLOYER
from .power_map import HolderKind
from .read_map import Reader
from .suite import Suite

_SECONDS = "mode=timestamp"
_DELAYS = ("delay", "minDelay")


def verify_handover(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about powers beside the AccessManager's roles, and about ways out."""
    reader = Reader(suite, from_block)
    yield from _admin(suite, reader)
    for name, timelock in reader.own_timelocks().items():
        yield from _timelock(suite, reader, name, timelock)
    yield from _governors(suite, reader)
    yield from _deployer(suite, reader)
    yield from _owners(suite, reader)
    yield from verify_exits(read_exits(suite))


def _admin(suite: Suite, reader: Reader) -> Iterator[Finding]:
    """Where there is a timelock, a profile that gives ADMIN to somebody else has forgotten it."""
    admin, timelocks = suite.address(suite.profile.admin.account), reader.own_timelocks()
    if timelocks and admin not in {one.address for one in timelocks.values()}:
        yield Finding(Kind.ROLE, "ADMIN", f"the timelock {', '.join(timelocks)}", reader.holder(admin).name)


def _timelock(suite: Suite, reader: Reader, name: str, timelock: Timelock) -> Iterator[Finding]:
    governors = reader.own_governors(timelock)
    allowed = {DEFAULT_ADMIN: {timelock.address}, PROPOSER: governors, CANCELLER: governors}
    words = {DEFAULT_ADMIN: "only the timelock itself", PROPOSER: "only its governor", CANCELLER: "only its governor"}
    for role, accounts in sorted(timelock.members.items()):
        if role == EXECUTOR:
            continue
        for account in accounts:
            if account not in allowed.get(role, set()):
                where = f"{name}.{role} held by {reader.holder(account).name}"
                yield Finding(Kind.ROLE, where, words.get(role, "no such role"), "a holder")
    for role in (PROPOSER, EXECUTOR):
        if not timelock.holders(role):
            yield Finding(Kind.ROLE, f"{name}.{role}", "a holder, or nothing can be done any more", "nobody")
    wanted = _wanted_delay(suite, name)
    if wanted is not None and timelock.delay < wanted:
        yield Finding(Kind.PARAMETER, f"{name}.getMinDelay()", f"{wanted} s at least", f"{timelock.delay} s")
    for operation in reader.foreign_operations(timelock):
        where = f"{name}, operation 0x{operation.hex()}"
        yield Finding(Kind.PERMISSION, where, "only operations of its governor's proposals", "waits to be executed")


def _wanted_delay(suite: Suite, name: str) -> int | None:
    entry = suite.profile.entry(name)
    for parameter, value in zip(constructor_inputs(suite.artifact(name)), entry.args, strict=True):
        if str(parameter["name"]).strip("_") in _DELAYS and isinstance(value, int):
            return value
    return None


def _governors(suite: Suite, reader: Reader) -> Iterator[Finding]:
    """A governor on block numbers would take seconds for blocks; one without its timelock decides nothing."""
    for name, address in suite.addresses.items():
        if suite.has(name, "CLOCK_MODE"):
            found = suite.read(name, "CLOCK_MODE")[0]
            if found != _SECONDS:
                yield Finding(Kind.PARAMETER, f"{name}.CLOCK_MODE()", _SECONDS, str(found))
        governor = reader.governors.get(address)
        if governor and governor.timelock not in reader.timelocks:
            yield Finding(Kind.REFERENCE, f"{name}.timelock()", "a timelock", str(governor.timelock))


def _deployer(suite: Suite, reader: Reader) -> Iterator[Finding]:
    """The deployer is named nowhere, not even where the profile names it for the time of the deployment. What it holds
    in the AccessManager is found with the other roles, and no contract obeys anybody that it does not name."""
    timelocks = reader.own_timelocks()
    for name, timelock in timelocks.items():
        for role, accounts in timelock.members.items():
            if suite.deployer in accounts and (role == EXECUTOR or role not in TIMELOCK_ROLES.values()):
                yield Finding(Kind.ROLE, f"{name}.{role} held by {DEPLOYER}", "nobody", "a holder")
    for entry in suite.profile.contracts:
        for getter in sorted(
            {getter for getter, account in reader.references(entry.name) if account == suite.deployer}
        ):
            yield Finding(Kind.REFERENCE, f"{entry.name}.{getter}()", "anybody but the deployer", DEPLOYER)


def _owners(suite: Suite, reader: Reader) -> Iterator[Finding]:
    """Nobody outside of the suite owns a contract of it."""
    for entry in suite.profile.contracts:
        for getter, account in reader.owners(entry.name):
            holder = reader.holder(account)
            if holder.kind in (HolderKind.ACCOUNT, HolderKind.WALLET) and account != suite.deployer:
                yield Finding(Kind.ROLE, f"{entry.name}.{getter}()", "a contract of the suite, or nobody", holder.name)
