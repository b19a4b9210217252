// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Sharing payments among positions, exactly
/// @notice A payment p on a claim of F units owes u × p / F to a position of u units. Each position keeps what it is owed
/// as whole units and a remainder in F-ths, so that nothing is ever rounded: over all positions, whole units and F-ths
/// together are the payments made, at any time. A payment costs the same however many positions there are.
library PayoutLib {
    /// @dev `checkpoint`: payments shared so far. `fraction`: owed remainder, in F-ths of a unit, below F.
    /// `proceeds`: whole units owed and not handed out.
    struct Position {
        uint96 checkpoint;
        uint96 fraction;
        uint96 proceeds;
    }

    /// @dev Credits the position with its share of what was paid since its checkpoint.
    /// @param units the position's units during that time
    /// @param paid all payments on the claim so far
    /// @param face F
    /// @return whole units newly owed
    function settle(Position storage self, uint256 units, uint96 paid, uint96 face) internal returns (uint96 whole) {
        uint96 since = self.checkpoint;
        if (since == paid) return 0;
        // units <= face < 2^96 and paid - since < 2^96: the product fits. units × (paid - since) / face is at most
        // paid - since, and the remainder is below face: both fit 96 bits.
        uint256 owed = units * (paid - since) + self.fraction;
        whole = uint96(owed / face);
        self.checkpoint = paid;
        self.fraction = uint96(owed % face);
        if (whole != 0) self.proceeds += whole;
    }

    /// @dev What `settle` would leave as proceeds.
    function due(Position storage self, uint256 units, uint96 paid, uint96 face) internal view returns (uint256) {
        uint256 since = paid - self.checkpoint;
        return since == 0 ? self.proceeds : self.proceeds + (units * since + self.fraction) / face;
    }

    /// @dev Moves the share of `units` out of `all` of one position's proceeds to another; the whole of it where all go.
    function pass(Position storage from, Position storage to, uint256 units, uint256 all) internal {
        uint96 share = units == all ? from.proceeds : uint96((uint256(from.proceeds) * units) / all);
        if (share == 0) return;
        from.proceeds -= share;
        to.proceeds += share;
    }
}
