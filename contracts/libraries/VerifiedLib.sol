// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IValueAttributes} from "../interfaces/IValueAttributes.sol";
import {CollateralLib} from "./CollateralLib.sol";

/// @title Which of two words about a value counts
/// @notice A stronger word (higher level) counts over a weaker one for as long as it is good; of two of one level, the later. What
/// is no longer good is replaced by whatever was said after it.
library VerifiedLib {
    using CollateralLib for IValueAttributes.Attribute;

    /// @dev Level of what staked nodes signed.
    uint8 internal constant BY_NODES = 2;

    /// @notice A word of level `standing` about the field is still good; `level` is weaker.
    error WeakerStatement(uint256 id, uint8 field, uint8 level, uint8 standing);
    /// @notice The word that stands is as of `standing`, and no weaker; `statedAt` is not later.
    error OlderStatement(uint256 id, uint8 field, uint40 statedAt, uint40 standing);

    /// @dev Whether a word is to be written over `present`. Amount 0 takes a word back: exactly that of its second and level, or
    /// whatever was said before; what was said later stands, and the call does nothing, so that who takes back cannot fail.
    function replaces(
        IValueAttributes.Attribute memory present,
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 statedAt,
        uint8 level
    ) internal view returns (bool) {
        requireNotWeaker(present, id, field, level);
        if (statedAt > present.statedAt) return true;
        bool same = statedAt == present.statedAt && level == present.level;
        if (amount == 0) return same;
        // Of several that a quorum said at once, the one brought last counts; nodes' words are told apart by their seconds.
        if (same && level < BY_NODES) return true;
        if (level <= present.level) revert OlderStatement(id, field, statedAt, present.statedAt);
        return true;
    }

    /// @dev Reverts where a stronger word than one of `level` is still good.
    function requireNotWeaker(
        IValueAttributes.Attribute memory present,
        uint256 id,
        uint8 field,
        uint8 level
    ) internal view {
        if (level < present.level && present.isFresh()) revert WeakerStatement(id, field, level, present.level);
    }
}
