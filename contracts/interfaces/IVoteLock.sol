// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IGrowth} from "./IGrowth.sol";
import {IVoteLocker} from "./IVoteLocker.sol";
import {IWeightedVotes} from "./IWeightedVotes.sol";

/// @title ERA that is locked for a term, and votes; for more than 183 days, twice
/// @notice Amounts are units of 10^-18 ERA, terms seconds, times seconds since 1970.
/// **Ends.** A lock ends when a week begins, which is on Thursdays at 00:00 UTC: its end is now + term, rounded up. Everything that an
/// account has locked until one end is one lock, known by account and end; an account has as many as there are ends. Locks
/// cannot be transferred.
/// **Votes.** What is locked votes from the second it is locked until it is withdrawn. What is locked for a term chosen to be longer
/// than 183 days is *long* and votes twice until the end of its lock; from the second of that end it votes once. No transaction is
/// needed for that, and votes of any past second are exact. Everybody votes for himself until he delegates; delegation is of
/// all locks of an account. Past totals count what is delegated to nobody, too.
/// **Growth.** Where `growth` is not zero, what is long votes twice only while the account's doubling runs as well: `renew` prolongs
/// it for who has grown, until the second that `growth` says, rounded up to the beginning of a week. It ends by itself.
/// **Tokens.** The contract never delegates its own ERA in the token: no token votes here and there. What is sent here without a lock
/// is nobody's and stays.
interface IVoteLock is IWeightedVotes, IVoteLocker {
    /// @notice A lock as it stands. `long`: of `amount`, what was locked for more than 183 days; 0 from its end on. `doubled`: of
    /// that, what votes twice now.
    struct EraLock {
        uint40 end;
        uint96 amount;
        uint96 long;
        uint96 doubled;
    }

    /// @notice `payer` locked `amount` for `account` until `end`; `long`: for more than 183 days.
    event EraLocked(address indexed account, uint256 indexed end, address indexed payer, uint256 amount, bool long);
    /// @notice `amount` of the lock that ends at `end` is locked until `newEnd` now; `long`: for more than 183 days from now.
    event LockExtended(address indexed account, uint256 indexed end, uint256 indexed newEnd, uint256 amount, bool long);
    /// @notice All of the lock that ended at `end`, which is `amount`, went to `to`.
    event LockWithdrawn(address indexed account, uint256 indexed end, address indexed to, uint256 amount);
    /// @notice What `account` has locked for long votes twice until `until`, or until its lock ends.
    event DoublingRenewed(address indexed account, uint256 until);
    /// @notice A lock begins with `least` or more.
    event LeastLockSet(uint256 least);

    /// @notice The token's supply is beyond 2^90 - 1, which a word of the votes could not hold.
    error SupplyTooLarge(uint256 supply);
    /// @notice Votes at `timepoint` are known once it is past; now it is `clock`.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);
    /// @notice The amount is zero.
    error NoAmount();
    /// @notice A term is from `shortest` to `longest`.
    error LockTermOutOfRange(uint256 term, uint256 shortest, uint256 longest);
    /// @notice Locks end when a week begins, a multiple of `week` seconds.
    error NotAnEnd(uint256 end, uint256 week);
    /// @notice Neither nobody nor the lock itself has locks.
    error CannotHoldLock(address account);
    /// @notice A lock begins with `least` or more, and an extension leaves as much of one, or nothing.
    error BelowLeastLock(uint256 amount, uint256 least);
    /// @notice The least a lock begins with is at most `most`.
    error LeastLockOutOfRange(uint256 least, uint256 most);
    /// @notice `account` has nothing locked until `end`.
    error NothingLocked(address account, uint256 end);
    /// @notice `locked` is locked until `end`.
    error ExceedsLock(uint256 end, uint256 amount, uint256 locked);
    /// @notice `newEnd` is before `end`, or the same, and nothing would begin to be long.
    error NotLonger(uint256 end, uint256 newEnd);
    /// @notice All but `single` of the lock is long, and the new term is not: its doubling would end.
    error DoublingWouldEnd(uint256 end, uint256 amount, uint256 single);
    /// @notice The lock ends at `end`.
    error StillLocked(uint256 end);
    /// @notice The list is empty.
    error NoLocks();
    /// @notice Neither nobody nor the lock itself is paid.
    error CannotWithdrawTo(address to);
    /// @notice Doubling needs no growth here.
    error GrowthNotAsked();
    /// @notice `account` has not grown.
    error DidNotGrow(address account);
    /// @notice The doubling of `account` runs until `until` already.
    error DoublingRuns(address account, uint256 until);

