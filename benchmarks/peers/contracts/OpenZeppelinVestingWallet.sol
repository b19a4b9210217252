// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";

/// @notice OpenZeppelin's vesting wallet as it is: one for each beneficiary.
contract OpenZeppelinVestingWallet is VestingWallet {
    constructor(
        address beneficiary,
        uint64 start_,
        uint64 duration_
    ) VestingWallet(beneficiary, start_, duration_) {}
}
