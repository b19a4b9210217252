// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IStakeHolders} from "../interfaces/IStakeHolders.sol";
import {IStakeRewards} from "../interfaces/IStakeRewards.sol";

/// @title Rewards at a fixed rate, exact, and strict about what it is told
/// @dev Counts; pays nothing. Refuses a checkpoint that contradicts the one before.
contract RewardsDouble is IStakeRewards {
    uint256 private constant INDEX_UNIT = 1e27;
    uint256 private constant WHOLE_BPS = 10_000;

    struct Told {
        uint256 active;
        uint256 index;
        uint256 time;
        uint256 bps;
    }

    IStakeHolders public staking;
    /// @dev Of the active stake, a second, × 10^18.
    uint256 public immutable rate;

    mapping(uint32 node => Told) private _told;
    /// @dev What was given to nodes, owners' commission included, rounded up at each checkpoint.
    mapping(uint32 node => uint256) public given;
    uint256 public calls;
    uint256 public taken;

    error NotStaking(address caller);
    error Untold(uint32 node, uint256 active, uint256 told);

    constructor(uint256 rate_) {
        rate = rate_;
    }

    function join(IStakeHolders staking_) external {
        if (address(staking) != address(0)) revert NotStaking(msg.sender);
        staking = staking_;
    }

    function take(uint256 holder, uint32[] calldata nodes) external returns (uint256 amount) {
        amount = staking.takeRewards(holder, nodes);
        taken += amount;
    }

    function checkpoint(
        uint32 node,
        uint256 active,
        uint256 shares,
        uint256 activeAfter
    ) external returns (uint256 index) {
        if (msg.sender != address(staking)) revert NotStaking(msg.sender);
        Told storage told = _told[node];
        if (active != told.active) revert Untold(node, active, told.active);
        index = indexOf(node, active, shares);
        uint256 reward = active * rate * (block.timestamp - told.time);
        given[node] += (reward + 1e18 - 1) / 1e18;
        (told.active, told.index, told.time) = (activeAfter, index, block.timestamp);
        ++calls;
    }

    function setCommission(uint32 node, uint16 bps) external {
        if (msg.sender != address(staking)) revert NotStaking(msg.sender);
        if (_told[node].time != block.timestamp) revert Untold(node, block.timestamp, _told[node].time);
        _told[node].bps = bps;
    }

    function indexOf(uint32 node, uint256 active, uint256 shares) public view returns (uint256) {
        Told storage told = _told[node];
        if (shares == 0) return told.index;
        uint256 reward = active * rate * (block.timestamp - told.time) * (WHOLE_BPS - told.bps);
        return told.index + (reward * (INDEX_UNIT / 1e18)) / (WHOLE_BPS * shares);
    }
}
