"""What the tests of the fund share."""

from collections.abc import Iterator

import pytest

from tests.support.fund import Fund, build


@pytest.fixture(scope="session")
def _fund() -> Fund:
    return build()


@pytest.fixture
def stand(_fund: Fund) -> Iterator[Fund]:
    """A fund with its stock; whatever a test does is undone."""
    with _fund.chain.isolated():
        yield _fund
