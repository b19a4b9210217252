// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ICreditDesk} from "./ICreditDesk.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title Lenders' money of one currency, lent by the credit desk (ERC-4626)
/// @notice Shares belong to active participants. Assets are the cash that came in by rule (gifts change nothing) and what the
/// loans are worth: principal, and interest by the second up to maturity. Entry is at `totalAssets`. From the end of its
/// grace a loan that is not repaid is an unrealised loss, with nobody's help: exit is at `totalAssets` - `unrealizedLosses`.
/// What comes in beyond the books (late fees, late interest, what a loan that was given up still brings) becomes assets by
/// the second within 30 days. So nobody leaves at the cost of those who stay, and nobody gains by entering just before money
/// comes in. Who wants to leave while the money is lent stands in a queue: first come, first served, at the price of the
/// moment in which cash is there; until all of the queue is served, nothing is lent and nobody withdraws past it. What of a
/// place is not served can be taken back. The queue waits while the price of exit is less than a thousandth of what it would
/// be if all were repaid and earned. While shares wait and a loan is beyond its grace, nobody enters: new money would buy
/// them out at a price that the next repayment belies. Nor does anybody enter a pool whose shares lost 99.9% of their first
/// price.
/// Amounts are in the asset's smallest unit, shares have 6 decimals more. Rounding always favours the pool.
/// @dev Interest is kept in units / (10,000 × 365 days), in which simple interest is a whole number: the books are exact.
interface ILendingPool is IERC4626 {
    /// @notice What the pool knows of a loan, as of now. `interest`: earned until now, at most until `maturity`, in
    /// 1 / (10,000 × 365 days) of a unit. `maturity`, `impairedFrom`: seconds, whole days, in this order. From
    /// `impairedFrom` on it is an unrealised loss.
    struct Claim {
        uint96 principal;
        uint144 interest;
        uint40 maturity;
        uint40 impairedFrom;
        uint16 rateBps;
    }

    /// @notice A place in the queue. `next`, `end`: positions of its first share not paid out and after its last one, among
    /// all shares that ever queued and were not taken back: below what has been served since the beginning, they are served.
    /// They move up when a place ahead is taken back, until the first of the shares is served.
    struct Exit {
        address owner;
        uint128 next;
        uint128 end;
    }

    /// @notice `principal` went to `borrower`.
    event Lent(address indexed borrower, uint256 principal);
    /// @notice `received` came in for a loan whose principal in the books went from `before` to `left`.
    event Returned(address indexed payer, uint256 received, uint256 before, uint256 left);
    /// @notice `amount` came in beyond the books; with what was not earned yet it is earned by the second until `until`.
    event GainSpread(uint256 amount, uint256 until);
    /// @notice A loan with this principal and this interest (rounded down) was given up.
    event LossRealised(uint256 principal, uint256 interest);
    /// @notice `shares` of `owner` stand in the queue as number `exit`, up to position `end`; below 2^128.
    event ExitRequested(uint256 indexed exit, address indexed owner, uint256 shares, uint256 end);
    /// @notice `shares` at the head of the queue became `assets`; `served` shares in all have been served.
    event ExitsServed(uint256 shares, uint256 assets, uint256 served);
    /// @notice `shares` at the end of the place `exit` went back to `owner`; all places of higher number move up by as many.
    event ExitCancelled(uint256 indexed exit, address indexed owner, uint256 shares);
    /// @notice `assets` went to the owner of `exit`.
    event ExitPaid(uint256 indexed exit, address indexed owner, uint256 assets);
    /// @notice `amount` waits here for `owner`: what a pledge brought beyond the debt.
    event SurplusHeld(address indexed owner, uint256 amount);
    /// @notice `amount` was handed to `owner`.
    event SurplusPaid(address indexed owner, uint256 amount);

