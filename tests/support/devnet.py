"""One development chain for all tests that a new one would serve as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from caldera.evm.chain import GENESIS_TIME

if TYPE_CHECKING:
    from caldera.devnet import Devnet

LONG_AGO = 3650 * 86_400
"""30 December 1979: the chain can be taken forward to the day of any document that is taken."""

Fresh: TypeAlias = "Callable[..., AbstractContextManager[Devnet]]"
"""Stands for `caldera.devnet.running`."""


def renewed(standing: Devnet) -> Fresh:
    """Gives what `running` gives without deploying again: the suite with nothing in it, taken back afterwards. Its
    manifest stands nowhere, whether or not it should be shown."""

    @contextmanager
    def running(timestamp: int = GENESIS_TIME, progress: Any = None, shown: bool = False) -> Iterator[Devnet]:
        with standing.chain.isolated():
            standing.chain.warp(timestamp)
            standing.enrol_contracts()
            yield standing

    return running
