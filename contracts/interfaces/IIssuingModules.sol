// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Which module issues which kind of asset on a ledger
interface IIssuingModules {
    /// @notice `module` alone creates and retires ids of `kind`, for good.
    event ModuleSet(uint8 indexed kind, address indexed module);

    /// @notice Kind and module are each used once, and neither is zero.
    error CannotSetModule(uint8 kind, address module);
    /// @notice The caller is not the module of this kind.
    error NotTheModule(address caller, uint8 kind);

    /// @notice Names the one module of `kind`; neither can be changed later. Only the ADMIN role.
    function setModule(uint8 kind, address module) external;

    /// @notice The module of `kind`; the zero address where there is none.
    function moduleOf(uint8 kind) external view returns (address);
}
