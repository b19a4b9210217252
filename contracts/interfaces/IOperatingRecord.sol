// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "./IAttestors.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title Operating record: what attestors vouch for about an enterprise's business
/// @notice For each entity the figures of one epoch, the latest that a quorum of attestors signed. An epoch is a period of
/// `epochLength` seconds, counted from 1970-01-01: epoch n lasts from n × epochLength to the second before (n + 1) ×
/// epochLength. Money is USD with 6 decimals. No figure can be replayed (numbered without a gap), back-dated (epochs only go
/// forward, and only so far back), told before its epoch is over, or go stale unnoticed (each is good until a stated second).
interface IOperatingRecord {
    /// @notice What is signed (EIP-712 type `OperatingFacts`, each field as uint256, in this order).
    /// `receivablesIssued`: face of the receivables issued by the entity that fell due in the epoch. `receivablesRepaid`: what
    /// of them had been paid when the epoch ended. `daysLate`: tenths of a day that the payments of the epoch were late, their
    /// average weighted by amount. `orders`: orders received. `nonce`: number of the statement about this entity, from 1.
    /// `validUntil`: the last second at which it is good.
    struct OperatingFacts {
        uint48 entity;
        uint32 epoch;
        uint64 turnover;
        uint64 receivablesIssued;
        uint64 receivablesRepaid;
        uint64 cargoTurnover;
        uint16 daysLate;
        uint32 orders;
        uint32 nonce;
        uint40 validUntil;
    }

    /// @notice What is recorded. Units as in `OperatingFacts`. `nonce`: of the last statement, or of the last revocation.
    /// `recordedAt`: when it was brought. `revoked`: found to be false; it counts for nothing.
    struct OperatingEntry {
        uint64 turnover;
        uint64 receivablesIssued;
        uint64 receivablesRepaid;
        uint64 cargoTurnover;
        uint32 orders;
        uint16 daysLate;
        uint32 epoch;
        uint32 nonce;
        uint40 validUntil;
        uint40 recordedAt;
        bool revoked;
    }

    /// @notice The entry of `entity` is now `facts`; `caller` brought them.
    event FactsRecorded(uint48 indexed entity, uint32 indexed epoch, address indexed caller, OperatingFacts facts);
    /// @notice The entry of `entity` for `epoch` was found to be false. The next statement has a number above `nonce`.
    event FactsRevoked(uint48 indexed entity, uint32 indexed epoch, uint32 nonce, bytes32 reasonHash);
    /// @notice From now on `attestors` says who vouches.
    event AttestorsSet(IAttestors indexed attestors);
    /// @notice From now on these bounds hold for new statements.
    event RecordBoundsSet(uint8 mostEpochsBack, uint32 longestAge);

    /// @notice An epoch lasts `least` seconds at least and `most` at most.
    error EpochLengthOutOfRange(uint32 epochLength, uint32 least, uint32 most);
    /// @notice `mostEpochsBack` is 1 at least, and `longestAge` is `least` to `most` seconds.
    error RecordBoundsOutOfRange(uint8 mostEpochsBack, uint32 longestAge, uint32 least, uint32 most);
    /// @notice `attestors` is no contract with a quorum of 2 at least.
    error NotAttestors(address attestors);
    /// @notice The next statement about `entity` has the number `expected`: this one was used, or comes too early.
    error NonceNotNext(uint48 entity, uint32 nonce, uint32 expected);
    /// @notice The epoch is not over before `endsAt`.
    error EpochNotOver(uint32 epoch, uint256 endsAt);
    /// @notice Epochs before `earliest` are not recorded any more.
    error EpochTooOld(uint32 epoch, uint256 earliest);
    /// @notice Figures of the later epoch `last` are recorded already.
    error EpochBeforeLast(uint32 epoch, uint32 last);
    /// @notice `validUntil` is not from the next second to `latest`, which is `longestAge` after the epoch's end.
    error FactsValidityOutOfRange(uint40 validUntil, uint256 latest);
    /// @notice More was repaid than was issued.
    error RepaidExceedsIssued(uint64 repaid, uint64 issued);
    /// @notice Payments are `most` tenths of a day late at most.
    error DaysLateOutOfRange(uint16 daysLate, uint16 most);
    /// @notice Nothing fell due, so nothing can be late.
    error LateWithoutReceivables(uint16 daysLate);
    /// @notice `signer` belongs to the entity whose figures these are.
    error AttestsToItself(address signer, uint48 entity);
    /// @notice Nothing was recorded for `entity`.
    error NoOperatingRecord(uint48 entity);
    /// @notice The entry of `entity` was found to be false.
    error RecordRevoked(uint48 entity);
    /// @notice The entry of `entity` was good until `validUntil`.
    error StaleRecord(uint48 entity, uint40 validUntil);
    /// @notice There is no entity `entity`.
    error UnknownEntity(uint48 entity);

    /// @notice Records what a quorum of attestors signed, none of them of the entity itself. Anyone may bring it. Figures of the
    /// same epoch replace earlier ones: that is how they are corrected. Stops under pause.
    /// @param attestations in ascending order of the signers' addresses; reverts with the errors of `IAttestors`
    function record(OperatingFacts calldata facts, IAttestors.Attestation[] calldata attestations) external;

    /// @notice Declares the entry of `entity` false: it counts for nothing until a new statement. Whatever is signed already
    /// is void, since the revocation takes the next number. Only COMPLIANCE.
    function revoke(uint48 entity, bytes32 reasonHash) external;

    /// @notice Declares statement `nonce` about `entity` false, as `revoke` does, where it is the one that stands; else nothing is
    /// changed. Only VERIFIER, when those who vouched for it are found to be wrong.
    /// @return revoked whether it stood
    function revokeStatement(uint48 entity, uint32 nonce, bytes32 reasonHash) external returns (bool revoked);

    /// @notice Sets who vouches for new statements. Only the ADMIN role.
    function setAttestors(IAttestors attestors_) external;

    /// @notice Sets how many epochs back figures may be recorded, 1 at least (the last epoch that is over), and how long after
    /// the end of their epoch figures may be good, 1 day to 366 days. Entries keep their validity. Only PARAMETERS.
    function setRecordBounds(uint8 mostEpochsBack_, uint32 longestAge_) external;

    /// @notice The entry of `entity`, whether good or not; zeros where there is none.
    function factsOf(uint48 entity) external view returns (OperatingEntry memory);

    /// @notice The entry of `entity`. Reverts where there is none, or it is revoked or stale.
    function requireFresh(uint48 entity) external view returns (OperatingEntry memory);

    /// @notice The digest that attestors sign.
    function factsDigest(OperatingFacts calldata facts) external view returns (bytes32);

    /// @notice The epoch that runs.
    function currentEpoch() external view returns (uint32);

    /// @notice Seconds of an epoch.
    function epochLength() external view returns (uint32);

    /// @notice How many epochs back figures may be recorded.
    function mostEpochsBack() external view returns (uint8);

    /// @notice Seconds after the end of their epoch for which figures may be good at most.
    function longestAge() external view returns (uint32);

    /// @notice Both as they were set.
    function recordBounds() external view returns (uint8 mostEpochsBack_, uint32 longestAge_);

    /// @notice Who vouches.
    function attestors() external view returns (IAttestors);

    /// @notice The registry of entities.
    function registry() external view returns (IParticipantRegistry);
}
