// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @notice OpenZeppelin's ERC-721 as it is, with minting open to everybody.
contract OpenZeppelinErc721 is ERC721("Bare", "BARE") {
    function mint(address to, uint256 id) external {
        _mint(to, id);
    }

    function mintMany(address to, uint256 first, uint256 count) external {
        for (uint256 id = first; id < first + count; ++id) {
            _mint(to, id);
        }
    }
}
