"""What the page of parameters says of gas is measured: whole transactions, on a chain whose slots grow cold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caldera.evm import Anvil, AnvilMissing
from caldera.evm.anvil_process import find_anvil
from tests.support import parameters
from tests.support.lending import open_bank
from tests.support.parameters import ADVANCES, LOAN_TERMS, LOANS, Book
from tests.support.suite import DAY, KIND, build, selector_of

PAGE = Path(__file__).resolve().parents[4] / "docs" / "parameters.md"


def setter_alone(book: Book, name: str, *arguments: object) -> int:
    """As it would be without a book: in the hands of an account, before it is sealed."""
    suite, data = book.suite, book.terms.calldata
    suite.access.setTargetFunctionRole(book.terms, [selector_of("LendingTerms", name)], 0, sender=suite.admin)
    call = getattr(data, name)(*arguments)
    return book.chain.transact(book.terms.address, call, sender=suite.admin).gas_used


def changed(loan: tuple[int, ...], words: int) -> list[int]:
    """The terms with so many of their words moved by a little."""
    return [value - 1 if place < words else value for place, value in enumerate(loan)]


def test_figures_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil() as chain:
        bank = open_bank(build(chain))
        monkeypatch.setattr(parameters, "open_bank", lambda: bank)
        with chain.isolated():
            bare = parameters.stand()
            loan = tuple(bare.terms.loanTerms(1))
            alone = [
                setter_alone(bare, "setAdvance", False, KIND, 7_999),
                setter_alone(bare, "setLoanTerms", 1, type(bare.terms.loanTerms(1))(*changed(loan, 1))),
                setter_alone(bare, "setLoanTerms", 1, type(bare.terms.loanTerms(1))(*changed(loan, 11))),
            ]
            bare.seal(bare.terms, "setLoanTerms")
            facts = bare.facts(bare.terms, "setLoanTerms", "loanTerms", 1)
            words, keys = [parameters.as_words(one) for one in LOAN_TERMS], [[parameters.word(1)]]
            adding = bare.book.addFamily(facts, words, keys, sender=bare.suite.admin).gas_used
        book = parameters.build()
        (advance,) = book.present(ADVANCES, False, KIND)
        book.set(ADVANCES, (False, KIND), [advance - 1])  # the first change of a word writes its slot
        book.set(LOANS, (1,), changed(loan, 11))
        chain.skip(100 * DAY)
        through = [
            book.set(ADVANCES, (False, KIND), [advance]).gas_used,
            book.set(LOANS, (1,), [value + (place == 0) for place, value in enumerate(changed(loan, 11))]).gas_used,
        ]
        chain.skip(100 * DAY)
        through.append(book.set(LOANS, (1,), [loan[0] - 1, *loan[1:]]).gas_used)
    text = PAGE.read_text(encoding="utf-8").partition("\n## Gas\n")[2].partition("\n## ")[0]
    said = [int(one.replace(",", "")) for one in re.findall(r"\d{1,3}(?:,\d{3})+", text)]
    pairs = [figure for pair in zip(through, alone, strict=True) for figure in pair]
    assert [one for one in said if one != 17_000] == [*pairs, adding]
