// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Roles} from "../access/Roles.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {IAttestorSet} from "../interfaces/IAttestorSet.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Attestors by role
contract AttestorSet is IAttestorSet, AccessManaged {
    uint8 private constant LEAST = 2;
    uint8 private constant MOST = 32;

    /// @inheritdoc IAttestorSet
    IParticipantRegistry public immutable registry;
    /// @inheritdoc IAttestors
    uint8 public quorum;

    /// @param access the suite's AccessManager
    /// @param registry_ the registry of participants
    /// @param quorum_ how many entities it takes, 2 to 32
    constructor(address access, IParticipantRegistry registry_, uint8 quorum_) AccessManaged(access) {
        registry = registry_;
        _setQuorum(quorum_);
    }

    /// @inheritdoc IAttestorSet
    function setQuorum(uint8 quorum_) external restricted {
        _setQuorum(quorum_);
    }

    /// @inheritdoc IAttestors
    function requireQuorum(bytes32 digest, Attestation[] calldata attestations) external view {
        uint256 count = attestations.length;
        if (count < quorum) revert QuorumNotReached(count, quorum);
        uint48[] memory entities = new uint48[](count);
        address previous = address(0);
        for (uint256 i = 0; i < count; ++i) {
            address signer = attestations[i].signer;
            if (signer <= previous) revert SignersNotAscending(signer);
            previous = signer;
            uint48 entity = _entityOf(signer);
            for (uint256 j = 0; j < i; ++j) {
                if (entities[j] == entity) revert SameEntity(signer, entity);
            }
            entities[i] = entity;
            if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, attestations[i].signature)) {
                revert InvalidAttestation(signer);
            }
        }
    }

    function _setQuorum(uint8 quorum_) private {
        if (quorum_ < LEAST || quorum_ > MOST) revert AttestorQuorumOutOfRange(quorum_, LEAST, MOST);
        quorum = quorum_;
        emit AttestorQuorumSet(quorum_);
    }

    function _entityOf(address signer) private view returns (uint48) {
        (bool member, uint32 delay) = IAccessManager(authority()).hasRole(Roles.ATTESTOR, signer);
        Party party = registry.partyOf(signer);
        if (!member || delay != 0 || !party.isActive()) revert NotAnAttestor(signer);
        return party.entity();
    }
}
