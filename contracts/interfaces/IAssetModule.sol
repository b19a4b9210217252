// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What the ledger asks of the module that created an id
interface IAssetModule {
    /// @notice A movement of `units` of `id` between two positions. A position is a holder's free units (lien 0) or its
    /// units under one lienholder. `fromUnits`, `toUnits`: the two positions' units before the movement.
    struct Move {
        uint256 id;
        address from;
        address fromLien;
        uint256 fromUnits;
        address to;
        address toLien;
        uint256 toUnits;
        uint256 units;
    }

    /// @notice Told before units move, where the id's terms say HOOKED. Only the ledger.
    function onMove(Move calldata move) external;

    /// @notice Reverts with the reason where units of `id` cannot be pledged now.
    function requirePledgeable(uint256 id) external view;

    /// @notice Units of `id` issued and not retired.
    function supplyOf(uint256 id) external view returns (uint256);
}
