// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Where verified value attributes are written
interface IVerifiedTarget {
    /// @notice Writes what was verified about `id`. A word of a higher level counts over a weaker one while it is good, and of two
    /// of one level the later; what does not count is refused (`VerifiedLib`). Amount 0 takes back the word of `statedAt` and
    /// `level`, and does nothing where a later one stands or `id` is no more. Only VERIFIER.
    /// @param field as in `FieldsLib`
    /// @param statedAt when it was true; an older word does not replace a later one of the same level
    /// @param source the entity in whose name it is said
    /// @param level 0 stated, 1 by a quorum of attestors, 2 by staked nodes
    function stateVerified(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 statedAt,
        uint40 validUntil,
        uint48 source,
        uint8 level
    ) external;

    /// @notice The entities that have an interest in `id` (creditor and debtor, owner): none of theirs may verify it. Reverts where
    /// `id` does not exist.
    function interestedIn(uint256 id) external view returns (uint48 first, uint48 second);
}
