// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ICreditConduct} from "../interfaces/ICreditConduct.sol";

/// @title Writes down what it is told of the enterprises' conduct, by those who may tell
contract FactoringConduct is ICreditConduct, AccessManaged {
    mapping(uint48 entity => uint256) public lateUsd;
    mapping(uint48 entity => uint256) public lates;
    mapping(uint48 entity => uint256) public defaults;

    error NothingToTell();

    constructor(address access) AccessManaged(access) {}

    function recordInTime(uint48, uint256) external restricted {
        revert NothingToTell();
    }

    function recordLate(uint48 entity, uint256 principalUsd) external restricted {
        lateUsd[entity] += principalUsd;
        ++lates[entity];
    }

    function recordDefault(uint48 entity) external restricted {
        ++defaults[entity];
    }

    function isFrozen(uint48 entity) external view returns (bool) {
        return defaults[entity] != 0;
    }
}
