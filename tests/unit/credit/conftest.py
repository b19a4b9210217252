"""What the tests of credit share."""

from collections.abc import Iterator

import pytest

from tests.support.credit import Desk, build_desk


@pytest.fixture(scope="session")
def _desk() -> Desk:
    return build_desk()


@pytest.fixture
def desk(_desk: Desk) -> Iterator[Desk]:
    """A fresh stand on revm; whatever a test does is undone."""
    entities = dict(_desk.suite.entities)
    with _desk.suite.chain.isolated():
        yield _desk
    _desk.suite.entities = entities
