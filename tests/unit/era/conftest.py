"""What the tests of ERA share."""

from collections.abc import Iterator

import pytest

from tests.support import airdrop
from tests.support import vesting as granting
from tests.support.airdrop import Drop
from tests.support.vesting import Vesting
from tests.unit.era.signing import Era, issue


@pytest.fixture
def era() -> Era:
    """The token on a fresh chain."""
    return issue()


@pytest.fixture(scope="session")
def _granting() -> Vesting:
    return granting.build()


@pytest.fixture
def vesting(_granting: Vesting) -> Iterator[Vesting]:
    """The vault with both allocations filled and no grant; whatever a test does is undone."""
    with _granting.suite.chain.isolated():
        yield _granting


@pytest.fixture(scope="session")
def _drop() -> Drop:
    return airdrop.build()


@pytest.fixture
def drop(_drop: Drop) -> Iterator[Drop]:
    """The airdrop's registry with its allocation; whatever a test does is undone."""
    with _drop.chain.isolated():
        yield _drop
