// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title How an enterprise behaves towards its creditors, as the contracts themselves saw it
/// @notice Contracts that lend or buy with recourse tell of every repayment, delay and default in the transaction in which it
/// happens; nobody has to report it, and nobody else can. Amounts are USD with 6 decimals.
interface ICreditConduct {
    /// @notice `entity` paid `interestUsd` of interest on a loan repaid in time. Raises its limit, at most to a cap an epoch.
    /// Only LENDER.
    function recordInTime(uint48 entity, uint256 interestUsd) external;

    /// @notice `entity` became late with `principalUsd`. Lowers its limit at once. Only LENDER.
    function recordLate(uint48 entity, uint256 principalUsd) external;

    /// @notice `entity` defaulted. Its limit is zero from now on, until governance ends that. Only LENDER.
    function recordDefault(uint48 entity) external;

    /// @notice True where a default of `entity` keeps its limit at zero.
    function isFrozen(uint48 entity) external view returns (bool);
}
