// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The weighted median of a few signed figures
/// @notice A figure and its weight are one word that sorts by the figure: bits 160-255 figure + 2^95 | bits 0-159 weight.
library MedianLib {
    uint256 private constant BIAS = 1 << 95;
    uint256 private constant SHIFT = 160;
    uint256 private constant WHOLE = 10_000;

    /// @dev The word of a figure; `weight` < 2^160.
    function word(int96 figure, uint256 weight) internal pure returns (uint256) {
        // 2^95 more than the least int96 is zero, and than the greatest below 2^96: the sum is a uint96.
        return (uint256(int256(figure) + int256(BIAS)) << SHIFT) | weight;
    }

    /// @dev The lower weighted median: the least figure such that the weights of it and all below are at least half of all weights.
    /// Sorts `words` in place, by insertion: there are at most 31. Not of none.
    function lowerMedian(uint256[] memory words) internal pure returns (int96) {
        uint256 count = words.length;
        uint256 total = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 one = words[i];
            total += uint160(one);
            uint256 place = i;
            for (; place != 0 && words[place - 1] > one; --place) words[place] = words[place - 1];
            words[place] = one;
        }
        uint256 at = 0;
        uint256 below = uint160(words[0]);
        // Ends at the last word at the latest, where `below` is all.
        while (2 * below < total) below += uint160(words[++at]);
        return int96(int256(words[at] >> SHIFT) - int256(BIAS));
    }

    /// @dev How far a figure may be from `median`: the larger of `absolute` and a part of |median|, rounded down.
    function tolerance(int96 median, uint256 absolute, uint256 bps) internal pure returns (uint256) {
        int256 wide = median;
        uint256 part = (uint256(wide < 0 ? -wide : wide) * bps) / WHOLE;
        return part > absolute ? part : absolute;
    }

    /// @dev Whether `figure` is within `most` of `median`, both ends included.
    function near(int96 figure, int96 median, uint256 most) internal pure returns (bool) {
        int256 apart = int256(figure) - int256(median);
        return uint256(apart < 0 ? -apart : apart) <= most;
    }
}
