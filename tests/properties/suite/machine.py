"""All rooms in one machine."""

from __future__ import annotations

from hypothesis.stateful import rule

from tests.properties.suite.anybody import Anybody
from tests.properties.suite.kernel import waits
from tests.properties.suite.rooms.court import Court
from tests.properties.suite.rooms.governance import Governance
from tests.properties.suite.rooms.groups import Groups
from tests.properties.suite.rooms.trades import Trades

REACHED: dict[str, str] = {
    "access": "grantRole revokeRole",
    "agriculture": "certifyStage harvest insure plant",
    "airdrop": "claim sweep",
    "ballots": "commit recordMissed reveal",
    "bound": "activate authoriseCentre defineRight publishSerials spendPoints useRight",
    "certificates": "approve approveBySignature batch forcedTransfer transfer",
    "court": "addEvidence advance appeal challenge claim collectVotes draw",
    "deals": "claim collect issue open",
    "desk": "buy claimFees collect declareDefault draw pledge request requestWithPermit takeBack",
    "devices": "register",
    "energy": "registerMeter reviseMeter setMeterState stateOutput",
    "era": "approve delegate delegateBySig permit transfer transferFrom",
    "events": "anchor record",
    "factoring": "cancelQuote cancelQuotesBelow fill",
    "fees": "buy deposit settle withdraw",
    "goods": "setFrozenTokens transferFrom",
    "governor": "castVote castVoteBySig castVoteWithReason propose",
    "grants": "award expire",
    "guardian": "pause unpause",
    "incentives": "absorb count",
    "joint": "formGroup openAllocation openChange propose vote",
    "land": "collectRent offerLease putInTrust register strikeOut",
    "leases": "lease offer",
    "light": "closeSeries fund openSeries settle submitBatch",
    "locks": "delegate delegateBySig extend lock withdraw",
    "nodes": "announceCommission redelegate unbond",
    "penalties": "execute proveConflict",
    "points": "awardPoints redeem",
    "pool": "deposit mint payExit requestExit",
    "receivables": "acknowledge acknowledgeBySignature cancel create creditNote declareDefault dispute moveProceeds "
    "pay payMany resolveDispute stateAttribute",
    "record": "record revoke",
    "recourse": "claim collect end reportDefault settle",
    "registry": "createEntity enrol reinstate suspend suspendEntity sync",
    "reserve": "cancelStream openStream",
    "results": "forfeitFees submit",
    "retail": "createLine issue",
    "revenue": "openDefault openScheme pay withdraw",
    "rewards": "collectFees",
    "rights": "approve forcedTransfer pledge setFrozenTokens transferFrom",
    "router": "cancelRequest discount finance renew",
    "seeds": "capture",
    "slasher": "payFund payReporter",
    "standard": "setCurrencyActive setRate",
    "token": "approve transfer",
    "vesting": "createGrants delegateBySig proposeWallet release releaseTo stake",
}
"""Rules that come through many times in a run of the usual length; `tests.properties.suite.sweep` plays every one."""


class SuiteMachine(Court, Governance, Trades, Groups, Anybody):
    """The machine over the whole suite."""

    reached = tuple(f"{room}.{name}" for room, names in REACHED.items() for name in names.split())

    @rule(seconds=waits)
    def time_passes(self, seconds: int) -> None:
        self.wait(seconds)
