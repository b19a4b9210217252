// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodeRewards} from "../interfaces/INodeRewards.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IStakeRewards} from "../interfaces/IStakeRewards.sol";
import {RateLib, RewardFlow, RewardPower} from "../libraries/RateLib.sol";
import {NodeIndex, RewardWordLib} from "../libraries/RewardWordLib.sol";
import {NodeRates} from "./NodeRates.sol";

/// @title What each node earns
/// @dev A checkpoint touches three slots, flow, power and one of the node; a second of the node where stake goes or something
/// waits, and a third where there is commission.
abstract contract NodeRewards is NodeRates {
    using RateLib for RewardFlow;
    using RewardWordLib for NodeIndex;
    using RewardWordLib for uint256;

    uint256 private constant INDEX = 1e27;

    /// @inheritdoc IStakeRewards
    function checkpoint(
        uint32 node,
        uint256 active,
        uint256 shares,
        uint256 activeAfter
    ) external returns (uint256 index) {
        NodeReward storage place = _nodes[msg.sender][node];
        NodeIndex memory at = place.at.toIndex();
        if (at.rate == 0) {
            _requireStaking();
            at.rate = uint32(_terms.leastBps * RateLib.RATE_PER_BPS);
        }
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        uint256 net = _accrue(place, at, active, flow);
        if (at.waits) net += place.waiting;
        if (net != 0) {
            if (shares == 0) {
                (at.waits, place.waiting) = (true, uint128(net)); // kept for those who come
            } else {
                at.index = uint104(_indexAfter(at.index, net, shares));
                if (at.waits) (at.waits, place.waiting) = (false, 0);
            }
        }
        place.at = at.toWord();
        index = at.index;
        if (activeAfter == active) return index;
        if (activeAfter < active) _note(place, active);
        _change(flow, stock, active * at.rate, activeAfter * at.rate, 0);
    }

    /// @inheritdoc IStakeRewards
    function setCommission(uint32 node, uint16 bps) external {
        _requireStaking();
        if (bps > WHOLE) revert CommissionOutOfRange(bps, WHOLE);
        (NodeReward storage place, uint256 active) = _nodeOf(node);
        (RewardFlow memory flow, ) = _current();
        // Whatever was not checkpointed yet was earned by the commission until now.
        NodeIndex memory at = _bringUp(place, active, flow);
        at.commissionBps = bps;
        place.at = at.toWord();
        emit NodeCommissionSet(node, bps);
    }

    /// @inheritdoc INodeRewards
    function claimCommission(uint32 node, address to) external nonReentrant returns (uint256 amount) {
        _requirePayable(to);
        address staking_ = _staking;
        if (staking_ == address(0) || INodes(staking_).ownerOf(node) != msg.sender) {
            revert NotTheNodesOwner(node, msg.sender);
        }
        (NodeReward storage place, uint256 active) = _nodeOf(node);
        (RewardFlow memory flow, ) = _current();
        _bringUp(place, active, flow);
        amount = place.commission;
        if (amount == 0) revert NoCommission(node);
        place.commission = 0;
        emit CommissionClaimed(node, to, amount);
        _pay(to, amount);
    }

    /// @inheritdoc INodeRewards
    function setStaking(address staking_) external restricted {
        if (_staking != address(0)) revert StakingIsSet(_staking);
        if (staking_.code.length == 0) revert NotAStaking(staking_);
        _staking = staking_;
        emit RewardStakingSet(staking_);
    }

    /// @inheritdoc IStakeRewards
    function indexOf(uint32 node, uint256 active, uint256 shares) external view returns (uint256 index) {
        NodeReward storage place = _nodes[_staking][node];
        NodeIndex memory at = place.at.toIndex();
        (uint256 net, ) = _earned(at, active);
        if (at.waits) net += place.waiting;
        index = at.index;
        if (net != 0 && shares != 0) index = _indexAfter(index, net, shares);
    }

    /// @inheritdoc INodeRewards
    function commissionOf(uint32 node) external view returns (uint256 amount, uint16 bps) {
        (NodeReward storage place, uint256 active) = _nodeOf(node);
        NodeIndex memory at = place.at.toIndex();
        (, amount) = _earned(at, active);
        return (amount + place.commission, at.commissionBps);
    }

    /// @inheritdoc INodeRewards
    function staking() external view returns (address) {
        return _staking;
    }

    /// @dev What the node earned since it was last brought up.
    function _earned(NodeIndex memory at, uint256 active) private view returns (uint256 net, uint256 commission) {
        (RewardFlow memory flow, ) = _current();
        return _split(at, active, flow.gainAt(block.timestamp));
    }

    function _requireStaking() private view {
        if (msg.sender != _staking) revert OnlyStaking(msg.sender);
    }

    /// @dev An index that would not fit stands still: stake must always be able to move. No share
    /// is worth more than a unit: at 100% a year that takes twenty thousand years.
    function _indexAfter(uint256 index, uint256 net, uint256 shares) private pure returns (uint256) {
        uint256 grown = Math.mulDiv(net, INDEX, shares) + index;
        return Math.min(grown, type(uint104).max);
    }
}
