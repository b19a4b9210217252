// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodes} from "../interfaces/INodes.sol";

/// @title Nodes with whatever stake a test gives them
/// @dev Each has the place of its number less one.
contract NodesDouble is INodes {
    uint32 public nodeCount;

    mapping(address key => uint32) public nodeOfKey;
    mapping(uint32 node => address) public operatorOf;
    mapping(uint32 node => address) public ownerOf;
    mapping(uint32 node => uint48) public entityOf;

    mapping(uint32 node => uint256) private _active;
    mapping(uint32 node => uint256) private _leaving;
    mapping(uint32 node => bool) private _live;
    mapping(uint32 node => uint40) private _since;

    function add(
        address owner,
        address operator,
        uint48 entity,
        uint256 active,
        uint256 leaving,
        bool live
    ) external returns (uint32 node) {
        node = ++nodeCount;
        nodeOfKey[operator] = node;
        (operatorOf[node], ownerOf[node], entityOf[node]) = (operator, owner, entity);
        setStake(node, active, leaving, live);
    }

    function setKey(uint32 node, address operator) external {
        nodeOfKey[operator] = node;
        operatorOf[node] = operator;
    }

    function setStake(uint32 node, uint256 active, uint256 leaving, bool live) public {
        (_active[node], _leaving[node], _live[node]) = (active, leaving, live);
    }

    function setSince(uint32 node, uint40 since) external {
        _since[node] = since;
    }

    function signerOf(
        address key
    ) external view returns (uint32 node, uint48 entity, uint256 active, uint256 leaving, bool live) {
        node = nodeOfKey[key];
        if (operatorOf[node] != key) return (0, 0, 0, 0, false);
        return (node, entityOf[node], _active[node], _leaving[node], _live[node]);
    }

    function livePlaces(uint256 word) external view returns (uint256 count, uint256 taken) {
        for (uint256 i = 0; i < 256; ++i) {
            if (_live[uint32(256 * word + i + 1)]) taken |= 1 << i;
        }
        return (nodeCount, taken);
    }

    function livePlaceAt(
        uint256 place
    ) external view returns (uint32 node, uint48 entity, uint40 since, uint256 active) {
        node = uint32(place + 1);
        if (_live[node]) return (node, entityOf[node], _since[node], _active[node]);
        return (0, 0, 0, 0);
    }

    function stakeOf(uint32 node) external view returns (uint256 active, uint256 leaving, bool live) {
        return (_active[node], _leaving[node], _live[node]);
    }
}
