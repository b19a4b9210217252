// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IFeeMeter} from "./IFeeMeter.sol";

/// @title A contract of the suite whose service is paid for in ERA
interface IMetered {
    /// @notice The service is charged by `meter` from now on, for `scenario`; the zero address: nobody pays.
    event ServiceMeterSet(IFeeMeter indexed meter, uint32 scenario);

    /// @notice From now on each use is charged by `meter_`, for which this contract needs the role CHARGER there, to the
    /// entity that uses it; the zero address ends it. Only the ADMIN role.
    /// @param scenario where the revenue goes
    function setMeter(IFeeMeter meter_, uint32 scenario) external;

    /// @notice Who charges, and for which scenario; zeros where nobody does.
    function meter() external view returns (IFeeMeter meter_, uint32 scenario);
}
