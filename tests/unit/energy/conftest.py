"""What the tests of energy share."""

from collections.abc import Iterator

import pytest

from tests.support.grid import Grid, build


@pytest.fixture(scope="session")
def _grid() -> Grid:
    return build()


@pytest.fixture
def grid(_grid: Grid) -> Iterator[Grid]:
    """A fresh stand on revm; whatever a test does is undone."""
    entities = dict(_grid.entities)
    with _grid.chain.isolated():
        yield _grid
    _grid.entities = entities
