// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeRegister} from "./INodeRegister.sol";
import {IStakePools} from "./IStakePools.sol";
import {IUnbonding} from "./IUnbonding.sol";

/// @title All of a holder in one call
/// @notice A holder is an account (its address as a number) or a grant (2^255 + its id). Amounts are units of 10^-18 ERA.
interface IStakeLens {
    /// @notice What a holder has active with a node. `principal`: of a grant, what of it was staked so; 0 of accounts.
    struct NodeStake {
        uint32 node;
        uint256 shares;
        uint256 amount;
        uint256 principal;
    }

    /// @notice An exit, and of a grant the principal in it.
    struct HeldExit {
        IUnbonding.StakeExit leaving;
        uint256 principal;
    }

    /// @notice `stakes` in the order of the nodes asked for; `exits` by place; `rewards`: what it could take now of these nodes and
    /// is owed from before.
    struct StakeAccount {
        NodeStake[] stakes;
        HeldExit[] exits;
        uint256 rewards;
    }

    /// @notice A node and its stake.
    struct NodeInfo {
        INodeRegister.NodeFacts facts;
        IStakePools.ActivePool active;
        IStakePools.LeavingPool leaving;
    }

    /// @notice The node as it stands; reverts where there is none.
    function nodeInfo(uint32 node) external view returns (NodeInfo memory);

    /// @notice Shares that `amount` would be staked for now.
    function previewStake(uint32 node, uint256 amount) external view returns (uint256 shares);

    /// @notice What `shares` of the node's active stake are worth now.
    function previewUnbond(uint32 node, uint256 shares) external view returns (uint256 amount);

    /// @notice All of a holder.
    /// @param nodes those of which its stake and rewards are wanted
    function stakeAccountOf(uint256 holder, uint32[] calldata nodes) external view returns (StakeAccount memory);
}
