// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A source of seeds for draws
/// @notice A seed is asked for before it can be known and read once it is. What an implementation cannot promise stands in it.
interface IRandomness {
    /// @notice Asks for a seed that nobody can know yet.
    /// @return ticket by which the seed is read
    function requestSeed() external returns (uint256 ticket);

    /// @notice The seed of `ticket`, or zero while it is not there.
    function seedOf(uint256 ticket) external view returns (bytes32 seed);
}
