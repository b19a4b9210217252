// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICreditModel} from "../interfaces/ICreditModel.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {CurveKnot, CurveLib} from "../libraries/CurveLib.sol";

/// @title The formula, and its parameters in the form in which they are kept
/// @dev Packed, so that one account's code holds them and one copy of it serves a whole assessment. Bytes: 0 cap | 8 raise cap |
/// 16 conduct highest | 24 lowest | 32 thawed | 40 in-time bps | 44 late bps | 48 number of knots, one byte a curve | 54 knots,
/// 16 bytes each, curve after curve.
library CreditFormula {
    uint256 internal constant HEADER = 54;
    uint256 internal constant BPS = 10_000;
    uint256 private constant COUNTS = 48;
    uint256 private constant CURVES = 6;
    uint256 private constant FEWEST = 2;
    uint256 private constant MOST = 8;

    /// @dev What conduct needs, unpacked.
    struct ConductTerms {
        uint256 raiseCap;
        int256 highest;
        int256 lowest;
        int256 thawed;
        uint256 inTimeBps;
        uint256 lateBps;
    }

    /// @dev Refuses parameters under which the limit would not be monotone and bounded.
    function requireSound(ICreditModel.CreditParameters calldata given) internal pure {
        if (given.capUsd == 0) revert ICreditModel.NoCreditCap();
        (int64 lowest, int64 thawed, int64 highest) = (given.conductLowest, given.conductThawed, given.conductHighest);
        if (lowest > thawed || thawed > 0 || highest < 0) {
            revert ICreditModel.ConductBoundsOutOfOrder(lowest, thawed, highest);
        }
        for (uint256 i = 0; i < CURVES; ++i) _requireMonotone(ICreditModel.Factor(i), given.curves[i]);
    }

    function pack(ICreditModel.CreditParameters calldata given) internal pure returns (bytes memory packed) {
        bytes memory counts = "";
        bytes memory knots = "";
        for (uint256 i = 0; i < CURVES; ++i) {
            counts = abi.encodePacked(counts, uint8(given.curves[i].length));
            knots = abi.encodePacked(knots, CurveLib.pack(given.curves[i]));
        }
        bytes memory conduct = abi.encodePacked(given.conductHighest, given.conductLowest, given.conductThawed);
        packed = abi.encodePacked(given.capUsd, given.raiseCapUsd, conduct, given.inTimeBps, given.lateBps);
        packed = abi.encodePacked(packed, counts, knots);
    }

    function unpack(bytes memory packed) internal pure returns (ICreditModel.CreditParameters memory given) {
        ConductTerms memory terms = conductTerms(packed);
        given.capUsd = uint64(cap(packed));
        given.raiseCapUsd = uint64(terms.raiseCap);
        given.conductHighest = int64(terms.highest);
        given.conductLowest = int64(terms.lowest);
        given.conductThawed = int64(terms.thawed);
        given.inTimeBps = uint32(terms.inTimeBps);
        given.lateBps = uint32(terms.lateBps);
        uint256 start = HEADER;
        for (uint256 i = 0; i < CURVES; ++i) {
            given.curves[i] = new CurveKnot[](_count(packed, i));
            for (uint256 j = 0; j < given.curves[i].length; ++j) {
                (uint256 x, int256 y) = CurveLib.knotAt(packed, start);
                given.curves[i][j] = CurveKnot(uint64(x), int64(y));
                start += CurveLib.KNOT_BYTES;
            }
        }
    }

    function cap(bytes memory packed) internal pure returns (uint256) {
        return _word(packed, 0) >> 192;
    }

    function conductTerms(bytes memory packed) internal pure returns (ConductTerms memory terms) {
        uint256 word = _word(packed, 8);
        terms.raiseCap = word >> 192;
        terms.highest = int64(uint64(word >> 128));
        terms.lowest = int64(uint64(word >> 64));
        terms.thawed = int64(uint64(word));
        word = _word(packed, 40);
        terms.inTimeBps = word >> 224;
        terms.lateBps = uint32(word >> 192);
    }

    /// @dev The six contributions of the record and their sum; the seventh is left at 0.
    function contributions(
        bytes memory packed,
        IOperatingRecord.OperatingEntry memory facts
    ) internal pure returns (int256[7] memory parts, int256 sum) {
        uint256[CURVES] memory x = [
            uint256(facts.turnover),
            facts.receivablesRepaid,
            // The record refuses more repaid than issued.
            facts.receivablesIssued - facts.receivablesRepaid,
            facts.daysLate,
            facts.cargoTurnover,
            facts.orders
        ];
        uint256 start = HEADER;
        uint256 counts = _word(packed, COUNTS);
        // Six curves in every draw. Six numbers of 64 bits; at most 48 knots.
        unchecked {
            for (uint256 i = 0; i < CURVES; ++i) {
                uint256 count = counts >> 248;
                int256 part = CurveLib.valueDown(packed, start, count, x[i]);
                parts[i] = part;
                sum += part;
                start += count * CurveLib.KNOT_BYTES;
                counts <<= 8;
            }
        }
    }

    /// @dev Not below 0, not above the cap.
    function clamp(int256 sum, uint256 most) internal pure returns (uint256) {
        if (sum < 0) return 0;
        return uint256(sum) > most ? most : uint256(sum);
    }

    function _requireMonotone(ICreditModel.Factor factor, CurveKnot[] calldata knots) private pure {
        bool falling = factor == ICreditModel.Factor.Unpaid || factor == ICreditModel.Factor.DaysLate;
        if (knots.length < FEWEST || knots.length > MOST) {
            revert ICreditModel.KnotCountOutOfRange(factor, knots.length, FEWEST, MOST);
        }
        if (falling && knots[0].y > 0) revert ICreditModel.PenaltyAboveZero(factor, knots[0].y);
        for (uint256 i = 1; i < knots.length; ++i) {
            (CurveKnot calldata left, CurveKnot calldata right) = (knots[i - 1], knots[i]);
            if (right.x <= left.x) revert ICreditModel.KnotsNotAscending(factor, i);
            if (falling ? right.y > left.y : right.y < left.y) revert ICreditModel.CurveNotMonotone(factor, i);
        }
    }

    function _count(bytes memory packed, uint256 curve) private pure returns (uint256) {
        return uint8(packed[COUNTS + curve]);
    }

    function _word(bytes memory packed, uint256 start) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(packed, 32), start))
        }
    }
}
