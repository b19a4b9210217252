// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {LibZip} from "solady/src/utils/LibZip.sol";

/// @title Length of data under FastLZ, by the library that the OP stack's gas price oracle uses
contract FastLz {
    function sizeOf(bytes calldata data) external pure returns (uint256) {
        return LibZip.flzCompress(data).length;
    }
}
