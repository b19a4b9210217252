// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeRegister} from "./INodeRegister.sol";
import {IStakePools} from "./IStakePools.sol";
import {IUnbonding} from "./IUnbonding.sol";

/// @title Verification nodes and all ERA staked with them
/// @dev Of every node: active + leaving is here, to the unit; its two pools are its owner's and its delegators' alike.
interface INodeStaking is INodeRegister, IStakePools, IUnbonding {}
