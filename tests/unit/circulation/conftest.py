"""What the tests of revenue share."""

from collections.abc import Iterator

import pytest

from tests.support.revenue import Revenue, build


@pytest.fixture(scope="session")
def _market() -> Revenue:
    return build()


@pytest.fixture
def revenue(_market: Revenue) -> Iterator[Revenue]:
    """Revenue with no scheme; whatever a test does is undone."""
    actors, entities = dict(_market.suite.actors), dict(_market.suite.entities)
    with _market.suite.chain.isolated():
        yield _market
    _market.suite.__dict__.update(actors=actors, entities=entities)
