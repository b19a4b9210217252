"""Readable names of parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caldera.governance import printable
from caldera.governance.names import family_label, joined, near, plain, short, snake, split, word_matches

WORD = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
KEYS = st.lists(st.from_regex(r"[A-Za-z0-9/_@$ -]{0,10}[A-Za-z0-9]", fullmatch=True).map(str.strip), max_size=2)


@given(contract=WORD, label=WORD, keys=KEYS, word=st.none() | WORD)
def test_a_name_taken_apart_is_what_it_was_made_of(
    contract: str, label: str, keys: list[str], word: str | None
) -> None:
    assert split(joined(contract, label, keys, word)) == (contract, label, tuple(keys), word)


@pytest.mark.parametrize("path", ["", "LendingTerms", "A.b.c.d", "A.b[c", "A.b]c[", "A..b", "A.b[x].y.z"])
def test_what_is_no_name(path: str) -> None:
    assert split(path) is None


@pytest.mark.parametrize(
    ("setter", "getter", "label"),
    [
        ("setLoanTerms", "loanTerms", "loan_terms"),
        ("setFeePrice", "feePriceOf", "fee_price"),
        ("publish", "latestRules", "rules"),
        ("defineKind", "kindTerms", "kind_terms"),
        ("settle", "settledOf", "settled_of"),
    ],
)
def test_families_are_named_after_what_they_set(setter: str, getter: str, label: str) -> None:
    assert family_label(setter, getter) == label


def test_words_are_found_with_and_without_their_unit() -> None:
    names = ["rateBps", "borrowerCapBps", "borrowerCap", "longestDays", "minimumUnitUsd"]
    assert word_matches(names, "rate") == [0]
    assert word_matches(names, "rate_bps") == word_matches(names, "rateBps") == [0]
    assert word_matches(names, "borrower_cap") == [2]  # the one that is called so, and not the one in basis points
    assert word_matches(names, "longest") == [3]
    assert word_matches(names, "minimum_unit") == [4]
    assert word_matches(names, "unit") == []
    assert word_matches(["capBps", "capUsd"], "cap") == [0, 1]


@given(name=st.from_regex(r"[a-z]{2,8}([A-Z][a-z]{1,8}){0,3}", fullmatch=True))
def test_a_name_is_the_same_in_both_spellings(name: str) -> None:
    assert plain(snake(name)) == plain(name)
    assert word_matches([name], snake(name)) == [0]


def test_a_unit_is_not_the_whole_name() -> None:
    assert short("bps") is None
    assert short("rateBps") == "rate"


def test_near_names_are_said() -> None:
    assert near("rte", ["rate", "cap"]) == "; near it: rate"
    assert near("xyz", ["rate", "cap"]) == ""


def test_what_hides_or_moves_is_not_printed() -> None:
    hidden = "a\x1b[2Jb\u202ec\u200bd\re\ufefff"
    assert printable(hidden) == "a�[2Jb�c�d�e�f"
    assert printable("Größe: 5 €\nnext line") == "Größe: 5 €\nnext line"
