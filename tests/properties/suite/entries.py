"""Entry points that a person's own call does not bring through, and why."""

from __future__ import annotations

from tests.properties.suite.stage import Stage

CONTRACTS_ONLY: dict[str, str] = {
    "AssetCertificate": "create lowerMinimum onPartyChanged retire setFlags stateAttribute",
    "ReceivableModule": "onMove watch",
    "LandModule": "onMove",
    "LogisticsModule": "onMove",
    "AgricultureModule": "onMove",
    "Securitisation": "onMove",
    "CarbonModule": "issue",
    "CirculationIncentives": "record",
    "CreditDesk": "onPayment",
    "DirectedGoods": "createLine haltLine issue issueTo onPartyChanged retire",
    "UsageRight": "create lock unlock onPartyChanged retire stateAttribute",
    "FeeRouter": "onPartyChanged",
    "RevenueCycle": "onPartyChanged",
    "GrantStaking": "onGrantStaked recallGrantStake",
    "LeaseModule": "onOwnerChange",
    "LendingPoolEUR": "hold lend settle",
    "LendingPoolUSD": "hold lend settle",
    "NodeStaking": "freeze slash redirectFor stakeGrant takeRewards takeSlashed unbondFor withdrawFor",
    "RewardDistributor": "checkpoint setCommission",
    "VestingVault": "returnStake",
    "SuiteAccess": "consumeScheduledOp",
}
"""Called by other contracts of the suite, which check for themselves who calls."""
SELDOM: dict[str, str] = {
    "SuiteAccess.schedule": "no role of the profile has a delay, so nothing is announced",
    "SuiteAccess.cancel": "no role of the profile has a delay, so nothing is announced",
    "SuiteAccess.execute": "holders of roles call directly",
    "SuiteAccess.renounceRole": "no officer gives up a role",
    "CalderaTimelock.execute": "the governor hands batches to the timelock",
    "CalderaTimelock.executeBatch": "the governor carries out what it handed over",
    "CalderaTimelock.renounceRole": "the governor gives up nothing",
    "VoteLock.renew": "the profile asks for no growth",
    "EraRate.recordFeed": "the profile has no feed: attestors state the price",
}


ELSEWHERE: dict[str, str] = {
    "ValueVerification": "answerFacts submitFacts withdrawResult",
    "FeeRouter": "depositWithAuthorization",
    "CalderaGovernor": "castVoteWithReasonAndParams castVoteWithReasonAndParamsBySig",
    "GrantStaking": "writeOffGrant",
    "CirculationIncentives": "claimRebate",
    "DeveloperGrants": "absorb",
    "LightNodes": "absorb",
    "ParticipantRegistry": "defineRegions",
    "ValueStandard": "refresh",
}
"""Called here too, but only the machine of the module by itself brings them through: they need a state that this
stage has not, such as facts that nodes sign, a currency with a source, secret ballots, a stake slashed to nothing."""


def seldom(stage: Stage) -> dict[str, str]:
    """Reasons by entry point."""
    found = dict(SELDOM)
    for contract, names in CONTRACTS_ONLY.items():
        found |= {f"{contract}.{name}": "other contracts call it" for name in names.split()}
    for contract, names in ELSEWHERE.items():
        found |= {f"{contract}.{name}": "the module's own machine brings it through" for name in names.split()}
    powers = stage.world.powers
    everybody = {stage.at(name) for name in stage.deployed.made.addresses}
    for entry, holders in powers.may.items():
        if holders <= everybody:
            voted = holders == {stage.at("CalderaTimelock")}
            found[entry] = "only by vote" if voted else "only contracts hold the role"
    for contract, function in stage.functions:
        if function.name == "setAuthority":
            found[f"{contract}.setAuthority"] = "only the AccessManager calls it, and only by vote"
    return found


def without_twins(stage: Stage, never: set[str], passed: set[str]) -> set[str]:
    """Those but entry points that came through in another contract of the same code: another currency, another
    reserve."""
    kinds = {entry.name: entry.contract_type for entry in stage.deployed.profile.contracts}
    done = {(kinds[contract], name) for contract, _, name in (entry.partition(".") for entry in passed if entry)}
    return {entry for entry in never if (kinds[entry.partition(".")[0]], entry.partition(".")[2]) not in done}
