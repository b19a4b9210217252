"""Setting what is governed: bounds, steps, intervals, and contracts that do not do as they say."""

from __future__ import annotations

from typing import Any

import pytest

from caldera.contracts import events
from caldera.evm import ContractError
from caldera.model.parameters import Parameter
from tests.support.lending import LOAN_RULES, TERMS
from tests.support.parameters import (
    ADVANCES,
    DOUBLE,
    LOANS,
    PAIR,
    RULES,
    TEMPLATE,
    USD,
    Book,
    as_words,
    word,
)
from tests.support.suite import DAY, KIND, name_of, reverts, selector_of
from tests.support.suite import RULES as RECEIVABLES

EU_RECEIVABLE = b"EU/receivable"
GOOD, LIES, REFUSES, SHORT, COMES_BACK = range(5)


def raised(rules: tuple[int, ...], **changes: int) -> tuple[int, ...]:
    """Rules with some words changed."""
    names = [one.name for one in TEMPLATE]
    return tuple(changes.get(name, value) for name, value in zip(names, rules, strict=True))


class TestOneCall:
    """A change is one call, and what is under way keeps what it has."""

    def test_raise_the_minimum_unit_to_2000_usd(self, book: Book) -> None:
        suite = book.suite
        before = suite.circulating()
        rules = book.present(RULES, EU_RECEIVABLE)
        receipt = book.set(RULES, (EU_RECEIVABLE,), raised(rules, minimumUnitUsd=2_000 * USD))
        number, version = suite.standard.current(word(EU_RECEIVABLE))
        assert (number, version) == (3, 2)
        assert suite.standard.rules(number) == RECEIVABLES._replace(minimumUnitUsd=2_000 * USD)
        assert next(iter(receipt.events)) == events.ParameterChanged(
            RULES,
            b"minimumUnitUsd".ljust(32, b"\0"),
            (word(EU_RECEIVABLE),),
            1_000 * USD,
            2_000 * USD,
            emitter=book.book.address,
        )
        after = suite.circulating(ruleId=number, number="INV-2")
        assert suite.ledger.termsOf(before) != suite.ledger.termsOf(after)
        suite.send(suite.seller, suite.alice, before, 1_000 * USD)
        with reverts("BelowMinimumUnit"):
            suite.send(suite.seller, suite.alice, after, 1_000 * USD)
        suite.send(suite.seller, suite.alice, after, 2_000 * USD)

    def test_a_new_version_of_retired_rules_is_not_retired(self, book: Book) -> None:
        book.suite.standard.retire(1, sender=book.suite.officer)
        rules = book.present(RULES, EU_RECEIVABLE)
        assert rules == tuple(RECEIVABLES)
        book.set(RULES, (EU_RECEIVABLE,), raised(rules, graceDays=31))
        assert (book.suite.standard.isRetired(1), book.suite.standard.isRetired(3)) == (True, False)

    def test_eleven_words_at_once(self, book: Book) -> None:
        other = TERMS._replace(rateBps=1_100, longestDays=0, borrowerCap=1)
        receipt = book.set(LOANS, (1,), other)
        assert book.terms.loanTerms(1) == other
        changed = [one.name.rstrip(b"\0") for one in receipt.events if isinstance(one, events.ParameterChanged)]
        assert changed == [b"rateBps", b"longestDays", b"borrowerCap"]
        now = book.chain.now
        wanted = [now + 7 * DAY, 0, 0, 0, now + DAY, 0, 0, 0, 0, now + 7 * DAY, 0]
        assert book.due(LOANS, 1) == wanted

    def test_nobody_else_sets(self, book: Book) -> None:
        for other in (book.suite.officer, book.suite.mallory, book.suite.seller):
            with reverts("AccessManagedUnauthorized", caller=other.address):
                book.book.set(ADVANCES, [word(False), word(KIND)], [7_900], sender=other)
        book.set(ADVANCES, (False, KIND), (7_900,))


