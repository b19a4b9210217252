// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title US dollars and currency units
/// @notice USD amounts have 6 decimals. A rate is USD per one whole currency unit, in WAD (18 decimals).
library UsdLib {
    /// @dev units = usd / 10^6 / (rate / 10^18) × 10^decimals, rounded up: a minimum is never set too low.
    function toUnitsUp(uint256 usd, uint256 rate, uint8 decimals) internal pure returns (uint256) {
        return Math.ceilDiv(usd * 10 ** (uint256(decimals) + 12), rate);
    }

    /// @dev The same, rounded down: what can be had for a sum is never put too high.
    function toUnitsDown(uint256 usd, uint256 rate, uint8 decimals) internal pure returns (uint256) {
        return Math.mulDiv(usd, 10 ** (uint256(decimals) + 12), rate);
    }

    /// @dev usd = units × rate / 10^(decimals + 12), rounded up: a debt is never put too low.
    function toUsdUp(uint256 units, uint256 rate, uint8 decimals) internal pure returns (uint256) {
        return Math.mulDiv(units, rate, 10 ** (uint256(decimals) + 12), Math.Rounding.Ceil);
    }
}
