// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who charges the fees of the suite
interface IFeeMeter {
    /// @notice Charges `entity` for one `service` (0: routing, 1: mapping, 2: adaptation) in `scenario`, from what it prepaid.
    /// Only CHARGER.
    /// @return amount wei of ERA; 0 where the service is free
    function charge(uint48 entity, uint8 service, uint32 scenario) external returns (uint256 amount);
}
