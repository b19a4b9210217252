"""An office for each test."""

import pytest

from tests.support import accounting


@pytest.fixture
def office() -> accounting.Office:
    """The suite of receivables, watched."""
    return accounting.build()
