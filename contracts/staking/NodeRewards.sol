// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodeRewards} from "../interfaces/INodeRewards.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IStakeRewards} from "../interfaces/IStakeRewards.sol";
import {RateLib, RewardFlow, RewardPower} from "../libraries/RateLib.sol";
import {RewardFunds} from "./RewardFunds.sol";

/// @title What each node earns
/// @dev A checkpoint touches five slots: flow and power (written only where power changes), who may call, and two of the node.
abstract contract NodeRewards is INodeRewards, RewardFunds {
    using SafeCast for uint256;
    using RateLib for RewardFlow;

    uint256 private constant ERA = 1e18;
    uint256 private constant INDEX = 1e27;
    uint16 private constant WHOLE = 10_000;
    uint16 private constant MOST_TIP_BPS = 2_000;

    /// @dev `paid`: the clock up to which it was paid. `index` of a share. `earning`: the stake that it was last said to have.
    /// `commission`: owed to the owner. `waits`: something of `waiting` is not in the index yet, since only a checkpoint knows
    /// the shares; a poke writes it. `seen`: highest stake of `epoch`, the last in which there was a poke or stake left, in ERA;
    /// `before`: of the epoch before it. Stake that only grows needs no note: a poke finds it there.
    struct NodeReward {
        uint96 paid;
        uint112 index;
        uint32 rate;
        uint16 commissionBps;
        // second slot
        uint96 earning;
        uint96 commission;
        bool waits;
        // third slot
        uint128 waiting;
        uint32 before;
        uint32 seen;
        uint32 epoch;
    }

    /// @inheritdoc INodeRewards
    INodeRecords public immutable records;
    uint32 private immutable _epochLength;

    RewardTerms private _terms; // one slot
    mapping(uint32 node => NodeReward) private _nodes;

    modifier onlyStaking() {
        if (msg.sender != _staking) revert OnlyStaking(msg.sender);
        _;
    }

    /// @param records_ where scores come from
    /// @param terms band and tips
    constructor(INodeRecords records_, RewardTerms memory terms) {
        (records, _epochLength) = (records_, records_.epochLength());
        _setTerms(terms);
    }

    /// @inheritdoc IStakeRewards
    /// @dev What earned is what was told last: `active` is not needed, and cannot contradict it.
    function checkpoint(
        uint32 node,
        uint256,
        uint256 shares,
        uint256 activeAfter
    ) external onlyStaking returns (uint256 index) {
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        NodeReward storage place = _nodes[node];
        uint256 rate = place.rate;
        if (rate == 0) {
            rate = _terms.leastBps * RateLib.RATE_PER_BPS;
            place.rate = uint32(rate);
        }
        uint256 earning = place.earning;
        uint256 net = _accrue(place, flow.gainAt(block.timestamp));
        if (place.waits) net += place.waiting;
        index = place.index;
        if (net != 0) {
            if (shares == 0) {
                _wait(place, net); // kept for those who come
            } else {
                index = _indexAfter(index, net, shares);
                place.index = uint112(index);
                if (place.waits) (place.waits, place.waiting) = (false, 0);
            }
        }
        if (activeAfter == earning) return index;
        if (activeAfter < earning) _note(place, _epoch());
        place.earning = activeAfter.toUint96();
        _change(flow, stock, earning * rate, activeAfter * rate, 0);
    }

    /// @inheritdoc IStakeRewards
    function setCommission(uint32 node, uint16 bps) external onlyStaking {
        if (bps > WHOLE) revert CommissionOutOfRange(bps, WHOLE);
        NodeReward storage place = _nodes[node];
        (RewardFlow memory flow, ) = _current();
        // Whatever was not checkpointed yet was earned by the commission until now.
        uint256 net = _accrue(place, flow.gainAt(block.timestamp));
        if (net != 0) _wait(place, place.waiting + net);
        place.commissionBps = bps;
        emit NodeCommissionSet(node, bps);
    }

    /// @inheritdoc INodeRewards
    function poke(uint32 node) external nonReentrant returns (uint256 tip) {
        NodeReward storage place = _nodes[node];
        uint256 earning = place.earning;
        if (earning == 0) revert NothingEarns(node);
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        uint256 net = _accrue(place, flow.gainAt(block.timestamp));
        if (net != 0) _wait(place, place.waiting + net);
        uint32 rate = place.rate;
        uint32 due;
        (due, tip) = _due(node, flow, stock);
        _note(place, _epoch());
        // It is set, or is not: who gets there first has done what the others wanted.
        // slither-disable-next-line incorrect-equality
        if (due == rate) return 0;
        place.rate = due;
        emit NodeRateSet(node, rate, due, tip);
        _change(flow, stock, earning * rate, earning * due, tip);
        if (tip != 0) _pay(msg.sender, tip);
    }

    /// @inheritdoc INodeRewards
    function claimCommission(uint32 node, address to) external nonReentrant returns (uint256 amount) {
        _requirePayable(to);
        address staking_ = _staking;
        if (staking_ == address(0) || INodes(staking_).ownerOf(node) != msg.sender) {
            revert NotTheNodesOwner(node, msg.sender);
        }
        NodeReward storage place = _nodes[node];
        (RewardFlow memory flow, ) = _current();
        uint256 net = _accrue(place, flow.gainAt(block.timestamp));
        if (net != 0) _wait(place, place.waiting + net);
        amount = place.commission;
        if (amount == 0) revert NoCommission(node);
        place.commission = 0;
        emit CommissionClaimed(node, to, amount);
        _pay(to, amount);
    }

    /// @inheritdoc INodeRewards
    function setRewardTerms(RewardTerms calldata terms) external restricted {
        _setTerms(terms);
    }

    /// @inheritdoc INodeRewards
    function setStaking(address staking_) external restricted {
        if (_staking != address(0)) revert StakingIsSet(_staking);
        if (staking_.code.length == 0) revert NotAStaking(staking_);
        _staking = staking_;
        emit RewardStakingSet(staking_);
    }

    /// @inheritdoc IStakeRewards
    function indexOf(uint32 node, uint256, uint256 shares) external view returns (uint256 index) {
        NodeReward storage place = _nodes[node];
        (uint256 net, ) = _earned(place);
        net += place.waiting;
        index = place.index;
        if (net != 0 && shares != 0) index = _indexAfter(index, net, shares);
    }

    /// @inheritdoc INodeRewards
    function rateOf(uint32 node) external view returns (uint32 set, uint32 due, uint32 effective) {
        set = _nodes[node].rate;
        // slither-disable-next-line incorrect-equality
        if (_nodes[node].earning == 0) return (set, 0, 0);
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        (due, ) = _due(node, flow, stock);
        effective = uint32((set * uint256(flow.funded)) / RateLib.WAD);
    }

    /// @inheritdoc INodeRewards
    function tipOf(uint32 node) external view returns (uint256 tip) {
        // slither-disable-next-line incorrect-equality
        if (_nodes[node].earning == 0) return 0;
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        (, tip) = _due(node, flow, stock);
    }

    /// @inheritdoc INodeRewards
    function earningOf(uint32 node) external view returns (uint256) {
        return _nodes[node].earning;
    }

    /// @inheritdoc INodeRewards
    function commissionOf(uint32 node) external view returns (uint256 amount, uint16 bps) {
        (, amount) = _earned(_nodes[node]);
        return (amount + _nodes[node].commission, _nodes[node].commissionBps);
    }

    /// @inheritdoc INodeRewards
    function rewardTerms() external view returns (RewardTerms memory) {
        return _terms;
    }

    /// @inheritdoc INodeRewards
    function staking() external view returns (address) {
        return _staking;
    }

    /// @dev Brings the node to `gain`: adds its owner's commission; what is left of the reward is the caller's to keep.
    function _accrue(NodeReward storage place, uint256 gain) private returns (uint256 net) {
        uint256 commission;
        (net, commission) = _split(place, gain);
        place.paid = uint96(gain);
        if (commission != 0) place.commission += uint96(commission); // all ERA fits
    }

    /// @dev The commission is rounded down, and the parts are the reward.
    function _split(NodeReward storage place, uint256 gain) private view returns (uint256 net, uint256 commission) {
        uint256 gross = RateLib.earnedDown(place.earning, place.rate, gain - place.paid);
        commission = (gross * place.commissionBps) / WHOLE;
        net = gross - commission;
    }

    /// @dev What the node earned since it was last brought up.
    function _earned(NodeReward storage place) private view returns (uint256 net, uint256 commission) {
        (RewardFlow memory flow, ) = _current();
        return _split(place, flow.gainAt(block.timestamp));
    }

    function _note(NodeReward storage place, uint32 epoch) private {
        (place.before, place.seen) = _measured(place, epoch);
        place.epoch = epoch;
    }

    function _wait(NodeReward storage place, uint256 net) private {
        (place.waits, place.waiting) = (true, uint128(net));
    }

    /// @dev `tip` is taken from what is promised to nobody, where it then is among what is promised.
    function _change(
        RewardFlow memory flow,
        RewardPower memory stock,
        uint256 before,
        uint256 afterwards,
        uint256 tip
    ) private {
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
        RewardFlow memory flow,
        RewardPower memory stock
    ) private view returns (uint32 due, uint256 tip) {
        NodeReward storage place = _nodes[node];
        uint32 epoch = _epoch();
        (uint256 before, uint256 seen) = _measured(place, epoch);
        due = _rateFor(node, epoch - 1, Math.max(before, seen));
        uint256 stake = Math.min(place.earning, Math.max(place.before, place.seen) * ERA);
        if (due >= place.rate || stake == 0) return (due, 0);
        uint256 saved = RateLib.earnedDown(stake, place.rate - due, uint256(flow.funded) * _epochLength);
        tip = Math.min((saved * _terms.tipBps) / WHOLE, _terms.mostTip);
        tip = Math.min(tip, flow.leftAt(stock, block.timestamp));
    }

    /// @dev Highest stakes, in ERA, of the epoch before this and of this one.
    function _measured(NodeReward storage place, uint32 epoch) private view returns (uint32 before, uint32 seen) {
        if (place.epoch >= epoch) (before, seen) = (place.before, place.seen);
        else if (place.epoch + 1 >= epoch) before = place.seen;
        uint256 now_ = Math.ceilDiv(place.earning, ERA);
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

    /// @dev An index that would not fit stands still: stake must always be able to move. With a share for each unit of stake
    /// that takes ten million years of rewards.
    function _indexAfter(uint256 index, uint256 net, uint256 shares) private pure returns (uint256) {
        uint256 grown = Math.mulDiv(net, INDEX, shares) + index;
        return Math.min(grown, type(uint112).max);
    }
}
