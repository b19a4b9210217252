// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICreditConduct} from "./ICreditConduct.sol";

/// @title What an enterprise may owe without a pledge
interface ICreditModel is ICreditConduct {
    /// @notice The limit of `entity` now, in USD with 6 decimals; 0 while its record is stale or its credit frozen.
    function limitOf(uint48 entity) external view returns (uint256);
}
