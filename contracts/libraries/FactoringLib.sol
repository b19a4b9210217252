// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Prices of parts
/// @notice Amounts are below 2^96, so that products of two fit a word.
library FactoringLib {
    /// @dev The price of the units from `filled` to `filled` + `part` of `all`: floor at the end less floor at the start, so
    /// that all parts together are exactly `price`, however it is divided.
    function partOf(uint256 price, uint256 all, uint256 filled, uint256 part) internal pure returns (uint256) {
        return (price * (filled + part)) / all - (price * filled) / all;
    }

    /// @dev The price of what is still owed of what was owed at the sale, rounded down: in favour of who pays it back.
    function dueDown(uint256 price, uint256 owed, uint256 owedAtSale) internal pure returns (uint256) {
        return (price * owed) / owedAtSale;
    }

    /// @dev USD with 6 decimals of `amount` units at `rate` (USD per whole unit, WAD), rounded up: no delay is made small.
    function toUsdUp(uint256 amount, uint256 rate, uint8 decimals) internal pure returns (uint256) {
        return Math.ceilDiv(amount * rate, 10 ** (uint256(decimals) + 12));
    }
}
