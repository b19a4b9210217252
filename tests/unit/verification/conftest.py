"""What the tests of verification share."""

from collections.abc import Iterator

import pytest

from tests.support.verification import Hall, build


@pytest.fixture(scope="session")
def _hall() -> Hall:
    return build()


@pytest.fixture
def hall(_hall: Hall) -> Iterator[Hall]:
    """A fresh stand on revm; whatever a test does is undone."""
    entities, actors, numbers = dict(_hall.suite.entities), dict(_hall.suite.actors), dict(_hall.numbers)
    with _hall.chain.isolated():
        yield _hall
    _hall.suite.__dict__.update(entities=entities, actors=actors)
    _hall.numbers = numbers
