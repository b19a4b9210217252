// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice Everything a movement must know about an account, in one word (one storage read):
/// bits 0-63 qualifications | 64-143 regions | 144-191 entity | 192-231 expiry | 232-239 status.
type Party is uint256;

using PartyLib for Party global;

/// @title The packed facts about a participant's account
library PartyLib {
    uint8 internal constant UNKNOWN = 0;
    uint8 internal constant ACTIVE = 1;
    uint8 internal constant SUSPENDED = 2;
    uint8 internal constant REMOVED = 3;

    function pack(
        uint8 status_,
        uint40 expires_,
        uint48 entity_,
        uint80 regions_,
        uint64 qualifications_
    ) internal pure returns (Party) {
        return
            Party.wrap(
                (uint256(status_) << 232) |
                    (uint256(expires_) << 192) |
                    (uint256(entity_) << 144) |
                    (uint256(regions_) << 64) |
                    qualifications_
            );
    }

    function status(Party party) internal pure returns (uint8) {
        return uint8(Party.unwrap(party) >> 232);
    }

    function expires(Party party) internal pure returns (uint40) {
        return uint40(Party.unwrap(party) >> 192);
    }

    function entity(Party party) internal pure returns (uint48) {
        return uint48(Party.unwrap(party) >> 144);
    }

    function regions(Party party) internal pure returns (uint80) {
        return uint80(Party.unwrap(party) >> 64);
    }

    function qualifications(Party party) internal pure returns (uint64) {
        return uint64(Party.unwrap(party));
    }

    /// @dev Active until the second before `expires`; at `expires` it is over.
    function isActive(Party party) internal view returns (bool active) {
        assembly ("memory-safe") {
            // One step for both, since every movement asks twice: nothing stands above the status byte.
            active := and(eq(shr(232, party), ACTIVE), lt(timestamp(), and(shr(192, party), 0xffffffffff)))
        }
    }

    function withStatus(Party party, uint8 status_) internal pure returns (Party) {
        return Party.wrap((Party.unwrap(party) & ~(uint256(0xff) << 232)) | (uint256(status_) << 232));
    }
}
