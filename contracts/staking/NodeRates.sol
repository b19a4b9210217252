// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodeRewards} from "../interfaces/INodeRewards.sol";
import {INodes} from "../interfaces/INodes.sol";
import {RateLib, RewardFlow, RewardPower} from "../libraries/RateLib.sol";
import {NodeIndex, RewardWordLib} from "../libraries/RewardWordLib.sol";
import {RewardFunds} from "./RewardFunds.sol";

/// @title The rate at which each node earns
/// @dev Which stake earns is not kept here: the contract of stakes says it, in a checkpoint or when it is asked.
abstract contract NodeRates is INodeRewards, RewardFunds {
    using SafeCast for uint256;
    using RateLib for RewardFlow;
    using RewardWordLib for NodeIndex;
    using RewardWordLib for uint256;

    uint16 internal constant WHOLE = 10_000;
    uint256 private constant ERA = 1e18;
    uint16 private constant MOST_TIP_BPS = 2_000;

    /// @dev `at`: a `NodeIndex`. `waiting`: not in its index yet; beside the notes, so that the slot is seldom empty. `seen`:
    /// highest stake of `epoch`, the last in which there was a poke or stake left, in ERA; `before`: of the epoch before it. Stake
    /// that only grows needs no note: a poke finds it there. `commission`: owed to the owner.
    struct NodeReward {
        uint256 at;
        // second slot
        uint128 waiting;
        uint32 before;
        uint32 seen;
        uint32 epoch;
        // third slot
        uint96 commission;
    }

    /// @inheritdoc INodeRewards
    INodeRecords public immutable records;
    uint32 private immutable _epochLength;

    RewardTerms internal _terms; // one slot
    /// @dev By the contract of stakes, which is asked for only where a node has no rate yet: nobody else has any with one.
    mapping(address staking => mapping(uint32 node => NodeReward)) internal _nodes;

    /// @param records_ where scores come from
    /// @param terms band and tips
    constructor(INodeRecords records_, RewardTerms memory terms) {
        (records, _epochLength) = (records_, records_.epochLength());
        _setTerms(terms);
    }

    /// @inheritdoc INodeRewards
    function poke(uint32 node) external nonReentrant returns (uint256 tip) {
        (NodeReward storage place, uint256 active) = _nodeOf(node);
        if (active == 0) revert NothingEarns(node);
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        NodeIndex memory at = _bringUp(place, active, flow);
        uint32 rate = at.rate;
        uint32 due;
        (due, tip) = _due(node, place, active, flow, stock);
        _note(place, active);
        // It is set, or is not: who gets there first has done what the others wanted.
        // slither-disable-next-line incorrect-equality
        if (due == rate) return 0;
        at.rate = due;
        place.at = at.toWord();
        emit NodeRateSet(node, rate, due, tip);
        _change(flow, stock, active * rate, active * due, tip);
        if (tip != 0) _pay(msg.sender, tip);
    }

    /// @inheritdoc INodeRewards
    function setRewardTerms(RewardTerms calldata terms) external restricted {
        _setTerms(terms);
    }

    /// @inheritdoc INodeRewards
    function rateOf(uint32 node) external view returns (uint32 set, uint32 due, uint32 effective) {
        (NodeReward storage place, uint256 active) = _nodeOf(node);
        set = place.at.toIndex().rate;
        // slither-disable-next-line incorrect-equality
        if (active == 0) return (set, 0, 0);
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        (due, ) = _due(node, place, active, flow, stock);
        effective = uint32((set * uint256(flow.funded)) / RateLib.WAD);
    }

    /// @inheritdoc INodeRewards
    function tipOf(uint32 node) external view returns (uint256 tip) {
        (NodeReward storage place, uint256 active) = _nodeOf(node);
        // slither-disable-next-line incorrect-equality
        if (active == 0) return 0;
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        (, tip) = _due(node, place, active, flow, stock);
    }

    /// @inheritdoc INodeRewards
    function earningOf(uint32 node) external view returns (uint256 active) {
        (, active) = _nodeOf(node);
    }

    /// @inheritdoc INodeRewards
    function rewardTerms() external view returns (RewardTerms memory) {
        return _terms;
    }

    /// @dev Brings `at` up to now and adds its owner's commission; what is left of the reward is the caller's to keep.
    function _accrue(
        NodeReward storage place,
        NodeIndex memory at,
        uint256 active,
        RewardFlow memory flow
    ) internal returns (uint256 net) {
        uint256 gain = flow.gainAt(block.timestamp);
        uint256 commission;
        (net, commission) = _split(at, active, gain);
        at.paid = uint96(gain);
        if (commission != 0) place.commission += uint96(commission); // all ERA fits
    }

    /// @dev Brings the node up to now where its shares are not known: what is its stakers' waits for a checkpoint.
    function _bringUp(
        NodeReward storage place,
        uint256 active,
        RewardFlow memory flow
    ) internal returns (NodeIndex memory at) {
        at = place.at.toIndex();
        uint256 net = _accrue(place, at, active, flow);
        if (net != 0) (at.waits, place.waiting) = (true, uint128(place.waiting + net));
        place.at = at.toWord();
    }

    /// @dev The commission is rounded down, and the parts are the reward.
    function _split(
        NodeIndex memory at,
        uint256 active,
        uint256 gain
    ) internal pure returns (uint256 net, uint256 commission) {
        uint256 gross = RateLib.earnedDown(active, at.rate, gain - at.paid);
        commission = (gross * at.commissionBps) / WHOLE;
        net = gross - commission;
    }

    /// @dev What is kept of the node, and its stake that earns now.
    function _nodeOf(uint32 node) internal view returns (NodeReward storage place, uint256 active) {
        address staking_ = _staking;
        place = _nodes[staking_][node];
        if (staking_ == address(0)) return (place, 0);
        bool live;
        (active, , live) = INodes(staking_).stakeOf(node);
        if (!live) active = 0;
    }

    function _note(NodeReward storage place, uint256 active) internal {
        uint32 epoch = _epoch();
        (place.before, place.seen) = _measured(place, active, epoch);
        place.epoch = epoch;
    }

    /// @dev `tip` is taken from what is promised to nobody, where it then is among what is promised.
    function _change(
        RewardFlow memory flow,
        RewardPower memory stock,
        uint256 before,
        uint256 afterwards,
        uint256 tip
    ) internal {
        uint256 left = flow.leftAt(stock, block.timestamp) - tip;
        _write(flow, stock, stock.power - before + afterwards, left);
    }

    function _setTerms(RewardTerms memory terms) private {
        bool good = terms.leastBps != 0 && terms.leastBps <= terms.mostBps && terms.mostBps <= WHOLE;
        if (!good || terms.tipBps > MOST_TIP_BPS) revert RewardTermsOutOfRange(terms);
        _terms = terms;
        emit RewardTermsSet(terms);
    }

    /// @dev The rate that is due, and what setting it is worth to whoever does.
    function _due(
        uint32 node,
        NodeReward storage place,
        uint256 active,
        RewardFlow memory flow,
        RewardPower memory stock
    ) private view returns (uint32 due, uint256 tip) {
        uint32 epoch = _epoch();
        uint32 rate = place.at.toIndex().rate;
        (uint256 before, uint256 seen) = _measured(place, active, epoch);
        due = _rateFor(node, epoch - 1, Math.max(before, seen));
        uint256 stake = Math.min(active, Math.max(place.before, place.seen) * ERA);
        if (due >= rate || stake == 0) return (due, 0);
        uint256 saved = RateLib.earnedDown(stake, rate - due, uint256(flow.funded) * _epochLength);
        tip = Math.min((saved * _terms.tipBps) / WHOLE, _terms.mostTip);
        tip = Math.min(tip, flow.leftAt(stock, block.timestamp));
    }

    /// @dev Highest stakes, in ERA, of the epoch before this and of this one.
    function _measured(
        NodeReward storage place,
        uint256 active,
        uint32 epoch
    ) private view returns (uint32 before, uint32 seen) {
        uint32 noted = place.epoch;
        if (noted >= epoch) (before, seen) = (place.before, place.seen);
        else if (noted + 1 >= epoch) before = place.seen;
        uint256 now_ = Math.ceilDiv(active, ERA);
        if (now_ > seen) seen = now_.toUint32();
    }

    function _epoch() private view returns (uint32) {
        return uint32(block.timestamp / _epochLength);
    }

    function _rateFor(uint32 node, uint32 epoch, uint256 stake) private view returns (uint32) {
        RewardTerms memory terms = _terms;
        (uint256 volume, uint256 accuracy, uint256 efficiency) = records.scoreOf(node, epoch, stake * ERA);
        if (!terms.withEfficiency) efficiency = WHOLE;
        return RateLib.rateDown(terms.leastBps, terms.mostBps, volume, accuracy, efficiency);
    }
}
