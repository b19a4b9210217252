"""The ground of nodes, once in process and once behind a node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from caldera.evm import Anvil, AnvilMissing
from caldera.evm.anvil_process import find_anvil
from caldera.node.store import Store
from tests.support.node import TODAY, Ground, build


@pytest.fixture(scope="package")
def _ground() -> Ground:
    return build()


@pytest.fixture
def ground(_ground: Ground) -> Iterator[Ground]:
    """On revm; whatever a test does is undone."""
    with _ground.chain.isolated():
        yield _ground


@pytest.fixture(scope="package")
def _anvil() -> Iterator[Ground]:
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil(timestamp=TODAY) as chain:
        yield build(chain)


@pytest.fixture
def behind(_anvil: Ground) -> Iterator[Ground]:
    """On anvil; whatever a test does is undone."""
    with _anvil.chain.isolated():
        yield _anvil


@pytest.fixture(scope="package")
def _staked() -> Iterator[Ground]:
    try:
        find_anvil()
    except AnvilMissing as error:
        pytest.skip(str(error))
    with Anvil(timestamp=TODAY) as chain:
        yield build(chain, staked=True)


@pytest.fixture
def staked(_staked: Ground) -> Iterator[Ground]:
    """On anvil, with real stakes; whatever a test does is undone."""
    with _staked.chain.isolated():
        yield _staked


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "node.sqlite")
    yield made
    made.close()
