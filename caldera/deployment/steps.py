"""A step of a plan: a contract to create or a call to make, and how to see that it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """`to` none: a contract is created, by the transaction `nonce`, at `address`. `check` asks the chain."""

    title: str
    data: bytes = field(repr=False)
    to: str | None
    address: str
    check: Callable[[], bool] = field(repr=False, compare=False)
    nonce: int | None = None

    @property
    def creates(self) -> bool:
        """True for a deployment."""
        return self.to is None


@dataclass(frozen=True)
class PlannedStep:
    """A step and whether the chain had it already when the plan was made."""

    step: Step
    done: bool
