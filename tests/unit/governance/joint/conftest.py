"""What the tests of joint decisions share."""

from collections.abc import Iterator

import pytest

from tests.support.joint import Table, build


@pytest.fixture(scope="session")
def _table() -> Table:
    return build()


@pytest.fixture
def table(_table: Table) -> Iterator[Table]:
    """Parties without a group; whatever a test does is undone."""
    entities = dict(_table.shop.entities)
    with _table.shop.chain.isolated():
        yield _table
    _table.shop.entities = entities
