"""What the tests of the governor share."""

from collections.abc import Iterator

import pytest

from tests.support.governance import Governance, build


@pytest.fixture(scope="session")
def _handed_over() -> Governance:
    return build()


@pytest.fixture
def hall(_handed_over: Governance) -> Iterator[Governance]:
    """Governance handed over, nobody has votes; whatever a test does is undone."""
    with _handed_over.chain.isolated():
        yield _handed_over
