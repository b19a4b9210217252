// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Roles} from "../access/Roles.sol";
import {IStakeTarget} from "../interfaces/IStakeTarget.sol";
import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {VestingLib} from "../libraries/VestingLib.sol";
import {VestingBook} from "./VestingBook.sol";

/// @title Grants at stake
/// @dev Of each grant: what all targets have of it = staked + owed. A target can write off only what it has.
abstract contract VestingStakes is VestingBook {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    /// @inheritdoc IVestingVault
    mapping(uint256 id => mapping(address target => uint256)) public stakedWith;

    /// @inheritdoc IVestingVault
    function stake(uint256 id, address target, uint256 amount, bytes calldata data) external nonReentrant whenRunning {
        Kept memory kept = _own(id);
        if (amount == 0) revert NoAmount();
        (bool member, ) = IAccessManager(authority()).hasRole(Roles.STAKING, target);
        if (!member) revert NotStakeTarget(target);
        (, uint256 here) = _standing(id, kept, block.timestamp);
        if (amount > here) revert ExceedsStakeable(id, amount, here);
        if (!kept.altered) _grants[id].altered = true;
        _altered[id].staked += uint96(amount);
        stakedWith[id][target] += amount;
        emit GrantStaked(id, target, amount);
        era.safeTransfer(target, amount);
        bytes4 answer = IStakeTarget(target).onGrantStaked(id, msg.sender, amount, data);
        if (answer != IStakeTarget.onGrantStaked.selector) revert StakeRefused(target);
    }

    /// @inheritdoc IVestingVault
    function returnStake(uint256 id, uint96 principal, uint96 returned) external nonReentrant {
        Kept memory kept = _known(id);
        uint256 with_ = stakedWith[id][msg.sender];
        // Who has nothing of the grant has no reward for it either.
        if (with_ == 0 || principal > with_) revert ExceedsStakedWith(id, msg.sender, principal, with_);
        if (principal == 0 && returned == 0) revert NothingReturned();
        stakedWith[id][msg.sender] = with_ - principal;
        uint256 reward = _settle(id, kept, principal, returned);
        if (returned != 0) era.pull(msg.sender, returned);
        if (reward != 0) era.safeTransfer(kept.beneficiary, reward);
    }

    /// @inheritdoc IVestingVault
    function recallStake(uint256 id, address target) external {
        uint256 amount = Math.min(_altered[id].owed, stakedWith[id][target]);
        if (amount == 0) revert NothingToRecall(id, target);
        IStakeTarget(target).recallGrantStake(id, amount);
    }

    function _settle(
        uint256 id,
        Kept memory kept,
        uint256 principal,
        uint256 returned
    ) private returns (uint256 reward) {
        Altered storage altered = _altered[id];
        (uint256 staked, uint256 owed) = (altered.staked, altered.owed);
        (uint256 ownLoss, uint256 owedLoss, uint256 recovered, uint256 reward_) = VestingLib.settle(
            principal,
            returned,
            staked,
            owed
        );
        uint256 owedLeft = owed - owedLoss - recovered;
        // What is not owed of the rest is the grant's: principal leaves the sum of both.
        altered.staked = uint96(staked + owed - principal - owedLeft);
        if (owed != owedLeft) altered.owed = uint96(owedLeft);
        if (recovered != 0) _bounded[kept.allocation].available += uint96(recovered);
        if (ownLoss != 0) {
            altered.taken += uint96(ownLoss);
            _changeUnits(kept.beneficiary, -int256(ownLoss));
            _changeTotal(-int256(ownLoss));
        }
        emit GrantStakeReturned(id, msg.sender, principal, ownLoss + owedLoss, ownLoss, recovered, reward_);
        return reward_;
    }
}
