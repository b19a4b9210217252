// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodePlaces} from "./INodePlaces.sol";

/// @title Verification nodes as other contracts see them
/// @notice Nodes are numbered from 1; a number is never used again. A node is *live* while its owner's own stake is at least the
/// least self-stake and it is not retired. Amounts are in units of 10^-18 ERA.
interface INodes is INodePlaces {
    /// @notice How many nodes were ever registered: the highest number.
    function nodeCount() external view returns (uint32);

    /// @notice The node whose signing key `key` is, or was before it was replaced; 0 for none. A key belongs to one node for ever,
    /// so that what it signed stays that node's.
    function nodeOfKey(address key) external view returns (uint32);

    /// @notice The key with which `node` signs now; 0 where there is no such node.
    function operatorOf(uint32 node) external view returns (address);

    /// @notice All that a signature of `key` depends on, in three slots: the node that signs with it now, 0 where no node does; the
    /// node's entity, and its stake as in `stakeOf`.
    function signerOf(
        address key
    ) external view returns (uint32 node, uint48 entity, uint256 active, uint256 leaving, bool live);

    /// @notice Who owns `node`.
    function ownerOf(uint32 node) external view returns (address);

    /// @notice The entity, in the registry of participants, that `node` belongs to; never changes.
    function entityOf(uint32 node) external view returns (uint48);

    /// @notice The node's stake, its delegators' included.
    /// @return active what earns, gives weight, and can be slashed
    /// @return leaving what is in unbonding and can still be slashed
    /// @return live whether the node's active stake gives weight at all
    function stakeOf(uint32 node) external view returns (uint256 active, uint256 leaving, bool live);
}
