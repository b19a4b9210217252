// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @notice What Sablier Lockup asks its comptroller, answered as cheaply as can be: no fee for anybody.
contract FreeComptroller {
    function supportsInterface(bytes4) external pure returns (bool) {
        return true;
    }

    function calculateMinFeeWeiFor(uint8, address) external pure returns (uint256) {
        return 0;
    }
}
