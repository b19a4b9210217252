"""Which contracts are given faults, and which tests have to find them."""

from __future__ import annotations

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
        ["tests/unit/modules", "tests/unit/assets", "tests/unit/access", "tests/properties/test_certificates.py"],
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
            "contracts/circulation/ModuleFund.sol",
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
            "tests/unit/assets/test_signed_approvals.py",
        ],
    ),
    "fees": (
        [
            "contracts/economy/EraRate.sol",
            "contracts/economy/FeePrices.sol",
            "contracts/economy/FeeAccounts.sol",
            "contracts/economy/ScenarioBook.sol",
            "contracts/economy/FeeRouter.sol",
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
    "economy": (
        [
            "contracts/economy/EraBudget.sol",
            "contracts/economy/CirculationBook.sol",
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
            "contracts/staking/NodeRewards.sol",
            "contracts/staking/RewardDistributor.sol",
            "contracts/verification/NodeRecords.sol",
            "contracts/libraries/RateLib.sol",
            "contracts/libraries/ScoreLib.sol",
        ],
        ["tests/unit/rewards", "tests/properties/test_rewards.py"],
    ),
}
