// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IFeeCredit} from "../interfaces/IFeeCredit.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {IRewardDistributor} from "../interfaces/IRewardDistributor.sol";
import {IStakeHolders} from "../interfaces/IStakeHolders.sol";
import {NodeRates} from "./NodeRates.sol";
import {NodeRewards} from "./NodeRewards.sol";
import {RewardFunds} from "./RewardFunds.sol";

/// @title Rewards of staked ERA
contract RewardDistributor is IRewardDistributor, NodeRewards {
    using SafeERC20 for IERC20;

    uint256 private constant GRANT = 1 << 255;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param records_ the NodeRecords
    /// @param terms band and tips
    /// @param length days of a period; the first begins now
    constructor(
        address access,
        IERC20 era_,
        INodeRecords records_,
        RewardTerms memory terms,
        uint16 length
    ) RewardFunds(access, era_, length) NodeRates(records_, terms) {}

    /// @inheritdoc IRewardDistributor
    function claim(uint32[] calldata nodes, address to) external nonReentrant returns (uint256 amount) {
        _requirePayable(to);
        return _claim(uint160(msg.sender), nodes, to);
    }

    /// @inheritdoc IRewardDistributor
    function claimGrant(uint256 grant, uint32[] calldata nodes) external nonReentrant returns (uint256 amount) {
        uint256 holder = GRANT | grant;
        address to = grant < GRANT ? _holders().actorOf(holder) : address(0);
        if (to == address(0) || to == address(this)) revert NoSuchGrant(grant);
        return _claim(holder, nodes, to);
    }

    /// @inheritdoc IRewardDistributor
    function claimToStake(
        uint32[] calldata nodes,
        uint32 node,
        uint256 leastShares
    ) external nonReentrant returns (uint256 amount, uint256 shares) {
        uint256 holder = uint160(msg.sender);
        amount = _take(holder, nodes);
        uint256 before = _allow(_staking, amount);
        shares = _holders().stakeFor(msg.sender, node, amount, leastShares);
        _requireTaken(before, amount);
        emit RewardsStaked(holder, node, amount, shares);
    }

    /// @inheritdoc IRewardDistributor
    function claimToFees(uint32[] calldata nodes, uint48 entity) external nonReentrant returns (uint256 amount) {
        IFeeCredit credit = _feeCredit();
        uint256 holder = uint160(msg.sender);
        amount = _take(holder, nodes);
        uint256 before = _allow(address(credit), amount);
        credit.deposit(entity, amount);
        _requireTaken(before, amount);
        emit RewardsToFees(holder, entity, amount);
    }

    function _claim(uint256 holder, uint32[] calldata nodes, address to) private returns (uint256 amount) {
        amount = _take(holder, nodes);
        emit RewardsClaimed(holder, to, amount);
        era.safeTransfer(to, amount);
    }

    /// @dev The contract of stakes brings the nodes up and forgets what it owed; it leaves the books here.
    function _take(uint256 holder, uint32[] calldata nodes) private returns (uint256 amount) {
        amount = _holders().takeRewards(holder, nodes);
        if (amount == 0) revert NoRewards(holder);
        _release(amount);
    }

    function _allow(address spender, uint256 amount) private returns (uint256 before) {
        before = era.balanceOf(address(this));
        era.forceApprove(spender, amount);
    }

    /// @dev Under the guard nothing else moves ERA out of here; what came in meanwhile makes the call fail.
    function _requireTaken(uint256 before, uint256 amount) private view {
        uint256 taken = before - era.balanceOf(address(this));
        // slither-disable-next-line incorrect-equality
        if (taken != amount) revert InexactTaking(amount, taken);
    }

    function _holders() private view returns (IStakeHolders) {
        if (_staking == address(0)) revert StakingMissing();
        return IStakeHolders(_staking);
    }
}
