"""Reads the chain's logs by ranges of blocks, each block once, and goes back where blocks were replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from caldera.contracts import events
from caldera.evm import Address

from .blocks import Blocks, LogEntry
from .config import ChainConfig
from .errors import ChainAway
from .store import Store

REQUESTED = events.VerificationRequested.abi_topic
DRAWN: bytes = events.PanelDrawn.abi_topic


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the chain is read. `head`: its newest block. `cursor`: the last one read, -1 before the first."""

    head: int
    cursor: int
    rewound: int = 0

    @property
    def lag(self) -> int:
        """Blocks between them, those that wait for confirmations included."""
        return max(0, self.head - self.cursor)


class Watcher:
    """Tells the store of requests and panels."""

    def __init__(
        self,
        blocks: Blocks,
        store: Store,
        config: ChainConfig,
        desk: Address,
        court: Address | None,
        drawn: Callable[[LogEntry], tuple[int, int] | None],
    ) -> None:
        """Args:
        drawn: case and panel of a log of the court, where this node is on the panel.
        """
        self._blocks, self._store, self._config = blocks, store, config
        self._desk, self._court = desk.lower(), court.lower() if court else None
        self._drawn = drawn

    def poll(self) -> Progress:
        """Reads what is new, `block_range` blocks at most; call it again where there is more.

        Raises:
            EngineError, ChainAway: the chain does not answer, or contradicts itself; nothing is lost, call it again.
        """
        head = self._blocks.head()
        cursor, rewound = self._back_to_chain(head)
        first, safe = cursor + 1, head - self._config.confirmations
        last = min(safe, cursor + self._config.block_range)
        if last < first:
            return Progress(head, cursor, rewound)
        ending = self._blocks.hash_of(last)
        if ending is None:
            raise ChainAway(f"block {last} is not there, though block {head} is")
        addresses = [self._desk] + ([self._court] if self._court else [])
        logs = self._blocks.logs(first, last, addresses, [REQUESTED, DRAWN])
        # The same block before and after: no block was replaced between the two questions.
        if self._blocks.hash_of(last) != ending:
            raise ChainAway(f"block {last} was replaced while it was read")
        requests, duties = [], []
        for log in logs:
            if not first <= log.block <= last:
                raise ChainAway(f"the node gave a log of block {log.block}, asked for {first} to {last}")
            if log.address == self._desk and log.topics[0] == REQUESTED:
                requests.append((int.from_bytes(log.topics[1], "big"), log.block))
            elif log.address == self._court and log.topics[0] == DRAWN:
                duty = self._drawn(log)
                if duty is not None:
                    duties.append((*duty, log.block))
        self._store.read_to(last, ending, requests, duties)
        return Progress(head, last, rewound)

    def _back_to_chain(self, head: int) -> tuple[int, int]:
        """The cursor, put back to the last block that is still the chain's, and by how many blocks."""
        start = self._config.from_block - 1
        cursor = self._store.cursor()
        if cursor is None:
            return start, 0
        known = self._store.blocks()
        for number, hash in known:
            if number > head:
                continue
            if self._blocks.hash_of(number) == hash:
                if cursor > head:
                    # A node that was restarted, or another one behind the same URL, is behind on the same chain.
                    return cursor, 0
                if number < cursor:
                    self._store.rewind(number)
                return number, cursor - number
        if known and known[-1][0] > head:
            return cursor, 0  # it is so far behind that nothing can be compared yet
        # None of the blocks is known any more. What was read again changes nothing that was decided.
        if known:
            self._store.rewind(start)
        return start, cursor - start
