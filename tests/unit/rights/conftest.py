"""The estate, put back after each test."""

from collections.abc import Iterator

import pytest

from tests.support.estate import Estate, build


@pytest.fixture(scope="session")
def _estate() -> Estate:
    return build()


@pytest.fixture
def estate(_estate: Estate) -> Iterator[Estate]:
    entities = dict(_estate.entities)
    with _estate.chain.isolated():
        yield _estate
    _estate.entities = entities
