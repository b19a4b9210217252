// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Approval of an operator by signature
/// @notice So that who owns certificates but no gas can let a contract move them: anyone may bring the signature.
interface ISignedApprovals {
    /// @notice `owner` made its approval with number `nonce` void.
    event SignedApprovalCancelled(address indexed owner, uint256 nonce);

    /// @notice The signature is not `signer`'s over exactly this approval, in its turn.
    error InvalidSignature(address signer);
    /// @notice The signature was good until `deadline`.
    error SignatureExpired(uint256 deadline);

    /// @notice Lets `operator` move all units of `owner`, or no longer, as `setApprovalForAll` by `owner` would.
    /// @dev EIP-712 `ApprovalForAll(address owner,address operator,bool approved,uint256 nonce,uint256 deadline)`, with the
    /// owner's next nonce; EIP-1271 for contract wallets.
    /// @param deadline the last second at which the signature is good
    function setApprovalForAllBySignature(
        address owner,
        address operator,
        bool approved,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Makes an approval void that the caller signed with its next nonce and nobody has brought yet. Withdrawing an approval
    /// with `setApprovalForAll` does not: a signature that lies somewhere could bring it back.
    function cancelSignedApproval() external;

    /// @notice The nonce that the next approval of `owner` must have.
    function nonces(address owner) external view returns (uint256);
}
