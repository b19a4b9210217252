// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice All locks together, in one word, and its earlier checkpoints, a slot each.
/// Bits 0-89 locked | 90-179 doubled | 180-215 since | 216-255 earlier.
struct LockTotals {
    uint256 head;
    mapping(uint256 number => uint256) past;
}

using LockTotalsLib for LockTotals global;

/// @title What is locked in all, and how much of it votes twice, by the second
/// @dev 90 bits hold more than all ERA, which is not locked twice; 36 bits of seconds last 2,000 years.
library LockTotalsLib {
    /// @dev The greatest sum.
    uint256 internal constant MOST = (1 << 90) - 1;

    uint256 private constant TIME = (1 << 36) - 1;

    /// @dev The words of a checkpoint. `doubled`: as of second `since`; what falls later is to be taken off.
    function parts(uint256 word) internal pure returns (uint256 locked, uint256 doubled, uint256 since) {
        return (word & MOST, (word >> 90) & MOST, (word >> 180) & TIME);
    }

    /// @dev Writes both sums down as of now.
    function write(LockTotals storage self, uint256 locked, uint256 doubled) internal {
        uint256 head = self.head;
        uint256 since = (head >> 180) & TIME;
        uint256 count = head >> 216;
        // A second that has a checkpoint keeps it; before the first there is none to keep.
        if (since != 0 && since != block.timestamp) self.past[count++] = head;
        self.head = (count << 216) | (block.timestamp << 180) | (doubled << 90) | locked;
    }

    /// @dev The checkpoint that held at the end of second `time`; 0 where there was none.
    function at(LockTotals storage self, uint256 time) internal view returns (uint256 word) {
        word = self.head;
        if (((word >> 180) & TIME) <= time) return word;
        uint256 low = 0;
        uint256 high = word >> 216;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (((self.past[middle] >> 180) & TIME) > time) high = middle;
            else low = middle + 1;
        }
        return low == 0 ? 0 : self.past[low - 1];
    }
}
