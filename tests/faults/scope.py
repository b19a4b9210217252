"""Which contracts are given faults, and which tests have to find them."""

from __future__ import annotations

from functools import cache

from tests.faults.building import ROOT

SCOPE: dict[str, tuple[list[str], list[str]]] = {
    "certificates": (
        [
            "contracts/assets/HoldingLedger.sol",
            "contracts/assets/LienLedger.sol",
            "contracts/assets/Enforcement.sol",
            "contracts/assets/AssetCertificate.sol",
            "contracts/assets/IssuingModules.sol",
            "contracts/libraries/HoldingLib.sol",
            "contracts/libraries/LienLib.sol",
            "contracts/libraries/TermsLib.sol",
        ],
        [
            "tests/unit/assets",
            "tests/conformance/test_erc7943.py",
            "tests/unit/modules",
            "tests/unit/access",
            "tests/unit/economy/test_meters.py",
            "tests/properties/test_certificates.py",
        ],
    ),
    "receivables": (
        [
            "contracts/modules/receivables/ReceivableBook.sol",
            "contracts/modules/receivables/Settlement.sol",
            "contracts/modules/receivables/Registration.sol",
            "contracts/modules/receivables/ReceivableModule.sol",
            "contracts/libraries/PayoutLib.sol",
            "contracts/libraries/InvoiceLib.sol",
        ],
        [
            "tests/unit/modules",
            "tests/unit/assets",
            "tests/unit/access",
            "tests/unit/credit/test_collect.py",
            "tests/properties/test_certificates.py",
        ],
    ),
    "standard": (
        [
            "contracts/standard/ParticipantRegistry.sol",
            "contracts/standard/ValueStandard.sol",
            "contracts/standard/AggregatorRateSource.sol",
            "contracts/assets/ParticipantMirror.sol",
            "contracts/access/BoundedPause.sol",
            "contracts/libraries/PartyLib.sol",
            "contracts/libraries/FieldsLib.sol",
            "contracts/libraries/UsdLib.sol",
        ],
        ["tests/unit/standard", "tests/unit/access", "tests/unit/modules", "tests/unit/assets"],
    ),
    "parameters": (
        [
            "contracts/access/SuiteAccess.sol",
            "contracts/governance/FamilyBook.sol",
            "contracts/governance/ParameterBook.sol",
            "contracts/libraries/ParameterLib.sol",
        ],
        ["tests/unit/governance/parameters", "tests/properties/test_parameters.py"],
    ),
    "era": (
        ["contracts/era/EraToken.sol", "contracts/era/Erc3009.sol", "contracts/era/Genesis.sol"],
        ["tests/unit/era"],
    ),
    "vesting": (
        [
            "contracts/era/VestingVotes.sol",
            "contracts/era/VestingBook.sol",
            "contracts/era/VestingStakes.sol",
            "contracts/era/VestingVault.sol",
            "contracts/libraries/VestingLib.sol",
            "contracts/libraries/VoteTraceLib.sol",
        ],
        [f"tests/unit/era/test_vesting_{part}.py" for part in ("allocations", "release", "stakes", "wallets", "votes")]
        + ["tests/unit/era/test_vesting_hostile.py", "tests/properties/test_vesting.py"],
    ),
    "airdrop": (
        ["contracts/era/AirdropClaim.sol", "contracts/era/AirdropRounds.sol"],
        [
            "tests/unit/era/test_airdrop_claim.py",
            "tests/unit/era/test_airdrop_orders.py",
            "tests/unit/era/test_airdrop_keepers.py",
            "tests/unit/era/test_airdrop_rounds.py",
            "tests/properties/test_airdrop.py",
        ],
    ),
    "goods": (
        [
            "contracts/assets/PermissionedToken.sol",
            "contracts/assets/GoodsRegister.sol",
            "contracts/assets/DirectedGoods.sol",
            "contracts/modules/retail/RetailModule.sol",
            "contracts/modules/retail/RightBook.sol",
            "contracts/modules/retail/BoundRights.sol",
            "contracts/libraries/ScopeLib.sol",
        ],
        [
            "tests/unit/retail",
            "tests/conformance/test_erc721.py",
            "tests/conformance/test_erc7943_nonfungible.py",
            "tests/properties/test_goods.py",
        ],
    ),
    "logistics": (
        [
            "contracts/modules/CoveredAsset.sol",
            "contracts/modules/logistics/LogisticsModule.sol",
            "contracts/modules/logistics/EventAnchor.sol",
            "contracts/libraries/CollateralLib.sol",
        ],
        ["tests/unit/logistics", "tests/unit/agriculture", "tests/properties/test_cargo.py"],
    ),
    "agriculture": (["contracts/modules/agriculture/AgricultureModule.sol"], ["tests/unit/agriculture"]),
    "energy": (
        [
            "contracts/modules/energy/CarbonLib.sol",
            "contracts/modules/energy/Retirements.sol",
            "contracts/modules/energy/MeterRegister.sol",
            "contracts/modules/energy/EnergyModule.sol",
            "contracts/modules/energy/CarbonModule.sol",
        ],
        ["tests/unit/energy", "tests/properties/test_energy.py"],
    ),
    "credit": (
        [
            "contracts/credit/AttestorSet.sol",
            "contracts/credit/OperatingRecord.sol",
            "contracts/credit/CreditFormula.sol",
            "contracts/credit/CreditModel.sol",
            "contracts/libraries/CurveLib.sol",
        ],
        ["tests/unit/credit", "tests/properties/test_credit_model.py"],
    ),
    "rights": (
        [
            "contracts/assets/PermissionedToken.sol",
            "contracts/assets/RightRegister.sol",
            "contracts/assets/RightLiens.sol",
            "contracts/assets/UsageRight.sol",
            "contracts/modules/leasing/LeaseBook.sol",
            "contracts/modules/leasing/LeaseModule.sol",
            "contracts/libraries/LeaseLib.sol",
            "contracts/modules/land/IncomeShares.sol",
            "contracts/modules/land/LandModule.sol",
        ],
        [
            "tests/unit/rights",
            "tests/conformance/test_erc4907.py",
            "tests/properties/test_rights.py",
            "tests/properties/test_land.py",
        ],
    ),
    "factoring": (
        [
            "contracts/credit/QuoteBook.sol",
            "contracts/credit/Factoring.sol",
            "contracts/credit/Recourse.sol",
            "contracts/libraries/FactoringLib.sol",
        ],
        [
            "tests/unit/credit/test_factoring.py",
            "tests/unit/credit/test_recourse.py",
            "tests/properties/test_factoring.py",
        ],
    ),
    "revenue": (
        [
            "contracts/circulation/ShareTables.sol",
            "contracts/circulation/OwedBook.sol",
            "contracts/circulation/RevenueCycle.sol",
            "contracts/libraries/SharesLib.sol",
            "contracts/libraries/SaleLib.sol",
            "contracts/libraries/PayeeLib.sol",
            "contracts/libraries/VoucherLib.sol",
            "contracts/libraries/PushLib.sol",
        ],
        ["tests/unit/circulation", "tests/properties/test_revenue.py"],
    ),
    "tranches": (
        [
            "contracts/credit/Securitisation.sol",
            "contracts/credit/DealBook.sol",
            "contracts/credit/DealVault.sol",
            "contracts/credit/TrancheShares.sol",
            "contracts/libraries/WaterfallLib.sol",
        ],
        [
            "tests/unit/credit/test_securitisation.py",
            "tests/unit/credit/test_securitisation_end.py",
            "tests/properties/test_tranches.py",
        ],
    ),
    "lending": (
        [
            "contracts/credit/PoolBook.sol",
            "contracts/credit/ExitQueue.sol",
            "contracts/credit/PoolExits.sol",
            "contracts/credit/LendingPool.sol",
            "contracts/credit/LendingTerms.sol",
            "contracts/credit/PledgeBook.sol",
            "contracts/credit/LoanBook.sol",
            "contracts/credit/CreditDesk.sol",
            "contracts/libraries/FenwickLib.sol",
            "contracts/libraries/LoanLib.sol",
            "contracts/libraries/LoanListLib.sol",
            "contracts/credit/ClosedPool.sol",
            "contracts/credit/LenderAdapter.sol",
            "contracts/libraries/MoneyLib.sol",
        ],
        [
            "tests/unit/credit",
            "tests/conformance/test_erc4626.py",
            "tests/properties/test_exits.py",
            "tests/properties/test_lending.py",
        ],
    ),
    "circulation": (
        [
            "contracts/circulation/CirculationRouter.sol",
            "contracts/libraries/RequestLib.sol",
            "contracts/assets/SignedApprovals.sol",
        ],
        [
            "tests/unit/circulation/test_router.py",
            "tests/unit/circulation/test_router_attacks.py",
            "tests/unit/circulation/test_renewals.py",
            "tests/unit/circulation/test_routing_fee.py",
            "tests/unit/assets/test_signed_approvals.py",
        ],
    ),
    "fees": (
        [
            "contracts/economy/EraRate.sol",
            "contracts/economy/FeePrices.sol",
            "contracts/economy/FeeAccounts.sol",
            "contracts/economy/UserBook.sol",
            "contracts/economy/ScenarioBook.sol",
            "contracts/economy/FeeRouter.sol",
            "contracts/access/Metered.sol",
            "contracts/libraries/FeeLib.sol",
            "contracts/libraries/ShareLib.sol",
            "contracts/libraries/MonthLib.sol",
            "contracts/libraries/ObservationLib.sol",
        ],
        [
            "tests/unit/economy/test_fee_accounts.py",
            "tests/unit/economy/test_fee_prices.py",
            "tests/unit/economy/test_fee_scenarios.py",
            "tests/unit/economy/test_era_rate.py",
            "tests/properties/test_fees.py",
        ],
    ),
    "staking": (
        [
            "contracts/staking/NodePlaces.sol",
            "contracts/staking/StakePools.sol",
            "contracts/staking/NodeRegister.sol",
            "contracts/staking/StakeExits.sol",
            "contracts/staking/StakeSlashes.sol",
            "contracts/staking/NodeStaking.sol",
            "contracts/staking/GrantStaking.sol",
            "contracts/staking/StakeLens.sol",
            "contracts/staking/Slasher.sol",
            "contracts/libraries/StakeLib.sol",
            "contracts/libraries/StakeWordLib.sol",
        ],
        ["tests/unit/staking", "tests/properties/test_staking.py"],
    ),
    "verification": (
        [
            "contracts/verification/NodeSigning.sol",
            "contracts/verification/NodeQuorum.sol",
            "contracts/verification/VerificationRules.sol",
            "contracts/verification/FeePots.sol",
            "contracts/verification/RequestBook.sol",
            "contracts/verification/VerificationDesk.sol",
            "contracts/verification/ResultBook.sol",
            "contracts/verification/ValueVerification.sol",
            "contracts/libraries/VerificationLib.sol",
            "contracts/libraries/VerifiedLib.sol",
        ],
        [
            "tests/unit/verification",
            "tests/unit/logistics/test_verified.py",
            "tests/unit/rights/test_verified_land.py",
            "tests/unit/modules/test_for_others.py",
            "tests/properties/test_verification.py",
        ],
    ),
    "economy": (
        [
            "contracts/access/EraBudget.sol",
            "contracts/economy/CirculationBook.sol",
            "contracts/access/Recorded.sol",
            "contracts/economy/RewardStreams.sol",
            "contracts/economy/CirculationIncentives.sol",
            "contracts/economy/DeveloperGrants.sol",
            "contracts/economy/PointRights.sol",
            "contracts/economy/ConnectionPoints.sol",
            "contracts/libraries/FlowLib.sol",
            "contracts/libraries/RewardLib.sol",
        ],
        ["tests/unit/incentives", "tests/properties/test_incentives.py"],
    ),
    "rewards": (
        [
            "contracts/staking/RewardFunds.sol",
            "contracts/staking/NodeRates.sol",
            "contracts/staking/NodeRewards.sol",
            "contracts/staking/RewardDistributor.sol",
            "contracts/verification/NodeRecords.sol",
            "contracts/libraries/RateLib.sol",
            "contracts/libraries/RewardWordLib.sol",
            "contracts/libraries/ScoreLib.sol",
        ],
        ["tests/unit/rewards", "tests/properties/test_rewards.py"],
    ),
    "court": (
        [
            "contracts/verification/BlockhashSeeds.sol",
            "contracts/verification/NodePanels.sol",
            "contracts/verification/NodeBallots.sol",
            "contracts/verification/CourtBook.sol",
            "contracts/verification/CourtEnds.sol",
            "contracts/verification/DisputeCourt.sol",
            "contracts/verification/Penalties.sol",
            "contracts/libraries/CourtLib.sol",
        ],
        ["tests/unit/court", "tests/properties/test_court.py"],
    ),
    "locks": (
        [
            "contracts/governance/LockVotes.sol",
            "contracts/governance/LockBook.sol",
            "contracts/governance/VoteLock.sol",
            "contracts/economy/CirculationGrowth.sol",
            "contracts/libraries/FallsLib.sol",
            "contracts/libraries/LockTotalsLib.sol",
            "contracts/libraries/LockTraceLib.sol",
            "contracts/libraries/WeekSetLib.sol",
        ],
        ["tests/unit/governance/vote_lock", "tests/properties/test_locks.py"],
    ),
    "light": (
        [
            "contracts/verification/DeviceRegister.sol",
            "contracts/verification/LightBook.sol",
            "contracts/verification/LightNodes.sol",
            "contracts/libraries/DeviceLib.sol",
            "contracts/libraries/MedianLib.sol",
        ],
        ["tests/unit/light", "tests/properties/test_light.py"],
    ),
    "governance": (
        [
            "contracts/governance/VoteSources.sol",
            "contracts/governance/VotingPower.sol",
            "contracts/governance/CalderaGovernor.sol",
            "contracts/governance/CalderaTimelock.sol",
            "contracts/libraries/GovernorLib.sol",
        ],
        ["tests/unit/governance/governor", "tests/properties/test_governor.py"],
    ),
    "funds": (
        ["contracts/governance/FundBudget.sol", "contracts/governance/ValueFund.sol"],
        ["tests/unit/governance/value_fund", "tests/properties/test_fund.py"],
    ),
    "joint": (
        [
            "contracts/governance/JointGroups.sol",
            "contracts/governance/JointBallots.sol",
            "contracts/governance/JointDecision.sol",
            "contracts/libraries/JointLib.sol",
            "contracts/modules/retail/RetailModule.sol",
        ],
        [
            "tests/unit/governance/joint",
            "tests/unit/retail/test_allocation.py",
            "tests/unit/retail/test_vouchers.py",
            "tests/properties/test_joint.py",
        ],
    ),
}

