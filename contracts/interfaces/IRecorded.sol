// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICirculationBook} from "./ICirculationBook.sol";

/// @title A contract of the suite in which money is settled, and which says so
interface IRecorded {
    /// @notice Settlements are told to `recorder` from now on; the zero address: to nobody.
    event RecorderSet(ICirculationBook indexed recorder);

    /// @notice From now on every settlement is told to `recorder_`, for which this contract needs the role SETTLER there; the
    /// zero address ends it. Only the ADMIN role.
    function setRecorder(ICirculationBook recorder_) external;

    /// @notice To whom settlements are told; the zero address where to nobody.
    function recorder() external view returns (ICirculationBook);
}
