"""What the tests of the standard's contracts share."""

from collections.abc import Iterator

import pytest

from tests.unit.standard.stand import Stand, build


@pytest.fixture(scope="session")
def _empty_stand() -> Stand:
    return build()


@pytest.fixture
def stand(_empty_stand: Stand) -> Iterator[Stand]:
    """The contracts with nothing in them; whatever a test does is undone."""
    with _empty_stand.chain.isolated():
        yield _empty_stand