    /// @notice Locks `amount` of the caller's, who approved it, until `term` from now. Not under pause.
    /// @param amount at least `leastLock`, where the caller has nothing locked until that end
    /// @param term 7 days to 4 years of 365 days
    /// @return end when the lock ends
    function lock(uint256 amount, uint256 term) external returns (uint256 end);

    /// @notice The same, with the caller's ERC-2612 permit over `amount`.
    function lockWithPermit(
        uint256 amount,
        uint256 term,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 end);

    /// @notice Locks `amount` of the caller's, who approved it, until `end`, where there may be a lock already: that takes nothing
    /// from a lock and leaves its end. It is as if the term were chosen that is left: long only with more than 183 days to go.
    /// Not under pause.
    function lockUntil(uint256 amount, uint256 end) external;

    /// @notice Locks `amount` out of the caller's lock that ends, or ended, at `end` until `term` from now, which is no earlier. It
    /// is as if it were locked anew: long only by the new term. What is not long moves first; what is long, and has not ended,
    /// moves only where it stays so. What moves where nothing is locked, and what is left unless that is nothing, is at least
    /// `leastLock`. Not under pause.
    /// @return newEnd when it ends then
    function extend(uint256 end, uint256 amount, uint256 term) external returns (uint256 newEnd);

    /// @notice Pays the caller all of its locks that ended at `ends`. Only who they are locked for may, since his votes end. Always
    /// open.
    /// @return amount what was paid in all
    function withdraw(uint256[] calldata ends) external returns (uint256 amount);

    /// @notice The same, to `to`.
    function withdrawTo(address to, uint256[] calldata ends) external returns (uint256 amount);

    /// @notice Prolongs the doubling of `account`, which has grown. Anyone. Always open: a pause cannot take votes away.
    /// @return until when it ends
    function renew(address account) external returns (uint256 until);

    /// @notice Sets the least a lock begins with, at most 1,000 ERA. Locks that stand stay, and can be added to. Only PARAMETERS.
    function setLeastLock(uint256 least) external;

    /// @notice The token.
    function era() external view returns (IERC20);

    /// @notice Who says whether an account has grown; the zero address where doubling needs no growth.
    function growth() external view returns (IGrowth);

    /// @notice The least a lock begins with.
    function leastLock() external view returns (uint256);

    /// @notice When a lock made now for `term` would end.
    function endOf(uint256 term) external view returns (uint256);

    /// @notice What `account` has locked until `end`.
    function lockOf(address account, uint256 end) external view returns (EraLock memory);

    /// @notice Locks of `account` by their ends, at most `most` of those that end at `from` or later. Withdrawn ones are left out.
    /// @return locks the locks
    /// @return next where to go on from; 0 where there are no more
    function locksOf(
        address account,
        uint256 from,
        uint256 most
    ) external view returns (EraLock[] memory locks, uint256 next);

    /// @notice Until when what `account` has locked for long votes twice, its ends apart: 0 where it was never renewed, the greatest
    /// number where no growth is asked for.
    function doublingUntil(address account) external view returns (uint256);

    /// @notice What is locked for `account`, wherever it delegated it; what votes twice counted once.
    function votingUnits(address account) external view returns (uint256);

    /// @notice What all accounts have locked now.
    function totalLocked() external view returns (uint256);
}
