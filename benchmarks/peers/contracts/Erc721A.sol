// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC721A} from "erc721a/contracts/ERC721A.sol";
import {ERC4907A} from "erc721a/contracts/extensions/ERC4907A.sol";

/// @notice ERC721A with its ERC-4907 extension as they are, with minting open to everybody.
contract Erc721A is ERC4907A {
    constructor() ERC721A("Bare", "BARE") {}

    function mintMany(address to, uint256 count) external {
        _mint(to, count);
    }
}
