// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Compliance checks and enforcement for real-world assets (ERC-7943, non-fungible form)
/// @notice The ERC-165 id of the six functions is 0xbf1ef5fe.
interface IERC7943NonFungible {
    /// @notice `tokenId` was taken from `from` and given to `to`.
    event ForcedTransfer(address indexed from, address indexed to, uint256 indexed tokenId);
    /// @notice `tokenId` is frozen for `account` from now on, or is not any more, whether it holds it or not.
    event Frozen(address indexed account, uint256 indexed tokenId, bool indexed frozenStatus);

    /// @notice `account` may not send: it is unknown, suspended, removed or expired.
    error ERC7943CannotSend(address account);
    /// @notice `account` may not receive: it is unknown, suspended, removed or expired.
    error ERC7943CannotReceive(address account);
    /// @notice The movement breaks a rule that has no error of its own.
    error ERC7943CannotTransfer(address from, address to, uint256 tokenId);
    /// @notice `tokenId` held by `account` is frozen.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 tokenId);

    /// @notice Takes `tokenId` from `from` and gives it to `to`, frozen or not. Only COMPLIANCE.
    /// @dev `to` must be allowed to receive. What is pledged is not taken: break the lien first.
    function forcedTransfer(address from, address to, uint256 tokenId) external returns (bool result);

    /// @notice Freezes `tokenId` for `account`, or frees it. Where `account` does not hold it, it is frozen as soon as it does,
    /// until force takes it away again. Only COMPLIANCE.
    function setFrozenTokens(address account, uint256 tokenId, bool frozenStatus) external returns (bool result);

    /// @notice True where `account` may send as far as the account itself goes.
    function canSend(address account) external view returns (bool allowed);

    /// @notice True where `account` may receive as far as the account itself goes.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice True where `tokenId` is frozen for `account`, whether it holds it or not.
    function getFrozenTokens(address account, uint256 tokenId) external view returns (bool frozenStatus);

    /// @notice True where `from` may send `tokenId` to `to` itself.
    function canTransfer(address from, address to, uint256 tokenId) external view returns (bool allowed);
}
