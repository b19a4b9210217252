// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeRewards} from "./INodeRewards.sol";
import {IRewardFunds} from "./IRewardFunds.sol";

/// @title Rewards of staked ERA, and the ways in which they are taken
/// @notice Holders are those of `IStakeHolders`: an account, or a grant. All claims are open at any time; nothing here can be
/// paused. The stake itself is in the contract of stakes and never here.
interface IRewardDistributor is INodeRewards, IRewardFunds {
    /// @notice `amount` of the rewards of `holder` was handed to `to`.
    event RewardsClaimed(uint256 indexed holder, address indexed to, uint256 amount);
    /// @notice `amount` of the rewards of `holder` was staked with `node` for it, for `shares`.
    event RewardsStaked(uint256 indexed holder, uint32 indexed node, uint256 amount, uint256 shares);
    /// @notice `amount` of the rewards of `holder` was paid into the fee account of `entity`.
    event RewardsToFees(uint256 indexed holder, uint48 indexed entity, uint256 amount);

    /// @notice `holder` is owed nothing at these nodes.
    error NoRewards(uint256 holder);
    /// @notice The contract of stakes is not named yet.
    error StakingMissing();
    /// @notice `taken` was taken instead of `amount`.
    error InexactTaking(uint256 amount, uint256 taken);
    /// @notice There is no such grant, or nobody to pay it to.
    error NoSuchGrant(uint256 grant);

    /// @notice Hands `to` what the caller earned at `nodes`.
    function claim(uint32[] calldata nodes, address to) external returns (uint256 amount);

    /// @notice Stakes what the caller earned at `nodes` with `node`, for the caller. Reverts with the errors of the contract of
    /// stakes, which may be paused; `claim` is not.
    /// @param leastShares refuse less
    function claimToStake(
        uint32[] calldata nodes,
        uint32 node,
        uint256 leastShares
    ) external returns (uint256 amount, uint256 shares);

    /// @notice Pays what the caller earned at `nodes` into the prepaid fee account of `entity`, whose ever it is.
    function claimToFees(uint32[] calldata nodes, uint48 entity) external returns (uint256 amount);

    /// @notice Hands what `grant`, of the vesting vault, earned at `nodes` to its beneficiary of this moment. Anyone may call.
    function claimGrant(uint256 grant, uint32[] calldata nodes) external returns (uint256 amount);
}
