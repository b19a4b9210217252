"""An enterprise trades for an epoch, and its books say so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from caldera.model.credit import DEVNET
from tests.support.credit import as_struct
from tests.support.node import EPOCH, Ground, configuration, register
from tests.support.suite import DAY

UNIT = 10**6


def day(second: int) -> str:
    """As books write it."""
    return datetime.fromtimestamp(second, UTC).date().isoformat()


@dataclass
class Trade:
    """What palmetto did in `epoch`, which is over. Of 150,000 that fell due 130,000 were paid, 40,000 of them four days
    late: 4 × 40,000 / 130,000 = 1.2308 days."""

    ground: Ground
    epoch: int
    content: dict[str, Any]
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def entity(self) -> int:
        return self.ground.suite.entities["palmetto"]

    def line(self, number: str) -> dict[str, Any]:
        """The invoice of a number."""
        found: dict[str, Any] = next(one for one in self.content["invoices"] if one["number"] == number)
        return found

    def document(self) -> bytes:
        """The books as they are now."""
        return json.dumps(self.content, indent=2).encode()

    def ask(self, document: bytes | None = None, **changes: Any) -> int:
        """A request about the enterprise, by itself."""
        digest = hashlib.sha256(self.document() if document is None else document).digest()
        given: dict[str, Any] = {
            "kind": 2,
            "target": self.ground.record.address,
            "id": self.entity,
            "field": 0,
            "claimed": 0,
            "documentHash": digest,
        }
        return self.ground.ask(**(given | changes))


def trade(ground: Ground) -> Trade:
    """Three invoices: A and B fall due in the epoch after the present one, C is issued in it and due later."""
    chain, suite = ground.chain, ground.suite
    epoch = chain.now // EPOCH + 1
    begins = epoch * EPOCH
    made = Trade(ground, epoch, {})
    payer = chain.account("corrib")
    made.ids["A"] = _register(ground, "A", 100_000, begins + 10 * DAY)
    made.ids["B"] = _register(ground, "B", 50_000, begins + 20 * DAY)
    told: dict[str, list[tuple[int, int]]] = {"A": [], "B": [], "C": []}
    issued = {"A": chain.now, "B": chain.now}

    def pay(number: str, amount: int, on: int) -> None:
        chain.warp(on)
        suite.fund(payer, amount * UNIT)
        suite.module.pay(made.ids[number], amount * UNIT, sender=payer)
        told[number].append((on, amount))

    chain.warp(begins + 2 * DAY)
    issued["C"] = chain.now
    made.ids["C"] = _register(ground, "C", 80_000, begins + 90 * DAY)
    pay("A", 60_000, begins + 8 * DAY)
    pay("A", 40_000, begins + 14 * DAY)
    pay("B", 30_000, begins + 20 * DAY)
    pay("B", 5_000, begins + EPOCH + DAY)  # after the epoch: of no account
    due = {"A": begins + 10 * DAY, "B": begins + 20 * DAY, "C": begins + 90 * DAY}
    face = {"A": 100_000, "B": 50_000, "C": 80_000}
    made.content = {
        "format": "caldera-operating-1",
        "entity": made.entity,
        "epoch": epoch,
        "invoices": [
            {
                "number": number,
                "issued": day(issued[number]),
                "due": day(due[number]),
                "amount": f"{face[number]}.00",
                "currency": "USD",
                "certificate": {"module": suite.module.address, "id": str(made.ids[number])},
                "payments": [{"on": day(on), "amount": f"{amount}.00"} for on, amount in told[number]],
            }
            for number in "ABC"
        ],
        "orders": [{"number": f"PO-{at}", "received": day(begins + at * DAY)} for at in (1, 5, 29)],
        "cargo": [{"number": "BL-1", "moved": day(begins + 3 * DAY), "value": "25000.50", "currency": "USD"}],
    }
    return made


def _register(ground: Ground, number: str, face: int, due: int) -> int:
    return register(
        ground,
        ground.invoice,
        number=number,
        face=face * UNIT,
        dueDate=due + DAY - 1,
        issueDay=ground.suite.today,
        documentHash=hashlib.sha256(number.encode()).digest(),
    )


def options(ground: Ground, **changes: Any) -> dict[str, Any]:
    """Of the check: cargo and orders are believed without certificates."""
    return {"modules": [ground.suite.module.address], "believe": ["orders", "cargo"]} | changes


def file(ground: Ground, trade: Trade, folder: Path, number: int, url: str, **changes: Any) -> dict[str, Any]:
    """Configuration of a node that answers for credit data, with the books among its documents."""
    checks = [{"name": "operating-facts", "options": options(ground)}]
    content = configuration(ground, folder, number, url, **({"checks": checks} | changes))
    (folder / "documents" / "books.json").write_bytes(trade.document())
    return content


def publish(ground: Ground) -> None:
    """Parameters of the credit model."""
    ground.model.publish(as_struct(DEVNET), sender=ground.suite.admin)


__all__ = ["UNIT", "Trade", "day", "file", "options", "publish", "trade"]
