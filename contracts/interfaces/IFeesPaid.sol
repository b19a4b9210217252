// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who has paid how much in fees
interface IFeesPaid {
    /// @notice ERA (smallest units) that `entity` has paid in fees since the beginning; never falls.
    function feesPaidBy(uint48 entity) external view returns (uint256);
}
