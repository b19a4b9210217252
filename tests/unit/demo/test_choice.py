"""Which invoices are financed: each limit from both sides."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from caldera.demo.scenes.choice import LOAN, MOST, SALE, SPLIT, Candidate, Market, choose, missing
from caldera.documents import Outcome, UnsupportedDocument, read_invoice

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "invoices"
MARKET = Market({"EUR": 925_925_926, "USD": 10**9}, {"EUR": 108 * 10**16, "USD": 10**18})
BASE = read_invoice(EXAMPLES / "ubl-eur.xml")


def invoice(name: str, payable: str, **changes: Any) -> Outcome:
    """An example over another amount, under a number of its own."""
    made = replace(BASE, number=name, totals=replace(BASE.totals, payable=Decimal(payable)), **changes)
    return Outcome(Path(name), made, None)


def chosen(*outcomes: Outcome, preferred: tuple[str, ...] = ()) -> dict[str, Candidate]:
    return {str(one.path): one for one in choose(outcomes, MARKET, [Path(name) for name in preferred])}


def ways(*outcomes: Outcome, preferred: tuple[str, ...] = ()) -> dict[str, str]:
    return {name: one.way for name, one in chosen(*outcomes, preferred=preferred).items() if one.way}


def test_the_largest_go_first_whatever_their_currency() -> None:
    of_dollars = invoice("b", "108000.01", currency="USD")
    found = ways(invoice("a", "100000"), of_dollars, invoice("c", "50000"), invoice("d", "49999"))
    assert found == {"b": LOAN, "a": SPLIT, "c": SALE}
    assert chosen(invoice("a", "5"), invoice("b", "6000"))["a"].reason == "a position is 925.925926 at least"


def test_those_that_were_given_go_before_larger_ones() -> None:
    given = [invoice("large", "90000"), invoice("larger", "95000"), invoice("own", "5000"), invoice("mine", "6000")]
    assert ways(*given, preferred=("own", "mine")) == {"mine": LOAN, "own": SPLIT, "larger": SALE}
    assert chosen(*given, preferred=("own",))["own"].reason == "largest one left of your documents"


@pytest.mark.parametrize(("payable", "way"), [("1158.39", SALE), ("1158.40", LOAN)])
def test_a_loan_needs_a_quarter_more_than_the_least(payable: str, way: str) -> None:
    assert ways(invoice("a", payable)) == {"a": way}


@pytest.mark.parametrize(("payable", "there"), [("3707.67", False), ("3707.68", True)])
def test_what_is_split_leaves_positions_large_enough(payable: str, there: bool) -> None:
    found = chosen(invoice("a", "9000"), invoice("b", payable), invoice("c", "2000"))
    assert (found["b"].way == SPLIT) == there
    told = list(missing(list(found.values())))
    assert told == ([] if there else [f"Not shown: {SPLIT}. No invoice is left for it."])


@pytest.mark.parametrize(("payable", "reason"), [("925.92", "a position is 925.925926 at least"), ("925.93", "")])
def test_a_sale_needs_the_least(payable: str, reason: str) -> None:
    found = chosen(invoice("a", payable))["a"]
    assert (found.way, found.reason) == (("", reason) if reason else (SALE, "largest one left"))


def test_more_than_lenders_have() -> None:
    assert ways(invoice("a", "1000000000")) == {"a": LOAN}
    found = chosen(invoice("a", "1000000000.01"))["a"]
    assert (found.way, found.reason) == ("", "more than the 1,000,000,000.00 that lenders and factor have here")
    assert MOST == 10**15


@pytest.mark.parametrize(("days", "way"), [(355, LOAN), (356, SALE)])
def test_an_invoice_that_runs_longer_than_loans_is_sold(days: int, way: str) -> None:
    assert ways(invoice("a", "9000", due_date=BASE.issue_date + timedelta(days=days))) == {"a": way}


def test_what_a_credit_note_names_goes_last() -> None:
    note = Outcome(Path("note"), read_invoice(EXAMPLES / "ubl-eur-credit-note.xml"), None)
    corrected = Outcome(Path("corrected"), BASE, None)
    found = chosen(corrected, note, invoice("small", "2000"))
    assert (found["small"].way, found["corrected"].way) == (LOAN, SPLIT)
    assert found["corrected"].reason == "none is left that no credit note names"
    assert found["note"].reason == "credit note over 3450.00 EUR: nothing to claim"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"currency": "SEK"}, "no pool lends SEK"),
        ({"due_date": None}, "MissingDueDate: no due date is stated and none follows with certainty"),
        ({"buyer": BASE.seller}, "seller and buyer are the same"),
        ({"due_date": BASE.issue_date - timedelta(days=1)}, "issued on 2026-03-02, due on 2026-03-01"),
        ({"issue_date": BASE.issue_date.replace(year=1979)}, "issued on 1979-03-02, due on 2026-05-01"),
    ],
)
def test_what_cannot_be_financed_says_why(changes: dict[str, Any], reason: str) -> None:
    found = chosen(invoice("a", "9000", **changes))["a"]
    assert (found.way, found.reason.startswith(reason)) == ("", True)


def test_an_amount_that_no_token_has() -> None:
    assert chosen(invoice("a", "9000.0000001"))["a"].reason.startswith("InexactAmount: ")


def test_the_same_invoice_is_financed_once() -> None:
    twice = [replace(invoice("a", "9000"), path=Path(name)) for name in ("first", "second")]
    found = chosen(*twice)
    assert (found["first"].way, found["second"].way) == (LOAN, "")
    assert found["second"].reason == "the same invoice comes before it"


def test_what_is_no_invoice() -> None:
    error = UnsupportedDocument("no invoice", todo="Give one.")
    assert chosen(Outcome(Path("a"), None, error))["a"].reason == "not read: UnsupportedDocument"
