"""Splitting the payable amount over lines in exact integers."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.documents import CannotSplit, InexactAmount, split_units

from .drafts import BASIC, DraftItem, DraftLine
from .helpers import read
from .render_ubl import ubl

D = Decimal


def fractions(*numbers: int) -> list[Fraction]:
    return [Fraction(number) for number in numbers]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, (1, 1), (50, 50)),
        (100, (1, 1, 1), (34, 33, 33)),  # equal remainders: the earlier one first
        (101, (1, 1, 1), (34, 34, 33)),
        (10, (1, 2, 4), (1, 3, 6)),  # 1.43, 2.86, 5.71: two left over go to .86 and .71
        (1000, (3, 0, 1), (750, 250)),  # a zero line has no part
        (1000, (5, -1), (1000,)),  # a negative line is borne by the others
        (900, (6, -1, 3), (600, 300)),
        (3, (1_000_000, 1, 1), (1, 1, 1)),  # zero parts take a unit from the largest
        (7, (1_000_000, 1), (6, 1)),
        (1, (5,), (1,)),
    ],
)
def test_by_hand(total: int, weights: tuple[int, ...], parts: tuple[int, ...]) -> None:
    assert split_units(total, fractions(*weights)) == parts


@pytest.mark.parametrize(
    ("total", "weights", "what"),
    [
        (0, (1, 2), "not positive"),
        (-5, (1, 2), "not positive"),
        (10, (), "no line"),
        (10, (0, -1), "no line"),
        (2, (1, 1, 1), "fewer than the 3 lines"),
    ],
)
def test_impossible(total: int, weights: tuple[int, ...], what: str) -> None:
    with pytest.raises(CannotSplit, match=what):
        split_units(total, fractions(*weights))


@given(
    total=st.integers(1, 10**30),
    weights=st.lists(st.fractions(-1000, 10**9, max_denominator=10**6), min_size=1, max_size=30),
)
def test_properties(total: int, weights: list[Fraction]) -> None:
    """Parts are positive, sum to the total, and differ from the exact share by less than one unit each,
    unless units had to be moved to parts that would have been zero."""
    positive = [weight for weight in weights if weight > 0]
    if not positive or total < len(positive):
        with pytest.raises(CannotSplit):
            split_units(total, weights)
        return
    parts = split_units(total, weights)
    assert sum(parts) == total
    assert min(parts) > 0
    assert len(parts) == len(positive)
    shares = [total * weight / sum(positive) for weight in positive]
    if min(shares) >= 1:
        assert all(abs(part - share) < 1 for part, share in zip(parts, shares, strict=True))


def test_many_zero_parts_take_no_time() -> None:
    started = time.monotonic()
    parts = split_units(60_000, fractions(10**12, *[1] * 50_000))
    assert time.monotonic() - started < 5
    assert (parts[0], set(parts[1:])) == (10_000, {1})


def test_weights_are_net_amounts_with_vat() -> None:
    # 5400 + 25 % = 6750 and 730 + 0 % = 730: together 7480, the payable amount.
    draft = replace(BASIC, lines=(BASIC.lines[0], replace(BASIC.lines[1], category="Z", rate=D(0))))
    invoice = read(ubl(draft))
    assert invoice.lines_as_units(2) == (675_000, 73_000)
    assert [part.line.id for part in invoice.line_parts(2)] == ["1", "2"]


def test_charges_prepayments_and_negative_lines_are_spread() -> None:
    # Lines 5400, 730 and -100 and a charge of 200, all 25 %; 500 prepaid: payable 7787.50 - 500 = 7287.50.
    returned = DraftLine("3", "Returned", D(-1), "C62", D("100.00"))
    items = (DraftItem(True, D("200.00"), "S", D(25)),)
    invoice = read(ubl(replace(BASIC, lines=(*BASIC.lines, returned), items=items, prepaid=D("500.00"))))
    assert invoice.payable == D("7287.50")
    # 728750 x 5400 / 6130 = 641965.74..., 728750 x 730 / 6130 = 86784.25...
    assert invoice.lines_as_units(2) == (641_966, 86_784)
    assert [part.line.id for part in invoice.line_parts(2)] == ["1", "2"]


def test_payable_units() -> None:
    invoice = read(ubl(BASIC))
    assert invoice.payable_units(2) == 766_250
    assert invoice.payable_units(6) == 7_662_500_000
    assert invoice.payable_units(18) == 7_662_500_000_000_000_000_000
    assert invoice.payable_units(1) == 76_625
    with pytest.raises(InexactAmount) as caught:
        invoice.payable_units(0)
    assert (caught.value.amount, caught.value.decimals) == (D("7662.50"), 0)
    assert "7662.50 cannot be written exactly with 0 decimals" in str(caught.value)
    with pytest.raises(InexactAmount):
        invoice.lines_as_units(0)
    for decimals in (-1, 78):
        with pytest.raises(ValueError, match="0 to 77"):
            invoice.payable_units(decimals)
    assert invoice.payable_units(77) == 76_625 * 10**76


def test_negative_and_unsplittable_invoices() -> None:
    returned = tuple(replace(line, quantity=-line.quantity) for line in BASIC.lines)
    invoice = read(ubl(replace(BASIC, lines=returned)))
    assert invoice.payable_units(2) == -766_250
    with pytest.raises(CannotSplit) as caught:
        invoice.lines_as_units(2)
    assert caught.value.file == "<bytes>"
