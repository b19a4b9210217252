// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice What is known of a voter with locks, in one word.
/// Bits 0-90 votes | 91-123 since | 124 away | 125-153 earlier | 154-243 units | 244-255 only.
/// `votes` are those at second `since`; what falls later is to be taken off. `away`: what it locked votes elsewhere, or nowhere.
/// `earlier`: how many checkpoints there are before this one. `units`: what is locked for it. `only`: the one week in which it has
/// locks or falls; 0 where it never had any, and 4,095 where weeks stand in a set of their own.
type LockVoter is uint256;

/// @notice A voter now, and its earlier checkpoints: bits 0-124 of the word at that time, two in a slot.
struct LockTrace {
    LockVoter head;
    mapping(uint256 pair => uint256) past;
}

using LockTraceLib for LockVoter global;
using LockTraceLib for LockTrace global;

/// @title Votes of locks by the second
/// @dev 91 bits hold twice all ERA; 33 bits of seconds last until the year 2242. One second adds one checkpoint at most.
library LockTraceLib {
    /// @dev `only` of a voter whose weeks stand in a set.
    uint256 internal constant MANY = (1 << 12) - 1;
    /// @dev So many earlier checkpoints are kept: 17 years of one each second. The next ones take the latest one's place.
    uint256 internal constant MOST_EARLIER = (1 << 29) - 1;

    uint256 private constant CHECKPOINT = (1 << 125) - 1;
    uint256 private constant VOTES = (1 << 91) - 1;
    uint256 private constant TIME = (1 << 33) - 1;
    uint256 private constant UNITS = (1 << 90) - 1;
    uint256 private constant AWAY = 1 << 124;

    function votes(LockVoter voter) internal pure returns (uint256) {
        return LockVoter.unwrap(voter) & VOTES;
    }

    /// @dev The second of the latest checkpoint; 0 where there was none.
    function since(LockVoter voter) internal pure returns (uint256) {
        return (LockVoter.unwrap(voter) >> 91) & TIME;
    }

    function away(LockVoter voter) internal pure returns (bool) {
        return LockVoter.unwrap(voter) & AWAY != 0;
    }

    function units(LockVoter voter) internal pure returns (uint256) {
        return (LockVoter.unwrap(voter) >> 154) & UNITS;
    }

    function only(LockVoter voter) internal pure returns (uint256) {
        return LockVoter.unwrap(voter) >> 244;
    }

    /// @dev With `more` units, which neither fall below zero nor rise beyond 2^90.
    function plus(LockVoter voter, int256 more) internal pure returns (LockVoter) {
        unchecked {
            // A sum modulo 2^256: `only` above the units is as it was, since they do not spill over.
            return LockVoter.wrap(LockVoter.unwrap(voter) + (uint256(more) << 154));
        }
    }

    function withOnly(LockVoter voter, uint256 week) internal pure returns (LockVoter) {
        return LockVoter.wrap(((LockVoter.unwrap(voter) << 12) >> 12) | (week << 244));
    }

    /// @dev The word with votes as of now, to be written to `head`; the checkpoint that it takes the place of is kept.
    function stamped(LockTrace storage self, LockVoter head, uint256 votes_, bool away_) internal returns (LockVoter) {
        uint256 word = LockVoter.unwrap(head);
        uint256 count = (word >> 125) & MOST_EARLIER;
        // A second that has a checkpoint keeps it; a voter of whom nothing is known has none to keep.
        if (head.since() != block.timestamp && head.since() != 0 && count != MOST_EARLIER) {
            _keep(self, count, word & CHECKPOINT);
            ++count;
        }
        word = ((word >> 154) << 154) | (count << 125) | (block.timestamp << 91) | votes_;
        return LockVoter.wrap(away_ ? word | AWAY : word);
    }

    /// @dev The checkpoint that held at the end of second `time`, with no more of the word than that; 0 where there was none.
    function upTo(LockTrace storage self, uint256 time) internal view returns (LockVoter) {
        LockVoter head = self.head;
        if (head.since() <= time) return LockVoter.wrap(LockVoter.unwrap(head) & CHECKPOINT);
        uint256 low = 0;
        uint256 high = (LockVoter.unwrap(head) >> 125) & MOST_EARLIER;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_kept(self, middle).since() > time) high = middle;
            else low = middle + 1;
        }
        return low == 0 ? LockVoter.wrap(0) : _kept(self, low - 1);
    }

    function _keep(LockTrace storage self, uint256 number, uint256 checkpoint) private {
        if (number % 2 == 0) self.past[number / 2] = checkpoint;
        else self.past[number / 2] |= checkpoint << 128;
    }

    function _kept(LockTrace storage self, uint256 number) private view returns (LockVoter) {
        uint256 pair = self.past[number / 2];
        return LockVoter.wrap(number % 2 == 0 ? pair & CHECKPOINT : pair >> 128);
    }
}
