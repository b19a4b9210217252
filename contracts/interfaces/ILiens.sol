// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Liens: pledging without giving up custody
/// @notice A holder pledges units to a lienholder and keeps them. Pledged units cannot move and cannot be pledged again.
/// The lienholder releases them or seizes them. Several lienholders can stand on one holding, each unit under one at most:
/// free + pledged = balance, always.
interface ILiens {
    /// @notice `units` of `id` held by `holder` stand under a lien of `lienholder` from now on.
    event Pledged(uint256 indexed id, address indexed holder, address indexed lienholder, uint256 units);
    /// @notice `units` under the lien are free again.
    event Released(uint256 indexed id, address indexed holder, address indexed lienholder, uint256 units);
    /// @notice `units` under the lien went to `to`.
    event Seized(uint256 indexed id, address indexed holder, address indexed lienholder, address to, uint256 units);
    /// @notice Compliance ended the lien over `units`; they are free again.
    event LienBroken(uint256 indexed id, address indexed holder, address indexed lienholder, uint256 units);

    /// @notice The lienholder must be another account than the holder, and not the zero address.
    error InvalidLienholder(address lienholder);
    /// @notice The lien covers `pledged` units, fewer than `needed`.
    error InsufficientLien(uint256 id, address holder, address lienholder, uint256 pledged, uint256 needed);
    /// @notice Only `free` units of the holding are not pledged, fewer than `needed`.
    error PledgedUnits(uint256 id, address holder, uint256 free, uint256 needed);
    /// @notice Zero units can be neither pledged nor released nor seized.
    error NoUnits();

    /// @notice Puts `units` of `id` held by `holder` under a lien of `lienholder`. Only `holder`, or who it approved.
    /// @dev The id's module must admit pledging now. The lien and the free rest are each zero or the minimum unit at least.
    function pledge(address holder, address lienholder, uint256 id, uint256 units) external;

    /// @notice Frees `units` from the caller's lien on `holder`'s units. Only the lienholder; always open.
    function release(address holder, uint256 id, uint256 units) external;

    /// @notice Moves `units` under the caller's lien from `holder` to `to`. Only the lienholder, who must be active; `to`
    /// must be a party that may hold the id.
    function seize(address holder, address to, uint256 id, uint256 units) external;

    /// @notice Ends the lien of `lienholder` over `units` held by `holder`. Only COMPLIANCE.
    function breakLien(address holder, address lienholder, uint256 id, uint256 units) external;

    /// @notice Units of `id` held by `holder` that stand under a lien of `lienholder`.
    function lienOf(uint256 id, address holder, address lienholder) external view returns (uint256 units);
}
