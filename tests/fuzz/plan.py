"""Which machine takes how many steps, in chunks that each have a seed: the same whoever carries them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from tests.properties.beside import PER_EXAMPLE

CHUNK = 5_000
"""Steps of a chunk: some ten seconds."""
WHOLE = "suite"
"""The machine over everything that is deployed. Half of all steps are its own."""


@dataclass(frozen=True)
class Chunk:
    """`number`: which chunk of its machine; `seed`: what Hypothesis draws from."""

    machine: str
    number: int
    seed: int
    steps: int

    @property
    def examples(self) -> int:
        """Sequences of steps, each from the machine's start."""
        return self.steps // PER_EXAMPLE


def seed_of(seed: int, machine: str, number: int) -> int:
    """The seed of a chunk; no two chunks of a run have the same."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{machine}/{number}".encode()).digest()[:8], "big")


def shares(names: Iterable[str]) -> dict[str, float]:
    """Which part of the whole each machine has."""
    listed = list(names)
    others = [name for name in listed if name != WHOLE]
    if WHOLE not in listed:
        return {name: 1 / len(others) for name in others}
    half = 0.5 if others else 1.0
    return {WHOLE: half} | {name: (1 - half) / len(others) for name in others}


def chunk(seed: int, machine: str, number: int, left: int | None) -> Chunk:
    """The chunk of that number where so many steps are left to the machine; None for any number."""
    steps = CHUNK if left is None else min(CHUNK, left)
    return Chunk(machine, number, seed_of(seed, machine, number), max(PER_EXAMPLE, steps - steps % PER_EXAMPLE))
