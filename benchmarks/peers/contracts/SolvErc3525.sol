// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.15;

import {ERC3525} from "@solvprotocol/erc-3525/ERC3525.sol";

/// @notice Solv's ERC-3525 as it is, with minting open to everybody; a slot is one receivable.
contract SolvErc3525 is ERC3525("Receivables", "RCV", 6) {
    function mint(address to, uint256 slot, uint256 value) external {
        _mint(to, slot, value);
    }
}
