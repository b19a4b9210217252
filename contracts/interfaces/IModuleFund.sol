// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The fund that pays for the development of modules
/// @notice It lives on a share of the revenue of borrowers that were financed, as they agreed; only governance spends it.
/// Whatever arrives is collected, gifts as well: a gift serves the same purpose and cannot be told apart by the token.
interface IModuleFund {
    /// @notice `amount` went to `to` for the purpose in the document of that hash; `spentInAll` of this token so far.
    event FundSpent(
        address indexed token,
        address indexed to,
        uint256 amount,
        bytes32 indexed purposeHash,
        uint256 spentInAll
    );

    /// @notice There is nothing to spend: the amount is zero.
    error NothingToSpend();
    /// @notice Spending names a purpose.
    error NoSpendingPurpose();
    /// @notice Money can go neither to nobody nor to the fund itself.
    error CannotBePaid(address account);
    /// @notice The fund has `available` of this token.
    error ExceedsFund(address token, uint256 amount, uint256 available);

    /// @notice Spends. Only ADMIN, the timelock of governance.
    /// @param purposeHash of the document that was decided on, not zero
    function spend(address token, address to, uint256 amount, bytes32 purposeHash) external;

    /// @notice What has been collected of `token` since the beginning: what is there and what was spent.
    function collected(address token) external view returns (uint256);

    /// @notice What has been spent of `token`.
    function spent(address token) external view returns (uint256);

    /// @notice What is there of `token`.
    function available(address token) external view returns (uint256);
}
