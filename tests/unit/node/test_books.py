"""Books as a document, and what follows from them: exact, and rounded in lenders' favour."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from caldera.node.ledger import DAY, LONGEST, Books, figures, read_books, span
from caldera.node.model import Figures

EPOCH = 30 * DAY
DAYS = span(687, EPOCH)  # 6 June to 5 July 2026
USD = {"USD": Fraction(1)}
CERTIFICATE = {"module": "0x" + "11" * 20, "id": "0x10000"}


def invoice(**changes: Any) -> dict[str, Any]:
    made = {"number": "A", "issued": "2026-05-15", "due": "2026-06-16", "amount": "1000.00", "currency": "USD"}
    return made | changes


def paid(*payments: tuple[str, str]) -> list[dict[str, str]]:
    return [{"on": on, "amount": amount} for on, amount in payments]


def content(**changes: Any) -> dict[str, Any]:
    return {"format": "caldera-operating-1", "entity": 7, "epoch": 687} | changes


def read(**changes: Any) -> Books:
    return read_books(json.dumps(content(**changes)).encode())


def found(rates: dict[str, Fraction] = USD, **changes: Any) -> Figures:
    return figures(read(**changes), DAYS, rates, DAYS.ends + 75 * DAY, 3)


def test_an_epoch_in_days() -> None:
    assert (DAYS.first, DAYS.last, DAYS.ends) == (20_610, 20_639, 20_640 * DAY)
    assert [DAYS.has(day) for day in (20_609, 20_610, 20_639, 20_640)] == [False, True, True, False]
    with pytest.raises(ValueError, match="no whole days"):
        span(5, EPOCH + 1)


def test_empty_books() -> None:
    empty = found()
    assert empty.statement(9) == (7, 687, 0, 0, 0, 0, 0, 0, 3, 9)


@pytest.mark.parametrize(
    ("due", "counted"), [("2026-06-05", False), ("2026-06-06", True), ("2026-07-05", True), ("2026-07-06", False)]
)
def test_what_fell_due(due: str, counted: bool) -> None:
    one = found(invoices=[invoice(due=due, payments=paid(("2026-07-05", "400"), ("2026-07-06", "600")))])
    assert one.receivables_issued == counted * 1_000_000_000
    assert one.receivables_repaid == counted * 400_000_000
    assert one.turnover == 0


@pytest.mark.parametrize(
    ("issued", "counted"), [("2026-06-05", False), ("2026-06-06", True), ("2026-07-05", True), ("2026-07-06", False)]
)
def test_what_was_sold_received_and_moved(issued: str, counted: bool) -> None:
    one = found(
        invoices=[invoice(issued=issued, due="2026-09-01")],
        orders=[{"number": "1", "received": issued}],
        cargo=[{"number": "1", "moved": issued, "value": "2.5", "currency": "USD"}],
    )
    assert (one.turnover, one.orders, one.cargo_turnover) == (counted * 10**9, counted, counted * 2_500_000)


def test_days_late_are_weighted_by_amount() -> None:
    """600 in time or early, 300 two days late, 100 late by one: (600 + 100) / 1000 days, seven tenths."""
    payments = paid(("2026-06-10", "500"), ("2026-06-16", "100"), ("2026-06-18", "300"), ("2026-06-17", "100"))
    assert found(invoices=[invoice(payments=payments)]).days_late == 7
    # What was paid before the epoch or after it is of no account.
    outside = invoice(number="B", payments=paid(("2026-06-05", "1"), ("2026-07-06", "900")))
    assert found(invoices=[invoice(payments=payments), outside]).days_late == 7
    # A payment on what fell due earlier counts: 1,000 of 2,000 are 31 days late.
    earlier = invoice(number="C", due="2026-05-16", payments=paid(("2026-06-16", "1000")))
    assert found(invoices=[invoice(payments=payments), earlier]).days_late == 10 * (31_000 + 700) // 2_000 + 1
    # Where nothing fell due, the record takes none.
    assert found(invoices=[earlier]).days_late == 0


def test_rounding_favours_lenders() -> None:
    rates = {"JPY": Fraction(1, 3 * 10**6)}
    one = found(
        rates,
        invoices=[
            invoice(amount="1", currency="JPY", issued="2026-06-06", payments=paid(("2026-06-17", "0.5"))),
        ],
        cargo=[{"number": "1", "moved": "2026-06-06", "value": "5", "currency": "JPY"}],
    )
    assert (one.turnover, one.receivables_issued, one.receivables_repaid, one.cargo_turnover) == (0, 1, 0, 1)
    # Three lines of a third are one: sums are rounded, not lines.
    three = [invoice(number=name, amount="1", currency="JPY", issued="2026-06-06") for name in "ABC"]
    assert (found(rates, invoices=three).turnover, found(rates, invoices=three).receivables_issued) == (1, 1)
    # 13 parts of 10 late by a day are rounded up.
    late = invoice(payments=paid(("2026-06-16", "9.99"), ("2026-06-17", "0.01")))
    assert found(invoices=[late]).days_late == 1


def test_sums_that_no_record_takes() -> None:
    most = (1 << 64) - 1
    edge = {"XAU": Fraction(most, 10**6)}
    assert found(edge, invoices=[invoice(amount="1", currency="XAU")]).receivables_issued == most
    with pytest.raises(ValueError, match="larger than any record takes"):
        found(edge, invoices=[invoice(amount="1.000001", currency="XAU")])
    with pytest.raises(ValueError, match="no rate for XAU"):
        found(invoices=[invoice(currency="XAU")])
    # 3,650 days are what a record takes at most.
    oldest = invoice(number="B", issued="2016-01-01", due="2016-06-19", payments=paid(("2026-06-17", "1")))
    assert found(invoices=[invoice(), oldest]).days_late == 36_500
    with pytest.raises(ValueError, match="36510 tenths of a day late"):
        found(invoices=[invoice(), oldest | {"due": "2016-06-18"}])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"format": "caldera-operating-2"}, "format: "),
        ({"entity": 0}, "entity: "),
        ({"entity": "7"}, "entity: "),
        ({"epoch": -1}, "epoch: "),
        ({"more": 1}, "more: "),
        ({"invoices": [invoice(amount=1000)]}, "amount above 0 as text"),
        ({"invoices": [invoice(amount="0.00")]}, "amount above 0 as text"),
        ({"invoices": [invoice(amount="-1")]}, "amount above 0 as text"),
        ({"invoices": [invoice(amount="1e3")]}, "amount above 0 as text"),
        ({"invoices": [invoice(amount="٣")]}, "amount above 0 as text"),
        ({"invoices": [invoice(due="2026-6-16")]}, "a day such as"),
        ({"invoices": [invoice(due="2026-06-31")]}, "due: "),
        ({"invoices": [invoice(due="2026-05-14")]}, "due before it was issued"),
        ({"invoices": [invoice(currency="usd")]}, "currency: "),
        ({"invoices": [invoice(number="")]}, "number: "),
        ({"invoices": [invoice(payments=paid(("2026-06-16", "999.99"), ("2026-06-17", "0.02")))]}, "more was paid"),
        ({"invoices": [invoice(certificate={"module": "0x12", "id": "1"})]}, "module: "),
        ({"invoices": [invoice(certificate={"module": CERTIFICATE["module"], "id": 5})]}, "an id as text"),
        ({"invoices": [invoice(), invoice(amount="1")]}, "invoice 'A' stands 2 times"),
        ({"invoices": [invoice(certificate=CERTIFICATE), invoice(number="B", certificate=CERTIFICATE)]}, "2 times"),
        ({"orders": [{"number": "1", "received": "2026-06-06"}] * 2}, "order '1' stands 2 times"),
        ({"cargo": [{"number": "1", "moved": "2026-06-06", "value": "1", "currency": "USD"}] * 2}, "cargo '1'"),
    ],
)
def test_books_that_cannot_be_used(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read(**changes)


def test_two_lines_of_one_invoice() -> None:
    """The order lines of a certificate have one number and ids of their own."""
    lines = [invoice(certificate=CERTIFICATE | {"id": str(id)}) for id in (65_537, 65_538)]
    assert found(invoices=lines).receivables_issued == 2 * 10**9


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"\xff", b'{"epoch": 1, "epoch": 2}', b"[" * 100_000, b" " * (LONGEST + 1)]
)
def test_what_is_no_document(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_books(raw)
