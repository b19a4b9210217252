// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IFeeMeter} from "../interfaces/IFeeMeter.sol";
import {IMetered} from "../interfaces/IMetered.sol";

/// @title Charges for a service
abstract contract Metered is IMetered, AccessManaged {
    // One slot.
    IFeeMeter private _meter;
    uint32 private _scenario;

    /// @inheritdoc IMetered
    function setMeter(IFeeMeter meter_, uint32 scenario) external restricted {
        (_meter, _scenario) = (meter_, address(meter_) == address(0) ? 0 : scenario);
        emit ServiceMeterSet(_meter, _scenario);
    }

    /// @inheritdoc IMetered
    function meter() external view returns (IFeeMeter meter_, uint32 scenario) {
        return (_meter, _scenario);
    }

    /// @dev Charges `entity` for one `service`, numbered as in `IFeeMeter`.
    function _charge(uint48 entity, uint8 service) internal {
        // slither-disable-next-line unused-return
        if (address(_meter) != address(0)) _meter.charge(entity, service, _scenario);
    }
}
