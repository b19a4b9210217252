// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IFundShare} from "../interfaces/IFundShare.sol";
import {ICreditConduct} from "../interfaces/ICreditConduct.sol";

/// @title A credit model whose limits are set by hand and that remembers what it is told, for tests of what asks it
contract FixedLimits is ICreditConduct, IFundShare {
    mapping(uint48 entity => uint256) public limitOf;
    mapping(uint48 entity => uint256) public inTime;
    mapping(uint48 entity => uint256) public late;
    mapping(uint48 entity => bool) public isFrozen;

    mapping(uint48 entity => uint16) public fundShareOf;

    function setFundShare(uint48 entity, uint16 bps) external {
        fundShareOf[entity] = bps;
        emit FundShareSet(entity, bps);
    }

    function setLimit(uint48 entity, uint256 limit) external {
        limitOf[entity] = limit;
    }

    function recordInTime(uint48 entity, uint256 interestUsd) external {
        inTime[entity] += interestUsd;
    }

    function recordLate(uint48 entity, uint256 principalUsd) external {
        late[entity] += principalUsd;
    }

    function recordDefault(uint48 entity) external {
        isFrozen[entity] = true;
    }
}
