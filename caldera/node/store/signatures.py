"""Signatures of all nodes, and which peers have the own ones."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from caldera.contracts import structs

from ..model import SignedResult
from .base import Base


@dataclass(frozen=True, slots=True)
class Conflict:
    """A node that signed two results of one request. `state`: found, proven (by this node), known (another proved it),
    own (the key is this node's own), over (nothing came of it)."""

    node: int
    number: int
    state: str
    why: str
    tries: int
    found_at: int


class Signatures(Base):
    """What nodes signed, as it came."""

    def collect(self, one: SignedResult, node: int) -> bool:
        """Keeps a signature; False where it was there. A second result of one node about a request is a conflict from
        then on."""
        with self._whole():
            if one.facts is not None:
                kept = self._db.execute(
                    "INSERT INTO collected_facts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (one.number, one.signer, json.dumps(one.facts), node, one.signature, self._now()),
                )
                return kept.rowcount > 0
            kept = self._db.execute(
                "INSERT INTO collected VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (one.number, one.signer, str(one.amount), one.valid_until, node, one.signature, self._now()),
            )
            self._db.execute(
                "INSERT INTO conflicts (node, number, found_at) SELECT node, number, ? FROM collected "
                "WHERE number = ? AND node = ? GROUP BY node, number "
                "HAVING count(DISTINCT amount || ':' || valid_until) > 1 ON CONFLICT DO NOTHING",
                (self._now(), one.number, node),
            )
        return kept.rowcount > 0

    def collected(self, number: int) -> list[tuple[SignedResult, int]]:
        """Signatures for a request, each with its node, in ascending order of the signers' addresses."""
        rows = self._db.execute("SELECT * FROM collected WHERE number = ?", (number,)).fetchall()
        found = [(_result(row), int(row["node"])) for row in rows]
        rows = self._db.execute("SELECT * FROM collected_facts WHERE number = ?", (number,)).fetchall()
        found += [(_statement(row), int(row["node"])) for row in rows]
        return sorted(found, key=lambda pair: int(pair[0].signer, 16))

    def untold(self, number: int, peers: list[str]) -> list[str]:
        """Peers that were not told of this node's signature yet."""
        rows = self._db.execute("SELECT peer FROM told WHERE number = ?", (number,))
        told = {row[0] for row in rows}
        return [peer for peer in peers if peer not in told]

    def mark_told(self, number: int, peer: str) -> None:
        """A peer has this node's signature."""
        self._db.execute("INSERT INTO told VALUES (?, ?) ON CONFLICT DO NOTHING", (number, peer))

    # Nodes that signed two results of one request

    def conflicts(self) -> list[Conflict]:
        """Those there is something to do about now."""
        rows = self._db.execute(
            "SELECT * FROM conflicts WHERE state = 'found' AND due <= ? ORDER BY found_at, node, number",
            (self._clock(),),
        )
        return [_conflict(row) for row in rows.fetchall()]

    def all_conflicts(self) -> list[Conflict]:
        """Every one, newest first."""
        rows = self._db.execute("SELECT * FROM conflicts ORDER BY found_at DESC, node, number")
        return [_conflict(row) for row in rows.fetchall()]

    def proof(self, one: Conflict) -> list[SignedResult]:
        """Two results that the node signed, in the order in which they came."""
        rows = self._db.execute(
            "SELECT * FROM collected WHERE number = ? AND node = ? ORDER BY at, rowid", (one.number, one.node)
        ).fetchall()
        found: list[SignedResult] = []
        for result in map(_result, rows):
            if all((result.amount, result.valid_until) != (other.amount, other.valid_until) for other in found):
                found.append(result)
        return found[:2]

    def move_conflict(self, one: Conflict, state: str, why: str, wait: float = 0.0) -> None:
        """A conflict is now in `state`; it is looked at again after `wait` seconds."""
        self._db.execute(
            "UPDATE conflicts SET state = ?, why = ?, due = ?, tries = tries + 1 WHERE node = ? AND number = ?",
            (state, why, self._clock() + wait, one.node, one.number),
        )


def _result(row: sqlite3.Row) -> SignedResult:
    return SignedResult(row["number"], int(row["amount"]), row["valid_until"], row["signer"], bytes(row["signature"]))


def _statement(row: sqlite3.Row) -> SignedResult:
    facts = structs.OperatingFacts(*json.loads(row["facts"]))
    return SignedResult(row["number"], facts.nonce, facts.validUntil, row["signer"], bytes(row["signature"]), facts)


def _conflict(row: sqlite3.Row) -> Conflict:
    return Conflict(row["node"], row["number"], row["state"], row["why"], row["tries"], row["found_at"])
