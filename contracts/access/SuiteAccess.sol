// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title The one place that knows who may call what, and after which delay
/// @notice OpenZeppelin's AccessManager, unchanged. Every contract of the suite is `AccessManaged` by this one.
contract SuiteAccess is AccessManager {
    /// @param initialAdmin holds ADMIN_ROLE until the deployment hands it over
    constructor(address initialAdmin) AccessManager(initialAdmin) {}
}
