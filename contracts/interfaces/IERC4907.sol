// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Rental of a non-fungible token: an owner and a user with an expiry (ERC-4907)
/// @notice The ERC-165 id of the three functions is 0xad092b5c.
interface IERC4907 {
    /// @notice The user of `tokenId` is `user` up to and including the second `expires`; the zero address: nobody.
    event UpdateUser(uint256 indexed tokenId, address indexed user, uint64 expires);

    /// @notice Makes `user` the user of `tokenId` up to and including `expires`; the zero address ends a use.
    function setUser(uint256 tokenId, address user, uint64 expires) external;

    /// @notice The present user of `tokenId`; the zero address where there is none.
    function userOf(uint256 tokenId) external view returns (address);

    /// @notice The last second of the use of `tokenId`; 0 where there is no user.
    function userExpires(uint256 tokenId) external view returns (uint256);
}
