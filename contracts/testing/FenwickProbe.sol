// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {FenwickLib} from "../libraries/FenwickLib.sol";

/// @title A tree of sums to be held against a list
contract FenwickProbe {
    using FenwickLib for FenwickLib.Tree;

    FenwickLib.Tree private _tree;

    function add(uint256 number, uint256 amount) external {
        _tree.add(number, amount);
    }

    function upTo(uint256 number) external view returns (uint256) {
        return _tree.upTo(number);
    }

    /// @notice Numbers that the tree covers, and the nodes of it that are written.
    function extent() external view returns (uint256 size, uint256 written) {
        size = _tree.size;
        for (uint256 number = 1; number <= size; ++number) if (_tree.nodes[number] != 0) ++written;
    }
}
