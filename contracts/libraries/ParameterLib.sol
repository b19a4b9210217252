// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IParameterBook} from "../interfaces/IParameterBook.sol";

/// @title What a governed word may become
library ParameterLib {
    uint32 internal constant SHORTEST_INTERVAL = 1 days;
    uint32 internal constant LONGEST_INTERVAL = 366 days;

    /// @dev Whether `value` is within the bounds.
    function isWithin(IParameterBook.Parameter memory one, uint256 value) internal pure returns (bool) {
        if (one.unit == IParameterBook.ParameterUnit.Flags) {
            return value & ~one.highest == 0 && one.lowest & ~value == 0;
        }
        return value >= one.lowest && value <= one.highest;
    }

    function requireWithin(IParameterBook.Parameter memory one, uint256 value) internal pure {
        if (!isWithin(one, value)) {
            revert IParameterBook.ParameterOutOfBounds(one.name, value, one.lowest, one.highest);
        }
    }

    /// @dev That the parameter itself makes sense: it can always be changed to something, and never at once to anything.
    function requireSound(IParameterBook.Parameter memory one) internal pure {
        bool reversed = isFlags(one) ? one.lowest & ~one.highest != 0 : one.lowest > one.highest;
        if (reversed) revert IParameterBook.ParameterBoundsReversed(one.name, one.lowest, one.highest);
        bool stepped = isNumber(one) && !one.kept;
        if (stepped != (one.step != 0)) revert IParameterBook.ParameterStepWrong(one.name, one.step);
        bool timed =
            one.kept ? one.interval == 0 : one.interval >= SHORTEST_INTERVAL && one.interval <= LONGEST_INTERVAL;
        if (!timed) {
            revert IParameterBook.ParameterIntervalWrong(one.name, one.interval, SHORTEST_INTERVAL, LONGEST_INTERVAL);
        }
    }

    /// @dev That a word that was set before may become `value` now; bounds were checked.
    /// @param changeableFrom the first second in which it may
    function requireStep(
        IParameterBook.Parameter memory one,
        uint256 present,
        uint256 value,
        uint256 changeableFrom
    ) internal view {
        if (one.kept) revert IParameterBook.ParameterKept(one.name, present);
        if (block.timestamp < changeableFrom) revert IParameterBook.ParameterTooSoon(one.name, changeableFrom);
        if (!isNumber(one)) return;
        // What stands outside, because it was set before the book had it, counts as the bound next to it: it comes back in one
        // step, and cannot be stuck.
        uint256 from = present;
        if (from < one.lowest) from = one.lowest;
        if (from > one.highest) from = one.highest;
        uint256 by = value > from ? value - from : from - value;
        if (by > one.step) revert IParameterBook.ParameterStepTooLarge(one.name, from, value, one.step);
    }

    function isNumber(IParameterBook.Parameter memory one) internal pure returns (bool) {
        return !isFlags(one) && one.unit != IParameterBook.ParameterUnit.Account;
    }

    function isFlags(IParameterBook.Parameter memory one) internal pure returns (bool) {
        return one.unit == IParameterBook.ParameterUnit.Flags;
    }
}
