"""What the tests of ERA share."""

import pytest

from tests.unit.era.signing import Era, issue


@pytest.fixture
def era() -> Era:
    """The token on a fresh chain."""
    return issue()
