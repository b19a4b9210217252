"""How far the chain was read, the requests seen on the way, and what checks said of them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from .base import Base

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


class Requests(Base):
    """Which requests there are, and where each stands."""

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

    # What happened, for people

    def note(self, what: str, number: int | None = None) -> None:
        """Writes a line into the node's diary."""
        self._db.execute("INSERT INTO happened VALUES (?, ?, ?)", (self._now(), number, what))

    def notes(self, number: int) -> list[tuple[int, str]]:
        """The lines about a request, oldest first."""
        rows = self._db.execute("SELECT at, what FROM happened WHERE number = ? ORDER BY rowid", (number,))
        return [(int(row[0]), str(row[1])) for row in rows]


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
