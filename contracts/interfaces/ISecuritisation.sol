// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILendingPool} from "./ILendingPool.sol";

/// @title Senior and junior tranches over a bundle of assets
/// @notice A deal bundles units of receivables, and shares of lending pools (the credit desk's loans), in a vault of its own,
/// and issues two certificates over them: id + 1 is the senior tranche, id + 2 the junior one. One unit stands for one
/// smallest unit of principal in the deal's currency. Both split, circulate and are pledged like any other certificate.
/// Whatever money comes in is shared in the same call: senior interest that is due, senior principal until it is repaid, and
/// everything else to the junior tranche. A loss needs no act: less comes in, and the junior tranche bears it first.
///
///   open (arranger) .. COMPLIANCE enrols the vault .. assets are transferred to it .. issue (arranger)
///   issue .. maturity: what debtors pay is collected by anyone; the arranger may redeem pool shares
///   maturity ..: pool shares leave by their queue; certificates are sold at a falling price; with the last asset it closes
///   closed: units are retired as their holders claim; the last of a tranche takes what fractions left over
///
/// Senior interest is simple, by the second, on the principal outstanding; it is due in whole units, rounded down: the
/// fraction is carried on, and is the junior tranche's in the end. Amounts are in the currency's smallest unit, rates and
/// ratios in basis points, times in seconds. What is in the vault is its holders' alone: it approves nobody and pledges nothing.
interface ISecuritisation {
    enum DealState {
        None,
        Opened,
        Issued,
        Closed
    }

    /// @notice What a deal is to be. `rateBps`: senior interest a year of 365 days, at most 10,000. `coverageBps`: least part of
    /// the assets' value that the junior tranche makes up when the deal is issued, below 10,000. `maturityDay`: days since
    /// 1970-01-01; its first second is the maturity. `ruleId`: rules of kind 10 in the value standard.
    struct DealSpec {
        uint8 currencyId;
        uint32 ruleId;
        uint16 rateBps;
        uint16 coverageBps;
        uint32 maturityDay;
        bytes32 documentHash;
    }

    /// @notice What holds for new deals. `leastCoverageBps`: 1 to 9,999. `saleDays`: 1 at least; so long the price of an asset
    /// falls from its value to `floorBps` of it, and as long again from there to nothing.
    struct DealTerms {
        uint16 leastCoverageBps;
        uint8 saleDays;
        uint16 floorBps;
    }

    /// @notice A deal. `principal`: of the senior tranche, outstanding. `interest`: of it, not paid, as of `since`, in
    /// 1 / (10,000 × 365 days) of a unit.
    /// @dev Slot 1: arranger .. maturity. Slot 2: vault .. since. Slot 3: principal, interest. A payment writes slots 2 and 3 and
    /// one of each tranche.
    struct Deal {
        address arranger;
        uint8 currencyId;
        DealState state;
        uint16 rateBps;
        uint16 coverageBps;
        uint40 maturity;
        address vault;
        uint32 ruleId;
        uint8 saleDays;
        uint16 floorBps;
        uint40 since;
        uint96 principal;
        uint144 interest;
        bytes32 documentHash;
    }

    /// @notice A tranche. `units`: issued. `income`: shared among them so far. `credited`: whole units of this that positions
    /// were credited with. `retired`: units that are paid out for good.
    struct Tranche {
        uint96 units;
        uint96 income;
        uint96 credited;
        uint96 retired;
    }

    /// @notice `arranger` opened `deal`; `vault` is to be enrolled.
    event DealOpened(uint256 indexed deal, address indexed arranger, address vault, DealSpec spec, DealTerms terms);
    /// @notice `deal` was issued over assets of `value`.
    event DealIssued(uint256 indexed deal, uint256 value, uint96 senior, uint96 junior);
    /// @notice Money was shared: `interest` and `principal` to the senior tranche, `junior` to the other. `owed`: senior
    /// principal that is left.
    event DealPaid(uint256 indexed deal, uint256 interest, uint256 principal, uint256 junior, uint256 owed);
    /// @notice `buyer` bought `units` of asset `index` for `price`.
    event DealAssetSold(uint256 indexed deal, uint256 index, address indexed buyer, uint256 units, uint256 price);
    /// @notice No asset is left. `loss`: senior principal that was not repaid.
    event DealClosed(uint256 indexed deal, uint256 loss);
    /// @notice `amount` was handed to `holder`; `retired` of its units are paid out for good.
    event TrancheClaimed(uint256 indexed certificate, address indexed holder, uint256 amount, uint256 retired);
    /// @notice Shares of `pool` may be bundled.
    event DealPoolAdmitted(ILendingPool indexed pool);
    /// @notice New deals are opened on these terms.
    event DealTermsSet(DealTerms terms);

