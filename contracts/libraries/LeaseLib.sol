// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Rent by the second
library LeaseLib {
    /// @dev rent × seconds / period, rounded up: use is never given away. 96 + 40 bits cannot overflow.
    function priceUp(uint256 rent, uint256 period, uint256 start, uint256 end) internal pure returns (uint256) {
        return Math.ceilDiv(rent * (end - start), period);
    }

    /// @dev What owners have earned by `time`: rounded down while the lease runs, all that was paid after its end. It never
    /// falls as time goes on or as the lease is extended, and never exceeds `paid`.
    function earnedDown(
        uint256 rent,
        uint256 period,
        uint256 start,
        uint256 end,
        uint256 paid,
        uint256 time
    ) internal pure returns (uint256) {
        return time > end ? paid : (rent * (time - start)) / period;
    }
}
