"""Adding families: what is sound, for good, and of whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from caldera.contracts import ParameterBook, events, structs
from caldera.model.parameters import DAY, Parameter
from tests.support.parameters import ADVANCES, DOUBLE, PAIR, PARAMETERS, Book, as_words, word
from tests.support.suite import KIND, NOBODY, reverts, selector_of

NUMBER = Parameter("n", "Bps", 1, 2, 1, DAY)
FLAGS = Parameter("f", "Flags", 0b10, 0b11, 0, DAY)
KEPT = Parameter("k", "Count", 0, 1, 0, 0, True)


@pytest.fixture
def sealed(bare: Book) -> Book:
    """The double's setter is sealed for the book."""
    bare.seal(bare.double, "setPair")
    bare.double.plant(7, 500, 5_000, sender=bare.suite.admin)
    return bare


def pair(book: Book, **changes: Any) -> structs.ParameterFamily:
    """The double's family."""
    return book.facts(book.double, "setPair", "pairOf", 1, 1)._replace(**changes)


class TestForGood:
    """One family a setter, and bounds that stay."""

    def test_it_is_numbered_and_told(self, sealed: Book) -> None:
        words = [as_words(one) for one in PAIR]
        receipt = sealed.book.addFamily(pair(sealed), words, [[word(7)]], sender=sealed.suite.admin)
        assert receipt.returned == 1 == sealed.book.familyCount()
        setter = selector_of("GovernedDouble", "setPair")
        told = events.ParameterFamilyAdded(
            1, sealed.double.address, setter, pair(sealed), tuple(words), emitter=sealed.book.address
        )
        assert list(receipt.events) == [told]

    def test_no_second_family_for_a_setter(self, book: Book) -> None:
        wider = [replace(one, highest=one.highest * 2) for one in PAIR]
        setter = selector_of("GovernedDouble", "setPair")
        with reverts("FamilyExists", target=book.double.address, setter=setter, family=DOUBLE):
            book.add(pair(book), wider)
        with reverts("FamilyExists"):  # nor with other keys, or by another view
            book.add(pair(book, keys=0, getter=selector_of("GovernedDouble", "governedMood")), wider)
        assert book.book.familyOf(DOUBLE)[1] == tuple(as_words(one) for one in PAIR)

    def test_only_admin_adds(self, sealed: Book) -> None:
        words = [as_words(one) for one in PAIR]
        for other in (sealed.suite.officer, sealed.suite.mallory):
            with reverts("AccessManagedUnauthorized"):
                sealed.book.addFamily(pair(sealed), words, [], sender=other)
        sealed.add(pair(sealed), PAIR)


class TestPresent:
    """Bounds hold what is there."""

    def test_a_value_outside(self, sealed: Book) -> None:
        sealed.double.plant(8, 1_001, 0, sender=sealed.suite.admin)
        with reverts("ParameterOutOfBounds", value=1_001, lowest=10, highest=1_000):
            sealed.add(pair(sealed), PAIR, [[word(7)], [word(8)]])
        sealed.double.plant(8, 1_000, 0, sender=sealed.suite.admin)
        sealed.add(pair(sealed), PAIR, [[word(7)], [word(8)]])

    def test_a_key_of_other_words(self, sealed: Book) -> None:
        with reverts("WrongKeyWords", given=2, needed=1):
            sealed.add(pair(sealed), PAIR, [[word(7), word(7)]])
        sealed.add(pair(sealed), PAIR, [[word(7)]])


class TestShape:
    """Parameters that can always be changed to something, and never at once to anything."""

    @pytest.mark.parametrize(
        ("wrong", "error", "right"),
        [
            (replace(NUMBER, lowest=3), "ParameterBoundsReversed", replace(NUMBER, lowest=2)),
            (replace(FLAGS, lowest=0b100), "ParameterBoundsReversed", replace(FLAGS, lowest=0b11)),
            (replace(NUMBER, step=0), "ParameterStepWrong", replace(NUMBER, step=2**256 - 1)),
            (replace(FLAGS, step=1), "ParameterStepWrong", FLAGS),
            (replace(FLAGS, unit="Account", step=1), "ParameterStepWrong", replace(FLAGS, unit="Account")),
            (replace(KEPT, step=1), "ParameterStepWrong", KEPT),
            (replace(KEPT, interval=DAY), "ParameterIntervalWrong", KEPT),
            (replace(NUMBER, interval=0), "ParameterIntervalWrong", NUMBER),
            (replace(NUMBER, interval=DAY - 1), "ParameterIntervalWrong", NUMBER),
            (replace(NUMBER, interval=366 * DAY + 1), "ParameterIntervalWrong", replace(NUMBER, interval=366 * DAY)),
        ],
    )
    def test_of_a_parameter(self, sealed: Book, wrong: Parameter, error: str, right: Parameter) -> None:
        with reverts(error, name=wrong.name.encode().ljust(32, b"\0")):
            sealed.add(pair(sealed), (NUMBER, wrong))
        sealed.add(pair(sealed), (NUMBER, right))

    def test_one_to_twelve_words(self, sealed: Book) -> None:
        for count in (0, 13):
            with reverts("ParameterCountOutOfRange", count=count, most=12):
                sealed.add(pair(sealed), [NUMBER] * count)
        sealed.add(pair(sealed), [NUMBER] * 12)

    def test_two_key_words_at_most(self, sealed: Book) -> None:
        with reverts("KeyCountOutOfRange", count=3, most=2):
            sealed.add(pair(sealed, keys=3), PAIR)
        sealed.add(pair(sealed, keys=2), PAIR)


