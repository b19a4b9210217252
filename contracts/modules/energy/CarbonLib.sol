// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Grams of CO2e for watt-hours
library CarbonLib {
    /// @dev 1,000 Wh a kWh × 1,000 mg a g.
    uint256 private constant WATT_HOUR_MILLIGRAMS = 1_000_000;

    /// @dev Grams for `wattHours` at `factor` mg/kWh, rounded down. 97 + 32 bits cannot overflow.
    function gramsDown(uint256 wattHours, uint256 factor) internal pure returns (uint256) {
        return (wattHours * factor) / WATT_HOUR_MILLIGRAMS;
    }

    /// @dev What `wattHours` more add to the grams of those converted before: all parts add up to the grams of the whole.
    function added(uint256 before, uint256 wattHours, uint256 factor) internal pure returns (uint256) {
        return gramsDown(before + wattHours, factor) - gramsDown(before, factor);
    }
}
