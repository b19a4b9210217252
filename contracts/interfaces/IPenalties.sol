// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IDisputable} from "./IDisputable.sol";
import {IDisputeCourt} from "./IDisputeCourt.sol";
import {INodeRecords} from "./INodeRecords.sol";
import {INodes} from "./INodes.sol";
import {ISlasher} from "./ISlasher.sol";

/// @title How guilty nodes are slashed
/// @notice For a false result once a court upheld the challenge, and for two results of one request signed by one node, where the
/// signatures are proof enough. Amounts are in units of 10^-18 ERA.
interface IPenalties {
    /// @notice A result as a node signed it. `key`: the address of the ECDSA key. `signature`: 65 bytes, r s v.
    struct ConflictingResult {
        uint96 amount;
        uint40 validUntil;
        address key;
        bytes signature;
    }

    /// @notice `node` was slashed for a false result, as found in case `id`; `base`: its stake when the result was accepted.
    event SignerSlashed(uint256 indexed id, uint32 indexed node, uint256 base, uint256 taken);
    /// @notice `node` signed two results of request `number`, as `reporter` proved; `taken` of its stake `base` was slashed.
    event ConflictProven(
        uint32 indexed node,
        uint256 indexed number,
        address indexed reporter,
        uint256 base,
        uint256 taken
    );

    /// @notice The challenge of case `id` is not upheld: its phase is `phase`.
    error NotUpheld(uint256 id, IDisputeCourt.CasePhase phase);
    /// @notice These are not the nodes and stakes of case `id`; `expected` is their hash.
    error WrongSignersOfCase(uint256 id, bytes32 expected);
    /// @notice `from` and `count` name no signers that remain to be slashed.
    error NothingToExecute(uint256 id, uint256 from, uint256 count);
    /// @notice Key `key` is not, and was not, of `node`.
    error NotAKeyOfNode(uint32 node, address key);
    /// @notice The two results of request `number` are the same.
    error SameResult(uint256 number);
    /// @notice The signature is not that of `key` over the result.
    error InvalidResultSignature(address key);
    /// @notice The conflict of `node` about `number` was proven already.
    error ConflictKnown(uint32 node, uint256 number);
    /// @notice `node` has less than 100 ERA at stake, of which nothing is taken.
    error NothingAtStake(uint32 node);

    /// @notice Slashes signers of an upheld case, `count` of them from position `from`; those slashed already are passed over. The
    /// challenger is the reporter. Stakes and rates are those of the time when the result was accepted. Anyone; at once, as nothing keeps
    /// the signers' stake in place for ever.
    /// @param signers as they were given when the case was opened
    /// @param stakes the base of each
    /// @return taken in units of 10^-18 ERA
    function execute(
        uint256 id,
        uint32[] calldata signers,
        uint256[] calldata stakes,
        uint256 from,
        uint256 count
    ) external returns (uint256 taken);

    /// @notice Slashes `node` for two results of one request, signed by keys that are or were its own; once a node and request. No
    /// panel, no bond, no time limit. Its stake and the rates are those of now. Only ECDSA signatures count, and high s does not: what a contract
    /// says of a signature (EIP-1271) it can say differently tomorrow, so it proves nothing later; results of such keys are for
    /// panels. Anyone.
    /// @dev Whoever sees the call before it is carried out can send it with another reporter: report by a private way.
    /// @param reporter gets the reporter's share
    /// @return taken in units of 10^-18 ERA
    function proveConflict(
        uint32 node,
        uint256 number,
        ConflictingResult calldata one,
        ConflictingResult calldata other,
        address reporter
    ) external returns (uint256 taken);

    /// @notice Bits of the signers, by position, that were slashed because of case `id`.
    function executedOf(uint256 id) external view returns (uint256);

    /// @notice Whether two results of `node` about request `number` were proven.
    function conflictProven(uint32 node, uint256 number) external view returns (bool);

    /// @notice Who finds results false.
    function court() external view returns (IDisputeCourt);

    /// @notice Where false results are recorded.
    function records() external view returns (INodeRecords);

    /// @notice Whose keys sign.
    function nodes() external view returns (INodes);

    /// @notice What is signed.
    function results() external view returns (IDisputable);

    /// @notice Who takes stake.
    function slasher() external view returns (ISlasher);
}
