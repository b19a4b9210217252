"""What the tests of rewards share."""

from collections.abc import Iterator

import pytest

from tests.support.rewards import Rewards, build


@pytest.fixture(scope="session")
def built() -> Rewards:
    """Shared by all tests: what is done to it has to be undone."""
    return build()


@pytest.fixture
def rewards(built: Rewards) -> Iterator[Rewards]:
    """A funded distributor at the beginning of an epoch; whatever a test does is undone."""
    with built.suite.chain.isolated():
        yield built
