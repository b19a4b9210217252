// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice What one account holds of one id, in one word, read once and written once a movement:
/// bits 0-95 units | 96-191 pledged | 192 some units are frozen. The frozen amount itself may exceed 96 bits and is
/// kept apart.
type Holding is uint256;

using HoldingLib for Holding global;

/// @title The packed word of a holding
/// @dev The sum of all holdings of an id is at most 2^96 - 1 (checked when it is created), and pledged <= units always, so
/// that none of the sums and differences below can leave its field.
library HoldingLib {
    uint256 private constant FROZEN = 1 << 192;

    function units(Holding self) internal pure returns (uint256) {
        return uint96(Holding.unwrap(self));
    }

    function pledged(Holding self) internal pure returns (uint256) {
        return uint96(Holding.unwrap(self) >> 96);
    }

    function free(Holding self) internal pure returns (uint256) {
        unchecked {
            return self.units() - self.pledged();
        }
    }

    function isFrozen(Holding self) internal pure returns (bool) {
        return Holding.unwrap(self) & FROZEN != 0;
    }

    /// @dev `amount` fits what the id's other holdings leave of 96 bits.
    function add(Holding self, uint256 amount) internal pure returns (Holding) {
        unchecked {
            return Holding.wrap(Holding.unwrap(self) + amount);
        }
    }

    /// @dev `amount` is at most the units.
    function sub(Holding self, uint256 amount) internal pure returns (Holding) {
        unchecked {
            return Holding.wrap(Holding.unwrap(self) - amount);
        }
    }

    /// @dev `amount` is at most the free units.
    function pledge(Holding self, uint256 amount) internal pure returns (Holding) {
        unchecked {
            return Holding.wrap(Holding.unwrap(self) + (amount << 96));
        }
    }

    /// @dev `amount` is at most the pledged units.
    function release(Holding self, uint256 amount) internal pure returns (Holding) {
        unchecked {
            return Holding.wrap(Holding.unwrap(self) - (amount << 96));
        }
    }

    function withFrozen(Holding self, bool frozen) internal pure returns (Holding) {
        return Holding.wrap(frozen ? Holding.unwrap(self) | FROZEN : Holding.unwrap(self) & ~FROZEN);
    }
}
