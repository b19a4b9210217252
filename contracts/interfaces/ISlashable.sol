// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Stake that can be slashed and frozen
interface ISlashable {
    /// @notice Takes `amount` of the node's stake, active and leaving pro rata, node and delegators alike, each part rounded up,
    /// and hands it to the caller. Two writes and a transfer, however many delegators there are. Only SLASHER.
    /// @param amount at most active + leaving
    /// @return taken what was handed over: `amount`, or a few units more by rounding
    function slash(uint32 node, uint256 amount) external returns (uint256 taken);

    /// @notice Nothing that is leaving the node can be withdrawn before `until`; never shortened. An exit is held back for a bounded
    /// time after its own maturity at most, however often the node is frozen. Only SLASHER.
    function freeze(uint32 node, uint40 until) external;
}
