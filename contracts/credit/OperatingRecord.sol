// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";

/// @title What attestors vouch for about an enterprise's business
/// @dev All calls out are static: an attestor that is a contract cannot come back and change anything.
contract OperatingRecord is IOperatingRecord, EIP712, AccessManaged, BoundedPause {
    bytes32 private constant FACTS_TYPEHASH = keccak256(
        "OperatingFacts(uint256 entity,uint256 epoch,uint256 turnover,uint256 receivablesIssued,uint256 receivablesRepaid,uint256 cargoTurnover,uint256 daysLate,uint256 orders,uint256 nonce,uint256 validUntil)"
    );
    uint32 private constant LEAST_SECONDS = 1 days;
    uint32 private constant MOST_SECONDS = 366 days;
    /// @dev Tenths of a day: ten years.
    uint16 private constant MOST_DAYS_LATE = 36_500;

    /// @inheritdoc IOperatingRecord
    IParticipantRegistry public immutable registry;
    /// @inheritdoc IOperatingRecord
    uint32 public immutable epochLength;

    /// @dev Two slots: the four sums of money, 64 bits each (up to USD 18 trillion); all else.
    mapping(uint48 entity => OperatingEntry) private _entries;

    /// @dev One slot with the bounds: recording reads it once.
    IAttestors public attestors;
    /// @inheritdoc IOperatingRecord
    uint8 public mostEpochsBack;
    /// @inheritdoc IOperatingRecord
    uint32 public longestAge;

    /// @param access the suite's AccessManager
    /// @param registry_ the registry of entities
    /// @param attestors_ who vouches
    /// @param epochLength_ seconds of an epoch, for good; 1 day to 366 days
    /// @param mostEpochsBack_ see `setRecordBounds`
    /// @param longestAge_ see `setRecordBounds`
    constructor(
        address access,
        IParticipantRegistry registry_,
        IAttestors attestors_,
        uint32 epochLength_,
        uint8 mostEpochsBack_,
        uint32 longestAge_
    ) AccessManaged(access) EIP712("Caldera Operating Record", "1") {
        if (epochLength_ < LEAST_SECONDS || epochLength_ > MOST_SECONDS) {
            revert EpochLengthOutOfRange(epochLength_, LEAST_SECONDS, MOST_SECONDS);
        }
        registry = registry_;
        epochLength = epochLength_;
        _setAttestors(attestors_);
        _setBounds(mostEpochsBack_, longestAge_);
    }

    /// @inheritdoc IOperatingRecord
    function record(
        OperatingFacts calldata facts,
        IAttestors.Attestation[] calldata attestations
    ) external whenRunning {
        OperatingEntry storage entry = _entries[facts.entity];
        _requireNext(facts, entry);
        _requireInTime(facts, entry.epoch);
        _requirePlausible(facts);
        if (registry.legalIdOf(facts.entity) == 0) revert UnknownEntity(facts.entity);
        for (uint256 i = 0; i < attestations.length; ++i) {
            address signer = attestations[i].signer;
            if (registry.partyOf(signer).entity() == facts.entity) revert AttestsToItself(signer, facts.entity);
        }
        attestors.requireQuorum(factsDigest(facts), attestations);

        _entries[facts.entity] = OperatingEntry(
            facts.turnover,
            facts.receivablesIssued,
            facts.receivablesRepaid,
            facts.cargoTurnover,
            facts.orders,
            facts.daysLate,
            facts.epoch,
            facts.nonce,
            facts.validUntil,
            uint40(block.timestamp),
            false
        );
        emit FactsRecorded(facts.entity, facts.epoch, msg.sender, facts);
    }

    /// @inheritdoc IOperatingRecord
    function revoke(uint48 entity, bytes32 reasonHash) external restricted {
        OperatingEntry storage entry = _entries[entity];
        if (entry.nonce == 0) revert NoOperatingRecord(entity);
        if (entry.revoked) revert RecordRevoked(entity);
        _revoke(entity, entry, reasonHash);
    }

    /// @inheritdoc IOperatingRecord
    function revokeStatement(
        uint48 entity,
        uint32 nonce,
        bytes32 reasonHash
    ) external restricted returns (bool revoked) {
        OperatingEntry storage entry = _entries[entity];
        // A revocation takes a number, too: an entry that was revoked has another than any statement.
        revoked = nonce != 0 && entry.nonce == nonce && !entry.revoked;
        if (revoked) _revoke(entity, entry, reasonHash);
    }

    /// @inheritdoc IOperatingRecord
    function setAttestors(IAttestors attestors_) external restricted {
        _setAttestors(attestors_);
    }

    /// @inheritdoc IOperatingRecord
    function setRecordBounds(uint8 mostEpochsBack_, uint32 longestAge_) external restricted {
        _setBounds(mostEpochsBack_, longestAge_);
    }

    /// @inheritdoc IOperatingRecord
    function recordBounds() external view returns (uint8, uint32) {
        return (mostEpochsBack, longestAge);
    }

    /// @inheritdoc IOperatingRecord
    function factsOf(uint48 entity) external view returns (OperatingEntry memory) {
        return _entries[entity];
    }

    /// @inheritdoc IOperatingRecord
    function requireFresh(uint48 entity) external view returns (OperatingEntry memory entry) {
        entry = _entries[entity];
        // A number of statements, not a time.
        // slither-disable-next-line incorrect-equality
        if (entry.nonce == 0) revert NoOperatingRecord(entity);
        if (entry.revoked) revert RecordRevoked(entity);
        if (block.timestamp > entry.validUntil) revert StaleRecord(entity, entry.validUntil);
    }

    /// @inheritdoc IOperatingRecord
    function currentEpoch() external view returns (uint32) {
        return uint32(block.timestamp / epochLength);
    }

    /// @inheritdoc IOperatingRecord
    function factsDigest(OperatingFacts calldata facts) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(FACTS_TYPEHASH, facts)));
    }

    function _revoke(uint48 entity, OperatingEntry storage entry, bytes32 reasonHash) private {
        entry.revoked = true;
        // What attestors may have signed for the next number beside the false entry must not bring it back.
        uint32 nonce = ++entry.nonce;
        emit FactsRevoked(entity, entry.epoch, nonce, reasonHash);
    }

    function _setAttestors(IAttestors attestors_) private {
        // A quorum of one would be one key's word, whoever put the contract there.
        if (address(attestors_).code.length == 0 || attestors_.quorum() < 2) revert NotAttestors(address(attestors_));
        attestors = attestors_;
        emit AttestorsSet(attestors_);
    }

    function _setBounds(uint8 mostEpochsBack_, uint32 longestAge_) private {
        if (mostEpochsBack_ == 0 || longestAge_ < LEAST_SECONDS || longestAge_ > MOST_SECONDS) {
            revert RecordBoundsOutOfRange(mostEpochsBack_, longestAge_, LEAST_SECONDS, MOST_SECONDS);
        }
        (mostEpochsBack, longestAge) = (mostEpochsBack_, longestAge_);
        emit RecordBoundsSet(mostEpochsBack_, longestAge_);
    }

    /// @dev Numbers without a gap: each statement is used once, and none after a later one.
    function _requireNext(OperatingFacts calldata facts, OperatingEntry storage entry) private view {
        uint32 expected = entry.nonce + 1;
        if (facts.nonce != expected) revert NonceNotNext(facts.entity, facts.nonce, expected);
    }

    function _requireInTime(OperatingFacts calldata facts, uint32 last) private view {
        uint256 endsAt = (uint256(facts.epoch) + 1) * epochLength;
        if (block.timestamp < endsAt) revert EpochNotOver(facts.epoch, endsAt);
        uint256 current = block.timestamp / epochLength;
        // Added, not subtracted: long epochs have not been counted up to 255 yet.
        if (uint256(facts.epoch) + mostEpochsBack < current) revert EpochTooOld(facts.epoch, current - mostEpochsBack);
        if (facts.epoch < last) revert EpochBeforeLast(facts.epoch, last);
        uint256 latest = endsAt + longestAge;
        if (facts.validUntil <= block.timestamp || facts.validUntil > latest) {
            revert FactsValidityOutOfRange(facts.validUntil, latest);
        }
    }

    function _requirePlausible(OperatingFacts calldata facts) private pure {
        if (facts.receivablesRepaid > facts.receivablesIssued) {
            revert RepaidExceedsIssued(facts.receivablesRepaid, facts.receivablesIssued);
        }
        if (facts.daysLate > MOST_DAYS_LATE) revert DaysLateOutOfRange(facts.daysLate, MOST_DAYS_LATE);
        if (facts.receivablesIssued == 0 && facts.daysLate != 0) revert LateWithoutReceivables(facts.daysLate);
    }
}
