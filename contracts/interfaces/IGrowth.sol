// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who has grown, and for how long that counts
interface IGrowth {
    /// @notice Whether `account` has grown, by what is known now.
    /// @return grown whether it has
    /// @return until if so, the second until which that counts, later than now; else 0
    function grew(address account) external view returns (bool grown, uint40 until);
}
