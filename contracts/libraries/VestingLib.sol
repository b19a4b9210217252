// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The arithmetic of a grant
library VestingLib {
    /// @dev What a schedule gives at `time`: linear from `start` over `duration`, nothing before `start` + `cliff`. Rounded down,
    /// so that nobody has a unit early; the last is there when the duration is over.
    function scheduled(
        uint256 amount,
        uint256 start,
        uint256 cliff,
        uint256 duration,
        uint256 time
    ) internal pure returns (uint256) {
        if (time < start + cliff) return 0;
        uint256 passed = time - start;
        return passed < duration ? (amount * passed) / duration : amount;
    }

    /// @dev How `principal` comes back as `returned` where `staked` is the grant's and `owed` the allocation's, together at least
    /// `principal`. A loss falls on what is the grant's first, because its beneficiary chose the stake; what came back is the
    /// allocation's first, because it did not.
    /// @return ownLoss what the grant loses
    /// @return owedLoss what the allocation loses
    /// @return recovered what goes to the allocation
    /// @return reward what came back beyond the principal
    function settle(
        uint256 principal,
        uint256 returned,
        uint256 staked,
        uint256 owed
    ) internal pure returns (uint256 ownLoss, uint256 owedLoss, uint256 recovered, uint256 reward) {
        uint256 back = Math.min(principal, returned);
        ownLoss = Math.min(principal - back, staked);
        owedLoss = principal - back - ownLoss;
        recovered = Math.min(back, owed - owedLoss);
        reward = returned - back;
    }
}
