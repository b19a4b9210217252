// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";

/// @title Calendar months in UTC, numbered from January 1970, which is 0
library MonthLib {
    /// @dev The month in which `time` lies.
    function monthAt(uint256 time) internal pure returns (uint16) {
        (uint256 year, uint256 month, ) = DateTimeLib.timestampToDate(time);
        return uint16((year - 1970) * 12 + month - 1);
    }

    /// @dev The first second after `month`.
    function endOf(uint16 month) internal pure returns (uint256) {
        uint256 next = uint256(month) + 1;
        return DateTimeLib.dateToTimestamp(1970 + next / 12, (next % 12) + 1, 1);
    }
}
