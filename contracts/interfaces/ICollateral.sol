// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What a module's asset is worth as a pledge
interface ICollateral {
    /// @notice What `units` of `id` stand for: what is owed on them, or their part of the last valuation, rounded down. Whether
    /// the asset may be pledged now is another question (`IAssetModule.requirePledgeable`).
    /// @return currencyId the currency of `value`, in its smallest unit; 0: USD with 6 decimals
    /// @return value what the units stand for
    /// @return validUntil the last second at which that is believed
    /// @return debtor the entity that owes it and pays through the module of receivables; 0 where nobody does
    function collateralOf(
        uint256 id,
        uint256 units
    ) external view returns (uint8 currencyId, uint256 value, uint40 validUntil, uint48 debtor);
}
