"""The journal: every voucher once, in a file of SQLite. Nothing in it is changed or removed; what is wrong is reversed.

An import brings everything that a range of blocks gives. What the journal has already is passed over. What it has and
the chain has no longer, or otherwise (its block was reorganised away), gets a reversal, and the new voucher follows it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from .errors import NotAJournal, OtherChart
from .voucher import Key, Voucher

SCHEMA = 1
# One transaction: a process killed half-way leaves no file that is neither empty nor a journal.
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS voucher (
    chain_id INTEGER NOT NULL, tx TEXT NOT NULL, log_index INTEGER NOT NULL, books TEXT NOT NULL,
    perspective TEXT NOT NULL, revision INTEGER NOT NULL, block INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (chain_id, tx, log_index, books, perspective, revision)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_block ON voucher (chain_id, books, block);
CREATE TABLE IF NOT EXISTS books (
    chain_id INTEGER NOT NULL, books TEXT NOT NULL, made_with TEXT NOT NULL, PRIMARY KEY (chain_id, books)
) WITHOUT ROWID;
PRAGMA user_version = {SCHEMA};
COMMIT;
"""


@dataclass(frozen=True)
class Imported:
    """What an import did. `reversed`: vouchers taken back because the chain was reorganised, as they stood before."""

    added: list[Voucher]
    known: int
    reversed: list[Voucher]


class Journal:
    """The vouchers of any number of books. Close it, or use it as a context manager."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        """Opens or begins the journal in the file; without one it is kept in memory.

        Raises:
            NotAJournal: the file is something else, or of another version.
        """
        self._path = str(path)
        try:
            self._db = sqlite3.connect(self._path, isolation_level=None)
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            raise NotAJournal(f"{self._path}: {error}; name another file") from None
        if version != SCHEMA and (version or tables):
            self._db.close()
            raise NotAJournal(f"{self._path} is not a journal of version {SCHEMA}; name another file")
        if not tables:
            self._db.executescript(_TABLES)

    def take(self, books: str, chain_id: int, first: int, last: int, vouchers: Iterable[Voucher]) -> Imported:
        """Brings the journal to what the chain gives for the blocks `first` to `last`: all of it, or nothing at all."""
        wanted = {voucher.key: voucher for voucher in vouchers}
        added: list[Voucher] = []
        reversed_: list[Voucher] = []
        with self._transaction():
            standing = {each.key: each for each in self._standing(books, chain_id, first, last)}
            for key, old in standing.items():
                new = wanted.get(key)
                if new is None or replace(new, revision=old.revision) != old:
                    self._put(old.reversed())
                    reversed_.append(old)
            for key, new in wanted.items():
                if (old_ := standing.get(key)) and old_ not in reversed_:
                    continue
                # The same transaction may have been taken back from a block outside this range, or long ago.
                newest = self._newest(key)
                if newest is not None and newest.revision % 2 == 0:
                    self._put(newest.reversed())
                    reversed_.append(newest)
                    newest = newest.reversed()
                new = replace(new, revision=newest.revision + 1 if newest else 0)
                self._put(new)
                added.append(new)
        return Imported(added, len(wanted) - len(added), reversed_)

    def bind(self, books: str, chain_id: int, made_with: str) -> None:
        """Notes what the books are made with: chart, deployment, party.

        Raises:
            OtherChart: vouchers in it were made with something else, so one chain would give two kinds of entries.
        """
        with self._transaction():
            self._db.execute("INSERT OR IGNORE INTO books VALUES (?, ?, ?)", (chain_id, books, made_with))
            (before,) = self._db.execute(
                "SELECT made_with FROM books WHERE chain_id = ? AND books = ?", (chain_id, books)
            ).fetchone()
        if before != made_with:
            raise OtherChart(
                f"{self._path}: the books {books!r} of chain {chain_id} were made with another chart, deployment or "
                "party: use those again, or begin a new journal"
            )

    def vouchers(self, books: str | None = None) -> list[Voucher]:
        """Every voucher in the order of the chain, reversals among them."""
        found = self._db.execute(
            "SELECT content FROM voucher WHERE ?1 IS NULL OR books = ?1 "
            "ORDER BY chain_id, block, log_index, tx, books, perspective, revision",
            (books,),
        )
        return [Voucher.load(content) for (content,) in found]

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _standing(self, books: str, chain_id: int, first: int, last: int) -> Iterator[Voucher]:
        found = self._db.execute(
            "SELECT content FROM voucher AS v WHERE chain_id = ? AND books = ? AND block BETWEEN ? AND ? "
            "AND revision % 2 = 0 AND NOT EXISTS (SELECT 1 FROM voucher AS later WHERE later.chain_id = v.chain_id "
            "AND later.tx = v.tx AND later.log_index = v.log_index AND later.books = v.books "
            "AND later.perspective = v.perspective AND later.revision > v.revision) ORDER BY block, log_index",
            (chain_id, books, first, last),
        ).fetchall()
        return (Voucher.load(content) for (content,) in found)

    def _newest(self, key: Key) -> Voucher | None:
        found = self._db.execute(
            "SELECT content FROM voucher WHERE chain_id = ? AND tx = ? AND log_index = ? AND books = ? "
            "AND perspective = ? ORDER BY revision DESC LIMIT 1",
            key,
        ).fetchone()
        return Voucher.load(found[0]) if found else None

    def _put(self, voucher: Voucher) -> None:
        self._db.execute(
            "INSERT INTO voucher VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*voucher.key, voucher.revision, voucher.block, voucher.dump()),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise NotAJournal(f"{self._path} cannot be written: {error}") from None
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
