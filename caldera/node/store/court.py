"""The node in court: panels it was drawn for, and its votes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from .base import Base


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


class Duties(Base):
    """Panels, and a vote in each that is decided once."""

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


def _duty(row: sqlite3.Row) -> Duty:
    return Duty(row["court_case"], row["panel"], row["state"], row["why"], row["tries"], row["due"])
