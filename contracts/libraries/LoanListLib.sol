// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A list of at most 8 loans in one word: 32 bits each, filled from below, never 0
library LoanListLib {
    uint256 internal constant MOST = 8;
    uint256 private constant WIDTH = 32;

    function isFull(uint256 list) internal pure returns (bool) {
        return list >> (WIDTH * (MOST - 1)) != 0;
    }

    /// @dev The list is not full, and `loan` fits 32 bits.
    function add(uint256 list, uint256 loan) internal pure returns (uint256) {
        return (list << WIDTH) | loan;
    }

    /// @dev Without `loan`; unchanged where it is not there.
    function remove(uint256 list, uint256 loan) internal pure returns (uint256) {
        for (uint256 at = 0; list >> at != 0; at += WIDTH) {
            if (uint32(list >> at) == loan) {
                uint256 below = list & ((1 << at) - 1);
                return (((list >> at) >> WIDTH) << at) | below;
            }
        }
        return list;
    }

    function all(uint256 list) internal pure returns (uint256[] memory loans) {
        uint256 count = 0;
        while (count < MOST && list >> (WIDTH * count) != 0) ++count;
        loans = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            loans[i] = uint32(list >> (WIDTH * i));
        }
    }
}
