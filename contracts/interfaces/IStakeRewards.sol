// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What the contract of stakes tells the contract of rewards
/// @notice Rewards follow active stake: what a node earns on is asked, or told, at every change of it and kept only by the
/// contract of stakes, whose words are believed. What changes anything is called by it alone.
interface IStakeRewards {
    /// @notice Brings the rewards of `node` up to this second from the stake that it had, and goes on with the stake it has now.
    /// @param active the node's active stake until now, in units of 10^-18 ERA; 0 where it was not live. What was `activeAfter` last
    /// @param shares shares of it until now
    /// @param activeAfter the node's active stake from now on; 0 where it is not live
    /// @return index reward of one share since the node was registered, × 10^27, commission taken off; never falls, fits 104 bits
    function checkpoint(
        uint32 node,
        uint256 active,
        uint256 shares,
        uint256 activeAfter
    ) external returns (uint256 index);

    /// @notice From now on the node's owner gets `bps` of the node's rewards, in basis points. Called after a checkpoint.
    function setCommission(uint32 node, uint16 bps) external;

    /// @notice The index as `checkpoint` would return it now; `active` and `shares` as there.
    function indexOf(uint32 node, uint256 active, uint256 shares) external view returns (uint256 index);
}
