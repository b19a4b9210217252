"""All rooms in one machine."""

from __future__ import annotations

from hypothesis.stateful import rule

from tests.properties.suite.anybody import Anybody
from tests.properties.suite.kernel import waits
from tests.properties.suite.rooms.awards import Awards
from tests.properties.suite.rooms.deals import Deals
from tests.properties.suite.rooms.governance import Governance
from tests.properties.suite.rooms.groups import Groups
from tests.properties.suite.rooms.trades import Trades
from tests.properties.suite.rooms.trusts import Trusts

REACHED: dict[str, str] = {
    "agriculture": "certifyStage insure plant",
    "airdrop": "claim",
    "bound": "authoriseCentre defineRight spendPoints useRight",
    "certificates": "approveBySignature forcedTransfer transfer",
    "court": "addEvidence advance challenge claim draw",
    "deals": "claim collect issue open",
    "desk": "collect draw pledge request requestWithPermit",
    "devices": "register",
    "era": "approve",
    "events": "anchor record",
    "factoring": "fill",
    "fees": "buy deposit",
    "goods": "transferFrom",
    "governor": "castVoteBySig",
    "grants": "award expire",
    "guardian": "pause",
    "incentives": "claim count",
    "joint": "commit finalise formGroup reveal vote",
    "land": "claim putInTrust register",
    "leases": "lease offer",
    "light": "closeSeries fund openSeries settle submitBatch",
    "locks": "lock withdraw",
    "nodes": "unbond",
    "pool": "deposit",
    "receivables": "acknowledge acknowledgeBySignature cancel create declareDefault dispute "
    "pay payMany resolveDispute stateAttribute",
    "record": "record",
    "reserve": "openStream",
    "results": "submit",
    "retail": "createLine issue",
    "revenue": "openDefault openScheme pay",
    "rewards": "claim claimCommission claimGrant poke",
    "rights": "approve",
    "router": "cancelRequest discount finance",
    "seeds": "capture",
    "token": "approve",
    "vesting": "release releaseTo stake",
}
"""Rules that come through dozens of times in a run of the usual length, whatever is drawn;
`tests.properties.suite.sweep` plays every one and wants all to come through."""


class SuiteMachine(Awards, Governance, Deals, Trades, Trusts, Groups, Anybody):
    """The machine over the whole suite."""

    reached = tuple(f"{room}.{name}" for room, names in REACHED.items() for name in names.split())

    @rule(seconds=waits)
    def time_passes(self, seconds: int) -> None:
        self.wait(seconds)
