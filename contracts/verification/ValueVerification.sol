// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {IDisputable} from "../interfaces/IDisputable.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {IValueVerification} from "../interfaces/IValueVerification.sol";
import {IVerificationDesk} from "../interfaces/IVerificationDesk.sol";
import {IVerificationRequests} from "../interfaces/IVerificationRequests.sol";
import {IVerificationRules} from "../interfaces/IVerificationRules.sol";
import {IVerifiedTarget} from "../interfaces/IVerifiedTarget.sol";
import {VerificationLib} from "../libraries/VerificationLib.sol";
import {VerifiedLib} from "../libraries/VerifiedLib.sol";
import {NodeSigning} from "./NodeSigning.sol";
import {ResultBook} from "./ResultBook.sol";

/// @title Verification of values by staked nodes
/// @dev Holds VERIFIER at its targets, at the operating record and at the desk, and no money.
contract ValueVerification is ResultBook, NodeSigning, EIP712 {
    mapping(uint48 entity => uint32 nonce) private _usedStatements;

    /// @param access the suite's AccessManager
    /// @param desk_ the desk of verification
    constructor(
        address access,
        IVerificationDesk desk_
    )
        AccessManaged(access)
        EIP712("Caldera Verification", "1")
        NodeSigning(desk_.nodes(), desk_.registry())
        ResultBook(desk_)
    {}

    /// @inheritdoc IValueVerification
    function submit(
        uint256 number,
        uint96 amount,
        uint40 validUntil,
        IAttestors.Attestation[] calldata attestations
    ) external nonReentrant {
        IVerificationRequests.VerificationRequest memory asked = desk.requestOf(number);
        IVerificationRules.VerificationKind kind = asked.kind;
        if (kind == IVerificationRules.VerificationKind.CreditData && amount != 0) revert OtherWayToSubmit(number);
        bool mapped = kind == IVerificationRules.VerificationKind.MappingCompliance;
        if (mapped && amount > 1) revert MappingAmount(number, amount);
        if (block.timestamp > validUntil) revert ResultExpired(number, validUntil);
        bytes32 digest = _digest(number, asked, amount, validUntil);
        uint48 source = _accept(number, asked, digest, amount, validUntil, attestations);
        if (amount == 0 || mapped) return;
        uint40 now_ = uint40(block.timestamp);
        IVerifiedTarget(asked.target).stateVerified(
            asked.id,
            asked.field,
            amount,
            now_,
            validUntil,
            source,
            VerifiedLib.BY_NODES
        );
    }

    /// @inheritdoc IValueVerification
    function submitFacts(
        uint256 number,
        IOperatingRecord.OperatingFacts calldata facts,
        IAttestors.Attestation[] calldata attestations
    ) external nonReentrant {
        IVerificationRequests.VerificationRequest memory asked = desk.requestOf(number);
        _requireFactsOf(number, asked, facts.entity);
        if (facts.nonce <= _usedStatements[facts.entity]) revert StatementUsed(facts.entity, facts.nonce);
        if (block.timestamp > facts.validUntil) revert ResultExpired(number, facts.validUntil);
        _usedStatements[facts.entity] = facts.nonce;
        bytes32 digest = operatingRecord.factsDigest(facts);
        _accept(number, asked, digest, facts.nonce, facts.validUntil, attestations);
        // Whoever brings the same facts first must not be able to make this fail.
        if (!_isRecorded(facts)) operatingRecord.record(facts, attestations);
    }

    /// @inheritdoc IValueVerification
    function answer(
        uint256 number,
        uint96 amount,
        uint40 validUntil,
        IAttestors.Attestation calldata attestation
    ) external {
        (uint32 node, , , ) = _signer(_digest(number, desk.requestOf(number), amount, validUntil), attestation);
        desk.noteAnswer(number, node);
    }

    /// @inheritdoc IValueVerification
    function answerFacts(
        uint256 number,
        IOperatingRecord.OperatingFacts calldata facts,
        IAttestors.Attestation calldata attestation
    ) external {
        _requireFactsOf(number, desk.requestOf(number), facts.entity);
        (uint32 node, , , ) = _signer(operatingRecord.factsDigest(facts), attestation);
        desk.noteAnswer(number, node);
    }

    /// @inheritdoc IDisputable
    function resultDigest(uint256 number, uint96 amount, uint40 validUntil) external view returns (bytes32) {
        return _digest(number, desk.requestOf(number), amount, validUntil);
    }

    /// @dev Checks who signed, lets the desk end the request, and keeps the result. All that is called is of the suite, and what
    /// signers are asked is static.
    /// @return source entity of the first signer, in whose name the result is written
    function _accept(
        uint256 number,
        IVerificationRequests.VerificationRequest memory asked,
        bytes32 digest,
        uint96 amount,
        uint40 validUntil,
        IAttestors.Attestation[] calldata attestations
    ) private returns (uint48 source) {
        (uint256[] memory words, uint48[] memory entities, uint256 weight) = _signers(
            digest,
            attestations,
            asked.leastSigners
        );
        if (weight < asked.leastWeight) revert WeightNotReached(weight, asked.leastWeight);
        _requireDisinterested(number, asked, words, entities);
        source = entities[0];
        (uint32[] memory signed, uint256[] memory stakes) = VerificationLib.sorted(words);
        IVerificationRequests.VerificationSettlement memory made = desk.settle(number, signed);
        _keep(
            number,
            VerificationResult({
                amount: amount,
                validUntil: validUntil,
                acceptedAt: uint40(block.timestamp),
                window: made.window,
                state: amount == 0 ? ResultState.Refused : ResultState.Accepted,
                signers: uint8(signed.length),
                fundBps: made.fundBps,
                weightBps: made.weightBps,
                forfeited: false,
                signersHash: keccak256(abi.encode(signed, stakes))
            })
        );
        emit ResultAccepted(
            number,
            asked.target,
            asked.id,
            asked.field,
            amount,
            validUntil,
            uint40(block.timestamp) + made.window,
            made.volume,
            signed,
            stakes
        );
    }

    function _requireDisinterested(
        uint256 number,
        IVerificationRequests.VerificationRequest memory asked,
        uint256[] memory words,
        uint48[] memory entities
    ) private view {
        (uint48 first, uint48 second) = VerificationLib.interestedIn(asked.kind, asked.target, asked.id);
        for (uint256 i = 0; i < entities.length; ++i) {
            uint48 one = entities[i];
            if (one == asked.entity || one == first || one == second) {
                revert SignerInterested(number, uint32(words[i] >> NODE_SHIFT), one);
            }
        }
    }

    /// @dev The same figures under the same number: what differs in any of them is other facts.
    function _isRecorded(IOperatingRecord.OperatingFacts calldata facts) private view returns (bool) {
        IOperatingRecord.OperatingEntry memory entry = operatingRecord.factsOf(facts.entity);
        return
            !entry.revoked &&
            entry.nonce == facts.nonce &&
            entry.epoch == facts.epoch &&
            entry.turnover == facts.turnover &&
            entry.receivablesIssued == facts.receivablesIssued &&
            entry.receivablesRepaid == facts.receivablesRepaid &&
            entry.cargoTurnover == facts.cargoTurnover &&
            entry.daysLate == facts.daysLate &&
            entry.orders == facts.orders &&
            entry.validUntil == facts.validUntil;
    }

    function _digest(
        uint256 number,
        IVerificationRequests.VerificationRequest memory asked,
        uint96 amount,
        uint40 validUntil
    ) private view returns (bytes32) {
        bytes32 content = VerificationLib.hash(
            number,
            asked.target,
            asked.id,
            asked.field,
            asked.documentHash,
            amount,
            validUntil
        );
        return _hashTypedDataV4(content);
    }

    function _requireFactsOf(
        uint256 number,
        IVerificationRequests.VerificationRequest memory asked,
        uint48 entity
    ) private pure {
        if (asked.kind != IVerificationRules.VerificationKind.CreditData) revert OtherWayToSubmit(number);
        if (entity != asked.id) revert FactsOfOther(number, uint48(asked.id), entity);
    }
}
