// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ISlashable} from "../interfaces/ISlashable.sol";
import {StakeLib} from "../libraries/StakeLib.sol";
import {StakeWordLib} from "../libraries/StakeWordLib.sol";
import {StakePools} from "./StakePools.sol";

/// @title What slashes take, and where it waits
/// @dev The slasher is known by its address, in a slot that a slash reads anyway, and not by a role: asking for a role reads four.
abstract contract StakeSlashes is StakePools {
    using SafeERC20 for IERC20;
    using StakeWordLib for ActivePool;

    /// @dev One slot: what a slasher took and was not handed over, the reporter's part and the rest.
    struct Slashed {
        uint128 reward;
        uint128 rest;
    }

    mapping(address slasher => mapping(address reporter => Slashed)) private _slashed;

    modifier onlySlasher() {
        if (msg.sender != _slasher) revert OnlySlasher(msg.sender);
        _;
    }

    // Nothing is written after a call but what the guard keeps others from: the contract of rewards answers and calls nobody.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc ISlashable
    function slash(
        uint32 node,
        uint256 amount,
        address reporter,
        uint16 rewardBps
    ) external onlySlasher nonReentrant returns (uint256 taken) {
        if (rewardBps > StakeLib.WHOLE_BPS) revert RewardTooHigh(rewardBps);
        ActivePool memory pool = _poolOf(node);
        LeavingPool memory leaving = _leavingOf(node);
        uint256 total = uint256(pool.active) + leaving.tokens;
        if (amount > total) revert ExceedsStake(node, amount, total);
        if (amount == 0) return 0;
        uint256 active = StakeLib.keptDown(pool.active, amount, total);
        uint256 left = StakeLib.keptDown(leaving.tokens, amount, total);
        taken = total - active - left;
        bool live = pool.isLive() && _isLive(false, _ownShares(node, pool), active, pool.shares);
        uint256 index = _checkpoint(node, pool, live ? active : 0);
        _setLive(node, pool, live);
        pool.active = uint96(active);
        leaving.tokens = uint96(left);
        if (StakeLib.isSpent(active, pool.shares)) {
            _endings[node][pool.generation] = Ending(pool.active, pool.shares, uint104(index));
            emit GenerationEnded(node, false, pool.generation, active, pool.shares);
            (pool.shares, pool.generation) = (pool.active, pool.generation + 1);
        }
        if (StakeLib.isSpent(left, leaving.shares)) {
            _leavingEndings[node][leaving.generation] = Ending(leaving.tokens, leaving.shares, 0);
            emit GenerationEnded(node, true, leaving.generation, left, leaving.shares);
            (leaving.shares, leaving.generation) = (leaving.tokens, leaving.generation + 1);
        }
        _save(node, pool);
        _save(node, leaving);
        emit StakeSlashed(node, taken, active, left);
        uint256 reward = StakeLib.partDown(taken, rewardBps);
        Slashed memory slashed = _slashed[msg.sender][reporter];
        // All that is ever taken is within the supply.
        slashed.reward += uint128(reward);
        slashed.rest += uint128(taken - reward);
        _slashed[msg.sender][reporter] = slashed;
    }

    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc ISlashable
    function freeze(uint32 node, uint40 until) external onlySlasher {
        _poolOf(node);
        LeavingPool memory leaving = _leavingOf(node);
        if (until <= leaving.frozenUntil) return;
        leaving.frozenUntil = until;
        _save(node, leaving);
        emit StakeFrozen(node, until);
    }

    /// @inheritdoc ISlashable
    function takeSlashed(address reporter, bool reward, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert CannotHandOver(to);
        Slashed memory slashed = _slashed[msg.sender][reporter];
        if (reward) (amount, slashed.reward) = (slashed.reward, 0);
        else (amount, slashed.rest) = (slashed.rest, 0);
        if (amount == 0) revert NothingSlashed(msg.sender, reporter, reward);
        _slashed[msg.sender][reporter] = slashed;
        era.safeTransfer(to, amount);
    }

    /// @inheritdoc ISlashable
    function slashedOf(address by, address reporter) external view returns (uint256 reward, uint256 rest) {
        Slashed storage slashed = _slashed[by][reporter];
        return (slashed.reward, slashed.rest);
    }

    /// @inheritdoc ISlashable
    function setSlasher(address slasher_) external restricted {
        _slasher = slasher_;
        emit StakeSlasherSet(slasher_);
    }

    /// @inheritdoc ISlashable
    function slasher() external view returns (address) {
        return _slasher;
    }
}
