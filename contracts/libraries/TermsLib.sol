// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Party} from "./PartyLib.sol";

/// @notice What the ledger must know of an id to let its units move, in one word (one storage read):
/// bits 0-63 qualifications | 64-143 regions | 144-151 flags | 152-159 kind | 160-255 minimum unit.
/// It is fixed when the id is created; later rules never change it.
type Terms is uint256;

using TermsLib for Terms global;

/// @title The packed terms of a certificate
library TermsLib {
    /// @dev Units of the id may move between holders.
    uint8 internal constant CIRCULATES = 1;
    /// @dev The id's module is told of every movement, because money has been paid on it.
    uint8 internal constant HOOKED = 2;
    /// @dev A holder needs all the qualifications named, not just one of them.
    uint8 internal constant ALL_OF = 4;

    uint256 private constant QUALIFICATIONS = type(uint64).max;
    uint256 private constant REGIONS = uint256(type(uint80).max) << 64;

    function pack(
        uint96 minimum_,
        uint8 kind_,
        uint8 flags_,
        uint80 regions_,
        uint64 qualifications_
    ) internal pure returns (Terms) {
        return
            Terms.wrap(
                (uint256(minimum_) << 160) |
                    (uint256(kind_) << 152) |
                    (uint256(flags_) << 144) |
                    (uint256(regions_) << 64) |
                    qualifications_
            );
    }

    function exists(Terms terms) internal pure returns (bool) {
        return Terms.unwrap(terms) != 0;
    }

    function minimum(Terms terms) internal pure returns (uint256) {
        return Terms.unwrap(terms) >> 160;
    }

    function kind(Terms terms) internal pure returns (uint8) {
        return uint8(Terms.unwrap(terms) >> 152);
    }

    function flags(Terms terms) internal pure returns (uint8) {
        return uint8(Terms.unwrap(terms) >> 144);
    }

    function regions(Terms terms) internal pure returns (uint80) {
        return uint80(Terms.unwrap(terms) >> 64);
    }

    function qualifications(Terms terms) internal pure returns (uint64) {
        return uint64(Terms.unwrap(terms));
    }

    function has(Terms terms, uint8 flag) internal pure returns (bool) {
        return Terms.unwrap(terms) & (uint256(flag) << 144) != 0;
    }

    function withFlags(Terms terms, uint8 flags_) internal pure returns (Terms) {
        return Terms.wrap((Terms.unwrap(terms) & ~(uint256(0xff) << 144)) | (uint256(flags_) << 144));
    }

    function withMinimum(Terms terms, uint96 minimum_) internal pure returns (Terms) {
        return Terms.wrap((Terms.unwrap(terms) & ((1 << 160) - 1)) | (uint256(minimum_) << 160));
    }

    function withKind(Terms terms, uint8 kind_) internal pure returns (Terms) {
        return Terms.wrap((Terms.unwrap(terms) & ~(uint256(0xff) << 152)) | (uint256(kind_) << 152));
    }

    /// @dev Regions: one in common, or none demanded. Qualifications: one in common (all with ALL_OF), or none demanded.
    /// Both words have them in the same bits.
    function admits(Terms terms, Party party) internal pure returns (bool) {
        uint256 demanded = Terms.unwrap(terms);
        uint256 met = demanded & Party.unwrap(party);
        if (met & REGIONS == 0 && demanded & REGIONS != 0) return false;
        if (terms.has(ALL_OF)) return met & QUALIFICATIONS == demanded & QUALIFICATIONS;
        return met & QUALIFICATIONS != 0 || demanded & QUALIFICATIONS == 0;
    }
}
