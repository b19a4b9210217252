// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Sums of amounts by number, from the first up to any (a binary indexed tree that grows)
/// @dev Node k holds the sum of the amounts at the numbers above k less its lowest bit, up to k. `size` is 0 or a power of
/// two, at which nothing was ever added beyond: its node holds the sum of all. Nodes are written only when an amount is
/// added: log2(size) + 1 at most, and each power of two once more when the tree has grown; log2(size) at most are read for
/// a sum. All amounts together are less than 2^256.
library FenwickLib {
    struct Tree {
        uint256 size;
        mapping(uint256 number => uint256) nodes;
    }

    /// @dev Adds `amount` at `number`, which is above 0.
    function add(Tree storage tree, uint256 number, uint256 amount) internal {
        uint256 size = tree.size;
        if (number > size) {
            // Each further power of two begins with the sum of all; what lies between covers numbers beyond the old size.
            uint256 sum = tree.nodes[size];
            while (size < number) {
                size = size == 0 ? 1 : size << 1;
                if (sum != 0) tree.nodes[size] = sum;
            }
            tree.size = size;
        }
        for (; number <= size; number += number & (~number + 1)) tree.nodes[number] += amount;
    }

    /// @dev The sum of the amounts at numbers up to and with `number`.
    function upTo(Tree storage tree, uint256 number) internal view returns (uint256 sum) {
        uint256 size = tree.size;
        if (number > size) number = size;
        for (; number != 0; number &= number - 1) sum += tree.nodes[number];
    }
}
