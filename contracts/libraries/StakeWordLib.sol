// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IStakePools} from "../interfaces/IStakePools.sol";

/// @title A node's pools as one word each, as they are stored
/// @notice Fields stand from the lowest bit on in the order in which their struct names them; a node is live where it has a place,
/// so that no bit says it again. A pool is read whole and written whole: the compiler would write each field on its own.
library StakeWordLib {
    /// @dev A commission is 10,000 at most and leaves the highest bit of its field to this.
    uint256 private constant RETIRED = 1 << 231;
    uint16 private constant COMMISSION = 0x7fff;

    function toWord(IStakePools.ActivePool memory pool) internal pure returns (uint256 word) {
        word = uint256(pool.active) | (uint256(pool.shares) << 96) | (uint256(pool.generation) << 200);
        word |= uint256(pool.commissionBps) << 216;
        word |= uint256(pool.place) << 232;
        if (pool.retired) word |= RETIRED;
    }

    function toActive(uint256 word) internal pure returns (IStakePools.ActivePool memory pool) {
        (pool.active, pool.shares) = (uint96(word), uint104(word >> 96));
        (pool.generation, pool.commissionBps) = (uint16(word >> 200), uint16(word >> 216) & COMMISSION);
        (pool.retired, pool.place) = (word & RETIRED != 0, uint24(placeIn(word)));
    }

    /// @dev The tokens of either pool.
    function tokensIn(uint256 word) internal pure returns (uint256) {
        return uint96(word);
    }

    function isLive(IStakePools.ActivePool memory pool) internal pure returns (bool) {
        return pool.place != 0;
    }

    /// @dev The node's place plus one; 0 where it is not live.
    function placeIn(uint256 word) internal pure returns (uint256) {
        return word >> 232;
    }

    function toWord(IStakePools.LeavingPool memory pool) internal pure returns (uint256 word) {
        word = uint256(pool.tokens) | (uint256(pool.shares) << 96) | (uint256(pool.generation) << 200);
        word |= uint256(pool.frozenUntil) << 216;
    }

    function toLeaving(uint256 word) internal pure returns (IStakePools.LeavingPool memory pool) {
        (pool.tokens, pool.shares) = (uint96(word), uint104(word >> 96));
        (pool.generation, pool.frozenUntil) = (uint16(word >> 200), uint40(word >> 216));
    }
}
