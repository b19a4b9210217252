// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDisputable} from "../interfaces/IDisputable.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {IValueVerification} from "../interfaces/IValueVerification.sol";
import {IVerificationDesk} from "../interfaces/IVerificationDesk.sol";
import {IVerificationRequests} from "../interfaces/IVerificationRequests.sol";
import {IVerificationRules} from "../interfaces/IVerificationRules.sol";
import {IVerifiedTarget} from "../interfaces/IVerifiedTarget.sol";
import {VerificationLib} from "../libraries/VerificationLib.sol";
import {VerifiedLib} from "../libraries/VerifiedLib.sol";

/// @title Results as they are kept, disputed and taken back
/// @dev That its signers were wrong is recorded by the court, for each of them once, when it has closed the case: not here.
abstract contract ResultBook is IValueVerification, IDisputable, AccessManaged, ReentrancyGuardTransient {
    /// @dev What a target may need to take a word back, several times over.
    uint256 private constant AMPLE_GAS = 500_000;

    /// @inheritdoc IValueVerification
    IVerificationDesk public immutable desk;
    /// @inheritdoc IValueVerification
    IOperatingRecord public immutable operatingRecord;
    uint32 private immutable _epochLength;

    /// @dev Two slots, both written once and for good but for `state`, `window` and `forfeited`.
    mapping(uint256 number => VerificationResult) private _results;

    constructor(IVerificationDesk desk_) {
        (desk, operatingRecord) = (desk_, desk_.operatingRecord());
        _epochLength = desk_.records().epochLength();
    }

    /// @inheritdoc IValueVerification
    function forfeitFees(uint256 number, uint32[] calldata nodes_, uint256[] calldata stakes) external {
        VerificationResult storage result = _overturned(number);
        if (result.forfeited) revert AlreadyForfeited(number);
        if (keccak256(abi.encode(nodes_, stakes)) != result.signersHash) revert SignersNotThose(number);
        result.forfeited = true;
        uint256 toNodes = _toNodes(desk.requestOf(number), result);
        uint96 volume = VerificationLib.volumeOf(toNodes, result.weightBps, result.signers);
        desk.forfeit(number, _epochOf(result), nodes_, volume);
    }

    /// @inheritdoc IValueVerification
    function withdrawResult(uint256 number) external nonReentrant {
        VerificationResult storage result = _overturned(number);
        IVerificationRequests.VerificationRequest memory asked = desk.requestOf(number);
        if (result.amount == 0 || asked.field == 0) revert NothingToWithdraw(number);
        _takeBack(asked, result.acceptedAt);
    }

    /// @inheritdoc IDisputable
    function openCase(uint256 number) external restricted {
        VerificationResult storage result = _result(number);
        ResultState state = result.state;
        if (state != ResultState.Accepted && state != ResultState.Refused) revert WrongResultState(number, state);
        uint256 until = _disputableUntil(result);
        if (block.timestamp > until) revert DisputeWindowOver(number, until);
        result.state = ResultState.Disputed;
        emit ResultDisputed(number);
        desk.caseOpened(_epochOf(result));
    }

    /// @inheritdoc IDisputable
    function closeCase(uint256 number, bool overturned, uint40 until) external restricted nonReentrant {
        VerificationResult storage result = _result(number);
        if (result.state != ResultState.Disputed) revert WrongResultState(number, result.state);
        if (overturned) result.state = ResultState.Overturned;
        else result.state = result.amount == 0 ? ResultState.Refused : ResultState.Accepted;
        emit ResultJudged(number, overturned);
        if (!overturned) _reopen(number, result, until);
        IVerificationRequests.VerificationRequest memory asked = desk.requestOf(number);
        desk.caseClosed(_epochOf(result), overturned, _toNodes(asked, result), _disputableUntil(result));
        if (!overturned || result.amount == 0) return;
        if (asked.kind == IVerificationRules.VerificationKind.CreditData) {
            operatingRecord.revokeStatement(uint48(asked.id), uint32(result.amount), bytes32(number));
        } else if (asked.kind != IVerificationRules.VerificationKind.MappingCompliance) {
            _tryToTakeBack(number, asked, result.acceptedAt);
        }
    }

    /// @inheritdoc IValueVerification
    function resultOf(uint256 number) external view returns (VerificationResult memory) {
        return _results[number];
    }

    /// @inheritdoc IValueVerification
    function isFinal(uint256 number) external view returns (bool) {
        VerificationResult storage result = _results[number];
        bool stands = result.state == ResultState.Accepted || result.state == ResultState.Refused;
        return stands && block.timestamp > _disputableUntil(result);
    }

    /// @inheritdoc IDisputable
    function disputable(uint256 number) external view returns (Disputable memory) {
        VerificationResult storage result = _result(number);
        IVerificationRequests.VerificationRequest memory asked = desk.requestOf(number);
        (uint48 first, uint48 second) = _interestedNow(asked);
        ResultState state = result.state;
        return
            Disputable({
                signersHash: result.signersHash,
                acceptedAt: result.acceptedAt,
                disputableUntil: _disputableUntil(result),
                open: state == ResultState.Disputed || state == ResultState.Overturned,
                requester: asked.entity,
                first: first,
                second: second
            });
    }

    /// @inheritdoc IDisputable
    function acceptedAt(uint256 number) external view returns (uint40) {
        return _results[number].acceptedAt;
    }

    function _keep(uint256 number, VerificationResult memory result) internal {
        _results[number] = result;
    }

    /// @dev What does not fit the window, half a year after the result, is cut off: by then cases for show have cost dozens of bonds.
    function _reopen(uint256 number, VerificationResult storage result, uint40 until) private {
        if (until <= _disputableUntil(result)) return;
        result.window = uint24(Math.min(until - result.acceptedAt, type(uint24).max));
        emit ResultReopened(number, _disputableUntil(result));
    }

    function _takeBack(IVerificationRequests.VerificationRequest memory asked, uint40 acceptedAt) private {
        uint40 until = uint40(block.timestamp);
        IVerifiedTarget(asked.target).stateVerified(
            asked.id,
            asked.field,
            0,
            acceptedAt,
            until,
            0,
            VerifiedLib.BY_NODES
        );
    }

    /// @dev A target that cannot take back must not keep the guilty from being judged.
    function _tryToTakeBack(
        uint256 number,
        IVerificationRequests.VerificationRequest memory asked,
        uint40 acceptedAt
    ) private {
        uint256 left = gasleft();
        uint40 until = uint40(block.timestamp);
        try
            IVerifiedTarget(asked.target).stateVerified(
                asked.id,
                asked.field,
                0,
                acceptedAt,
                until,
                0,
                VerifiedLib.BY_NODES
            )
        {} catch {
            if (left < AMPLE_GAS) revert MoreGasToWithdraw(left, AMPLE_GAS);
            emit ResultNotWithdrawn(number, asked.target);
        }
    }

    /// @dev Nobody where the asset is no more, so that its result can still be judged.
    function _interestedNow(
        IVerificationRequests.VerificationRequest memory asked
    ) private view returns (uint48 first, uint48 second) {
        if (asked.field == 0) return VerificationLib.interestedIn(asked.kind, asked.target, asked.id);
        try IVerifiedTarget(asked.target).interestedIn(asked.id) returns (uint48 one, uint48 other) {
            (first, second) = (one, other);
        } catch {}
    }

    function _result(uint256 number) private view returns (VerificationResult storage result) {
        result = _results[number];
        if (result.state == ResultState.None) revert NoResult(number);
    }

    function _overturned(uint256 number) private view returns (VerificationResult storage result) {
        result = _result(number);
        if (result.state != ResultState.Overturned) revert WrongResultState(number, result.state);
    }

    function _disputableUntil(VerificationResult storage result) private view returns (uint40) {
        return result.acceptedAt + result.window;
    }

    function _epochOf(VerificationResult storage result) private view returns (uint32) {
        return uint32(result.acceptedAt / _epochLength);
    }

    /// @dev The nodes' part of the fee.
    function _toNodes(
        IVerificationRequests.VerificationRequest memory asked,
        VerificationResult storage result
    ) private view returns (uint256 toNodes) {
        (, toNodes) = VerificationLib.splitFee(asked.fee, result.fundBps);
    }
}
