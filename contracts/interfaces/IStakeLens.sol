// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

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

    /// @notice All of a holder.
    /// @param nodes those of which its stake and rewards are wanted
    function stakeAccountOf(uint256 holder, uint32[] calldata nodes) external view returns (StakeAccount memory);
}
