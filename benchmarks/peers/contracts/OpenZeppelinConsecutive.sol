// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Consecutive} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Consecutive.sol";

/// @notice OpenZeppelin's consecutive batches (ERC-2309) as they are: only a constructor can mint them.
contract OpenZeppelinConsecutive is ERC721Consecutive {
    constructor(address to, uint96 count) ERC721("Bare", "BARE") {
        if (count != 0) _mintConsecutive(to, count);
    }
}
