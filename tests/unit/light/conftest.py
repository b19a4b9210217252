"""What the tests of light nodes share."""

from collections.abc import Iterator

import pytest

from tests.support.light import Light, build


@pytest.fixture(scope="session")
def _light() -> Light:
    return build()


@pytest.fixture
def light(_light: Light) -> Iterator[Light]:
    """Light nodes at the beginning of an epoch; whatever a test does is undone."""
    secrets = dict(_light.secrets)
    with _light.suite.chain.isolated():
        yield _light
    _light.secrets = secrets
