"""Tables that ADMIN fills while it deploys: nothing stands in them beyond what the profile sets.

Settings are read back by `verify_parameters`. A row that no setting speaks of, a listener of payments for example,
would be there for good and be called by the contract without anybody having been told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from .findings import Finding, Kind
from .parameters import lowered
from .suite import Suite


@dataclass(frozen=True)
class _Table:
    """`event`: tells of a row; its first topics are the row's key. `getter`: reads the row, of zeros where there is
    none."""

    event: str
    getter: str
    keys: int

    @property
    def topic(self) -> bytes:
        return bytes(keccak(text=self.event))


_TABLES = (
    _Table("MeterSet(uint8,address,uint32)", "meterOf", 1),
    _Table("ServiceMeterSet(address,uint32)", "meter", 0),
    _Table("ListenerAdded(address)", "isListener", 1),
    _Table("DealPoolAdmitted(address)", "isAdmitted", 1),
    _Table("VerifiableSet(uint8,address,bool,bool)", "verifiable", 2),
)


def verify_tables(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about rows that the profile does not know."""
    for entry in suite.profile.contracts:
        named = {one["name"] for one in suite.artifact(entry.name).abi if one["type"] == "event"}
        for table in _TABLES:
            if table.event.partition("(")[0] in named:
                yield from _beyond(suite, entry.name, table, from_block)


def _beyond(suite: Suite, name: str, table: _Table, from_block: int) -> Iterator[Finding]:
    reader, at = suite.function(name, table.getter), suite.addresses[name]
    planned = {
        reader.encode(*suite.resolve(one.key if one.read_key is None else one.read_key))
        for one in suite.profile.settings
        if (one.contract, one.read) == (name, table.getter)
    }
    logs = suite.port.logs(at, [table.topic], from_block)
    seen = dict.fromkeys(reader.selector + b"".join(log.topics[1 : 1 + table.keys]) for log in logs)
    for call in sorted(seen.keys() - planned):
        answer = suite.port.call(at, call)
        if any(answer):
            words = ", ".join(hex(int.from_bytes(call[place : place + 32])) for place in range(4, len(call), 32))
            where = f"{name}.{table.getter}({words})"
            yield Finding(Kind.PARAMETER, where, "nothing set by the profile", str(lowered(reader.decode(answer))))