EVERYWHERE = ("tests/unit/access/test_opcodes.py",)
"""What holds of every contract."""

MONEY = (
    *("certificates", "receivables", "credit", "lending", "tranches", "factoring", "revenue", "vesting"),
    *("fees", "staking", "rewards", "locks", "governance", "joint", "funds"),
)
"""The areas through which money, stakes and votes pass."""


def paths(names: str = "") -> list[str]:
    """The contracts of these areas; `money` stands for `MONEY`, nothing for all.

    Raises:
        KeyError: there is no such area.
    """
    areas = [area for name in names.replace(",", " ").split() for area in (MONEY if name == "money" else (name,))]
    return list(dict.fromkeys(path for area in areas or SCOPE for path in SCOPE[area][0]))


@cache
def files(path: str) -> tuple[str, ...]:
    """The test files that have to find faults in this contract: unit tests first, and those that name it most."""
    stem = path.rsplit("/", 1)[-1].removesuffix(".sol")
    found: dict[str, tuple[int, int]] = {}
    for contracts, tests in SCOPE.values():
        for test in (*tests, *EVERYWHERE) if path in contracts else ():
            for file in sorted((ROOT / test).rglob("test_*.py")) if (ROOT / test).is_dir() else [ROOT / test]:
                kind = ("unit", "conformance", "properties").index(file.relative_to(ROOT).parts[1])
                found[file.relative_to(ROOT).as_posix()] = kind, -file.read_text(encoding="utf-8").count(stem)
    return tuple(sorted(found, key=lambda file: (found[file], file)))
