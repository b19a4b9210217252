"""What was registered and paid at receivable modules, read from their logs.

What lies deep enough to stay is read once and kept in memory; the newest blocks are read each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from caldera.contracts import events
from caldera.evm import Address
from caldera.evm.events import Log, decode_log

from .blocks import LogEntry
from .errors import ChainAway

_DEEP = 256
_TOPICS = (events.Registered.abi_topic, events.Paid.abi_topic)


class TimedBlocks(Protocol):
    """What reading a history needs of a chain."""

    def head(self) -> int:
        """Number of the newest block."""

    def logs(self, first: int, last: int, addresses: Sequence[Address], topics: Sequence[bytes]) -> list[LogEntry]:
        """Logs of some contracts whose first topic is one of `topics`, in order."""

    def time_of(self, block: int) -> int:
        """When a block was made, in seconds."""


@dataclass
class _Pages:
    """`registered`: by creditor, (id, due, order lines). `paid`: by id, (block, amount)."""

    registered: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    paid: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, entry: LogEntry) -> None:
        event = decode_log(Log(entry.address, entry.topics, entry.data), (events.Registered, events.Paid))
        if isinstance(event, events.Registered):
            self.registered[event.creditor].append((event.id, event.dueDate, event.lines))
        elif isinstance(event, events.Paid):
            self.paid[event.id].append((entry.block, event.amount))


class Past:
    """The history of one module, as it stood when it was asked for."""

    def __init__(self, pages: Sequence[_Pages], blocks: TimedBlocks) -> None:
        self._pages, self._blocks = pages, blocks
        self._times: dict[int, int] = {}

    def receivables_of(self, creditor: int) -> list[tuple[int, int]]:
        """Certificates of a creditor, each with its due date; of those with order lines, the lines."""
        found = []
        for page in self._pages:
            for id, due, lines in page.registered.get(creditor, ()):
                found += [(id + line, due) for line in range(1, lines + 1)] or [(id, due)]
        return found

    def payments(self, id: int) -> list[tuple[int, int]]:
        """Payments on a certificate in order: when, and how much."""
        return [(self._time(block), amount) for page in self._pages for block, amount in page.paid.get(id, ())]

    def _time(self, block: int) -> int:
        if block not in self._times:
            self._times[block] = self._blocks.time_of(block)
        return self._times[block]


class History:
    """Of all modules, from a block on."""

    def __init__(self, blocks: TimedBlocks, first: int, step: int) -> None:
        """Args:
        first: the first block that is read.
        step: blocks one question about logs spans.
        """
        self._blocks, self._first, self._step = blocks, first, step
        self._kept: dict[Address, tuple[int, _Pages]] = {}

    def of(self, module: Address) -> Past:
        """The history of a module up to the newest block.

        Raises:
            ChainAway: the node gives logs of other blocks than were asked for.
        """
        head = self._blocks.head()
        upto, settled = self._kept.get(module, (self._first - 1, _Pages()))
        deep = head - _DEEP
        while upto < deep:
            last = min(deep, upto + self._step)
            self._read(module, upto + 1, last, settled)
            upto = last
            self._kept[module] = upto, settled
        newest, first = _Pages(), upto + 1
        while first <= head:
            last = min(head, first + self._step - 1)
            self._read(module, first, last, newest)
            first = last + 1
        return Past((settled, newest), self._blocks)

    def _read(self, module: Address, first: int, last: int, pages: _Pages) -> None:
        found = self._blocks.logs(first, last, [module], _TOPICS)
        if any(not first <= entry.block <= last for entry in found):
            raise ChainAway(f"the node gave logs of other blocks than {first} to {last}")
        for entry in found:
            pages.take(entry)


__all__ = ["History", "Past", "TimedBlocks"]
