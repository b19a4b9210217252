"""The file of a store, and what it belongs to."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreInvalid
from .schema import STEPS, VERSION


class Base:
    """A connection. Every method is one transaction and on the disk when it returns."""

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
        if version == 0 and read_only:
            raise StoreInvalid(f"{self.path}: there is no store yet; the node is just making it, or never ran")
        if version > VERSION:
            raise StoreInvalid(f"{self.path} is a store of version {version}, this program's is {VERSION}")
        if version < VERSION and read_only:
            raise StoreInvalid(f"{self.path} is a store of version {version}: run the node, which brings it up to date")
        if version == VERSION:
            return
        with self._whole():
            for script in STEPS[version:]:
                for statement in _statements(script):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={VERSION}")

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
