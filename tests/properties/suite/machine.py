"""All rooms in one machine."""

from __future__ import annotations

from hypothesis.stateful import rule

from tests.properties.suite.anybody import Anybody
from tests.properties.suite.kernel import waits
from tests.properties.suite.rooms.economy import Economy
from tests.properties.suite.rooms.goods import Goods
from tests.properties.suite.rooms.governance import Governance
from tests.properties.suite.rooms.trades import Trades


class SuiteMachine(Economy, Governance, Trades, Goods, Anybody):
    """The machine over the whole suite."""

    @rule(seconds=waits)
    def time_passes(self, seconds: int) -> None:
        self.wait(seconds)
