// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICreditModel} from "./ICreditModel.sol";
import {ILendingPool} from "./ILendingPool.sol";
import {ILendingTerms} from "./ILendingTerms.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title Loans to enterprises, against their limit and against what they pledge
/// @notice A participant draws a loan from one pool, in its currency, until a day. What its pledges are good for is secured; only the rest
/// counts against its credit limit. Pledged units stay in the borrower's custody, under a lien of this desk: the borrower
/// pledges at the ledger (`ILiens.pledge` to this contract), then draws. Whatever else it holds stays free to move.
/// When a debtor pays a pledged receivable, what falls to the lien repays the loan in the same transaction, and the rest
/// stays the holder's. Interest is simple, by the second. States and days:
///   drawn .. maturity: in time | .. + grace: overdue | .. + default days: delinquent (late fee) | then anyone may declare
///   the default: pledged units are sold by falling price until the debt is paid; what is left over is the borrower's.
/// Amounts are in the currency's smallest unit; USD amounts have 6 decimals; rates are basis points, of a year where they
/// are interest. Money goes from the pool to the borrower and from payers to the pool; nothing ever lies here.
interface ICreditDesk {
    enum State {
        None,
        Open,
        Defaulted,
        WrittenOff,
        Closed
    }

    /// @notice A loan as it was last touched, at `since`. `pool`: number of the pool that lent it. `items`: how many pledges; bit i of `rights`: pledge i is a right.
    /// `secured`: part of the principal that pledges are good for. `interest`, `lateInterest`: up to maturity and after it, in
    /// 1 / (10,000 × 365 days) of a unit. `unsecuredUsd`: what counts against the limit. `late`: its delay has been told to
    /// the credit model. `paidInterest`: paid in time. `defaultDays`: days from the end of grace to a default. Of a closed
    /// loan only the first line is kept.
    struct Loan {
        address account;
        uint48 entity;
        uint8 pool;
        State state;
        uint16 rateBps;
        uint8 items;
        uint8 rights;
        uint96 principal;
        uint96 secured;
        uint40 maturity;
        uint8 graceDays;
        uint16 lateFeeBps;
        uint144 interest;
        uint40 since;
        uint56 unsecuredUsd;
        uint8 defaultDays;
        bool late;
        uint144 lateInterest;
        uint96 fee;
        bool feeCharged;
        uint96 paidInterest;
        uint40 defaultedAt;
    }

    /// @notice `principal` of pool `poolNumber` went to `account` of `borrower` as loan `loan`; `secured` of it by pledges.
    event Drawn(
        uint256 indexed loan,
        uint48 indexed borrower,
        address indexed account,
        uint8 poolNumber,
        uint96 principal,
        uint32 rateBps,
        uint40 maturity,
        uint96 secured
    );
    /// @notice `units` of `id` back `loan`.
    event UnitsPledged(uint256 indexed loan, address indexed ledger, uint256 indexed id, uint96 units);
    /// @notice `units` of `id` are the borrower's free units again.
    event UnitsReleased(uint256 indexed loan, address indexed ledger, uint256 indexed id, uint96 units);
    /// @notice `payer` paid on `loan`; the zero address: a debtor of pledged receivables did.
    event Repaid(uint256 indexed loan, address indexed payer, uint96 fee, uint96 interest, uint96 principal);
    /// @notice Nothing more is owed on `loan`.
    event LoanClosed(uint256 indexed loan);
    /// @notice `loan` was not repaid in time; the credit model knows.
    event BecameLate(uint256 indexed loan, uint96 principal);
    /// @notice `loan` is in default with `owed`.
    event Defaulted(uint256 indexed loan, uint256 owed);
    /// @notice As `Repaid`, after a default; `from`: who paid, or bought.
    event Recovered(uint256 indexed loan, address indexed from, uint96 fee, uint96 interest, uint96 principal);
    /// @notice `loan` was given up with this principal; what comes in later is the pool's gain.
    event WrittenOff(uint256 indexed loan, uint256 loss);
    /// @notice `buyer` bought `units` of `id`, seized from the borrower of `loan`, for `price`.
    event UnitsSold(
        uint256 indexed loan,
        address indexed buyer,
        address ledger,
        uint256 id,
        uint96 units,
        uint96 price
    );
    /// @notice Pool number `poolNumber` is `pool`, of `currencyId`.
    event PoolAdded(uint8 indexed poolNumber, uint8 indexed currencyId, ILendingPool indexed pool);
    /// @notice A default keeps the limit of `entity` at zero.
    error CreditFrozen(uint48 entity);
    /// @notice Loan `loan` of the same entity is overdue.
    error LoanOverdue(uint256 loan);
    /// @notice An entity has at most `most` open loans.
    error TooManyLoans(uint256 most);
    /// @notice With `wanted` more, what is not secured would pass the limit; `used` is. USD.
    error ExceedsLimit(uint256 limit, uint256 used, uint256 wanted);
    /// @notice `entity` would owe the pool more than `cap`, the smaller one of both caps.
    error BorrowerCap(uint48 entity, uint256 cap, uint256 wanted);
    /// @notice Of what the pool lent, more than `cap`, the smaller one of both caps, would be secured by what `debtor` owes.
    error DebtorCap(uint48 debtor, uint256 cap, uint256 wanted);
    /// @notice These units back `loan`.
    error AlreadyBacking(uint256 id, uint256 loan);
    /// @notice At most `most` loans stand on one id.
    error TooManyLoansOn(uint256 id, uint256 most);
    /// @notice There is no loan `loan`.
    error UnknownLoan(uint256 loan);
    /// @notice In this state that cannot be done with `loan`.
    error WrongLoanState(uint256 loan, State state);
    /// @notice Nothing was offered, or nothing is there to collect.
    error NothingToPay(uint256 loan);
    /// @notice `loan` is not late before `from`.
    error NotLate(uint256 loan, uint256 from);
    /// @notice The default of `loan` can be declared from `from` on.
    error DefaultTooEarly(uint256 loan, uint256 from);
    /// @notice `loan` has no pledge number `index`.
    error UnknownItem(uint256 loan, uint256 index);
    /// @notice The units cost `price`.
    error PriceAbove(uint256 price, uint256 most);
    /// @notice The borrower cannot buy its own pledge; it can repay.
    error OwnPledge(uint256 loan);
    /// @notice Only the module of receivables tells of payments.
    error OnlyReceivables(address caller);
    /// @notice The pool has another desk, or another token than the currency.
    error CannotAddPool(uint8 currencyId, address pool);
    /// @notice `pool` has this number already.
    error PoolKnown(uint8 poolNumber, address pool);
    /// @notice There are at most `most` pools.
    error TooManyPools(uint256 most);
    /// @notice Draws a loan for the caller. What backs it must stand under a lien of this desk by then: all of the caller's
    /// units of an item that do.
    /// @return loan its number, counting from 1
    function draw(ILendingTerms.Draw calldata wanted) external returns (uint256 loan);

