// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Transfers by signed authorisation (ERC-3009)
/// @notice Each authorisation carries its own random nonce, so that several may be outstanding at once and in any order.
/// Signatures of contract wallets (ERC-1271) are accepted through the `bytes` variants.
interface IERC3009 {
    /// @notice The authorisation was carried out.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    /// @notice The authorisation was withdrawn by its signer.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice The authorisation holds only after `validAfter`.
    error AuthorizationNotYetValid(uint256 validAfter);
    /// @notice The authorisation held only before `validBefore`.
    error AuthorizationExpired(uint256 validBefore);
    /// @notice This nonce of `authorizer` is used or cancelled.
    error AuthorizationUsedOrCanceled(address authorizer, bytes32 nonce);
    /// @notice The signature is not `authorizer`'s over exactly this authorisation, on this chain, for this token.
    error InvalidAuthorization(address authorizer);
    /// @notice Only the payee itself may call `receiveWithAuthorization`.
    error CallerIsNotPayee(address caller, address payee);

    /// @notice True where `nonce` of `authorizer` is used or cancelled.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);

    /// @notice Moves `value` (18 decimals) from `from` to `to` by `from`'s signature. Anyone may call.
    /// @param validAfter the call's time stamp must be greater
    /// @param validBefore the call's time stamp must be smaller
    /// @param nonce 32 random bytes, never used before by `from`
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice The same with the signature as bytes (65 bytes r‖s‖v, or whatever the signing contract accepts).
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;

    /// @notice As `transferWithAuthorization`, but only `to` may call: nobody can carry it out ahead of a contract that
    /// wants to act in the same call.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice The same with the signature as bytes.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;

    /// @notice Withdraws an authorisation that is not used yet, by its signer's signature. Anyone may call.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice The same with the signature as bytes.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) external;
}
