"""What the tests of the economy share."""

from collections.abc import Iterator

import pytest

from tests.support.incentives import Economy, build


@pytest.fixture(scope="session")
def _economy() -> Economy:
    return build()


@pytest.fixture
def economy(_economy: Economy) -> Iterator[Economy]:
    """Funded contracts at the beginning of an epoch; whatever a test does is undone."""
    with _economy.suite.chain.isolated():
        yield _economy
