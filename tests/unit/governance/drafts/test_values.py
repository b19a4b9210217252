"""Values as people write them: each is one word of the chain and back, exactly; what is none is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.governance import Unit, ValueUnreadable, parse, show
from caldera.governance.values import seconds_of, span

WORDS = st.integers(0, 2**256 - 1)
FIELDS = {"CREDITOR": 1, "DEBTOR": 2, "FACE": 8, "BOTH": 3}
NUMBERS = [one for one in Unit if one not in (Unit.FLAGS, Unit.ACCOUNT)]


@given(value=WORDS, unit=st.sampled_from(NUMBERS))
def test_what_is_shown_is_read_back(value: int, unit: Unit) -> None:
    assert parse(show(value, unit), unit) == value


@given(value=WORDS)
def test_bits_shown_are_read_back_with_and_without_names(value: int) -> None:
    assert parse(show(value, Unit.FLAGS, FIELDS), Unit.FLAGS, FIELDS) == value
    assert parse(show(value, Unit.FLAGS), Unit.FLAGS) == value


@given(value=st.integers(0, 2**160 - 1))
def test_addresses_shown_are_read_back(value: int) -> None:
    assert parse(show(value, Unit.ACCOUNT), Unit.ACCOUNT) == value


@given(value=st.decimals(0, 10**12, places=6))
def test_dollars_are_exact(value: Decimal) -> None:
    assert parse(f"{value:,.6f} USD", Unit.USD) == int(value * 10**6)


@given(seconds=st.integers(0, 10**12))
def test_spans_are_exact(seconds: int) -> None:
    assert seconds_of(span(seconds)) == seconds


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        ("2000", Unit.USD, 2_000_000_000),
        ("2,000 USD", Unit.USD, 2_000_000_000),
        ("USD 1.25", Unit.USD, 1_250_000),
        ("0.000001", Unit.USD, 1),
        ("8.5%", Unit.BPS, 850),
        ("8.5 %", Unit.BPS, 850),
        ("0.01%", Unit.BPS, 1),
        ("850 bps", Unit.BPS, 850),
        ("21 days", Unit.SECONDS, 21 * 86_400),
        ("1 day 12 hours", Unit.SECONDS, 129_600),
        ("1 day, 12 hours", Unit.SECONDS, 129_600),
        ("1,000 days", Unit.SECONDS, 86_400_000),
        ("2 weeks", Unit.SECONDS, 1_209_600),
        (3600, Unit.SECONDS, 3_600),
        ("30 days", Unit.DAYS, 30),
        ("2 weeks", Unit.DAYS, 14),
        ("48 hours", Unit.DAYS, 2),
        (30, Unit.DAYS, 30),
        ("10,000 ERA", Unit.ERA, 10**22),
        ("0.000000000000000001", Unit.ERA, 1),
        ("1.08", Unit.WAD, 1_080_000_000_000_000_000),
        ("8%", Unit.WAD, 80_000_000_000_000_000),
        ("1,000,000", Unit.WHOLE, 1_000_000),
        (7, Unit.COUNT, 7),
        (True, Unit.FLAGS, 1),
        (False, Unit.FLAGS, 0),
        ("none", Unit.FLAGS, 0),
        (["CREDITOR", "FACE"], Unit.FLAGS, 9),
        ("creditor, 0x4", Unit.FLAGS, 5),
        ("0x" + "11" * 20, Unit.ACCOUNT, int("11" * 20, 16)),
        ("none", Unit.ACCOUNT, 0),
    ],
)
def test_ways_of_writing(raw: Any, unit: Unit, value: int) -> None:
    assert parse(raw, unit, FIELDS) == value


@pytest.mark.parametrize(
    ("raw", "unit", "words"),
    [
        ("8.5", Unit.BPS, "per cent or basis points"),
        (850, Unit.BPS, "write 8.5% or 850 bps"),
        ("8.505%", Unit.BPS, "finer than a basis point"),
        ("-1%", Unit.BPS, "no number"),
        ("1,5", Unit.USD, "no number"),
        ("1.0000001", Unit.USD, "more than 6 decimals"),
        ("2,000 EUR", Unit.USD, "no number"),
        ("1e3", Unit.COUNT, "no number"),
        ("1.5", Unit.COUNT, "no whole number"),
        ("-1", Unit.COUNT, "no number"),
        (1.5, Unit.COUNT, "is no number"),
        (True, Unit.COUNT, "is no number"),
        ("21 dys", Unit.SECONDS, "no duration"),
        ("1 day 12", Unit.SECONDS, "no duration"),
        ("1,5 days", Unit.SECONDS, "no number"),
        ("1.5 days", Unit.SECONDS, "no whole number"),
        ("9" * 5_000 + " days", Unit.SECONDS, "no number on the chain is as long"),
        ("9" * 5_000, Unit.COUNT, "no number on the chain is as long"),
        ("9" * 5_000, Unit.FLAGS, "none of"),
        ("36 hours", Unit.DAYS, "no whole number of days"),
        ("GOLD", Unit.FLAGS, "none of CREDITOR, DEBTOR, FACE"),
        (-1, Unit.FLAGS, "no set of bits"),
        ("0x12", Unit.ACCOUNT, "not an address"),
        (None, Unit.ACCOUNT, "write an address or $Name"),
        (str(2**256), Unit.COUNT, "more than any number"),
        (str(2**256), Unit.FLAGS, "more than any number"),
    ],
)
def test_what_is_refused_says_how_to_write_it(raw: Any, unit: Unit, words: str) -> None:
    with pytest.raises(ValueUnreadable, match=words.replace("$", r"\$")):
        parse(raw, unit, FIELDS)


def test_the_largest_word_just_fits() -> None:
    assert parse(str(2**256 - 1), Unit.COUNT) == 2**256 - 1
