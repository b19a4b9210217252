"""All rooms in one machine."""

from __future__ import annotations

from hypothesis.stateful import rule

from tests.properties.suite.anybody import Anybody
from tests.properties.suite.kernel import waits
from tests.properties.suite.rooms.court import Court
from tests.properties.suite.rooms.governance import Governance
from tests.properties.suite.rooms.groups import Groups
from tests.properties.suite.rooms.trades import Trades


class SuiteMachine(Court, Governance, Trades, Groups, Anybody):
    """The machine over the whole suite."""

    @rule(seconds=waits)
    def time_passes(self, seconds: int) -> None:
        self.wait(seconds)
