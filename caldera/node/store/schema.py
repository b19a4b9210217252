"""The tables of a store, version by version. What was decided is kept by the database itself, by triggers."""

from __future__ import annotations

VERSION = 2
_FIRST = """
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
# Kept by newer programs beside what they find: operating facts, and nodes that contradicted themselves.
_SECOND = """
CREATE TABLE statements (
    number INTEGER PRIMARY KEY, entity INTEGER NOT NULL, nonce INTEGER NOT NULL, facts TEXT NOT NULL);
CREATE TABLE collected_facts (
    number INTEGER NOT NULL, signer TEXT NOT NULL, facts TEXT NOT NULL, node INTEGER NOT NULL,
    signature BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (number, signer, facts));
CREATE TABLE conflicts (
    node INTEGER NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'found', why TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, found_at INTEGER NOT NULL,
    PRIMARY KEY (node, number)) WITHOUT ROWID;
CREATE TRIGGER statement_stays BEFORE UPDATE ON statements
    BEGIN SELECT RAISE(ABORT, 'facts that were decided on do not change'); END;
CREATE TRIGGER statement_kept BEFORE DELETE ON statements
    BEGIN SELECT RAISE(ABORT, 'facts that were decided on stay'); END;
INSERT INTO conflicts (node, number, found_at)
    SELECT node, number, max(at) FROM collected GROUP BY node, number
    HAVING count(DISTINCT amount || ':' || valid_until) > 1;
"""
STEPS = (_FIRST, _SECOND)
"""What makes version 1 of nothing, version 2 of version 1."""
