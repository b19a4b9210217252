"""What the tests of ERA share."""

from collections.abc import Iterator

import pytest

from tests.support.vesting import Vesting, build
from tests.unit.era.signing import Era, issue


@pytest.fixture
def era() -> Era:
    """The token on a fresh chain."""
    return issue()


@pytest.fixture(scope="session")
def _granting() -> Vesting:
    return build()


@pytest.fixture
def vesting(_granting: Vesting) -> Iterator[Vesting]:
    """The vault with both allocations filled and no grant; whatever a test does is undone."""
    with _granting.suite.chain.isolated():
        yield _granting
