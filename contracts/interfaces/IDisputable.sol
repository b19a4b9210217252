// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Results that can be disputed before a court
interface IDisputable {
    /// @notice What a court must know of a result. `signersHash`: keccak256(abi.encode(uint32[] nodes, uint256[] stakes)), the nodes
    /// that signed in ascending order of their numbers and the whole stake of each when it was accepted. `disputableUntil`: last
    /// second at which a case can be opened. `open`: a case stands, or it was overturned already.
    struct Disputable {
        bytes32 signersHash;
        uint40 acceptedAt;
        uint40 disputableUntil;
        bool open;
        uint48 requester;
        uint48 first;
        uint48 second;
    }

    /// @notice What can be disputed about result `number`; reverts where there is none.
    function disputable(uint256 number) external view returns (Disputable memory);

    /// @notice When result `number` was accepted, its signers' stakes with it; 0 where there is none. A case changes nothing of it.
    function acceptedAt(uint256 number) external view returns (uint40);

    /// @notice A case about `number` was opened. Only COURT.
    function openCase(uint256 number) external;

    /// @notice The case ended; `overturned`: the result was found false, and must not be believed any more. Only COURT.
    /// @param until a result that stands can be disputed until then at least: nobody is shut out by a case for show
    function closeCase(uint256 number, bool overturned, uint40 until) external;

    /// @notice The digest (EIP-712) that a node signs for the result of request `number`.
    function resultDigest(uint256 number, uint96 amount, uint40 validUntil) external view returns (bytes32);
}
