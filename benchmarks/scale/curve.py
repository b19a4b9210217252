"""A curve: one count that grows, and what operations cost beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from eth_typing import ChecksumAddress
from web3.contract.contract import ContractFunction

from benchmarks.node import Node
from benchmarks.progress import Progress

GAS, BYTES, SECONDS = "gas", "bytes of call data", "microseconds"


class Shape(StrEnum):
    """How a figure grows with the count n."""

    FLAT = "flat"
    LOGARITHMIC = "log n"
    LINEAR = "linear"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Line:
    """An operation of a curve: the shape it must have, and in what its figures are."""

    shape: Shape
    why: str
    unit: str = GAS


@dataclass(slots=True)
class Sheet:
    """Where a curve puts its figures."""

    node: Node
    step: Progress
    figures: dict[str, dict[int, int]] = field(default_factory=dict)

    def gas(self, operation: str, count: int, call: ContractFunction, sender: ChecksumAddress) -> None:
        """Gas of one whole transaction, which is taken back."""
        self.put(operation, count, self.node.gas(call, sender))

    def put(self, operation: str, count: int, figure: int) -> None:
        """A figure that was measured otherwise."""
        self.figures.setdefault(operation, {})[count] = figure


Measure = Callable[[Sheet, Sequence[int]], None]
"""Builds the state up to each of the counts, which ascend, and measures there."""


@dataclass(frozen=True, slots=True)
class Curve:
    """`counts`: what n counts. `points`: all counts that are measured; the first `short` of them in the tests."""

    name: str
    counts: str
    points: tuple[int, ...]
    short: int
    measure: Measure
    lines: Mapping[str, Line]
    timed: bool = False
    """Whether its figures are times of this machine rather than gas."""

    @property
    def few(self) -> tuple[int, ...]:
        """The counts of the short form."""
        return self.points[: self.short]


def flat(why: str, unit: str = GAS) -> Line:
    """An operation that costs the same for any count."""
    return Line(Shape.FLAT, why, unit)


def log(why: str, unit: str = GAS) -> Line:
    """An operation that costs about so much more with each doubling."""
    return Line(Shape.LOGARITHMIC, why, unit)


def linear(why: str, unit: str = GAS) -> Line:
    """An operation that costs so much more with each one more."""
    return Line(Shape.LINEAR, why, unit)