class TestBounds:
    """Hard bounds hold for every word, and flags have bits."""

    @pytest.mark.known_defect("retroactive")
    @pytest.mark.parametrize(("wrong", "right"), [(9_501, 9_500), (2**256 - 1, 9_000)])
    def test_above(self, book: Book, wrong: int, right: int) -> None:
        with reverts("ParameterOutOfBounds", name=b"advanceBps".ljust(32, b"\0"), value=wrong, lowest=0, highest=9_500):
            book.set(ADVANCES, (False, 9), (wrong,))
        book.set(ADVANCES, (False, 9), (right,))

    def test_below(self, book: Book) -> None:
        book.chain.skip(40 * DAY)
        book.double.plant(7, 60, 5_000, sender=book.suite.admin)
        with reverts("ParameterOutOfBounds", value=9, lowest=10, highest=1_000):
            book.set(DOUBLE, (7,), (9, 5_000))
        book.set(DOUBLE, (7,), (10, 5_000))

    @pytest.mark.parametrize(("wrong", "right"), [(1, 4), (5, 4), (1 << 255, 4)])
    def test_flags_beyond_those_that_may_be(self, book: Book, wrong: int, right: int) -> None:
        rules = book.present(RULES, EU_RECEIVABLE)
        with reverts("ParameterOutOfBounds", value=wrong, lowest=0, highest=4):
            book.set(RULES, (EU_RECEIVABLE,), raised(rules, flags=wrong))
        book.set(RULES, (EU_RECEIVABLE,), raised(rules, flags=right))

    def test_flags_that_must_be_there(self, bare: Book) -> None:
        bare.seal(bare.double, "setPair")
        pair = (PAIR[0], Parameter("second", "Flags", 0b100, 0b111, 0, DAY))
        bare.double.plant(7, 500, 0b101, sender=bare.suite.admin)
        bare.add(bare.facts(bare.double, "setPair", "pairOf", 1, 1), pair, [[word(7)]])
        for wrong in (0b011, 0b1100, 0):
            with reverts("ParameterOutOfBounds", value=wrong, lowest=4, highest=7):
                bare.set(1, (7,), (500, wrong))
        bare.set(1, (7,), (500, 0b110))

    def test_an_unchanged_word_outside_has_to_come_in_as_well(self, book: Book) -> None:
        book.double.plant(8, 2_000, 5_000, sender=book.suite.admin)
        with reverts("ParameterOutOfBounds", value=2_000):
            book.set(DOUBLE, (8,), (2_000, 5_001))
        book.set(DOUBLE, (8,), (1_000, 5_001))


class TestSteps:
    """One change moves a number by no more than its step."""

    @pytest.mark.known_defect("retroactive")
    @pytest.mark.parametrize(("wrong", "right"), [(601, 600), (399, 400), (1_000, 599), (10, 401)])
    def test_up_and_down(self, book: Book, wrong: int, right: int) -> None:
        with reverts("ParameterStepTooLarge", from_=500, value=wrong, step=100):
            book.set(DOUBLE, (7,), (wrong, 5_000))
        book.set(DOUBLE, (7,), (right, 5_000))

    def test_what_stands_outside_comes_back_from_the_bound_next_to_it(self, book: Book) -> None:
        """Set before the book had it, beyond any step: it is not stuck."""
        book.double.plant(8, 90_000, 1, sender=book.suite.admin)
        with reverts("ParameterStepTooLarge", from_=1_000, value=899, step=100):
            book.set(DOUBLE, (8,), (899, 1))
        book.set(DOUBLE, (8,), (900, 1))
        book.double.plant(9, 0, 1, sender=book.suite.admin)
        with reverts("ParameterStepTooLarge", from_=10, value=111, step=100):
            book.set(DOUBLE, (9,), (111, 1))
        book.set(DOUBLE, (9,), (110, 1))

    def test_the_first_setting_of_a_key_has_bounds_only(self, book: Book) -> None:
        book.set(ADVANCES, (True, 3), (9_500,))
        with reverts("ParameterTooSoon"):
            book.set(ADVANCES, (True, 3), (9_499,))

    def test_a_key_that_was_set_to_zeros_is_not_new_again(self, book: Book) -> None:
        book.set(ADVANCES, (True, 3), (500,))
        book.chain.skip(7 * DAY)
        book.set(ADVANCES, (True, 3), (0,))
        book.chain.skip(7 * DAY)
        with reverts("ParameterStepTooLarge", from_=0, value=1_001, step=1_000):
            book.set(ADVANCES, (True, 3), (1_001,))
        book.set(ADVANCES, (True, 3), (1_000,))

    def test_a_word_that_is_kept_is_set_once(self, book: Book) -> None:
        rules = tuple(LOAN_RULES)
        book.set(RULES, (b"NO/loan",), rules)
        book.chain.skip(60 * DAY)
        with reverts("ParameterKept", name=b"kind".ljust(32, b"\0"), present=16):
            book.set(RULES, (b"NO/loan",), raised(rules, kind=17))
        book.set(RULES, (b"NO/loan",), raised(rules, graceDays=6))


