"""What the tests of the vote lock share."""

from collections.abc import Iterator

import pytest

from tests.support.locks import Locks, build


@pytest.fixture(scope="session")
def _locking() -> Locks:
    return build()


@pytest.fixture
def stand(_locking: Locks) -> Iterator[Locks]:
    """The lock, in which nothing is locked; whatever a test does is undone."""
    with _locking.suite.chain.isolated():
        yield _locking


@pytest.fixture(scope="session")
def _growing() -> Locks:
    return build(growth=True)


@pytest.fixture
def growing(_growing: Locks) -> Iterator[Locks]:
    """The same where doubling needs growth."""
    with _growing.suite.chain.isolated():
        yield _growing
