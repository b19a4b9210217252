"""The books of an enterprise for one epoch as a document, and the operating facts that follow from them, exactly.

The document is JSON: the enterprise's entity, the epoch, and lines of invoices issued (with what was paid on them and
when), of orders received and of cargo moved. Days are of UTC. A payment on the due day is in time.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from caldera.evm.address import Address, to_address

from .model import Figures

DAY = 86_400
FORMAT = "caldera-operating-1"
LONGEST = 16 * 1024 * 1024
_USD = 10**6
_MOST = 100_000
_MOST_LATE = 36_500
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = re.compile(r"0x[0-9a-fA-F]{1,64}|[0-9]{1,78}")
_EPOCH_BEGAN = date(1970, 1, 1)


def _amount(value: object) -> Fraction:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value) or Decimal(value) == 0:
        raise ValueError('write an amount above 0 as text, such as "1250.00"')
    return Fraction(Decimal(value))


def _day(value: object) -> int:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("write a day such as 2026-04-30")
    return (date.fromisoformat(value) - _EPOCH_BEGAN).days


def _id(value: object) -> int:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("write an id as text, in decimal or hex")
    return int(value, 0) if value.startswith("0x") else int(value)


def _address(value: object) -> Address:
    if not isinstance(value, str):
        raise ValueError("write an address: 0x and 40 hex digits")
    return to_address(value)


Amount = Annotated[Fraction, BeforeValidator(_amount)]
Day = Annotated[int, BeforeValidator(_day)]
Number = Annotated[str, Field(min_length=1, max_length=128)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Certificate(_Line):
    """Where a line is on the chain."""

    module: Annotated[Address, BeforeValidator(_address)]
    id: Annotated[int, BeforeValidator(_id)]

    @property
    def key(self) -> tuple[Address, int]:
        return self.module, self.id


class Payment(_Line):
    on: Day
    amount: Amount


class InvoiceLine(_Line):
    """An invoice that was issued. Amounts in units of the currency, such as "1250.00"."""

    number: Number
    issued: Day
    due: Day
    amount: Amount
    currency: Currency
    certificate: Certificate | None = None
    payments: list[Payment] = Field(default_factory=list, max_length=_MOST)

    def paid_by(self, day: int) -> Fraction:
        """What had been paid at the end of a day."""
        return sum((one.amount for one in self.payments if one.on <= day), Fraction(0))


class OrderLine(_Line):
    number: Number
    received: Day


class CargoLine(_Line):
    """Cargo that was moved, at its declared value."""

    number: Number
    moved: Day
    value: Amount
    currency: Currency
    certificate: Certificate | None = None


class Books(_Line):
    """The whole document."""

    format: Literal["caldera-operating-1"]
    entity: int = Field(ge=1, lt=1 << 48)
    epoch: int = Field(ge=0, lt=1 << 32)
    invoices: list[InvoiceLine] = Field(default_factory=list, max_length=_MOST)
    orders: list[OrderLine] = Field(default_factory=list, max_length=_MOST)
    cargo: list[CargoLine] = Field(default_factory=list, max_length=_MOST)


@dataclass(frozen=True, slots=True)
class Span:
    """An epoch in days since 1970-01-01, `first` to `last`. `ends`: the first second after it."""

    first: int
    last: int
    ends: int

    def has(self, day: int) -> bool:
        """Whether a day is of the epoch."""
        return self.first <= day <= self.last


def span(epoch: int, length: int) -> Span:
    """The days of an epoch of `length` seconds.

    Raises:
        ValueError: an epoch is no whole number of days, so that days of books cannot be told apart.
    """
    if length % DAY:
        raise ValueError(f"epochs last {length} seconds, which are no whole days")
    ends = (epoch + 1) * length
    return Span(epoch * length // DAY, ends // DAY - 1, ends)


def read_books(document: bytes) -> Books:
    """Reads and checks a document by itself.

    Raises:
        ValueError: what is wrong, and where.
    """
    if len(document) > LONGEST:
        raise ValueError(f"the document has more than {LONGEST} bytes")
    try:
        content = json.loads(document, parse_float=str, object_pairs_hook=_once)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    try:
        books = Books.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
    certified: list[InvoiceLine | CargoLine] = [*books.invoices, *books.cargo]
    _unique("certificate", (one.certificate.key for one in certified if one.certificate))
    _unique("invoice", (one.number for one in books.invoices if one.certificate is None))
    _unique("order", (one.number for one in books.orders))
    _unique("cargo", (one.number for one in books.cargo))
    for one in books.invoices:
        if one.due < one.issued:
            raise ValueError(f"invoice {one.number!r} is due before it was issued")
        if sum(paid.amount for paid in one.payments) > one.amount:
            raise ValueError(f"more was paid on invoice {one.number!r} than its amount")
    return books


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _unique(what: str, keys: Iterable[object]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise ValueError(f"{what} {key!r} stands {times} times in the books")


def figures(books: Books, days: Span, rates: Mapping[str, Fraction], good_until: int, number: int) -> Figures:
    """What the books say of their epoch. What is rounded, is rounded in lenders' favour: turnover, what was repaid and
    cargo down; what was issued and days late up. In USD with at most 6 decimals nothing is.

    Args:
        rates: USD for one unit of each currency.
        good_until: last second that the record takes.
        number: of the statement.

    Raises:
        ValueError: a currency without a rate, or figures that no record takes.
    """

    def usd(amount: Fraction, currency: str) -> Fraction:
        if currency not in rates:
            raise ValueError(f"there is no rate for {currency}: name it under `rates`")
        return amount * rates[currency] * _USD

    issued = [one for one in books.invoices if days.has(one.issued)]
    due = [one for one in books.invoices if days.has(one.due)]
    turnover = sum((usd(one.amount, one.currency) for one in issued), Fraction(0))
    owed = sum((usd(one.amount, one.currency) for one in due), Fraction(0))
    repaid = sum((usd(one.paid_by(days.last), one.currency) for one in due), Fraction(0))
    cargo = sum((usd(one.value, one.currency) for one in books.cargo if days.has(one.moved)), Fraction(0))
    paid = [
        (usd(payment.amount, one.currency), max(0, payment.on - one.due))
        for one in books.invoices
        for payment in one.payments
        if days.has(payment.on)
    ]
    money = sum((amount for amount, _ in paid), Fraction(0))
    late = -(-10 * sum(amount * wait for amount, wait in paid) // money) if money else 0
    found = Figures(
        entity=books.entity,
        epoch=books.epoch,
        turnover=int(turnover // 1),
        receivables_issued=int(-(-owed // 1)),
        receivables_repaid=int(repaid // 1),
        cargo_turnover=int(cargo // 1),
        # Where nothing fell due the record takes no days late.
        days_late=int(late) if owed else 0,
        orders=sum(days.has(one.received) for one in books.orders),
        ends=days.ends,
        good_until=good_until,
        number=number,
    )
    sums = (found.turnover, found.receivables_issued, found.receivables_repaid, found.cargo_turnover)
    if max(sums) >= 1 << 64:
        raise ValueError("the sums are larger than any record takes")
    if found.days_late > _MOST_LATE:
        raise ValueError(f"payments are {found.days_late} tenths of a day late, the record takes {_MOST_LATE}")
    return found