class TestIntervals:
    """One change a word and interval, by key: no way round it."""

    def test_to_the_second(self, book: Book) -> None:
        book.set(DOUBLE, (7,), (600, 5_000))
        due = book.chain.now + 7 * DAY
        assert book.due(DOUBLE, 7) == [due, 0]
        book.chain.warp(due - 1)
        with reverts("ParameterTooSoon", name=b"first".ljust(32, b"\0"), changeableFrom=due):
            book.set(DOUBLE, (7,), (700, 5_000))
        assert book.due(DOUBLE, 7) == [due, 0]
        book.chain.warp(due)
        assert book.due(DOUBLE, 7) == [0, 0]
        book.set(DOUBLE, (7,), (700, 5_000))

    def test_twice_in_one_proposal(self, book: Book) -> None:
        """One step, and another on top, in the same second."""
        book.set(ADVANCES, (False, KIND), (9_000,))
        with reverts("ParameterTooSoon"):
            book.set(ADVANCES, (False, KIND), (9_500,))

    def test_there_and_back(self, book: Book) -> None:
        book.set(ADVANCES, (False, KIND), (9_000,))
        with reverts("ParameterTooSoon"):
            book.set(ADVANCES, (False, KIND), (8_000,))

    def test_each_word_has_its_own(self, book: Book) -> None:
        book.set(DOUBLE, (7,), (600, 5_000))
        book.set(DOUBLE, (7,), (600, 7_500))
        book.chain.skip(DAY)
        book.set(DOUBLE, (7,), (600, 7_000))
        with reverts("ParameterTooSoon"):
            book.set(DOUBLE, (7,), (601, 7_000))

    def test_each_key_has_its_own(self, book: Book) -> None:
        book.set(ADVANCES, (False, KIND), (9_000,))
        book.set(ADVANCES, (True, KIND), (9_000,))
        with reverts("ParameterTooSoon"):
            book.set(ADVANCES, (True, KIND), (8_999,))

    def test_a_change_that_changes_nothing(self, book: Book) -> None:
        with reverts("NoParameterChanges", family=ADVANCES):
            book.set(ADVANCES, (False, KIND), (8_000,))
        with reverts("NoParameterChanges", family=ADVANCES):
            book.set(ADVANCES, (False, 77), (0,))
        assert book.due(ADVANCES, False, KIND) == [0]
        book.set(ADVANCES, (False, KIND), (8_001,))


class TestWords:
    """The shape of a call."""

    def test_families_count_from_one(self, book: Book) -> None:
        for wrong in (0, 5):
            with reverts("UnknownFamily", family=wrong):
                book.set(wrong, (False, KIND), (8_001,))
        book.set(ADVANCES, (False, KIND), (8_001,))

    @pytest.mark.parametrize("keys", [(), (False,), (False, KIND, 0)])
    def test_key_words(self, book: Book, keys: tuple[int, ...]) -> None:
        with reverts("WrongKeyWords", given=len(keys), needed=2):
            book.set(ADVANCES, keys, (8_001,))
        with reverts("WrongKeyWords", given=len(keys), needed=2):
            book.present(ADVANCES, *keys)
        book.set(ADVANCES, (False, KIND), (8_001,))

    @pytest.mark.parametrize("values", [(), (8_001, 0)])
    def test_value_words(self, book: Book, values: tuple[int, ...]) -> None:
        with reverts("WrongValueWords", given=len(values), needed=1):
            book.set(ADVANCES, (False, KIND), values)
        book.set(ADVANCES, (False, KIND), (8_001,))

    @pytest.mark.parametrize("keys", [(2, KIND), (False, 256 + KIND), (1 << 255, KIND)])
    def test_a_key_has_one_spelling(self, book: Book, keys: tuple[int, ...]) -> None:
        """Bits that the setter would cut off make no second key of the same place, with an interval of its own."""
        with pytest.raises(ContractError):
            book.set(ADVANCES, keys, (8_001,))
        book.set(ADVANCES, (False, KIND), (8_001,))


