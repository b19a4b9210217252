// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice A price, when it began to stand, and the sum of price × seconds of all before it, in one word:
/// bits 0-119 sum | 120-159 time | 160-239 price.
type Observation is uint256;

using ObservationLib for Observation global;

/// @title Prices weighted by the seconds they stood
/// @dev price < 2^80 and seconds < 2^40: no sum reaches 2^120.
library ObservationLib {
    uint256 internal constant WHOLE = 10_000;

    function pack(uint256 price_, uint256 at_, uint256 sum_) internal pure returns (Observation) {
        return Observation.wrap((price_ << 160) | (at_ << 120) | sum_);
    }

    function price(Observation one) internal pure returns (uint256) {
        return Observation.unwrap(one) >> 160;
    }

    function at(Observation one) internal pure returns (uint256) {
        return uint40(Observation.unwrap(one) >> 120);
    }

    function sum(Observation one) internal pure returns (uint256) {
        return uint120(Observation.unwrap(one));
    }

    /// @dev price × seconds up to `time`, which is not before the observation.
    function sumAt(Observation one, uint256 time) internal pure returns (uint256) {
        return one.sum() + one.price() * (time - one.at());
    }

    /// @dev The mean from `start` to `end`, rounded down. `first`: the observation that stood at `start`, or the first that is
    /// known, which then stands before itself, too. `last`: the one that stands at `end`.
    function mean(Observation first, Observation last, uint256 start, uint256 end) internal pure returns (uint256) {
        uint256 all = last.sumAt(end) - first.sum();
        uint256 began = first.at();
        if (began > start) all += first.price() * (began - start);
        else all -= first.price() * (start - began);
        return all / (end - start);
    }

    /// @dev `stated`, or what is nearest to it within `stepBps` of the mean: both ends rounded towards the mean.
    function within(uint256 stated, uint256 mean_, uint256 stepBps) internal pure returns (uint256) {
        uint256 step = (mean_ * stepBps) / WHOLE;
        if (stated > mean_ + step) return mean_ + step;
        if (stated < mean_ - step) return mean_ - step;
        return stated;
    }
}
