"""The store: a result is decided once, whatever asks for another."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from caldera.node.errors import Equivocation, StoreBusy, StoreInvalid
from caldera.node.lock import locked
from caldera.node.model import Decision, SignedResult
from caldera.node.store import Conflict, Sent, Store, Vote
from caldera.node.store.schema import STEPS

DIGEST = b"\1" * 32
A = "0x" + "11" * 20
B = "0x" + "22" * 20


def seen(store: Store, *numbers: int) -> None:
    store.read_to(10, "0xten", [(number, 10) for number in numbers], [])


@pytest.mark.known_defect("exactly-once")
def test_a_result_is_decided_once(store: Store) -> None:
    first = store.decide(7, Decision(100, 50, "good"), DIGEST)
    again = store.decide(7, Decision(100, 50, "good, said otherwise"), DIGEST)
    assert again == first
    assert (again.amount, again.valid_until, again.reason, again.signature) == (100, 50, "good", None)


@pytest.mark.parametrize(
    ("amount", "until", "digest"), [(0, 50, DIGEST), (100, 51, DIGEST), (100, 50, b"\2" * 32), (101, 50, DIGEST)]
)
def test_another_result_is_refused(store: Store, amount: int, until: int, digest: bytes) -> None:
    store.decide(7, Decision(100, 50, "good"), DIGEST)
    with pytest.raises(Equivocation, match="request 7: 100 until 50 was decided on before"):
        store.decide(7, Decision(amount, until, "changed its mind"), digest)
    kept = store.decided(7)
    assert kept is not None
    assert (kept.amount, kept.valid_until, kept.digest) == (100, 50, DIGEST)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE results SET amount = '0'",
        "UPDATE results SET valid_until = 1",
        "UPDATE results SET digest = x'00'",
        "UPDATE results SET number = 8",
        "UPDATE results SET signature = x'00'",
        "UPDATE results SET signer = 'other'",
        "DELETE FROM results",
        "INSERT OR REPLACE INTO results (number, amount, valid_until, digest, reason, decided_at) "
        "VALUES (7, '0', 1, x'00', '', 0)",
    ],
)
def test_the_database_itself_refuses(store: Store, statement: str) -> None:
    store.decide(7, Decision(100, 50, "good"), DIGEST)
    store.signed(7, A, b"s" * 65)
    with pytest.raises(sqlite3.IntegrityError):
        store._db.execute(statement)
    kept = store.decided(7)
    assert kept is not None
    assert (kept.amount, kept.signature, kept.signer) == (100, b"s" * 65, A)


def test_it_is_signed_once(store: Store) -> None:
    store.decide(7, Decision(100, 50, "good"), DIGEST)
    store.signed(7, A, b"s" * 65)
    store.signed(7, A, b"s" * 65)
    for signer, signature in ((A, b"t" * 65), (B, b"s" * 65)):
        with pytest.raises(Equivocation, match="a result is signed once"):
            store.signed(7, signer, signature)
    assert store.own_signatures() == [SignedResult(7, 100, 50, A, b"s" * 65)]


def test_what_was_decided_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite"
    store = Store(path)
    store.decide(7, Decision(100, 50, "good"), DIGEST)
    # No close: as after a crash, a second connection sees what stands on the disk.
    other = Store(path)
    with pytest.raises(Equivocation):
        other.decide(7, Decision(0, 50, "bad"), DIGEST)
    other.close()
    store.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_store_belongs_to_one_node(store: Store) -> None:
    store.bind({"node": "1", "chain": "5"})
    store.bind({"node": "1", "chain": "5", "code": "0xaa"})
    with pytest.raises(StoreInvalid, match="belongs to node 1, not 2"):
        store.bind({"node": "2"})
    with pytest.raises(StoreInvalid, match="belongs to code 0xaa, not 0xbb"):
        store.bind({"code": "0xbb"})


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is no database, but long enough to look into " * 40)
    with pytest.raises(StoreInvalid, match="cannot be used as a store"):
        Store(tmp_path / "text")
    with pytest.raises(StoreInvalid, match="there is no store"):
        Store(tmp_path / "nothing", read_only=True)
    database = sqlite3.connect(tmp_path / "newer")
    database.execute("PRAGMA user_version=9")
    database.close()
    with pytest.raises(StoreInvalid, match="version 9, this program's is 2"):
        Store(tmp_path / "newer")


def test_one_process_a_store(tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite"
    with locked(path), pytest.raises(StoreBusy, match="in use by process"), locked(path):
        raise AssertionError("two at once")
    with locked(path):
        pass


def test_requests_wait_and_come_back(tmp_path: Path) -> None:
    now = [1_000.0]
    store = Store(tmp_path / "s", clock=lambda: now[0])
    seen(store, 1, 2)
    assert [one.number for one in store.due()] == [1, 2]
    store.move(1, "waiting", "later", wait=10, failed=True)
    assert [one.number for one in store.due()] == [2]
    now[0] += 10
    assert [(one.number, one.tries) for one in store.due()] == [(1, 1), (2, 0)]
    store.move(1, "waiting", "later", wait=10, failed=True)
    found = store.request(1)
    assert found is not None
    assert found.tries == 2
    store.move(1, "signed", "well")
    store.move(2, "done", "over")
    assert [(one.number, one.tries) for one in store.due()] == [(1, 0)]


def test_a_request_that_was_gone_comes_back(store: Store) -> None:
    seen(store, 1, 2)
    store.move(1, "gone", "replaced")
    store.move(2, "done", "over")
    seen(store, 1, 2)
    assert [one.number for one in store.due()] == [1]


def test_signatures_are_kept_once_and_in_order(store: Store) -> None:
    one, two = SignedResult(7, 100, 50, B, b"b" * 65), SignedResult(7, 100, 50, A, b"a" * 65)
    assert store.collect(one, 2)
    assert not store.collect(one, 2)
    assert store.collect(two, 1)
    assert store.collected(7) == [(two, 1), (one, 2)]
    assert store.collected(8) == []


def test_peers_are_told_once(store: Store) -> None:
    assert store.untold(7, ["a", "b"]) == ["a", "b"]
    store.mark_told(7, "a")
    store.mark_told(7, "a")
    assert store.untold(7, ["a", "b"]) == ["b"]


def test_transactions_stand_until_they_are_dropped(store: Store) -> None:
    assert store.next_nonce(A) == 0
    sent = Sent("submit:7", A, 4, b"raw", ("0x1",), 1.5)
    store.keep_sent(sent)
    assert store.sent("submit:7") == sent
    assert (store.next_nonce(A), store.next_nonce(B)) == (5, 0)
    assert store.purposes(A) == ["submit:7"]
    store.drop_sent("submit:7")
    assert store.sent("submit:7") is None


def test_a_vote_is_decided_once(store: Store) -> None:
    first = Vote(1, 1, 7, True, b"s" * 32, b"c" * 32, "false")
    assert store.keep_vote(first) == first
    assert store.keep_vote(Vote(1, 1, 7, False, b"t" * 32, b"d" * 32, "true")) == first
    for statement in ("UPDATE votes SET uphold = 0", "UPDATE votes SET salt = x'00'", "DELETE FROM votes"):
        with pytest.raises(sqlite3.IntegrityError):
            store._db.execute(statement)
    assert store.vote(1, 1) == first


def test_blocks_are_forgotten_on_the_way_back(store: Store) -> None:
    for block in (10, 20, 30):
        store.read_to(block, f"0x{block}", [], [])
    assert (store.cursor(), store.blocks()) == (30, [(30, "0x30"), (20, "0x20"), (10, "0x10")])
    store.rewind(20)
    assert (store.cursor(), store.blocks()) == (20, [(20, "0x20"), (10, "0x10")])


def test_a_store_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """With the conflicts that were kept in it before anything was done about them."""
    path = tmp_path / "old"
    database = sqlite3.connect(path)
    database.executescript(STEPS[0])
    for number, node, amount, until in ((7, 2, "100", 50), (7, 2, "100", 51), (7, 3, "100", 50), (8, 2, "5", 50)):
        row = (number, A, amount, until, node, b"s" * 65, 9)
        database.execute("INSERT INTO collected VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
    database.execute("INSERT INTO collected VALUES (8, ?, '6', 50, 3, x'00', 9)", (B,))
    database.execute("PRAGMA user_version=1")
    database.commit()
    database.close()
    with pytest.raises(StoreInvalid, match="version 1: run the node"):
        Store(path, read_only=True)
    store = Store(path)
    assert [(one.node, one.number, one.found_at) for one in store.conflicts()] == [(2, 7, 9)]
    assert [one.valid_until for one in store.proof(store.conflicts()[0])] == [50, 51]
    store.close()
    Store(path, read_only=True).close()


def test_a_second_result_of_a_node_is_a_conflict(tmp_path: Path) -> None:
    now = [1_000.0]
    store = Store(tmp_path / "s", clock=lambda: now[0])
    one, two = SignedResult(7, 100, 50, A, b"a" * 65), SignedResult(7, 101, 50, B, b"b" * 65)
    store.collect(one, 2)
    store.collect(SignedResult(7, 100, 50, B, b"c" * 65), 2)  # the same by the node's next key
    store.collect(SignedResult(7, 101, 50, A, b"d" * 65), 3)
    store.collect(SignedResult(8, 101, 50, A, b"e" * 65), 2)
    assert store.conflicts() == []
    store.collect(two, 2)
    (found,) = store.conflicts()
    assert found == Conflict(2, 7, "found", "", 0, 1_000)
    assert store.proof(found) == [one, two]
    store.move_conflict(found, "found", "later", 10)
    assert store.conflicts() == []
    now[0] += 10
    (found,) = store.conflicts()
    assert found.tries == 1
    store.move_conflict(found, "known", "by another")
    store.collect(SignedResult(7, 102, 50, A, b"f" * 65), 2)
    assert store.conflicts() == []
    assert [one.state for one in store.all_conflicts()] == ["known"]
