// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {FenwickLib} from "../contracts/libraries/FenwickLib.sol";
import {JointLib} from "../contracts/libraries/JointLib.sol";
import {MedianLib} from "../contracts/libraries/MedianLib.sol";
import {Proof} from "./Proof.sol";

/// @title Sums, medians and majorities
contract OrderProofs is Proof {
    using FenwickLib for FenwickLib.Tree;

    FenwickLib.Tree private _tree;

    /// @notice The sum up to a number is that of all amounts added at numbers up to it, in whatever order they came.
    /// @custom:halmos --loop 12
    /// @custom:bound 3 amounts at numbers up to 4
    function check_sumsUpToAnyNumber(uint128[3] memory amounts, uint8[3] memory numbers) external {
        uint256[5] memory sums;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 number = _upToFour(numbers[i]);
            _tree.add(number, amounts[i]);
            for (uint256 n = number; n <= 4; ++n) sums[n] += amounts[i];
        }
        bool same = true;
        for (uint256 n = 0; n <= 4; ++n) same = _both(same, _tree.upTo(n) == sums[n]);
        same = _both(same, _tree.upTo(type(uint256).max) == sums[4]);
        assert(same);
    }

    /// @notice The lower weighted median is one of the figures: those below it weigh less than half, those up to it half at least.
    /// @custom:halmos --loop 5
    /// @custom:bound 3 figures
    function check_medianHalvesTheWeights(int96[3] memory figures, uint64[3] memory weights) external pure {
        uint256[] memory words = new uint256[](3);
        uint256 total = 0;
        for (uint256 i = 0; i < 3; ++i) {
            _assume(weights[i] != 0);
            words[i] = MedianLib.word(figures[i], weights[i]);
            total += weights[i];
        }
        int96 median = MedianLib.lowerMedian(words);
        uint256 below = 0;
        uint256 upTo = 0;
        for (uint256 i = 0; i < 3; ++i) {
            below += _where(figures[i] < median, weights[i]);
            upTo += _where(figures[i] <= median, weights[i]);
        }
        assert(2 * below < total && 2 * upTo >= total);
        uint256 same =
            _where(figures[0] == median, 1) + _where(figures[1] == median, 1) + _where(figures[2] == median, 1);
        assert(same != 0);
    }

    /// @notice A figure is near the median exactly where both differ by no more than what is allowed.
    function check_nearIsExact(int96 figure, int96 median, uint64 most) external pure {
        int256 apart = int256(figure) - median;
        bool within = apart <= int256(uint256(most)) && -apart <= int256(uint256(most));
        assert(MedianLib.near(figure, median, most) == within);
    }

    /// @notice A quorum is reached exactly where the support is its share of all, or more.
    function check_quorumIsExact(uint96 support, uint96 total, uint16 bps) external pure {
        _assume(total != 0 && bps <= WHOLE);
        // The least support that reaches it is the share rounded up.
        uint256 least = (uint256(total) * bps + WHOLE - 1) / WHOLE;
        assert(JointLib.reaches(support, total, bps) == (support >= least));
    }

    /// @dev A path for each number: it is where amounts are kept.
    function _upToFour(uint8 choice) private pure returns (uint256) {
        if (choice == 0) return 1;
        if (choice == 1) return 2;
        return choice == 2 ? 3 : 4;
    }

    /// @dev Both, without a branch.
    function _both(bool one, bool other) private pure returns (bool result) {
        assembly ("memory-safe") {
            result := and(one, other)
        }
    }

    /// @dev `value` or nothing, without a branch: paths double with each.
    function _where(bool condition, uint256 value) private pure returns (uint256 result) {
        assembly ("memory-safe") {
            result := mul(condition, value)
        }
    }
}
