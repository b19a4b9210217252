// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Dividing a sum by shares, exactly; the lines of a share table, packed
/// @notice Largest remainder (Hare): each part is the share rounded down, and the units that are left go one each to the
/// largest remainders, ties to who stands first. The parts add up to the sum, and none is a whole unit off its share.
/// @dev A line, 48 bits: bits 0-13 basis points | 14-45 number of the account or scheme | 46 set for a scheme. While a sum is
/// divided, bits 48-61 hold the line's remainder and 160-255 its part.
/// A table, two words. The first: bits 0-191 lines 0 to 3 | 192-231 first second | 232-239 days of the refund window | 240-247
/// most payments. The second: lines 4 to 7. The lines end where their shares reach 10,000, so that no count is needed, and
/// what may stand behind them is never read.
library SharesLib {
    uint256 internal constant WHOLE = 10_000;
    uint256 internal constant MOST_LINES = 8;
    uint256 private constant LINE_BITS = 48;
    uint256 private constant LINE = (1 << LINE_BITS) - 1;
    uint256 private constant BPS = (1 << 14) - 1;
    uint256 private constant SCHEME = 1 << 46;
    uint256 private constant IN_FIRST = 4;
    uint256 private constant PART_BITS = 160;
    uint256 private constant REMAINDER = BPS << LINE_BITS;
    uint256 private constant NUMBER = type(uint32).max;

    /// @dev A line's bits. `bps_` must be at most 10,000.
    function line(uint256 bps_, uint32 number_, bool scheme_) internal pure returns (uint256 packed) {
        packed = bps_ | (uint256(number_) << 14);
        if (scheme_) packed |= SCHEME;
    }

    function bps(uint256 packed) internal pure returns (uint256) {
        return packed & BPS;
    }

    /// @dev Below 2^32.
    function number(uint256 packed) internal pure returns (uint256) {
        return (packed >> 14) & NUMBER;
    }

    function isScheme(uint256 packed) internal pure returns (bool) {
        return packed & SCHEME != 0;
    }

    /// @dev A table's two words.
    function pack(
        uint256[] memory packed,
        uint40 from_,
        uint8 windowDays_,
        uint8 most_
    ) internal pure returns (uint256 first, uint256 second) {
        first = (uint256(most_) << 240) | (uint256(windowDays_) << 232) | (uint256(from_) << 192);
        for (uint256 i = 0; i < packed.length; ++i) {
            if (i < IN_FIRST) first |= packed[i] << (i * LINE_BITS);
            else second |= packed[i] << ((i - IN_FIRST) * LINE_BITS);
        }
    }

    function from(uint256 first) internal pure returns (uint40) {
        return uint40(first >> 192);
    }

    function windowDays(uint256 first) internal pure returns (uint8) {
        return uint8(first >> 232);
    }

    function most(uint256 first) internal pure returns (uint8) {
        return uint8(first >> 240);
    }

    /// @dev Whether the first word holds all lines, so that the second need not be read.
    function isWhole(uint256 first) internal pure returns (bool) {
        uint256 sum = (first & BPS) + ((first >> LINE_BITS) & BPS);
        sum += ((first >> (2 * LINE_BITS)) & BPS) + ((first >> (3 * LINE_BITS)) & BPS);
        return sum == WHOLE;
    }

    /// @notice The lines of a table, each with its part of `amount`, which is below 2^96.
    /// @dev The remainders add up to left × 10,000 and each is below 10,000: more than `left` of them are above zero, so that
    /// each round finds one, and none is chosen twice.
    function divide(uint256 first, uint256 second, uint256 amount) internal pure returns (uint256[] memory lines) {
        uint256 left = amount;
        uint256 word = first;
        uint256 end;
        assembly ("memory-safe") {
            lines := mload(0x40)
            end := add(lines, 32) // behind the last line
            mstore(0x40, add(end, mul(MOST_LINES, 32)))
        }
        unchecked {
            // A table is stored only where at most 8 lines add up to 10,000: no more than 8 are written.
            // amount × 10,000 fits 110 bits; the parts, each rounded down, are at most the amount and fit 96 bits.
            for (uint256 sum = 0; sum < WHOLE;) {
                uint256 share = word & BPS;
                uint256 exact = amount * share;
                uint256 whole = exact / WHOLE;
                sum += share;
                left -= whole;
                uint256 packed = (whole << PART_BITS) | ((exact % WHOLE) << LINE_BITS) | (word & LINE);
                assembly ("memory-safe") {
                    mstore(end, packed)
                    end := add(end, 32)
                    word := shr(LINE_BITS, word)
                    if eq(sub(end, lines), 160) {
                        word := second // after the fourth
                    }
                }
            }
            uint256 count;
            assembly ("memory-safe") {
                count := sub(shr(5, sub(end, lines)), 1)
                mstore(lines, count)
            }
            for (; left != 0; --left) {
                uint256 chosen = 0;
                for (uint256 i = 1; i < count; ++i) {
                    if (lines[i] & REMAINDER > lines[chosen] & REMAINDER) chosen = i;
                }
                // A part that was rounded down is below its share of 96 bits: one more does not run over.
                lines[chosen] = (lines[chosen] & ~REMAINDER) + (1 << PART_BITS);
            }
        }
    }

    /// @dev Line `index`, which must be below their number.
    function lineAt(uint256[] memory lines, uint256 index) internal pure returns (uint256 packed) {
        assembly ("memory-safe") {
            packed := mload(add(add(lines, 32), shl(5, index)))
        }
    }

    /// @dev The part that `divide` gave the line.
    function part(uint256 packed) internal pure returns (uint256) {
        return packed >> PART_BITS;
    }
}
