// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Roles} from "../access/Roles.sol";
import {ICirculationBook} from "../interfaces/ICirculationBook.sol";
import {FlowLib} from "../libraries/FlowLib.sol";

/// @title What enterprises paid one another, epoch by epoch
/// @dev One word for two entities and an epoch, both directions in it: telling of a settlement writes one slot.
abstract contract CirculationBook is ICirculationBook, AccessManaged {
    using FlowLib for uint256;

    uint256 private constant LEAST_RING = 3;
    uint256 private constant MOST_RING = 32;
    uint256 private constant MOST_WINDOW = 12;

    /// @inheritdoc ICirculationBook
    uint32 public immutable epochLength;
    /// @inheritdoc ICirculationBook
    uint32 public immutable window;
    /// @inheritdoc ICirculationBook
    uint32 public immutable review;

    /// @dev `authority()`, which is in storage and must not change: a read less in every settlement.
    IAccessManager private immutable _access;

    mapping(uint256 key => uint256 word) private _flows;

    constructor(address access, uint32 epochLength_, uint32 window_, uint32 review_) {
        _access = IAccessManager(access);
        bool good = epochLength_ >= 1 days && epochLength_ <= 90 days && window_ != 0 && window_ <= MOST_WINDOW;
        if (!good || review_ < 1 days || review_ > 30 days) revert PeriodOutOfRange();
        (epochLength, window, review) = (epochLength_, window_, review_);
    }

    /// @inheritdoc ICirculationBook
    function record(uint48 payer, uint48 enterprise, uint256 usd) external {
        // The role itself is asked, as with attestors: it costs a third of `restricted`, in every settlement of the suite.
        (bool member, uint32 delay) = _access.hasRole(Roles.SETTLER, msg.sender);
        if (!member || delay != 0) revert NotASettler(msg.sender);
        if (payer == enterprise || payer == 0 || enterprise == 0) return;
        (uint256 key, bool upward) = _place(payer, enterprise, block.timestamp / epochLength);
        _flows[key] = _flows[key].add(upward, usd);
    }

    /// @inheritdoc ICirculationBook
    function offsetRing(uint48[] calldata entities, uint32[] calldata epochs) external returns (uint256 usd) {
        _requireRing(entities, epochs);
        uint256 length = entities.length;
        usd = type(uint256).max;
        for (uint256 i = 0; i < length; ++i) {
            (uint48 payer, uint48 payee) = (entities[i], entities[(i + 1) % length]);
            (uint256 key, bool upward) = _place(payer, payee, epochs[i]);
            uint256 paid = _flows[key].paid(upward);
            if (paid == 0) revert NoSuchFlow(payer, payee, epochs[i]);
            if (paid < usd) usd = paid;
        }
        for (uint256 i = 0; i < length; ++i) {
            (uint256 key, bool upward) = _place(entities[i], entities[(i + 1) % length], epochs[i]);
            _flows[key] = _flows[key].take(upward, usd);
        }
        emit RingOffset(msg.sender, entities, epochs, usd);
    }

    /// @inheritdoc ICirculationBook
    function flowOf(
        uint48 entityA,
        uint48 entityB,
        uint32 epoch
    ) external view returns (uint256 paidByA, uint256 paidByB) {
        (uint256 key, bool upward) = _place(entityA, entityB, epoch);
        uint256 word = _flows[key];
        return (word.paid(upward), word.paid(!upward));
    }

    /// @inheritdoc ICirculationBook
    function netOf(
        uint48 entityA,
        uint48 entityB,
        uint32 epoch
    ) external view returns (uint48 payer, uint48 enterprise, uint256 usd) {
        (uint48 low, uint48 high) = entityA < entityB ? (entityA, entityB) : (entityB, entityA);
        bool upward;
        (usd, upward) = FlowLib.settle(_windowOf(low, high, epoch));
        return upward ? (low, high, usd) : (high, low, usd);
    }

    /// @inheritdoc ICirculationBook
    function epochAt(uint256 at) public view returns (uint32) {
        return uint32(at / epochLength);
    }

    /// @inheritdoc ICirculationBook
    function countableFrom(uint32 epoch) public view returns (uint256) {
        return (uint256(epoch) + window + 1) * epochLength + review;
    }

    /// @dev The earliest epoch of two entities that could still take a return from what is counted as `epoch`; `epoch` itself
    /// where there is none. Epochs before these have none in common with it.
    function _firstOpen(uint48 low, uint48 high, uint32 epoch) internal view returns (uint32 first) {
        first = epoch > window ? epoch - window : 0;
        while (first < epoch && _flows[FlowLib.key(low, high, first)] == 0) ++first;
    }

    /// @dev Sets off what came back, and writes it down.
    /// @return net what is left of `epoch`, and stands in its word
    /// @return upward whether `low` paid it
    /// @return any whether there was anything in `epoch`
    function _settle(uint48 low, uint48 high, uint32 epoch) internal returns (uint256 net, bool upward, bool any) {
        uint256[] memory words = _windowOf(low, high, epoch);
        any = words[0] != 0;
        if (!any) return (0, false, false);
        (net, upward) = FlowLib.settle(words);
        for (uint256 i = 0; i < words.length; ++i) {
            uint256 key = FlowLib.key(low, high, uint256(epoch) + i);
            if (_flows[key] != words[i]) _flows[key] = words[i];
        }
    }

    /// @dev What is left to count of an epoch that has been settled.
    function _leave(uint48 low, uint48 high, uint32 epoch, bool upward, uint256 usd) internal {
        _flows[FlowLib.key(low, high, epoch)] = uint256(0).add(upward, usd);
    }

    function _windowOf(uint48 low, uint48 high, uint32 epoch) private view returns (uint256[] memory words) {
        words = new uint256[](uint256(window) + 1);
        for (uint256 i = 0; i < words.length; ++i) words[i] = _flows[FlowLib.key(low, high, uint256(epoch) + i)];
    }

    function _requireRing(uint48[] calldata entities, uint32[] calldata epochs) private view {
        uint256 length = entities.length;
        if (length < LEAST_RING || length > MOST_RING || epochs.length != length) {
            revert RingOutOfRange(length, epochs.length, LEAST_RING, MOST_RING);
        }
        (uint32 earliest, uint32 latest) = (epochs[0], epochs[0]);
        for (uint256 i = 1; i < length; ++i) {
            for (uint256 j = 0; j < i; ++j) if (entities[i] == entities[j]) revert RingRepeats(entities[i]);
            if (epochs[i] < earliest) earliest = epochs[i];
            if (epochs[i] > latest) latest = epochs[i];
        }
        if (latest - earliest > window) revert RingTooWide(earliest, latest, window);
    }

    function _place(uint256 payer, uint256 payee, uint256 epoch) private pure returns (uint256 key, bool upward) {
        upward = payer < payee;
        key = upward ? FlowLib.key(payer, payee, epoch) : FlowLib.key(payee, payer, epoch);
    }
}
