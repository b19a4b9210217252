// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "./IAttestors.sol";
import {INodeSigning} from "./INodeSigning.sol";

/// @title Staked nodes as attestors: so many of them, with so much stake
/// @notice Takes the place of an attestor set wherever `IAttestors` is asked. A quorum is a number of nodes of different entities
/// and a weight, the sum of their active stakes; both must be reached. See `INodeSigning` for who counts.
interface INodeQuorum is IAttestors, INodeSigning {
    /// @notice From now on it takes `quorum` nodes with `leastWeight` of active stake together, in units of 10^-18 ERA.
    event NodeQuorumSet(uint8 quorum, uint96 leastWeight);

    /// @notice A quorum is `least` nodes at least and `most` at most.
    error NodeQuorumOutOfRange(uint8 quorum, uint8 least, uint8 most);

    /// @notice Sets how many nodes it takes, 2 to 31, and how much active stake. Only PARAMETERS.
    function setQuorum(uint8 quorum_, uint96 leastWeight_) external;

    /// @notice Both as they were set.
    function quorumTerms() external view returns (uint8 quorum_, uint96 leastWeight_);

    /// @notice How much active stake it takes, in units of 10^-18 ERA.
    function leastWeight() external view returns (uint96);
}
