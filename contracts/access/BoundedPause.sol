// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IBoundedPause} from "../interfaces/IBoundedPause.sol";

/// @title A pause that ends by itself
abstract contract BoundedPause is IBoundedPause, AccessManaged {
    uint256 private constant LONGEST = 7 days;

    uint40 private _pausedUntil;
    uint40 private _nextPause;

    modifier whenRunning() {
        if (block.timestamp < _pausedUntil) revert Paused(_pausedUntil);
        _;
    }

    /// @inheritdoc IBoundedPause
    function pause(uint256 duration) external restricted {
        if (duration == 0 || duration > LONGEST) revert PauseOutOfRange(duration, LONGEST);
        if (block.timestamp < _nextPause) revert PauseTooSoon(_nextPause);
        // The next start is fixed now, so that ending a pause early and starting anew cannot stretch it.
        _pausedUntil = uint40(block.timestamp + duration);
        _nextPause = uint40(block.timestamp + duration + LONGEST);
        emit PausedUntil(_pausedUntil);
    }

    /// @inheritdoc IBoundedPause
    function unpause() external restricted {
        if (block.timestamp >= _pausedUntil) return;
        _pausedUntil = uint40(block.timestamp);
        emit PausedUntil(block.timestamp);
    }

    /// @inheritdoc IBoundedPause
    function pausedUntil() public view returns (uint256) {
        return _pausedUntil;
    }
}
