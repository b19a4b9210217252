// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICalderaGovernor} from "../interfaces/ICalderaGovernor.sol";
import {ICalderaTimelock} from "../interfaces/ICalderaTimelock.sol";

/// @title What governance cannot set beyond
/// @dev Below the lowest of delay, period and floor together nobody could react in time; above the highest of quorum and threshold
/// nothing could pass any more, not even what lowers them.
library GovernorLib {
    uint48 internal constant LOWEST_VOTING_DELAY = 1 hours;
    uint48 internal constant HIGHEST_VOTING_DELAY = 14 days;
    uint32 internal constant LOWEST_VOTING_PERIOD = 1 days;
    uint32 internal constant HIGHEST_VOTING_PERIOD = 30 days;
    uint48 internal constant LOWEST_EXTENSION = 6 hours;
    uint48 internal constant HIGHEST_EXTENSION = 7 days;
    uint16 internal constant LOWEST_QUORUM = 100;
    uint16 internal constant HIGHEST_QUORUM = 2_000;
    uint16 internal constant WHOLE = 10_000;
    uint96 internal constant LOWEST_THRESHOLD = 1_000 ether;
    uint96 internal constant HIGHEST_THRESHOLD = 5_000_000 ether;
    uint256 internal constant LOWEST_FLOOR = 1 days;
    uint256 internal constant HIGHEST_DELAY = 30 days;
    /// @dev Longer than any pause (7 days), so that a pause never makes what passed lapse.
    uint256 internal constant GRACE = 14 days;

    function requireVotingDelay(uint256 delay) internal pure {
        if (_within(delay, LOWEST_VOTING_DELAY, HIGHEST_VOTING_DELAY)) return;
        revert ICalderaGovernor.VotingDelayOutOfBounds(delay, LOWEST_VOTING_DELAY, HIGHEST_VOTING_DELAY);
    }

    function requireVotingPeriod(uint256 period) internal pure {
        if (_within(period, LOWEST_VOTING_PERIOD, HIGHEST_VOTING_PERIOD)) return;
        revert ICalderaGovernor.VotingPeriodOutOfBounds(period, LOWEST_VOTING_PERIOD, HIGHEST_VOTING_PERIOD);
    }

    function requireExtension(uint256 extension) internal pure {
        if (_within(extension, LOWEST_EXTENSION, HIGHEST_EXTENSION)) return;
        revert ICalderaGovernor.VoteExtensionOutOfBounds(extension, LOWEST_EXTENSION, HIGHEST_EXTENSION);
    }

    function requireQuorum(uint256 bps) internal pure {
        if (_within(bps, LOWEST_QUORUM, HIGHEST_QUORUM)) return;
        revert ICalderaGovernor.QuorumOutOfBounds(bps, LOWEST_QUORUM, HIGHEST_QUORUM);
    }

    function requireThreshold(uint256 votes) internal pure {
        if (_within(votes, LOWEST_THRESHOLD, HIGHEST_THRESHOLD)) return;
        revert ICalderaGovernor.ProposalThresholdOutOfBounds(votes, LOWEST_THRESHOLD, HIGHEST_THRESHOLD);
    }

    function requireFloor(uint256 floor) internal pure {
        if (_within(floor, LOWEST_FLOOR, HIGHEST_DELAY)) return;
        revert ICalderaTimelock.DelayFloorOutOfBounds(floor, LOWEST_FLOOR, HIGHEST_DELAY);
    }

    function requireDelay(uint256 delay, uint256 floor) internal pure {
        if (_within(delay, floor, HIGHEST_DELAY)) return;
        revert ICalderaTimelock.TimelockDelayOutOfBounds(delay, floor, HIGHEST_DELAY);
    }

    function _within(uint256 value, uint256 lowest, uint256 highest) private pure returns (bool) {
        return lowest <= value && value <= highest;
    }
}
