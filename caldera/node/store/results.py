"""What the node decided and signed."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from caldera.contracts import structs
from caldera.evm import Address

from ..errors import Equivocation
from ..model import Decision, SignedResult
from .base import Base


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
    facts: structs.OperatingFacts | None = None


class Results(Base):
    """A result is decided once, and signed once."""

    def decide(self, number: int, decision: Decision, digest: bytes) -> Decided:
        """Decides a request, or gives back what was decided on before.

        Raises:
            Equivocation: something else was decided on before; that stays.
        """
        with self._whole():
            made = self._db.execute(
                "INSERT INTO results (number, amount, valid_until, digest, reason, decided_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING",
                (number, str(decision.amount), decision.valid_until, digest, decision.reason, self._now()),
            )
            if made.rowcount > 0 and decision.facts is not None:
                facts = decision.facts
                self._db.execute(
                    "INSERT INTO statements VALUES (?, ?, ?, ?)",
                    (number, facts.entity, facts.nonce, json.dumps(facts)),
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
            self._statement(number),
        )

    def _statement(self, number: int) -> structs.OperatingFacts | None:
        row = self._db.execute("SELECT facts FROM statements WHERE number = ?", (number,)).fetchone()
        return None if row is None else structs.OperatingFacts(*json.loads(row[0]))

    def same_statement(self, entity: int, nonce: int, number: int) -> list[int]:
        """Other requests for which statement `nonce` about an entity was decided on."""
        rows = self._db.execute(
            "SELECT number FROM statements WHERE entity = ? AND nonce = ? AND number != ? ORDER BY number",
            (entity, nonce, number),
        )
        return [int(row[0]) for row in rows.fetchall()]

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
            SignedResult(
                row["number"],
                int(row["amount"]),
                row["valid_until"],
                row["signer"],
                bytes(row["signature"]),
                self._statement(row["number"]),
            )
            for row in rows.fetchall()
        ]
