// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Seals: who may call a function, fixed for good
/// @notice A sealed role keeps its one holder for ever, and a sealed function keeps its role. Whoever holds ADMIN can neither
/// give the function to somebody else, nor give the role to somebody else, nor put the contract under another authority. So
/// what the one holder promises of its own code holds against governance itself.
/// @dev Everything else is OpenZeppelin's AccessManager. A target can still be closed as a whole: then nobody calls it, which
/// changes nothing there.
interface ISuiteAccess {
    /// @notice `roleId` is `holder`'s alone from now on.
    event RoleSealed(uint64 indexed roleId, address indexed holder);
    /// @notice Only holders of the sealed role `roleId` can ever call `selector` of `target` from now on.
    event FunctionSealed(address indexed target, bytes4 indexed selector, uint64 indexed roleId);

    /// @notice The role is sealed: its holder, delays, admin and guardian stay.
    error RoleIsSealed(uint64 roleId);
    /// @notice ADMIN and the role of everybody cannot be sealed.
    error RoleCannotBeSealed(uint64 roleId);
    /// @notice A function is sealed for a sealed role only.
    error RoleIsNotSealed(uint64 roleId);
    /// @notice A role is sealed while `account` is its only holder, in force and without delay. It has `holders`, those
    /// counted whose grant waits.
    error NotTheOnlyHolder(uint64 roleId, address account, uint256 holders);
    /// @notice The function keeps its role for good.
    error FunctionIsSealed(address target, bytes4 selector);
    /// @notice A contract with a sealed function stays under this authority.
    error TargetIsSealed(address target);
    /// @notice There is nothing to seal.
    error NothingToSeal();

    /// @notice Fixes the holder of a role for good. Only ADMIN. The role's guardian and admin stay as they are, the latter
    /// without effect.
    /// @param holder the only one that has the role: in force, without delay
    function sealRole(uint64 roleId, address holder) external;

    /// @notice Gives functions to a sealed role for good. Only ADMIN.
    /// @param selectors one at least, none sealed before
    function seal(address target, bytes4[] calldata selectors, uint64 roleId) external;

    /// @notice Whether the function keeps its role for good.
    function isSealed(address target, bytes4 selector) external view returns (bool);

    /// @notice The holder of a sealed role; the zero address where the role is not sealed.
    function sealedHolder(uint64 roleId) external view returns (address);

    /// @notice How many accounts hold a role, those counted whose grant waits.
    function holderCount(uint64 roleId) external view returns (uint256);
}
