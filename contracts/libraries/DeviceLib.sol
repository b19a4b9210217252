// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ILightBook} from "../interfaces/ILightBook.sol";

/// @title What devices sign
/// @notice SHA-256 over a tag of 16 bytes and fields of fixed length, because secure elements hash with SHA-256 and parse nothing.
/// Every message names chain and contract, and no two kinds of messages begin alike.
library DeviceLib {
    bytes16 private constant REGISTER = "caldera:register";
    bytes16 private constant OBSERVE = "caldera:observe1";
    bytes16 private constant READINGS = "caldera:readings";

    /// @dev See `IDeviceRegister.registrationDigest`.
    function registration(uint32 node, address owner, uint16 kind) internal view returns (bytes32) {
        return sha256(abi.encodePacked(REGISTER, block.chainid, address(this), node, owner, kind));
    }

    /// @dev See `ILightBook.observationDigest`.
    function observation(ILightBook.LightObservation calldata one) internal view returns (bytes32) {
        return
            sha256(
                abi.encodePacked(
                    OBSERVE,
                    block.chainid,
                    address(this),
                    one.device,
                    one.series,
                    one.at,
                    uint96(one.value)
                )
            );
    }

    /// @dev See `ILightBook.batchDigest`.
    function batch(uint32 device, ILightBook.LightReading[] calldata readings) internal view returns (bytes32) {
        bytes memory packed = abi.encodePacked(READINGS, block.chainid, address(this), device);
        for (uint256 i = 0; i < readings.length; ++i) {
            ILightBook.LightReading calldata one = readings[i];
            packed = abi.encodePacked(packed, one.series, one.at, uint96(one.value));
        }
        return sha256(packed);
    }
}
