// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IClosedPool} from "./IClosedPool.sol";
import {ICreditDesk} from "./ICreditDesk.sol";
import {ILendingTerms} from "./ILendingTerms.sol";
import {IMetered} from "./IMetered.sol";

/// @title A lending protocol outside of the suite lends by operating data instead of crypto collateral
/// @notice One adapter stands before one closed pool of one lender. The lender need know nothing of the suite but ERC-20, ERC-4626
/// and this interface, which is in the manner of ERC-3156: `maxLoan` and `loanFee` answer what could be lent and what it would
/// bring, `lend` and `borrow` turn a borrower's signed request into a loan at the desk, against the borrower's limit there and what
/// it pledged there, in one transaction. What the pool lacks is taken from the lender by ERC-20 approval and becomes shares of its
/// pool; as the loan is repaid they are worth principal and interest, and the lender leaves by ERC-4626.
/// No loan is made without the lender: it calls `lend` itself, or is asked (`ILoanConsent`) where somebody else calls `borrow`.
/// Every loan keeps to the terms of the pool, the desk's limits and caps and the rules for loans. Nothing ever lies here.
/// Where a meter is set (`IMetered`), each loan costs one adaptation in ERA, which the borrower's entity prepaid; a loan that it
/// cannot pay for is not made (`IFeeAccounts.PrepaidTooLow`), and the request stays good.
/// @dev Role CIRCULATOR lets it draw for an account at the desk; it does so only for the sender of the call or for who
/// signed, and only from its own pool. It has no other power and no pause of its own: the desk's pause holds. ADMIN can set a
/// meter, and nothing else.
interface ILenderAdapter is IMetered {
    /// @notice What a borrower asks for (EIP-712 `LoanRequest` with `Collateral`; the domain names this adapter). `amount` in the
    /// pool's currency, due when day `maturityDay` begins (days since 1970-01-01), under the rules `ruleId` for loans.
    /// `mostFee`: most interest until maturity. `items`: what backs it, pledged to the desk before, at most 8. `number`: the
    /// account's own, good once. `deadline`: the last second at which the request is good.
    struct LoanRequest {
        address account;
        uint96 amount;
        uint96 mostFee;
        uint32 maturityDay;
        uint32 ruleId;
        ILendingTerms.Collateral[] items;
        uint256 number;
        uint40 deadline;
    }

    /// @notice `amount` went to `account` as loan `loan`, which brings `fee` until maturity; `fresh` of it was taken from the
    /// lender for `shares` of the pool, the rest was there.
    event LentOnRequest(
        uint256 indexed loan,
        address indexed account,
        uint256 amount,
        uint256 fee,
        uint256 fresh,
        uint256 shares
    );

    /// @notice Only the lender lends.
    error OnlyLender(address caller);
    /// @notice `lender` was asked and did not accept, or is no contract that could be asked.
    error LoanNotAccepted(address lender);
    /// @notice Interest until maturity is `fee`, more than the borrower agreed to.
    error FeeAbove(uint256 fee, uint256 most);
    /// @notice Interest until maturity is `fee`, less than the lender wants.
    error FeeBelow(uint256 fee, uint256 least);
    /// @notice The loans are in `asset`.
    error OtherToken(address token, address asset);
    /// @notice The loan would be due on a day that has begun.
    error MaturityPassed(uint256 day);
    /// @notice The signature is not `account`'s over exactly this request.
    error InvalidRequest(address account);
    /// @notice The request was good until `deadline`.
    error RequestExpired(uint256 deadline);
    /// @notice `account` used `number` before.
    error NumberUsed(address account, uint256 number);

    /// @notice Carries out a request. Only the lender, who thereby agrees to this borrower, amount and day, if it brings
    /// `leastFee` of interest until maturity.
    /// @param signature of `request.account`; unread where that is the caller
    /// @return loan its number at the desk
    function lend(
        LoanRequest calldata request,
        bytes calldata signature,
        uint256 leastFee
    ) external returns (uint256 loan);

    /// @notice Carries out a request that the lender accepts when it is asked. Anyone may call with `account`'s signature;
    /// `account` itself needs none.
    /// @param data for the lender
    /// @return loan its number at the desk
    function borrow(
        LoanRequest calldata request,
        bytes calldata signature,
        bytes calldata data
    ) external returns (uint256 loan);

    /// @notice Makes the caller's `number` void.
    function cancelRequest(uint256 number) external;

    /// @notice Most that could be lent to `account` now without any pledge: by its limit, the pool's caps, what is in the pool, and
    /// what the lender has and lets this adapter take; 0 where it could not draw at all. The rules' least amount and
    /// qualifications depend on the rules of the request and are not looked at, and neither is whether an adaptation is
    /// prepaid. Rounded down.
    function maxLoan(address account) external view returns (uint256);

    /// @notice Interest on `amount`, lent now and repaid when day `maturityDay` begins: to the unit what the desk charges then.
    /// The fee of adaptation, in ERA, is not part of it: see the meter's `IFeePrices.feeOf`.
    function loanFee(address token, uint256 amount, uint256 maturityDay) external view returns (uint256);

    /// @notice True where `number` of `account` is used or void.
    function isUsed(address account, uint256 number) external view returns (bool);

    /// @notice The EIP-712 digest of a request.
    function requestDigest(LoanRequest calldata request) external view returns (bytes32);

    /// @notice Whose money is lent.
    function lender() external view returns (address);

    /// @notice The lender's pool. Refused until the desk knows it; from then on it never changes.
    function pool() external view returns (IClosedPool);

    /// @notice The pool's number at the desk.
    function poolNumber() external view returns (uint8);

    /// @notice The credit desk.
    function desk() external view returns (ICreditDesk);
}
