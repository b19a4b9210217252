// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Where live nodes stand, so that some can be drawn
/// @notice Each live node has a place, counted from 0, for as long as it is live: the lowest that was free. Nobody else's moves when
/// it comes or goes. Its place is free once it ceases; there are as many places as there ever were live nodes at once.
interface INodePlaces {
    /// @notice Which places are taken, 256 at a time.
    /// @param word places 256 × `word` to 256 × `word` + 255
    /// @return count all places; each node's is below
    /// @return taken bit i is set where a live node stands at place 256 × `word` + i
    function livePlaces(uint256 word) external view returns (uint256 count, uint256 taken);

    /// @notice All that a draw asks of the node at a place, in two slots; zeros where no live node stands there.
    /// @return node its number
    /// @return entity whose it is
    /// @return since when it became live, in seconds
    /// @return active its active stake, its delegators' included, in units of 10^-18 ERA
    function livePlaceAt(
        uint256 place
    ) external view returns (uint32 node, uint48 entity, uint40 since, uint256 active);
}
