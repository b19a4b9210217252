"""The estate with a farm."""

import pytest

from tests.support.estate import Estate
from tests.support.farm import Farm, build


@pytest.fixture
def farm(estate: Estate) -> Farm:
    return build(estate)
