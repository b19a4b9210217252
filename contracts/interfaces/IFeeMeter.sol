// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who charges the fees of the suite
interface IFeeMeter {
    /// @notice Charges `entity` for one `service` (0: routing, 1: mapping, 2: adaptation) in `scenario`, from what it prepaid.
    /// A free one writes nothing. Only CHARGER.
    /// @return amount of ERA that was taken, in units of 10^-18
    function charge(uint48 entity, uint8 service, uint32 scenario) external returns (uint256 amount);
}
