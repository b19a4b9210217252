"""What is kept between runs, in one folder: failures to try first, and examples that showed something new.

Two things are new: an outcome (a function of a contract that went through, or refused with this error) and a pair of
outcomes in a row. An example is kept as the choices that Hypothesis made in it, from which it is drawn again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis.database import ExampleDatabase

from caldera.evm import Receipt

MOST = 200
"""Examples kept of one machine."""


def seen_in(receipts: Sequence[Receipt[Any]]) -> tuple[set[str], set[str]]:
    """The outcomes of an example, and their pairs, each as a short hash."""
    outcomes = [_short(_outcome(receipt)) for receipt in receipts]
    return set(outcomes), {_short((a + b).encode()) for a, b in pairwise(outcomes)}


def _outcome(receipt: Receipt[Any]) -> bytes:
    error = b"" if receipt.ok else receipt.output[:4] or b"halt"
    return f"{receipt.to}".encode() + receipt.data[:4] + error


def _short(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=6).hexdigest()


@dataclass
class Corpus:
    """Of one machine. `outcomes` and `pairs`: seen so far; `examples`: that saw one first, oldest first, as hex."""

    path: Path
    outcomes: set[str] = field(default_factory=set)
    pairs: set[str] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, folder: Path, machine: str) -> Corpus:
        """What earlier runs left; nothing if there is none or if it cannot be read."""
        path = folder / "corpus" / f"{machine}.json"
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, set(raw["outcomes"]), set(raw["pairs"]), list(raw["examples"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)

    def add(self, outcomes: Iterable[str], pairs: Iterable[str], example: str) -> bool:
        """Takes an example in if it is new in anything."""
        outcomes, pairs = set(outcomes) - self.outcomes, set(pairs) - self.pairs
        if not (outcomes or pairs):
            return False
        self.outcomes |= outcomes
        self.pairs |= pairs
        if len(self.examples) < MOST:
            self.examples.append(example)
        return True

    def save(self) -> None:
        """Writes it, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        raw = {"outcomes": sorted(self.outcomes), "pairs": sorted(self.pairs), "examples": self.examples}
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(raw), encoding="utf-8")
        os.replace(fresh, self.path)


class Kept(ExampleDatabase):
    """Examples for Hypothesis to try again. What fails is saved to `failures`; what passes stays where it is."""

    def __init__(self, examples: Iterable[str], failures: ExampleDatabase) -> None:
        super().__init__()
        self._examples = [bytes.fromhex(example) for example in examples]
        self._failures = failures

    def fetch(self, key: bytes) -> Iterable[bytes]:
        return () if key.endswith((b".secondary", b".pareto")) else self._examples

    def save(self, key: bytes, value: bytes) -> None:
        self._failures.save(key, value)

    def delete(self, key: bytes, value: bytes) -> None:
        self._failures.delete(key, value)
