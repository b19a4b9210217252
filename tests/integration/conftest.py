"""What the tests on a development chain share."""

from collections.abc import Iterator

import pytest

from caldera.devnet import deployed
from tests.support.devnet import LONG_AGO, Fresh, renewed


@pytest.fixture(scope="session")
def fresh() -> Iterator[Fresh]:
    """A development chain at any time from 1980 on; whatever is done on it is undone."""
    with deployed(LONG_AGO) as devnet:
        yield renewed(devnet)
