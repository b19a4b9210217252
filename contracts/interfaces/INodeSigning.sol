// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodes} from "./INodes.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title What is asked of nodes that sign together
/// @notice Each signer is the key with which a live node signs now, and an active account of the node's entity; all nodes are of
/// different entities. Signatures of keys that were replaced, of retired nodes and of suspended accounts count for nothing,
/// whenever they were made. Errors beside these are those of `IAttestors`.
interface INodeSigning {
    /// @notice The active stakes of the signers add up to `weight`; `least` is needed. In units of 10^-18 ERA.
    error WeightNotReached(uint256 weight, uint256 least);
    /// @notice `count` signatures were brought; `most` are checked at most.
    error TooManySignatures(uint256 count, uint256 most);

    /// @notice The register of nodes.
    function nodes() external view returns (INodes);

    /// @notice The registry that says who is active, and for which entity.
    function registry() external view returns (IParticipantRegistry);
}
