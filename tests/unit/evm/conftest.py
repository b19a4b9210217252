"""The engines under test: a fresh Revm a test, one Anvil a session that every test leaves as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caldera.evm import Anvil, Chain, EngineError, Revm
from caldera.evm.anvil_process import find_anvil


@pytest.fixture
def revm() -> Revm:
    return Revm()


@pytest.fixture(scope="session")
def shared_anvil() -> Iterator[Anvil]:
    try:
        find_anvil()
    except EngineError as error:
        pytest.skip(str(error))
    with Anvil() as chain:
        yield chain


@pytest.fixture
def anvil(shared_anvil: Anvil) -> Iterator[Anvil]:
    with shared_anvil.isolated():
        yield shared_anvil


@pytest.fixture(params=["revm", "anvil"])
def chain(request: pytest.FixtureRequest) -> Chain:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Chain)
    return found
