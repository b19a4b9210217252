// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Falls} from "../contracts/libraries/FallsLib.sol";
import {LockTotals, LockTotalsLib} from "../contracts/libraries/LockTotalsLib.sol";
import {LockTrace, LockTraceLib, LockVoter} from "../contracts/libraries/LockTraceLib.sol";
import {VoteTrace} from "../contracts/libraries/VoteTraceLib.sol";
import {WeekSet} from "../contracts/libraries/WeekSetLib.sol";
import {Proof} from "./Proof.sol";

/// @notice Traces that are written in a call each: within one call the compiler takes the time to be the same.
contract TraceBook {
    using LockTotalsLib for uint256;

    LockTotals private _totals;
    LockTrace private _lock;
    VoteTrace private _vote;

    function writeTotals(uint256 locked, uint256 doubled) external {
        _totals.write(locked, doubled);
    }

    function writeLock(uint256 votes, bool away) external {
        _lock.head = _lock.stamped(_lock.head, votes, away);
    }

    function writeVote(uint256 more) external {
        _vote.change(int256(more), int256(more));
    }

    function assumeLock(uint256 units, uint256 only) external {
        _lock.head = LockVoter.wrap(0).plus(int256(units)).withOnly(only);
    }

    function totalsAt(uint256 time) external view returns (uint256 locked, uint256 doubled, uint256 since) {
        return _totals.at(time).parts();
    }

    function lockAt(uint256 time) external view returns (LockVoter then, LockVoter head) {
        return (_lock.upTo(time), _lock.head);
    }

    function voteAt(uint256 time) external view returns (uint256 votes, uint256 units) {
        return (_vote.votesAt(time), _vote.head.units());
    }
}

