// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {RewardFlow, RewardPower} from "./RateLib.sol";

/// @notice What a node earned. `paid`: the clock up to which it was paid. `index` of a share. `rate`: 0 before the first
/// checkpoint. `waits`: something is not in the index yet, since only a checkpoint knows the shares. One slot.
struct NodeIndex {
    uint96 paid;
    uint104 index;
    uint32 rate;
    uint16 commissionBps;
    bool waits;
}

/// @title What a checkpoint reads and writes as one word each, as it is stored
/// @notice Fields stand from the lowest bit on in the order in which their struct names them. Each is read whole and written
/// whole: the compiler would write each field on its own.
library RewardWordLib {
    function toWord(NodeIndex memory at) internal pure returns (uint256 word) {
        word = uint256(at.paid) | (uint256(at.index) << 96) | (uint256(at.rate) << 200);
        word |= uint256(at.commissionBps) << 232;
        if (at.waits) word |= 1 << 248;
    }

    function toIndex(uint256 word) internal pure returns (NodeIndex memory at) {
        (at.paid, at.index, at.rate) = (uint96(word), uint104(word >> 96), uint32(word >> 200));
        (at.commissionBps, at.waits) = (uint16(word >> 232), word >> 248 != 0);
    }

    function toWord(RewardFlow memory flow) internal pure returns (uint256 word) {
        word = uint256(flow.gain) | (uint256(flow.funded) << 96) | (uint256(flow.since) << 160);
        word |= (uint256(flow.end) << 200) | (uint256(flow.length) << 240);
    }

    function toFlow(uint256 word) internal pure returns (RewardFlow memory flow) {
        (flow.gain, flow.funded, flow.since) = (uint96(word), uint64(word >> 96), uint40(word >> 160));
        (flow.end, flow.length) = (uint40(word >> 200), uint16(word >> 240));
    }

    function toWord(RewardPower memory stock) internal pure returns (uint256) {
        return uint256(stock.power) | (uint256(stock.left) << 128);
    }

    function toPower(uint256 word) internal pure returns (RewardPower memory stock) {
        (stock.power, stock.left) = (uint128(word), uint128(word >> 128));
    }
}
