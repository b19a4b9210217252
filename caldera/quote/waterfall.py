"""How money is shared between a senior and a junior tranche, in whole units, as `WaterfallLib` shares it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caldera.model.pool import SCALE
from caldera.model.receivables import DAY

BPS = 10_000


def most_senior(value: int, coverage_bps: int) -> int:
    """The largest senior tranche over assets of `value`; rounded down."""
    return value * (BPS - coverage_bps) // BPS


@dataclass(frozen=True)
class Shared:
    """What came to whom. `lost`: senior principal that was not repaid. `waited`: senior principal × days."""

    interest: int
    repaid: int
    junior: int
    lost: int
    waited: int

    @property
    def senior(self) -> int:
        """Interest and principal."""
        return self.interest + self.repaid


def waterfall(senior: int, rate_bps: int, payments: Iterable[tuple[int, int]]) -> Shared:
    """Shares payments (day, amount) of a deal issued on day 0: interest due in whole units, principal, the rest.

    Interest is simple, by the second, on the principal that is outstanding; fractions are carried on.
    """
    principal, earned, interest, junior, waited, since = senior, 0, 0, 0, 0, 0
    for day, amount in sorted(payments):
        waited += principal * (day - since)
        earned += principal * rate_bps * (day - since) * DAY
        since = day
        paid = min(amount, earned // SCALE - interest)
        repaid = min(amount - paid, principal)
        interest, principal = interest + paid, principal - repaid
        junior += amount - paid - repaid
    return Shared(interest, senior - principal, junior, principal, waited)
