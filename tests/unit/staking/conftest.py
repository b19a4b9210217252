"""What the tests of staking share: alice's node with 10,000 ERA of her own, and nobody else's stake."""

from collections.abc import Iterator

import pytest

from tests.support.staking import Staking, build


@pytest.fixture(scope="session")
def _staking() -> Staking:
    return build()


@pytest.fixture
def staking(_staking: Staking) -> Iterator[Staking]:
    """A fresh stand; whatever a test does is undone."""
    entities, actors = dict(_staking.suite.entities), dict(_staking.suite.actors)
    with _staking.suite.chain.isolated():
        yield _staking
    _staking.suite.entities, _staking.suite.actors = entities, actors


@pytest.fixture
def node(staking: Staking) -> int:
    """Alice's, live, without commission."""
    return staking.node(staking.alice)
