"""What the tests of the court share."""

from collections.abc import Iterator

import pytest

from tests.support.court import Court, build


@pytest.fixture(scope="session")
def _court() -> Court:
    return build()


@pytest.fixture
def court(_court: Court) -> Iterator[Court]:
    """A court with nodes and a result that can be disputed; whatever a test does is undone."""
    with _court.suite.chain.isolated():
        yield _court
