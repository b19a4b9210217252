// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IFeeMeter} from "./IFeeMeter.sol";

/// @title Which module issues which kind of asset on a ledger
interface IIssuingModules {
    /// @notice `module` alone creates and retires ids of `kind`, for good.
    event ModuleSet(uint8 indexed kind, address indexed module);
    /// @notice Whoever brings an asset of `kind` on chain pays `meter` for it, in `scenario`; the zero address: nobody pays.
    event MeterSet(uint8 indexed kind, IFeeMeter indexed meter, uint32 scenario);

    /// @notice Kind and module are each used once, and neither is zero.
    error CannotSetModule(uint8 kind, address module);
    /// @notice There is no module of this kind that could be metered.
    error NoModuleToMeter(uint8 kind);
    /// @notice The caller is not the module of this kind.
    error NotTheModule(address caller, uint8 kind);

    /// @notice Names the one module of `kind`; neither can be changed later. Only the ADMIN role.
    function setModule(uint8 kind, address module) external;

    /// @notice From now on the mapping of assets of `kind` is charged by `meter`, for which this ledger needs the role CHARGER
    /// there; the zero address ends it. One charge for an asset with all its parts, to the entity that first holds it. Only
    /// the ADMIN role.
    /// @param scenario where the revenue of this kind goes
    function setMeter(uint8 kind, IFeeMeter meter, uint32 scenario) external;

    /// @notice Who charges the mapping of assets of `kind`, and for which scenario; zeros where nobody does.
    function meterOf(uint8 kind) external view returns (IFeeMeter meter, uint32 scenario);

    /// @notice The module of `kind`; the zero address where there is none.
    function moduleOf(uint8 kind) external view returns (address);
}
