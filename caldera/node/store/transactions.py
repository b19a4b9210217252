"""Transactions that may not be in a block yet."""

from __future__ import annotations

import json
from dataclasses import dataclass

from caldera.evm import Address

from .base import Base


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that was signed; `hashes`: of it and of those that it replaces by its nonce."""

    purpose: str
    sender: Address
    nonce: int
    raw: bytes
    hashes: tuple[str, ...]
    sent_at: float


class Transactions(Base):
    """What was signed for a purpose, until it is in a block."""

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
