// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IGrowth} from "../interfaces/IGrowth.sol";
import {IVoteLock} from "../interfaces/IVoteLock.sol";
import {IVoteLocker} from "../interfaces/IVoteLocker.sol";
import {LockTotalsLib} from "../libraries/LockTotalsLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {LockBook} from "./LockBook.sol";

/// @title ERA that is locked for a term, and votes
/// @dev The ERA here never is delegated in the token, so that no token votes there and here.
contract VoteLock is LockBook, BoundedPause, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    uint256 private constant MOST_LEAST = 1_000 ether;

    /// @inheritdoc IVoteLock
    IERC20 public immutable era;

    /// @param access the suite's AccessManager
    /// @param era_ the token, of fixed supply
    /// @param growth_ who says whether an account has grown; the zero address: doubling needs no growth
    /// @param least the least a lock begins with, at most 1,000 ERA
    constructor(address access, IERC20 era_, IGrowth growth_, uint256 least) LockBook(growth_) AccessManaged(access) {
        uint256 supply = era_.totalSupply();
        if (supply > LockTotalsLib.MOST) revert SupplyTooLarge(supply);
        era = era_;
        _setLeast(least);
    }

    /// @inheritdoc IVoteLock
    function lock(uint256 amount, uint256 term) external whenRunning nonReentrant returns (uint256 end) {
        return _lockFor(msg.sender, amount, term);
    }

    /// @inheritdoc IVoteLock
    function lockWithPermit(
        uint256 amount,
        uint256 term,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external whenRunning nonReentrant returns (uint256 end) {
        // Somebody may have brought it from the pool of pending transactions: then the allowance is there all the same.
        try IERC20Permit(address(era)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        return _lockFor(msg.sender, amount, term);
    }

    /// @inheritdoc IVoteLocker
    function lockFor(address account, uint256 amount, uint256 term) external whenRunning nonReentrant {
        _lockFor(account, amount, term);
    }

    /// @inheritdoc IVoteLock
    function lockUntil(uint256 amount, uint256 end) external whenRunning nonReentrant {
        uint256 term = _termUntil(end);
        era.pull(msg.sender, amount);
        _lock(msg.sender, msg.sender, amount, end / WEEK, term);
    }

    /// @inheritdoc IVoteLock
    function extend(uint256 end, uint256 amount, uint256 term) external whenRunning returns (uint256 newEnd) {
        return _extend(msg.sender, end, amount, term);
    }

    /// @inheritdoc IVoteLock
    function withdraw(uint256[] calldata ends) external nonReentrant returns (uint256 amount) {
        return _pay(msg.sender, ends);
    }

    /// @inheritdoc IVoteLock
    function withdrawTo(address to, uint256[] calldata ends) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert CannotWithdrawTo(to);
        return _pay(to, ends);
    }

    /// @inheritdoc IVoteLock
    function setLeastLock(uint256 least) external restricted {
        _setLeast(least);
    }

    function _lockFor(address account, uint256 amount, uint256 term) private returns (uint256 end) {
        uint256 week = _endWeek(term);
        // First the money: no amount is beyond the supply then.
        era.pull(msg.sender, amount);
        _lock(account, msg.sender, amount, week, term);
        return week * WEEK;
    }

    function _pay(address to, uint256[] calldata ends) private returns (uint256 amount) {
        amount = _release(msg.sender, to, ends);
        era.safeTransfer(to, amount);
    }

    function _setLeast(uint256 least) private {
        if (least > MOST_LEAST) revert LeastLockOutOfRange(least, MOST_LEAST);
        leastLock = least;
        emit LeastLockSet(least);
    }
}
