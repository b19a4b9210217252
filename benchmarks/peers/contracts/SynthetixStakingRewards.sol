// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.5.16;

// Synthetix' contract needs none of ours: this file only names it, so that it is compiled.
import "synthetix/contracts/StakingRewards.sol";
