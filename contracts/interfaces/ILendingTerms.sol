// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who may borrow, on which terms, and what pledges are good for
/// @notice All of it is governed and read by the credit desk; new terms hold for new loans. Rates are basis points, of a year
/// where they are interest.
interface ILendingTerms {
    /// @notice A thing pledged to the desk: `id` of the ledger of rights or of the ledger of certificates.
    struct Collateral {
        bool right;
        uint256 id;
    }

    /// @notice A loan to be. `pool`: its number at the desk; `amount` is in its currency. `maturityDay`: days since 1970-01-01; the loan is due when that day begins. `ruleId`: rules for
    /// loans (kind 16) in force where the borrower is. `items`: at most 8, already pledged to the desk.
    struct Draw {
        uint8 pool;
        uint96 amount;
        uint32 maturityDay;
        uint32 ruleId;
        Collateral[] items;
    }

    /// @notice Terms for new loans from one pool. `borrowerCapBps`, `debtorCapBps`: most that one borrower owes it, and most
    /// that is secured by one debtor, in basis points of the pool's assets of the moment. `borrowerCap`, `debtorCap`: the same
    /// in whole units of the currency, which a deposit for a moment does not raise; the smaller one holds, and 0 admits nothing.
    /// `fundBps`: part of the borrower's revenue that
    /// goes to the module fund while it has a loan. `auctionDays`: in which the price of pledges falls from their whole value
    /// to `floorBps` of it, both at least 1; they hold for auctions that begin under them, the others for new loans. `longestDays`: at most 3650; 0
    /// admits no new loans.
    struct LoanTerms {
        uint16 rateBps;
        uint16 lateFeeBps;
        uint16 borrowerCapBps;
        uint16 debtorCapBps;
        uint16 longestDays;
        uint16 fundBps;
        uint8 defaultDays;
        uint8 auctionDays;
        uint16 floorBps;
        uint64 borrowerCap;
        uint64 debtorCap;
    }

    /// @notice Who borrows, by which days and rules, and what of the pool's terms the desk needs for a new loan.
    struct Admission {
        uint48 entity;
        uint8 graceDays;
        uint40 maturity;
        uint16 rateBps;
        uint16 lateFeeBps;
        uint8 defaultDays;
        uint16 fundBps;
        uint16 borrowerCapBps;
        uint16 debtorCapBps;
        uint64 borrowerCap;
        uint64 debtorCap;
    }

    /// @notice New loans from pool `poolNumber` are on these terms.
    event LoanTermsSet(uint8 indexed poolNumber, LoanTerms terms);
    /// @notice Pledges of `kind` are good for this part of their value; 0: they are not accepted.
    event AdvanceSet(bool indexed right, uint8 indexed kind, uint16 advanceBps);

    /// @notice `account` is unknown, suspended, removed or expired.
    error BorrowerNotActive(address account);
    /// @notice `account` lacks the region or qualification that the rules for loans demand.
    error NotQualified(address account, uint32 ruleId);
    /// @notice The loan is smaller than the rules' minimum.
    error BelowMinimumLoan(uint256 amount, uint256 minimum);
    /// @notice There is no pool `poolNumber`, or it makes no new loans.
    error NoLoansFrom(uint8 poolNumber);
    /// @notice The loan must be due on a day between these two.
    error MaturityOutOfRange(uint256 day, uint256 earliest, uint256 latest);
    /// @notice A loan has at most `most` pledges.
    error TooManyItems(uint256 items, uint256 most);
    /// @notice Pledges of this kind are not accepted.
    error KindNotAccepted(bool right, uint8 kind);
    /// @notice The caller has pledged nothing of `id` to this desk.
    error NothingPledged(uint256 id);
    /// @notice The pledge is in another currency than the loan.
    error PledgeInOtherCurrency(uint256 id, uint8 currencyId);
    /// @notice What the pledge is worth was good until `validUntil`.
    error ValueStale(uint256 id, uint40 validUntil);
    /// @notice Nothing says what the pledge is worth: have it appraised.
    error NoKnownValue(uint256 id);
    /// @notice A value of the terms is out of range.
    error LoanTermsOutOfRange();

    /// @notice Sets the terms of new loans from one pool. Only PARAMETERS.
    function setLoanTerms(uint8 poolNumber, LoanTerms calldata terms) external;

    /// @notice Sets what pledges of one kind are good for. Only PARAMETERS.
    function setAdvance(bool right, uint8 kind, uint16 advanceBps) external;

    /// @notice Reverts with the reason for which `account` may not draw `wanted`: its status, qualification and region, the
    /// rules of the place, the amount, the day. Limits, caps and pledges are the desk's to check.
    /// @param currencyId of the pool
    function admit(address account, uint8 currencyId, Draw calldata wanted) external view returns (Admission memory);

    /// @notice What all of `account`'s units of `item` under a lien of `lienholder` are good for, in the smallest unit of
    /// `currencyId`: their value × advance rate, rounded down.
    /// @return amount what they are good for
    /// @return debtor who owes it; 0 where nobody does
    /// @return units how many there are
    function advanceOn(
        address account,
        address lienholder,
        uint8 currencyId,
        Collateral calldata item
    ) external view returns (uint256 amount, uint48 debtor, uint256 units);

    /// @notice What `units` of `item` cost, `passed` seconds after the default: their value, falling by the second to the
    /// floor of the pool's terms of that time; rounded up.
    /// @param currencyId of the pool
    function priceOf(
        uint8 poolNumber,
        uint8 currencyId,
        Collateral calldata item,
        uint256 units,
        uint256 passed
    ) external view returns (uint256);

    /// @notice Terms of new loans from pool `poolNumber`.
    function loanTerms(uint8 poolNumber) external view returns (LoanTerms memory);

    /// @notice What pledges of one kind are good for, in basis points of their value.
    function advanceOf(bool right, uint8 kind) external view returns (uint16);
}