    /// @notice Only the credit desk lends and settles.
    error OnlyDesk(address caller);
    /// @notice `account` may not take part: it is unknown, suspended, removed or expired.
    error NotAParticipant(address account);
    /// @notice Only `available` can be lent or paid out now.
    error InsufficientCash(uint256 available, uint256 wanted);
    /// @notice `shares` in the queue have to be served first.
    error ExitsComeFirst(uint256 shares);
    /// @notice Money that was said to have arrived did not: the balance is `balance`, the books say `needed`.
    error MissingMoney(uint256 balance, uint256 needed);
    /// @notice No shares, or no amount.
    error NoShares();
    /// @notice There is no place `exit` in the queue.
    error UnknownExit(uint256 exit);
    /// @notice Nothing of `exit` has been served that was not paid out.
    error NothingServed(uint256 exit);
    /// @notice Only who took the place `exit` takes it back.
    error NotOwnerOfExit(uint256 exit, address caller);
    /// @notice Nothing of `exit` waits: all of it was served or taken back.
    error NothingWaiting(uint256 exit);
    /// @notice Nothing waits for `owner`.
    error NoSurplus(address owner);

    /// @notice Sends cash to a borrower and takes the loan into the books. Only the desk.
    /// @param claim the new loan: `interest` is 0
    function lend(address borrower, Claim calldata claim) external;

    /// @notice Brings `received` in for a loan that stood as `before` and stands as `left`. Only the desk.
    /// @param payer who pays and approved this pool; the zero address: the money is here already
    function settle(Claim calldata before, Claim calldata left, address payer, uint256 received) external;

    /// @notice Takes `amount` from `payer`, who approved this pool, and holds it for `owner`. Only the desk.
    function hold(address payer, address owner, uint256 amount) external;

    /// @notice Pays out what is held for `owner`. Anyone may call; always open.
    function payHeld(address owner) external returns (uint256 amount);

    /// @notice Puts `shares` of the caller at the end of the queue; they earn and lose with the pool until they are served or
    /// taken back. What can be paid at once is served at once. Always open, unless the caller is suspended; a line of 2^128
    /// shares served and waiting is the longest there can be (SafeCastOverflowedUintDowncast).
    /// @return exit number of the place, from 1
    function requestExit(uint256 shares) external returns (uint256 exit);

    /// @notice Takes back what of the caller's place `exit` is not served: these shares are the caller's again, all of them;
    /// what was served stays to be paid (`payExit`). Places behind move up; nothing else changes for anybody. Whoever wants
    /// to leave after all joins at the end. Always open, unless the caller is suspended; also for who is no participant any
    /// more, as joining is.
    /// @return shares taken back, at least 1: else `NothingWaiting`
    function cancelExit(uint256 exit) external returns (uint256 shares);

    /// @notice Serves the queue with the cash that is there, unless the price of exit is too low for it (see above). Anyone may
    /// call; every repayment and deposit does it.
    function serveExits() external;

    /// @notice Pays the owner of `exit` what of it has been served. Anyone may call; always open.
    function payExit(uint256 exit) external returns (uint256 assets);

    /// @notice The place `exit`, its shares still waiting, those before it, and what can be paid out for it now.
    function exitOf(
        uint256 exit
    ) external view returns (Exit memory place, uint256 waiting, uint256 ahead, uint256 payable_);

    /// @notice Shares in the queue that are not served yet.
    function exitsWaiting() external view returns (uint256 shares);

    /// @notice Cash that can be lent or paid out now: none while shares wait in the queue.
    function available() external view returns (uint256);

    /// @notice `totalAssets` less what is left without loans beyond their grace: their principal and interest, to a unit.
    function unrealizedLosses() external view returns (uint256);

    /// @notice Part of the cash that is not earned yet, rounded up: it becomes assets by the second.
    function unearned() external view returns (uint256);

    /// @notice Cash of the lenders, what is not earned yet included; what is reserved for served exits and surpluses; principal of all loans in the books.
    function books() external view returns (uint256 cash, uint256 reserved, uint256 principal);

    /// @notice What is held for `owner`.
    function heldFor(address owner) external view returns (uint256);

    /// @notice Who alone enters; the zero address: any participant.
    function lender() external view returns (address);

    /// @notice The one desk that lends this money.
    function desk() external view returns (ICreditDesk);

    /// @notice Where participants are known.
    function registry() external view returns (IParticipantRegistry);
}
