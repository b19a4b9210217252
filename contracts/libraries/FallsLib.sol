// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice By how much votes fall when a week begins, two weeks a slot.
struct Falls {
    mapping(uint256 pair => uint256) sums;
}

using FallsLib for Falls global;

/// @title Votes that end by themselves
/// @dev Sums are changed for weeks to come only. What stands in a week that has begun is what fell then, for good.
library FallsLib {
    uint256 private constant HALF = type(uint128).max;

    function at(Falls storage self, uint256 week) internal view returns (uint256) {
        return (self.sums[week >> 1] >> _shift(week)) & HALF;
    }

    /// @dev Adds to the sum of a week, which never falls below zero, nor rises beyond 2^128, which the caller sees to.
    function change(Falls storage self, uint256 week, int256 more) internal {
        uint256 pair = self.sums[week >> 1];
        unchecked {
            // A sum modulo 2^256: where it is less, the half that it stands in is at least so much.
            self.sums[week >> 1] = pair + (uint256(more) << _shift(week));
        }
    }

    /// @dev What fell in the weeks later than `earlier` and not later than `last`, a slot for each two.
    function between(Falls storage self, uint256 earlier, uint256 last) internal view returns (uint256 sum) {
        for (uint256 week = earlier + 1; week <= last; ++week) {
            uint256 pair = self.sums[week >> 1];
            if (week & 1 == 0) {
                sum += pair & HALF;
                if (++week > last) break;
            }
            sum += pair >> 128;
        }
    }

    function _shift(uint256 week) private pure returns (uint256) {
        return (week & 1) << 7;
    }
}
