// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Dividing a sum by shares, exactly; the lines of a share table, packed
/// @notice Largest remainder (Hare): each part is the share rounded down, and the units that are left go one each to the
/// largest remainders, ties to who stands first. The parts add up to the sum, and none is a whole unit off its share.
/// @dev A line, 48 bits: bits 0-13 basis points | 14-45 number of the account or scheme | 46 set for a scheme. While a sum is
/// divided, bits 48-143 hold the line's part and 144-157 its remainder.
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
    uint256 private constant REMAINDER_AT = LINE_BITS + 96;
    uint256 private constant PARTED = (1 << REMAINDER_AT) - 1;

    /// @dev A line's bits. `bps_` must be at most 10,000.
    function line(uint256 bps_, uint32 number_, bool scheme_) internal pure returns (uint256 packed) {
        packed = bps_ | (uint256(number_) << 14);
        if (scheme_) packed |= SCHEME;
    }

    function bps(uint256 packed) internal pure returns (uint256) {
        return packed & BPS;
    }

    function number(uint256 packed) internal pure returns (uint32) {
        return uint32(packed >> 14);
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

    /// @dev The lines of a table; the second word is read only where the first does not hold them all.
    function lines(uint256[2] storage table) internal view returns (uint256[] memory found) {
        found = new uint256[](MOST_LINES);
        uint256 word = table[0];
        uint256 count = 0;
        unchecked {
            // A table is stored only where at most 8 lines add up to 10,000: count <= 8, the length that was allocated.
            for (uint256 sum = 0; sum < WHOLE; ++count) {
                if (count == IN_FIRST) word = table[1];
                uint256 packed = word & LINE;
                assembly ("memory-safe") {
                    mstore(add(found, shl(5, add(count, 1))), packed)
                }
                sum += word & BPS;
                word >>= LINE_BITS;
            }
        }
        assembly ("memory-safe") {
            mstore(found, count)
        }
    }

    /// @notice Enters beside each line its part of `amount`, which is below 2^96. The lines' shares must add up to 10,000.
    /// @dev The remainders add up to left × 10,000 and each is below 10,000: more than `left` of them are above zero, so that
    /// each round finds one, and none is chosen twice.
    function split(uint256 amount, uint256[] memory found) internal pure {
        uint256 count = found.length;
        uint256 left = amount;
        unchecked {
            // amount × 10,000 fits 110 bits; the parts, each rounded down, are at most the amount and fit 96 bits.
            for (uint256 i = 0; i < count; ++i) {
                uint256 packed;
                assembly ("memory-safe") {
                    packed := mload(add(found, shl(5, add(i, 1)))) // i < count
                }
                uint256 exact = amount * (packed & BPS);
                uint256 whole = exact / WHOLE;
                packed |= (whole << LINE_BITS) | ((exact - whole * WHOLE) << REMAINDER_AT);
                assembly ("memory-safe") {
                    mstore(add(found, shl(5, add(i, 1))), packed)
                }
                left -= whole;
            }
            for (; left != 0; --left) {
                uint256 chosen = 0;
                for (uint256 i = 1; i < count; ++i) {
                    if (found[i] >> REMAINDER_AT > found[chosen] >> REMAINDER_AT) chosen = i;
                }
                // A part that was rounded down is below its share of 96 bits: one more does not run over.
                found[chosen] = (found[chosen] & PARTED) + (1 << LINE_BITS);
            }
        }
    }

    /// @dev The part that `split` entered.
    function part(uint256 packed) internal pure returns (uint256) {
        return uint96(packed >> LINE_BITS);
    }
}
