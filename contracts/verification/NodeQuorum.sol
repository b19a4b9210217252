// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {INodeQuorum} from "../interfaces/INodeQuorum.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {NodeSigning} from "./NodeSigning.sol";

/// @title Staked nodes as attestors
contract NodeQuorum is INodeQuorum, NodeSigning, AccessManaged {
    uint8 private constant LEAST = 2;

    /// @inheritdoc IAttestors
    /// @dev One slot: a quorum is checked with one read.
    uint8 public quorum;
    /// @inheritdoc INodeQuorum
    uint96 public leastWeight;

    /// @param access the suite's AccessManager
    /// @param registry_ the registry of participants
    /// @param nodes_ the register of nodes
    /// @param quorum_ see `setQuorum`
    /// @param leastWeight_ see `setQuorum`
    constructor(
        address access,
        IParticipantRegistry registry_,
        INodes nodes_,
        uint8 quorum_,
        uint96 leastWeight_
    ) AccessManaged(access) NodeSigning(nodes_, registry_) {
        _setQuorum(quorum_, leastWeight_);
    }

    /// @inheritdoc INodeQuorum
    function setQuorum(uint8 quorum_, uint96 leastWeight_) external restricted {
        _setQuorum(quorum_, leastWeight_);
    }

    /// @inheritdoc INodeQuorum
    function quorumTerms() external view returns (uint8, uint96) {
        return (quorum, leastWeight);
    }

    /// @inheritdoc IAttestors
    function requireQuorum(bytes32 digest, Attestation[] calldata attestations) external view {
        (, , uint256 weight) = _signers(digest, attestations, quorum);
        if (weight < leastWeight) revert WeightNotReached(weight, leastWeight);
    }

    function _setQuorum(uint8 quorum_, uint96 leastWeight_) private {
        if (quorum_ < LEAST || quorum_ > MOST_SIGNERS) {
            revert NodeQuorumOutOfRange(quorum_, LEAST, uint8(MOST_SIGNERS));
        }
        (quorum, leastWeight) = (quorum_, leastWeight_);
        emit NodeQuorumSet(quorum_, leastWeight_);
    }
}
