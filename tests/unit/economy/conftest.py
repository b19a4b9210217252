"""What the tests of the economy share."""

from collections.abc import Iterator

import pytest

from tests.support.economy import Economy, build


@pytest.fixture(scope="session")
def _economy() -> Economy:
    return build()


@pytest.fixture
def economy(_economy: Economy) -> Iterator[Economy]:
    """A fresh stand on revm; whatever a test does is undone."""
    entities, actors = dict(_economy.suite.entities), dict(_economy.suite.actors)
    with _economy.chain.isolated():
        yield _economy
    _economy.suite.__dict__.update(entities=entities, actors=actors)
