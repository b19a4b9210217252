"""The suite with logistics."""

import pytest

from tests.support.cargo import Port, build
from tests.support.suite import Suite


@pytest.fixture
def port(suite: Suite) -> Port:
    return build(suite)
