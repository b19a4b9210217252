// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IPenalties} from "../interfaces/IPenalties.sol";
import {IDisputable} from "../interfaces/IDisputable.sol";
import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodes} from "../interfaces/INodes.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {StakeLib} from "../libraries/StakeLib.sol";

/// @title How guilty nodes are slashed
contract Penalties is IPenalties, BoundedPause, ReentrancyGuardTransient {
    /// @inheritdoc IPenalties
    IDisputeCourt public immutable court;
    /// @inheritdoc IPenalties
    INodeRecords public immutable records;
    /// @inheritdoc IPenalties
    INodes public immutable nodes;
    /// @inheritdoc IPenalties
    IDisputable public immutable results;
    /// @inheritdoc IPenalties
    ISlasher public immutable slasher;
    /// @inheritdoc IPenalties
    mapping(uint256 id => uint256) public executedOf;
    /// @inheritdoc IPenalties
    mapping(uint32 node => mapping(uint256 number => bool)) public conflictProven;

    /// @param access the suite's AccessManager
    /// @param court_ finds results false; nodes, results, slasher and records are its own
    constructor(address access, IDisputeCourt court_) AccessManaged(access) {
        (court, records) = (court_, court_.records());
        (nodes, results, slasher) = (court_.nodes(), court_.results(), court_.slasher());
    }

    /// @inheritdoc IPenalties
    function execute(
        uint256 id,
        uint32[] calldata signers,
        uint256[] calldata stakes,
        uint256 from,
        uint256 count
    ) external nonReentrant returns (uint256 taken) {
        IDisputeCourt.CaseCourse memory course = court.courseOf(id);
        if (course.phase != IDisputeCourt.CasePhase.Upheld) revert NotUpheld(id, course.phase);
        IDisputeCourt.CaseFile memory file = court.fileOf(id);
        bytes32 expected = file.signersHash;
        if (keccak256(abi.encode(signers, stakes)) != expected) revert WrongSignersOfCase(id, expected);
        uint256 before = executedOf[id];
        uint256 executed = before;
        for (uint256 i = from; i < signers.length && i - from < count; ++i) executed |= 1 << i;
        if (executed == before) revert NothingToExecute(id, from, count);
        executedOf[id] = executed;
        uint256 acceptedAt = results.acceptedAt(file.number);
        for (uint256 i = from; i < signers.length; ++i) {
            if (((executed ^ before) >> i) & 1 == 1)
                taken += _slash(id, signers[i], stakes[i], course.challenger, acceptedAt);
        }
    }

    /// @inheritdoc IPenalties
    function proveConflict(
        uint32 node,
        uint256 number,
        ConflictingResult calldata one,
        ConflictingResult calldata other,
        address reporter
    ) external whenRunning nonReentrant returns (uint256 taken) {
        if (one.amount == other.amount && one.validUntil == other.validUntil) revert SameResult(number);
        if (conflictProven[node][number]) revert ConflictKnown(node, number);
        _requireSigned(node, number, one);
        _requireSigned(node, number, other);
        (uint256 active, uint256 leaving, ) = nodes.stakeOf(node);
        uint256 base = active + leaving;
        // With nothing to take the proof would be used up for nothing.
        if (base < StakeLib.LEAST_BASE) revert NothingAtStake(node);
        conflictProven[node][number] = true;
        taken = slasher.slash(node, base, ISlasher.Offence.ConflictingSignatures, reporter, block.timestamp);
        emit ConflictProven(node, number, reporter, base, taken);
    }

    function _slash(
        uint256 id,
        uint32 node,
        uint256 stake,
        address reporter,
        uint256 at
    ) private returns (uint256 taken) {
        taken = slasher.slash(node, stake, ISlasher.Offence.FalseAttestation, reporter, at);
        records.recordWrong(node);
        emit SignerSlashed(id, node, stake, taken);
    }

    function _requireSigned(uint32 node, uint256 number, ConflictingResult calldata result) private view {
        if (node == 0 || nodes.nodeOfKey(result.key) != node) revert NotAKeyOfNode(node, result.key);
        bytes32 digest = results.resultDigest(number, result.amount, result.validUntil);
        (address signer, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(digest, result.signature);
        if (error != ECDSA.RecoverError.NoError || signer != result.key) revert InvalidResultSignature(result.key);
    }
}
