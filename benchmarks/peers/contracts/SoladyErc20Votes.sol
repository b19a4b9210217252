// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC20Votes} from "solady/src/tokens/ERC20Votes.sol";

/// @notice Solady's ERC20Votes as it is.
contract SoladyErc20Votes is ERC20Votes {
    constructor(uint256 supply) {
        _mint(msg.sender, supply);
    }

    function name() public pure override returns (string memory) {
        return "Bare";
    }

    function symbol() public pure override returns (string memory) {
        return "BARE";
    }
}
