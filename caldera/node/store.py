"""What a node must not forget, in SQLite: what it decided, signed, collected, sent and voted, and how far it read.

A result is decided once. The row is on the disk before the key is asked, and triggers of the database refuse to change
or remove it: whatever crashes, restarts or goes wrong above, there is never a second one to sign.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caldera.evm import Address

from .errors import Equivocation, StoreInvalid
from .model import Decision, SignedResult

VERSION = 1
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE requests (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL DEFAULT '', target TEXT NOT NULL DEFAULT '',
    asset TEXT NOT NULL DEFAULT '', claimed TEXT NOT NULL DEFAULT '0', deadline INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'new', why TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0, seen_block INTEGER NOT NULL, changed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE results (
    number INTEGER PRIMARY KEY, amount TEXT NOT NULL, valid_until INTEGER NOT NULL, digest BLOB NOT NULL,
    reason TEXT NOT NULL, decided_at INTEGER NOT NULL, signer TEXT, signature BLOB, told INTEGER NOT NULL DEFAULT 0);
CREATE TABLE verdicts (
    number INTEGER NOT NULL, name TEXT NOT NULL, accept INTEGER NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL,
    at INTEGER NOT NULL);
CREATE TABLE collected (
    number INTEGER NOT NULL, signer TEXT NOT NULL, amount TEXT NOT NULL, valid_until INTEGER NOT NULL,
    node INTEGER NOT NULL, signature BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (number, signer, amount, valid_until));
CREATE TABLE told (number INTEGER NOT NULL, peer TEXT NOT NULL, PRIMARY KEY (number, peer)) WITHOUT ROWID;
CREATE TABLE transactions (
    purpose TEXT PRIMARY KEY, sender TEXT NOT NULL, nonce INTEGER NOT NULL, raw BLOB NOT NULL, hashes TEXT NOT NULL,
    sent_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE votes (
    court_case INTEGER NOT NULL, panel INTEGER NOT NULL, number INTEGER NOT NULL, uphold INTEGER NOT NULL,
    salt BLOB NOT NULL, commitment BLOB NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (court_case, panel));
CREATE TABLE duties (
    court_case INTEGER NOT NULL, panel INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'drawn',
    why TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0,
    seen_block INTEGER NOT NULL, PRIMARY KEY (court_case, panel));
CREATE TABLE happened (at INTEGER NOT NULL, number INTEGER, what TEXT NOT NULL);
CREATE TRIGGER result_stays BEFORE UPDATE OF number, amount, valid_until, digest ON results
    BEGIN SELECT RAISE(ABORT, 'a result that was decided does not change'); END;
CREATE TRIGGER result_signed_once BEFORE UPDATE OF signer, signature ON results
    WHEN OLD.signature IS NOT NULL AND (NEW.signature IS NOT OLD.signature OR NEW.signer IS NOT OLD.signer)
    BEGIN SELECT RAISE(ABORT, 'a result is signed once'); END;
CREATE TRIGGER result_kept BEFORE DELETE ON results
    BEGIN SELECT RAISE(ABORT, 'a result that was decided stays'); END;
CREATE TRIGGER vote_stays BEFORE UPDATE ON votes
    BEGIN SELECT RAISE(ABORT, 'a vote that was decided does not change'); END;
CREATE TRIGGER vote_kept BEFORE DELETE ON votes
    BEGIN SELECT RAISE(ABORT, 'a vote that was decided stays'); END;
CREATE TRIGGER facts_stay BEFORE UPDATE ON facts WHEN OLD.name != 'cursor'
    BEGIN SELECT RAISE(ABORT, 'what a store belongs to does not change'); END;
"""
_KEPT_BLOCKS = 512


