// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IGrowth} from "../interfaces/IGrowth.sol";

/// @title Says of accounts what it was told
contract GrowthKeeper is IGrowth {
    mapping(address account => uint40) public until;

    function set(address account, uint40 until_) external {
        until[account] = until_;
    }

    function grew(address account) external view returns (bool, uint40) {
        return (until[account] > block.timestamp, until[account]);
    }
}