    /// @notice A value of the terms is out of range.
    error DealTermsOutOfRange();
    /// @notice No terms for new deals are set.
    error NoDealTerms();
    /// @notice The senior rate is above `most`.
    error DealRateOutOfRange(uint256 rateBps, uint256 most);
    /// @notice The coverage asked for is not between these.
    error CoverageOutOfRange(uint256 coverageBps, uint256 least, uint256 most);
    /// @notice The maturity is not between these days.
    error MaturityOutOfRange(uint256 day, uint256 earliest, uint256 latest);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice There is no deal `deal`.
    error UnknownDeal(uint256 deal);
    /// @notice There is no tranche `certificate`.
    error UnknownTranche(uint256 certificate);
    /// @notice `caller` is not the arranger of `deal`.
    error NotTheArranger(uint256 deal, address caller);
    /// @notice In this state that cannot be done with `deal`.
    error WrongDealState(uint256 deal, DealState state);
    /// @notice `deal` has been mature since `maturity`.
    error DealMatured(uint256 deal, uint256 maturity);
    /// @notice `deal` is mature from `maturity` on.
    error DealNotMature(uint256 deal, uint256 maturity);
    /// @notice No senior units.
    error NoSeniorUnits();
    /// @notice With this coverage at most `most` senior units can be issued.
    error CoverageTooLow(uint256 most, uint256 senior);
    /// @notice Nothing came in for `deal`.
    error NothingCame(uint256 deal);
    /// @notice The units cost `price`.
    error PriceAbove(uint256 price, uint256 most);
    /// @notice Its own debtor cannot buy `id`; it can pay.
    error OwnDebt(uint256 id);
    /// @notice Only the ledger tells of movements.
    error OnlyLedger(address caller);
    /// @notice `holder` is suspended, or units of it are frozen: what it is owed waits.
    error ClaimHalted(uint256 certificate, address holder);
    /// @notice Nothing is owed to `holder`.
    error NothingToClaim(uint256 certificate, address holder);
    /// @notice The pool is admitted already.
    error CannotAdmitPool(ILendingPool pool);

    /// @notice Opens a deal whose arranger is the caller, an active participant.
    /// @return deal its id on the ledger's terms: the low 16 bits are zero
    /// @return vault where its assets have to be, once COMPLIANCE has enrolled it
    function open(DealSpec calldata spec) external returns (uint256 deal, address vault);

    /// @notice Issues both tranches to the arranger. Only the arranger, once, before maturity.
    /// @dev What the assets' value is, and why one is refused, `IDealVault.bundle` says. Junior units are value - `seniorUnits`.
    /// @param ids receivables in ascending order: acknowledged, not overdue, not frozen, in the deal's currency
    /// @param pools admitted pools of the deal's currency, in ascending order of address
    /// @param seniorUnits at most value × (1 - coverage), rounded down
    function issue(
        uint256 deal,
        uint256[] calldata ids,
        ILendingPool[] calldata pools,
        uint96 seniorUnits
    ) external returns (uint96 juniorUnits);

    /// @notice Returns what is in the vault and not the deal's: everything before the deal is issued and after it is closed;
    /// between the two, only what is neither one of its assets nor its currency. Only the arranger. Always open.
    /// @param ids certificates, all units of each
    /// @param tokens ERC-20 tokens (pool shares too), the whole balance of each
    function takeBack(uint256 deal, uint256[] calldata ids, IERC20[] calldata tokens) external;

    /// @notice Brings in what asset `index` paid, and shares it with all money that is in the vault. From maturity on shares of
    /// a pool are put in its queue. Anyone may call; always open.
    /// @return amount what was shared
    function collect(uint256 deal, uint256 index) external returns (uint256 amount);

    /// @notice Shares the money that is in the vault: paid for the vault by somebody's call, or given. Anyone may call.
    function sweep(uint256 deal) external returns (uint256 amount);

    /// @notice Redeems shares of pool `index` for cash that the pool has, and shares it. Only the arranger.
    function redeem(uint256 deal, uint256 index, uint256 shares) external returns (uint256 amount);

    /// @notice Buys `units` of asset `index`, a receivable, from maturity on, at the price of the moment; the money is shared at
    /// once. The caller, who may hold it and is not its debtor, approves this contract.
    /// @param most reverts where the price is higher
    /// @return price what the caller paid
    function buy(uint256 deal, uint256 index, uint256 units, uint256 most) external returns (uint256 price);

    /// @notice Hands `holder` what its free units of a tranche are owed; retires them once the deal is closed. Anyone may call;
    /// the money goes to `holder`. Always open.
    function claim(uint256 certificate, address holder) external returns (uint256 amount);

    /// @notice Lets shares of `pool` be bundled, for good: its own word on their value is believed. Only the ADMIN role.
    function admitPool(ILendingPool pool) external;

    /// @notice Sets what holds for new deals. Only PARAMETERS.
    function setDealTerms(DealTerms calldata terms) external;

    /// @notice The deal, with interest up to now.
    function dealOf(uint256 deal) external view returns (Deal memory);

    /// @notice A tranche by its certificate.
    function trancheOf(uint256 certificate) external view returns (Tranche memory);

    /// @notice How the assets stand against the senior tranche now.
    /// @return value what assets are worth by the valuation at issue (receivables that are no longer good count 0), and money
    /// that has come in and was not shared yet
    /// @return interest senior interest that is due
    /// @return principal senior principal outstanding
    /// @return coverageBps part of `value` that is left to bear losses before the senior tranche does
    function coverageOf(
        uint256 deal
    ) external view returns (uint256 value, uint256 interest, uint256 principal, uint256 coverageBps);

    /// @notice What `units` of asset `index` cost now.
    function priceOf(uint256 deal, uint256 index, uint256 units) external view returns (uint256);

    /// @notice What `holder` could claim on its free units, what fractions leave over in the end not counted.
    function claimable(uint256 certificate, address holder) external view returns (uint256);

    /// @notice What new deals are opened on.
    function dealTerms() external view returns (DealTerms memory);

    /// @notice Whether shares of `pool` may be bundled.
    function isAdmitted(ILendingPool pool) external view returns (bool);
}
