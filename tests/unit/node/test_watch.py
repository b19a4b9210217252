"""Watching: each block is read once, and what was replaced is read again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from caldera.evm import Address
from caldera.node.blocks import LogEntry
from caldera.node.config import ChainConfig
from caldera.node.errors import ChainAway
from caldera.node.store import Store
from caldera.node.watch import DRAWN, REQUESTED, Watcher

DESK, COURT = "0x" + "aa" * 20, "0x" + "bb" * 20


class Scripted:
    """Blocks by name; the requests and panels in them."""

    def __init__(self, length: int) -> None:
        self.hashes = [f"0x{number}a" for number in range(length)]
        self.found: dict[int, list[LogEntry]] = {}
        self.asked: list[tuple[int, int]] = []

    def head(self) -> int:
        return len(self.hashes) - 1

    def hash_of(self, block: int) -> str | None:
        return self.hashes[block] if 0 <= block < len(self.hashes) else None

    def logs(self, first: int, last: int, addresses: Sequence[Address], topics: Sequence[bytes]) -> list[LogEntry]:
        self.asked.append((first, last))
        assert set(addresses) == {DESK, COURT}
        assert set(topics) == {REQUESTED, DRAWN}
        return [one for block in range(first, last + 1) for one in self.found.get(block, [])]

    def request(self, block: int, number: int) -> None:
        topics = (REQUESTED, number.to_bytes(32, "big"), bytes(32), bytes(32))
        self.found.setdefault(block, []).append(LogEntry(block, DESK, topics, b""))

    def fork(self, block: int, length: int) -> None:
        """Other blocks from `block` on."""
        self.hashes = self.hashes[:block] + [f"0x{number}b" for number in range(block, length)]
        self.found = {number: logs for number, logs in self.found.items() if number < block}


def watcher(blocks: Scripted, store: Store, **changes: int) -> Watcher:
    config = ChainConfig.model_validate({"id": 5, "rpc_url": "http://a", "confirmations": 0} | changes)
    desk = DESK.upper().replace("0X", "0x")
    return Watcher(blocks, store, config, desk, COURT, lambda entry: (9, entry.topics[2][31]))


def numbers(store: Store) -> list[int]:
    return sorted(one.number for one in store.requests())


def test_ranges_are_read_once(store: Store) -> None:
    blocks = Scripted(25)
    blocks.request(0, 1)
    blocks.request(10, 2)
    blocks.request(24, 3)
    watching = watcher(blocks, store, block_range=10)
    ends = [watching.poll().cursor for _ in range(4)]
    assert ends == [9, 19, 24, 24]
    assert blocks.asked == [(0, 9), (10, 19), (20, 24)]
    assert numbers(store) == [1, 2, 3]


@pytest.mark.known_defect("silverback-missed")
def test_it_goes_on_where_it_was(store: Store) -> None:
    blocks = Scripted(5)
    watcher(blocks, store).poll()
    blocks.hashes.append("0x5a")
    blocks.request(5, 8)
    assert watcher(blocks, store).poll().cursor == 5
    assert blocks.asked == [(0, 4), (5, 5)]
    assert numbers(store) == [8]


def test_confirmations_and_the_first_block(store: Store) -> None:
    blocks = Scripted(10)
    blocks.request(7, 1)
    blocks.request(8, 2)
    watching = watcher(blocks, store, confirmations=2, from_block=3)
    found = watching.poll()
    assert (found.head, found.cursor, found.lag) == (9, 7, 2)
    assert blocks.asked == [(3, 7)]
    assert numbers(store) == [1]
    blocks.hashes.append("0x10a")
    watching.poll()
    assert numbers(store) == [1, 2]


@pytest.mark.known_defect("silverback-missed")
def test_blocks_that_were_replaced_are_read_again(store: Store) -> None:
    blocks = Scripted(10)
    blocks.request(9, 1)
    watching = watcher(blocks, store, block_range=4)
    for _ in range(3):
        watching.poll()
    blocks.fork(6, 12)
    blocks.request(8, 2)
    found = watching.poll()
    assert found.rewound == 9 - 3  # block 3 is the newest that is known and still there
    assert blocks.asked[-1] == (4, 7)
    watching.poll()
    assert numbers(store) == [1, 2]
    assert watching.poll().cursor == 11


def test_a_chain_that_shrank_and_is_the_same_is_waited_for(store: Store) -> None:
    blocks = Scripted(10)
    watching = watcher(blocks, store, block_range=4)
    for _ in range(3):
        watching.poll()
    kept = list(blocks.hashes)
    blocks.hashes = kept[:6]
    found = watching.poll()
    assert (found.head, found.cursor, found.rewound) == (5, 9, 0)
    blocks.hashes = kept[:2]
    assert watching.poll().cursor == 9
    blocks.hashes = [*kept, "0x10a"]
    blocks.request(10, 4)
    assert watching.poll().cursor == 10
    assert numbers(store) == [4]


def test_a_shorter_chain_that_is_another_is_read(store: Store) -> None:
    blocks = Scripted(10)
    watching = watcher(blocks, store, block_range=4)
    for _ in range(3):
        watching.poll()
    blocks.fork(0, 6)
    blocks.request(2, 7)
    assert watching.poll().rewound == 10
    assert numbers(store) == [7]


def test_a_block_that_changes_meanwhile_is_not_taken(store: Store) -> None:
    blocks = Scripted(5)
    before, calls = blocks.hash_of, [0]

    def changing(block: int) -> str | None:
        calls[0] += 1
        return before(block) if calls[0] == 1 else "0xother"

    blocks.hash_of = changing  # type: ignore[method-assign]
    with pytest.raises(ChainAway, match="was replaced while it was read"):
        watcher(blocks, store).poll()
    assert store.cursor() is None


def test_logs_of_other_blocks_are_refused(store: Store) -> None:
    blocks = Scripted(5)
    blocks.found[3] = [LogEntry(9, DESK, (REQUESTED, bytes(32)), b"")]
    with pytest.raises(ChainAway, match="a log of block 9, asked for 0 to 4"):
        watcher(blocks, store).poll()
    blocks.hash_of = lambda block: None  # type: ignore[method-assign]
    with pytest.raises(ChainAway, match="block 4 is not there"):
        watcher(blocks, store).poll()


def test_panels_and_logs_of_the_wrong_contract(store: Store) -> None:
    blocks = Scripted(5)
    number = (6).to_bytes(32, "big")
    blocks.found[1] = [
        LogEntry(1, COURT, (DRAWN, (9).to_bytes(32, "big"), (2).to_bytes(32, "big")), b""),
        LogEntry(1, COURT, (REQUESTED, number, bytes(32)), b""),
        LogEntry(1, DESK, (DRAWN, number, number), b""),
    ]
    watcher(blocks, store).poll()
    assert [(one.case, one.panel, one.state) for one in store.all_duties()] == [(9, 2, "drawn")]
    assert numbers(store) == []
