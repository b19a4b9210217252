"""Compares two gas tables: a worse figure of ours needs a reason, one of a peer is only told."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.rows import OURS, Row

TOLERANCE = Decimal("0.005")  # half a percent


@dataclass(frozen=True, slots=True)
class Worse:
    """A figure that rose, or one of ours that is gone (`after` is None)."""

    before: Row
    after: int | None
    tolerance: Decimal = TOLERANCE

    @property
    def rise(self) -> Decimal | None:
        """The rise as a share of the figure before; None where the figure is gone."""
        return None if self.after is None else Decimal(self.after - self.before.gas) / self.before.gas

    @property
    def fails(self) -> bool:
        """Whether it must not pass without a reason: ours, and gone or worse by more than the tolerance."""
        return self.before.implementation == OURS and (self.rise is None or self.rise > self.tolerance)

    def __str__(self) -> str:
        name = f"{self.before.operation} of {self.before.implementation}"
        if self.rise is None:
            return f"{name}: was {self.before.gas:,}, is not measured any more"
        return f"{name}: {self.before.gas:,} -> {self.after:,} (+{self.rise * 100:.2f} %)"


def worse(before: Iterable[Row], after: Iterable[Row], tolerance: Decimal = TOLERANCE) -> list[Worse]:
    """Every figure that rose, and every figure of ours that is gone; better, equal and new ones are left out."""
    now = {row.key: row.gas for row in after}
    found: list[Worse] = []
    for row in before:
        gas = now.get(row.key)
        gone = gas is None and row.implementation == OURS
        if gone or (gas is not None and gas > row.gas):
            found.append(Worse(row, gas, tolerance))
    return found