@dataclass(frozen=True, slots=True)
class Known:
    """A request as the node knows it. `state`: new, waiting, signed, skipped, done, gone."""

    number: int
    kind: str
    target: str
    asset: str
    claimed: int
    deadline: int
    state: str
    why: str
    tries: int
    due: float
    seen_block: int
    changed: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A result that was decided on; `signature` None: not signed yet."""

    number: int
    amount: int
    valid_until: int
    digest: bytes
    reason: str
    decided_at: int
    signer: Address | None
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that was signed; `hashes`: of it and of those that it replaces by its nonce."""

    purpose: str
    sender: Address
    nonce: int
    raw: bytes
    hashes: tuple[str, ...]
    sent_at: float


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote of the node in a panel of a case about result `number`."""

    case: int
    panel: int
    number: int
    uphold: bool
    salt: bytes
    commitment: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A panel the node was drawn for. `state`: drawn, committed, revealed, rewarded, over."""

    case: int
    panel: int
    state: str
    why: str
    tries: int
    due: float


class Store:
    """Open it in the thread that uses it. Every method is one transaction and on the disk when it returns."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, read_only: bool = False) -> None:
        """Opens the store, and makes it where there is none.

        Raises:
            StoreInvalid: the file is no store of this version.
        """
        self._clock = clock
        self.path = path
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.is_file():
            raise StoreInvalid(f"{path}: there is no store; the node has not run with this configuration")
        try:
            self._db = sqlite3.connect(
                f"file:{_quoted(path)}?mode={'ro' if read_only else 'rwc'}", uri=True, isolation_level=None, timeout=10
            )
            self._db.row_factory = sqlite3.Row
            self._open(read_only)
        except sqlite3.DatabaseError as error:
            raise StoreInvalid(f"{path} cannot be used as a store: {error}") from None
        if not read_only:
            path.chmod(0o600)

    def _open(self, read_only: bool) -> None:
        if not read_only:
            self._db.execute("PRAGMA journal_mode=WAL")
            # FULL: a row is on the disk, not in a buffer of the system, before the key is asked.
            self._db.execute("PRAGMA synchronous=FULL")
        # Otherwise REPLACE would remove rows past the triggers.
        self._db.execute("PRAGMA recursive_triggers=ON")
        version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if version == 0 and not read_only:
            with self._whole():
                for statement in _statements(_SCHEMA):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={VERSION}")
        elif version == 0:
            raise StoreInvalid(f"{self.path}: there is no store yet; the node is just making it, or never ran")
        elif version != VERSION:
            raise StoreInvalid(f"{self.path} is a store of version {version}, this program's is {VERSION}")

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Releases the file."""
        self._db.close()

    def bind(self, facts: dict[str, str]) -> None:
        """Says what the store belongs to: node, chain, contract. The first time it is written down.

        Raises:
            StoreInvalid: it belongs to something else.
        """
        with self._whole():
            for name, value in facts.items():
                row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
                if row is None:
                    self._db.execute("INSERT INTO facts VALUES (?, ?)", (name, value))
                elif row[0] != value:
                    raise StoreInvalid(
                        f"{self.path} belongs to {name} {row[0]}, not {value}: if that is meant, begin a store of "
                        f"its own, and keep this one, in which stands what was signed before"
                    )

    def remember(self, name: str) -> None:
        """Writes down that something was done, for good."""
        self._db.execute("INSERT INTO facts VALUES (?, 'done') ON CONFLICT DO NOTHING", (name,))

    def remembers(self, name: str) -> bool:
        """Whether it was."""
        return self._db.execute("SELECT 1 FROM facts WHERE name = ?", (name,)).fetchone() is not None

    # How far the chain was read

    def cursor(self) -> int | None:
        """The last block that was read."""
        row = self._db.execute("SELECT value FROM facts WHERE name = 'cursor'").fetchone()
        return None if row is None else int(row[0])

    def blocks(self) -> list[tuple[int, str]]:
        """Blocks whose hash is known, newest first."""
        rows = self._db.execute("SELECT number, hash FROM blocks ORDER BY number DESC")
        return [(int(row[0]), str(row[1])) for row in rows]

    def read_to(
        self, block: int, hash: str, requests: list[tuple[int, int]], duties: list[tuple[int, int, int]]
    ) -> None:
        """Everything up to `block` was read: these request numbers and panels (case, panel), each with its block."""
        with self._whole():
            for number, seen in requests:
                self._db.execute(
                    "INSERT INTO requests (number, seen_block, changed) VALUES (?, ?, ?) ON CONFLICT (number) "
                    "DO UPDATE SET seen_block = excluded.seen_block, "
                    "state = CASE state WHEN 'gone' THEN 'new' ELSE state END",
                    (number, seen, self._now()),
                )
            for case, panel, seen in duties:
                self._db.execute(
                    "INSERT INTO duties (court_case, panel, seen_block) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (case, panel, seen),
                )
            self._db.execute("INSERT OR REPLACE INTO blocks VALUES (?, ?)", (block, hash))
            self._db.execute("DELETE FROM blocks WHERE number < ?", (block - _KEPT_BLOCKS,))
            self._set_cursor(block)

    def rewind(self, block: int) -> None:
        """Blocks after `block` are not the chain's any more."""
        with self._whole():
            self._db.execute("DELETE FROM blocks WHERE number > ?", (block,))
            self._set_cursor(block)

    def _set_cursor(self, block: int) -> None:
        self._db.execute(
            "INSERT INTO facts VALUES ('cursor', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (str(block),),
        )

    # Requests

    def due(self, states: tuple[str, ...] = ("new", "waiting", "signed")) -> list[Known]:
        """Requests there is something to do about now."""
        marks = ",".join("?" * len(states))
        rows = self._db.execute(
            f"SELECT * FROM requests WHERE state IN ({marks}) AND due <= ? ORDER BY deadline, number",
            (*states, self._clock()),
        )
        return [_known(row) for row in rows]

    def requests(self, limit: int = 1_000_000) -> list[Known]:
        """Requests, newest first."""
        rows = self._db.execute("SELECT * FROM requests ORDER BY number DESC LIMIT ?", (limit,))
        return [_known(row) for row in rows]

    def request(self, number: int) -> Known | None:
        """One of them."""
        row = self._db.execute("SELECT * FROM requests WHERE number = ?", (number,)).fetchone()
        return None if row is None else _known(row)

    def describe(self, number: int, kind: str, target: str, asset: int, claimed: int, deadline: int) -> None:
        """What the chain says of a request."""
        self._db.execute(
            "UPDATE requests SET kind = ?, target = ?, asset = ?, claimed = ?, deadline = ? WHERE number = ?",
            (kind, target, str(asset), str(claimed), deadline, number),
        )

    def move(self, number: int, state: str, why: str, wait: float = 0.0, failed: bool = False) -> None:
        """A request is now in `state`, because of `why`; it is looked at again after `wait` seconds."""
        self._db.execute(
            "UPDATE requests SET state = ?, why = ?, due = ?, tries = CASE WHEN ? THEN tries + 1 ELSE 0 END, "
            "changed = CASE WHEN state = ? AND why = ? THEN changed ELSE ? END WHERE number = ?",
            (state, why, self._clock() + wait, failed, state, why, self._now(), number),
        )

    def found(self, number: int, name: str, accept: bool, reason: str, facts: dict[str, str]) -> None:
        """What a check said."""
        self._db.execute(
            "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?)",
            (number, name, accept, reason, json.dumps(facts, sort_keys=True), self._now()),
        )

    def verdicts(self, number: int) -> list[dict[str, Any]]:
        """What checks said of a request, oldest first."""
        rows = self._db.execute("SELECT * FROM verdicts WHERE number = ? ORDER BY rowid", (number,))
        return [{**dict(row), "accept": bool(row["accept"]), "facts": json.loads(row["facts"])} for row in rows]

    # Results

    def decide(self, number: int, decision: Decision, digest: bytes) -> Decided:
        """Decides a request, or gives back what was decided on before.

        Raises:
            Equivocation: something else was decided on before; that stays.
        """
        with self._whole():
            self._db.execute(
                "INSERT INTO results (number, amount, valid_until, digest, reason, decided_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING",
                (number, str(decision.amount), decision.valid_until, digest, decision.reason, self._now()),
            )
        decided = self.decided(number)
        assert decided is not None
        same = (decided.amount, decided.valid_until, decided.digest)
        if same != (decision.amount, decision.valid_until, digest):
            raise Equivocation(
                f"request {number}: {decided.amount} until {decided.valid_until} was decided on before; "
                f"{decision.amount} until {decision.valid_until} is not signed"
            )
        return decided

    def decided(self, number: int) -> Decided | None:
        """What was decided on."""
        row = self._db.execute("SELECT * FROM results WHERE number = ?", (number,)).fetchone()
        if row is None:
            return None
        return Decided(
            row["number"],
            int(row["amount"]),
            row["valid_until"],
            bytes(row["digest"]),
            row["reason"],
            row["decided_at"],
            row["signer"],
            None if row["signature"] is None else bytes(row["signature"]),
        )

    def signed(self, number: int, signer: Address, signature: bytes) -> None:
        """The result was signed. A second time only with the same signature."""
        try:
            with self._whole():
                self._db.execute(
                    "UPDATE results SET signer = ?, signature = ? WHERE number = ?", (signer, signature, number)
                )
        except sqlite3.IntegrityError as error:
            raise Equivocation(f"request {number}: {error}") from None

    def own_signatures(self) -> list[SignedResult]:
        """All results this node signed."""
        rows = self._db.execute("SELECT * FROM results WHERE signature IS NOT NULL ORDER BY number")
        return [
            SignedResult(row["number"], int(row["amount"]), row["valid_until"], row["signer"], bytes(row["signature"]))
            for row in rows
        ]

    # Signatures of all nodes

    def collect(self, one: SignedResult, node: int) -> bool:
        """Keeps a signature; False where it was there."""
        with self._whole():
            kept = self._db.execute(
                "INSERT INTO collected VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (one.number, one.signer, str(one.amount), one.valid_until, node, one.signature, self._now()),
            )
        return kept.rowcount > 0

    def collected(self, number: int) -> list[tuple[SignedResult, int]]:
        """Signatures for a request, each with its node, in ascending order of the signers' addresses."""
        rows = self._db.execute("SELECT * FROM collected WHERE number = ?", (number,)).fetchall()
        found = [
            (
                SignedResult(
                    row["number"], int(row["amount"]), row["valid_until"], row["signer"], bytes(row["signature"])
                ),
                int(row["node"]),
            )
            for row in rows
        ]
        return sorted(found, key=lambda pair: int(pair[0].signer, 16))

    def untold(self, number: int, peers: list[str]) -> list[str]:
        """Peers that were not told of this node's signature yet."""
        rows = self._db.execute("SELECT peer FROM told WHERE number = ?", (number,))
        told = {row[0] for row in rows}
        return [peer for peer in peers if peer not in told]

    def mark_told(self, number: int, peer: str) -> None:
        """A peer has this node's signature."""
        self._db.execute("INSERT INTO told VALUES (?, ?) ON CONFLICT DO NOTHING", (number, peer))

    # Transactions

    def sent(self, purpose: str) -> Sent | None:
        """The transaction that stands for a purpose."""
        row = self._db.execute("SELECT * FROM transactions WHERE purpose = ?", (purpose,)).fetchone()
        if row is None:
            return None
        hashes = tuple(json.loads(row["hashes"]))
        return Sent(row["purpose"], row["sender"], row["nonce"], bytes(row["raw"]), hashes, row["sent_at"])

    def keep_sent(self, one: Sent) -> None:
        """A transaction is about to be sent for a purpose."""
        with self._whole():
            self._db.execute(
                "INSERT OR REPLACE INTO transactions VALUES (?, ?, ?, ?, ?, ?)",
                (one.purpose, one.sender, one.nonce, one.raw, json.dumps(list(one.hashes)), one.sent_at),
            )

    def next_nonce(self, sender: Address) -> int:
        """One more than the highest nonce that was used for a transaction which may not be in a block yet."""
        row = self._db.execute("SELECT max(nonce) FROM transactions WHERE sender = ?", (sender,)).fetchone()
        return 0 if row[0] is None else int(row[0]) + 1

    def purposes(self, sender: Address) -> list[str]:
        """Purposes for which a transaction of `sender` stands, by nonce."""
        rows = self._db.execute("SELECT purpose FROM transactions WHERE sender = ? ORDER BY nonce", (sender,))
        return [str(row[0]) for row in rows.fetchall()]

    def drop_sent(self, purpose: str) -> None:
        """Nothing stands for the purpose any more: it is in a block, or can never be in one."""
        self._db.execute("DELETE FROM transactions WHERE purpose = ?", (purpose,))

    # The court

    def duties(self) -> list[Duty]:
        """Panels there is something to do in now."""
        rows = self._db.execute(
            "SELECT * FROM duties WHERE state != 'over' AND due <= ? ORDER BY court_case, panel", (self._clock(),)
        )
        return [_duty(row) for row in rows]

    def all_duties(self) -> list[Duty]:
        """Every panel the node was drawn for, newest first."""
        rows = self._db.execute("SELECT * FROM duties ORDER BY court_case DESC, panel DESC")
        return [_duty(row) for row in rows]

    def move_duty(self, case: int, panel: int, state: str, why: str, wait: float = 0.0, failed: bool = False) -> None:
        """A duty is now in `state`; it is looked at again after `wait` seconds."""
        self._db.execute(
            "UPDATE duties SET state = ?, why = ?, due = ?, tries = CASE WHEN ? THEN tries + 1 ELSE 0 END "
            "WHERE court_case = ? AND panel = ?",
            (state, why, self._clock() + wait, failed, case, panel),
        )

    def vote(self, case: int, panel: int) -> Vote | None:
        """What the node decided to vote."""
        row = self._db.execute("SELECT * FROM votes WHERE court_case = ? AND panel = ?", (case, panel)).fetchone()
        if row is None:
            return None
        salt, commitment = bytes(row["salt"]), bytes(row["commitment"])
        return Vote(case, panel, row["number"], bool(row["uphold"]), salt, commitment, row["reason"])

    def keep_vote(self, vote: Vote) -> Vote:
        """Decides a vote, or gives back the one that was decided before: a salt that is lost is a vote that is lost."""
        with self._whole():
            self._db.execute(
                "INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (vote.case, vote.panel, vote.number, vote.uphold, vote.salt, vote.commitment, vote.reason, self._now()),
            )
        kept = self.vote(vote.case, vote.panel)
        assert kept is not None
        return kept

    # What happened, for people

    def note(self, what: str, number: int | None = None) -> None:
        """Writes a line into the node's diary."""
        self._db.execute("INSERT INTO happened VALUES (?, ?, ?)", (self._now(), number, what))

    def notes(self, number: int) -> list[tuple[int, str]]:
        """The lines about a request, oldest first."""
        rows = self._db.execute("SELECT at, what FROM happened WHERE number = ? ORDER BY rowid", (number,))
        return [(int(row[0]), str(row[1])) for row in rows]

    def _now(self) -> int:
        return int(self._clock())


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _known(row: sqlite3.Row) -> Known:
    return Known(
        row["number"],
        row["kind"],
        row["target"],
        row["asset"],
        int(row["claimed"]),
        row["deadline"],
        row["state"],
        row["why"],
        row["tries"],
        row["due"],
        row["seen_block"],
        row["changed"],
    )


def _duty(row: sqlite3.Row) -> Duty:
    return Duty(row["court_case"], row["panel"], row["state"], row["why"], row["tries"], row["due"])
