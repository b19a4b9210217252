// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICirculationGrowth} from "../interfaces/ICirculationGrowth.sol";
import {ICirculationIncentives} from "../interfaces/ICirculationIncentives.sol";
import {IGrowth} from "../interfaces/IGrowth.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Growth in circulation, read from the counts of the incentives
contract CirculationGrowth is ICirculationGrowth {
    uint32 private constant LEAST_GRACE = 1 days;

    /// @inheritdoc ICirculationGrowth
    ICirculationIncentives public immutable incentives;
    /// @inheritdoc ICirculationGrowth
    IParticipantRegistry public immutable registry;
    /// @inheritdoc ICirculationGrowth
    uint32 public immutable grace;

    uint256 private immutable _length;
    /// @dev Seconds from the beginning of an epoch until it can be counted.
    uint256 private immutable _delay;

    /// @param incentives_ the CirculationIncentives
    /// @param grace_ seconds to count an epoch in and to renew, before what was found of the last one is over
    constructor(ICirculationIncentives incentives_, uint32 grace_) {
        uint32 length = incentives_.epochLength();
        if (grace_ < LEAST_GRACE || grace_ > length) revert GraceOutOfRange(grace_, LEAST_GRACE, length);
        (incentives, registry, grace) = (incentives_, incentives_.registry(), grace_);
        (_length, _delay) = (length, incentives_.countableFrom(0));
    }

    /// @inheritdoc IGrowth
    function grew(address account) external view returns (bool grown, uint40 until) {
        Party party = registry.partyOf(account);
        grown = party.isActive() && grewEntity(party.entity());
        if (grown) until = countsUntil();
    }

    /// @inheritdoc ICirculationGrowth
    function grewEntity(uint48 entity) public view returns (bool) {
        (uint32 earlier, uint32 later) = compared();
        return incentives.countedFor(entity, later) > incentives.countedFor(entity, earlier);
    }

    /// @inheritdoc ICirculationGrowth
    function compared() public view returns (uint32 earlier, uint32 later) {
        uint256 countable = _countable();
        if (countable < 2) return (0, 0);
        return (uint32(countable - 2), uint32(countable - 1));
    }

    /// @inheritdoc ICirculationGrowth
    function countsUntil() public view returns (uint40) {
        return uint40(_countable() * _length + _delay + grace);
    }

    /// @dev How many epochs can be counted: all before this one.
    function _countable() private view returns (uint256) {
        return block.timestamp < _delay ? 0 : (block.timestamp - _delay) / _length + 1;
    }
}