/// @title Votes by the second: what was written is what is found at any time
/// @dev Checkpoints are written at any seconds, in order, several in one second as well.
contract TraceProofs is Proof {
    /// @dev First weeks of two words of a set, one beside the other.
    uint256 private constant EARLIER = 11 << 8;
    uint256 private constant LATER = 12 << 8;

    TraceBook private immutable _book = new TraceBook();
    Falls private _falls;
    WeekSet private _weeks;

    /// @notice What a week falls by is what was added to it, and no other week falls.
    function check_fallsOfAWeek(uint16 week, uint16 other, uint120 had, uint120 more) external {
        _falls.change(week, int256(uint256(had)));
        uint256 before = _falls.at(other);
        _falls.change(week, int256(uint256(more)));
        assert(_falls.at(week) == uint256(had) + more);
        if (other != week) assert(_falls.at(other) == before);
    }

    /// @notice What is taken from the fall of a week is taken from it alone, down to nothing.
    function check_fallsTakenBack(uint16 week, uint16 other, uint120 had, uint120 beside, uint120 less) external {
        _assume(other != week && less <= had);
        _falls.change(week, int256(uint256(had)));
        _falls.change(other, int256(uint256(beside)));
        _falls.change(week, -int256(uint256(less)));
        assert(_falls.at(week) == uint256(had) - less && _falls.at(other) == beside);
    }

    /// @notice What fell between two weeks is the sum over the weeks between, each once.
    /// @custom:halmos --loop 6
    /// @custom:bound spans of up to 4 weeks, beginning at an even or an odd one
    function check_fallsBetween(uint120 one, uint120 two, uint120 three, uint120 four, bool odd, uint8 span) external {
        _assume(span <= 4);
        uint256 first = odd ? 2_901 : 2_900;
        _falls.change(first + 1, int256(uint256(one)));
        _falls.change(first + 2, int256(uint256(two)));
        _falls.change(first + 3, int256(uint256(three)));
        _falls.change(first + 4, int256(uint256(four)));
        uint256 sum = span > 0 ? one : 0;
        if (span > 1) sum += two;
        if (span > 2) sum += three;
        if (span > 3) sum += four;
        assert(_falls.between(first, first + span) == sum);
    }

    /// @notice The totals at any second are those written last at it or before it.
    /// @custom:halmos --loop 4
    /// @custom:bound 3 checkpoints
    function check_totalsAtAnySecond(
        uint32[3] memory at,
        uint80[3] memory locked,
        uint80[3] memory doubled,
        uint32 time
    ) external {
        _assume(at[0] > 0 && at[0] <= at[1] && at[1] <= at[2]);
        for (uint256 i = 0; i < 3; ++i) {
            PROVER.warp(at[i]);
            _book.writeTotals(locked[i], doubled[i]);
        }
        (uint256 has, uint256 twice, uint256 since) = _book.totalsAt(time);
        uint256 last =
            time >= at[2]
                ? 3
                : time >= at[1]
                    ? 2
                    : time >= at[0]
                        ? 1
                        : 0;
        if (last == 0) assert(has == 0 && twice == 0 && since == 0);
        else assert(has == locked[last - 1] && twice == doubled[last - 1] && since == at[last - 1]);
    }

    /// @notice The votes of locks at any second are those written last at it or before it; units and the only week stay.
    /// @custom:halmos --loop 4
    /// @custom:bound 3 checkpoints
    function check_lockVotesAtAnySecond(
        uint32[3] memory at,
        uint80[3] memory votes,
        bool[3] memory away,
        uint32 time,
        uint80 units
    ) external {
        _assume(at[0] > 0 && at[0] <= at[1] && at[1] <= at[2]);
        _book.assumeLock(units, 2_900);
        for (uint256 i = 0; i < 3; ++i) {
            PROVER.warp(at[i]);
            _book.writeLock(votes[i], away[i]);
        }
        (LockVoter then, LockVoter head) = _book.lockAt(time);
        uint256 last =
            time >= at[2]
                ? 3
                : time >= at[1]
                    ? 2
                    : time >= at[0]
                        ? 1
                        : 0;
        if (last == 0) assert(then.votes() == 0 && then.since() == 0);
        else assert(then.votes() == votes[last - 1] && then.away() == away[last - 1] && then.since() == at[last - 1]);
        assert(head.units() == units && head.only() == 2_900);
    }

    /// @notice The votes of grants at any second are those written last at it or before it.
    /// @custom:halmos --loop 4
    /// @custom:bound 3 checkpoints
    function check_grantVotesAtAnySecond(uint32[3] memory at, uint80[3] memory more, uint32 time) external {
        _assume(at[0] > 0 && at[0] <= at[1] && at[1] <= at[2] && more[0] != 0 && more[1] != 0 && more[2] != 0);
        uint256[3] memory sums;
        for (uint256 i = 0; i < 3; ++i) {
            PROVER.warp(at[i]);
            _book.writeVote(more[i]);
            sums[i] = (i == 0 ? 0 : sums[i - 1]) + more[i];
        }
        uint256 last =
            time >= at[2]
                ? 3
                : time >= at[1]
                    ? 2
                    : time >= at[0]
                        ? 1
                        : 0;
        (uint256 votes, uint256 units) = _book.voteAt(time);
        assert(votes == (last == 0 ? 0 : sums[last - 1]) && units == sums[2]);
    }

    /// @notice Units of a voter change alone: votes, their second, whether they are elsewhere and the only week stay.
    function check_unitsChangeAlone(uint256 word, int88 more) external pure {
        LockVoter was = LockVoter.wrap(word);
        int256 sum = int256(was.units()) + more;
        _assume(sum >= 0 && sum < int256(1 << 90));
        LockVoter then = was.plus(more);
        assert(then.units() == uint256(sum) && then.only() == was.only());
        assert(then.votes() == was.votes() && then.since() == was.since() && then.away() == was.away());
    }

    /// @notice The next week of a set is one that was added, none between is left out.
    /// @custom:halmos --loop 4
    /// @custom:bound sets of 2 weeks within 512: any one, and one at an end of a word, walked from such an end
    function check_nextWeek(uint8 any, bool late, uint8 place, uint8 start) external {
        uint256 first = late ? LATER | any : EARLIER | any;
        uint256 second = _place(place);
        uint256 from = _place(start) - 1;
        _weeks.add(first);
        _weeks.add(second);
        uint256 next = _weeks.next(from, LATER | 0xff);
        (uint256 low, uint256 high) = first < second ? (first, second) : (second, first);
        if (low > from) assert(next == low);
        else if (high > from) assert(next == high);
        else assert(next == 0);
    }

    /// @dev A path for each: the first and the last week of one word, the first of the next.
    function _place(uint8 choice) private pure returns (uint256) {
        if (choice == 0) return EARLIER;
        return choice == 1 ? EARLIER | 0xff : LATER;
    }
}
