// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Arithmetic of incentives
library RewardLib {
    /// @notice ERA (smallest units) for one unit of USD (6 decimals): 12,000 × 10^18 for 1,000,000 × 10^6. Exact.
    uint256 internal constant ERA_PER_USD = 12_000_000_000;
    uint256 internal constant WHOLE = 10_000;

    /// @dev A part of `amount` in basis points, rounded down: whoever pays it keeps the fraction.
    function partDown(uint256 amount, uint256 bps) internal pure returns (uint256) {
        return Math.mulDiv(amount, bps, WHOLE);
    }

    /// @dev The USD whose reward, and the part of `bps` on top of it, `budget` can pay; rounded down.
    function payableDown(uint256 budget, uint256 bps) internal pure returns (uint256) {
        return Math.mulDiv(budget, WHOLE, WHOLE + bps) / ERA_PER_USD;
    }

    /// @dev What of `amount`, which runs evenly from `from` to `end`, is vested at `at`; rounded down. All of it from `end` on.
    function vestedDown(uint256 amount, uint256 from, uint256 end, uint256 at) internal pure returns (uint256) {
        if (at >= end) return amount;
        if (at <= from) return 0;
        return Math.mulDiv(amount, at - from, end - from);
    }
}
