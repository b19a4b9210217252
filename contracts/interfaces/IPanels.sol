// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who is drawn
interface IPanels {
    /// @notice `size` live nodes of different entities, drawn by stake (above a cap, more stake gives no better chance).
    /// The draw follows from the seed and from the stakes of the moment; anyone can repeat it.
    /// @param seed from a source of randomness
    /// @param size at most 31
    /// @param without nodes that cannot be drawn; nor can nodes of their entities
    /// @param entities entities of which no node can be drawn
    /// @return nodes `size` of them, or fewer where so many could not be found in a bounded number of trials
    function draw(
        bytes32 seed,
        uint256 size,
        uint32[] calldata without,
        uint48[] calldata entities
    ) external view returns (uint32[] memory nodes);
}
