"""A voucher: one event of the chain as an entry of somebody's books."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from .errors import NoLines, Unbalanced
from .money import Currency


class Key(NamedTuple):
    """What a voucher is known by. `books`: whose. `perspective`: as what they take part, such as `debtor`."""

    chain_id: int
    tx: str
    log_index: int
    books: str
    perspective: str


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry. `account`: its name in the chart. `amount`: above zero for a debit, below for a credit."""

    account: str
    number: str
    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class Voucher:
    """Lines of one currency whose debits equal their credits. `timestamp`: of the block, seconds since the epoch.
    `revision`: 0; odd for the reversal of the one before, even for what stands in its place. `own`, `other`: accounts
    between which money moved, empty where none did.

    Raises:
        Unbalanced: debits and credits differ.
        NoLines: nothing is moved.
    """

    key: Key
    block: int
    block_hash: str
    timestamp: int
    contract: str
    event: str
    reference: str
    document: str
    text: str
    currency: Currency
    lines: tuple[Line, ...]
    cash: int = 0
    own: str = ""
    other: str = ""
    revision: int = 0

    def __post_init__(self) -> None:
        if not self.lines or any(line.amount == 0 for line in self.lines):
            raise NoLines(f"{self.id}: every line of a voucher moves something")
        if self.debits != self.credits:
            raise Unbalanced(self.id, self.debits, self.credits)

    @property
    def id(self) -> str:
        """32 hex digits that follow from the key and the revision."""
        parts = [*map(str, self.key), str(self.revision)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    @property
    def debits(self) -> int:
        """Sum of the debits in smallest units."""
        return sum(line.amount for line in self.lines if line.amount > 0)

    @property
    def credits(self) -> int:
        """Sum of the credits in smallest units."""
        return -sum(line.amount for line in self.lines if line.amount < 0)

    @property
    def time(self) -> datetime:
        """Time of the block, UTC."""
        return datetime.fromtimestamp(self.timestamp, UTC)

    def reversed(self) -> Voucher:
        """The voucher that takes this one back."""
        lines = tuple(replace(line, amount=-line.amount) for line in self.lines)
        text = f"Reversal of {self.id}: {self.text}"
        return replace(self, lines=lines, cash=-self.cash, text=text, revision=self.revision + 1)

    def to_json(self) -> dict[str, Any]:
        """The voucher as data; amounts are exact decimals in text."""
        return {
            "id": self.id,
            **self.key._asdict(),
            "revision": self.revision,
            "block": self.block,
            "block_hash": self.block_hash,
            "timestamp": self.timestamp,
            "time": self.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "contract": self.contract,
            "event": self.event,
            "reference": self.reference,
            "document": self.document,
            "text": self.text,
            "currency": self.currency.code,
            "decimals": self.currency.decimals,
            "token": self.currency.token,
            "cash": self.currency.text(self.cash),
            "own": self.own,
            "other": self.other,
            "lines": [
                {
                    "account": line.account,
                    "number": line.number,
                    "title": line.title,
                    "debit": self.currency.text(max(line.amount, 0)),
                    "credit": self.currency.text(max(-line.amount, 0)),
                }
                for line in self.lines
            ],
        }

    def dump(self) -> str:
        """One line of stable JSON."""
        return json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Voucher:
        """The voucher that `dump` wrote."""
        raw: dict[str, Any] = json.loads(text)
        currency = Currency(raw["currency"], raw["decimals"], raw["token"])

        def units(written: str) -> int:
            whole, _, rest = written.removeprefix("-").partition(".")
            return int(whole + rest) * (-1 if written.startswith("-") else 1)

        lines = tuple(
            Line(each["account"], each["number"], each["title"], units(each["debit"]) - units(each["credit"]))
            for each in raw["lines"]
        )
        same = (
            "block",
            "block_hash",
            "timestamp",
            "contract",
            "event",
            "reference",
            "document",
            "text",
            "own",
            "other",
        )
        key = Key(**{name: raw[name] for name in Key._fields})
        return cls(
            key=key,
            currency=currency,
            lines=lines,
            cash=units(raw["cash"]),
            revision=raw["revision"],
            **{name: raw[name] for name in same},
        )
