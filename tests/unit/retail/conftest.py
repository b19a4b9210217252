"""The shop, put back after each test."""

from collections.abc import Iterator

import pytest

from tests.support.shop import Shop, build


@pytest.fixture(scope="session")
def _shop() -> Shop:
    return build()


@pytest.fixture
def shop(_shop: Shop) -> Iterator[Shop]:
    entities = dict(_shop.entities)
    with _shop.chain.isolated():
        yield _shop
    _shop.entities = entities
