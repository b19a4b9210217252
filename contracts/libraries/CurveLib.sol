// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice A corner of a piecewise-linear curve: at `x` it is `y`.
struct CurveKnot {
    uint64 x;
    int64 y;
}

/// @title Piecewise-linear curves in whole numbers
/// @notice Through its knots, x ascending, straight between them, flat before the first and beyond the last: so it is bounded by
/// its knots, and monotone where their y are. Between knots it is rounded down (toward minus infinity), which keeps it
/// monotone: what is rounded down never passes the next knot, whose y is whole.
/// @dev Packed, a knot is 16 bytes: x, then y in two's complement.
library CurveLib {
    uint256 internal constant KNOT_BYTES = 16;

    function pack(CurveKnot[] calldata knots) internal pure returns (bytes memory packed) {
        for (uint256 i = 0; i < knots.length; ++i) packed = abi.encodePacked(packed, knots[i].x, knots[i].y);
    }

    /// @dev The curve whose `count` knots, 1 at least, begin at byte `start`, at `x`; rounded down.
    function valueDown(bytes memory packed, uint256 start, uint256 count, uint256 x) internal pure returns (int256) {
        (uint256 leftX, int256 leftY) = knotAt(packed, start);
        if (x <= leftX) return leftY;
        // Six curves in every draw. leftX < x < rightX; a product is of 65 bits by 64; `packed` is shorter than 2^24 bytes.
        unchecked {
            uint256 end = start + count * KNOT_BYTES;
            for (start += KNOT_BYTES; start < end; start += KNOT_BYTES) {
                (uint256 rightX, int256 rightY) = knotAt(packed, start);
                if (x < rightX) {
                    return leftY + divDown((rightY - leftY) * int256(x - leftX), int256(rightX - leftX));
                }
                (leftX, leftY) = (rightX, rightY);
            }
        }
        return leftY;
    }

    /// @dev The knot at byte `start`, which must lie within `packed`.
    function knotAt(bytes memory packed, uint256 start) internal pure returns (uint256 x, int256 y) {
        uint256 word;
        assembly ("memory-safe") {
            word := mload(add(add(packed, 32), start))
        }
        return (word >> 192, int64(uint64(word >> 128)));
    }

    /// @dev a / b toward minus infinity; `b` is positive.
    function divDown(int256 a, int256 b) internal pure returns (int256 quotient) {
        quotient = a / b;
        // A remainder has the sign of what is divided.
        if (a % b < 0) --quotient;
    }
}
