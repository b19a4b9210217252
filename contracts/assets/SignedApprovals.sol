// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISignedApprovals} from "../interfaces/ISignedApprovals.sol";

/// @title Approval of an operator by signature
abstract contract SignedApprovals is ISignedApprovals, EIP712 {
    bytes32 private constant APPROVAL_TYPEHASH = keccak256(
        "ApprovalForAll(address owner,address operator,bool approved,uint256 nonce,uint256 deadline)"
    );

    /// @inheritdoc ISignedApprovals
    mapping(address owner => uint256) public nonces;

    /// @inheritdoc ISignedApprovals
    function setApprovalForAllBySignature(
        address owner,
        address operator,
        bool approved,
        uint256 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        bytes32 hashed = keccak256(abi.encode(APPROVAL_TYPEHASH, owner, operator, approved, nonces[owner]++, deadline));
        if (!SignatureChecker.isValidSignatureNow(owner, _hashTypedDataV4(hashed), signature)) {
            revert InvalidSignature(owner);
        }
        _approve(owner, operator, approved);
    }

    /// @inheritdoc ISignedApprovals
    function cancelSignedApproval() external {
        emit SignedApprovalCancelled(msg.sender, nonces[msg.sender]++);
    }

    function _approve(address owner, address operator, bool approved) internal virtual;
}