class TestWhom:
    """The book calls what a proposal names: so not what would carry out anything for it."""

    def test_a_setter_that_is_not_sealed(self, bare: Book) -> None:
        access, admin = bare.suite.access, bare.suite.admin
        setter = selector_of("GovernedDouble", "setPair")
        with reverts("SetterNotSealed", target=bare.double.address, setter=setter):
            bare.add(pair(bare), PAIR)
        access.setTargetFunctionRole(bare.double, [setter], PARAMETERS, sender=admin)
        with reverts("SetterNotSealed"):
            bare.add(pair(bare), PAIR)
        bare.seal(bare.double, "setPair")
        bare.add(pair(bare), PAIR)

    def test_a_setter_that_is_sealed_for_somebody_else(self, bare: Book) -> None:
        access, admin = bare.suite.access, bare.suite.admin
        access.grantRole(77, bare.suite.mallory, 0, sender=admin)
        access.sealRole(77, bare.suite.mallory, sender=admin)
        access.seal(bare.double, [selector_of("GovernedDouble", "setPair")], 77, sender=admin)
        with reverts("SetterNotSealed"):
            bare.add(pair(bare), PAIR)

    def test_what_is_no_contract(self, bare: Book) -> None:
        access, setter = bare.suite.access, selector_of("GovernedDouble", "setPair")
        for target in (bare.suite.mallory.address, NOBODY):
            access.seal(target, [setter], PARAMETERS, sender=bare.suite.admin)
            with reverts("NotGovernable", target=target, setter=setter):
                bare.add(pair(bare, target=target), PAIR)

    @pytest.mark.parametrize("name", ["execute", "grantRole", "renounceRole", "setTargetFunctionRole"])
    def test_the_authority_itself(self, bare: Book, name: str) -> None:
        """`execute` would call any setter in the book's name, with any values."""
        access, setter = bare.suite.access, selector_of("SuiteAccess", name)
        access.seal(access, [setter], PARAMETERS, sender=bare.suite.admin)
        facts = structs.ParameterFamily(access.address, setter, selector_of("SuiteAccess", "expiration"), 2, 0)
        with reverts("NotGovernable", target=access.address, setter=setter):
            bare.add(facts, PAIR)

    def test_the_book_itself(self, bare: Book) -> None:
        bare.seal(bare.book, "addFamily")
        with reverts("AccessManagedUnauthorized"):
            bare.add(bare.facts(bare.book, "addFamily", "familyCount"), PAIR)

    def test_multicall_of_a_contract_whose_setters_are_the_books(self, sealed: Book) -> None:
        """The call within it would be the book's own: any values, without a look at bounds."""
        sealed.add(pair(sealed), PAIR, [[word(7)]])
        sealed.seal(sealed.double, "multicall")
        setter = selector_of("GovernedDouble", "multicall")
        with reverts("NotGovernable", target=sealed.double.address, setter=setter):
            sealed.add(sealed.facts(sealed.double, "multicall", "governedMood", 2), [NUMBER] * 6)

    def test_a_view_of_too_few_words(self, sealed: Book) -> None:
        with reverts("GetterTooShort", length=96, needed=128):
            sealed.add(pair(sealed, skipped=2), PAIR, [[word(7)]])
        sealed.add(pair(sealed, skipped=1), PAIR, [[word(7)]])


def test_a_book_without_the_role_governs_nothing(book: Book) -> None:
    """Another book, with bounds of its own, changes nothing about those that are there."""
    other = ParameterBook.deploy(book.chain, book.suite.access, sender=book.suite.admin)
    facts = book.facts(book.terms, "setAdvance", "advanceOf", 2)
    with reverts("SetterNotSealed"):
        other.addFamily(facts, [as_words(NUMBER)], [], sender=book.suite.admin)
    with reverts("RoleIsSealed", roleId=PARAMETERS):
        book.suite.access.grantRole(PARAMETERS, other, 0, sender=book.suite.admin)
    book.set(ADVANCES, (False, KIND), (8_001,))
