// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IGrantStakes} from "../interfaces/IGrantStakes.sol";
import {INodeRegister} from "../interfaces/INodeRegister.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {IStakeLens} from "../interfaces/IStakeLens.sol";
import {IStakePools} from "../interfaces/IStakePools.sol";
import {StakeLib} from "../libraries/StakeLib.sol";

/// @title All of a holder in one call
/// @dev Reads only; apart from the contract of stakes so that that stays small.
contract StakeLens is IStakeLens {
    uint256 private constant GRANTS = 1 << 255;
    uint256 private constant PLACES = 32;

    INodeStaking public immutable staking;
    IGrantStakes public immutable grants;

    /// @param grants_ the contract of grants, which knows the stakes
    constructor(IGrantStakes grants_) {
        (grants, staking) = (grants_, grants_.staking());
    }

    /// @inheritdoc IStakeLens
    function nodeInfo(uint32 node) external view returns (NodeInfo memory info) {
        (info.active, info.leaving) = staking.poolsOf(node);
        info.facts = staking.nodeFacts(node);
    }

    /// @inheritdoc IStakeLens
    function previewStake(uint32 node, uint256 amount) external view returns (uint256 shares) {
        (IStakePools.ActivePool memory pool, ) = staking.poolsOf(node);
        if (pool.retired) revert INodeRegister.NodeIsRetired(node);
        return StakeLib.sharesDown(amount, pool.active, pool.shares);
    }

    /// @inheritdoc IStakeLens
    function previewUnbond(uint32 node, uint256 shares) external view returns (uint256 amount) {
        (IStakePools.ActivePool memory pool, ) = staking.poolsOf(node);
        if (shares > pool.shares) revert IStakePools.ExceedsPosition(node, shares, pool.shares);
        return StakeLib.amountDown(shares, pool.active, pool.shares);
    }

    /// @inheritdoc IStakeLens
    function stakeAccountOf(
        uint256 holder,
        uint32[] calldata nodes
    ) external view returns (StakeAccount memory account) {
        account.stakes = new NodeStake[](nodes.length);
        for (uint256 i = 0; i < nodes.length; ++i) {
            (uint256 shares, uint256 amount) = staking.positionOf(holder, nodes[i]);
            uint256 principal = holder < GRANTS ? 0 : grants.principalOf(holder - GRANTS, nodes[i]);
            account.stakes[i] = NodeStake(nodes[i], shares, amount, principal);
        }
        account.exits = _exitsOf(holder);
        account.rewards = staking.rewardsOf(holder, nodes);
    }

    function _exitsOf(uint256 holder) private view returns (HeldExit[] memory exits) {
        uint256 places = staking.placesOf(holder);
        exits = new HeldExit[](PLACES);
        uint256 count = 0;
        for (uint8 place = 0; places >> place != 0; ++place) {
            if ((places >> place) & 1 == 0) continue;
            uint256 principal = holder < GRANTS ? 0 : grants.exitPrincipalOf(holder - GRANTS, place);
            exits[count++] = HeldExit(staking.exitAt(holder, place), principal);
        }
        assembly ("memory-safe") {
            mstore(exits, count) // shorter than it was made
        }
    }
}
