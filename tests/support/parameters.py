"""The suite with lending terms whose setters are the parameter book's, sealed, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caldera.contracts import GovernedDouble, LendingTerms, ParameterBook, structs
from caldera.contracts.structs import Parameter as Words
from caldera.evm import Chain, Contract, Receipt
from caldera.model.parameters import DAY, UNITS, Parameter
from tests.support.lending import open_bank
from tests.support.suite import KIND, Suite, selector_of

PARAMETERS = 18
DOUBLE, LOANS, ADVANCES, RULES = 1, 2, 3, 4
"""Families, by number."""
USD = 10**6
PAIR = (
    Parameter("first", "Era", 10, 1_000, 100, 7 * DAY),
    Parameter("second", "Bps", 0, 10_000, 2_500, DAY),
)
LOAN_TERMS = (
    Parameter("rateBps", "Bps", 0, 3_600, 300, 7 * DAY),
    Parameter("lateFeeBps", "Bps", 0, 1_000, 100, 30 * DAY),
    Parameter("borrowerCapBps", "Bps", 0, 10_000, 1_000, 7 * DAY),
    Parameter("debtorCapBps", "Bps", 0, 10_000, 1_000, 7 * DAY),
    Parameter("longestDays", "Days", 0, 1_825, 1_825, DAY),
    Parameter("fundBps", "Bps", 0, 1_000, 250, 30 * DAY),
    Parameter("defaultDays", "Days", 10, 180, 30, 30 * DAY),
    Parameter("auctionDays", "Days", 0, 60, 10, 30 * DAY),
    Parameter("floorBps", "Bps", 0, 8_000, 2_000, 30 * DAY),
    Parameter("borrowerCap", "Whole", 0, 10**10, 10**9, 7 * DAY),
    Parameter("debtorCap", "Whole", 0, 10**10, 10**9, 7 * DAY),
)
"""Of auctionDays and floorBps also what the contract refuses."""
ADVANCE = (Parameter("advanceBps", "Bps", 0, 9_500, 1_000, 7 * DAY),)
TEMPLATE = (
    Parameter("kind", "Count", 1, 255, 0, 0, True),
    Parameter("flags", "Flags", 0, 4, 0, DAY),
    Parameter("graceDays", "Days", 0, 180, 30, 30 * DAY),
    Parameter("minimumSplitBps", "Bps", 0, 5_000, 1_000, 30 * DAY),
    Parameter("requiredFields", "Flags", 0, (1 << 13) - 1, 0, 7 * DAY),
    Parameter("minimumUnitUsd", "Usd", 100 * USD, 10**6 * USD, 1_000 * USD, 30 * DAY),
    Parameter("regions", "Flags", 0, (1 << 80) - 1, 0, DAY),
    Parameter("qualifications", "Flags", 0, (1 << 64) - 1, 0, DAY),
)


def word(value: int | bool | bytes) -> bytes:
    """A key word; a template's name stands in front."""
    return value.ljust(32, b"\0") if isinstance(value, bytes) else int(value).to_bytes(32, "big")


def as_words(one: Parameter) -> Words:
    """A parameter as the contract takes it."""
    unit = UNITS.index(one.unit)
    return structs.Parameter(
        one.name.encode().ljust(32, b"\0"), unit, one.kept, one.lowest, one.highest, one.step, one.interval
    )


@dataclass
class Book:
    """The book over a suite. Its families: of a double in a mood, loan terms, advances, templates."""

    suite: Suite
    book: ParameterBook
    terms: LendingTerms
    double: GovernedDouble

    @property
    def chain(self) -> Chain:
        """Where it all stands."""
        return self.suite.chain

    def facts(
        self, target: Contract, setter: str, getter: str, keys: int = 0, skipped: int = 0
    ) -> structs.ParameterFamily:
        """A family by the names of its functions."""
        chosen, reader = (selector_of(target.ABI_NAME, name) for name in (setter, getter))
        return structs.ParameterFamily(target.address, chosen, reader, keys, skipped)

    def seal(self, target: Contract, *setters: str) -> None:
        """Gives functions to the book for good."""
        selectors = [selector_of(target.ABI_NAME, name) for name in setters]
        self.suite.access.seal(target, selectors, PARAMETERS, sender=self.suite.admin)

    def add(
        self, facts: structs.ParameterFamily, parameters: Sequence[Parameter], keys: Sequence[Sequence[bytes]] = ()
    ) -> int:
        """Adds a family."""
        words = [as_words(one) for one in parameters]
        return self.book.addFamily(facts, words, [list(key) for key in keys], sender=self.suite.admin).returned

    def set(self, family: int, key: Sequence[int | bool | bytes], values: Sequence[int]) -> Receipt[None]:
        """Sets, as governance."""
        return self.book.set(family, [word(one) for one in key], list(values), sender=self.suite.admin)

    def present(self, family: int, *key: int | bool | bytes) -> tuple[int, ...]:
        """What stands there."""
        return tuple(one.present for one in self.book.parametersOf(family, [word(one) for one in key]))

    def due(self, family: int, *key: int | bool | bytes) -> list[int]:
        """When each word may change again."""
        return [one.changeableFrom for one in self.book.parametersOf(family, [word(one) for one in key])]


def stand() -> Book:
    """The suite with a book that has its role, sealed, and no family."""
    bank = open_bank()
    suite, admin = bank.suite, bank.suite.admin
    book = ParameterBook.deploy(suite.chain, suite.access, sender=admin)
    double = GovernedDouble.deploy(suite.chain, suite.access, sender=admin)
    suite.access.grantRole(PARAMETERS, book, 0, sender=admin)
    suite.access.sealRole(PARAMETERS, book, sender=admin)
    return Book(suite, book, bank.terms, double)


def build() -> Book:
    """The same with its families."""
    made = stand()
    made.seal(made.double, "setPair")
    made.seal(made.terms, "setLoanTerms", "setAdvance")
    made.seal(made.suite.standard, "publish")
    made.double.plant(7, 500, 5_000, sender=made.suite.admin)
    made.add(made.facts(made.double, "setPair", "pairOf", 1, 1), PAIR, [[word(7)]])
    made.add(made.facts(made.terms, "setLoanTerms", "loanTerms", 1), LOAN_TERMS, [[word(1)]])
    made.add(made.facts(made.terms, "setAdvance", "advanceOf", 2), ADVANCE, [[word(False), word(KIND)]])
    templates = [[word(b"EU/receivable")], [word(b"EU/loan")]]
    made.add(made.facts(made.suite.standard, "publish", "latestRules", 1), TEMPLATE, templates)
    return made
