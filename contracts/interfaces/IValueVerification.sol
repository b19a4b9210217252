// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "./IAttestors.sol";
import {IOperatingRecord} from "./IOperatingRecord.sol";
import {IVerificationDesk} from "./IVerificationDesk.sol";

/// @title Results: what staked nodes found, written to the ledgers, and open to dispute
/// @notice Nodes sign (EIP-712) `Verification(uint256 request,address target,uint256 id,uint256 field,bytes32 documentHash,uint256
/// amount,uint256 validUntil)`; for operating facts, the operating record's own digest. Anyone brings the signatures, in
/// ascending order of the signers' addresses. It takes as many nodes and as much active stake as the request says, all of
/// different entities, none of the requester's nor of one that has an interest in the asset. Amount 0: the nodes refused;
/// nothing is written, and the work is paid for. What is written has level 2. A court can dispute a result for a while; what it
/// finds false is taken back in the same transaction.
interface IValueVerification {
    /// @notice Where a result stands. `None`: there is none yet.
    enum ResultState {
        None,
        Accepted,
        Refused,
        Disputed,
        Overturned
    }

    /// @notice A result. `amount`: in the asset's units; 1 for a mapping; for facts, the number of the statement. `validUntil`: the
    /// last second at which it is good. `window`: seconds from `acceptedAt` in which it can be disputed, more where a case about
    /// it was withheld, and 194 days at most. `signers`: how many nodes. `fundBps`, `weightBps`: the fund's part of its fee, and the weight of its volume. `forfeited`: its
    /// signers lost its fee. `signersHash`: as in `IDisputable`.
    struct VerificationResult {
        uint96 amount;
        uint40 validUntil;
        uint40 acceptedAt;
        uint24 window;
        ResultState state;
        uint8 signers;
        uint16 fundBps;
        uint16 weightBps;
        bool forfeited;
        bytes32 signersHash;
    }

    /// @notice Request `number` has a result of `nodes`, in ascending order, with these whole stakes (active and leaving); amount 0:
    /// refused. `volume`: of each node, in units of 10^-18 ERA.
    event ResultAccepted(
        uint256 indexed number,
        address indexed target,
        uint256 indexed id,
        uint8 field,
        uint96 amount,
        uint40 validUntil,
        uint40 disputableUntil,
        uint96 volume,
        uint32[] nodes,
        uint256[] stakes
    );
    /// @notice A court opened a case about result `number`.
    event ResultDisputed(uint256 indexed number);
    /// @notice The case about result `number` ended; `overturned`: it is not to be believed any more.
    event ResultJudged(uint256 indexed number, bool overturned);
    /// @notice Result `number` can be disputed again, or for longer, until `until`.
    event ResultReopened(uint256 indexed number, uint40 until);
    /// @notice The target did not take result `number` back; `withdrawResult` tries again.
    event ResultNotWithdrawn(uint256 indexed number, address indexed target);

    /// @notice The signatures were good until `validUntil`.
    error ResultExpired(uint256 number, uint40 validUntil);
    /// @notice Facts are brought with `submitFacts`, all else with `submit`.
    error OtherWayToSubmit(uint256 number);
    /// @notice A mapping is compliant (1) or refused (0).
    error MappingAmount(uint256 number, uint96 amount);
    /// @notice `node` is of `entity`, which asked for the result or has an interest in it.
    error SignerInterested(uint256 number, uint32 node, uint48 entity);
    /// @notice The facts are about `given`; `wanted` was asked for.
    error FactsOfOther(uint256 number, uint48 wanted, uint48 given);
    /// @notice Statement `nonce` about the entity settled a request before.
    error StatementUsed(uint48 entity, uint32 nonce);
    /// @notice Request `number` has no result.
    error NoResult(uint256 number);
    /// @notice Result `number` could be disputed until `until`.
    error DisputeWindowOver(uint256 number, uint256 until);
    /// @notice In state `state` no case can be opened about, or closed on, result `number`; or it was not found false.
    error WrongResultState(uint256 number, ResultState state);
    /// @notice Result `number` wrote no attribute.
    error NothingToWithdraw(uint256 number);
    /// @notice These are not the signers of result `number`.
    error SignersNotThose(uint256 number);
    /// @notice The signers of result `number` lost its fee before.
    error AlreadyForfeited(uint256 number);
    /// @notice Taking back failed with so little gas, `left`, that this may be why: bring `needed`.
    error MoreGasToWithdraw(uint256 left, uint256 needed);

    /// @notice Brings the result of a request, or its refusal (amount 0). Anyone may call; always open.
    /// @param amount what the nodes found
    /// @param validUntil the last second at which it is good, and at which it can be brought
    function submit(
        uint256 number,
        uint96 amount,
        uint40 validUntil,
        IAttestors.Attestation[] calldata attestations
    ) external;

    /// @notice Brings operating facts that were asked for. They are recorded, unless the same were before. Anyone may call. The
    /// nodes must also be the quorum that the operating record asks for.
    function submitFacts(
        uint256 number,
        IOperatingRecord.OperatingFacts calldata facts,
        IAttestors.Attestation[] calldata attestations
    ) external;

    /// @notice Shows that a node of the panel signed a result, though its signature was not brought with the others: it has done its
    /// duty. Until the deadline. A node that signs two results of one request is slashed for it. Anyone may call.
    function answer(
        uint256 number,
        uint96 amount,
        uint40 validUntil,
        IAttestors.Attestation calldata attestation
    ) external;

    /// @notice As `answer`, for operating facts.
    function answerFacts(
        uint256 number,
        IOperatingRecord.OperatingFacts calldata facts,
        IAttestors.Attestation calldata attestation
    ) external;

    /// @notice Names the signers of a result that was found false: each loses its volume. Anyone may call, once for each result.
    /// @param nodes in ascending order
    /// @param stakes whole stakes, as in `ResultAccepted`
    function forfeitFees(uint256 number, uint32[] calldata nodes, uint256[] calldata stakes) external;

    /// @notice Takes back what was written by a result that was found false, where it still stands. `closeCase` does so itself; this
    /// is for a target that refused then. Anyone may call.
    function withdrawResult(uint256 number) external;

    /// @notice The result of a request; state `None` where there is none yet.
    function resultOf(uint256 number) external view returns (VerificationResult memory);

    /// @notice True where there is a result that stands and cannot be disputed any more.
    function isFinal(uint256 number) external view returns (bool);

    /// @notice The desk: requests, panels and money.
    function desk() external view returns (IVerificationDesk);

    /// @notice The operating record.
    function operatingRecord() external view returns (IOperatingRecord);
}
