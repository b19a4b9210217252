// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {LibBit} from "solady/src/utils/LibBit.sol";

/// @notice A set of weeks, 256 a slot.
struct WeekSet {
    mapping(uint256 word => uint256 bits) words;
}

using WeekSetLib for WeekSet global;

/// @title Sets of weeks, walked in order
/// @dev A week is its number since 1970: week `w` begins at second `w` × 7 days.
library WeekSetLib {
    function add(WeekSet storage self, uint256 week) internal {
        uint256 bits = self.words[week >> 8];
        uint256 bit = 1 << (week & 0xff);
        if (bits & bit == 0) self.words[week >> 8] = bits | bit;
    }

    /// @dev The first week of the set that is later than `earlier` and not later than `last`; 0 where there is none.
    function next(WeekSet storage self, uint256 earlier, uint256 last) internal view returns (uint256 week) {
        week = earlier + 1;
        while (week <= last) {
            uint256 bits = self.words[week >> 8] >> (week & 0xff);
            if (bits != 0) {
                week += LibBit.ffs(bits);
                return week <= last ? week : 0;
            }
            week = (week | 0xff) + 1;
        }
        return 0;
    }
}
