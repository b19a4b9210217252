// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What two entities paid one another in one epoch, in one word
/// @notice USD with 6 decimals: bits 0-95 what the one with the lower number paid, bits 96-191 what the other one paid back.
/// A sum that would not fit stays at the highest that does.
library FlowLib {
    uint256 private constant BITS = 96;
    uint256 private constant MOST = type(uint96).max;

    /// @dev Where the word of two entities and an epoch stands; `low` < `high`.
    function key(uint256 low, uint256 high, uint256 epoch) internal pure returns (uint256) {
        return (epoch << 96) | (high << 48) | low;
    }

    /// @dev What one direction comes to. `upward`: paid by the lower number.
    function paid(uint256 word, bool upward) internal pure returns (uint256) {
        return (upward ? word : word >> BITS) & MOST;
    }

    /// @dev The word with `usd` more in one direction, at most the highest that fits.
    function add(uint256 word, bool upward, uint256 usd) internal pure returns (uint256) {
        // In every settlement. A sum is at most `MOST`, and with `more` it still is: neither wraps nor spills over.
        unchecked {
            uint256 shift = upward ? 0 : BITS;
            uint256 room = MOST - ((word >> shift) & MOST);
            return word + ((usd < room ? usd : room) << shift);
        }
    }

    /// @dev The word with `usd` less in one direction, which has as much.
    function take(uint256 word, bool upward, uint256 usd) internal pure returns (uint256) {
        return word - (upward ? usd : usd << BITS);
    }

    /// @dev Sets off what came back. `words[0]` is the epoch that is counted, the others follow it to the end of its window. What
    /// was paid both ways in the epoch itself is set off first, then the rest of the larger sum by what came back in each
    /// later epoch in turn. What has been set off is taken out of both words. Exact; nothing is rounded.
    /// @return net what is left of the epoch, and alone in `words[0]`
    /// @return upward whether the lower number paid it
    function settle(uint256[] memory words) internal pure returns (uint256 net, bool upward) {
        (uint256 up, uint256 down) = (paid(words[0], true), paid(words[0], false));
        upward = up > down;
        net = upward ? up - down : down - up;
        for (uint256 i = 1; i < words.length && net != 0; ++i) {
            uint256 back = paid(words[i], !upward);
            if (back > net) back = net;
            words[i] = take(words[i], !upward, back);
            net -= back;
        }
        words[0] = add(0, upward, net);
    }
}
