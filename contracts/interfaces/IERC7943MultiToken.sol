// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Compliance checks and enforcement for real-world assets (ERC-7943, multi-token form)
/// @notice The ERC-165 id of the six functions is 0x41c4fbad.
interface IERC7943MultiToken {
    /// @notice `amount` of `tokenId` was taken from `from` and given to `to`.
    event ForcedTransfer(address indexed from, address indexed to, uint256 indexed tokenId, uint256 amount);
    /// @notice `amount` of `tokenId` held by `account` is frozen from now on.
    event Frozen(address indexed account, uint256 indexed tokenId, uint256 amount);

    /// @notice `account` may not send: it is unknown, suspended, removed or expired.
    error ERC7943CannotSend(address account);
    /// @notice `account` may not receive: it is unknown, suspended, removed or expired.
    error ERC7943CannotReceive(address account);
    /// @notice The movement breaks a rule that has no error of its own.
    error ERC7943CannotTransfer(address from, address to, uint256 tokenId, uint256 amount);
    /// @notice `amount` is at most the balance of `account`, but above what is not frozen of it.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 tokenId, uint256 amount, uint256 unfrozen);

    /// @notice Takes `amount` of `tokenId` from `from` and gives it to `to`, frozen or not. Only COMPLIANCE.
    /// @dev `to` must be allowed to receive. Pledged units are not taken: break the lien first.
    function forcedTransfer(address from, address to, uint256 tokenId, uint256 amount) external returns (bool result);

    /// @notice Sets the frozen amount of `tokenId` held by `account`; it may exceed the balance. Only COMPLIANCE.
    function setFrozenTokens(address account, uint256 tokenId, uint256 amount) external returns (bool result);

    /// @notice True where `account` may send as far as the account itself goes.
    function canSend(address account) external view returns (bool allowed);

    /// @notice True where `account` may receive as far as the account itself goes.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice The frozen amount of `tokenId` held by `account`; it may exceed the balance.
    function getFrozenTokens(address account, uint256 tokenId) external view returns (uint256 amount);

    /// @notice True where no rule of the token stands against this transfer. A mere lack of balance is no rule.
    function canTransfer(
        address from,
        address to,
        uint256 tokenId,
        uint256 amount
    ) external view returns (bool allowed);
}
