// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LoanLib} from "./LoanLib.sol";

/// @title The arithmetic of a senior and a junior tranche
/// @notice Simple interest on the senior principal that is outstanding, by the second, kept as a whole number of
/// 1 / (10,000 × 365 days) of a unit. Interest is due in whole units, rounded down; what is below a unit is carried on, and
/// falls to the junior tranche once the principal is repaid. So the senior tranche never gets more than principal + interest.
library WaterfallLib {
    uint256 internal constant BPS = 10_000;

    /// @dev Interest up to `time`, in parts of a unit; exact.
    function accrue(
        uint256 interest,
        uint256 principal,
        uint256 rateBps,
        uint256 since,
        uint256 time
    ) internal pure returns (uint256) {
        return interest + principal * rateBps * (time - since);
    }

    /// @dev Interest that is due in whole units; rounded down.
    function due(uint256 interest) internal pure returns (uint256) {
        return interest / LoanLib.SCALE;
    }

    /// @dev Shares `cash`: interest that is due first, then senior principal, and the rest is the junior tranche's. The three
    /// add up to `cash`.
    /// @param interest up to now, in parts of a unit
    function share(
        uint256 cash,
        uint256 interest,
        uint256 principal
    ) internal pure returns (uint256 paid, uint256 repaid, uint256 rest) {
        paid = Math.min(cash, due(interest));
        repaid = Math.min(cash - paid, principal);
        rest = cash - paid - repaid;
    }

    /// @dev The largest senior tranche over assets of `value` of which the junior one bears `coverageBps`; rounded down.
    function mostSenior(uint256 value, uint256 coverageBps) internal pure returns (uint256) {
        return Math.mulDiv(value, BPS - coverageBps, BPS);
    }

    /// @dev What of `value` is left to bear losses before `senior` does, in basis points; rounded down, 0 where nothing is.
    function coverage(uint256 value, uint256 senior) internal pure returns (uint256) {
        return value <= senior ? 0 : Math.mulDiv(value - senior, BPS, value);
    }

    /// @dev A price that falls from `value` to `floorBps` of it in `whole` seconds, and from there to nothing in as many
    /// again; rounded up, 1 unit at least.
    function price(uint256 value, uint256 passed, uint256 whole, uint256 floorBps) internal pure returns (uint256) {
        uint256 parts = 0;
        if (passed <= whole) parts = BPS * whole - (BPS - floorBps) * passed;
        else if (passed < 2 * whole) parts = floorBps * (2 * whole - passed);
        return Math.max(1, Math.mulDiv(value, parts, BPS * whole, Math.Rounding.Ceil));
    }
}
