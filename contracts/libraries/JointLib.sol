// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {MedianLib} from "./MedianLib.sol";

/// @title Counting ballots with weights
library JointLib {
    uint256 internal constant WHOLE = 10_000;

    /// @dev The lower weighted median of figures below 2^95, and the weight of those within `spreadBps` of it, the distance
    /// rounded down. Nothing of nothing.
    function price(
        uint96[] memory figures,
        uint256[] memory weights,
        uint256 spreadBps
    ) internal pure returns (uint96 median, uint256 support) {
        uint256 count = figures.length;
        if (count == 0) return (0, 0);
        uint256[] memory words = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) words[i] = MedianLib.word(int96(figures[i]), weights[i]);
        int96 middle = MedianLib.lowerMedian(words);
        uint256 most = MedianLib.tolerance(middle, 0, spreadBps);
        for (uint256 i = 0; i < count; ++i) {
            if (MedianLib.near(int96(figures[i]), middle, most)) support += weights[i];
        }
        median = uint96(middle);
    }

    /// @dev The choice with the most weight, the first of equals, of choices 0 to `last`.
    function heaviest(
        uint96[] memory choices,
        uint256[] memory weights,
        uint256 last
    ) internal pure returns (uint96 choice, uint256 support) {
        uint256[] memory sums = new uint256[](last + 1);
        for (uint256 i = 0; i < choices.length; ++i) sums[choices[i]] += weights[i];
        for (uint256 i = 0; i <= last; ++i) if (sums[i] > support) (choice, support) = (uint96(i), sums[i]);
    }

    /// @dev Whether `support` is at least that share of `total`, exactly.
    function reaches(uint256 support, uint256 total, uint256 bps) internal pure returns (bool) {
        return support * WHOLE >= total * bps;
    }
}