    /// @notice Draws a loan for `account`, which signed for it. Only CIRCULATOR.
    function drawFor(address account, ILendingTerms.Draw calldata wanted) external returns (uint256 loan);

    /// @notice Repays: fee first, then interest, then principal. Anyone may pay, and approves the pool for it. Always open.
    /// @return taken at most what is owed
    function repay(uint256 loan, uint256 amount) external returns (uint256 taken);

    /// @notice Brings in what debtors paid on the pledged receivables of `loan`. Anyone may call; every payment does it.
    function collect(uint256 loan) external returns (uint256 taken);

    /// @notice Tells the credit model that `loan` is late. Anyone may call; whatever touches the loan does it.
    function markLate(uint256 loan) external;

    /// @notice Declares the default once grace and default days are over. Anyone may call.
    function declareDefault(uint256 loan) external;

    /// @notice Buys `units` of pledge `index` of a loan in default, at the price of the moment: the caller, who may hold it,
    /// approved the pool. What it brings beyond the debt waits in the pool for the borrower. Anyone but the borrower.
    /// @return price what the caller paid
    function buy(uint256 loan, uint256 index, uint96 units, uint256 most) external returns (uint256 price);

    /// @notice Gives up a loan in default: the loss is the pool's from now on. Pledges and debt remain. Only SERVICER.
    function writeOff(uint256 loan) external;

    /// @notice Frees all the caller's units of `item` under a lien of this desk that back no loan. Always open.
    function takeBack(ILendingTerms.Collateral calldata item) external;

    /// @notice Lets loans be paid from `pool`, in `currencyId`, for good; a currency may have several pools. Nothing is lent from it
    /// before it has terms (`ILendingTerms.setLoanTerms`). Only the ADMIN role.
    /// @return poolNumber counting from 1, at most 255
    function addPool(uint8 currencyId, ILendingPool pool) external returns (uint8 poolNumber);

    /// @notice The loan, with interest and fee up to now.
    function loanOf(uint256 loan) external view returns (Loan memory);

    /// @notice What closes the loan now.
    function owedOn(uint256 loan) external view returns (uint256 fee, uint256 interest, uint256 principal);

    /// @notice The pledges of a loan, and the units of each under the lien now.
    function itemsOf(
        uint256 loan
    ) external view returns (ILendingTerms.Collateral[] memory items, uint256[] memory units);

    /// @notice What `units` of pledge `index` cost now.
    function priceOf(uint256 loan, uint256 index, uint256 units) external view returns (uint256);

    /// @notice The open loans of an entity (numbers), and what of them counts against its limit (USD).
    function borrowerOf(uint48 entity) external view returns (uint256[] memory loans, uint256 unsecuredUsd);

    /// @notice The open loans that units of `item` back.
    function loansOn(ILendingTerms.Collateral calldata item) external view returns (uint256[] memory loans);

    /// @notice What an entity owes one pool (principal), and what of the pool's loans is secured by what it owes as a debtor.
    function exposureOf(uint8 poolNumber, uint48 entity) external view returns (uint256 principal, uint256 asDebtor);

    /// @notice The pool `poolNumber`; the zero address where there is none.
    function poolOf(uint8 poolNumber) external view returns (ILendingPool);

    /// @notice What pool `poolNumber` lends; 0 where there is no such pool.
    function currencyOf(uint8 poolNumber) external view returns (uint8 currencyId);

    /// @notice How many pools there are.
    function poolCount() external view returns (uint8);

    /// @notice Where currencies are known.
    function standard() external view returns (IValueStandard);

    /// @notice Where limits come from.
    function model() external view returns (ICreditModel);

    /// @notice Who may borrow, on which terms, and what pledges are good for.
    function terms() external view returns (ILendingTerms);
}
