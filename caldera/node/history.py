"""What was registered and paid at receivable modules, read from their logs.

What lies deep enough to stay is read once and kept in memory; the newest blocks are read each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from caldera.contracts import events
from caldera.evm import Address
from caldera.evm.events import Log, decode_log

from .blocks import LogEntry
from .errors import ChainAway

_DEEP = 256
LINE = 0xFFFF
"""The bits of a certificate's number that say of which order line it is."""

_KINDS = (events.Registered, events.Acknowledged, events.Credited, events.Paid)
_TOPICS = tuple(kind.abi_topic for kind in _KINDS)


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
    """`registered`: by creditor, (id, due, order lines). `acknowledged`: the block, by id. `credited`, `paid`: by id,
    (block, amount)."""

    registered: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: dict[int, int] = field(default_factory=dict)
    credited: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    paid: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, entry: LogEntry) -> None:
        event = decode_log(Log(entry.address, entry.topics, entry.data), _KINDS)
        if isinstance(event, events.Registered):
            self.registered[event.creditor].append((event.id, event.dueDate, event.lines))
        elif isinstance(event, events.Acknowledged):
            self.acknowledged[event.id] = entry.block
        elif isinstance(event, events.Credited):
            self.credited[event.id].append((entry.block, event.amount))
        elif isinstance(event, events.Paid):
            self.paid[event.id].append((entry.block, event.amount))


class Past:
    """The history of one module, up to a block. What it says of a time that is over stays so, whatever happens later:
    nobody can make a result that was right look wrong."""

    def __init__(self, pages: Sequence[_Pages], blocks: TimedBlocks, last: int) -> None:
        self._pages, self._blocks, self._last = pages, blocks, last
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
        return self._timed(block for page in self._pages for block in page.paid.get(id, ()))

    def credited(self, id: int) -> list[tuple[int, int]]:
        """Credit notes on a certificate in order: when, and how much they took off its face."""
        return self._timed(block for page in self._pages for block in page.credited.get(id, ()))

    def acknowledged(self, id: int) -> int | None:
        """When its debtor acknowledged a certificate, or the one that it is a line of; None where it has not."""
        blocks = [page.acknowledged[id & ~LINE] for page in self._pages if id & ~LINE in page.acknowledged]
        return self._time(blocks[0]) if blocks and blocks[0] <= self._last else None

    def _timed(self, entries: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(self._time(block), amount) for block, amount in entries if block <= self._last]

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

    def of(self, module: Address, last: int | None = None) -> Past:
        """The history of a module up to a block, the newest unless given.

        Raises:
            ChainAway: the node gives logs of other blocks than were asked for.
        """
        head = self._blocks.head()
        upto, settled = self._kept.get(module, (self._first - 1, _Pages()))
        deep = head - _DEEP
        while upto < deep:
            end = min(deep, upto + self._step)
            self._read(module, upto + 1, end, settled)
            upto = end
            self._kept[module] = upto, settled
        newest, first = _Pages(), upto + 1
        while first <= head:
            end = min(head, first + self._step - 1)
            self._read(module, first, end, newest)
            first = end + 1
        return Past((settled, newest), self._blocks, head if last is None else last)

    def _read(self, module: Address, first: int, last: int, pages: _Pages) -> None:
        found = self._blocks.logs(first, last, [module], _TOPICS)
        if any(not first <= entry.block <= last for entry in found):
            raise ChainAway(f"the node gave logs of other blocks than {first} to {last}")
        for entry in found:
            pages.take(entry)


__all__ = ["LINE", "History", "Past", "TimedBlocks"]
