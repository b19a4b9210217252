// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICirculationIncentives} from "../interfaces/ICirculationIncentives.sol";
import {RewardLib} from "../libraries/RewardLib.sol";

/// @title Rewards that vest evenly, in a bounded number of streams for each entity
/// @dev What is awarded in one epoch is one stream: it runs from the end of that epoch for the vesting time. Streams stand in a
/// ring with room for all that can run at once, so that the one in whose place a new one stands has ended.
abstract contract RewardStreams {
    /// @dev One slot. `amount` is unvested at `from`.
    struct Running {
        uint32 epoch;
        uint40 from;
        uint96 amount;
    }

    /// @dev One slot. `matured`: vested, in no stream any more, and not handed out. `awarded`: ever.
    struct Rewards {
        uint96 matured;
        uint96 awarded;
    }

    uint32 private immutable _length;
    uint32 private immutable _time;
    uint256 private immutable _places;

    mapping(uint48 entity => Rewards) private _rewards;
    mapping(uint48 entity => mapping(uint256 place => Running)) private _streams;

    constructor(uint32 epochLength, uint32 vesting) {
        (_length, _time) = (epochLength, vesting);
        // The stream of epoch c ends within epoch c + 1 + ⌈vesting / length⌉ at the latest, or as that one begins.
        _places = 1 + (uint256(vesting) + epochLength - 1) / epochLength;
    }

    function _awarded(uint48 entity) internal view returns (uint256) {
        return _rewards[entity].awarded;
    }

    /// @dev Adds to the stream of the present epoch; `amount` is below 2^96, as the supply of ERA is.
    function _stream(uint48 entity, uint256 amount, uint32 epoch) internal {
        Rewards memory rewards = _rewards[entity];
        Running memory stream = _streams[entity][epoch % _places];
        if (stream.epoch != epoch) {
            rewards.matured += stream.amount;
            stream = Running(epoch, _startOf(epoch), 0);
        }
        stream.amount += uint96(amount);
        rewards.awarded += uint96(amount);
        _streams[entity][epoch % _places] = stream;
        _rewards[entity] = rewards;
    }

    /// @dev Takes all that has vested out of the streams.
    function _takeVested(uint48 entity) internal returns (uint256 amount) {
        amount = _rewards[entity].matured;
        if (amount != 0) _rewards[entity].matured = 0;
        for (uint256 i = 0; i < _places; ++i) {
            Running memory stream = _streams[entity][i];
            uint256 vested = _vested(stream);
            if (vested == 0) continue;
            amount += vested;
            _streams[entity][i] = _rest(stream, vested);
        }
    }

    /// @dev Takes at most `most` of what is unvested in the stream of `epoch`.
    function _takeUnvested(uint48 entity, uint32 epoch, uint256 most) internal returns (uint256 taken) {
        Running memory stream = _streams[entity][epoch % _places];
        if (stream.epoch != epoch) return 0;
        uint256 vested = _vested(stream);
        taken = stream.amount - vested;
        if (most < taken) taken = most;
        if (taken == 0) return 0;
        if (vested != 0) {
            _rewards[entity].matured += uint96(vested);
            stream = _rest(stream, vested);
        }
        stream.amount -= uint96(taken);
        _streams[entity][epoch % _places] = stream;
    }

    function _vestedOf(uint48 entity) internal view returns (uint256 vested, uint256 unvested) {
        vested = _rewards[entity].matured;
        for (uint256 i = 0; i < _places; ++i) {
            Running memory stream = _streams[entity][i];
            uint256 done = _vested(stream);
            vested += done;
            unvested += stream.amount - done;
        }
    }

    function _streamsOf(uint48 entity) internal view returns (ICirculationIncentives.Stream[] memory streams) {
        uint256 count = 0;
        streams = new ICirculationIncentives.Stream[](_places);
        for (uint256 i = 0; i < _places; ++i) {
            Running memory one = _streams[entity][i];
            if (one.amount == 0) continue;
            streams[count++] = ICirculationIncentives.Stream(one.epoch, one.from, _endOf(one.epoch), one.amount);
        }
        assembly ("memory-safe") {
            mstore(streams, count) // no more than there is room for
        }
    }

    /// @dev The stream once `vested` has left it: it runs on from now, at the same pace but for the fraction of a unit.
    function _rest(Running memory stream, uint256 vested) private view returns (Running memory) {
        return Running(stream.epoch, uint40(block.timestamp), stream.amount - uint96(vested));
    }

    function _vested(Running memory stream) private view returns (uint256) {
        return RewardLib.vestedDown(stream.amount, stream.from, _endOf(stream.epoch), block.timestamp);
    }

    function _startOf(uint32 epoch) private view returns (uint40) {
        return uint40((uint256(epoch) + 1) * _length);
    }

    function _endOf(uint32 epoch) private view returns (uint40) {
        return _startOf(epoch) + _time;
    }
}
