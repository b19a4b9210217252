// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Scores of a node, in basis points of 1, all rounded down
library ScoreLib {
    uint256 internal constant WHOLE = 10_000;

    /// @dev `volume` of what is wanted, `targetBps` of `active`; 1 at most. Nobody wants anything of no stake.
    function volumeDown(uint256 volume, uint256 active, uint256 targetBps) internal pure returns (uint16) {
        uint256 target = active * targetBps; // × 10,000
        if (volume * WHOLE >= target) return volume == 0 ? 0 : uint16(WHOLE);
        return uint16((volume * WHOLE * WHOLE) / target);
    }

    /// @dev What of `signed` was right; what was found wrong can have been signed earlier, and be more.
    function accuracyDown(uint256 signed, uint256 wrong) internal pure returns (uint16) {
        return wrong < signed ? uint16(((signed - wrong) * WHOLE) / signed) : 0;
    }

    /// @dev What of all duties was done.
    function efficiencyDown(uint256 signed, uint256 missed) internal pure returns (uint16) {
        return signed == 0 ? 0 : uint16((signed * WHOLE) / (signed + missed));
    }
}