class TestContracts:
    """The contract refuses, lies, answers too short, or comes back."""

    def test_its_own_refusal_comes_through(self, book: Book) -> None:
        with reverts("LoanTermsOutOfRange"):
            book.set(LOANS, (1,), TERMS._replace(auctionDays=0))
        assert book.due(LOANS, 1) == [0] * 11
        book.set(LOANS, (1,), TERMS._replace(auctionDays=1))
        book.double.setGovernedMood(REFUSES, sender=book.suite.admin)
        with reverts("PairRefused", first=600, second=5_000):
            book.set(DOUBLE, (7,), (600, 5_000))

    def test_it_takes_something_else(self, book: Book) -> None:
        book.double.setGovernedMood(LIES, sender=book.suite.admin)
        with reverts("ParameterNotTaken", name=b"second".ljust(32, b"\0"), wanted=6_000, found=3_000):
            book.set(DOUBLE, (7,), (500, 6_000))
        assert book.present(DOUBLE, 7) == (500, 5_000)
        book.double.setGovernedMood(GOOD, sender=book.suite.admin)
        book.set(DOUBLE, (7,), (500, 6_000))

    def test_its_view_is_too_short(self, book: Book) -> None:
        book.double.setGovernedMood(SHORT, sender=book.suite.admin)
        with reverts("GetterTooShort", length=64, needed=96):
            book.set(DOUBLE, (7,), (600, 5_000))
        book.double.setGovernedMood(GOOD, sender=book.suite.admin)
        book.set(DOUBLE, (7,), (600, 5_000))

    def test_it_comes_back_into_the_book(self, book: Book) -> None:
        """Even where it holds ADMIN."""
        book.suite.access.grantRole(0, book.double, 0, sender=book.suite.admin)
        book.double.setGovernedMood(COMES_BACK, sender=book.suite.admin)
        with reverts("ReentrancyGuardReentrantCall"):
            book.set(DOUBLE, (7,), (600, 5_000))
        book.double.setGovernedMood(GOOD, sender=book.suite.admin)
        book.set(DOUBLE, (7,), (600, 5_000))

    def test_a_closed_target_is_out_of_reach_and_keeps_its_numbers(self, book: Book) -> None:
        access, admin = book.suite.access, book.suite.admin
        access.setTargetClosed(book.double, True, sender=admin)
        with reverts("AccessManagedUnauthorized", caller=book.book.address):
            book.set(DOUBLE, (7,), (600, 5_000))
        access.setTargetClosed(book.double, False, sender=admin)
        book.set(DOUBLE, (7,), (600, 5_000))

    def test_tokens_sent_to_the_book_move_nothing(self, book: Book) -> None:
        book.suite.token.mint(book.book, 5, sender=book.suite.admin)
        book.set(DOUBLE, (7,), (600, 5_000))
        assert book.suite.token.balanceOf(book.book) == 5


class TestViews:
    """The same answer before anyone pays for it."""

    @pytest.mark.parametrize(
        ("family", "keys", "values"),
        [
            (9, (), ()),
            (ADVANCES, (False,), (8_001,)),
            (ADVANCES, (False, KIND), ()),
            (ADVANCES, (False, KIND), (9_501,)),
            (ADVANCES, (False, KIND), (9_001,)),
            (ADVANCES, (False, KIND), (8_000,)),
            (ADVANCES, (True, 5), (4_001,)),
            (ADVANCES, (False, KIND), (8_001,)),
            (LOANS, (1,), tuple(TERMS._replace(auctionDays=0))),
            (RULES, (EU_RECEIVABLE,), raised(tuple(RECEIVABLES), kind=2)),
        ],
    )
    def test_can_set_is_what_set_does(
        self, book: Book, family: int, keys: tuple[Any, ...], values: tuple[int, ...]
    ) -> None:
        book.set(ADVANCES, (True, 5), (4_000,))
        words = [word(one) for one in keys]
        reason = book.book.canSet(family, words, list(values))
        try:
            book.book.requireSettable(family, words, list(values))
            checked = b""
        except ContractError as error:
            checked = error.revert_data
        assert reason == checked
        try:
            book.set(family, keys, values)
        except ContractError as error:
            # What the contract itself refuses is known when it is called.
            own = name_of(error) == "LoanTermsOutOfRange"
            assert reason == (b"" if own else error.revert_data)
        else:
            assert reason == b""

    def test_what_is_there(self, book: Book) -> None:
        first, second = book.book.parametersOf(DOUBLE, [word(7)])
        assert (first.parameter, first.present, first.changeableFrom) == (as_words(PAIR[0]), 500, 0)
        assert (second.parameter, second.present, second.changeableFrom) == (as_words(PAIR[1]), 5_000, 0)
        with reverts("UnknownFamily", family=5):
            book.present(5, 7)

    def test_families(self, book: Book) -> None:
        assert book.book.familyCount() == 4
        facts, parameters = book.book.familyOf(DOUBLE)
        assert facts == book.facts(book.double, "setPair", "pairOf", 1, 1)
        assert list(parameters) == [as_words(one) for one in PAIR]
        assert book.book.familyFor(book.terms, selector_of("LendingTerms", "setAdvance")) == ADVANCES
        assert book.book.familyFor(book.terms, selector_of("LendingTerms", "admit")) == 0
        with reverts("UnknownFamily", family=0):
            book.book.familyOf(0)


def test_the_book_stays_where_it_was_built_to_look(book: Book) -> None:
    assert book.book.authority() == book.suite.access.address
    with reverts("AuthorityIsFixed"):
        book.suite.access.updateAuthority(book.book, book.double, sender=book.suite.admin)
