"""An office for each test."""

from collections.abc import Iterator

import pytest

from tests.support import accounting


@pytest.fixture(scope="session")
def _office() -> accounting.Office:
    return accounting.build()


@pytest.fixture
def office(_office: accounting.Office) -> Iterator[accounting.Office]:
    """The suite of receivables, watched; whatever a test does is undone."""
    with accounting.undone(_office.suite):
        yield _office
