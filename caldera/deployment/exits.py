"""Ways out: what a pause never stops.

Which functions these are is a decision, written down here by contract. That the deployed code keeps to it is proved in
two steps: `verify` compares that code byte for byte with what was compiled, and the tests pause everything that is
compiled and call each way out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from .access_log import UNAUTHORIZED, answer
from .findings import Finding, Kind
from .suite import Suite

EXITS: dict[str, tuple[str, ...]] = {
    "AssetCertificate": ("safeTransferFrom", "safeBatchTransferFrom", "release", "seize"),
    "UsageRight": ("transferFrom", "release", "seize"),
    "DirectedGoods": ("transferFrom",),
    "ReceivableModule": (
        *("pay", "payMany", "claim", "claimMany", "collect", "cancel", "creditNote", "dispute", "withdrawDispute"),
        "declareDefault",
    ),
    "LeaseModule": ("accrue", "collect", "agreeToEnd", "declareBreach"),
    "LandModule": ("payIncome", "claim", "collectRent", "agreeToEnd", "takeOut"),
    "RetailModule": ("retire", "revokeSeries", "haltLine"),
    "BoundRights": ("activate", "useRight", "spendPoints"),
    "LogisticsModule": ("surrender", "declareLost"),
    "EnergyModule": ("redeem", "expire"),
    "CarbonModule": ("retire",),
    "RevenueCycle": ("refund", "release", "withdraw", "withdrawTo"),
    "CreditDesk": ("repay", "takeBack", "collect", "markLate", "declareDefault"),
    "LendingPool": (
        *("withdraw", "redeem", "requestExit", "cancelExit", "payExit", "serveExits", "payHeld"),
        "transfer",
    ),
    "Recourse": ("settle", "claim", "waive", "end", "reportDefault"),
    "Factoring": ("cancelQuote", "cancelQuotesBelow"),
    "Securitisation": ("claim", "collect", "redeem", "sweep", "takeBack"),
    "CirculationRouter": ("cancelRequest",),
    "EraToken": ("transfer", "transferFrom"),
    "VestingVault": (
        *("release", "releaseTo", "releaseBatch", "recallStake", "returnStake"),
        *("proposeWallet", "acceptWallet", "cancelWallet"),
    ),
    "FeeRouter": ("withdraw", "withdrawPrepaid", "settle"),
    "CirculationIncentives": ("claim", "claimRebate"),
    "DeveloperGrants": ("claim",),
    "ConnectionPoints": ("surrender",),
    "NodeStaking": ("unbond", "redirect", "withdraw", "withdrawAll", "retireNode"),
    "GrantStaking": ("unbondGrant", "redirectGrant", "withdrawGrant", "writeOffGrant"),
    "RewardDistributor": ("claim", "claimCommission", "claimGrant", "collectFees", "collectRebate"),
    "Slasher": ("payFund", "payReporter"),
    "VerificationDesk": ("close", "refund", "claimFees", "carryFees", "payFund"),
    "ValueVerification": ("withdrawResult",),
    "DisputeCourt": ("advance", "appeal", "addEvidence", "claim", "collectCompensation", "collectVotes"),
    "Penalties": ("execute",),
    "DeviceRegister": ("removeDevice", "releaseDevice"),
    "LightNodes": ("settle", "claim"),
    "VoteLock": ("withdraw", "withdrawTo", "renew", "delegate"),
    "ValueFund": ("withdraw", "withdrawTo", "renounceStream", "proposePayee", "acceptPayee"),
    "JointDecision": ("vote", "commit", "reveal", "finalise", "refuseTerms"),
    "CalderaTimelock": ("executeBatch",),
    "CalderaGovernor": ("castVote", "queue", "execute"),
}
"""By type of contract."""

NO_EXITS: dict[str, str] = {
    "ConnectionPoints.redeem": "points are no money yet: GUARDIAN stops redeeming them",
    "ConnectionPoints.redeemForFees": "the same",
    "ConnectionPoints.redeemForRight": "the same",
    "AirdropClaim.claim": "open; a grant or lock is a way in where it is made: a pause there puts the end off",
    "RevenueCycle.pay": "records a sale and divides it, a way in; what is owed from earlier ones is paid out",
    "RetailModule.claim": "makes the item of a voucher, so it is a way in",
    "RewardDistributor.claimToStake": "puts rewards into stake, a way in; `claim` pays them to the wallet",
    "RewardDistributor.claimToFees": "puts rewards into the fee account, a way in; `claim` pays them to the wallet",
    "Recourse.collect": "pledges again what it released, and pledging is a way in; the proceeds wait where they are",
    "NodeStaking.complete": "stakes with another node what left the first; `redirect` and `withdraw` stay open",
    "GrantStaking.completeGrant": "the same for granted ERA",
}
"""Functions that sound like ways out and can be stopped, with the reason."""

PAUSED = keccak(text="Paused(uint256)")[:4]
_CAUSES = {UNAUTHORIZED: "restricted to a role", PAUSED: "paused"}


@dataclass(frozen=True)
class Exit:
    """Ways out of one contract. `refused`: those that the chain refuses to anybody now, each with the cause."""

    contract: str
    functions: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()


def read_exits(suite: Suite) -> tuple[Exit, ...]:
    """The ways out of every contract of the profile, asked of the chain."""
    found = []
    for entry in suite.profile.contracts:
        names = EXITS.get(entry.contract_type, ())
        functions = [one for one in suite.functions(entry.name) if one.writes and one.name in names]
        refused = []
        for function in functions:
            cause = _CAUSES.get(answer(suite, entry.name, function)[:4])
            if cause:
                refused.append((function.name, cause))
        missing = [(name, "no such function") for name in names if name not in {one.name for one in functions}]
        if names:
            found.append(Exit(entry.name, names, (*refused, *missing)))
    return tuple(found)


def verify_exits(exits: tuple[Exit, ...]) -> Iterator[Finding]:
    """Findings about ways out that are shut."""
    for one in exits:
        for function, cause in one.refused:
            yield Finding(Kind.PERMISSION, f"{one.contract}.{function}", "a way out, open at any time", cause)
