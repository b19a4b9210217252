// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The prepaid account from which an entity pays its fees
interface IFeeCredit {
    /// @notice Adds `amount` of ERA to the fee account of `entity`. Takes it from the caller, who approved it.
    function deposit(uint48 entity, uint256 amount) external;
}
