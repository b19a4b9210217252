// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {INodes} from "../interfaces/INodes.sol";
import {INodeSigning} from "../interfaces/INodeSigning.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Signatures of staked nodes
/// @dev All calls out are static: a signer that is a contract cannot come back and change anything.
abstract contract NodeSigning is INodeSigning {
    /// @dev Entities are compared pair by pair, and nodes are sorted: bounded for good.
    uint256 internal constant MOST_SIGNERS = 31;
    /// @dev A signer in one word, so that sorting by node keeps the stakes in their places: the node above, its whole stake below.
    uint256 internal constant NODE_SHIFT = 224;

    /// @inheritdoc INodeSigning
    INodes public immutable nodes;
    /// @inheritdoc INodeSigning
    IParticipantRegistry public immutable registry;

    constructor(INodes nodes_, IParticipantRegistry registry_) {
        (nodes, registry) = (nodes_, registry_);
    }

    /// @dev Reverts unless all are good signatures of different nodes, in ascending order of their keys, `least` of them at least.
    /// @return words of the signers, in the order of their keys: node << 224 | active and leaving stake
    /// @return entities of the signers, in the same order
    /// @return weight their active stakes together
    function _signers(
        bytes32 digest,
        IAttestors.Attestation[] calldata attestations,
        uint256 least
    ) internal view returns (uint256[] memory words, uint48[] memory entities, uint256 weight) {
        uint256 count = attestations.length;
        if (count < least) revert IAttestors.QuorumNotReached(count, least);
        if (count > MOST_SIGNERS) revert TooManySignatures(count, MOST_SIGNERS);
        (words, entities) = (new uint256[](count), new uint48[](count));
        address previous = address(0);
        for (uint256 i = 0; i < count; ++i) {
            address signer = attestations[i].signer;
            if (signer <= previous) revert IAttestors.SignersNotAscending(signer);
            previous = signer;
            (uint32 node, uint48 entity, uint256 active, uint256 leaving) = _signer(digest, attestations[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (entities[j] == entity) revert IAttestors.SameEntity(signer, entity);
            }
            entities[i] = entity;
            words[i] = (uint256(node) << NODE_SHIFT) | (active + leaving);
            weight += active;
        }
    }

    /// @dev Whose signature it is. ERA's whole supply fits 90 bits, and so does any stake.
    function _signer(
        bytes32 digest,
        IAttestors.Attestation calldata attestation
    ) internal view returns (uint32 node, uint48 entity, uint256 active, uint256 leaving) {
        address signer = attestation.signer;
        bool live;
        (node, entity, active, leaving, live) = nodes.signerOf(signer);
        if (node == 0 || !live) revert IAttestors.NotAnAttestor(signer);
        Party party = registry.partyOf(signer);
        if (!party.isActive() || party.entity() != entity) revert IAttestors.NotAnAttestor(signer);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, attestation.signature)) {
            revert IAttestors.InvalidAttestation(signer);
        }
    }
}
