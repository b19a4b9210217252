"""What a party still has to pay, and until when."""

from __future__ import annotations

from dataclasses import dataclass

from .bookkeeper import Bookkeeper
from .money import Currency
from .positions import ACKNOWLEDGED, DEFAULTED, WRITTEN_OFF


@dataclass(frozen=True)
class Due:
    """What is owed on one receivable or line. `due`: last second at which payment is in time."""

    id: int
    number: str
    creditor: int
    amount: int
    due: int
    currency: Currency


def owed_by(keeper: Bookkeeper) -> list[Due]:
    """What the party still owes on receivables that it acknowledged and does not dispute, the earliest first."""
    found = [
        Due(asset, root.number, root.creditor, part.owed, root.due, keeper.currencies[root.currency_id])
        for root in keeper.positions.roots.values()
        if keeper.party.is_us(root.debtor) and root.state in (ACKNOWLEDGED, DEFAULTED, WRITTEN_OFF)
        for asset, part in root.parts.items()
        if part.owed > 0
    ]
    return sorted(found, key=lambda each: (each.due, each.id))
