// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20, PaymentSplitter} from "@openzeppelin/contracts/finance/PaymentSplitter.sol";

/// @notice OpenZeppelin's splitter as it is, with one call that releases to everybody.
contract OpenZeppelinPaymentSplitter is PaymentSplitter {
    uint256 private immutable _count;

    constructor(address[] memory payees, uint256[] memory shares_) PaymentSplitter(payees, shares_) {
        _count = payees.length;
    }

    function releaseAll(IERC20 token) external {
        for (uint256 i = 0; i < _count; ++i) {
            release(token, payee(i));
        }
    }
}
