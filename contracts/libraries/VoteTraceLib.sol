// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice What is known of a voter, in one word: its votes and since when, how many earlier checkpoints there are, and what it
/// holds itself. A grant to somebody who votes for himself, as everybody does at first, writes no other.
/// Bits 0-89 votes | 90-127 since | 128-159 earlier | 160-249 units | 250 delegated | 251 closed.
type Voter is uint256;

/// @notice A voter now, and its earlier checkpoints: bits 0-127 of the word at that time, two in a slot.
struct VoteTrace {
    Voter head;
    mapping(uint256 pair => uint256) past;
}

using VoteTraceLib for Voter global;
using VoteTraceLib for VoteTrace global;

/// @title Votes by the second
/// @dev 90 bits hold 1.2 × 10^27, more than all ERA; 38 bits of seconds last 8,000 years. One second adds one checkpoint at most.
library VoteTraceLib {
    /// @dev The greatest number of votes.
    uint256 internal constant MOST = (1 << 90) - 1;

    uint256 private constant CHECKPOINT = (1 << 128) - 1;
    uint256 private constant TIME = (1 << 38) - 1;
    uint256 private constant DELEGATED = 1 << 250;
    uint256 private constant CLOSED = 1 << 251;

    function votes(Voter voter) internal pure returns (uint256) {
        return Voter.unwrap(voter) & MOST;
    }

    /// @dev The second of the latest checkpoint; 0 where there was none.
    function since(Voter voter) internal pure returns (uint256) {
        return (Voter.unwrap(voter) >> 90) & TIME;
    }

    /// @dev How many checkpoints there are before the latest.
    function earlier(Voter voter) internal pure returns (uint256) {
        return uint32(Voter.unwrap(voter) >> 128);
    }

    /// @dev What the voter holds, wherever it votes.
    function units(Voter voter) internal pure returns (uint256) {
        return (Voter.unwrap(voter) >> 160) & MOST;
    }

    /// @dev Whether the voter votes elsewhere, or nowhere; else for itself.
    function delegated(Voter voter) internal pure returns (bool) {
        return Voter.unwrap(voter) & DELEGATED != 0;
    }

    /// @dev Whether others may not release to the voter.
    function closed(Voter voter) internal pure returns (bool) {
        return Voter.unwrap(voter) & CLOSED != 0;
    }

    function withDelegated(Voter voter, bool yes) internal pure returns (Voter) {
        uint256 word = Voter.unwrap(voter);
        return Voter.wrap(yes ? word | DELEGATED : word & ~DELEGATED);
    }

    function withClosed(Voter voter, bool yes) internal pure returns (Voter) {
        uint256 word = Voter.unwrap(voter);
        return Voter.wrap(yes ? word | CLOSED : word & ~CLOSED);
    }

    /// @dev Adds to units and votes; neither falls below zero nor rises beyond `MOST`, which the caller sees to.
    function change(
        VoteTrace storage self,
        int256 unitsMore,
        int256 votesMore
    ) internal returns (uint256 before, uint256 later) {
        Voter head = self.head;
        uint256 word = Voter.unwrap(head);
        before = head.votes();
        later = uint256(int256(before) + votesMore);
        if (votesMore != 0) {
            uint256 count = head.earlier();
            // A second that has a checkpoint keeps it; a voter of whom nothing is known has none to keep.
            if (head.since() != block.timestamp && head.since() != 0) {
                _keep(self, count, word & CHECKPOINT);
                ++count;
            }
            word = ((word >> 160) << 160) | (count << 128) | (block.timestamp << 90) | later;
        }
        unchecked {
            // A sum modulo 2^256: a negative number is borrowed from the units alone, which are at least so many.
            self.head = Voter.wrap(word + (uint256(unitsMore) << 160));
        }
    }

    /// @dev The votes at the end of the second `time`.
    function votesAt(VoteTrace storage self, uint256 time) internal view returns (uint256) {
        Voter head = self.head;
        if (head.since() <= time) return head.votes();
        uint256 low = 0;
        uint256 high = head.earlier();
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_kept(self, middle).since() > time) high = middle;
            else low = middle + 1;
        }
        return low == 0 ? 0 : _kept(self, low - 1).votes();
    }

    function _keep(VoteTrace storage self, uint256 number, uint256 checkpoint) private {
        if (number % 2 == 0) self.past[number / 2] = checkpoint;
        else self.past[number / 2] |= checkpoint << 128;
    }

    function _kept(VoteTrace storage self, uint256 number) private view returns (Voter) {
        uint256 pair = self.past[number / 2];
        return Voter.wrap(number % 2 == 0 ? pair & CHECKPOINT : pair >> 128);
    }
}
