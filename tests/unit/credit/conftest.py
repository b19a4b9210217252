"""What the tests of credit share: a desk where limits are assessed, and a bank on a chain of its own."""

from collections.abc import Iterator

import pytest

from tests.support.credit import Desk, build_desk
from tests.support.lending import Bank, open_bank
from tests.support.suite import MINIMUM


@pytest.fixture(scope="session")
def _desk() -> Desk:
    return build_desk()


@pytest.fixture
def desk(_desk: Desk) -> Iterator[Desk]:
    """A fresh stand on revm; whatever a test does is undone."""
    entities = dict(_desk.suite.entities)
    with _desk.suite.chain.isolated():
        yield _desk
    _desk.suite.entities = entities


@pytest.fixture(scope="session")
def _bank() -> Bank:
    """Limits of 30,000.00 for the seller and 50,000.00 for the borrower."""
    bank = open_bank()
    bank.limit("seller", 30 * MINIMUM)
    bank.limit("borrower", 50 * MINIMUM)
    return bank


@pytest.fixture
def empty(_bank: Bank) -> Iterator[Bank]:
    """Nobody has lent yet."""
    entities, actors = dict(_bank.suite.entities), dict(_bank.suite.actors)
    with _bank.chain.isolated():
        yield _bank
    _bank.suite.__dict__.update(entities=entities, actors=actors)


@pytest.fixture
def bank(empty: Bank) -> Bank:
    """Lena lent 200,000.00 and leo 100,000.00; it is midnight, so that days are whole."""
    empty.chain.skip(-empty.chain.now % 86_400)
    empty.lend(empty.suite.lena, 200 * MINIMUM)
    empty.lend(empty.suite.leo, 100 * MINIMUM)
    return empty
